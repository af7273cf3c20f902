import type { Datalab, Problem, Quota, UserQuota } from '@jupyter-datalabs/contract';
import { DomainError } from '../../domain/errors.js';
import type { CatalogueService } from '../../services/catalogue/types.js';
import { Quotas } from '../../services/quotas/quotas.js';
import { startHub, type Harness } from '../http/harness.js';
import { datalab, world, type World } from '../sessions/support.js';

const NONE: Quota = { sessions: null, cpu: null, memory: null, home: null };
const EUCLID = datalab('euclid', { title: 'Euclid', resources: { cpu: 2, memory: '4Gi' } });
const GAIA = datalab('gaia', { title: 'Gaia', resources: { cpu: 0.1, memory: '512Mi' } });
const HOME = datalab('jupyterlab', { title: 'JupyterLab' });

let shelf: Map<string, Datalab>;
let fallback: Quota;
let homes: Record<string, number>;
let running: World;
let hub: Harness;
let tokens: Record<string, string>;

const catalogue: CatalogueService = {
  list: async () => ({ datalabs: [...shelf.values()], problems: [] }),
  get: async id => {
    const found = shelf.get(id);
    if (!found) {
      throw new DomainError('unknown-datalab', 'There is none.');
    }
    return found;
  },
  icon: async () => null
};

/** The hub's HTTP and its real sessions, on machines that are not real. */
async function begin(after?: World): Promise<void> {
  hub = await startHub({
    prepare: (context, { identity, store }) => {
      const quotas: Quotas = new Quotas({
        store: store.quotas, groupsOf: user => identity.groups.of(user), sessionsOf: owner => running.sessions.list(owner), catalogue, fallback, homes: { of: user => homes[user] ?? null }
      });
      running = world({ ...(after && { after }), changes: { catalogue, admission: { admit: request => quotas.admit(request) } } });
      Object.assign(context, { sessions: running.sessions, quotas });
    }
  });
  await hub.identity.users.create(['bob', 'carol', 'dave'], 'user');
  await hub.identity.users.create(['root'], 'admin');
  await hub.identity.groups.create('euclid', ['bob', 'carol']);
  await hub.identity.groups.create('survey', ['bob']);
  tokens = Object.fromEntries(await Promise.all(['bob', 'carol', 'dave', 'root'].map(async name => [name, await hub.token(name)] as const)));
}

beforeEach(async () => {
  shelf = new Map([EUCLID, GAIA, HOME].map(entry => [entry.id, entry]));
  fallback = NONE;
  homes = {};
  await begin();
});
afterEach(() => hub.close());

async function api<T = Problem>(who: string, method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> {
  const response = await hub.fetch(`/hub/api${path}`, {
    method, headers: { authorization: `token ${tokens[who]!}`, 'content-type': 'application/json' }, ...(body !== undefined && { body: JSON.stringify(body) })
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as T };
}
const start = (who: string, name: string, id = 'euclid') => api(who, 'POST', `/users/${who}/${name ? `servers/${name}` : 'server'}`, { datalab: id });
/** What the user reads. */
const refusal = async (answer: ReturnType<typeof start>): Promise<string> => {
  const { status, body } = await answer;
  expect([status, body.code]).toEqual([409, 'quota']);
  return `${body.detail} ${body.action}`;
};
const quotaOf = async (user: string): Promise<UserQuota> => (await api<UserQuota>(user, 'GET', `/users/${user}/quota`)).body;
const ready = (): Promise<void> => running.clock.advance(40);

it('limits nobody who has no limit, and says what is used', async () => {
  homes.bob = 123;
  expect(await quotaOf('bob')).toEqual({ own: null, effective: NONE, used: { sessions: 0, cpu: 0, memoryBytes: 0, homeBytes: 123 } });
  for (const name of ['', 'a', 'b', 'c']) {
    expect((await start('bob', name)).status).toBe(202);
  }
  expect((await quotaOf('bob')).used).toEqual({ sessions: 4, cpu: 8, memoryBytes: 16 * 2 ** 30, homeBytes: 123 });
  expect((await quotaOf('carol')).used).toEqual({ sessions: 0, cpu: 0, memoryBytes: 0, homeBytes: null });
});

it('refuses one session more than a group allows with what runs, and takes it when one is stopped', async () => {
  await api('root', 'PUT', '/groups/euclid/quota', { sessions: 2 });
  await start('bob', '', 'jupyterlab');
  await start('bob', 'gaia', 'gaia');
  await ready();
  expect(await refusal(start('bob', 'euclid'))).toBe(
    'You have 2 sessions running (JupyterLab, Gaia), and 2 is the limit your group euclid allows. Stop one of them first.'
  );
  expect(await refusal(api('root', 'POST', '/users/bob/servers/euclid', { datalab: 'euclid' }))).toBe(
    "bob has 2 sessions running (JupyterLab, Gaia), and 2 is the limit bob's group euclid allows. Stop one of them first."
  );
  // Nothing of it remains, others have limits of their own, and what runs may be asked for again.
  expect((await running.sessions.list('bob')).map(({ name, state }) => [name, state])).toEqual([['', 'ready'], ['gaia', 'ready']]);
  expect((await start('carol', 'euclid')).status).toBe(202);
  expect((await start('bob', 'gaia', 'gaia')).status).toBe(201);
  expect((await api('bob', 'DELETE', '/users/bob/servers/gaia')).status).toBe(204);
  expect((await start('bob', 'euclid')).status).toBe(202);
});

it('never has more than is allowed, however many ask at once', async () => {
  await api('root', 'PUT', '/users/bob/quota', { sessions: 3 });
  const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => start('bob', `s${n}`, 'gaia')));
  expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(3).fill(202), ...Array<number>(47).fill(409)]);
  await ready();
  expect([(await quotaOf('bob')).used.sessions, running.engine.started]).toEqual([3, expect.objectContaining({ length: 3 })]);
  await api('root', 'PUT', '/users/bob/quota', { cpu: 1 });
  await Promise.all(Array.from({ length: 50 }, (_, n) => start('bob', `t${n}`, 'gaia')));
  // Ten tenths are one.
  expect((await quotaOf('bob')).used).toMatchObject({ sessions: 10, cpu: 1 });
});

