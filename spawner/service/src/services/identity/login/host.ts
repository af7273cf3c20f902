import type { Role } from '../../../domain/roles.js';
import type { Store } from '../../../ports/store.js';
import type { Logins } from '../logins.js';
import type { Users } from '../users.js';
import type { Arrival, LoginHost } from './types.js';

/** Users and logins as the ways of logging in see them. */
export function loginHost({ users, logins, store }: { users: Users; logins: Logins; store: Pick<Store, 'users'> }): LoginHost {
  return {
    open: owner => logins.open(owner),
    endLogins: owner => logins.endAll(owner),
    async nameTaken(name) {
      return (await store.users.alike([name])).length > 0;
    },
    async ensureUser({ name, role }) {
      await users.ensure({ name, role });
    },
    async arrive({ name, admin, displayName, email, groups }: Arrival) {
      await users.ensure({ name, role: await roleOf(name, admin), displayName, email, ...(groups && { groups: { names: groups, source: 'idp' } }) });
    }
  };

  /** The provider says who is admin, and nothing about the other roles: who was one and is not any more becomes a user. */
  async function roleOf(name: string, admin: boolean | undefined): Promise<Role | undefined> {
    if (admin === undefined || admin) {
      return admin ? 'admin' : undefined;
    }
    return (await store.users.get(name))?.role === 'admin' ? 'user' : undefined;
  }
}
