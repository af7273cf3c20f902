import { createHubClient, type HubError, type HubClient, Problem } from '@jupyter-datalabs/contract';
import { readEvents, startHub, USER, type Harness } from './harness.js';

let hub: Harness;
let token: string;
let client: HubClient;
beforeEach(async () => {
  hub = await startHub();
  token = await hub.token();
  client = createHubClient((url, init) => hub.fetch(url, init), { baseUrl: '/hub/api', token, checkResponses: true });
});
afterEach(() => hub.close());

const code = (promise: Promise<unknown>): Promise<string> => promise.then(() => 'none', (error: HubError) => error.code);
const raw = (path: string, init: { method?: string; body?: string; headers?: Record<string, string> } = {}): Promise<Response> =>
  hub.fetch(`/hub/api${path}`, { ...init, headers: { authorization: `token ${token}`, ...init.headers } });

it('says which JupyterHub it is on every answer', async () => {
  for (const path of ['/hub/api', '/hub/api/']) {
    const response = await hub.fetch(path);
    expect(await response.json()).toEqual({ version: '5.5.4' });
    expect(response.headers.get('x-jupyterhub-version')).toBe('5.5.4');
  }
  expect((await hub.fetch('/nowhere')).headers.get('x-jupyterhub-version')).toBe('5.5.4');
  expect(await (await hub.fetch('/hub/health')).json()).toEqual({ status: 'ok' });
});

it('answers unknown credentials with 403 and a problem with a message', async () => {
  const response = await hub.fetch('/hub/api/user', { headers: { authorization: 'token nonsense' } });
  expect(response.status).toBe(403);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  const problem = Problem.parse(await response.json());
  expect(problem).toMatchObject({ type: 'urn:datalabs:problem:unauthenticated', message: problem.detail });
});

