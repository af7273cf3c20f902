import { routePath, routes, type RouteDefinition, type RouteId } from '@jupyter-datalabs/contract';
import { startHub, USER, type Harness } from './harness.js';

/** Each acts on alice and on what is hers; `self` is alice, `session` the secret of her home, `service` an idle culler. */
const ACTORS = ['nobody', 'session', 'self', 'other', 'author', 'reviewer', 'admin', 'service'] as const;
type Actor = (typeof ACTORS)[number];

const SERVICE = 's'.repeat(32);
const OAUTH = { client_id: `jupyterhub-user-${USER}`, redirect_uri: `/user/${USER}/oauth_callback`, response_type: 'code' };

interface Row {
  /** One letter for each actor: Allowed, Denied (403), Hidden (404, as if there were nothing). */
  cells: string;
  params?: Record<string, string>;
  body?: unknown;
  form?: Record<string, string>;
  query?: Record<string, string>;
  prepare?: (hub: Harness) => unknown;
  /** By cookie alone. */
  page?: true;
  /** The request is refused for another reason than rights. */
  otherwise?: number;
}

const everybody: Row = { cells: 'AAAAAAAA' };
const loggedIn: Row = { cells: 'DAAAAAAA' };
const catalogue: Row = { cells: 'DDAAAAAD' };
const adminOnly: Row = { cells: 'DDDDDDAD' };
const own: Row = { cells: 'DDADDDAD' };
/** Of sessions: the culler may see and end them. */
const culled: Row = { cells: 'DDADDDAA' };
const groupAdmin: Row = { cells: 'DHDDDDAH' };
const bob = { user: 'bob' };
const ended = (hub: Harness): unknown =>
  (hub.sessions.timeline = async () => ({
    owner: USER, name: '', startId: 's', title: 'JupyterLab', datalab: 'jupyterlab', version: '1', kind: 'jupyter', state: 'stopped', started: 0, ended: 1, warm: false, steps: [], medians: [], reason: null
  }));

const TABLE: Partial<Record<RouteId, Row>> = {
  getVersion: everybody,
  getOpenApi: everybody,
  getInfo: adminOnly,
  listProxyRoutes: adminOnly,
  findSessions: { cells: 'DDDDDDAA' },
  getOverview: adminOnly,
  listAllVolumes: adminOnly,

  listDatalabs: catalogue,
  getDatalab: catalogue,
  getDatalabIcon: everybody,
  listVolumes: catalogue,
  getVolume: { ...catalogue, params: { volume: 'gaia_dr3' } },
  // A session asks about its owner's volumes; it is told of files, never of what is in them.
  resolve: { cells: 'DAAAAAAD', body: { references: ['a.fits'], session: '' } },
  setVolume: { ...adminOnly, params: { volume: 'new' }, body: { name: 'new', title: 'N', mission: 'M', description: 'D', licence: 'L', path: '/archive/new' } },
  deleteVolume: { ...adminOnly, params: { volume: 'gaia_dr3' } },
  restoreVolume: { ...adminOnly, params: { volume: 'gaia_dr3' } },
  probeVolume: { ...adminOnly, params: { volume: 'gaia_dr3' } },

  getSelf: loggedIn,
  listUsers: { cells: 'DDAAAAAA' },
  createUsers: { ...adminOnly, body: { usernames: ['zoe', 'yves'] } },
  getUser: loggedIn,
  createUser: { cells: 'DHDDDDAD', params: { name: 'zoe' } },
  modifyUser: { ...adminOnly, body: { role: 'author' } },
  deleteUser: adminOnly,
  postActivity: { cells: 'DAADDDAD', body: { servers: { '': { last_activity: '2026-03-01T11:00:00Z' } } } },

  listTokens: own,
  createToken: { ...own, body: { scopes: [`read:users!user=${USER}`] } },
  getToken: own,
  deleteToken: own,

  listGroups: catalogue,
  createGroups: { ...adminOnly, body: { groups: ['fresh'] } },
  getGroup: { cells: 'DHAAAAAH' },
  createGroup: { ...groupAdmin, params: { group: 'fresh' } },
  deleteGroup: groupAdmin,
  addToGroup: { ...groupAdmin, body: { users: ['bob'] } },
  removeFromGroup: { ...groupAdmin, body: { users: ['bob'] } },
  setGroupProperties: { ...groupAdmin, body: { quota: 1 } },
  listGroupShares: groupAdmin,

  getHomeUsage: own,
  resetHome: { ...own, params: { datalab: 'topcat' } },

  getUserQuota: own,
  setUserQuota: { ...adminOnly, body: { sessions: 2 } },
  deleteUserQuota: adminOnly,
  getGroupQuota: groupAdmin,
  setGroupQuota: { ...groupAdmin, body: { memory: '8Gi' } },
  deleteGroupQuota: groupAdmin,

  listServices: adminOnly,
  getService: adminOnly,

  getShares: own,
  createShare: { ...own, body: bob },
  revokeShare: { ...own, body: bob },
  revokeShares: own,
  listShares: own,
  listShareCodes: own,
  createShareCode: own,
  revokeShareCodes: own,
  listReceivedShares: own,
  getReceivedShare: { ...own, params: { owner: 'bob', server: '' } },
  leaveShare: { ...own, params: { owner: 'bob', server: '' } },

  watchSessions: culled,
  startHome: { ...own, prepare: hub => hub.sessions.drop(USER, '') },
  startSession: { ...own, prepare: hub => hub.sessions.drop(USER, 'topcat') },
  stopHome: culled,
  stopSession: culled,
  listHomeVolumes: culled,
  mountHomeVolume: { ...own, params: { volume: 'gaia_dr3' } },
  unmountHomeVolume: { ...own, params: { volume: 'gaia_dr3' }, body: { force: true } },
  listSessionVolumes: culled,
  mountSessionVolume: { ...own, params: { volume: 'gaia_dr3' } },
  unmountSessionVolume: { ...own, params: { volume: 'gaia_dr3' } },
  watchHomeStart: culled,
  watchSessionStart: culled,
  getHomeTimeline: { ...culled, prepare: ended },
  getSessionTimeline: { ...culled, prepare: ended },
  listTimelines: culled,
  extendHome: { ...own, body: { until: '2026-03-01T13:00:00Z' } },
  extendSession: { ...own, body: { until: '2026-03-01T13:00:00Z' } },
  warmDatalab: { ...own, body: { datalab: 'topcat' } },

  authorize: { ...own, page: true, query: OAUTH },
  confirmAuthorize: { ...own, page: true, form: OAUTH },
  exchangeCode: { ...everybody, form: { grant_type: 'authorization_code' }, otherwise: 400 }
};

