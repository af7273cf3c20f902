import type { Kysely } from 'kysely';
import type { VolumeStore } from '../../ports/store.js';
import { removed } from './common.js';
import type { Tables } from './tables.js';

export function kyselyVolumes(db: Kysely<Tables>): VolumeStore {
  return {
    async list() {
      const rows = await db.selectFrom('volumes').selectAll().orderBy('name').execute();
      return rows.map(({ name, entry }) => ({ name, entry: entry === null ? null : (JSON.parse(entry) as unknown) }));
    },
    async set(name, value) {
      const entry = value === null ? null : JSON.stringify(value);
      await db.insertInto('volumes').values({ name, entry }).onConflict(conflict => conflict.column('name').doUpdateSet({ entry })).execute();
    },
    async remove(name) {
      return (await removed(db.deleteFrom('volumes').where('name', '=', name))) > 0;
    }
  };
}
