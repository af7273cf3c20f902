import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SessionRow, Store, TokenRow } from '../../ports/store.js';
import { memoryStore, openStore } from '../../store/index.js';

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
    await store.users.ensure({ name: 'alice', admin: false, now: 1 });
    expect(await store.users.ensure({ name: 'alice', admin: true, now: 9 })).toEqual({ name: 'alice', admin: false, created: 1, lastActivity: null });
    await store.users.touch('alice', 20);
    await store.users.touch('alice', 10);
    expect((await store.users.get('alice'))?.lastActivity).toBe(20);
    expect(await store.users.get('bob')).toBeNull();
    expect(await store.users.list()).toHaveLength(1);
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

it('keeps rows over a restart, in a file only its owner reads', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'store '));
  const file = join(folder, 'hub.sqlite');
  const first = await openStore({ file });
  await first.sessions.upsert(session);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  await first.close();
  const second = await openStore({ file });
  expect(await second.sessions.list()).toEqual([session]);
  await second.close();
  rmSync(folder, { recursive: true });
});
