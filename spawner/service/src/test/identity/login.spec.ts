import { safeNext } from '../../http/auth.js';
import { allows, covers, selfScopes } from '../../services/identity/scopes.js';
import { oauthClientId } from '../../domain/names.js';
import { redactUrl } from '../../telemetry/logger.js';
import { startHub, USER, type Harness } from '../http/harness.js';

let hub: Harness;
beforeEach(async () => {
  hub = await startHub();
});
afterEach(() => hub.close());

it('logs in once with the link, then refuses it', async () => {
  const token = await hub.identity.newLoginToken();
  const first = await hub.fetch(`/hub/login?token=${token}`);
  expect(first.status).toBe(302);
  expect(first.headers.get('location')).toBe('/hub/');
  const cookies = first.headers.getSetCookie();
  expect(cookies.find(cookie => cookie.startsWith('datalabs-session='))).toMatch(/; Path=\/hub\/;.*HttpOnly; SameSite=Lax/);
  expect(cookies.find(cookie => cookie.startsWith('_xsrf='))).not.toMatch(/HttpOnly/);

  const second = await hub.fetch(`/hub/login?token=${token}`);
  expect(second.status).toBe(403);
  expect(await second.text()).toContain('used already');
});

it('lets only one of two simultaneous uses in, and a wrong token uses nothing up', async () => {
  const token = await hub.identity.newLoginToken();
  expect((await hub.fetch('/hub/login?token=wrong')).status).toBe(403);
  const statuses = (await Promise.all([1, 2].map(() => hub.fetch(`/hub/login?token=${token}`)))).map(response => response.status);
  expect(statuses.sort()).toEqual([302, 403]);
});

it('does not use the link up for a preview, and a fresh link replaces the last', async () => {
  const old = await hub.identity.newLoginToken();
  const token = await hub.identity.newLoginToken();
  expect((await hub.fetch(`/hub/login?token=${old}`)).status).toBe(403);
  await hub.fetch(`/hub/login?token=${token}`, { method: 'HEAD' });
  await hub.fetch(`/hub/login?token=${token}`, { headers: { 'sec-purpose': 'prefetch' } });
  expect((await hub.fetch(`/hub/login?token=${token}&next=/hub/home`)).headers.get('location')).toBe('/hub/home');
});

it('keeps no secret in the store or in the log', async () => {
  const token = await hub.identity.newLoginToken();
  const response = await hub.fetch(`/hub/login?token=${token}`);
  const cookie = /datalabs-session=([^;]+)/.exec(response.headers.getSetCookie().join())![1]!;
  expect(await hub.store.webSessions.findByHash(cookie)).toBeNull();
  expect(JSON.stringify(hub.logged)).not.toContain(token);
  expect(redactUrl('/hub/login?next=%2Fx%3Ftoken%3Dabc&token=abc')).not.toContain('abc');
});

it('refuses a tampered cookie, and ends everything at logout', async () => {
  const { cookie } = await hub.login();
  expect((await hub.fetch('/hub/home', { headers: { cookie: `${cookie}x` } })).headers.get('location')).toBe('/hub/login?next=%2Fhub%2Fhome');
  expect((await hub.fetch('/hub/home', { headers: { cookie } })).status).toBe(200);
  await hub.fetch('/hub/logout', { headers: { cookie } });
  expect((await hub.fetch('/hub/home', { headers: { cookie } })).status).toBe(302);
});

it('asks for the cross-site token on every change made with a cookie', async () => {
  const { cookie, xsrf } = await hub.login();
  const post = (headers: Record<string, string>, query = ''): Promise<Response> =>
    hub.fetch(`/hub/api/users/${USER}/servers/topcat${query}`, { method: 'POST', headers: { cookie, ...headers } });
  const codes = async (response: Response): Promise<string> => ((await response.json()) as { code: string }).code;
  expect(await codes(await post({}))).toBe('xsrf');
  expect(await codes(await post({ cookie: `${cookie}; _xsrf=planted`, 'x-xsrftoken': 'planted' }))).toBe('xsrf');
  expect(await codes(await post({ 'x-xsrftoken': xsrf, 'sec-fetch-site': 'cross-site' }))).toBe('xsrf');
  expect(await codes(await post({ 'x-xsrftoken': xsrf, origin: 'https://evil.example' }))).toBe('xsrf');
  expect(hub.sessions.starts).toHaveLength(0);
  expect((await post({ 'x-xsrftoken': xsrf, 'sec-fetch-site': 'same-origin' })).status).toBe(202);
  expect((await post({}, `?_xsrf=${xsrf}`)).status).toBe(202);
  expect((await hub.fetch('/hub/stop', { method: 'POST', headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' }, body: 'server=topcat' })).status).toBe(403);
});

it('gives neither pages nor data to a script in a session of the same origin', async () => {
  const { cookie } = await hub.login();
  const script = { cookie, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' };
  expect((await hub.fetch('/hub/api/user', { headers: script })).status).toBe(403);
  expect((await hub.fetch('/hub/home', { headers: script })).status).toBe(403);
  expect((await hub.fetch('/hub/home', { headers: { ...script, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' } })).status).toBe(403);
});

it.each(['//evil.example', 'https://evil.example', '/\\evil.example', '/\t/evil.example', 'javascript:alert(1)', '', '/..//evil.example'])('does not follow next=%j', next => {
  expect(safeNext(next, '/hub/')).toBe('/hub/');
});
it('follows a path of its own', () => {
  expect(safeNext('/user/alice/lab?x=1#y', '/hub/')).toBe('/user/alice/lab?x=1#y');
});

it('reads scopes literally, with their filters', () => {
  const self = selfScopes('alice');
  expect(allows(self, 'servers', { user: 'alice', server: 'x' })).toBe(true);
  expect(allows(self, 'servers', { user: 'bob' })).toBe(false);
  expect(allows(['access:servers!server=alice/'], 'access:servers', { user: 'alice', server: '' })).toBe(true);
  expect(allows(['access:servers!server=alice/'], 'access:servers', { user: 'alice', server: 'x' })).toBe(false);
  expect(covers(self, 'access:servers!server=alice/topcat')).toBe(true);
  expect(covers(self, 'access:servers!server=bob/topcat')).toBe(false);
  expect(covers(self, 'servers')).toBe(false);
  expect(covers(['access:servers!server=alice/a'], 'access:servers!user=alice')).toBe(false);
});

it('names OAuth clients as JupyterHub does', () => {
  expect(oauthClientId('alice', '')).toBe('jupyterhub-user-alice');
  expect(oauthClientId('a b@c', 'x')).toBe('jupyterhub-user-a%20b%40c-x');
});
