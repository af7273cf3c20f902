import type { Kysely, Selectable } from 'kysely';
import type { IdentityRow, InvitationRow, Store } from '../../ports/store.js';
import type { Tables } from './tables.js';

const toIdentity = (row: Selectable<Tables['identities']>): IdentityRow => ({
  issuer: row.issuer, subject: row.subject, user: row.user, refreshToken: row.refresh_token, idToken: row.id_token, created: row.created, checked: row.checked
});
const toInvitation = (row: Selectable<Tables['invitations']>): InvitationRow => ({
  hash: row.hash, user: row.user, role: row.role, createdBy: row.created_by, created: row.created, expires: row.expires
});

/** How people prove who they are. */
export function kyselyAccounts(db: Kysely<Tables>): Pick<Store, 'identities' | 'accounts' | 'invitations'> {
  return {
    identities: {
      async find(issuer, subject) {
        const row = await db.selectFrom('identities').selectAll().where('issuer', '=', issuer).where('subject', '=', subject).executeTakeFirst();
        return row ? toIdentity(row) : null;
      },
      async ofUser(user) {
        const row = await db.selectFrom('identities').selectAll().where('user', '=', user).executeTakeFirst();
        return row ? toIdentity(row) : null;
      },
      async insert(row) {
        const values = {
          issuer: row.issuer, subject: row.subject, user: row.user, refresh_token: row.refreshToken, id_token: row.idToken, created: row.created, checked: row.checked
        };
        const { numInsertedOrUpdatedRows } = await db.insertInto('identities').values(values).onConflict(conflict => conflict.doNothing()).executeTakeFirstOrThrow();
        return Number(numInsertedOrUpdatedRows) === 1;
      },
      async update(user, change) {
        const values = Object.fromEntries(
          Object.entries({ refresh_token: change.refreshToken, id_token: change.idToken, checked: change.checked }).filter(([, value]) => value !== undefined)
        );
        if (Object.keys(values).length > 0) {
          await db.updateTable('identities').set(values).where('user', '=', user).execute();
        }
      }
    },
    accounts: {
      async get(user) {
        const row = await db.selectFrom('accounts').selectAll().where('user', '=', user).executeTakeFirst();
        return row ? { user: row.user, password: row.password, changed: row.changed } : null;
      },
      async set({ user, password, changed }) {
        await db.insertInto('accounts').values({ user, password, changed }).onConflict(conflict => conflict.column('user').doUpdateSet({ password, changed })).execute();
      },
      async list() {
        return (await db.selectFrom('accounts').selectAll().orderBy('user').execute()).map(({ user, password, changed }) => ({ user, password, changed }));
      }
    },
    invitations: {
      async put(row) {
        const values = { hash: row.hash, role: row.role, created_by: row.createdBy, created: row.created, expires: row.expires };
        await db.insertInto('invitations').values({ user: row.user, ...values }).onConflict(conflict => conflict.column('user').doUpdateSet(values)).execute();
      },
      async find(hash) {
        const row = await db.selectFrom('invitations').selectAll().where('hash', '=', hash).executeTakeFirst();
        return row ? toInvitation(row) : null;
      },
      async list() {
        return (await db.selectFrom('invitations').selectAll().orderBy('user').execute()).map(toInvitation);
      },
      async take(hash) {
        return (await db.deleteFrom('invitations').where('hash', '=', hash).executeTakeFirst()).numDeletedRows > 0n;
      },
      async removeUser(user) {
        await db.deleteFrom('invitations').where('user', '=', user).execute();
      },
      async removeExpired(now) {
        return Number((await db.deleteFrom('invitations').where('expires', '<=', now).executeTakeFirst()).numDeletedRows);
      }
    }
  };
}
