import { progressOf } from '../../http/progress.js';
import { startHub, type Harness } from './harness.js';

let hub: Harness;
let admin: string;
beforeEach(async () => {
  hub = await startHub();
  await hub.identity.users.ensure({ name: 'eve', role: 'admin' });
  admin = await hub.token('eve');
});
afterEach(() => hub.close());

async function api(token: string, method: string, path: string, body?: unknown): Promise<{ status: number; body: never }> {
  const response = await hub.fetch(`/hub/api${path}`, { method, headers: { authorization: `token ${token}` }, ...(body !== undefined && { body: JSON.stringify(body) }) });
  return { status: response.status, body: (response.status === 204 ? null : await response.json()) as never };
}

const XMM = { name: 'xmm', title: 'XMM', mission: 'XMM', description: 'D', licence: 'L', path: '/samples/gaia_dr3', groups: ['xmm'], rules: [{ prefix: 'public', groups: [] }] };

it('an admin adds, changes and removes a volume, and users see of it what is theirs', async () => {
  const alice = await hub.token();
  expect(await api(admin, 'PUT', '/admin/volumes/xmm', XMM)).toMatchObject({ status: 200, body: { name: 'xmm', origin: 'store', state: 'ok', entry: { path: '/samples/gaia_dr3' } } });
  expect(await api(alice, 'GET', '/volumes/xmm')).toMatchObject({ status: 200, body: { path: '/data/xmm', allowed: ['public'] } });
  expect(JSON.stringify(await api(alice, 'GET', '/volumes/xmm'))).not.toContain('/samples');
  expect(await api(alice, 'GET', '/volumes/hst')).toMatchObject({ status: 404, body: { code: 'unknown-volume' } });
  await api(admin, 'PUT', '/admin/volumes/xmm', { ...XMM, rules: [] });
  expect(await api(alice, 'GET', '/volumes/xmm')).toMatchObject({ status: 404 });
  expect(await api(admin, 'DELETE', '/admin/volumes/gaia_dr3')).toMatchObject({ status: 204 });
  expect(await api(alice, 'GET', '/volumes')).toMatchObject({ body: { volumes: [] } });
  expect(await api(admin, 'DELETE', '/admin/volumes/gaia_dr3')).toMatchObject({ status: 404, body: { code: 'unknown-volume' } });
  expect(await api(admin, 'GET', '/admin/volumes')).toMatchObject({ body: { removed: ['gaia_dr3'] } });
  expect(await api(admin, 'POST', '/admin/volumes/gaia_dr3/restore')).toMatchObject({ status: 200, body: { origin: 'file', declared: true } });
  expect(await api(alice, 'GET', '/volumes')).toMatchObject({ body: { volumes: [{ name: 'gaia_dr3' }] } });
  expect(await api(admin, 'POST', '/admin/volumes/xmm/restore')).toMatchObject({ status: 404, body: { code: 'unknown-volume' } });
});

it.each([
  ['another name', { ...XMM, name: 'other' }], ['a misspelt key', { ...XMM, rule: [] }], ['a rule that leads out of it', { ...XMM, rules: [{ prefix: 'a/../..', groups: [] }] }], ['no path', { ...XMM, path: undefined }]
])('refuses %s', async (_, body) => {
  expect(await api(admin, 'PUT', '/admin/volumes/xmm', body)).toMatchObject({ status: 400, body: { code: 'bad-request' } });
  expect(await hub.store.volumes.list()).toEqual([]);
});

it('a session that was started without a volume says so while it starts and in the list of sessions', async () => {
  const { cookie } = await hub.login();
  const without = [{ volume: 'hst', title: 'Hubble <1>', reason: 'Its storage does not answer.' }];
  const view = hub.sessions.set({ name: 'topcat', state: 'starting', without, steps: [{ step: 'starting', startedAt: 0, endedAt: null }] });
  expect(progressOf(view).message).toBe('Starting the program, without Hubble <1>: no answer');
  hub.sessions.set({ name: 'topcat', state: 'ready' });
  const page = await (await hub.fetch('/hub/home', { headers: { cookie } })).text();
  expect(page).toContain('Started without Hubble &#60;1&#62;, whose storage did not answer');
  expect(await api(await hub.token(), 'GET', '/users/alice')).toMatchObject({ body: { servers: { topcat: { without } } } });
});

it.each([[['gaia_dr3', 'hst'], 'Volumes chosen: gaia_dr3, hst'], [[], 'Volumes chosen: none'], [undefined, null]])('the list of sessions tells of the volumes that were chosen: %j', async (volumes, line) => {
  const { cookie } = await hub.login();
  hub.sessions.set({ name: 'topcat', state: 'ready', userOptions: { datalab: 'topcat', ...(volumes && { volumes }) } });
  const page = await (await hub.fetch('/hub/home', { headers: { cookie } })).text();
  expect(line ? page.includes(line) : !page.includes('Volumes chosen')).toBe(true);
});

it('a link starts a session with the volumes it names', async () => {
  const { cookie } = await hub.login();
  await hub.fetch('/hub/spawn/alice/topcat?volumes=gaia_dr3,hst', { headers: { cookie } });
  expect(hub.sessions.starts).toMatchObject([{ options: { datalab: 'topcat', volumes: ['gaia_dr3', 'hst'] } }]);
});

it('starts none where a link names none, asks first where it comes from elsewhere, and tries one that failed again with what was chosen', async () => {
  const { cookie, xsrf } = await hub.login();
  const started = (): unknown => hub.sessions.starts.at(-1)?.options;
  await hub.fetch('/hub/spawn/alice/topcat?volumes=', { headers: { cookie } });
  expect(started()).toEqual({ datalab: 'topcat', volumes: [] });
  hub.sessions.set({ name: 'topcat', state: 'failed', userOptions: { datalab: 'topcat', volumes: ['gaia_dr3'] } });
  await hub.fetch('/hub/spawn/alice/topcat', { headers: { cookie } });
  expect(started()).toEqual({ datalab: 'topcat', volumes: ['gaia_dr3'] });

  hub.sessions.drop('alice', 'topcat');
  const page = await (await hub.fetch('/hub/spawn/alice/topcat?next=%2F', { headers: { cookie, 'sec-fetch-site': 'cross-site' } })).text();
  const fields = [...page.matchAll(/<input type="hidden" name="(\w+)"/g)].map(([, name]) => name);
  expect(fields).toEqual(['_xsrf', 'next']);
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  await hub.fetch('/hub/spawn/alice/topcat', { method: 'POST', headers: { cookie, ...form }, body: new URLSearchParams({ _xsrf: xsrf, next: '/' }).toString() });
  expect(started()).toEqual({ datalab: 'topcat' });
});
