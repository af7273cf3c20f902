import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

import { backup, restore } from '../../commands/backup.js';
import { openStore } from '../../store/index.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'dl-restore-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('restores only while no hub has the state directory, and has it itself meanwhile', async () => {
  const store = path.join(folder, 'hub.sqlite');
  const copy = path.join(folder, 'copy.sqlite');
  const opened = await openStore({ file: store });
  await opened.users.ensure({ name: 'alice', now: 1 });
  expect((await backup(store, copy)).lines[0]).toContain('one user');
  await opened.close();
  const log: string[] = [];
  const take = (other: number | null) => () => {
    log.push('take');
    return other;
  };
  const release = (): void => void log.push('release');
  await expect(restore({ store, backup: copy, stamp: 'x', take: take(77), release })).rejects.toThrow('The hub is running (process 77)');
  expect(log).toEqual(['take']);
  expect(existsSync(`${store}.before-x`)).toBe(false);
  const { lines, json } = await restore({ store, backup: copy, stamp: 'x', take: take(null), release });
  expect(json).toMatchObject({ users: 1, aside: `${store}.before-x` });
  expect(lines.join('\n')).toContain(`${store}.before-x`);
  await expect(restore({ store, backup: path.join(folder, 'none'), stamp: 'y', take: take(null), release })).rejects.toMatchObject({ code: 'not-found' });
  expect(log).toEqual(['take', 'take', 'release', 'take', 'release']);
});
