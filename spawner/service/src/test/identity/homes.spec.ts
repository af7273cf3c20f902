import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderHomes } from '../../services/identity/homes.js';
import { TestClock } from '../http/harness.js';

let base: string;
beforeEach(() => void (base = mkdtempSync(join(tmpdir(), 'dl-homes-'))));
afterEach(() => rmSync(base, { recursive: true }));

it('sets all aside that a deleted user has, and nothing of others', async () => {
  const folders = [join(base, 'homes'), join(base, 'workspaces')];
  const homes = new FolderHomes({ folders, clock: new TestClock() });
  expect(await homes.exists('bob')).toBe(false);
  await homes.retire('bob');
  mkdirSync(join(base, 'workspaces/bob'), { recursive: true });
  // A workspace alone keeps the user from being renamed, too.
  expect(await homes.exists('bob')).toBe(true);
  for (const path of ['homes/bob', 'homes/bobby', 'workspaces/bobby']) mkdirSync(join(base, path), { recursive: true });
  writeFileSync(join(base, 'workspaces/bob/secret'), 'x');
  await homes.retire('bob');
  expect(await homes.exists('bob')).toBe(false);
  for (const folder of folders) {
    expect(readdirSync(folder).sort()).toEqual(['.deleted', 'bobby']);
    expect(readdirSync(join(folder, '.deleted'))).toEqual(['bob 2026-03-01T12-00-00-000Z']);
  }
  expect(existsSync(join(base, 'workspaces/.deleted/bob 2026-03-01T12-00-00-000Z/secret'))).toBe(true);
});
