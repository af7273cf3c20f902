import { startHub, USER, type Harness, type SendOptions } from './harness.js';

let hub: Harness;
let owner: string;
let visitor: string;
beforeEach(async () => {
  hub = await startHub();
  await hub.identity.users.ensure({ name: 'bob' });
  await hub.identity.users.ensure({ name: 'carol' });
  await hub.identity.groups.create('euclid', ['carol']);
  hub.sessions.set({ name: '', datalab: 'jupyterlab' });
  hub.sessions.set({ name: 'topcat' });
  owner = await hub.token();
  visitor = await hub.token('bob');
});
afterEach(() => hub.close());

const api = async (token: string, path: string, { method = 'GET', ...init }: SendOptions = {}): Promise<{ status: number; body: never }> => {
  const response = await hub.fetch(`/hub/api${path}`, { method, ...init, headers: { authorization: `token ${token}`, ...init.headers } });
  const text = await response.text();
  return { status: response.status, body: (text ? JSON.parse(text) : null) as never };
};
const home = { client_id: `jupyterhub-user-${USER}`, redirect_uri: `/user/${USER}/oauth_callback` };
const authorizeUrl = `/hub/api/oauth2/authorize?${new URLSearchParams({ ...home, response_type: 'code', state: 'st' }).toString()}`;

