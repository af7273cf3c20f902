import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { Store } from '../../ports/store.js';
import { backupStore, groupNames, inspectStore, restoreStore, storedVolumes } from '../../store/backup.js';
import { openStore } from '../../store/index.js';

let folder: string;
let file: string;
let target: string;
let store: Store;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'dl-backup-'));
  file = path.join(folder, 'hub.sqlite');
  target = path.join(folder, 'copy.sqlite');
  store = await openStore({ file });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const names = async (database: string): Promise<string[]> => {
  const opened = await openStore({ file: database });
  const users = (await opened.users.list()).map(({ name }) => name);
  await opened.close();
  return users;
};

it('copies a store that is open and written to: whole, private, and each group of rows entirely or not at all', async () => {
  await store.users.insertMany(Array.from({ length: 500 }, (_, n) => ({ name: `a${n}`, role: 'user' as const })), 5);
  let going = true;
  let groups = 0;
  const writing = (async () => {
    while (going) {
      groups++;
      await store.users.insertMany(Array.from({ length: 20 }, (_, n) => ({ name: `g${groups}-${n}`, role: 'user' as const })), 6);
      await new Promise(resolve => setImmediate(resolve));
    }
  })();
  const sizes: number[] = [];
  for (let n = 0; n < 5; n++) {
    const copy = path.join(folder, `copy-${n}.sqlite`);
    const state = await backupStore(file, copy);
    sizes.push(state.users);
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    expect((state.users - 500) % 20).toBe(0);
    await new Promise(resolve => setImmediate(resolve));
  }
  going = false;
  await writing;
  expect(sizes.at(-1)!).toBeGreaterThan(500);
  expect(readdirSync(folder).filter(name => name.includes('.part'))).toEqual([]);
});

it('has in it what is in the journal only', async () => {
  await store.users.ensure({ name: 'alice', now: 7 });
  expect(statSync(`${file}-wal`).size).toBeGreaterThan(0);
  expect(await backupStore(file, target)).toMatchObject({ users: 1, sessions: 0, lastWrite: 7 });
  expect(await names(target)).toEqual(['alice']);
});

it('replaces nothing, and says where there is no store', async () => {
  writeFileSync(target, 'mine');
  await expect(backupStore(file, target)).rejects.toThrow('exists already');
  expect(readFileSync(target, 'utf8')).toBe('mine');
  await expect(backupStore(path.join(folder, 'none.sqlite'), path.join(folder, 'b'))).rejects.toMatchObject({ code: 'not-found' });
  await expect(backupStore(file, path.join(folder, 'no', 'such', 'folder'))).rejects.toMatchObject({ details: { action: expect.stringContaining('writable') } });
});

it('restores, and keeps what was there with its journal', async () => {
  await store.users.ensure({ name: 'alice', now: 1 });
  await backupStore(file, target);
  await store.users.ensure({ name: 'bob', now: 2 });
  await store.close();
  const { aside, state } = await restoreStore({ store: file, backup: target, stamp: '1' });
  expect(state.users).toBe(1);
  expect(await names(file)).toEqual(['alice']);
  expect((await names(aside!)).sort()).toEqual(['alice', 'bob']);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(aside!).mode & 0o777).toBe(0o600);
  store = await openStore({ file });
  expect(existsSync(target)).toBe(true);
});

it('moves an unmerged journal along with the store it belongs to', async () => {
  await backupStore(file, target);
  await store.users.ensure({ name: 'bob', now: 2 });
  expect(statSync(`${file}-wal`).size).toBeGreaterThan(0);
  const { aside } = await restoreStore({ store: file, backup: target, stamp: '2' });
  expect(existsSync(`${file}-wal`)).toBe(false);
  expect(statSync(`${aside!}-wal`).size).toBeGreaterThan(0);
  await store.close();
  expect(await names(file)).toEqual([]);
  expect(await names(aside!)).toEqual(['bob']);
  store = await openStore({ file });
});

it('refuses what is no backup, what is damaged and what is not of a hub, before anything is touched', async () => {
  const text = path.join(folder, 'text');
  writeFileSync(text, 'hello');
  await expect(restoreStore({ store: file, backup: text, stamp: '1' })).rejects.toThrow('is no backup');
  await expect(restoreStore({ store: file, backup: folder, stamp: '1' })).rejects.toThrow('is no backup');
  await expect(restoreStore({ store: file, backup: path.join(folder, 'none'), stamp: '1' })).rejects.toMatchObject({ code: 'not-found' });
  const other = path.join(folder, 'other.sqlite');
  const db = new DatabaseSync(other);
  db.exec('create table things (a)');
  db.close();
  await expect(restoreStore({ store: file, backup: other, stamp: '1' })).rejects.toThrow('not of a hub');
  await store.users.insertMany(Array.from({ length: 2000 }, (_, n) => ({ name: `user-${n}`, role: 'user' as const })), 5);
  await backupStore(file, target);
  const bytes = readFileSync(target);
  bytes.fill(0xff, 8192, bytes.length - 4096);
  writeFileSync(target, bytes);
  await expect(inspectStore(target)).rejects.toThrow('cannot be read as a store');
  const before = readFileSync(file);
  await expect(restoreStore({ store: file, backup: target, stamp: '1' })).rejects.toThrow('cannot be read as a store');
  expect(readFileSync(file)).toEqual(before);
  expect(readdirSync(folder).some(name => name.includes('before-') || name.includes('restoring'))).toBe(false);
});

it('restores on a machine that has no state directory yet', async () => {
  await store.users.ensure({ name: 'alice', now: 1 });
  await backupStore(file, target);
  const fresh = path.join(folder, 'new', 'machine', 'hub.sqlite');
  expect((await restoreStore({ store: fresh, backup: target, stamp: 'x' })).aside).toBeNull();
  expect(await names(fresh)).toEqual(['alice']);
  expect(statSync(path.dirname(fresh)).mode & 0o077).toBe(0o011);
});

it('names a store that is damaged, and what puts another in its place', async () => {
  await backupStore(file, target);
  const garbage = path.join(folder, 'garbage.sqlite');
  writeFileSync(garbage, 'g'.repeat(5000));
  const named = { message: expect.stringContaining(garbage), details: { action: expect.stringContaining('restore <backup>') } };
  await expect(openStore({ file: garbage })).rejects.toMatchObject(named);
  await expect(inspectStore(garbage, 'store')).rejects.toMatchObject(named);
  await expect(backupStore(garbage, path.join(folder, 'b'))).rejects.toMatchObject(named);
  await restoreStore({ store: garbage, backup: target, stamp: 'x' });
  expect(await names(garbage)).toEqual([]);
});

it('tells the groups of a store, also those of an identity provider', async () => {
  await store.groups.replace('vera', ['gaia'], 'idp');
  expect(groupNames(file)).toEqual(['gaia']);
});

it('tells what admins have said of volumes, and nothing of a store from before they could', async () => {
  await store.volumes.set('gaia', null);
  expect(storedVolumes(file)).toEqual([{ name: 'gaia', entry: null }]);
  const older = path.join(folder, 'older.sqlite');
  const db = new DatabaseSync(older);
  db.exec('create table users (name text)');
  db.close();
  expect(storedVolumes(older)).toEqual([]);
});
