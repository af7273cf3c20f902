import { accessSync, closeSync, constants, existsSync, fsyncSync, linkSync, mkdirSync, openSync, readSync, renameSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { DomainError } from '../domain/errors.js';
import { migrationProvider } from './kysely/migrations/index.js';
import { damage, damaged } from './kysely/sqlite.js';

/** First bytes of every SQLite file. */
const MAGIC = 'SQLite format 3\0';

export interface StoreState {
  /** Name of the newest migration it has; null: none, an empty store. */
  schema: string | null;
  users: number;
  sessions: number;
  bytes: number;
  /** The latest time somebody or something wrote down in it, milliseconds since the epoch; null: nothing is written. */
  lastWrite: number | null;
}

/** Writes a consistent copy of a store, which may be in use, to a new file of mode 0600. The hub goes on reading and writing meanwhile. */
export async function backupStore(store: string, target: string): Promise<StoreState> {
  if (!existsSync(store)) {
    throw new DomainError('not-found', `There is no store at ${store}.`, { action: 'Give the state directory with --state-dir.' });
  }
  try {
    accessSync(store, constants.R_OK);
  } catch (cause) {
    throw new DomainError('forbidden', `${store} may not be read by this user.`, { action: 'Become the user the hub runs as, or root.', cause });
  }
  if (existsSync(target)) {
    throw new DomainError('conflict', `${target} exists already, and a backup replaces nothing.`, { action: 'Choose another name.' });
  }
  const part = `${target}.part`;
  try {
    rmSync(part, { force: true });
    // Private before the first byte; SQLite writes into a file that is there and empty.
    closeSync(openSync(part, 'wx', 0o600));
    const db = new DatabaseSync(store, { readOnly: true });
    try {
      db.exec('PRAGMA busy_timeout = 10000');
      db.prepare('VACUUM INTO ?').run(part);
    } finally {
      db.close();
    }
    sync(part);
    const state = await inspectStore(part);
    // A link fails where somebody else has made the file in between.
    linkSync(part, target);
    sync(path.dirname(target));
    return state;
  } catch (error) {
    throw damage(store, error) ?? asDomainError(error, `The backup ${target} could not be written`);
  } finally {
    rmSync(part, { force: true });
  }
}

/**
 * Puts a backup in the place of a store that no hub uses; answers with where the one before lies now. Whoever calls has made sure of that.
 */
export async function restoreStore(options: { store: string; backup: string; stamp: string }): Promise<{ state: StoreState; aside: string | null }> {
  const { store, backup, stamp } = options;
  const state = await inspectStore(backup);
  const fresh = `${store}.restoring`;
  try {
    // A new machine has none yet.
    mkdirSync(path.dirname(store), { recursive: true, mode: 0o711 });
    [fresh, `${fresh}-wal`, `${fresh}-shm`].forEach(file => rmSync(file, { force: true }));
    closeSync(openSync(fresh, 'wx', 0o600));
    const db = new DatabaseSync(backup, { readOnly: true });
    try {
      db.prepare('VACUUM INTO ?').run(fresh);
    } finally {
      db.close();
    }
    sync(fresh);
    let aside: string | null = null;
    if (existsSync(store)) {
      aside = `${store}.before-${stamp}`;
      if (existsSync(aside)) {
        throw new DomainError('conflict', `${aside} exists already.`, { action: 'Try again in a second.' });
      }
      // With its journal: what the last hub had not merged yet is part of it. The journal first, so that none ever lies beside the wrong store.
      for (const suffix of ['-shm', '-wal', '']) {
        if (existsSync(`${store}${suffix}`)) {
          renameSync(`${store}${suffix}`, `${aside}${suffix}`);
        }
      }
    }
    renameSync(fresh, store);
    sync(path.dirname(store));
    return { state, aside };
  } catch (error) {
    throw asDomainError(error, `The store ${store} could not be replaced`);
  } finally {
    rmSync(fresh, { force: true });
  }
}

/** Reads a backup, or the store itself, through, and refuses what is none, what is damaged, and what a newer hub has written. */
export async function inspectStore(file: string, what: 'backup' | 'store' = 'backup'): Promise<StoreState> {
  if (!isSqlite(file)) {
    throw what === 'store' ? damaged(file, 'it is no database') : new DomainError('bad-request', `${file} is no backup of a hub's store.`, { action: 'Give a file that "datalabs backup" has written.' });
  }
  let db: DatabaseSync | null = null;
  try {
    db = new DatabaseSync(file, { readOnly: true });
    db.exec('PRAGMA busy_timeout = 10000');
    const verdict = db.prepare('PRAGMA quick_check(1)').get() as { quick_check?: string };
    if (verdict.quick_check !== 'ok') {
      throw damaged(file, verdict.quick_check ?? 'its check fails');
    }
    const tables = new Set((db.prepare("select name from sqlite_master where type = 'table'").all() as { name: string }[]).map(({ name }) => name));
    if (!tables.has('kysely_migration')) {
      throw new DomainError('bad-request', `${file} is a database, but not of a hub.`, { action: 'Give a file that "datalabs backup" has written.' });
    }
    const done = (db.prepare('select name from kysely_migration order by name').all() as { name: string }[]).map(({ name }) => name);
    const known = await migrationProvider.getMigrations();
    const unknown = done.find(name => !Object.hasOwn(known, name));
    if (unknown !== undefined) {
      throw new DomainError('bad-request', `${file} was written by a newer version of the hub: this one does not know its change "${unknown}".`, { action: 'Use that version of the hub, or an older backup.' });
    }
    return {
      schema: done.at(-1) ?? null, users: count(db, tables, 'users'), sessions: count(db, tables, 'sessions'), bytes: pages(db), lastWrite: lastWrite(db, tables)
    };
  } catch (error) {
    throw error instanceof DomainError ? error : damaged(file, error instanceof Error ? error.message : String(error), error);
  } finally {
    db?.close();
  }
}

/** The groups that a store knows. */
export function groupNames(file: string): string[] {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return (db.prepare('select name from user_groups union select group_name from group_members').all() as { name: string }[]).map(({ name }) => name);
  } finally {
    db.close();
  }
}

