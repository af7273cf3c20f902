#!/usr/bin/env node
// The operator's command line: hands over to the service in Node 24.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as paths from './lib/paths.mjs';
import { nodeEnv, runMain, SetupError } from './lib/run.mjs';

await runMain(async () => {
  const program = join(dirname(paths.serviceMain), 'datalabs.js');
  if (!existsSync(paths.node24) || !existsSync(program)) {
    throw new SetupError('The set-up is not complete.', 'run npm run setup.');
  }
  const { status, error } = spawnSync(paths.node24, ['--disable-warning=ExperimentalWarning', program, ...process.argv.slice(2)], { stdio: 'inherit', env: nodeEnv() });
  if (error) {
    throw new SetupError(`The command line does not start: ${error.message}.`, 'run npm run setup.');
  }
  return status ?? 1;
});
