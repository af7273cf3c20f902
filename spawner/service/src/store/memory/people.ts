import { foldName } from '../../domain/names.js';
import type { GroupRow, GroupSource, OAuthCodeRow, SessionRow, ShareCodeRow, ShareRow, Store, TokenRow, UserRow, WebSessionRow } from '../../ports/store.js';
import { renamedScope } from '../scopes.js';
import { Table } from './table.js';

interface Others {
  tokens: Table<TokenRow>;
  webSessions: Table<WebSessionRow>;
  codes: Table<OAuthCodeRow>;
  sessions: Table<SessionRow>;
}

const order = (a: string | number | null, b: string | number | null): number => (a === b ? 0 : a === null ? -1 : b === null ? 1 : a < b ? -1 : 1);

/** Users, groups and shares. */
export function memoryPeople({ tokens, webSessions, codes, sessions }: Others): Pick<Store, 'users' | 'groups' | 'shares'> {
  const users = new Table<UserRow>();
  const groups = new Table<GroupRow>();
  const members = new Table<{ group: string; member: string; source: GroupSource }>();
  const shares = new Table<ShareRow>();
  const shareCodes = new Table<ShareCodeRow>();

  const insert = (row: UserRow): void => {
    if (users.find(other => foldName(other.name) === foldName(row.name))) {
      throw new Error('UNIQUE constraint failed');
    }
    users.insert(row);
  };
  const same = (a: Omit<ShareRow, 'created'>) => (b: ShareRow): boolean => a.owner === b.owner && a.server === b.server && a.kind === b.kind && a.grantee === b.grantee;

  return {
    users: {
      async ensure({ name, role, now }) {
        if (!users.find(row => row.name === name)) {
          insert({ name, role: role ?? 'user', displayName: null, email: null, created: now, lastActivity: null });
        }
        return users.find(row => row.name === name)!;
      },
      async insertMany(rows, now) {
        const folded = new Set(users.filter(() => true).map(row => foldName(row.name)));
        if (rows.some(row => folded.size === folded.add(foldName(row.name)).size)) {
          throw new Error('UNIQUE constraint failed');
        }
        rows.forEach(({ name, role }) => users.insert({ name, role, displayName: null, email: null, created: now, lastActivity: null }));
      },
      async get(name) {
        return users.find(row => row.name === name);
      },
      async alike(names) {
        const folded = new Set(names.map(foldName));
        return users.filter(row => folded.has(foldName(row.name)));
      },
      async list() {
        return users.filter(() => true).sort((a, b) => order(a.name, b.name));
      },
      async page({ offset, limit, nameFilter, only, without, sort = 'name', descending }) {
        const among = only && new Set(only);
        const not = new Set(without);
        const rows = users
          .filter(row => (!nameFilter || foldName(row.name).includes(foldName(nameFilter))) && (!among || among.has(row.name)) && !not.has(row.name))
          .sort((a, b) => order(a[sort], b[sort]) * (descending ? -1 : 1) || order(a.name, b.name));
        return { rows: rows.slice(offset, offset + limit), total: rows.length };
      },
      async update(name, change) {
        const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
        users.update(row => row.name === name, row => Object.assign(row, given));
      },
      async rename(from, to) {
        if (users.find(row => row.name !== from && foldName(row.name) === foldName(to))) {
          throw new Error('UNIQUE constraint failed');
        }
        users.update(row => row.name === from, row => (row.name = to));
        tokens.remove(row => row.owner === from && row.kind !== 'api');
        codes.remove(row => row.owner === from);
        tokens.update(row => row.owner === from, row => Object.assign(row, { owner: to, scopes: row.scopes.map(scope => renamedScope(scope, from, to)) }));
        webSessions.update(row => row.owner === from, row => (row.owner = to));
        sessions.update(row => row.owner === from, row => (row.owner = to));
        members.update(row => row.member === from, row => (row.member = to));
        shares.update(row => row.owner === from, row => (row.owner = to));
        shares.update(row => row.kind === 'user' && row.grantee === from, row => (row.grantee = to));
        shareCodes.update(row => row.owner === from, row => (row.owner = to));
      },
      async remove(name) {
        for (const table of [tokens, webSessions, codes, sessions, shares, shareCodes] as Table<{ owner: string }>[]) {
          table.remove(row => row.owner === name);
        }
        members.remove(row => row.member === name);
        shares.remove(row => row.kind === 'user' && row.grantee === name);
        return users.remove(row => row.name === name) > 0;
      },
      async touch(name, at) {
        users.update(row => row.name === name, row => (row.lastActivity = Math.max(row.lastActivity ?? 0, at)));
      }
    },
    groups: {
      async insert(group) {
        const known = groups.find(row => row.name === group.name);
        if (!known) {
          groups.insert(group);
        }
        return !known;
      },
      async get(name) {
        return groups.find(row => row.name === name);
      },
      async page({ offset, limit, only }) {
        const rows = groups.filter(row => !only || only.includes(row.name)).sort((a, b) => order(a.name, b.name));
        return { rows: rows.slice(offset, offset + limit), total: rows.length };
      },
      async setProperties(name, properties) {
        groups.update(row => row.name === name, row => (row.properties = properties));
      },
      async remove(name) {
        members.remove(row => row.group === name);
        shares.remove(row => row.kind === 'group' && row.grantee === name);
        return groups.remove(row => row.name === name) > 0;
      },
      async add(group, names, source) {
        for (const member of names) {
          members.remove(row => row.group === group && row.member === member && row.source === source);
          members.insert({ group, member, source });
        }
      },
      async drop(group, names) {
        members.remove(row => row.group === group && names.includes(row.member));
      },
      async members(group) {
        return [...new Set(members.filter(row => row.group === group).map(row => row.member))].sort(order);
      },
      async of(names) {
        const found = new Map<string, string[]>();
        for (const name of names) {
          const list = [...new Set(members.filter(row => row.member === name).map(row => row.group))].sort(order);
          if (list.length > 0) {
            found.set(name, list);
          }
        }
        return found;
      },
      async replace(user, names, source) {
        members.remove(row => row.member === user && row.source === source);
        new Set(names).forEach(group => members.insert({ group, member: user, source }));
      }
    },
    shares: {
      async grant(share) {
        if (!shares.find(same(share))) {
          shares.insert(share);
        }
        return shares.find(same(share))!;
      },
      async revoke(share) {
        return shares.remove(same(share)) > 0;
      },
      async list({ owner, server }) {
        return shares.filter(row => row.owner === owner && (server === undefined || row.server === server))
          .sort((a, b) => a.created - b.created || order(a.kind, b.kind) || order(a.grantee, b.grantee));
      },
      async grantedTo(user, names) {
        return shares.filter(row => (row.kind === 'user' ? row.grantee === user : names.includes(row.grantee)))
          .sort((a, b) => a.created - b.created || order(a.owner, b.owner) || order(a.server, b.server));
      },
      async ofGroup(group) {
        return shares.filter(row => row.kind === 'group' && row.grantee === group).sort((a, b) => a.created - b.created || order(a.owner, b.owner) || order(a.server, b.server));
      },
      async removeServer(owner, server) {
        shareCodes.remove(row => row.owner === owner && row.server === server);
        return shares.remove(row => row.owner === owner && row.server === server);
      },
      async insertCode(code) {
        shareCodes.insert(code);
      },
      async codes(owner, server) {
        return shareCodes.filter(row => row.owner === owner && row.server === server).sort((a, b) => a.created - b.created || order(a.id, b.id));
      },
      async findCode(hash) {
        return shareCodes.find(row => row.hash === hash);
      },
      async useCode(id, at) {
        shareCodes.update(row => row.id === id, row => Object.assign(row, { used: row.used + 1, lastUsed: at }));
      },
      async removeCodes({ owner, server, id, hash }) {
        return shareCodes.remove(row => row.owner === owner && row.server === server && (id === undefined || row.id === id) && (hash === undefined || row.hash === hash));
      },
      async removeExpiredCodes(now) {
        return shareCodes.remove(row => row.expires !== null && row.expires <= now);
      }
    }
  };
}
