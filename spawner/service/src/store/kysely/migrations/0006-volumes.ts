import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const volumes: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('volumes')
      .addColumn('name', 'text', column => column.primaryKey())
      .addColumn('entry', 'text')
      .execute();
  }
};