it('adds up CPUs and memory of what runs', async () => {
  await api('root', 'PUT', '/users/bob/quota', { cpu: 3.5 });
  await start('bob', 'one');
  expect(await refusal(start('bob', 'two'))).toBe('Euclid needs 2 CPUs, your session (Euclid) has 2, and 3.5 is the limit set for you. Stop it first.');
  await start('bob', 'small', 'gaia');
  await api('root', 'PUT', '/users/bob/quota', { memory: '6Gi' });
  expect(await refusal(start('bob', 'two'))).toBe(
    'Euclid needs 4 GiB of memory, your 2 sessions (Euclid, Gaia) have 4.5 GiB, and 6 GiB is the limit set for you. Stop one or more of them first.'
  );
  await api('root', 'PUT', '/users/bob/quota', { cpu: 1 });
  expect(await refusal(start('bob', 'two'))).toBe('Euclid needs 2 CPUs, and 1 is the limit set for you. Choose a datalab that needs less, or ask an admin for more.');
  await api('root', 'PUT', '/users/bob/quota', { sessions: 0 });
  // Nothing that could be stopped would help.
  expect(await refusal(start('bob', 'two'))).toBe('No session can be started, because 0 is the limit set for you. Ask an admin for more.');
});

it('ends nothing when a limit is lowered, says how much is too much, and how many have to go', async () => {
  for (const name of ['a', 'b', 'c']) {
    await start('bob', name, 'gaia');
  }
  const { status, body } = await api<UserQuota>('root', 'PUT', '/users/bob/quota', { sessions: 2 });
  expect([status, body.effective.sessions, body.used.sessions]).toEqual([200, { value: 2, origin: 'user' }, 3]);
  expect(await running.sessions.list('bob')).toHaveLength(3);
  expect(await refusal(start('bob', 'd', 'gaia'))).toBe('You have 3 sessions running (Gaia "a", Gaia "b", Gaia "c"), and 2 is the limit set for you. Stop 2 of them first.');
});

it('counts what is being stopped until it is gone, and tells to wait for it alone', async () => {
  await api('root', 'PUT', '/users/bob/quota', { sessions: 1 });
  await start('bob', 'gaia', 'gaia');
  await ready();
  const { engine } = running;
  const end = engine.stop.bind(engine);
  let release = (): void => undefined;
  engine.stop = async key => {
    await new Promise<void>(resolve => (release = resolve));
    return end(key);
  };
  const stopping = api('bob', 'DELETE', '/users/bob/servers/gaia');
  await new Promise<void>(resolve => {
    const off = running.sessions.watch('bob', (_name, view) => view?.state === 'stopping' && (setImmediate(() => off()), resolve()));
  });
  expect(await refusal(start('bob', 'euclid'))).toBe('You have 1 session running (Gaia, being stopped), and 1 is the limit set for you. Try again in a few seconds.');
  release();
  expect((await stopping).status).toBe(204);
  expect((await start('bob', 'euclid')).status).toBe(202);
});

it('falls back to the default when the entry of a user or a group, or the group itself, is gone', async () => {
  await hub.close();
  fallback = { ...NONE, sessions: 1 };
  await begin();
  await api('root', 'PUT', '/groups/euclid/quota', { sessions: 2 });
  await api('root', 'PUT', '/groups/survey/quota', { sessions: 5, cpu: 4 });
  await api('root', 'PUT', '/users/bob/quota', { sessions: 7 });
  const sessions = async () => (await quotaOf('bob')).effective.sessions;
  expect(await sessions()).toEqual({ value: 7, origin: 'user' });
  for (let round = 0; round < 2; round++) {
    expect((await api('root', 'DELETE', '/users/bob/quota')).status).toBe(204);
  }
  expect(await sessions()).toEqual({ value: 5, origin: 'group:survey' });
  expect((await api('root', 'DELETE', '/groups/survey/users', { users: ['bob'] })).status).toBe(200);
  expect(await sessions()).toEqual({ value: 2, origin: 'group:euclid' });
  await api('root', 'DELETE', '/groups/euclid');
  expect(await quotaOf('bob')).toMatchObject({ own: null, effective: { ...NONE, sessions: { value: 1, origin: 'default' } } });
  // One made anew under the name has nothing of the old one.
  await api('root', 'POST', '/groups/euclid', { users: ['bob'] });
  expect((await api('root', 'GET', '/groups/euclid/quota')).body).toEqual({ own: null });
  await start('bob', 'a', 'gaia');
  expect(await refusal(start('bob', 'b', 'gaia'))).toContain('and 1 is the limit on this hub. Stop it first');
});

