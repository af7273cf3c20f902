import type { Problem } from '@jupyter-datalabs/contract';
import { readEvents, startHub, USER, type Harness } from './harness.js';

let hub: Harness;
let admin: string;
beforeEach(async () => {
  hub = await startHub();
  await hub.identity.users.ensure({ name: 'eve', role: 'admin' });
  admin = await hub.token('eve');
});
afterEach(() => hub.close());

const api = async (token: string, method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<{ status: number; body: never }> => {
  const response = await hub.fetch(`/hub/api${path}`, {
    method, headers: { authorization: `token ${token}`, ...headers }, ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) })
  });
  const text = await response.text();
  return { status: response.status, body: (text ? JSON.parse(text) : null) as never };
};
const refusal = (answer: { status: number; body: never }): [number, string] => [answer.status, (answer.body as Problem).code];

describe('users', () => {
  it('makes many at once, all or none, and leaves out those that are there', async () => {
    const made = await api(admin, 'POST', '/users', { usernames: ['zoe', USER, 'yves', 'zoe'] });
    expect([made.status, (made.body as { name: string }[]).map(({ name }) => name)]).toEqual([201, ['zoe', 'yves']]);
    expect(refusal(await api(admin, 'POST', '/users', { usernames: ['zoe'] }))).toEqual([409, 'conflict']);
    expect(refusal(await api(admin, 'POST', '/users/zoe'))).toEqual([409, 'conflict']);
    expect(refusal(await api(admin, 'POST', '/users', { usernames: ['xaver', '../etc'] }))).toEqual([400, 'invalid-name']);
    expect(await hub.identity.user('xaver')).toBeNull();
    const author = await api(admin, 'POST', '/users/wim', { role: 'author' });
    expect(author).toMatchObject({ status: 201, body: { name: 'wim', admin: false, roles: ['user', 'author'] } });
  });

  it.each([
    ['case', 'Alice'], ['compatibility form', 'ａｌｉｃｅ'], ['a ligature', 'oﬃce'], ['combined letters', 'rene\u0301'], ['the Kelvin sign', '\u212aim']
  ])('refuses a name that differs from one that is there in %s only', async (_form, name) => {
    await api(admin, 'POST', '/users', { usernames: ['office', 'ren\u00e9', 'kim'] });
    const answer = await api(admin, 'POST', `/users/${encodeURIComponent(name)}`);
    expect(refusal(answer)).toEqual([409, 'name-taken']);
    expect((answer.body as Problem).action).toBeTruthy();
    expect(refusal(await api(admin, 'POST', '/users', { usernames: ['fine', name] }))).toEqual([409, 'name-taken']);
    await expect(hub.identity.users.ensure({ name })).rejects.toMatchObject({ code: 'name-taken' });
    expect(await hub.identity.user('fine')).toBeNull();
  });

  it.each([
    ['a megabyte', 'x'.repeat(2 ** 20)], ['64 letters', 'x'.repeat(64)], ['a slash', 'a/b'], ['dots', '..'], ['a control character', 'a\u0000b'], ['a hidden direction', 'a\u202eb'], ['nothing', ' ']
  ])('refuses a name with %s, wherever it comes', async (_case, name) => {
    const bulk = await api(admin, 'POST', '/users', { usernames: [name] });
    expect([400, 413]).toContain(bulk.status);
    expect(JSON.stringify(bulk.body).length).toBeLessThan(1000);
    await expect(hub.identity.users.ensure({ name })).rejects.toMatchObject({ code: 'invalid-name' });
    // Neither arrives as a name in an address.
    if (name.length < 8000 && name !== '..') {
      expect((await api(admin, 'POST', `/users/${encodeURIComponent(name)}`)).status).toBe(400);
      expect((await api(admin, 'GET', `/users/${encodeURIComponent(name)}`)).status).toBe(404);
    }
    expect(JSON.stringify(hub.logged).length).toBeLessThan(100_000);
  });

  it('pages, filters by name and state, and sorts', async () => {
    await api(admin, 'POST', '/users', { usernames: Array.from({ length: 120 }, (_, index) => `user-${String(index).padStart(3, '0')}`) });
    hub.sessions.set({ owner: 'user-007', name: '' });
    hub.sessions.set({ owner: 'user-008', name: '', state: 'starting' });
    hub.sessions.set({ owner: 'user-009', name: '', state: 'failed', failure: { code: 'crashed', message: 'It crashed.' } });
    const paging = { accept: 'application/jupyterhub-pagination+json' };
    const seen: string[] = [];
    let path: string | undefined = '/users?name_filter=USER-&sort=-name';
    while (path) {
      const { body } = await api(admin, 'GET', path, undefined, paging);
      const { items, _pagination } = body as { items: { name: string }[]; _pagination: { total: number; next: { url: string } | null } };
      expect(_pagination.total).toBe(120);
      seen.push(...items.map(({ name }) => name));
      path = _pagination.next?.url.replace(`${hub.url}/hub/api`, '');
    }
    expect([seen.length, seen[0], seen.at(-1)]).toEqual([120, 'user-119', 'user-000']);
    const names = async (query: string): Promise<string[]> => ((await api(admin, 'GET', `/users?${query}`)).body as { name: string }[]).map(({ name }) => name);
    expect(await names('state=ready')).toEqual(['user-007']);
    expect(await names('state=active')).toEqual(['user-007', 'user-008']);
    expect(await names('state=inactive&limit=3&offset=8')).toEqual(['user-006', 'user-009', 'user-010']);
    expect((await names('offset=100')).length).toBe(22);
    expect(refusal(await api(admin, 'GET', '/users?state=odd'))).toEqual([400, 'bad-request']);
    expect(refusal(await api(admin, 'GET', '/users?limit=100000'))).toEqual([400, 'bad-request']);
    expect(refusal(await api(admin, 'GET', '/users?sort=password'))).toEqual([400, 'bad-request']);
  });

  it('leads from page to page of the same question, however it was asked', async () => {
    await api(admin, 'POST', '/users', { usernames: Array.from({ length: 7 }, (_, index) => `vera-${index}`) });
    hub.sessions.set({ owner: 'vera-3', name: '' });
    const seen: string[] = [];
    let path: string | undefined = '/users?state=inactive&name_filter=VERA%2D&sort=-name&include_stopped_servers=1&limit=2';
    while (path) {
      const { body } = await api(admin, 'GET', path, undefined, { accept: 'application/jupyterhub-pagination+json' });
      const { items, _pagination } = body as { items: { name: string }[]; _pagination: { next: { url: string; offset: number; limit: number } | null } };
      seen.push(...items.map(({ name }) => name));
      path = _pagination.next?.url.replace(`${hub.url}/hub/api`, '');
      if (path) {
        expect(Object.fromEntries(new URL(_pagination.next!.url).searchParams)).toEqual({
          state: 'inactive', name_filter: 'VERA-', sort: '-name', include_stopped_servers: '1', limit: '2', offset: String(_pagination.next!.offset)
        });
      }
    }
    expect(seen).toEqual([6, 5, 4, 2, 1, 0].map(index => `vera-${index}`));
  });

  it('shows sessions that have failed to those who ask for them, and only those that somebody may see', async () => {
    hub.sessions.set({ name: 'topcat' });
    hub.sessions.set({ name: 'broken', state: 'failed', failure: { code: 'crashed', message: 'It crashed.' } });
    const servers = async (path: string, token = admin): Promise<string[] | undefined> => {
      const { body } = await api(token, 'GET', path);
      const user = Array.isArray(body) ? (body as { name: string }[]).find(({ name }) => name === USER)! : body;
      const found = (user as { servers?: object }).servers;
      return found && Object.keys(found);
    };
    for (const path of ['/users', `/users/${USER}`]) {
      for (const no of ['', '?include_stopped_servers=0', '?include_stopped_servers=False']) {
        expect(await servers(path + no)).toEqual(['topcat']);
      }
      for (const yes of ['?include_stopped_servers', '?include_stopped_servers=1', '?include_stopped_servers=true']) {
        expect(await servers(path + yes)).toEqual(['topcat', 'broken']);
      }
    }
    const mine = await hub.token();
    const narrow = async (...scopes: string[]): Promise<string> => ((await api(mine, 'POST', `/users/${USER}/tokens`, { scopes })).body as { token: string }).token;
    expect(await servers('/users?include_stopped_servers=1', await narrow('list:users'))).toBeUndefined();
    expect(await servers('/users?include_stopped_servers=1', await narrow('list:users', `read:servers!server=${USER}/broken`))).toEqual(['broken']);
    expect(await servers('/users', await narrow('list:users', `read:servers!server=${USER}/broken`))).toBeUndefined();
  });

  it('renames with groups, shares and tokens, but not while there are sessions', async () => {
    const token = await hub.token();
    await hub.identity.groups.create('euclid', [USER]);
    await hub.identity.users.ensure({ name: 'bob' });
    await hub.identity.shares.grant({ owner: USER, server: '', kind: 'user', grantee: 'bob' });
    hub.sessions.set({ name: '' });
    expect(refusal(await api(admin, 'PATCH', `/users/${USER}`, { name: 'ada' }))).toEqual([409, 'conflict']);
    hub.sessions.drop(USER, '');
    expect(refusal(await api(admin, 'PATCH', `/users/${USER}`, { name: 'BOB' }))).toEqual([409, 'name-taken']);
    expect(await api(admin, 'PATCH', `/users/${USER}`, { name: 'ada' })).toMatchObject({ status: 200, body: { name: 'ada', groups: ['euclid'] } });
    expect(await api(token, 'GET', '/user')).toMatchObject({ status: 200, body: { name: 'ada', scopes: expect.arrayContaining(['servers!user=ada']) } });
    expect(await hub.identity.shares.grantedTo('bob')).toMatchObject([{ owner: 'ada' }]);
    // Its own name in another case is nobody else's.
    expect((await api(admin, 'PATCH', '/users/ada', { name: 'Ada' })).status).toBe(200);
  });

  it('deletes with sessions, logins, tokens, open streams, groups and shares; the name starts anew', async () => {
    const token = await hub.token();
    const { cookie } = await hub.login();
    const server = await hub.identity.issueServerToken({ owner: USER, server: '', startId: 's' });
    hub.sessions.set({ name: '' });
    await hub.identity.groups.create('euclid', [USER]);
    await hub.identity.users.ensure({ name: 'bob' });
    await hub.identity.shares.grant({ owner: 'bob', server: '', kind: 'user', grantee: USER });
    const stream = readEvents(await hub.fetch(`/hub/api/users/${USER}/events`, { headers: { authorization: `token ${token}` } }), () => false);
    expect((await api(admin, 'DELETE', `/users/${USER}`)).status).toBe(204);
    await stream;
    expect(hub.sessions.watchers).toBe(0);
    expect(hub.sessions.views.size).toBe(0);
    for (const dead of [token, server]) {
      expect(refusal(await api(dead, 'GET', '/user'))).toEqual([403, 'unauthenticated']);
    }
    expect((await hub.fetch('/hub/home', { headers: { cookie } })).status).toBe(302);
    expect(refusal(await api(admin, 'DELETE', `/users/${USER}`))).toEqual([404, 'unknown-user']);
    // A start that was under way does not bring the name back.
    await expect(hub.identity.issueServerToken({ owner: USER, server: '', startId: 's' })).rejects.toMatchObject({ code: 'unknown-user' });
    await api(admin, 'POST', `/users/${USER}`);
    expect(refusal(await api(token, 'GET', '/user'))).toEqual([403, 'unauthenticated']);
    expect(await hub.identity.shares.grantedTo(USER)).toEqual([]);
    expect(await hub.identity.groups.of(USER)).toEqual([]);
    expect(refusal(await api(admin, 'DELETE', '/users/eve'))).toEqual([400, 'bad-request']);
  });
});

