import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, request as call, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

import { systemClock } from '../../clock.js';
import { socketTarget } from '../../config/paths.js';
import { oauthClientId, sessionPrefix } from '../../domain/names.js';
import { ChpRoutes } from '../../routes/chp/chp-routes.js';

const directory = mkdtempSync(path.join(tmpdir(), 'dl-cookies-'));
const socket = (name: string): string => path.join(directory, `${name}.sock`);
const servers: Server[] = [];
const OWNER = 'a b';
const HOME = oauthClientId(OWNER, '');
const CLOCK = oauthClientId(OWNER, 'clock');
const worker = { 'Service-Worker-Allowed': '/' };

/** Answers, or accepts the upgrade, with who it is and the cookies it got; `/refused` turns the upgrade down. */
const serve = (name: string): Promise<void> =>
  new Promise(resolve => {
    const heard = (asked: IncomingMessage) => ({ 'x-name': name, 'x-cookie': asked.headers.cookie ?? 'none' });
    const server = createServer((asked, answer) => answer.writeHead(200, { ...worker, ...heard(asked) }).end('ok'));
    server.on('upgrade', (asked, connection) => {
      const status = asked.url!.endsWith('/refused') ? '403 Forbidden\r\ncontent-length: 0' : '101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket';
      const headers = Object.entries({ ...worker, ...heard(asked) }).map(([key, value]) => `${key}: ${value}\r\n`);
      connection.end(`HTTP/1.1 ${status}\r\n${headers.join('')}\r\n`);
    });
    servers.push(server.listen(socket(name), resolve));
  });

const routes = new ChpRoutes({
  host: '127.0.0.1',
  port: 0,
  node: process.execPath,
  directory: path.join(directory, 'proxy'),
  recordFile: path.join(directory, 'proxy.json'),
  logFile: path.join(directory, 'proxy.log'),
  defaultTarget: socketTarget(socket('hub')),
  token: null,
  clock: systemClock,
  logger: { info: () => undefined, warn: () => undefined }
});

beforeAll(async () => {
  await Promise.all(['hub', 'home', 'clock'].map(serve));
  await routes.open();
  await routes.set({ prefix: sessionPrefix(OWNER, ''), target: socketTarget(socket('home')) });
  await routes.set({ prefix: sessionPrefix(OWNER, 'clock'), target: socketTarget(socket('clock')) });
});
afterAll(async () => {
  await routes.close({ end: true });
  servers.forEach(server => server.close());
  await rm(directory, { recursive: true, force: true });
});

interface Heard {
  status: number;
  name: unknown;
  cookie: unknown;
  worker: unknown;
}
const ask = (where: string, cookie: string | string[] | null, upgrade: boolean): Promise<Heard> =>
  new Promise((resolve, reject) => {
    const headers = { ...(cookie === null ? {} : { cookie }), ...(upgrade ? { connection: 'Upgrade', upgrade: 'websocket' } : {}) };
    const heard = (answer: IncomingMessage): void => {
      answer.destroy();
      const { 'x-name': name, 'x-cookie': got, 'service-worker-allowed': allowed } = answer.headers;
      resolve({ status: answer.statusCode!, name, cookie: got, worker: allowed });
    };
    call({ ...routes.address, path: where, headers }).on('response', heard).on('upgrade', heard).on('error', reject).end();
  });

const all = [
  '_xsrf=own', `${CLOCK}=mine`, `${CLOCK}-oauth-state=s1`, `${CLOCK}-oauth-state-AbCdEfGh=s2`, `${CLOCK}-2=sibling`, `${HOME}=secret`,
  `${HOME}-oauth-state=s3`, `__Host-${HOME}=secret`, 'jupyterhub-user-=x', '_xsrf=home', 'theme=dark=1', 'jupyterhub-session-id=i'
].join('; ');
const own = `_xsrf=own; ${CLOCK}=mine; ${CLOCK}-oauth-state=s1; ${CLOCK}-oauth-state-AbCdEfGh=s2; theme=dark=1; jupyterhub-session-id=i`;

describe.each([['request', false, 200], ['upgrade', true, 101]] as const)('cookies of a %s', (_, upgrade, status) => {
  it('reach a named session without those of other sessions', async () => {
    const heard = { status, name: 'clock', cookie: own, worker: undefined };
    expect(await ask('/user/a%20b/clock/', all, upgrade)).toEqual(heard);
    expect(await ask('/user/a%20b/clock/deep/er?x=/user/a/', all, upgrade)).toEqual(heard);
    expect(await ask('/user/a%20b/clock', all, upgrade)).toEqual(heard);
    expect(await ask('/user/%61%20b/cl%6Fck/', all, upgrade)).toEqual(heard);
  });

  it('are dropped altogether when none is left, however they are written', async () => {
    for (const cookie of [`${HOME}=secret`, `;${HOME}=secret;`, ` ${HOME} =secret`, `${HOME}="a; ${HOME}=b"`, [`${HOME}=1`, `${HOME}=2`]]) {
      expect(await ask('/user/a%20b/clock/', cookie, upgrade)).toMatchObject({ name: 'clock', cookie: expect.not.stringContaining(HOME) });
    }
    expect(await ask('/user/a%20b/clock/', `${HOME}=secret`, upgrade)).toMatchObject({ cookie: 'none' });
    expect(await ask('/user/a%20b/clock/', null, upgrade)).toMatchObject({ cookie: 'none' });
    expect(await ask('/user/a%20b/clock/', 'bad%=1; x', upgrade)).toMatchObject({ cookie: 'bad%=1; x' });
  });

  it('reach the home as they are, below its path too', async () => {
    for (const where of ['/user/a%20b/', '/user/a%20b/lab', '/user/a%20b/lab/tree/clock', '/user/a%20b/clocks/']) {
      expect(await ask(where, all, upgrade)).toEqual({ status, name: 'home', cookie: all, worker: undefined });
    }
  });

  it('reach the hub as they are', async () => {
    expect(await ask('/hub/user/a/clock/', all, upgrade)).toMatchObject({ status, name: 'hub', cookie: all });
  });
});

it('lets no refused upgrade widen a service worker', async () => {
  expect(await ask('/user/a%20b/clock/refused', all, true)).toEqual({ status: 403, name: 'clock', cookie: own, worker: undefined });
});
