import { jest } from '@jest/globals';
import { systemClock } from '../../clock.js';
import { EUCLID, world } from '../sessions/support.js';
import { startHub, USER, type Harness } from './harness.js';

let hub: Harness;
let admin: string;

interface Page {
  items: { owner: string; name: string; state: string; resources: unknown }[];
  _pagination: { offset: number; limit: number; total: number; next: { url: string } | null };
}

async function api<T = Record<string, unknown>>(token: string, method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> {
  const response = await hub.fetch(path.startsWith('/') ? `/hub/api${path}` : path, { method, headers: { authorization: `token ${token}` }, ...(body !== undefined && { body: JSON.stringify(body) }) });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as T };
}

const find = async (query: string, token = admin): Promise<string[]> => {
  const { status, body } = await api<Page>(token, 'GET', `/sessions?${query}`);
  expect(status).toBe(200);
  return body.items.map(({ owner, name }) => `${owner}/${name}`);
};

beforeEach(async () => {
  hub = await startHub({
    services: [
      { name: 'helpdesk', apiToken: 'h'.repeat(32), scopes: ['list:users', 'read:servers!group=euclid'], url: null },
      { name: 'nosy', apiToken: 'n'.repeat(32), scopes: ['list:users', 'list:groups'], url: null },
      { name: 'blind', apiToken: 'b'.repeat(32), scopes: ['read:servers'], url: null }
    ]
  });
  await hub.identity.users.ensure({ name: 'eve', role: 'admin' });
  await hub.identity.users.ensure({ name: 'Ümit' });
  await hub.identity.groups.create('euclid', [USER]);
  admin = await hub.token('eve');
  const started = hub.clock.now();
  hub.sessions.set({ owner: USER, name: '', datalab: 'jupyterlab', title: 'JupyterLab', started: started - 3000, lastActivity: started });
  hub.sessions.set({ owner: USER, name: 'topcat', title: 'TOPCAT', state: 'starting', started: started - 2000, place: { place: 2, of: 2 } });
  hub.sessions.set({ owner: 'Ümit', name: 'topcat', title: 'TOPCAT', state: 'starting', started: started - 1000, place: { place: 1, of: 2 } });
  hub.sessions.set({ owner: 'Ümit', name: 'euclid', title: 'Euclid', state: 'failed', started, failure: { code: 'crashed', message: 'It ended with exit code 3.' } });
});
afterEach(() => hub.close());

