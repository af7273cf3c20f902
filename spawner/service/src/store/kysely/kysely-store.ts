import { chmodSync, closeSync, openSync } from 'node:fs';
import { Kysely, SqliteDialect, type Selectable } from 'kysely';
import { Migrator } from 'kysely/migration';
import { DomainError } from '../../domain/errors.js';
import type { OAuthCodeRow, SessionRow, Store, TokenRow } from '../../ports/store.js';
import { kyselyActivity } from './activity.js';
import { kyselyAccounts } from './accounts.js';
import { later, removed } from './common.js';
import { kyselyGroups } from './groups.js';
import { migrationProvider } from './migrations/index.js';
import { kyselyQuotas } from './quotas.js';
import { kyselyVolumes } from './volumes.js';
import { kyselyShares } from './shares.js';
import { damage, openSqlite } from './sqlite.js';
import type { Tables } from './tables.js';
import { kyselyTimelines } from './timelines.js';
import { kyselyUsers } from './users.js';

type Row<T extends keyof Tables> = Selectable<Tables[T]>;

const toToken = (row: Row<'tokens'>): TokenRow => ({
  id: row.id, hash: row.hash, owner: row.owner, scopes: JSON.parse(row.scopes) as string[], kind: row.kind, server: row.server, clientId: row.client_id,
  sessionId: row.session_id, created: row.created, expires: row.expires, lastUsed: row.last_used, note: row.note
});
const toCode = (row: Row<'oauth_codes'>): OAuthCodeRow => ({
  hash: row.hash, clientId: row.client_id, owner: row.owner, redirectUri: row.redirect_uri, scopes: JSON.parse(row.scopes) as string[],
  codeChallenge: row.code_challenge, codeChallengeMethod: row.code_challenge_method, sessionId: row.session_id, expires: row.expires
});
const toSession = (row: Row<'sessions'>): SessionRow => ({
  owner: row.owner, name: row.name, startId: row.start_id, datalab: row.datalab, version: row.version, title: row.title, options: JSON.parse(row.options),
  started: row.started, lastActivity: row.last_activity, failure: row.failure === null ? null : JSON.parse(row.failure)
});

/** Columns of a filter's fields; refuses an empty one, which would remove everything. */
function columns(filter: { owner?: string; kind?: string; server?: string; clientId?: string; sessionId?: string }): Record<string, string> {
  const { clientId, sessionId, ...rest } = filter;
  const entries = Object.entries({ ...rest, client_id: clientId, session_id: sessionId }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  if (entries.length === 0) {
    throw new RangeError('A filter without a field would remove everything');
  }
  return Object.fromEntries(entries);
}

export interface OpenStoreOptions {
  /** Path of the database file, or `:memory:`. */
  file: string;
  logger?: { info(fields: object, message: string): void };
  /** Told how long each statement took, in milliseconds. */
  observe?: (kind: 'read' | 'write', ms: number) => void;
}

/** Opens the store and brings its tables up to date. */
export async function openStore({ file, logger, observe }: OpenStoreOptions): Promise<Store> {
  if (file !== ':memory:') {
    // Private before the first byte: SQLite itself would follow the umask, and its -wal and -shm files follow the database.
    closeSync(openSync(file, 'a', 0o600));
    chmodSync(file, 0o600);
  }
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: openSqlite(file) }), ...(observe && { log: ({ query, queryDurationMillis }) => observe(query.query.kind === 'SelectQueryNode' ? 'read' : 'write', queryDurationMillis) }) });
  const { error, results } = await new Migrator({ db, provider: migrationProvider }).migrateToLatest();
  if (error) {
    await db.destroy();
    throw damage(file, error) ?? new DomainError('internal', `The store ${file} could not be brought up to date.`, {
      action: 'It may come from a newer version of the hub: use that version, or another --state-dir.', cause: error
    });
  }
  for (const result of results ?? []) {
    logger?.info({ migration: result.migrationName }, 'store migrated');
  }
  return build(db);
}

