import { DatabaseSync, type SQLInputValue } from 'node:sqlite';

import { DomainError } from '../../domain/errors.js';

/** Structure Kysely's SqliteDialect expects of a database. */
export interface SqliteAdapter {
  close(): void;
  prepare(sql: string): {
    readonly reader: boolean;
    all(parameters: readonly unknown[]): unknown[];
    run(parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint };
    iterate(parameters: readonly unknown[]): IterableIterator<unknown>;
  };
}

/** Statements kept ready: to prepare one takes longer than to run it. */
const MOST = 500;
const KEPT = /^(?:select|insert|update|delete|begin|commit|rollback)\b/i;

/** A file that is no whole database (SQLITE_CORRUPT, SQLITE_NOTADB), with what puts another in its place; null for every other error. */
export function damage(file: string, error: unknown): DomainError | null {
  const { errcode, message } = error as Error & { errcode?: number };
  return errcode === 11 || errcode === 26 ? damaged(file, message, error) : null;
}

export function damaged(file: string, what: string, cause?: unknown): DomainError {
  return new DomainError('bad-request', `${file} cannot be read as a store: ${what}.`, { action: 'Put a backup that is whole in its place: "npm run datalabs -- restore <backup>".', cause });
}

/** node:sqlite in the form Kysely's dialect knows. */
export function openSqlite(file: string): SqliteAdapter {
  const db = new DatabaseSync(file);
  // Readers do not block the writer, and a power cut loses at most the last moment, never the file.
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON;');
  } catch (error) {
    db.close();
    throw damage(file, error) ?? error;
  }
  const statements = new Map<string, ReturnType<SqliteAdapter['prepare']>>();
  const prepare: SqliteAdapter['prepare'] = sql => {
    const statement = db.prepare(sql);
    const values = (parameters: readonly unknown[]): SQLInputValue[] => parameters as SQLInputValue[];
    return {
      reader: statement.columns().length > 0,
      // The leading {} keeps a first value that is an object from being taken for named parameters, which would bind NULL in silence.
      all: parameters => statement.all({}, ...values(parameters)),
      run: parameters => statement.run({}, ...values(parameters)),
      // One of its own: whoever uses the kept one meanwhile would end the round.
      iterate: parameters => db.prepare(sql).iterate({}, ...values(parameters))
    };
  };
  return {
    close: () => db.close(),
    prepare(sql) {
      const known = statements.get(sql);
      if (known) {
        return known;
      }
      // What changes tables leaves statements behind that know the columns of before.
      if (!KEPT.test(sql) || statements.size >= MOST) {
        statements.clear();
      }
      const made = prepare(sql);
      if (KEPT.test(sql)) {
        statements.set(sql, made);
      }
      return made;
    }
  };
}
