import { mkdtempSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

import { systemClock } from '../../clock.js';
import { doorDirectory } from '../../config/paths.js';
import { SessionDoors } from '../../http/doors.js';
import { request, type ApiAnswer } from '../../routes/chp/api.js';
import { startHub, TestClock, USER, type Harness } from './harness.js';

let hub: Harness;
let base: string;
let doors: SessionDoors;
beforeEach(async () => {
  hub = await startHub();
  base = mkdtempSync(path.join(tmpdir(), 'dl-doors-'));
  doors = new SessionDoors(base, systemClock);
  doors.serve(hub.app);
  await doors.open({ owner: USER, name: 'topcat' });
  await doors.open({ owner: USER, name: 'euclid' });
});
afterEach(async () => {
  doors.closeAll();
  await rm(base, { recursive: true });
  await hub.close();
});

const directory = (name: string): string => doorDirectory(base, { owner: USER, name });
const socket = (name: string): string => path.join(directory(name), 'hub.sock');
const ask = (name: string, where: string, headers: Record<string, string> = {}, body?: string): Promise<ApiAnswer> =>
  request({ socketPath: socket(name), path: where, headers, method: body === undefined ? 'GET' : 'POST', body, timeoutMs: 2000 });

it('a session that crowds its door shuts nobody else out, and not itself for longer than it does so', async () => {
  const crowd = Array.from({ length: 200 }, () => connect(socket('topcat')).on('error', () => undefined));
  const refused = (one: Socket): Promise<void> => new Promise(resolve => one.once('close', () => resolve()));
  // The first 32 stay; everybody after them is shown out.
  await Promise.all(crowd.slice(32).map(refused));
  expect(crowd.slice(0, 32).every(one => !one.closed)).toBe(true);
  expect((await ask('euclid', '/hub/api')).status).toBe(200);
  expect((await hub.fetch('/hub/health')).status).toBe(200);
  expect(await ask('topcat', '/hub/api').catch((error: NodeJS.ErrnoException) => error.code)).toMatch(/^(EPIPE|ECONNRESET)$/);
  crowd.forEach(one => one.destroy());
  // The hub hears of it in a moment.
  let answer: ApiAnswer | null = null;
  while (answer === null) {
    answer = await ask('topcat', '/hub/api').catch(() => null);
  }
  expect(answer.status).toBe(200);
});

it('stays the same directory for the next hub, whether this one was stopped or killed', async () => {
  const { ino } = statSync(directory('topcat'));
  const killed = new SessionDoors(base, systemClock);
  killed.serve(hub.app);
  await killed.open({ owner: USER, name: 'topcat' });
  expect((await ask('topcat', '/hub/api')).status).toBe(200);
  killed.closeAll();
  await doors.open({ owner: USER, name: 'topcat' });
  expect(statSync(directory('topcat')).ino).toBe(ino);
  await doors.close({ owner: USER, name: 'topcat' });
  await doors.close({ owner: USER, name: 'never-opened' });
  expect(() => statSync(directory('topcat'))).toThrow();
  await doors.open({ owner: USER, name: 'topcat' });
  expect((await ask('topcat', '/hub/api')).status).toBe(200);
});

it('tells who calls: what belongs to another session, or to a browser, is worth nothing there', async () => {
  const own = await hub.identity.issueServerToken({ owner: USER, server: 'topcat', startId: 's' });
  const self = (name: string, headers: Record<string, string>): Promise<number> => ask(name, '/hub/api/user', headers).then(({ status }) => status);
  expect(await self('topcat', { authorization: `token ${own}` })).toBe(200);
  expect(await self('euclid', { authorization: `token ${own}` })).toBe(403);
  // A person's own token may be shown to any session, which asks the hub whose it is.
  const person = await hub.token();
  expect([await self('topcat', { authorization: `token ${person}` }), await self('euclid', { authorization: `token ${person}` })]).toEqual([200, 200]);
  const { cookie } = await hub.login();
  expect(await self('topcat', { cookie })).toBe(403);
  expect((await ask('topcat', '/hub/home', { cookie })).status).toBe(302);
  const form = `grant_type=authorization_code&code=x&client_id=jupyterhub-user-${USER}-topcat&client_secret=${own}`;
  const exchange = (name: string): Promise<number> => ask(name, '/hub/api/oauth2/token', { 'content-type': 'application/x-www-form-urlencoded' }, form).then(({ status }) => status);
  expect([await exchange('topcat'), await exchange('euclid')]).toEqual([400, 403]);
});

it('a session that asks without waiting for answers loses that connection', async () => {
  const line = 'GET /hub/api/openapi.json HTTP/1.1\r\nHost: hub\r\n\r\n';
  const greedy = connect(socket('topcat')).on('error', () => undefined);
  const closed = new Promise(resolve => greedy.once('close', resolve));
  greedy.resume();
  greedy.write(line.repeat(500));
  await closed;
  expect(greedy.bytesRead).toBeLessThan(200_000);
  expect((await ask('topcat', '/hub/api')).status).toBe(200);
});

it('what a session asks and goes away from costs nothing, and itself no more than a moment', async () => {
  let waiting = 0;
  const clock = {
    now: () => 0,
    sleep: (ms: number, signal?: AbortSignal): Promise<void> => {
      expect(ms).toBeLessThan(700);
      waiting++;
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error(`gone ${waiting--}`))));
    }
  };
  const flooded = new SessionDoors(base, clock);
  flooded.serve(() => undefined);
  await flooded.open({ owner: USER, name: 'flood' });
  for (let count = 0; count < 2000; count++) {
    const one = connect(socket('flood')).on('error', () => undefined);
    await new Promise(resolve => one.end('GET /hub/api HTTP/1.1\r\nhost: hub\r\n\r\n', () => resolve(null)));
    await new Promise(resolve => one.once('close', resolve).resume());
  }
  expect(waiting).toBe(0);
  flooded.closeAll();
});

it('a session that asks without end is answered at its pace, and nobody else waits for it', async () => {
  const clock = new TestClock();
  const paced = new SessionDoors(base, clock);
  let answered = 0;
  paced.serve((_request, response) => {
    answered += 1;
    response.end();
  });
  await paced.open({ owner: USER, name: 'busy' });
  await paced.open({ owner: USER, name: 'calm' });
  for (let i = 0; i < 100; i++) {
    await ask('busy', '/');
  }
  const late = ask('busy', '/');
  await ask('calm', '/');
  expect(answered).toBe(101);
  clock.advance(20);
  await late;
  expect(answered).toBe(102);
  clock.advance(-3_600_000);
  await paced.open({ owner: USER, name: 'new' });
  const next = ask('busy', '/');
  await ask('new', '/');
  // At most as long as all its connections would wait.
  clock.advance(33 * 20);
  await next;
  expect(answered).toBe(104);
  paced.closeAll();
});
