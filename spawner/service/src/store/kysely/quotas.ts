import type { Kysely, Selectable } from 'kysely';
import type { Quota, QuotaStore } from '../../ports/store.js';
import { anyOf, removed } from './common.js';
import type { Tables } from './tables.js';

const TABLE = { user: 'user_quotas', group: 'group_quotas' } as const;

const toQuota = ({ sessions, cpu, memory, home }: Selectable<Tables['user_quotas']>): Quota => ({ sessions, cpu, memory, home });

export function kyselyQuotas(db: Kysely<Tables>): QuotaStore {
  return {
    async get(kind, name) {
      const row = await db.selectFrom(TABLE[kind]).selectAll().where('name', '=', name).executeTakeFirst();
      return row ? toQuota(row) : null;
    },
    async set(kind, name, { sessions, cpu, memory, home }) {
      const values = { sessions, cpu, memory, home };
      await db.insertInto(TABLE[kind]).values({ name, ...values }).onConflict(conflict => conflict.column('name').doUpdateSet(values)).execute();
    },
    async remove(kind, name) {
      return (await removed(db.deleteFrom(TABLE[kind]).where('name', '=', name))) > 0;
    },
    async ofGroups(names) {
      const rows = await db.selectFrom('group_quotas').selectAll().where('name', 'in', anyOf(names)).execute();
      return new Map(rows.map(row => [row.name, toQuota(row)]));
    }
  };
}
