import { createHash } from 'node:crypto';
import { startHub, USER, type Harness } from '../http/harness.js';

let hub: Harness;
let cookie: string;
let secret: string;
beforeEach(async () => {
  hub = await startHub();
  hub.sessions.set({ name: '', datalab: 'jupyterlab' });
  hub.sessions.set({ name: 'topcat', datalab: 'topcat' });
  secret = await hub.identity.issueServerToken({ owner: USER, server: '', startId: 's1' });
  ({ cookie } = await hub.login());
});
afterEach(() => hub.close());

const verifier = 'v'.repeat(50);
const challenge = createHash('sha256').update(verifier).digest('base64url');
const home = { client_id: `jupyterhub-user-${USER}`, redirect_uri: `/user/${USER}/oauth_callback` };

function authorize(query: Record<string, string>, headers: Record<string, string> = { cookie }): Promise<Response> {
  return hub.fetch(`/hub/api/oauth2/authorize?${new URLSearchParams({ response_type: 'code', state: 'st', ...query }).toString()}`, { headers });
}
async function code(query: Record<string, string> = home): Promise<string> {
  const response = await authorize(query);
  expect(response.status).toBe(302);
  return new URL(response.headers.get('location')!, hub.url).searchParams.get('code')!;
}
function exchange(form: Record<string, string>): Promise<Response> {
  return hub.fetch('/hub/api/oauth2/token', {
    method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: 'authorization_code', ...home, client_secret: secret, ...form }).toString()
  });
}
async function self(token: string): Promise<Response> {
  return hub.fetch('/hub/api/user', { headers: { authorization: `token ${token}` } });
}

it('lets the owner in without a question, and gives the suite its scopes', async () => {
  const response = await authorize(home);
  const location = new URL(response.headers.get('location')!, hub.url);
  expect(response.headers.get('location')).toMatch(/^\/user\/alice\/oauth_callback\?/);
  expect(location.searchParams.get('state')).toBe('st');
  const answer = await exchange({ code: location.searchParams.get('code')! });
  expect(answer.status).toBe(200);
  const token = (await answer.json()) as Record<string, string>;
  expect(token).toMatchObject({ token_type: 'Bearer', expires_in: expect.any(Number), scope: expect.stringContaining('access:servers!server=alice/') });
  expect(token.refresh_token).toBeFalsy();
  const model = (await (await self(token.access_token!)).json()) as { scopes: string[]; session_id: string };
  expect(model).toMatchObject({ kind: 'user', name: USER, admin: false, groups: [], token_id: expect.any(String), user_info: { name: USER } });
  expect(model.scopes).toEqual(expect.arrayContaining([`servers!user=${USER}`, 'read:users:name']));
  expect(model.session_id).toBeTruthy();
});

it('gives a contributed datalab nothing but the entrance', async () => {
  const topcat = await hub.identity.issueServerToken({ owner: USER, server: 'topcat', startId: 's' });
  const client = { client_id: `jupyterhub-user-${USER}-topcat`, redirect_uri: `/user/${USER}/topcat/oauth_callback` };
  const asked = await code({ ...client, scope: `servers!user=${USER} access:servers!server=${USER}/topcat` });
  const { access_token, scope } = (await (await exchange({ ...client, client_secret: topcat, code: asked })).json()) as Record<string, string>;
  expect(scope).toBe(`access:servers!server=${USER}/topcat`);
  const post = await hub.fetch(`/hub/api/users/${USER}/servers/x`, { method: 'POST', headers: { authorization: `token ${access_token}` } });
  expect(post.status).toBe(403);
});

it('takes a code once, within 300 s, from its client alone, with the verifier', async () => {
  const once = await code();
  expect((await exchange({ code: once })).status).toBe(200);
  expect((await exchange({ code: once })).status).toBe(400);

  const late = await code();
  hub.clock.advance(300_000);
  expect((await exchange({ code: late })).status).toBe(400);

  expect((await exchange({ code: await code(), client_secret: 'wrong' })).status).toBe(400);
  expect((await exchange({ code: await code(), redirect_uri: `/user/${USER}/other` })).status).toBe(400);

  const pkce = { ...home, code_challenge: challenge, code_challenge_method: 'S256' };
  expect((await exchange({ code: await code(pkce) })).status).toBe(400);
  expect((await exchange({ code: await code(pkce), code_verifier: 'w'.repeat(50) })).status).toBe(400);
  expect((await exchange({ code: await code(pkce), code_verifier: verifier })).status).toBe(200);
  expect((await exchange({ code: await code(pkce), code_verifier: verifier, client_secret: '' })).status).toBe(400);
});

it.each([`/user/${USER}/oauth_callback/`, '//evil.example/', 'https://evil.example/oauth_callback', `http://hub.invalid/user/${USER}/x`])('refuses redirect_uri %s', async uri => {
  const response = await authorize({ ...home, redirect_uri: uri });
  expect(response.status).toBe(400);
  expect(response.headers.get('location')).toBeNull();
});

it("refuses somebody else's session with a page, and an unknown one", async () => {
  await hub.identity.users.ensure({ name: 'bob' });
  await hub.identity.issueServerToken({ owner: 'bob', server: '', startId: 's' });
  const response = await authorize({ client_id: 'jupyterhub-user-bob', redirect_uri: '/user/bob/oauth_callback' });
  expect(response.status).toBe(403);
  expect(response.headers.get('content-type')).toContain('text/html');
  expect(await response.text()).toContain('belongs to somebody else');
  expect((await authorize({ client_id: 'jupyterhub-user-nobody', redirect_uri: '/' })).status).toBe(400);
});

it('sends a visitor without a login to log in and back', async () => {
  const response = await authorize(home, {});
  expect(response.headers.get('location')).toMatch(/^\/hub\/login\?next=%2Fhub%2Fapi%2Foauth2%2Fauthorize/);
});

it('ends tokens with the session, with the login, and with time', async () => {
  const take = async (): Promise<string> => ((await (await exchange({ code: await code() })).json()) as { access_token: string }).access_token;
  const first = await take();
  expect((await self(first)).status).toBe(200);
  hub.clock.advance(15 * 24 * 3600_000);
  expect((await self(first)).status).toBe(403);

  ({ cookie } = await hub.login());
  const second = await take();
  await hub.fetch('/hub/logout', { headers: { cookie } });
  expect((await self(second)).status).toBe(403);

  ({ cookie } = await hub.login());
  const third = await take();
  const pending = await code();
  await hub.identity.revokeServer({ owner: USER, server: '' });
  await hub.identity.revokeServer({ owner: USER, server: '' });
  expect((await self(third)).status).toBe(403);
  expect((await self(secret)).status).toBe(403);
  expect((await exchange({ code: pending })).status).toBe(400);
});
