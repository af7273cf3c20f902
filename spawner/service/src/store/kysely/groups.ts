import { sql, type Kysely, type Selectable } from 'kysely';
import type { GroupRow, GroupStore } from '../../ports/store.js';
import { anyOf, chunks, removed } from './common.js';
import type { Tables } from './tables.js';

const toGroup = (row: Selectable<Tables['user_groups']>): GroupRow => ({ name: row.name, properties: JSON.parse(row.properties) as GroupRow['properties'], created: row.created });

export function kyselyGroups(db: Kysely<Tables>): GroupStore {
  return {
    async insert(group) {
      const { numInsertedOrUpdatedRows } = await db.insertInto('user_groups')
        .values({ name: group.name, properties: JSON.stringify(group.properties), created: group.created })
        .onConflict(conflict => conflict.column('name').doNothing()).executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    },
    async get(name) {
      const row = await db.selectFrom('user_groups').selectAll().where('name', '=', name).executeTakeFirst();
      return row ? toGroup(row) : null;
    },
    async page({ offset, limit, only }) {
      const matching = only ? db.selectFrom('user_groups').where('name', 'in', anyOf(only)) : db.selectFrom('user_groups');
      const { total } = await matching.select(sql<number>`count(*)`.as('total')).executeTakeFirstOrThrow();
      return { rows: (await matching.selectAll().orderBy('name').limit(limit).offset(offset).execute()).map(toGroup), total: Number(total) };
    },
    async setProperties(name, properties) {
      await db.updateTable('user_groups').set({ properties: JSON.stringify(properties) }).where('name', '=', name).execute();
    },
    async remove(name) {
      return db.transaction().execute(async transaction => {
        await transaction.deleteFrom('group_members').where('group_name', '=', name).execute();
        await transaction.deleteFrom('shares').where('kind', '=', 'group').where('grantee', '=', name).execute();
        await transaction.deleteFrom('group_quotas').where('name', '=', name).execute();
        return (await removed(transaction.deleteFrom('user_groups').where('name', '=', name))) > 0;
      });
    },
    async add(group, members, source) {
      await db.transaction().execute(async transaction => {
        for (const part of chunks([...new Set(members)], 200)) {
          await transaction.insertInto('group_members').values(part.map(member => ({ group_name: group, member, source })))
            .onConflict(conflict => conflict.columns(['group_name', 'member', 'source']).doNothing()).execute();
        }
      });
    },
    async drop(group, members) {
      await db.deleteFrom('group_members').where('group_name', '=', group).where('member', 'in', anyOf(members)).execute();
    },
    async members(group) {
      return (await db.selectFrom('group_members').select('member').distinct().where('group_name', '=', group).orderBy('member').execute()).map(row => row.member);
    },
    async of(users) {
      const found = new Map<string, string[]>();
      if (users.length > 0) {
        const one = users.length === 1 ? db.selectFrom('group_members').where('member', '=', users[0]!) : db.selectFrom('group_members').where('member', 'in', anyOf(users));
        for (const { member, group_name: group } of await one.select(['member', 'group_name']).distinct().orderBy('group_name').execute()) {
          found.set(member, [...(found.get(member) ?? []), group]);
        }
      }
      return found;
    },
    async replace(user, groups, source) {
      await db.transaction().execute(async transaction => {
        await transaction.deleteFrom('group_members').where('member', '=', user).where('source', '=', source).execute();
        if (groups.length > 0) {
          await transaction.insertInto('group_members').values([...new Set(groups)].map(group => ({ group_name: group, member: user, source }))).execute();
        }
      });
    }
  };
}