it('follows a user who is renamed, and goes with one who is removed', async () => {
  await api('root', 'PUT', '/users/bob/quota', { sessions: 4 });
  await api('root', 'PATCH', '/users/bob', { name: 'robert' });
  expect((await api<UserQuota>('root', 'GET', '/users/robert/quota')).body.own).toEqual({ ...NONE, sessions: 4 });
  await api('root', 'DELETE', '/users/robert');
  await api('root', 'POST', '/users/robert', {});
  expect((await api<UserQuota>('root', 'GET', '/users/robert/quota')).body.own).toBeNull();
});

it('counts what a session was started with, whatever becomes of its datalab, also after a restart of the hub', async () => {
  await start('bob', 'one');
  await ready();
  shelf.set('euclid', { ...EUCLID, resources: { cpu: 16, memory: '64Gi' } });
  expect((await quotaOf('bob')).used).toMatchObject({ cpu: 2, memoryBytes: 4 * 2 ** 30 });
  shelf.delete('euclid');
  expect((await quotaOf('bob')).used).toMatchObject({ sessions: 1, cpu: 2 });
  const before = running;
  await before.sessions.close();
  await hub.close();
  await begin(before);
  await running.sessions.reconcile({ startUp: true });
  expect((await quotaOf('bob')).used).toMatchObject({ sessions: 1, cpu: 2, memoryBytes: 4 * 2 ** 30 });
});

it('takes what a session of an earlier hub runs from the catalogue, and nothing where there is nothing', async () => {
  const old = { owner: 'bob', version: '1', started: 1, lastActivity: null, failure: null, title: 'X' };
  const options = { given: { datalab: 'x' }, kind: 'jupyter', state: 'starting', steps: [] };
  await running.store.sessions.upsert({ ...old, name: 'a', startId: 's1', datalab: 'euclid', options });
  await running.store.sessions.upsert({ ...old, name: 'b', startId: 's2', datalab: 'gone', options });
  const quotas = new Quotas({
    store: hub.store.quotas, groupsOf: async () => [], catalogue, fallback,
    sessionsOf: async () => (await running.store.sessions.list()).map(row => ({ ...row, kind: 'jupyter', state: 'ready', url: '', steps: [], failure: null, userOptions: { datalab: row.datalab } }))
  });
  expect((await quotas.ofUser('bob')).used).toEqual({ sessions: 2, cpu: 2, memoryBytes: 4 * 2 ** 30, homeBytes: null });
});

it('refuses what is no quota, and knows neither users nor groups that are not there', async () => {
  for (const body of [{ session: 1 }, { sessions: 1.5 }, { sessions: -1 }, { cpu: 'many' }, { memory: '8 GB' }, { home: 20 }]) {
    expect((await api('root', 'PUT', '/users/bob/quota', body)).status).toBe(400);
  }
  expect((await api<UserQuota>('root', 'PUT', '/users/bob/quota', { cpu: 0.5, home: '20Gi', memory: null })).body.own).toEqual({ ...NONE, cpu: 0.5, home: '20Gi' });
  // What a PUT does not say is not limited by this entry any more.
  expect((await api<UserQuota>('root', 'PUT', '/users/bob/quota', { sessions: 1 })).body.own).toEqual({ ...NONE, sessions: 1 });
  for (const method of ['GET', 'PUT', 'DELETE']) {
    expect(await api('root', method, '/users/nobody/quota', method === 'PUT' ? {} : undefined)).toMatchObject({ status: 404, body: { code: 'unknown-user' } });
    expect(await api('root', method, '/groups/nothing/quota', method === 'PUT' ? {} : undefined)).toMatchObject({ status: 404 });
  }
  expect((await api('bob', 'PUT', '/users/bob/quota', { sessions: 99 })).status).toBe(403);
  expect((await api('bob', 'GET', '/users/carol/quota')).status).toBe(403);
});

it('tells the refusal on the page that starts a session', async () => {
  await api('root', 'PUT', '/users/bob/quota', { sessions: 1 });
  await start('bob', 'gaia', 'gaia');
  const { cookie } = await hub.login('bob');
  const page = await hub.fetch('/hub/spawn/bob/euclid?datalab=euclid', { headers: { cookie, accept: 'text/html' } });
  const text = await page.text();
  expect(page.status).toBe(409);
  expect(text).toContain('You have 1 session running (Gaia), and 1 is the limit set for you.');
  expect(text).toContain('Stop it first.');
  expect(text).toContain('href="/hub/home"');
});
