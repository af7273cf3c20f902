import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const quotas: Migration = {
  async up(db: Kysely<unknown>) {
    for (const table of ['user_quotas', 'group_quotas']) {
      await db.schema
        .createTable(table)
        .addColumn('name', 'text', column => column.primaryKey())
        .addColumn('sessions', 'integer')
        .addColumn('cpu', 'double precision')
        .addColumn('memory', 'text')
        .addColumn('home', 'text')
        .execute();
    }
  }
};
