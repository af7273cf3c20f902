import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Logins by an identity provider, local passwords and invitations. */
export const accounts: Migration = {
  async up(db: Kysely<unknown>) {
    // What lets somebody in as a user goes with that user: a name given anew must not open to who had it before.
    await db.schema
      .createTable('identities')
      .addColumn('issuer', 'text', column => column.notNull())
      .addColumn('subject', 'text', column => column.notNull())
      .addColumn('user', 'text', column => column.notNull().unique().references('users.name').onDelete('cascade').onUpdate('cascade'))
      .addColumn('refresh_token', 'text')
      .addColumn('id_token', 'text')
      .addColumn('created', 'bigint', column => column.notNull())
      .addColumn('checked', 'bigint', column => column.notNull())
      .addPrimaryKeyConstraint('identities_key', ['issuer', 'subject'])
      .execute();
    await db.schema
      .createTable('accounts')
      .addColumn('user', 'text', column => column.primaryKey().references('users.name').onDelete('cascade').onUpdate('cascade'))
      .addColumn('password', 'text', column => column.notNull())
      .addColumn('changed', 'bigint', column => column.notNull())
      .execute();
    await db.schema
      .createTable('invitations')
      .addColumn('hash', 'text', column => column.primaryKey())
      .addColumn('user', 'text', column => column.notNull().unique())
      .addColumn('role', 'text', column => column.notNull())
      .addColumn('created_by', 'text', column => column.notNull())
      .addColumn('created', 'bigint', column => column.notNull())
      .addColumn('expires', 'bigint', column => column.notNull())
      .execute();
  }
};
