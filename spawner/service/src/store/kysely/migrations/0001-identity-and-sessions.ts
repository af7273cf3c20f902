import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const identityAndSessions: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('users')
      .addColumn('name', 'text', column => column.primaryKey())
      .addColumn('admin', 'integer', column => column.notNull())
      .addColumn('created', 'bigint', column => column.notNull())
      .addColumn('last_activity', 'bigint')
      .execute();
    await db.schema
      .createTable('tokens')
      .addColumn('id', 'text', column => column.primaryKey())
      .addColumn('hash', 'text', column => column.notNull().unique())
      .addColumn('owner', 'text', column => column.notNull())
      .addColumn('scopes', 'text', column => column.notNull())
      .addColumn('kind', 'text', column => column.notNull())
      .addColumn('server', 'text')
      .addColumn('client_id', 'text')
      .addColumn('session_id', 'text')
      .addColumn('created', 'bigint', column => column.notNull())
      .addColumn('expires', 'bigint')
      .addColumn('last_used', 'bigint')
      .addColumn('note', 'text', column => column.notNull())
      .execute();
    await db.schema.createIndex('tokens_owner').on('tokens').column('owner').execute();
    await db.schema.createIndex('tokens_client').on('tokens').column('client_id').execute();
    await db.schema
      .createTable('web_sessions')
      .addColumn('hash', 'text', column => column.primaryKey())
      .addColumn('owner', 'text', column => column.notNull())
      .addColumn('session_id', 'text', column => column.notNull())
      .addColumn('created', 'bigint', column => column.notNull())
      .addColumn('expires', 'bigint', column => column.notNull())
      .execute();
    await db.schema
      .createTable('oauth_codes')
      .addColumn('hash', 'text', column => column.primaryKey())
      .addColumn('client_id', 'text', column => column.notNull())
      .addColumn('owner', 'text', column => column.notNull())
      .addColumn('redirect_uri', 'text', column => column.notNull())
      .addColumn('scopes', 'text', column => column.notNull())
      .addColumn('code_challenge', 'text')
      .addColumn('code_challenge_method', 'text')
      .addColumn('session_id', 'text')
      .addColumn('expires', 'bigint', column => column.notNull())
      .execute();
    await db.schema
      .createTable('sessions')
      .addColumn('owner', 'text', column => column.notNull())
      .addColumn('name', 'text', column => column.notNull())
      .addColumn('start_id', 'text', column => column.notNull())
      .addColumn('datalab', 'text', column => column.notNull())
      .addColumn('version', 'text', column => column.notNull())
      .addColumn('title', 'text', column => column.notNull())
      .addColumn('options', 'text', column => column.notNull())
      .addColumn('started', 'bigint', column => column.notNull())
      .addColumn('last_activity', 'bigint')
      .addColumn('failure', 'text')
      .addPrimaryKeyConstraint('sessions_key', ['owner', 'name'])
      .execute();
  }
};