const USERS: Partial<Record<Actor, string>> = { self: USER, other: 'bob', author: 'carol', reviewer: 'dave', admin: 'eve' };

async function populate(hub: Harness): Promise<Record<string, string>> {
  const { identity, sessions } = hub;
  await identity.users.ensure({ name: 'bob' });
  await identity.users.ensure({ name: 'carol', role: 'author' });
  await identity.users.ensure({ name: 'dave', role: 'reviewer' });
  await identity.users.ensure({ name: 'eve', role: 'admin' });
  sessions.set({ name: '', datalab: 'jupyterlab' });
  sessions.set({ name: 'topcat' });
  await identity.groups.create('euclid', [USER]);
  await identity.shares.grant({ owner: 'bob', server: '', kind: 'user', grantee: USER });
  await identity.issueServerToken({ owner: USER, server: '', startId: 's' });
  await hub.token();
  const token = (await identity.tokens(USER)).find(one => one.clientId === null)!;
  return { name: USER, owner: USER, server: 'topcat', group: 'euclid', service: 'archive', id: 'topcat', token_id: token.id };
}

async function headersOf(hub: Harness, actor: Actor, row: Row): Promise<{ headers: Record<string, string>; xsrf: string }> {
  const user = USERS[actor];
  if (row.page && user) {
    const { cookie, xsrf } = await hub.login(user);
    return { headers: { cookie }, xsrf };
  }
  const token = actor === 'nobody' ? null : actor === 'service' ? SERVICE : user ? await hub.token(user) : await hub.identity.issueServerToken({ owner: USER, server: '', startId: 's' });
  return { headers: token ? { authorization: `token ${token}` } : {}, xsrf: '' };
}

async function outcome(id: RouteId, actor: Actor, row: Row): Promise<string> {
  const hub = await startHub({
    services: [
      { name: 'archive', apiToken: 'a'.repeat(32), scopes: ['read:hub'], url: null },
      { name: 'idle-culler', apiToken: SERVICE, scopes: ['list:users', 'read:users:activity', 'read:servers', 'delete:servers'], url: null }
    ]
  });
  try {
    const params = await populate(hub);
    const { headers, xsrf } = await headersOf(hub, actor, row);
    row.prepare?.(hub);
    const route: RouteDefinition = routes[id];
    const query = row.query ? `?${new URLSearchParams(row.query).toString()}` : '';
    const form = row.form && new URLSearchParams({ ...row.form, _xsrf: xsrf }).toString();
    const response = await hub.fetch(`/hub/api${routePath(id, { ...params, ...row.params } as never)}${query}`, {
      method: route.method.toUpperCase(),
      headers: { ...headers, ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }) },
      ...(form !== undefined ? { body: form } : row.body !== undefined ? { body: JSON.stringify(row.body) } : {})
    });
    const away = response.headers.get('location')?.startsWith('/hub/login');
    const { status } = response;
    await response.body?.cancel();
    return status === 403 || away ? 'D' : status === 404 ? 'H' : status < 400 || status === row.otherwise ? 'A' : `status ${status}`;
  } finally {
    await hub.close();
  }
}

it('has a row for every route, and no other', () => {
  expect(Object.keys(TABLE).sort()).toEqual(Object.keys(routes).sort());
});

it.each(Object.entries(TABLE) as [RouteId, Row][])('%s: who may', async (id, row) => {
  expect(row.cells).toHaveLength(ACTORS.length);
  const cells = await Promise.all(ACTORS.map(async actor => [actor, await outcome(id, actor, row)] as const));
  expect(Object.fromEntries(cells)).toEqual(Object.fromEntries(ACTORS.map((actor, index) => [actor, row.cells[index]])));
});

it('answers about somebody who is hidden as about somebody who does not exist', async () => {
  const hub = await startHub();
  await populate(hub);
  const token = await hub.identity.issueServerToken({ owner: USER, server: '', startId: 's' });
  const ask = async (name: string): Promise<unknown> => (await hub.fetch(`/hub/api/users/${name}`, { headers: { authorization: `token ${token}` } })).json();
  expect(await ask('bob')).toEqual(await ask('nobody-at-all'));
  await hub.close();
});