describe('sessions of everybody', () => {
  it('are found by owner, session and datalab in any case and Unicode form, by state, and in any order', async () => {
    expect(await find('')).toEqual([`${USER}/`, `${USER}/topcat`, 'Ümit/euclid', 'Ümit/topcat']);
    expect(await find(`search=${encodeURIComponent('üMIT'.normalize('NFD'))}`)).toEqual(['Ümit/euclid', 'Ümit/topcat']);
    expect(await find('search=%20jupyterl')).toEqual([`${USER}/`]);
    expect(await find('state=queued&sort=place')).toEqual(['Ümit/topcat', `${USER}/topcat`]);
    expect(await find('state=starting')).toEqual([]);
    expect(await find('state=failed')).toEqual(['Ümit/euclid']);
    expect(await find('sort=-requested')).toEqual(['Ümit/euclid', 'Ümit/topcat', `${USER}/topcat`, `${USER}/`]);
    expect((await api(admin, 'GET', '/sessions?sort=colour')).status).toBe(400);
    expect((await api(admin, 'GET', '/sessions?state=tired')).status).toBe(400);
    expect((await api(admin, 'GET', '/sessions?limit=201')).status).toBe(400);
  });

  it('say what they may use, and how it is with them', async () => {
    const { body } = await api<Page>(admin, 'GET', '/sessions?sort=title&state=queued');
    expect(body.items[0]).toMatchObject({ owner: USER, state: 'queued', resources: { cpu: 1, memory: '2Gi' }, place: { place: 2, of: 2 } });
    const { body: failed } = await api<Page>(admin, 'GET', '/sessions?state=failed');
    // It has not kept what it was started with, and its datalab is not known any more.
    expect(failed.items[0]).toMatchObject({ resources: null, failure: { code: 'crashed' }, requested: expect.any(String) });
  });

  it('show what they were started with, whatever their datalab says now', async () => {
    hub.sessions.set({ owner: USER, name: 'topcat', title: 'TOPCAT', resources: { cpu: 4, memory: '16Gi' } });
    hub.sessions.set({ owner: 'Ümit', name: 'euclid', title: 'Euclid', resources: { cpu: 2, memory: '4Gi' } });
    const { body } = await api<Page>(admin, 'GET', '/sessions');
    expect(body.items.map(({ resources }) => resources)).toEqual([null, { cpu: 4, memory: '16Gi' }, { cpu: 2, memory: '4Gi' }, { cpu: 1, memory: '2Gi' }]);
  });

  it('come in pages, of which none is beyond the next one', async () => {
    for (let index = 0; index < 10_000; index++) {
      hub.sessions.views.set(`user${index}/`, { ...hub.sessions.views.get(`${USER}/`)!, owner: `user${String(index).padStart(5, '0')}`, title: 'Many' });
    }
    // A fake that looks through all at each owner would be what is measured.
    const byOwner = new Map([...hub.sessions.views.values()].map(view => [view.owner, [view]]));
    hub.sessions.list = async owner => byOwner.get(owner) ?? [];
    const seen: string[] = [];
    let next: string | null = `${hub.url}/hub/api/sessions?search=many&limit=200`;
    while (next !== null && seen.length < 1000) {
      const { body }: { body: Page } = await api<Page>(admin, 'GET', next.replace(`${hub.url}/hub/api`, ''));
      seen.push(...body.items.map(({ owner }) => owner));
      expect(body._pagination.total).toBe(10_000);
      next = body._pagination.next?.url ?? null;
    }
    expect(new Set(seen).size).toBe(1000);
    const { body: last } = await api<Page>(admin, 'GET', '/sessions?search=many&offset=9990');
    expect([last.items.length, last._pagination.next]).toEqual([10, null]);
    const { body: beyond } = await api<Page>(admin, 'GET', '/sessions?search=many&offset=20000');
    expect([beyond.items.length, beyond._pagination.next]).toEqual([0, null]);
  });

  it('are those that the one who asks may see: others are not even counted', async () => {
    expect(await find('', 'h'.repeat(32))).toEqual([`${USER}/`, `${USER}/topcat`]);
    expect(await find(`search=${encodeURIComponent('Ümit')}`, 'h'.repeat(32))).toEqual([]);
    for (const token of ['n'.repeat(32), 'b'.repeat(32), await hub.token()]) {
      const { status, body } = await api(token, 'GET', '/sessions');
      expect([status, body.code]).toEqual([403, 'forbidden']);
    }
  });
});

it('who looks after the hub sees all volumes, versions, counts and what limits it', async () => {
  const volumes = await api<{ volumes: unknown[] }>(admin, 'GET', '/admin/volumes');
  expect(volumes.body.volumes).toEqual([expect.objectContaining({ name: 'gaia_dr3', available: true, state: 'ok', groups: [] }), expect.objectContaining({ name: 'hst', available: false, reason: expect.any(String), groups: ['hst'] })]);
  hub.clock.advance(90_000);
  const { status, body } = await api(admin, 'GET', '/admin/overview');
  expect(status).toBe(200);
  expect(body).toMatchObject({ uptime_seconds: 90, users: 3, sessions: { queued: 2, starting: 0, ready: 1, failed: 1 }, proxy: null, versions: [] });
  expect(body.warnings).toEqual([
    'The datalab broken/datalab.yaml cannot be offered: line 3: title: missing',
    expect.stringMatching(/^The volume Hubble is not available: \S/),
    'The volume Hubble is for the group "hst", which does not exist. Correct its entry or make the group.'
  ]);
  await api(admin, 'POST', '/groups/hst');
  expect((await api<{ volumes: unknown[] }>(admin, 'GET', '/admin/volumes')).body.volumes[1]).toMatchObject({ name: 'hst', absent_groups: [] });
});

