import { mkdtempSync, rmSync, statSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

import { allUsers, NotRunning, socketApi, type HubApi } from '../../commands/client.js';
import { groups } from '../../commands/groups.js';
import { sessions, stopSession, users } from '../../commands/people.js';
import { quota } from '../../commands/quota.js';
import { status } from '../../commands/status.js';
import { statePaths } from '../../config/paths.js';
import { closeServer } from '../../http/doors.js';
import { listenForOperator, operatorAccount } from '../../operator.js';
import { Metrics } from '../../telemetry/metrics.js';
import { startHub, type Harness } from '../http/harness.js';

const SECRET = 's'.repeat(43);

let folder: string;
let socket: string;
let hub: Harness;
let door: Server;
let api: HubApi;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'dl-operator-'));
  socket = path.join(folder, 'operator.sock');
  hub = await startHub({ services: [operatorAccount(SECRET)], prepare: context => void (context.metrics = new Metrics(0, { process: false })) });
  door = await listenForOperator({ ...statePaths(folder), operatorSocket: socket }, hub.app, SECRET);
  api = socketApi(socket);
});
afterEach(async () => {
  closeServer(door);
  await hub.close();
  rmSync(folder, { recursive: true });
});

it('lets in whoever may open the socket, as a service with scopes like any other', async () => {
  expect(statSync(socket).mode & 0o777).toBe(0o600);
  const { body } = await api.get<{ kind: string; name: string }>('/api/user');
  expect(body).toMatchObject({ kind: 'service', name: 'operator' });
  // It says what is there, and makes nothing in anybody's name.
  await expect(api.get('/api/users/alice/tokens')).rejects.toMatchObject({ code: 'forbidden' });
  // By the public way the same request is nobody's.
  expect((await hub.fetch('/hub/api/users')).status).toBe(403);
  expect(await api.text('/metrics')).toContain('datalabs_users_with_sessions 0');
});

it('lists users of many pages, by part of a name too', async () => {
  await hub.identity.users.create(Array.from({ length: 450 }, (_, n) => `user-${n}`), 'user');
  expect(await allUsers(api)).toHaveLength(451);
  const found = await users(api, 'user-44', hub.clock.now());
  expect((found.json as { name: string }[]).map(({ name }) => name)).toEqual(['user-44', ...Array.from({ length: 10 }, (_, n) => `user-44${n}`)]);
  expect((await users(api, 'nobody-such', 0)).lines).toEqual(['No user\'s name contains "nobody-such".']);
});

it('shows sessions with their state and why one failed, and stops them', async () => {
  hub.sessions.set({ name: '', datalab: 'jupyterlab', warm: true });
  hub.sessions.set({ name: 'topcat', state: 'failed', failure: { code: 'out-of-memory', message: 'It used\u001b[2J all of its 2 GiB.' } });
  hub.sessions.set({ name: 'queued', state: 'starting', place: { place: 2, of: 7 } });
  const listed = await sessions(api, hub.clock.now());
  expect(listed.lines.map(line => line.split(/ {2,}/).slice(0, 3))).toEqual([['SESSION', 'DATALAB', 'STATE'], ['alice/', 'jupyterlab', 'ready'], ['alice/topcat', 'topcat', 'failed'], ['alice/queued', 'queued', 'queued 2/7']]);
  expect(listed.lines.join('\n')).toContain('out-of-memory: It used\ufffd[2J all of its 2 GiB.');
  expect((await stopSession(api, 'alice/', false)).lines).toEqual(['alice/ has been stopped.']);
  expect((await stopSession(api, 'alice/topcat', false)).lines[0]).toContain('had ended by itself');
  expect(hub.sessions.views.size).toBe(1);
  await expect(stopSession(api, 'alice/nothing', false)).rejects.toMatchObject({ code: 'unknown-session' });
  await expect(stopSession(api, 'nobody/x', false)).rejects.toMatchObject({ code: 'unknown-user' });
  await expect(stopSession(api, 'alice', false)).rejects.toMatchObject({ code: 'bad-request' });
});