/** What admins have said of volumes; nothing in a store from before they could. */
export function storedVolumes(file: string): { name: string; entry: unknown }[] {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    if (!db.prepare("select 1 from sqlite_master where type = 'table' and name = 'volumes'").get()) {
      return [];
    }
    const rows = db.prepare('select name, entry from volumes order by name').all() as { name: string; entry: string | null }[];
    return rows.map(({ name, entry }) => ({ name, entry: entry === null ? null : (JSON.parse(entry) as unknown) }));
  } finally {
    db.close();
  }
}

function count(db: DatabaseSync, tables: Set<string>, table: 'users' | 'sessions'): number {
  return tables.has(table) ? Number((db.prepare(`select count(*) as n from ${table}`).get() as { n: number }).n) : 0;
}

/** Columns that hold the time of writing; never one in the future, such as an expiry. */
function lastWrite(db: DatabaseSync, tables: Set<string>): number | null {
  const columns = [['users', 'last_activity'], ['users', 'created'], ['tokens', 'created'], ['tokens', 'last_used'], ['web_sessions', 'created'], ['sessions', 'started'], ['timelines', 'ended']] as const;
  const times = columns.flatMap(([table, column]) => (tables.has(table) ? [(db.prepare(`select max(${column}) as latest from ${table}`).get() as { latest: number | null }).latest] : []));
  const written = times.filter(time => time !== null).map(Number);
  return written.length > 0 ? Math.max(...written) : null;
}

function isSqlite(file: string): boolean {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (cause) {
    throw new DomainError('not-found', `${file} cannot be read.`, { action: 'Give the path of a backup, as a user who may read it.', cause });
  }
  try {
    const head = Buffer.alloc(MAGIC.length);
    return readSync(handle, head, 0, head.length, 0) === head.length && head.toString('latin1') === MAGIC;
  } catch {
    return false;
  } finally {
    closeSync(handle);
  }
}

/** A file or directory is on the disk. */
function sync(file: string): void {
  const handle = openSync(file, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function asDomainError(error: unknown, what: string): DomainError {
  if (error instanceof DomainError) {
    return error;
  }
  const { code, errcode } = error as NodeJS.ErrnoException & { errcode?: number };
  // SQLITE_FULL
  if (code === 'ENOSPC' || errcode === 13) {
    return new DomainError('disk-full', `${what}: the disk is full.`, { action: 'Make room, or choose another place.', cause: error });
  }
  return new DomainError('internal', `${what} (${error instanceof Error ? error.message : String(error)}).`, { action: 'Choose a place that is writable for this user.', cause: error });
}

/** Its size with what is still in its journal. */
function pages(db: DatabaseSync): number {
  const { page_count } = db.prepare('PRAGMA page_count').get() as { page_count: number };
  const { page_size } = db.prepare('PRAGMA page_size').get() as { page_size: number };
  return page_count * page_size;
}
