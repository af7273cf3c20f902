import type { ServerModel } from '@jupyter-datalabs/contract';
import { DomainError } from '../../domain/errors.js';
import type { FakeEngine } from '../../engine/fake/index.js';
import { SessionMounts } from '../../services/sessions/mounts.js';
import { toView } from '../../services/sessions/stored.js';
import type { Found } from '../../services/volumes/probe.js';
import type { Volumes } from '../../services/volumes/volumes.js';
import { settle, world, type World } from '../sessions/support.js';
import { startHub, type Harness } from './harness.js';
import { Disks, testVolumes } from './test-volumes.js';

const about = { mission: 'M', description: 'D', licence: 'L' };
const DECLARED = [
  { ...about, name: 'open', title: 'Open', path: '/archive/open' },
  { ...about, name: 'euclid', title: 'Euclid', path: '/archive/euclid', groups: ['euclid'] },
  { ...about, name: 'hst', title: 'Hubble', path: '/archive/hst', groups: ['hst', 'staff'], rules: [{ prefix: 'raw', groups: ['staff'] }] }
];
/** Overlapping groups: alice is in two, bob in one of them, carol in none but staff. */
const GROUPS = { euclid: ['alice', 'bob'], hst: ['alice'], staff: ['carol'] };

let hub: Harness;
let disks: Disks;
let volumes: Volumes;
let runs: World;
let engine: FakeEngine;
const tokens: Record<string, string> = {};

beforeEach(async () => {
  disks = new Disks();
  DECLARED.forEach(({ path }) => disks.found.set(path, 'directory'));
  hub = await startHub({
    prepare: (context, { identity, store, clock }) => {
      volumes = testVolumes({ store, clock, disks, declared: DECLARED, groupsOf: user => identity.groups.of(user) });
      runs = world({ changes: { volumes } });
      ({ engine } = runs);
      Object.assign(context, { volumes, sessions: runs.sessions, mounts: new SessionMounts(runs.sessions) });
    }
  });
  for (const name of ['alice', 'bob', 'carol']) {
    await hub.identity.users.ensure({ name });
  }
  await hub.identity.users.ensure({ name: 'eve', role: 'admin' });
  for (const [group, members] of Object.entries(GROUPS)) {
    await hub.identity.groups.create(group, members);
  }
  for (const name of ['alice', 'bob', 'carol', 'eve']) {
    tokens[name] = await hub.token(name);
  }
});
afterEach(() => hub.close());

async function api(user: string, method: string, path: string, body?: unknown): Promise<{ status: number; body: never }> {
  const response = await hub.fetch(`/hub/api${path}`, { method, headers: { authorization: `token ${tokens[user]}` }, ...(body !== undefined && { body: JSON.stringify(body) }) });
  return { status: response.status, body: (response.status === 204 ? null : await response.json()) as never };
}

async function start(owner: string, options: { name?: string; volumes?: string[] } = {}): Promise<void> {
  const { name = 'euclid', volumes: chosen } = options;
  await runs.sessions.start({ owner, name, options: { datalab: name || 'jupyterlab', ...(chosen && { volumes: chosen }) } });
  await settle();
  expect((await runs.sessions.get(owner, name))?.state).toBe('ready');
}

/** What a look finds from now on. */
function put(path: string, what: Found | (() => Promise<Found>)): void {
  disks.found.set(path, what);
  hub.clock.advance(60_000);
}

const of = (owner: string, volume = '', name = 'euclid'): string => `/users/${owner}/${name ? `servers/${name}` : 'server'}/volumes${volume && `/${volume}`}`;
const shown = async (user: string, path = of(user)): Promise<string[]> => {
  const { body } = await api(user, 'GET', path);
  return (body as { volumes: { name: string; mounted: boolean; why: { code: string } | null }[] }).volumes.map(({ name, mounted, why }) => `${name} ${mounted ? 'mounted' : 'away'} ${why?.code ?? '-'}`);
};
const unknown = { status: 404, body: { code: 'unknown-volume' } };

