import type { Migration, MigrationProvider } from 'kysely/migration';
import { identityAndSessions } from './0001-identity-and-sessions.js';
import { rights } from './0002-rights.js';
import { accounts } from './0003-accounts.js';
import { timelines } from './0004-timelines.js';
import { quotas } from './0005-quotas.js';
import { volumes } from './0006-volumes.js';

/** Appended to, never edited: each has run on somebody's disk. Plain column types, so that PostgreSQL takes them too. */
const migrations: Record<string, Migration> = {
  '0001-identity-and-sessions': identityAndSessions,
  '0002-rights': rights,
  '0003-accounts': accounts,
  '0004-timelines': timelines,
  '0005-quotas': quotas,
  '0006-volumes': volumes
};

export const migrationProvider: MigrationProvider = {
  getMigrations: async () => migrations
};
