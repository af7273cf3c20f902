import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VolumeEntry } from '@jupyter-datalabs/contract';
import { Kysely, SqliteDialect, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Quota, SessionRow, Store, TokenRow } from '../../ports/store.js';
import { memoryStore, openStore } from '../../store/index.js';
import { migrationProvider } from '../../store/kysely/migrations/index.js';
import { openSqlite } from '../../store/kysely/sqlite.js';

const token: TokenRow = {
  id: 'a1', hash: 'h1', owner: 'alice', scopes: ['a', 'b'], kind: 'server', server: '', clientId: 'jupyterhub-user-alice', sessionId: null, created: 1, expires: null, lastUsed: null, note: ''
};
const session: SessionRow = {
  owner: 'alice', name: '', startId: 's', datalab: 'jupyterlab', version: '1', title: 'JupyterLab', options: { datalab: 'jupyterlab' }, started: 5, lastActivity: null, failure: null
};

describe.each([
  ['memory', async () => memoryStore()],
  ['sqlite', () => openStore({ file: ':memory:' })]
])('store contract: %s', (_name, open: () => Promise<Store>) => {
  let store: Store;
  beforeEach(async () => {
    store = await open();
  });
  afterEach(() => store.close());

  it('creates a user once and never moves activity back', async () => {
    await store.users.ensure({ name: 'alice', now: 1 });
    expect(await store.users.ensure({ name: 'alice', role: 'admin', now: 9 })).toEqual({ name: 'alice', role: 'user', displayName: null, email: null, created: 1, lastActivity: null });
    await store.users.touch('alice', 20);
    await store.users.touch('alice', 10);
    expect((await store.users.get('alice'))?.lastActivity).toBe(20);
    expect(await store.users.get('bob')).toBeNull();
    expect(await store.users.list()).toHaveLength(1);
  });

  it('makes users together or not at all, and finds those that look alike', async () => {
    await store.users.insertMany([{ name: 'zoe', role: 'user' }, { name: 'René', role: 'author' }], 5);
    await expect(store.users.insertMany([{ name: 'new', role: 'user' }, { name: 'ZOE', role: 'user' }], 6)).rejects.toThrow(/UNIQUE/);
    await expect(store.users.ensure({ name: 'RENE\u0301', now: 6 })).rejects.toThrow(/UNIQUE/);
    expect((await store.users.list()).map(user => [user.name, user.role])).toEqual([['René', 'author'], ['zoe', 'user']]);
    expect((await store.users.alike(['Zoe', 'rene\u0301', 'bob'])).map(user => user.name).sort()).toEqual(['René', 'zoe']);
    await store.users.update('zoe', { role: 'admin', email: 'z@example.org' });
    expect(await store.users.get('zoe')).toMatchObject({ role: 'admin', email: 'z@example.org', displayName: null });
  });

  it('pages users by name, activity and list', async () => {
    await store.users.insertMany(['a1', 'a2', 'b1', 'b2', 'A3'].map(name => ({ name, role: 'user' as const })), 5);
    await store.users.touch('a2', 9);
    const names = async (query: Parameters<Store['users']['page']>[0]) => (await store.users.page(query)).rows.map(row => row.name);
    expect(await store.users.page({ offset: 1, limit: 2, nameFilter: 'A' })).toMatchObject({ rows: [{ name: 'a1' }, { name: 'a2' }], total: 3 });
    expect(await names({ offset: 0, limit: 9, sort: 'lastActivity', descending: true })).toEqual(['a2', 'A3', 'a1', 'b1', 'b2']);
    expect(await names({ offset: 0, limit: 9, only: ['b2', 'a1', 'zz'], without: ['a1'] })).toEqual(['b2']);
    expect(await names({ offset: 0, limit: 9, only: [] })).toEqual([]);
  });

  it('keeps groups by source, and shares by name and group', async () => {
    await store.users.insertMany([{ name: 'alice', role: 'user' }, { name: 'bob', role: 'user' }], 1);
    expect(await store.groups.insert({ name: 'g', properties: { a: [1] }, created: 1 })).toBe(true);
    expect(await store.groups.insert({ name: 'g', properties: {}, created: 2 })).toBe(false);
    await store.groups.add('g', ['alice', 'bob', 'alice'], 'local');
    await store.groups.insert({ name: 'h', properties: {}, created: 1 });
    await store.groups.replace('alice', ['g', 'h'], 'idp');
    expect(await store.groups.of(['alice', 'bob', 'zoe'])).toEqual(new Map([['alice', ['g', 'h']], ['bob', ['g']]]));
    await store.groups.replace('alice', [], 'idp');
    expect(await store.groups.members('g')).toEqual(['alice', 'bob']);
    const share = { owner: 'alice', server: '', kind: 'group', grantee: 'g', created: 3 } as const;
    expect(await store.shares.grant(share)).toEqual(share);
    expect(await store.shares.grant({ ...share, created: 9 })).toEqual(share);
    await store.shares.grant({ ...share, kind: 'user', grantee: 'bob', created: 4 });
    expect(await store.shares.grantedTo('zoe', ['g'])).toEqual([share]);
    expect(await store.shares.grantedTo('bob', [])).toHaveLength(1);
    await store.groups.remove('g');
    expect(await store.shares.list({ owner: 'alice' })).toHaveLength(1);
    expect(await store.shares.ofGroup('g')).toEqual([]);
  });

  it('renames and removes users with all that bears their name', async () => {
    await store.users.insertMany([{ name: 'alice', role: 'user' }, { name: 'bob', role: 'user' }], 1);
    await store.tokens.insert(token);
    await store.tokens.insert({ ...token, id: 'a2', hash: 'h2', kind: 'api', server: null, clientId: null, scopes: ['servers!user=alice', 'access:servers!server=alice/x', 'access:servers!server=bob/'] });
    await store.webSessions.insert({ hash: 'w', owner: 'alice', sessionId: 'web', created: 1, expires: 10 });
    await store.groups.insert({ name: 'g', properties: {}, created: 1 });
    await store.groups.add('g', ['alice'], 'local');
    await store.shares.grant({ owner: 'alice', server: '', kind: 'user', grantee: 'bob', created: 1 });
    await store.shares.grant({ owner: 'bob', server: '', kind: 'user', grantee: 'alice', created: 1 });
    await store.shares.insertCode({ id: 'c', hash: 'hc', owner: 'alice', server: '', created: 1, expires: null, used: 0, lastUsed: null });
    await expect(store.users.rename('alice', 'BOB')).rejects.toThrow(/UNIQUE/);
    await store.users.rename('alice', 'ada');
    expect(await store.tokens.list('ada')).toMatchObject([{ id: 'a2', scopes: ['servers!user=ada', 'access:servers!server=ada/x', 'access:servers!server=bob/'] }]);
    expect((await store.webSessions.findByHash('w'))?.owner).toBe('ada');
    expect(await store.groups.members('g')).toEqual(['ada']);
    expect(await store.shares.list({ owner: 'ada' })).toHaveLength(1);
    await store.shares.useCode('c', 7);
    expect(await store.shares.codes('ada', '')).toMatchObject([{ used: 1, lastUsed: 7 }]);
    await store.sessions.upsert({ ...session, owner: 'ada' });
    expect(await store.users.remove('ada')).toBe(true);
    expect(await store.users.remove('ada')).toBe(false);
    expect([await store.tokens.list('ada'), await store.groups.members('g'), await store.shares.grantedTo('ada', []), await store.shares.list({ owner: 'ada' }), await store.shares.codes('ada', ''), await store.sessions.list()])
      .toEqual([[], [], [], [], [], []]);
    expect(await store.webSessions.findByHash('w')).toBeNull();
  });

  it('keeps what is said of volumes, and that there is none of a name', async () => {
    const entry = VolumeEntry.parse({ name: 'gaia', title: 'Gaia', mission: 'Gaia', description: 'd', licence: 'l', path: '/archive/gaia', rules: [{ prefix: 'dr4', groups: ['dpac'] }] });
    expect(await store.volumes.list()).toEqual([]);
    await store.volumes.set('hst', null);
    await store.volumes.set('gaia', { ...entry, title: 'Before' });
    await store.volumes.set('gaia', entry);
    expect(await store.volumes.list()).toEqual([{ name: 'gaia', entry }, { name: 'hst', entry: null }]);
    await store.volumes.set('gaia', null);
    expect([await store.volumes.remove('hst'), await store.volumes.remove('hst')]).toEqual([true, false]);
    expect(await store.volumes.list()).toEqual([{ name: 'gaia', entry: null }]);
  });

  it('keeps one quota of each user and group, which goes and is renamed with them', async () => {
    await store.users.insertMany([{ name: 'alice', role: 'user' }, { name: 'bob', role: 'user' }], 1);
    await store.groups.insert({ name: 'alice', properties: {}, created: 1 });
    await store.groups.insert({ name: 'g', properties: {}, created: 1 });
    const quota = { sessions: 2, cpu: 1.5, memory: '8Gi', home: null };
    const none = { sessions: null, cpu: null, memory: null, home: null };
    await store.quotas.set('user', 'alice', quota);
    await store.quotas.set('group', 'alice', { ...none, sessions: 0 });
    await store.quotas.set('group', 'g', none);
    expect(await store.quotas.get('user', 'alice')).toEqual(quota);
    expect(await store.quotas.get('user', 'g')).toBeNull();
    expect(await store.quotas.ofGroups(['g', 'alice', 'h'])).toEqual(new Map<string, Quota>([['alice', { ...none, sessions: 0 }], ['g', none]]));
    expect(await store.quotas.ofGroups([])).toEqual(new Map());
    await store.quotas.set('user', 'alice', { ...none, home: '20Gi' });

    await store.users.rename('alice', 'ada');
    expect([await store.quotas.get('user', 'alice'), await store.quotas.get('user', 'ada')]).toEqual([null, { ...none, home: '20Gi' }]);
    await store.users.remove('ada');
    expect([await store.quotas.get('user', 'ada'), await store.quotas.remove('user', 'ada')]).toEqual([null, false]);
    // The group of the same name is another matter.
    expect(await store.quotas.get('group', 'alice')).not.toBeNull();
    await store.groups.remove('alice');
    expect(await store.quotas.ofGroups(['alice', 'g'])).toEqual(new Map([['g', none]]));
    expect(await store.quotas.remove('group', 'g')).toBe(true);
    expect(await store.quotas.get('group', 'g')).toBeNull();
  });

  it('finds, lists and removes tokens', async () => {
    await store.tokens.insert(token);
    await store.tokens.insert({ ...token, id: 'a0', hash: 'h0', kind: 'oauth', created: 0, expires: 100, sessionId: 'web' });
    await expect(store.tokens.insert(token)).rejects.toThrow(/UNIQUE/);
    expect(await store.tokens.findByHash('h1')).toEqual(token);
    expect((await store.tokens.list('alice')).map(row => row.id)).toEqual(['a0', 'a1']);
    expect((await store.tokens.findClient('jupyterhub-user-alice'))?.id).toBe('a1');
    expect(await store.tokens.removeExpired(99)).toBe(0);
    expect(await store.tokens.removeExpired(100)).toBe(1);
    await store.tokens.touch('a1', 7);
    expect((await store.tokens.findByHash('h1'))?.lastUsed).toBe(7);
    expect(await store.tokens.removeWhere({ owner: 'alice', server: 'other' })).toBe(0);
    expect(await store.tokens.removeWhere({ owner: 'alice', server: '' })).toBe(1);
    expect(await store.tokens.remove('a1')).toBe(false);
    await expect(store.tokens.removeWhere({})).rejects.toThrow(RangeError);
  });

  it('lets exactly one of several callers take a code', async () => {
    await store.codes.insert({ hash: 'c', clientId: 'x', owner: 'alice', redirectUri: '/x', scopes: [], codeChallenge: null, codeChallengeMethod: null, sessionId: null, expires: 10 });
    const taken = await Promise.all([1, 2, 3].map(() => store.codes.remove('c')));
    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  it('keeps web sessions until they expire', async () => {
    const row = { hash: 'w', owner: 'alice', sessionId: 'web', created: 1, expires: 10 };
    await store.webSessions.insert(row);
    expect(await store.webSessions.findByHash('w')).toEqual(row);
    expect(await store.webSessions.removeExpired(10)).toBe(1);
    expect(await store.webSessions.findByHash('w')).toBeNull();
  });

  it('replaces a session by owner and name, the home included', async () => {
    await store.sessions.upsert(session);
    await store.sessions.upsert({ ...session, name: 'topcat' });
    await store.sessions.upsert({ ...session, startId: 's2', failure: { code: 'crashed', log: ["it's"] } });
    expect(await store.sessions.list()).toHaveLength(2);
    expect(await store.sessions.get('alice', '')).toEqual({ ...session, startId: 's2', failure: { code: 'crashed', log: ["it's"] } });
    await store.sessions.touch('alice', '', 30);
    await store.sessions.touch('alice', '', 20);
    expect((await store.sessions.get('alice', ''))?.lastActivity).toBe(30);
    expect(await store.sessions.remove('alice', '')).toBe(true);
    expect(await store.sessions.remove('alice', '')).toBe(false);
  });
});

describe('store in a file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'store '));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('keeps rows over a restart, in a file only its owner reads', async () => {
    const file = join(folder, 'hub.sqlite');
    const first = await openStore({ file });
    await first.sessions.upsert(session);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await first.close();
    const second = await openStore({ file });
    expect(await second.sessions.list()).toEqual([session]);
    await second.close();
  });

  it('brings the users of the first schema into the second', async () => {
    const file = join(folder, 'hub.sqlite');
    const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: openSqlite(file) }) });
    await new Migrator({ db, provider: migrationProvider }).migrateTo('0001-identity-and-sessions');
    for (const [name, admin] of [['alice', 1], ['Alice', 0], ['bob', 0]] as const) {
      await sql`insert into users (name, admin, created, last_activity) values (${name}, ${admin}, ${name === 'alice' ? 1 : 2}, 7)`.execute(db);
    }
    await db.destroy();
    const store = await openStore({ file });
    // Two that look alike already stay, each with what is theirs; a third does not come in.
    expect((await store.users.list()).map(({ name, role }) => [name, role])).toEqual([['Alice', 'user'], ['alice', 'admin'], ['bob', 'user']]);
    await expect(store.users.ensure({ name: 'ALICE', now: 9 })).rejects.toThrow(/UNIQUE/);
    expect(await store.users.get('bob')).toMatchObject({ displayName: null, created: 2, lastActivity: 7 });
    await store.close();
  });
});
