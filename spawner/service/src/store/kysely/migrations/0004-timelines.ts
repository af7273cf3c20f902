import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const timelines: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('timelines')
      .addColumn('start_id', 'text', column => column.primaryKey())
      .addColumn('owner', 'text', column => column.notNull())
      .addColumn('name', 'text', column => column.notNull())
      .addColumn('datalab', 'text', column => column.notNull())
      .addColumn('version', 'text', column => column.notNull())
      .addColumn('title', 'text', column => column.notNull())
      .addColumn('kind', 'text', column => column.notNull())
      .addColumn('started', 'bigint', column => column.notNull())
      .addColumn('ended', 'bigint')
      .addColumn('warm', 'integer', column => column.notNull())
      .addColumn('ready', 'integer', column => column.notNull())
      .addColumn('steps', 'text', column => column.notNull())
      .addColumn('reason', 'text')
      .execute();
    await db.schema.createIndex('timelines_owner').on('timelines').columns(['owner', 'started']).execute();
    await db.schema.createIndex('timelines_started').on('timelines').column('started').execute();
  }
};