it('shows quotas of users and groups, and changes single limits', async () => {
  await hub.identity.users.create(['bob'], 'user');
  await hub.identity.groups.create('euclid', ['bob']);
  expect((await quota(api, 'group:euclid', [])).lines).toEqual(['The group euclid has no quota of its own.']);
  expect((await quota(api, 'group:euclid', ['sessions=2', 'memory=8Gi'])).lines[1]).toMatch(/^sessions +2$/);
  await quota(api, 'bob', ['cpu=1.5', 'home=20Gi']);
  hub.sessions.set({ owner: 'bob', name: 'topcat' });
  expect((await quota(api, 'bob', ['home=none'])).lines.map(line => line.split(/ {2,}/))).toEqual([
    ['bob', 'LIMIT', 'FROM', 'USED'], ['sessions', '2', 'group:euclid', '1'], ['cpu', '1.5', 'user', '1'], ['memory', '8Gi', 'group:euclid', '2.0 GiB'], ['home', 'no limit', '-', '-']
  ]);
  expect((await quota(api, 'bob', ['none'])).json).toMatchObject({ own: null });
  await expect(quota(api, 'bob', ['session=2'])).rejects.toMatchObject({ code: 'bad-request', details: { action: expect.stringContaining('sessions=2') } });
  await expect(quota(api, 'bob', ['memory=16GB'])).rejects.toMatchObject({ message: expect.stringContaining('such as 8Gi'), details: { action: expect.stringContaining('memory=8Gi') } });
  await expect(quota(api, 'nobody', [])).rejects.toMatchObject({ code: 'unknown-user' });
  await expect(quota(api, 'group:nothing', [])).rejects.toMatchObject({ code: 'not-found' });
});

it('makes groups, lets users in and out, and takes groups away', async () => {
  expect((await groups(api, [])).lines).toEqual(['There are no groups yet.']);
  await hub.identity.users.create(['ann', 'bob'], 'user');
  expect((await groups(api, ['add', 'deep-field', 'ann', 'bob'])).lines).toEqual(['In deep-field: ann, bob']);
  expect((await groups(api, ['add', 'deep-field'])).lines).toEqual(['In deep-field: ann, bob']);
  expect((await groups(api, ['remove', 'deep-field', 'ann'])).lines).toEqual(['In deep-field: bob']);
  expect((await groups(api, [])).lines.map(line => line.split(/ {2,}/))).toEqual([['GROUP', 'MEMBERS'], ['deep-field', 'bob']]);
  await expect(groups(api, ['add', 'deep-field', 'nobody'])).rejects.toMatchObject({ code: 'unknown-user' });
  await expect(groups(api, ['remove', 'other', 'ann'])).rejects.toMatchObject({ code: 'not-found' });
  await groups(api, ['remove', 'deep-field']);
  expect((await groups(api, [])).json).toEqual([]);
});

it('says so when a stop takes long', async () => {
  hub.sessions.set({ name: 'topcat' });
  // The hub answers after its own ten seconds, whatever becomes of the stop.
  hub.sessions.stop = () => {
    setImmediate(() => hub.clock.advance(10_000));
    return new Promise(() => undefined);
  };
  expect((await stopSession(api, 'alice/topcat', false)).lines[0]).toContain('is being stopped');
});

const PROCESS = { pid: 12, uptimeSeconds: 65, residentBytes: 60 * 2 ** 20 };

it('tells the state of hub, proxy and sessions', async () => {
  hub.sessions.set({ name: '' });
  const about = await status({ stateDir: '/state', hub: api, hubProcess: { ...PROCESS, url: 'http://127.0.0.1:8000' }, proxyProcess: { ...PROCESS, host: '127.0.0.1', port: 8000 } });
  expect(about.code).toBe(0);
  expect(about.lines[0]).toBe('Hub       running at http://127.0.0.1:8000 (process 12, up 1 min 5 s, 60.0 MiB)');
  expect(about.lines.join('\n')).toMatch(/Sessions {2}1 ready\nUsers {5}1\n/);
  expect(about.json).toMatchObject({ hub: { running: true, jupyterhub: '5.5.4' }, sessions: { ready: 1 }, users: 1 });
  expect((await status({ stateDir: '/state', hub: api, hubProcess: null, proxyProcess: null })).code).toBe(1);
});

it('says clearly when the hub does not run', async () => {
  const nobody = socketApi(path.join(folder, 'none.sock'));
  await expect(sessions(nobody, 0)).rejects.toThrow(NotRunning);
  const off = await status({ stateDir: '/state', hub: nobody, hubProcess: null, proxyProcess: { ...PROCESS, host: '127.0.0.1', port: 8000 } });
  expect(off).toMatchObject({ code: 3, json: { hub: { running: false } } });
  expect(off.lines.join('\n')).toContain('not running. "npm start" starts it.');
  expect(off.lines.join('\n')).toContain('Sessions go on without the hub');
  expect((await status({ stateDir: '/state', hub: nobody, hubProcess: { ...PROCESS, url: null }, proxyProcess: null })).lines[0]).toContain('is starting or stopping');
});