it('a role that is withdrawn takes effect at the next question', async () => {
  expect((await api(admin, 'GET', '/sessions')).status).toBe(200);
  await hub.identity.users.setRole('eve', 'user');
  expect((await api(admin, 'GET', '/sessions')).status).toBe(403);
  expect((await api(admin, 'GET', '/admin/overview')).status).toBe(403);
  expect((await api(admin, 'DELETE', `/users/${USER}/server`)).status).toBe(403);
});

it('a stop says who asked for it, and whether that is an administrator', async () => {
  const stop = jest.spyOn(hub.sessions, 'stop');
  await api(admin, 'DELETE', `/users/${USER}/servers/topcat`, { force: true });
  expect(stop).toHaveBeenCalledWith(expect.objectContaining({ owner: USER, name: 'topcat', by: 'eve', byAdmin: true, force: true }));
});

describe('an administrator stops what its owner starts', () => {
  it('the owner is told to wait, then that an administrator did it, and can start it again', async () => {
    const made = world({ auto: false, changes: { clock: systemClock } });
    const own = hub;
    hub = await startHub({ prepare: context => Object.assign(context, { sessions: made.sessions, clock: systemClock }) });
    try {
      await hub.identity.users.ensure({ name: 'eve', role: 'admin' });
      await hub.identity.users.ensure({ name: EUCLID.owner });
      const [root, owner] = [await hub.token('eve'), await hub.token(EUCLID.owner)];
      const path = `/users/${EUCLID.owner}/servers/euclid`;
      // The end of its sandbox waits until the test lets it go on.
      let release = (): void => undefined;
      const gate = new Promise<void>(resolve => (release = resolve));
      const stop = made.engine.stop.bind(made.engine);
      jest.spyOn(made.engine, 'stop').mockImplementation(async (...given) => {
        await gate;
        return stop(...given);
      });

      expect((await api(owner, 'POST', path, { datalab: 'euclid' })).status).toBe(202);
      const stopping = new Promise<void>(resolve => made.sessions.watch(EUCLID.owner, (_name, view) => view?.state === 'stopping' && resolve()));
      const stopped = api(root, 'DELETE', path);
      await stopping;
      expect((await api<Page>(root, 'GET', '/sessions')).body.items).toEqual([expect.objectContaining({ owner: EUCLID.owner, state: 'stopping' })]);
      const early = await api(owner, 'POST', path, { datalab: 'euclid' });
      expect(early).toMatchObject({ status: 400, body: { code: 'stop-pending', detail: 'This session is being stopped.', action: 'Try again in a few seconds.' } });
      // One who stops it too joins.
      const join = made.sessions.stop.bind(made.sessions);
      const joining = new Promise<void>(resolve => jest.spyOn(made.sessions, 'stop').mockImplementation(options => (resolve(), join(options))));
      const both = api(owner, 'DELETE', path);
      await joining;
      release();
      expect([(await stopped).status, (await both).status]).toEqual([204, 204]);

      const { body } = await api(owner, 'GET', `${path}/timeline`);
      expect(body).toMatchObject({ state: 'stopped', reason: { code: 'stopped', by: 'eve', message: 'The start was cancelled by eve, an administrator.' } });
      expect((await api<Page>(root, 'GET', '/sessions')).body.items).toEqual([]);
      expect((await api(owner, 'POST', path, { datalab: 'euclid' })).status).toBe(202);
      expect((await api<Page>(root, 'GET', '/sessions')).body.items).toHaveLength(1);
    } finally {
      await made.sessions.close();
      await hub.close();
      hub = own;
    }
  });
});