describe('tokens', () => {
  it('never exceed their owner, as that is now', async () => {
    await hub.identity.users.ensure({ name: 'max', role: 'admin' });
    const token = await hub.token('max');
    const { body: made } = await api(token, 'POST', '/users/max/tokens', { scopes: ['servers', 'admin:users', 'inherit'], note: 'wide' });
    const wide = (made as { token: string }).token;
    expect((await api(wide, 'GET', `/users/${USER}/tokens`)).status).toBe(200);
    const stream = readEvents(await hub.fetch(`/hub/api/users/${USER}/events`, { headers: { authorization: `token ${wide}` } }), () => false);
    expect((await api(admin, 'PATCH', '/users/max', { admin: false })).status).toBe(200);
    await stream;
    for (const one of [token, wide]) {
      const { body } = await api(one, 'GET', '/user');
      expect(body).toMatchObject({ admin: false, scopes: expect.arrayContaining(['servers!user=max']) });
      expect((body as { scopes: string[] }).scopes).not.toContain('servers');
      expect((await api(one, 'GET', `/users/${USER}/tokens`)).status).toBe(403);
      expect((await api(one, 'POST', '/users/zoe')).status).toBe(403);
      expect((await api(one, 'GET', '/users/max/tokens')).status).toBe(200);
    }
  });

  it('for making users alone make nobody an admin', async () => {
    const { body } = await api(admin, 'POST', '/users/eve/tokens', { scopes: ['admin:users'] });
    const { token } = body as { token: string };
    await hub.identity.users.ensure({ name: 'max', role: 'admin' });
    expect((await api(token, 'POST', '/users/zoe')).status).toBe(201);
    for (const [method, path, sent] of [
      ['POST', '/users/yves', { admin: true }], ['POST', '/users', { usernames: ['yves'], role: 'reviewer' }], ['PATCH', '/users/zoe', { admin: true }], ['PATCH', '/users/max', { admin: false }]
    ] as const) {
      expect(refusal(await api(token, method, path, sent))).toEqual([403, 'forbidden']);
    }
    expect(await hub.identity.user('yves')).toBeNull();
  });

  it('know roles, filters and mistakes', async () => {
    const token = await hub.token();
    const create = (body: object, by = token, owner = USER): ReturnType<typeof api> => api(by, 'POST', `/users/${owner}/tokens`, body);
    expect(await create({ scopes: ['read:users!user'] })).toMatchObject({ status: 201, body: { scopes: [`read:users!user=${USER}`] } });
    expect(await create({ roles: ['token'], expires_in: 60 })).toMatchObject({ status: 201, body: { scopes: ['inherit'], expires_at: expect.any(String) } });
    expect(refusal(await create({ roles: ['admin'] }))).toEqual([403, 'forbidden']);
    expect(refusal(await create({ scopes: ['servers'] }))).toEqual([403, 'forbidden']);
    expect(refusal(await create({ scopes: ['servers!user=eve'] }))).toEqual([403, 'forbidden']);
    expect(refusal(await create({ scopes: ['sevrers'] }))).toEqual([400, 'bad-request']);
    expect(refusal(await create({ scopes: ['servers!usr=alice'] }))).toEqual([400, 'bad-request']);
    expect(refusal(await create({ expires_in: -1 }))).toEqual([400, 'bad-request']);
    // By an admin, for somebody else: no more than that one has, nor than the admin's token.
    expect(refusal(await create({ scopes: ['admin:users'] }, admin))).toEqual([403, 'forbidden']);
    const theirs = await create({}, admin);
    expect(await api((theirs.body as { token: string }).token, 'GET', '/user')).toMatchObject({ status: 200, body: { name: USER } });
    const narrow = (await create({ scopes: [`tokens!user=${USER}`] })).body as { token: string };
    expect(refusal(await create({ scopes: ['inherit'] }, narrow.token))).toEqual([403, 'forbidden']);
    expect(refusal(await create({ scopes: [`servers!user=${USER}`] }, narrow.token))).toEqual([403, 'forbidden']);
    const group = (await create({ scopes: ['read:users!group=euclid', 'list:users!group=euclid'] }, admin, 'eve')).body as { token: string };
    await hub.identity.groups.create('euclid', [USER]);
    expect((await api(group.token, 'GET', '/users')).body).toMatchObject([{ name: USER, groups: ['euclid'] }]);
    await hub.identity.users.ensure({ name: 'bob' });
    expect((await api(group.token, 'GET', '/users/bob')).status).toBe(404);
    await hub.identity.groups.remove('euclid');
    expect((await api(group.token, 'GET', '/users')).body).toEqual([]);
    expect((await api(group.token, 'GET', `/users/${USER}`)).status).toBe(404);
  });

  it('end open streams with themselves: by time, by hand, by logout', async () => {
    const make = async (body: object): Promise<{ token: string; id: string }> => (await api(await hub.token(), 'POST', `/users/${USER}/tokens`, body)).body;
    const ends = async (headers: Record<string, string>, act: () => unknown): Promise<void> => {
      const response = await hub.fetch(`/hub/api/users/${USER}/events`, { headers });
      const stream = readEvents(response, () => false);
      await act();
      await stream;
    };
    const timed = await make({ expires_in: 60 });
    await ends({ authorization: `token ${timed.token}` }, () => hub.clock.advance(60_000));
    const revoked = await make({});
    await ends({ authorization: `token ${revoked.token}` }, async () => api(await hub.token(), 'DELETE', `/users/${USER}/tokens/${revoked.id}`));
    const { cookie, xsrf } = await hub.login();
    await ends({ cookie, 'x-xsrftoken': xsrf }, () => hub.fetch('/hub/logout', { headers: { cookie } }));
    expect(hub.sessions.watchers).toBe(0);
  });
});

