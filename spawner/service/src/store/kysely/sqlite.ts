import { DatabaseSync, type SQLInputValue } from 'node:sqlite';

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

/** node:sqlite in the form Kysely's dialect knows. */
export function openSqlite(file: string): SqliteAdapter {
  const db = new DatabaseSync(file);
  // Readers do not block the writer, and a power cut loses at most the last moment, never the file.
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON;');
  return {
    close: () => db.close(),
    prepare(sql) {
      const statement = db.prepare(sql);
      const values = (parameters: readonly unknown[]): SQLInputValue[] => parameters as SQLInputValue[];
      return {
        reader: statement.columns().length > 0,
        // The leading {} keeps a first value that is an object from being taken for named parameters, which would bind NULL in silence.
        all: parameters => statement.all({}, ...values(parameters)),
        run: parameters => statement.run({}, ...values(parameters)),
        iterate: parameters => statement.iterate({}, ...values(parameters))
      };
    }
  };
}