it('mounts into a session that runs what its owner may see by groups and path rules, and nothing else', async () => {
  for (const user of ['alice', 'bob', 'carol']) {
    await start(user, { volumes: [] });
  }
  expect(await shown('alice')).toEqual(['open away not-chosen', 'euclid away not-chosen', 'hst away not-chosen']);
  expect(await shown('bob')).toEqual(['open away not-chosen', 'euclid away not-chosen']);
  expect(await shown('carol')).toEqual(['open away not-chosen', 'hst away not-chosen']);

  expect(await api('alice', 'PUT', of('alice', 'hst'))).toEqual({ status: 200, body: { name: 'hst', title: 'Hubble', path: '/data/hst', mounted: true, why: null } });
  expect(await api('carol', 'PUT', of('carol', 'hst'))).toMatchObject({ status: 200 });
  expect(await api('bob', 'PUT', of('bob', 'euclid'))).toMatchObject({ status: 200 });
  const parts = (owner: string) => runs.machine.sessions.get(`${owner}\0euclid`)?.volumes.get('/data/hst')?.parts;
  expect(parts('alice')).toEqual([{ prefix: '', allowed: true }, { prefix: 'raw', allowed: false }]);
  expect(parts('carol')).toEqual([{ prefix: '', allowed: true }]);

  // One that is for others is answered as one that does not exist, by whoever asks for it.
  expect(await api('bob', 'PUT', of('bob', 'hst'))).toMatchObject(unknown);
  expect(JSON.stringify((await api('bob', 'PUT', of('bob', 'hst'))).body).replaceAll('hst', 'nope')).toBe(JSON.stringify((await api('bob', 'PUT', of('bob', 'nope'))).body));
  expect(await api('bob', 'DELETE', of('bob', 'hst'))).toMatchObject(unknown);
  expect(await api('eve', 'PUT', of('bob', 'hst'))).toMatchObject(unknown);
  expect(await api('bob', 'PUT', of('bob', '..%2F..%2Fetc'))).toMatchObject(unknown);
  expect(await api('alice', 'PUT', of('bob', 'open'))).toMatchObject({ status: 403 });
  expect(await shown('bob')).toEqual(['open away not-chosen', 'euclid mounted -']);
});

