import type { AccountRow, IdentityRow, InvitationRow, Store } from '../../ports/store.js';

const byUser = (a: { user: string }, b: { user: string }): number => (a.user < b.user ? -1 : 1);

/** How people prove who they are, in memory. */
export function memoryAccounts(): Pick<Store, 'identities' | 'accounts' | 'invitations'> & { removeUser(user: string): void; renameUser(from: string, to: string): void } {
  const identities = new Map<string, IdentityRow>();
  const accounts = new Map<string, AccountRow>();
  const invitations = new Map<string, InvitationRow>();
  const person = (issuer: string, subject: string): IdentityRow | undefined => [...identities.values()].find(row => row.issuer === issuer && row.subject === subject);
  const copy = <Row>(row: Row | undefined): Row | null => (row === undefined ? null : structuredClone(row));

  return {
    identities: {
      find: async (issuer, subject) => copy(person(issuer, subject)),
      ofUser: async user => copy(identities.get(user)),
      async insert(row) {
        if (identities.has(row.user) || person(row.issuer, row.subject)) {
          return false;
        }
        identities.set(row.user, { ...row });
        return true;
      },
      async update(user, change) {
        const row = identities.get(user);
        if (row) {
          Object.assign(row, Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)));
        }
      }
    },
    accounts: {
      get: async user => copy(accounts.get(user)),
      async set(row) {
        accounts.set(row.user, { ...row });
      },
      list: async () => structuredClone([...accounts.values()].sort(byUser))
    },
    invitations: {
      async put(row) {
        invitations.set(row.user, { ...row });
      },
      find: async hash => copy([...invitations.values()].find(row => row.hash === hash)),
      list: async () => structuredClone([...invitations.values()].sort(byUser)),
      async take(hash) {
        const row = [...invitations.values()].find(other => other.hash === hash);
        return row !== undefined && invitations.delete(row.user);
      },
      async removeUser(user) {
        invitations.delete(user);
      },
      async removeExpired(now) {
        const old = [...invitations.values()].filter(row => row.expires <= now);
        old.forEach(row => invitations.delete(row.user));
        return old.length;
      }
    },
    removeUser(user) {
      identities.delete(user);
      accounts.delete(user);
      invitations.delete(user);
    },
    renameUser(from, to) {
      for (const table of [identities, accounts, invitations] as Map<string, { user: string }>[]) {
        const row = table.get(from);
        if (row) {
          table.delete(from);
          table.set(to, { ...row, user: to });
        }
      }
    }
  };
}
