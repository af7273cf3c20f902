import { sql, type Kysely, type Selectable } from 'kysely';
import { foldName } from '../../domain/names.js';
import type { UserQuery, UserRow, UserStore } from '../../ports/store.js';
import { renamedScope } from '../scopes.js';
import { anyOf, chunks, later } from './common.js';
import type { Tables } from './tables.js';

const toUser = (row: Selectable<Tables['users']>): UserRow => ({
  name: row.name, role: row.role, displayName: row.display_name, email: row.email, created: row.created, lastActivity: row.last_activity
});

/** Where a user's name stands besides in `users` itself. Whatever new table bears one belongs here, else its rows outlive their owner. */
const BEARERS: readonly [table: keyof Tables, column: string][] = [
  ['tokens', 'owner'], ['web_sessions', 'owner'], ['oauth_codes', 'owner'], ['sessions', 'owner'], ['group_members', 'member'], ['shares', 'owner'], ['share_codes', 'owner'], ['invitations', 'user'],
  ['timelines', 'owner'], ['user_quotas', 'name']
];

export function kyselyUsers(db: Kysely<Tables>): UserStore {
  const get = async (name: string): Promise<UserRow | null> => {
    const row = await db.selectFrom('users').selectAll().where('name', '=', name).executeTakeFirst();
    return row ? toUser(row) : null;
  };
  return {
    get,
    async ensure({ name, role, now }) {
      const known = await get(name);
      if (known) {
        return known;
      }
      await db.insertInto('users').values({ ...blank(name, now), role: role ?? 'user' }).onConflict(conflict => conflict.column('name').doNothing()).execute();
      return (await get(name))!;
    },
    async insertMany(users, now) {
      await db.transaction().execute(async transaction => {
        for (const part of chunks(users, 200)) {
          await transaction.insertInto('users').values(part.map(({ name, role }) => ({ ...blank(name, now), role }))).execute();
        }
      });
    },
    async alike(names) {
      return (await db.selectFrom('users').selectAll().where('folded', 'in', anyOf(names.map(foldName))).execute()).map(toUser);
    },
    async list() {
      return (await db.selectFrom('users').selectAll().orderBy('name').execute()).map(toUser);
    },
    async page(query) {
      const matching = matches(db, query);
      const column = query.sort === 'created' ? 'created' : query.sort === 'lastActivity' ? 'last_activity' : 'name';
      const direction = query.descending ? 'desc' : 'asc';
      const ordered = column === 'name' ? matching.selectAll().orderBy('name', direction) : matching.selectAll().orderBy(column, direction).orderBy('name');
      const { total } = await matching.select(sql<number>`count(*)`.as('total')).executeTakeFirstOrThrow();
      return { rows: (await ordered.limit(query.limit).offset(query.offset).execute()).map(toUser), total: Number(total) };
    },
    async update(name, { role, displayName, email }) {
      const change = { ...(role !== undefined && { role }), ...(displayName !== undefined && { display_name: displayName }), ...(email !== undefined && { email }) };
      if (Object.keys(change).length > 0) {
        await db.updateTable('users').set(change).where('name', '=', name).execute();
      }
    },
    async rename(from, to) {
      await db.transaction().execute(async transaction => {
        await transaction.updateTable('users').set({ name: to, folded: foldName(to) }).where('name', '=', from).execute();
        await transaction.deleteFrom('tokens').where('owner', '=', from).where('kind', '!=', 'api').execute();
        await transaction.deleteFrom('oauth_codes').where('owner', '=', from).execute();
        for (const { id, scopes } of await transaction.selectFrom('tokens').select(['id', 'scopes']).where('owner', '=', from).execute()) {
          const renamed = (JSON.parse(scopes) as string[]).map(scope => renamedScope(scope, from, to));
          await transaction.updateTable('tokens').set({ scopes: JSON.stringify(renamed) }).where('id', '=', id).execute();
        }
        for (const [table, column] of BEARERS) {
          await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${to} where ${sql.ref(column)} = ${from}`.execute(transaction);
        }
        await transaction.updateTable('shares').set({ grantee: to }).where('kind', '=', 'user').where('grantee', '=', from).execute();
      });
    },
    async remove(name) {
      return db.transaction().execute(async transaction => {
        for (const [table, column] of BEARERS) {
          await sql`delete from ${sql.table(table)} where ${sql.ref(column)} = ${name}`.execute(transaction);
        }
        await transaction.deleteFrom('shares').where('kind', '=', 'user').where('grantee', '=', name).execute();
        const { numDeletedRows } = await transaction.deleteFrom('users').where('name', '=', name).executeTakeFirst();
        return numDeletedRows > 0n;
      });
    },
    async touch(name, at) {
      await db.updateTable('users').set({ last_activity: later('last_activity', at) }).where('name', '=', name).execute();
    }
  };
}

function blank(name: string, now: number): Tables['users'] {
  return { name, folded: foldName(name), role: 'user', display_name: null, email: null, created: now, last_activity: null };
}

function matches(db: Kysely<Tables>, { nameFilter, only, without }: UserQuery) {
  let query = db.selectFrom('users');
  if (nameFilter) {
    query = query.where(sql<number>`instr(folded, ${foldName(nameFilter)})`, '>', 0);
  }
  if (only) {
    query = query.where('name', 'in', anyOf(only));
  }
  return without ? query.where('name', 'not in', anyOf(without)) : query;
}
