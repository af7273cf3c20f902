import type { Kysely, Selectable } from 'kysely';
import { TIMELINES_KEPT, type TimelineRow, type TimelineStore } from '../../ports/store.js';
import type { Tables } from './tables.js';

const toRow = (row: Selectable<Tables['timelines']>): TimelineRow => ({
  startId: row.start_id, owner: row.owner, name: row.name, datalab: row.datalab, version: row.version, title: row.title, kind: row.kind, started: row.started,
  ended: row.ended, warm: row.warm === 1, steps: JSON.parse(row.steps), reason: row.reason === null ? null : JSON.parse(row.reason)
});

const becameReady = (steps: unknown): boolean => Array.isArray(steps) && steps.some(step => (step as { step?: unknown }).step === 'ready');

export function kyselyTimelines(db: Kysely<Tables>): TimelineStore {
  return {
    async write(rows) {
      await db.transaction().execute(async transaction => {
        for (const row of rows) {
          const values = {
            owner: row.owner, name: row.name, datalab: row.datalab, version: row.version, title: row.title, kind: row.kind, started: row.started, ended: row.ended,
            warm: row.warm ? 1 : 0, ready: becameReady(row.steps) ? 1 : 0, steps: JSON.stringify(row.steps),
            reason: row.reason === null || row.reason === undefined ? null : JSON.stringify(row.reason)
          };
          await transaction.insertInto('timelines').values({ start_id: row.startId, ...values }).onConflict(conflict => conflict.column('start_id').doUpdateSet(values)).execute();
        }
        for (const owner of new Set(rows.map(row => row.owner))) {
          const kept = transaction.selectFrom('timelines').select('start_id').where('owner', '=', owner).orderBy('started', 'desc').orderBy('start_id', 'desc').limit(TIMELINES_KEPT);
          await transaction.deleteFrom('timelines').where('owner', '=', owner).where('start_id', 'not in', kept).execute();
        }
      });
    },
    async list({ owner, name, limit }) {
      let query = db.selectFrom('timelines').selectAll().where('owner', '=', owner);
      if (name !== undefined) {
        query = query.where('name', '=', name);
      }
      return (await query.orderBy('started', 'desc').orderBy('start_id', 'desc').limit(limit).execute()).map(toRow);
    },
    async recent(limit) {
      return (await db.selectFrom('timelines').selectAll().where('ready', '=', 1).orderBy('started', 'desc').orderBy('start_id', 'desc').limit(limit).execute()).map(toRow);
    }
  };
}
