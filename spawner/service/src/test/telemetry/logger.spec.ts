import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

import { createLogger } from '../../telemetry/logger.js';

it('has written each line before the hub goes on, and no secret in it', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'dl-log-'));
  try {
    const file = path.join(directory, 'logs', 'hub.log');
    const logger = createLogger({ file });
    logger.info({ step: 'placing', token: 'abc' }, 'start step');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ step: 'placing', token: 'hidden', msg: 'start step' });
  } finally {
    rmSync(directory, { recursive: true });
  }
});

it('does without a log on a full disk rather than ending the hub', () => {
  const logger = createLogger({ file: '/dev/full' });
  for (let line = 0; line < 3; line++) {
    expect(() => logger.info({ line }, 'lost')).not.toThrow();
  }
});