describe('groups', () => {
  it('are made, filled, emptied and removed', async () => {
    expect(await api(admin, 'POST', '/groups/euclid', { users: [USER], properties: { quota: 2 } })).toMatchObject({ status: 201, body: { users: [USER], properties: { quota: 2 } } });
    expect(refusal(await api(admin, 'POST', '/groups/euclid'))).toEqual([409, 'conflict']);
    expect(await api(admin, 'POST', '/groups/euclid/users', { users: ['eve'] })).toMatchObject({ body: { users: [USER, 'eve'] } });
    expect(refusal(await api(admin, 'POST', '/groups/euclid/users', { users: ['zoe'] }))).toEqual([404, 'unknown-user']);
    expect(await api(admin, 'DELETE', '/groups/euclid/users', { users: [USER] })).toMatchObject({ body: { users: ['eve'] } });
    expect(await api(admin, 'PUT', '/groups/euclid/properties', { quota: 3 })).toMatchObject({ body: { properties: { quota: 3 } } });
    expect((await api(admin, 'GET', '/groups', undefined, { accept: 'application/jupyterhub-pagination+json' })).body).toMatchObject({ items: [{ name: 'euclid' }], _pagination: { total: 1 } });
    expect((await api(admin, 'DELETE', '/groups/euclid')).status).toBe(204);
    expect(refusal(await api(admin, 'DELETE', '/groups/euclid'))).toEqual([404, 'not-found']);
  });

  it('of the identity provider follow each login and leave those made here alone', async () => {
    const { users, groups } = hub.identity;
    await groups.create('local', [USER]);
    await users.ensure({ name: USER, displayName: 'Alice A.', email: 'a@example.org', groups: { names: ['euclid', 'gaia', '../odd'], source: 'idp' } });
    expect(await groups.of(USER)).toEqual(['euclid', 'gaia', 'local']);
    await users.ensure({ name: USER, groups: { names: ['gaia'], source: 'idp' } });
    expect(await groups.of(USER)).toEqual(['gaia', 'local']);
    expect(await users.get(USER)).toMatchObject({ displayName: 'Alice A.', email: 'a@example.org' });
    expect((await api(await hub.token(), 'GET', '/user')).body).toMatchObject({ groups: ['gaia', 'local'], user_info: { display_name: 'Alice A.' } });
  });
});
