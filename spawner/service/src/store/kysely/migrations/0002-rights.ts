import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { foldName } from '../../../domain/names.js';

/** Roles, groups and shares. */
export const rights: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('users').addColumn('role', 'text', column => column.notNull().defaultTo('user')).execute();
    await db.schema.alterTable('users').addColumn('folded', 'text', column => column.notNull().defaultTo('')).execute();
    await db.schema.alterTable('users').addColumn('display_name', 'text').execute();
    await db.schema.alterTable('users').addColumn('email', 'text').execute();
    await sql`update users set role = 'admin' where admin = 1`.execute(db);
    // Folding is not something every database does alike.
    const { rows } = await sql<{ name: string }>`select name from users order by created, name`.execute(db);
    const taken = new Set<string>();
    for (const { name } of rows) {
      // Two names that an earlier hub let in stay two: the later one keeps a fold nobody can ask for.
      const folded = taken.has(foldName(name)) ? `\u0000${name}` : foldName(name);
      taken.add(folded);
      await sql`update users set folded = ${folded} where name = ${name}`.execute(db);
    }
    await db.schema.alterTable('users').dropColumn('admin').execute();
    await db.schema.createIndex('users_folded').on('users').column('folded').unique().execute();
    await db.schema.createIndex('users_activity').on('users').column('last_activity').execute();
    await db.schema.createIndex('web_sessions_owner').on('web_sessions').column('owner').execute();

    await db.schema
      .createTable('user_groups')
      .addColumn('name', 'text', column => column.primaryKey())
      .addColumn('properties', 'text', column => column.notNull())
      .addColumn('created', 'bigint', column => column.notNull())
      .execute();
    await db.schema
      .createTable('group_members')
      .addColumn('group_name', 'text', column => column.notNull())
      .addColumn('member', 'text', column => column.notNull())
      .addColumn('source', 'text', column => column.notNull())
      .addPrimaryKeyConstraint('group_members_key', ['group_name', 'member', 'source'])
      .execute();
    await db.schema.createIndex('group_members_member').on('group_members').column('member').execute();

    await db.schema
      .createTable('shares')
      .addColumn('owner', 'text', column => column.notNull())
      .addColumn('server', 'text', column => column.notNull())
      .addColumn('kind', 'text', column => column.notNull())
      .addColumn('grantee', 'text', column => column.notNull())
      .addColumn('created', 'bigint', column => column.notNull())
      .addPrimaryKeyConstraint('shares_key', ['owner', 'server', 'kind', 'grantee'])
      .execute();
    await db.schema.createIndex('shares_grantee').on('shares').columns(['kind', 'grantee']).execute();
    await db.schema
      .createTable('share_codes')
      .addColumn('id', 'text', column => column.primaryKey())
      .addColumn('hash', 'text', column => column.notNull().unique())
      .addColumn('owner', 'text', column => column.notNull())
      .addColumn('server', 'text', column => column.notNull())
      .addColumn('created', 'bigint', column => column.notNull())
      .addColumn('expires', 'bigint')
      .addColumn('used', 'integer', column => column.notNull())
      .addColumn('last_used', 'bigint')
      .execute();
    await db.schema.createIndex('share_codes_server').on('share_codes').columns(['owner', 'server']).execute();
  }
};
