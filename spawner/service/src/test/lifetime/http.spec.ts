import type { ServerModel } from '@jupyter-datalabs/contract';
import { Lifetime } from '../../services/lifetime/lifetime.js';
import { readEvents, startHub, USER, type Harness } from '../http/harness.js';
import { world, type World } from '../sessions/support.js';

const MINUTE = 60_000;
const PATH = `/hub/api/users/${USER}/servers/euclid/extension`;

let hub: Harness;
let w: World;
let headers: Record<string, string>;

/** The routes before real sessions. */
beforeEach(async () => {
  const made: { lifetime?: Lifetime } = {};
  w = world({ changes: { deadline: view => made.lifetime!.deadline(view) } });
  made.lifetime = new Lifetime({
    policy: { idleMs: 60 * MINUTE, maxAgeMs: null, extensionMs: 30 * MINUTE, extensionsTotalMs: 30 * MINUTE }, clock: w.clock, sessions: () => w.sessions,
    logger: { info: () => undefined, warn: () => undefined }
  });
  hub = await startHub({ prepare: context => void Object.assign(context, { sessions: w.sessions, lifetime: made.lifetime }) });
  headers = { authorization: `token ${await hub.token()}`, 'content-type': 'application/json' };
  await w.sessions.start({ owner: USER, name: 'euclid', options: { datalab: 'euclid' } });
  await w.sessions.entry(USER, 'euclid')!.operation?.done;
});
afterEach(() => hub.close());

const extend = (until: unknown): Promise<Response> => hub.fetch(PATH, { method: 'POST', headers, body: JSON.stringify({ until }) });
const after = (ms: number): string => new Date(w.clock.now() + ms).toISOString();

it('a session tells its deadline; an extension moves it, is told to those who watch, and done twice is done once', async () => {
  const stream = await hub.fetch(`/hub/api/users/${USER}/events`, { headers });
  const told = readEvents(stream, events => events.some(({ event }) => event === 'session'));
  const first = await extend(after(90 * MINUTE));
  expect(first.status).toBe(200);
  const deadline = { at: after(90 * MINUTE), kind: 'idle', extendable: 0 };
  expect(((await first.json()) as ServerModel).deadline).toEqual(deadline);
  const again = await extend(after(90 * MINUTE));
  expect([again.status, ((await again.json()) as ServerModel).deadline]).toEqual([200, deadline]);
  const [snapshot, event] = await told;
  expect((snapshot!.data as { sessions: ServerModel[] }).sessions[0]!.deadline).toEqual({ at: after(60 * MINUTE), kind: 'idle', extendable: 30 * MINUTE });
  expect((event!.data as ServerModel).deadline).toEqual(deadline);
});

it('what is used up is refused with the next action', async () => {
  await extend(after(90 * MINUTE));
  const refused = await extend(after(91 * MINUTE));
  expect([refused.status, await refused.json()]).toEqual([409, expect.objectContaining({ code: 'extension-refused', detail: 'The extensions of this session are used up.', action: expect.any(String) })]);
});

it.each(['tomorrow', 5, null, '2026-03-01'])('%p is no time', async until => {
  expect((await extend(until)).status).toBe(400);
});

it('there is nothing to extend of a session that does not run', async () => {
  const answer = await hub.fetch(`/hub/api/users/${USER}/server/extension`, { method: 'POST', headers, body: JSON.stringify({ until: after(0) }) });
  expect([answer.status, await answer.json()]).toEqual([404, expect.objectContaining({ code: 'unknown-session' })]);
});

it('a report moves the deadline; one about a session that is not there, or that says nothing, is refused as a whole', async () => {
  const report = (body: unknown): Promise<Response> => hub.fetch(`/hub/api/users/${USER}/activity`, { method: 'POST', headers, body: JSON.stringify(body) });
  const at = new Date(hub.clock.now()).toISOString();
  expect((await report({ servers: { euclid: { last_activity: at }, other: { last_activity: at } } })).status).toBe(400);
  expect((await report({})).status).toBe(400);
  expect(w.sessions.entry(USER, 'euclid')!.view.lastActivity).toBeNull();
  expect((await report({ last_activity: at, servers: { euclid: { last_activity: at } } })).status).toBe(200);
  expect(w.sessions.entry(USER, 'euclid')!.view.deadline!.at).toBe(hub.clock.now() + 60 * MINUTE);
});