it('mounts and takes out once however often it is asked, also at once, and in the home', async () => {
  await start('alice', { name: '' });
  expect(await shown('alice', of('alice', '', ''))).toEqual(['open mounted -', 'euclid mounted -', 'hst mounted -']);
  const target = of('alice', 'euclid', '');
  expect((await Promise.all([1, 2, 3].map(() => api('alice', 'DELETE', target)))).map(({ status }) => status)).toEqual([204, 204, 204]);
  expect(await shown('alice', of('alice', '', ''))).toEqual(['open mounted -', 'euclid away not-mounted', 'hst mounted -']);
  expect((await Promise.all([1, 2, 3].map(() => api('alice', 'PUT', target)))).map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(await engine.mounts({ owner: 'alice', name: '' })).toEqual(['/data/euclid', '/data/hst', '/data/open']);
});

it('tells of a change by the events of its owner, and not of what changes nothing', async () => {
  await start('alice', { volumes: ['open'] });
  const told: (string | undefined)[] = [];
  const seen = async (): Promise<string | undefined> => ((await api('alice', 'GET', '/users/alice')).body as { servers: Record<string, ServerModel> }).servers.euclid!.volumes_changed;
  runs.sessions.watch('alice', (_, view) => told.push(view?.volumesChanged === undefined ? undefined : new Date(view.volumesChanged).toISOString()));
  expect(await seen()).toBeUndefined();
  await api('alice', 'PUT', of('alice', 'open'));
  expect(told).toEqual([undefined]);
  await api('alice', 'PUT', of('alice', 'euclid'));
  await api('alice', 'DELETE', of('alice', 'euclid'));
  await api('alice', 'DELETE', of('alice', 'euclid'));
  expect(told).toHaveLength(3);
  expect(new Set(told).size).toBe(3);
  expect(await seen()).toBe(told.at(-1));
});

it('names the processes that hold a volume, and takes it from them by force', async () => {
  await start('alice');
  engine.use({ owner: 'alice', name: 'euclid' }, '/data/hst', [{ pid: 12, name: 'python3' }, { pid: 40, name: 'less' }]);
  expect(await api('alice', 'DELETE', of('alice', 'hst'))).toMatchObject({
    status: 409, body: { code: 'volume-busy', detail: '2 processes have files of the volume "hst" open: python3 (12), less (40).', action: expect.stringMatching(/by force/) }
  });
  expect(await shown('alice')).toContain('hst mounted -');
  expect(await api('alice', 'DELETE', of('alice', 'hst'), { force: true })).toMatchObject({ status: 204 });
  expect(await shown('alice')).toContain('hst away not-mounted');
  expect(await api('alice', 'DELETE', of('alice', 'hst'), { force: 'yes' })).toMatchObject({ status: 400 });
});

it('says of a volume that does not answer why it is away, and mounts it once it answers', async () => {
  disks.found.set('/archive/euclid', 'missing');
  await start('alice');
  expect((await runs.sessions.get('alice', 'euclid'))?.without).toMatchObject([{ volume: 'euclid' }]);
  expect(await shown('alice')).toEqual(['open mounted -', 'euclid away unreachable', 'hst mounted -']);
  const refused = await api('alice', 'PUT', of('alice', 'euclid'));
  expect(refused).toMatchObject({ status: 503, body: { code: 'volume-unreachable', action: expect.any(String) } });
  expect(JSON.stringify(refused.body)).not.toContain('/archive');
  put('/archive/euclid', 'directory');
  expect(await api('alice', 'PUT', of('alice', 'euclid'))).toMatchObject({ status: 200 });
  expect(await shown('alice')).toContain('euclid mounted -');
  expect(await runs.sessions.get('alice', 'euclid')).not.toHaveProperty('without.0');
  // Still there, though it does not answer now: asked again, nothing is to be done.
  put('/archive/euclid', 'missing');
  expect(await api('alice', 'PUT', of('alice', 'euclid'))).toMatchObject({ status: 200, body: { mounted: true } });
  engine.failNextMount(new DomainError('volume-unreachable', 'It hangs.'));
  await api('alice', 'DELETE', of('alice', 'hst'));
  expect(await api('alice', 'PUT', of('alice', 'hst'))).toMatchObject({ status: 503, body: { code: 'volume-unreachable' } });
});

it('leaves a volume whose group its owner has left until it is taken out, by the owner or by an admin, and never again', async () => {
  await start('alice');
  await api('alice', 'DELETE', of('alice', 'hst'));
  expect(await api('eve', 'PUT', of('alice', 'hst'))).toMatchObject({ status: 200 });
  expect(hub.logged).toContainEqual(expect.objectContaining({ by: 'eve', volume: 'hst', message: expect.stringContaining('mounted') }));
  await hub.identity.groups.drop('hst', ['alice']);
  expect(await shown('alice')).toEqual(['open mounted -', 'euclid mounted -', 'hst mounted no-longer-allowed']);
  expect(await api('alice', 'PUT', of('alice', 'hst'))).toMatchObject(unknown);
  expect(await api('eve', 'DELETE', of('alice', 'hst'), { force: true })).toMatchObject({ status: 204 });
  expect(hub.logged).toContainEqual(expect.objectContaining({ by: 'eve', volume: 'hst', message: expect.stringContaining('taken out') }));
  expect(await shown('alice')).toEqual(['open mounted -', 'euclid mounted -']);
  expect(await api('alice', 'PUT', of('alice', 'hst'))).toMatchObject(unknown);
});

it('answers for a session that starts, stops, ends or is not there', async () => {
  expect(await api('alice', 'GET', of('alice'))).toMatchObject({ status: 404, body: { code: 'unknown-session' } });
  expect(await api('alice', 'PUT', of('alice', 'open', 'No!'))).toMatchObject({ status: 400, body: { code: 'invalid-name' } });
  engine.auto = false;
  await runs.sessions.start({ owner: 'alice', name: 'euclid', options: { datalab: 'euclid', volumes: [] } });
  await settle();
  expect(await api('alice', 'PUT', of('alice', 'open'))).toMatchObject({ status: 409, body: { code: 'conflict', action: expect.any(String) } });
  engine.finishStart({ owner: 'alice', name: 'euclid' });
  await settle();

  // A look at the storage is under way while the session stops: nothing is mounted, and the answer says why.
  let found: (what: Found) => void = () => undefined;
  const looked = new Promise<void>(resolve =>
    put('/archive/open', () => {
      resolve();
      return new Promise(answer => (found = answer));
    })
  );
  const pending = api('alice', 'PUT', of('alice', 'open'));
  await looked;
  const stopping = runs.sessions.stop({ owner: 'alice', name: 'euclid' });
  found('directory');
  const refused = await pending;
  expect(refused.status).toBeGreaterThanOrEqual(400);
  expect(refused.body).toMatchObject({ code: expect.stringMatching(/^(?:stop-pending|session-stopped)$/), action: expect.stringMatching(/^Start it again/) });
  await stopping;
  expect(await api('alice', 'DELETE', of('alice', 'open'))).toMatchObject({ status: 404, body: { code: 'unknown-session' } });
});

it('a later hub knows what is mounted from the session, and when that changed last', async () => {
  await start('alice', { volumes: [] });
  await api('alice', 'PUT', of('alice', 'euclid'));
  const next = world({ after: runs, changes: { volumes } });
  await next.sessions.reconcile({ startUp: true });
  const mounts = new SessionMounts(next.sessions);
  expect((await mounts.list('alice', 'euclid')).filter(({ mounted }) => mounted).map(({ name }) => name)).toEqual(['euclid']);
  expect(await mounts.names('alice', 'euclid')).toEqual(['euclid']);
  expect((await next.sessions.get('alice', 'euclid'))?.volumesChanged).toBe((await runs.sessions.get('alice', 'euclid'))?.volumesChanged);
  expect(toView((await runs.store.sessions.get('alice', 'euclid'))!).userOptions).toEqual({ datalab: 'euclid', volumes: [] });
  await mounts.unmount('alice', 'euclid', 'euclid');
  expect(await engine.mounts({ owner: 'alice', name: 'euclid' })).toEqual([]);
});