function build(db: Kysely<Tables>): Store {
  return {
    users: kyselyUsers(db),
    groups: kyselyGroups(db),
    shares: kyselyShares(db),
    quotas: kyselyQuotas(db),
    volumes: kyselyVolumes(db),
    timelines: kyselyTimelines(db),
    activity: kyselyActivity(db),
    ...kyselyAccounts(db),
    tokens: {
      async insert(row) {
        await db.insertInto('tokens').values({
          id: row.id, hash: row.hash, owner: row.owner, scopes: JSON.stringify(row.scopes), kind: row.kind, server: row.server, client_id: row.clientId,
          session_id: row.sessionId, created: row.created, expires: row.expires, last_used: row.lastUsed, note: row.note
        }).execute();
      },
      async findByHash(hash) {
        const row = await db.selectFrom('tokens').selectAll().where('hash', '=', hash).executeTakeFirst();
        return row ? toToken(row) : null;
      },
      async list(owner) {
        return (await db.selectFrom('tokens').selectAll().where('owner', '=', owner).orderBy('created').orderBy('id').execute()).map(toToken);
      },
      async findClient(clientId) {
        const row = await db.selectFrom('tokens').selectAll().where('kind', '=', 'server').where('client_id', '=', clientId).executeTakeFirst();
        return row ? toToken(row) : null;
      },
      async touch(id, at) {
        await db.updateTable('tokens').set({ last_used: later('last_used', at) }).where('id', '=', id).execute();
      },
      async remove(id) {
        return (await removed(db.deleteFrom('tokens').where('id', '=', id))) > 0;
      },
      async removeWhere(filter) {
        return removed(db.deleteFrom('tokens').where(eb => eb.and(columns(filter))));
      },
      async removeExpired(now) {
        return removed(db.deleteFrom('tokens').where('expires', '<=', now));
      }
    },
    webSessions: {
      async insert(row) {
        await db.insertInto('web_sessions').values({ hash: row.hash, owner: row.owner, session_id: row.sessionId, created: row.created, expires: row.expires }).execute();
      },
      async findByHash(hash) {
        const row = await db.selectFrom('web_sessions').selectAll().where('hash', '=', hash).executeTakeFirst();
        return row ? { hash: row.hash, owner: row.owner, sessionId: row.session_id, created: row.created, expires: row.expires } : null;
      },
      async remove(hash) {
        return (await removed(db.deleteFrom('web_sessions').where('hash', '=', hash))) > 0;
      },
      async removeOwner(owner) {
        return removed(db.deleteFrom('web_sessions').where('owner', '=', owner));
      },
      async removeExpired(now) {
        return removed(db.deleteFrom('web_sessions').where('expires', '<=', now));
      }
    },
    codes: {
      async insert(row) {
        await db.insertInto('oauth_codes').values({
          hash: row.hash, client_id: row.clientId, owner: row.owner, redirect_uri: row.redirectUri, scopes: JSON.stringify(row.scopes),
          code_challenge: row.codeChallenge, code_challenge_method: row.codeChallengeMethod, session_id: row.sessionId, expires: row.expires
        }).execute();
      },
      async findByHash(hash) {
        const row = await db.selectFrom('oauth_codes').selectAll().where('hash', '=', hash).executeTakeFirst();
        return row ? toCode(row) : null;
      },
      async remove(hash) {
        return (await removed(db.deleteFrom('oauth_codes').where('hash', '=', hash))) > 0;
      },
      async removeWhere(filter) {
        return removed(db.deleteFrom('oauth_codes').where(eb => eb.and(columns(filter))));
      },
      async removeExpired(now) {
        return removed(db.deleteFrom('oauth_codes').where('expires', '<=', now));
      }
    },
    sessions: {
      async list() {
        return (await db.selectFrom('sessions').selectAll().orderBy('owner').orderBy('name').execute()).map(toSession);
      },
      async get(owner, name) {
        const row = await db.selectFrom('sessions').selectAll().where('owner', '=', owner).where('name', '=', name).executeTakeFirst();
        return row ? toSession(row) : null;
      },
      async upsert(row) {
        const values = {
          start_id: row.startId, datalab: row.datalab, version: row.version, title: row.title, options: JSON.stringify(row.options ?? null), started: row.started,
          last_activity: row.lastActivity, failure: row.failure === null || row.failure === undefined ? null : JSON.stringify(row.failure)
        };
        await db.insertInto('sessions').values({ owner: row.owner, name: row.name, ...values })
          .onConflict(conflict => conflict.columns(['owner', 'name']).doUpdateSet(values)).execute();
      },
      async remove(owner, name) {
        return (await removed(db.deleteFrom('sessions').where('owner', '=', owner).where('name', '=', name))) > 0;
      },
      async touch(owner, name, at) {
        await db.updateTable('sessions').set({ last_activity: later('last_activity', at) }).where('owner', '=', owner).where('name', '=', name).execute();
      }
    },
    close: () => db.destroy()
  };
}