/** A visitor's browser on the way into alice's home; null when it is turned away. */
async function enter(user: string, secret: string): Promise<string | null> {
  const { cookie, xsrf } = await hub.login(user);
  let response = await hub.fetch(authorizeUrl, { headers: { cookie } });
  if (response.status === 403) {
    return null;
  }
  if (response.status === 200) {
    const page = await response.text();
    expect(page).toContain(`in the name of <strong>${USER}</strong>`);
    const fields = Object.fromEntries([...page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)].map(([, name, value]) => [name!, value!.replace(/&#47;/g, '/')]));
    expect(fields._xsrf).toBe(xsrf);
    response = await hub.fetch('/hub/api/oauth2/authorize', {
      method: 'POST', headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(fields).toString()
    });
  }
  const code = new URL(response.headers.get('location')!, hub.url).searchParams.get('code')!;
  const answer = await hub.fetch('/hub/api/oauth2/token', {
    method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: 'authorization_code', ...home, client_secret: secret, code }).toString()
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

it("answers every call of jupyter-collaboration's share dialog", async () => {
  const { body: self } = await api(owner, '/user');
  // The dialog compares scopes as texts.
  for (const scope of ['read:users:name', `shares!user=${USER}`, 'list:users', 'list:groups']) {
    expect((self as { scopes: string[] }).scopes).toContain(scope);
  }
  expect(Number(((await api(owner, '/')).body as { version: string }).version.split('.')[0])).toBeGreaterThanOrEqual(5);
  const { body: users } = await api(owner, '/users?limit=200&offset=0');
  expect((users as { name: string }[]).map(({ name }) => name)).toEqual([USER, 'bob', 'carol']);
  expect((users as object[])[1]).toEqual({ kind: 'user', name: 'bob' });
  expect((await api(owner, '/groups')).body).toEqual([{ kind: 'group', name: 'euclid' }]);

  // The home is `shares/<owner>/`; what is sent as text is JSON all the same.
  const url = `/shares/${USER}/`;
  expect((await api(owner, url)).body).toMatchObject({ items: [] });
  const access = [`access:servers!server=${USER}/`];
  // Whoever may start and stop a session asks for that, too, and is told what was given.
  const scopes = [...access, `servers!server=${USER}/`];
  const shared = await api(owner, url, { method: 'POST', body: JSON.stringify({ user: 'bob', scopes }) });
  expect(shared).toMatchObject({ status: 200, body: { user: { name: 'bob' }, group: null, scopes: access, server: { user: { name: USER }, name: '', ready: true } } });
  hub.clock.advance(1);
  expect((await api(owner, url, { method: 'POST', body: JSON.stringify({ group: 'euclid', scopes }) })).status).toBe(200);
  const { body: list } = await api(owner, url);
  expect(list).toMatchObject({ items: [{ user: { name: 'bob' }, created_at: expect.any(String) }, { group: { name: 'euclid' } }] });
  const patched = await api(owner, url, { method: 'PATCH', body: JSON.stringify({ user: 'bob' }), headers: { 'content-type': 'text/plain;charset=UTF-8' } });
  expect(patched.status).toBe(200);
  expect(((await api(owner, url)).body as { items: object[] }).items).toHaveLength(1);
});

it('tells an administrator what the share dialog looks for, too: rights of one user beside those of all', async () => {
  await hub.identity.users.ensure({ name: 'eve', role: 'admin' });
  const { body } = await api(await hub.token('eve'), '/user');
  expect((body as { scopes: string[] }).scopes).toEqual(expect.arrayContaining(['shares', 'shares!user=eve', 'read:users:name', 'list:users', 'list:groups']));
});

it('lets in whom a session is shared with, after a question, and out again', async () => {
  const secret = await hub.identity.issueServerToken({ owner: USER, server: '', startId: 's' });
  expect(await enter('bob', secret)).toBeNull();
  await api(owner, `/shares/${USER}/`, { method: 'POST', body: '{"user":"bob"}' });
  const inside = (await enter('bob', secret))!;
  const { body } = await api(inside, '/user');
  // What the owner's code gets hold of says who the visitor is, and nothing else.
  expect(body).toMatchObject({ name: 'bob', scopes: [`access:servers!server=${USER}/`, 'read:users:name!user=bob'] });
  expect((await api(inside, `/users/bob/tokens`)).status).toBe(403);
  expect((await api(inside, `/users/bob/servers/x`, { method: 'POST' })).status).toBe(403);
  // Asked once.
  const { cookie } = await hub.login('bob');
  expect((await hub.fetch(authorizeUrl, { headers: { cookie } })).status).toBe(302);

  await api(owner, `/shares/${USER}/`, { method: 'PATCH', body: '{"user":"bob"}' });
  expect((await api(inside, '/user')).status).toBe(403);
  expect(await enter('bob', secret)).toBeNull();
});

it('lets in by group, and out when the member, the group or the share goes', async () => {
  const secret = await hub.identity.issueServerToken({ owner: USER, server: '', startId: 's' });
  const share = (): Promise<unknown> => api(owner, `/shares/${USER}/`, { method: 'POST', body: '{"group":"euclid"}' });
  const { groups } = hub.identity;
  const rights = async (token: string): Promise<string[]> => ((await api(token, '/user')).body as { scopes?: string[] }).scopes ?? [];
  await share();
  const inside = (await enter('carol', secret))!;
  expect(await rights(inside)).toContain(`access:servers!server=${USER}/`);
  await groups.drop('euclid', ['carol']);
  expect(await rights(inside)).not.toContain(`access:servers!server=${USER}/`);
  await groups.add('euclid', ['carol']);
  expect(await rights(inside)).toContain(`access:servers!server=${USER}/`);
  await hub.identity.users.ensure({ name: 'eve', role: 'admin' });
  expect((await api(await hub.token('eve'), '/groups/euclid', { method: 'DELETE' })).status).toBe(204);
  expect(await rights(inside)).not.toContain(`access:servers!server=${USER}/`);
  expect(await enter('carol', secret)).toBeNull();
  // Of the same name, but another group.
  await groups.create('euclid', ['carol']);
  expect(await enter('carol', secret)).toBeNull();
});

it('confirms nothing without the cross-site token', async () => {
  await hub.identity.issueServerToken({ owner: USER, server: '', startId: 's' });
  await hub.identity.shares.grant({ owner: USER, server: '', kind: 'user', grantee: 'bob' });
  const { cookie } = await hub.login('bob');
  const post = await hub.fetch('/hub/api/oauth2/authorize', {
    method: 'POST', headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ ...home, response_type: 'code', state: 'st' }).toString()
  });
  expect([post.status, post.headers.get('location')]).toEqual([403, null]);
});

it('shares by a link, until it is withdrawn or its time is up', async () => {
  const url = `/share-codes/${USER}/topcat`;
  const { body: made } = await api(owner, url, { method: 'POST', body: '{"expires_in":3600}' });
  const { code, id, accept_url } = made as { code: string; id: string; accept_url: string };
  expect(accept_url).toBe(`/hub/accept-share?code=${code}`);
  expect(JSON.stringify((await api(owner, url)).body)).not.toContain(code);
  const { cookie, xsrf } = await hub.login('bob');
  const shown = await hub.fetch(accept_url, { headers: { cookie } });
  expect([shown.status, await shown.text()]).toEqual([200, expect.stringContaining(`${USER} shares a session with you`)]);
  expect((await hub.identity.shares.grantedTo('bob'))).toEqual([]);
  const accept = (): Promise<Response> => hub.fetch('/hub/accept-share', {
    method: 'POST', headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ code, _xsrf: xsrf }).toString()
  });
  const accepted = await accept();
  expect([accepted.status, accepted.headers.get('location')]).toEqual([303, `/user/${USER}/topcat/`]);
  expect((await api(visitor, '/users/bob/shared')).body).toMatchObject({ items: [{ server: { user: { name: USER }, name: 'topcat' } }] });
  expect((await api(owner, url)).body).toMatchObject({ items: [{ id, exchange_count: 1 }] });
  hub.clock.advance(3600_000);
  expect((await accept()).status).toBe(404);
  expect((await api(owner, url)).body).toMatchObject({ items: [] });

  const second = (await api(owner, url, { method: 'POST' })).body as { code: string; id: string };
  expect((await api(owner, `${url}?id=${second.id}`, { method: 'DELETE' })).status).toBe(204);
  expect((await api(owner, `${url}?id=${second.id}`, { method: 'DELETE' })).status).toBe(404);
  expect((await hub.fetch(`/hub/accept-share?code=${second.code}`, { headers: { cookie } })).status).toBe(404);
  // Given back by the one who got it.
  expect((await api(visitor, `/users/bob/shared/${USER}/topcat`, { method: 'DELETE' })).status).toBe(204);
  expect((await api(visitor, `/users/bob/shared/${USER}/topcat`)).status).toBe(404);
});