describe('whoever is not known is told what helps', () => {
  const action = async (headers: Record<string, string>): Promise<string> => (await (await hub.fetch('/hub/api/user', { headers })).json() as { action: string }).action;
  const expired = { authorization: 'token nonsense' };
  const page = { 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-origin' };

  it('a script with a token', async () => {
    expect(await action(expired)).toMatch(/new token.*logging in.*does not/i);
    expect(await action({})).toContain('Authorization: token');
    expect(await action({ authorization: 'Basic YTpi' })).toContain('Authorization: token');
  });

  it('a page, by how people log in here', async () => {
    expect(await action({ ...expired, ...page })).toMatch(/^Reload the page/);
    expect(await action(page)).toMatch(/link.*"npm start"/);
    await hub.close();
    hub = await startHub({ prepare: context => (context.login = { accounts: {} } as never) });
    expect(await action(page)).toBe('Log in again.');
    expect(await action(expired)).toMatch(/new token/i);
  });
});

it('serves catalogue and volumes, without what is inside the hub', async () => {
  const list = await client.listDatalabs({});
  expect(list.datalabs[0]!.id).toBe('topcat');
  expect(list.problems).toEqual([{ file: 'broken/datalab.yaml', line: 3, message: 'title: missing' }]);
  const detail = await client.getDatalab({ id: 'topcat' });
  expect(detail.apps[0]!.name).toBe('TOPCAT');
  expect(JSON.stringify([list, detail])).not.toContain('secret');
  expect(await code(client.getDatalab({ id: 'nothing' }))).toBe('unknown-datalab');
  expect((await client.listVolumes({})).volumes[0]!.path).toBe('/data/gaia_dr3');
  const icon = await hub.fetch('/hub/api/datalabs/topcat/icon');
  expect(icon.headers.get('content-type')).toContain('image/svg+xml');
  expect(icon.headers.get('content-security-policy')).toContain('sandbox');
});

it('starts, joins, refuses and stops sessions', async () => {
  const started = await client.startSession({ name: USER, server: 'topcat', body: { datalab: 'topcat' } });
  expect(started).toMatchObject({ name: 'topcat', pending: 'spawn', ready: false, stopped: false, progress_url: '/hub/api/users/alice/servers/topcat/progress', step: 'queued' });
  const many = await Promise.all(Array.from({ length: 50 }, () => raw(`/users/${USER}/servers/topcat`, { method: 'POST' })));
  expect(new Set(many.map(response => response.status))).toEqual(new Set([202]));
  hub.sessions.set({ name: 'topcat', state: 'ready' });
  expect(await code(client.startSession({ name: USER, server: 'topcat' }))).toBe('already-running');
  expect((await client.getUser({ name: USER })).servers).toHaveProperty('topcat.ready', true);
  expect((await raw(`/users/${USER}/servers/topcat?remove=1`, { method: 'DELETE' })).status).toBe(204);
  expect((await raw(`/users/${USER}/servers/topcat`, { method: 'DELETE', body: '{"remove":true}' })).status).toBe(204);
  await client.startHome({ name: USER });
  expect(hub.sessions.starts.at(-1)).toEqual({ owner: USER, name: '', by: USER, options: { datalab: 'jupyterlab' } });
});

it('answers 202 when a stop takes long', async () => {
  hub.sessions.set({ name: 'slow' });
  hub.sessions.stopped = false;
  const pending = raw(`/users/${USER}/servers/slow`, { method: 'DELETE' });
  const stopping = new Promise<void>(resolve => {
    const { stop } = hub.sessions;
    hub.sessions.stop = async options => (setImmediate(() => resolve()), stop.call(hub.sessions, options));
  });
  await stopping;
  hub.clock.advance(10_000);
  expect((await pending).status).toBe(202);
});

it.each([
  ['malformed JSON', `/users/${USER}/servers/x`, '{"datalab":', 400, 'bad-request'],
  ['an array', `/users/${USER}/servers/x`, '[]', 400, 'bad-request'],
  ['an unknown option', `/users/${USER}/servers/x`, '{"datalb":"topcat"}', 400, 'bad-request'],
  ['an unknown datalab', `/users/${USER}/servers/x`, '{"datalab":"nothing"}', 404, 'unknown-datalab'],
  ['a body too large', `/users/${USER}/servers/x`, `{"datalab":"${'x'.repeat(70_000)}"}`, 413, 'too-large'],
  ['a name with a slash', `/users/${USER}/servers/a%2Fb`, '', 400, 'invalid-name'],
  ['dots', `/users/${USER}/servers/%2e%2e%2fx`, '', 400, 'invalid-name'],
  ['a name in unicode', `/users/${USER}/servers/%C3%A9toile`, '', 400, 'invalid-name'],
  ['a name too long', `/users/${USER}/servers/${'a'.repeat(64)}`, '', 400, 'invalid-name'],
  ['a broken escape', `/users/${USER}/servers/%ff`, '', 400, 'bad-request'],
  ['another user', '/users/bob/servers/x', '', 403, 'forbidden'],
  ['an unknown resource', '/nothing', '', 404, 'not-found'],
  ['activity of an unknown server', `/users/${USER}/activity`, '{"servers":{"x":{"last_activity":"2026-03-01T12:00:00Z"}}}', 400, 'bad-request']
])('refuses %s clearly', async (_case, path, body, status, expected) => {
  const response = await raw(path, { method: 'POST', body });
  expect([response.status, ((await response.json()) as Problem).code]).toEqual([status, expected]);
});

it('notes activity of the session that says so, and of no other', async () => {
  hub.sessions.set({ name: '' });
  const server = await hub.identity.issueServerToken({ owner: USER, server: '', startId: 's' });
  const post = (body: unknown): Promise<Response> =>
    raw(`/users/${USER}/activity`, { method: 'POST', body: JSON.stringify(body), headers: { authorization: `token ${server}` } });
  const time = '2026-03-01T11:59:00.000000Z';
  expect((await post({ servers: { '': { last_activity: time } }, last_activity: time })).status).toBe(200);
  expect(hub.sessions.noted).toEqual([{ owner: USER, servers: [{ name: '', lastActivity: Date.parse(time) }] }]);
  expect((await hub.identity.user(USER))?.lastActivity).toBeGreaterThanOrEqual(Date.parse(time));
  expect((await post({ servers: { '': { last_activity: 'yesterday' } } })).status).toBe(400);
  expect((await post({ servers: { '': { last_activity: '2099-01-01T00:00:00Z' } } })).status).toBe(400);
  expect((await post({ servers: { topcat: { last_activity: time } } })).status).toBe(403);
  hub.sessions.drop(USER, '');
  expect((await post({ servers: { '': { last_activity: time } } })).status).toBe(400);
});

it('makes with a token none that outlives it', async () => {
  const short = await client.createToken({ name: USER, body: { expires_in: 60, note: 'short' } });
  const holder = createHubClient((url, init) => hub.fetch(url, init), { baseUrl: '/hub/api', token: short.token, checkResponses: true });
  const end = hub.clock.now() + 60_000;
  for (const body of [{}, { expires_in: 3600 }]) {
    const made = await holder.createToken({ name: USER, body });
    expect(Date.parse(made.expires_at!)).toBe(end);
  }
  const shorter = await holder.createToken({ name: USER, body: { expires_in: 5 } });
  expect(Date.parse(shorter.expires_at!)).toBe(end - 55_000);
});

it('makes tokens with no more than the asker has', async () => {
  const ticket = await client.createToken({ name: USER, body: { scopes: [`access:servers!server=${USER}/topcat`], expires_in: 3600, note: 'panel' } });
  const holder = createHubClient((url, init) => hub.fetch(url, init), { baseUrl: '/hub/api', token: ticket.token, checkResponses: true });
  expect((await holder.getSelf({})).scopes).toEqual([`access:servers!server=${USER}/topcat`]);
  expect((await holder.getSelf({})).servers).toEqual({});
  expect(await code(holder.listDatalabs({}))).toBe('forbidden');
  expect(await code(holder.createToken({ name: USER }))).toBe('forbidden');
  expect(await code(client.createToken({ name: USER, body: { scopes: ['admin:users'] } }))).toBe('forbidden');
  expect(JSON.stringify(await client.listTokens({ name: USER }))).not.toContain(ticket.token);
  hub.clock.advance(3600_000);
  expect(await code(holder.getSelf({}))).toBe('unauthenticated');

  const other = await client.createToken({ name: USER });
  expect((await client.getToken({ name: USER, token_id: other.id })).id).toBe(other.id);
  await client.deleteToken({ name: USER, token_id: other.id });
  await client.deleteToken({ name: USER, token_id: other.id });
  expect(await code(client.getToken({ name: USER, token_id: other.id }))).toBe('not-found');
});

it('lists users in both of JupyterHub\'s forms', async () => {
  hub.sessions.set({ name: '' });
  expect(await (await raw('/users?state=ready')).json()).toMatchObject([{ name: USER, server: `/user/${USER}/` }]);
  const page = await (await raw('/users?limit=1', { headers: { accept: 'application/jupyterhub-pagination+json' } })).json();
  expect(page).toMatchObject({ items: [{ name: USER }], _pagination: { total: 1, next: null } });
  // A session has no business with users, not even its own.
  const server = await hub.identity.issueServerToken({ owner: USER, server: '', startId: 's' });
  expect((await raw('/users', { headers: { authorization: `token ${server}` } })).status).toBe(403);
});

it('streams the progress of a start until it is ready, or says why it failed', async () => {
  const now = hub.clock.now();
  hub.sessions.set({ name: 'a', state: 'starting' });
  hub.sessions.set({ name: 'b', state: 'starting' });
  const a = readEvents(await raw(`/users/${USER}/servers/a/progress`), () => false);
  const b = readEvents(await raw(`/users/${USER}/servers/b/progress`), () => false);
  hub.sessions.set({ name: 'a', steps: [{ step: 'queued', startedAt: now, endedAt: now + 5 }, { step: 'mounting', startedAt: now + 5, endedAt: null }] });
  hub.sessions.set({ name: 'b', state: 'failed', failure: { code: 'disk-full', message: 'The disk is full.', action: 'Free some space.' } });
  hub.sessions.set({ name: 'a', state: 'ready' });
  expect((await a).map(({ data }) => (data as { progress: number }).progress)).toEqual([0, 25, 100]);
  expect((await a).at(-1)!.data).toMatchObject({ ready: true, url: `/user/${USER}/a/`, steps: [{ step: 'queued' }, { step: 'mounting' }] });
  expect((await b).at(-1)!.data).toMatchObject({ failed: true, problem: { code: 'disk-full', status: 507, action: 'Free some space.' } });
  expect(hub.sessions.watchers).toBe(0);
  expect((await raw(`/users/${USER}/servers/zzz/progress`)).status).toBe(404);
});

it('streams sessions: a snapshot, then each change, and a sign of life', async () => {
  hub.sessions.set({ name: '' });
  const response = await raw(`/users/${USER}/events`);
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const events = readEvents(response, seen => seen.length >= 5);
  hub.sessions.set({ name: 'topcat', state: 'starting' });
  await new Promise(resolve => setImmediate(resolve));
  hub.sessions.drop(USER, 'topcat');
  // What is over before it could be told is not told.
  hub.sessions.set({ name: 'euclid', state: 'starting' });
  hub.sessions.set({ name: 'euclid', state: 'ready' });
  hub.clock.advance(8000);
  const seen = await events;
  expect(seen.map(({ event }) => event)).toEqual(['snapshot', 'session', 'removed', 'session', ':keep-alive']);
  expect(seen[0]!.data).toMatchObject({ sessions: [{ name: '', ready: true }] });
  expect(seen[2]!.data).toEqual({ name: 'topcat' });
  expect(seen[3]!.data).toMatchObject({ name: 'euclid', ready: true });
});

it('keeps 32 event streams of one person, and says what to do about the next', async () => {
  const path = `/users/${USER}/events`;
  const open = await Promise.all(Array.from({ length: 32 }, () => raw(path)));
  expect(new Set(open.map(({ status }) => status))).toEqual(new Set([200]));
  const more = await raw(path);
  expect([more.status, await more.json()]).toEqual([429, expect.objectContaining({ code: 'too-many', action: expect.stringContaining('Close some') })]);
  await Promise.all(open.slice(0, 2).map(response => response.body!.cancel()));
  while (hub.sessions.watchers > 30) {
    await new Promise(resolve => setImmediate(resolve));
  }
  expect((await raw(path)).status).toBe(200);
});

it('notes activity of a user: never backwards, never in the future, UTC unless told otherwise', async () => {
  const post = (body: unknown): Promise<Response> => raw(`/users/${USER}/activity`, { method: 'POST', body: JSON.stringify(body) });
  const last = async (): Promise<string | null | undefined> => (await client.getUser({ name: USER })).last_activity;
  const note = (at: string): Promise<number> => post({ last_activity: at }).then(({ status }) => status);
  const now = hub.clock.now();
  const at = (ms: number): string => new Date(now + ms).toISOString();
  expect(await last()).toBe(at(0));
  hub.clock.advance(50_000);
  expect(await note(at(30_000))).toBe(200);
  expect(await last()).toBe(at(30_000));
  expect(await note(at(10_000))).toBe(200);
  expect(await last()).toBe(at(30_000));
  expect(await note(at(40_000).replace('Z', ''))).toBe(200);
  expect(await last()).toBe(at(40_000));
  // A clock a little ahead is now; one an hour ahead is wrong, as for JupyterHub.
  expect(await note(at(50_000 + 58 * 60_000))).toBe(200);
  expect(await last()).toBe(at(50_000));
  for (const wrong of [at(50_000 + 60 * 60_000), 'yesterday', '1', '']) {
    expect(await note(wrong)).toBe(400);
  }
  expect((await post({})).status).toBe(400);
  expect(await last()).toBe(at(50_000));
});

it('takes what a person does for activity of that person, and not what a session does by itself', async () => {
  const last = async (): Promise<number | null> => (await hub.store.users.get(USER))!.lastActivity;
  const server = await hub.identity.issueServerToken({ owner: USER, server: '', startId: 's' });
  await raw('/user');
  const before = await last();
  hub.clock.advance(3600_000);
  expect((await raw('/user', { headers: { authorization: `token ${server}` } })).status).toBe(200);
  expect(await last()).toBe(before);
  expect((await raw('/user')).status).toBe(200);
  expect(await last()).toBe(hub.clock.now());
  const { cookie } = await hub.login();
  hub.clock.advance(3600_000);
  await hub.fetch('/hub/home', { headers: { cookie } });
  expect(await last()).toBe(hub.clock.now());
});

it('serves its own description', async () => {
  expect(await (await hub.fetch('/hub/api/openapi.json')).json()).toMatchObject({ openapi: '3.1.0', paths: { '/datalabs': {} } });
});
