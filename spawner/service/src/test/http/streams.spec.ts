import { jest } from '@jest/globals';
import express from 'express';
import { Agent, createServer, get, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../clock.js';
import { sessionRoutes } from '../../http/api/sessions.js';
import type { Context } from '../../http/context.js';
import { EUCLID, world } from '../sessions/support.js';

jest.setTimeout(60_000);

const OWNERS = 10;
const STREAMS = 30;
/** Of each owner, one after the other. */
const SESSIONS = 30;

/** The real sessions and routes; whose token it is stands in the token. */
async function serve() {
  const made = world({
    changes: {
      clock: systemClock,
      // Ten owners, one after the other: 150 starts a second, as in the storm the hub is to stand.
      probe: () => new Promise(resolve => setTimeout(resolve, 60, 200))
    }
  });
  const principal = (name: string) => ({ name, admin: true, scopes: ['servers', 'read:servers', 'delete:servers', 'admin:users', 'admin:servers', 'inherit', `servers!user=${name}`, `read:servers!user=${name}`], tokenId: name, sessionId: null, expires: null, via: 'token', clientId: null, kind: 'user', role: 'admin' });
  const context = {
    config: {}, sessions: made.sessions, clock: systemClock,
    identity: { principalOfToken: async (token: string) => principal(token), user: async (name: string) => ({ name }), watch: () => () => undefined },
    logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: (...given: unknown[]) => console.log(given) }
  } as unknown as Context;
  const app = express();
  app.use(express.json());
  sessionRoutes(context, app);
  const server = createServer(app);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ maxSockets: Infinity });
  const open = (path: string, owner: string): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => get({ port, path, agent, headers: { authorization: `token ${owner}` } }, resolve).once('error', reject));
  const send = (method: string, path: string, owner: string, body?: object): Promise<{ status: number; body: unknown }> =>
    new Promise((resolve, reject) => {
      const bytes = body ? JSON.stringify(body) : '';
      const headers = { authorization: `token ${owner}`, 'content-type': 'application/json', 'content-length': String(bytes.length) };
      const request = httpRequest({ port, path, method, agent, headers }, answer => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        answer.once('end', () => resolve({ status: answer.statusCode!, body: text.startsWith('{') ? JSON.parse(text) : text }));
      });
      request.once('error', reject).end(bytes);
    });
  return {
    ...made,
    open,
    send,
    end: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
      await made.sessions.close();
    }
  };
}

it('300 open streams leave the API quick while sessions come and go, and a change is written as JSON once', async () => {
  const { sessions, open, end } = await serve();
  const owners = Array.from({ length: OWNERS }, (_, index) => `user${index}`);
  let changes = 0;
  owners.forEach(owner => sessions.watch(owner, () => changes++));
  let bytes = 0;
  const streams = await Promise.all(
    owners.flatMap(owner => Array.from({ length: STREAMS }, () => open(`/users/${owner}/events`, owner)))
  );
  expect(new Set(streams.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
  const told = new Set<IncomingMessage>();
  for (const stream of streams) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      bytes += text.length;
      if (text.includes('"name":"last"')) {
        told.add(stream);
      }
    });
  }
  const written = jest.spyOn(JSON, 'stringify');
  let busy = true;
  const times: number[] = [];
  const asking = (async () => {
    while (busy) {
      const began = performance.now();
      const answer = await open('/users/user0/timelines', 'user0');
      answer.resume();
      await new Promise(resolve => answer.once('end', resolve));
      times.push(performance.now() - began);
    }
  })();
  await Promise.all(
    owners.map(async owner => {
      for (let index = 0; index < SESSIONS; index++) {
        const key = { owner, name: `s${index}` };
        const ready = new Promise<void>(resolve => {
          const off = sessions.watch(owner, (name, view) => {
            if (name === key.name && view?.state === 'ready') {
              queueMicrotask(() => off());
              resolve();
            }
          });
        });
        await sessions.start({ ...EUCLID, ...key });
        await ready;
        await sessions.stop({ ...key, remove: true });
      }
    })
  );
  busy = false;
  await asking;
  const models = written.mock.calls.filter(([value]) => typeof (value as { progress_url?: unknown } | null)?.progress_url === 'string').length;
  written.mockRestore();
  const heard = Promise.all(streams.map(stream => new Promise<void>(resolve => stream.on('data', () => told.has(stream) && resolve()))));
  await Promise.all(owners.map(owner => sessions.start({ ...EUCLID, owner, name: 'last' })));
  await heard;
  times.sort((a, b) => a - b);
  const at = (share: number): string => times[Math.floor((times.length - 1) * share)]!.toFixed(1);
  console.log(`${streams.length} streams, ${changes} changes, ${models} models written, ${(bytes / 2 ** 20).toFixed(1)} MiB sent; ${times.length} requests: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms`);
  expect(models).toBeLessThanOrEqual(changes);
  expect(Number(at(0.5))).toBeLessThan(50);
  streams.forEach(stream => stream.destroy());
  await end();
});

it('a late listener of a start gets what it missed, and a forced stop and both forms of the timeline tell the rest', async () => {
  const { sessions, engine, open, send, end } = await serve();
  engine.auto = false;
  await sessions.start({ ...EUCLID, owner: 'ada' });
  const key = { owner: 'ada', name: 'euclid' };
  while (engine.started.length === 0) {
    await new Promise(resolve => setImmediate(resolve));
  }
  engine.step(key, 'mounting');
  engine.step(key, 'starting');
  const late = await open('/users/ada/servers/euclid/progress', 'ada');
  let text = '';
  const over = new Promise<void>(resolve => late.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).once('end', () => resolve()));
  while (!text.includes('"step":"starting"')) {
    await new Promise(resolve => setImmediate(resolve));
  }
  const answer = await send('DELETE', '/users/ada/servers/euclid', 'root', { force: true });
  expect(answer).toEqual({ status: 204, body: '' });
  await over;
  const events = [...text.matchAll(/^data: (.*)$/gm)].map(match => JSON.parse(match[1]!) as { step: string; steps: unknown[]; failed?: boolean });
  expect(events.map(({ step, steps, failed }) => [step, steps.length, failed])).toEqual([
    ['queued', 1, undefined], ['placing', 2, undefined], ['mounting', 3, undefined], ['starting', 4, undefined], [null, 4, true]
  ]);
  const one = await send('GET', '/users/ada/servers/euclid/timeline', 'ada');
  expect(one).toMatchObject({ status: 200, body: { state: 'stopped', reason: { code: 'stopped', message: 'The start was cancelled by root, an administrator.', by: 'root' }, steps: [{ step: 'queued' }, { step: 'placing' }, { step: 'mounting' }, { step: 'starting' }] } });
  expect((await send('GET', '/users/ada/timelines?limit=5', 'ada')).body).toEqual({ timelines: [one.body] });
  await end();
});