it.each([
  ['nobody', '{}', 400, 'bad-request'],
  ['both', '{"user":"bob","group":"euclid"}', 400, 'bad-request'],
  ['somebody unknown', '{"user":"zoe"}', 404, 'unknown-user'],
  ['an unknown group', '{"group":"gaia"}', 404, 'not-found'],
  ['the owner', `{"user":"${USER}"}`, 400, 'bad-request'],
  ['more than access', '{"user":"bob","scopes":["servers"]}', 400, 'bad-request'],
  ['starting and stopping alone', `{"user":"bob","scopes":["servers!server=${USER}/"]}`, 400, 'bad-request'],
  ["starting and stopping somebody else's", `{"user":"bob","scopes":["access:servers!server=${USER}/","servers!server=carol/"]}`, 400, 'bad-request'],
  ["access to somebody else's", '{"user":"bob","scopes":["access:servers!server=carol/"]}', 400, 'bad-request'],
  ['no JSON', 'user=bob', 400, 'bad-request']
])('refuses to share with %s', async (_case, body, status, code) => {
  expect(await api(owner, `/shares/${USER}/`, { method: 'POST', body })).toMatchObject({ status, body: { code } });
});

it('shares no session that is not there', async () => {
  expect(await api(owner, `/shares/${USER}/nothing`, { method: 'POST', body: '{"user":"bob"}' })).toMatchObject({ status: 404, body: { code: 'unknown-session' } });
  // What was shared ends with the session, so that the next of that name is nobody's business.
  await api(owner, `/shares/${USER}/topcat`, { method: 'POST', body: '{"user":"bob"}' });
  expect((await api(owner, `/users/${USER}/servers/topcat?remove=true`, { method: 'DELETE' })).status).toBe(204);
  expect(await hub.identity.shares.grantedTo('bob')).toEqual([]);
});
