import type { OAuthCodeRow, SessionRow, Store, TokenRow, WebSessionRow } from '../../ports/store.js';
import { memoryActivity } from './activity.js';
import { memoryAccounts } from './accounts.js';
import { memoryPeople } from './people.js';
import { memoryQuotas } from './quotas.js';
import { Table } from './table.js';
import { memoryTimelines } from './timelines.js';
import { memoryVolumes } from './volumes.js';

function fits<Row extends object>(filter: Partial<Row>): (row: Row) => boolean {
  const entries = Object.entries(filter).filter(([, value]) => value !== undefined);
  if (entries.length === 0) {
    throw new RangeError('A filter without a field would remove everything');
  }
  return row => entries.every(([key, value]) => row[key as keyof Row] === value);
}

/** Store without a disk, for tests and throw-away hubs. */
export function memoryStore(): Store {
  const tokens = new Table<TokenRow>();
  const webSessions = new Table<WebSessionRow>();
  const codes = new Table<OAuthCodeRow>();
  const sessions = new Table<SessionRow>();
  const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
  const unique = (clash: unknown): void => {
    if (clash) {
      throw new Error('UNIQUE constraint failed');
    }
  };

  const people = memoryPeople({ tokens, webSessions, codes, sessions });
  const { renameUser, removeUser, ...accounts } = memoryAccounts();
  const quotas = memoryQuotas();

  const store: Store = {
    ...people,
    ...accounts,
    activity: memoryActivity(() => store),
    users: {
      ...people.users,
      rename: (from, to) => people.users.rename(from, to).then(() => [renameUser, quotas.renameUser].forEach(rename => rename(from, to))),
      remove: name => people.users.remove(name).finally(() => (removeUser(name), quotas.remove('user', name)))
    },
    groups: { ...people.groups, remove: name => people.groups.remove(name).finally(() => quotas.remove('group', name)) },
    quotas,
    volumes: memoryVolumes(),
    tokens: {
      async insert(row) {
        unique(tokens.find(other => other.id === row.id || other.hash === row.hash));
        tokens.insert(row);
      },
      async findByHash(hash) {
        return tokens.find(row => row.hash === hash);
      },
      async list(owner) {
        return tokens.filter(row => row.owner === owner).sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1));
      },
      async findClient(clientId) {
        return tokens.find(row => row.kind === 'server' && row.clientId === clientId);
      },
      async touch(id, at) {
        tokens.update(row => row.id === id, row => (row.lastUsed = Math.max(row.lastUsed ?? 0, at)));
      },
      async remove(id) {
        return tokens.remove(row => row.id === id) > 0;
      },
      async removeWhere(filter) {
        return tokens.remove(fits<TokenRow>(filter));
      },
      async removeExpired(now) {
        return tokens.remove(row => row.expires !== null && row.expires <= now);
      }
    },
    webSessions: {
      async insert(row) {
        unique(webSessions.find(other => other.hash === row.hash));
        webSessions.insert(row);
      },
      async findByHash(hash) {
        return webSessions.find(row => row.hash === hash);
      },
      async remove(hash) {
        return webSessions.remove(row => row.hash === hash) > 0;
      },
      async removeOwner(owner) {
        return webSessions.remove(row => row.owner === owner);
      },
      async removeExpired(now) {
        return webSessions.remove(row => row.expires <= now);
      }
    },
    codes: {
      async insert(row) {
        unique(codes.find(other => other.hash === row.hash));
        codes.insert(row);
      },
      async findByHash(hash) {
        return codes.find(row => row.hash === hash);
      },
      async remove(hash) {
        return codes.remove(row => row.hash === hash) > 0;
      },
      async removeWhere(filter) {
        return codes.remove(fits<OAuthCodeRow>(filter));
      },
      async removeExpired(now) {
        return codes.remove(row => row.expires <= now);
      }
    },
    sessions: {
      async list() {
        return sessions.filter(() => true).sort((a, b) => (a.owner === b.owner ? byName(a, b) : a.owner < b.owner ? -1 : 1));
      },
      async get(owner, name) {
        return sessions.find(row => row.owner === owner && row.name === name);
      },
      async upsert(row) {
        sessions.remove(other => other.owner === row.owner && other.name === row.name);
        sessions.insert(row);
      },
      async remove(owner, name) {
        return sessions.remove(row => row.owner === owner && row.name === name) > 0;
      },
      async touch(owner, name, at) {
        sessions.update(
          row => row.owner === owner && row.name === name,
          row => (row.lastActivity = Math.max(row.lastActivity ?? 0, at))
        );
      }
    },
    timelines: memoryTimelines(),
    async close() {}
  };
  return store;
}
