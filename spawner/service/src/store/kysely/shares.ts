import { sql, type Kysely, type Selectable } from 'kysely';
import type { ShareCodeRow, ShareRow, ShareStore } from '../../ports/store.js';
import { anyOf, removed } from './common.js';
import type { Tables } from './tables.js';

const toShare = ({ owner, server, kind, grantee, created }: Selectable<Tables['shares']>): ShareRow => ({ owner, server, kind, grantee, created });
const toCode = (row: Selectable<Tables['share_codes']>): ShareCodeRow => ({
  id: row.id, hash: row.hash, owner: row.owner, server: row.server, created: row.created, expires: row.expires, used: row.used, lastUsed: row.last_used
});

export function kyselyShares(db: Kysely<Tables>): ShareStore {
  return {
    async grant(share) {
      await db.insertInto('shares').values({ ...share }).onConflict(conflict => conflict.columns(['owner', 'server', 'kind', 'grantee']).doNothing()).execute();
      return toShare(
        await db.selectFrom('shares').selectAll().where('owner', '=', share.owner).where('server', '=', share.server).where('kind', '=', share.kind)
          .where('grantee', '=', share.grantee).executeTakeFirstOrThrow()
      );
    },
    async revoke({ owner, server, kind, grantee }) {
      return (await removed(db.deleteFrom('shares').where('owner', '=', owner).where('server', '=', server).where('kind', '=', kind).where('grantee', '=', grantee))) > 0;
    },
    async list({ owner, server }) {
      const all = db.selectFrom('shares').selectAll().where('owner', '=', owner);
      return (await (server === undefined ? all : all.where('server', '=', server)).orderBy('created').orderBy('kind').orderBy('grantee').execute()).map(toShare);
    },
    async grantedTo(user, groups) {
      const rows = await db.selectFrom('shares').selectAll()
        .where(eb => eb.or([
          eb.and([eb('kind', '=', 'user'), eb('grantee', '=', user)]),
          ...(groups.length > 0 ? [eb.and([eb('kind', '=', 'group'), eb('grantee', 'in', anyOf(groups))])] : [])
        ]))
        .orderBy('created').orderBy('owner').orderBy('server').execute();
      return rows.map(toShare);
    },
    async ofGroup(group) {
      return (await db.selectFrom('shares').selectAll().where('kind', '=', 'group').where('grantee', '=', group).orderBy('created').orderBy('owner').orderBy('server').execute()).map(toShare);
    },
    async removeServer(owner, server) {
      await db.deleteFrom('share_codes').where('owner', '=', owner).where('server', '=', server).execute();
      return removed(db.deleteFrom('shares').where('owner', '=', owner).where('server', '=', server));
    },
    async insertCode(code) {
      await db.insertInto('share_codes').values({
        id: code.id, hash: code.hash, owner: code.owner, server: code.server, created: code.created, expires: code.expires, used: code.used, last_used: code.lastUsed
      }).execute();
    },
    async codes(owner, server) {
      return (await db.selectFrom('share_codes').selectAll().where('owner', '=', owner).where('server', '=', server).orderBy('created').orderBy('id').execute()).map(toCode);
    },
    async findCode(hash) {
      const row = await db.selectFrom('share_codes').selectAll().where('hash', '=', hash).executeTakeFirst();
      return row ? toCode(row) : null;
    },
    async useCode(id, at) {
      await db.updateTable('share_codes').set({ used: sql<number>`used + 1`, last_used: at }).where('id', '=', id).execute();
    },
    async removeCodes({ owner, server, id, hash }) {
      let query = db.deleteFrom('share_codes').where('owner', '=', owner).where('server', '=', server);
      query = id === undefined ? query : query.where('id', '=', id);
      return removed(hash === undefined ? query : query.where('hash', '=', hash));
    },
    async removeExpiredCodes(now) {
      return removed(db.deleteFrom('share_codes').where('expires', '<=', now));
    }
  };
}
