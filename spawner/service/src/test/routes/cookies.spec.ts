import { mkdtempSync, writeFileSync } from 'node:fs';
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
const worker = { 'Service-Worker-Allowed': '/', 'Clear-Site-Data': '"*"' };

/** Answers, or accepts the upgrade, with who it is and the cookies it got, and sets those of `?set=`; `/refused` turns the upgrade down. */
const serve = (name: string): Promise<void> =>
  new Promise(resolve => {
    const heard = (asked: IncomingMessage) => ({ 'x-name': name, 'x-cookie': asked.headers.cookie ?? 'none', 'x-token': asked.headers['x-xsrftoken'] ?? 'none' });
    const set = (asked: IncomingMessage) => new URL(asked.url!, 'http://session').searchParams.getAll('set');
    const server = createServer((asked, answer) => answer.writeHead(200, { ...worker, ...heard(asked), 'set-cookie': set(asked) }).end('ok'));
    server.on('upgrade', (asked, connection) => {
      const status = asked.url!.endsWith('/refused') ? '403 Forbidden\r\ncontent-length: 0' : '101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket';
      const all = [...Object.entries({ ...worker, ...heard(asked) }), ...set(asked).map(value => ['set-cookie', value])];
      const headers = all.map(([key, value]) => `${key}: ${value}\r\n`);
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
  cookieFile: path.join(directory, 'cookies'),
  logFile: path.join(directory, 'proxy.log'),
  defaultTarget: socketTarget(socket('hub')),
  token: null,
  clock: systemClock,
  logger: { info: () => undefined, warn: () => undefined }
});

/** At the end of the names this hub's cookies have in browsers, and of those of another hub on the same host name. */
const OWN = '.0a1b2c3d';
const OTHER = '.ffffffff';

beforeAll(async () => {
  writeFileSync(path.join(directory, 'cookies'), OWN);
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
const answer = (where: string, sent: Record<string, string | string[]>, upgrade: boolean): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const heard = (message: IncomingMessage): void => resolve(message.destroy());
    const headers = { ...sent, ...(upgrade ? { connection: 'Upgrade', upgrade: 'websocket' } : {}) };
    call({ ...routes.address, path: where, headers }).on('response', heard).on('upgrade', heard).on('error', reject).end();
  });
const ask = async (where: string, cookie: string | string[] | null, upgrade: boolean): Promise<Heard> => {
  const { statusCode, headers } = await answer(where, cookie === null ? {} : { cookie }, upgrade);
  return { status: statusCode!, name: headers['x-name'], cookie: headers['x-cookie'], worker: headers['service-worker-allowed'] ?? (where.startsWith('/user/') ? headers['clear-site-data'] : undefined) };
};

const cookies = (suffix: string): string => [
  `_xsrf${suffix}=own`, `${CLOCK}${suffix}=mine`, `${CLOCK}-oauth-state${suffix}=s1`, `${CLOCK}-oauth-state-AbCdEfGh${suffix}=s2`, `${CLOCK}-2${suffix}=sibling`,
  `${HOME}${suffix}=secret`, `${HOME}-oauth-state${suffix}=s3`, `__Host-${HOME}${suffix}=secret`, `jupyterhub-user-${suffix}=x`, `_xsrf${suffix}=home`, 'theme=dark=1',
  `jupyterhub-session-id${suffix}=i`, `datalabs-desktop${suffix}=d`, `datalabs-session${suffix}=l`
].join('; ');
const all = cookies(OWN);
const inside = cookies('');
const own = `_xsrf=own; ${CLOCK}=mine; ${CLOCK}-oauth-state=s1; ${CLOCK}-oauth-state-AbCdEfGh=s2; theme=dark=1; jupyterhub-session-id=i; datalabs-desktop=d`;

describe.each([['request', false, 200], ['upgrade', true, 101]] as const)('cookies of a %s', (_, upgrade, status) => {
  it('reach a named session without those of other sessions', async () => {
    const heard = { status, name: 'clock', cookie: own, worker: undefined };
    expect(await ask('/user/a%20b/clock/', all, upgrade)).toEqual(heard);
    expect(await ask('/user/a%20b/clock/deep/er?x=/user/a/', all, upgrade)).toEqual(heard);
    expect(await ask('/user/a%20b/clock', all, upgrade)).toEqual(heard);
    expect(await ask('/user/%61%20b/cl%6Fck/', all, upgrade)).toEqual(heard);
  });

  it('are dropped altogether when none is left, however they are written', async () => {
    const secret = `${HOME}${OWN}`;
    for (const cookie of [`${secret}=secret`, `;${secret}=secret;`, ` ${secret} =secret`, `${secret}="a; ${secret}=b"`, [`${secret}=1`, `${secret}=2`], `%6A${secret.slice(1)}=1`]) {
      expect(await ask('/user/a%20b/clock/', cookie, upgrade)).toMatchObject({ name: 'clock', cookie: expect.not.stringContaining(HOME.slice(1)) });
    }
    expect(await ask('/user/a%20b/clock/', `${secret}=secret`, upgrade)).toMatchObject({ cookie: 'none' });
    expect(await ask('/user/a%20b/clock/', null, upgrade)).toMatchObject({ cookie: 'none' });
    expect(await ask('/user/a%20b/clock/', 'bad%=1; x', upgrade)).toMatchObject({ cookie: 'bad%=1; x' });
  });

  it('reach the home under their own names, below its path too, without those of the hub', async () => {
    for (const where of ['/user/a%20b/', '/user/a%20b/lab', '/user/a%20b/lab/tree/clock', '/user/a%20b/clocks/']) {
      expect(await ask(where, all, upgrade)).toEqual({ status, name: 'home', cookie: inside.replace('; datalabs-session=l', ''), worker: undefined });
    }
  });

  it('reach the hub under their own names', async () => {
    const without = (text: string): string => text.split('; ').filter(cookie => !cookie.startsWith('_xsrf')).join('; ');
    expect(await ask('/hub/user/a/clock/', `${all}; _xsrf=plain`, upgrade)).toMatchObject({ status, name: 'hub', cookie: `${without(inside)}; _xsrf=plain` });
  });

  it('of another hub on the same host name reach nobody', async () => {
    for (const [where, name] of [['/hub/home', 'hub'], ['/user/a%20b/', 'home'], ['/user/a%20b/clock/', 'clock']] as const) {
      for (const suffix of [OTHER, '']) {
        const foreign = `${HOME}${suffix}=1; jupyterhub-session-id${suffix}=2; datalabs-session${suffix}=3; ${CLOCK}${suffix}=4`;
        expect(await ask(where, `theme=1; ${foreign}`, upgrade)).toMatchObject({ name, cookie: 'theme=1' });
      }
    }
  });

  it('are set under names of this hub, the cross-site token of a session twice', async () => {
    const set = ['datalabs-session=a; Path=/hub/; HttpOnly', `${HOME}=b; Path=/`, 'jupyterhub-session-id=; Path=/; Max-Age=0', 'theme=$&; Path=/', '_xsrf=t; Path=/x'];
    const query = `?${new URLSearchParams(set.map((value): [string, string] => ['set', value]))}`;
    const names = [`datalabs-session${OWN}=a; Path=/hub/; HttpOnly`, `${HOME}${OWN}=b; Path=/`, `jupyterhub-session-id${OWN}=; Path=/; Max-Age=0`, 'theme=$&; Path=/', '_xsrf=t; Path=/x'];
    expect((await answer(`/hub/home${query}`, {}, upgrade)).headers['set-cookie']).toEqual(names);
    const ofHome = [`${HOME}${OWN}=b; Path=/`, 'theme=$&; Path=/', '_xsrf=t; Path=/x', `_xsrf${OWN}=t; Path=/x; HttpOnly`];
    expect((await answer(`/user/a%20b/${query}`, {}, upgrade)).headers['set-cookie']).toEqual(ofHome);
  });

  it('of the hub and of other sessions are not set by a session, under whatever name', async () => {
    const mine = [`${CLOCK}=1`, `${CLOCK}-oauth-state-x=2`, 'datalabs-desktop=3', 'datalabs-desktop-state=4'];
    const not = ['datalabs-session=e; Path=/hub/', ' Datalabs', `=datalabs-session${OWN}=e; Path=/hub/`, ';x=1', `${HOME}=e`, `${CLOCK}-2=e`, 'jupyterhub-session-id=e', 'datalabs-login-x=e', '_xsrf.hub=e', `__Host-${HOME}=e`];
    const query = `?${new URLSearchParams([...mine, ...not].map((value): [string, string] => ['set', value]))}`;
    const { headers } = await answer(`/user/a%20b/clock/${query}`, {}, upgrade);
    expect(headers['set-cookie']).toEqual(mine.map(text => text.replace('=', `${OWN}=`)));
  });

  it('give a session its own cross-site token, whichever hub set the cookie last', async () => {
    const token = async (where: string, cookie: string, sent: string): Promise<unknown[]> => {
      const { headers } = await answer(where, { cookie, 'x-xsrftoken': sent }, upgrade);
      return [headers['x-cookie'], headers['x-token']];
    };
    const both = `_xsrf=theirs; _xsrf${OWN}=ours; _xsrf${OTHER}=theirs`;
    expect(await token('/user/a%20b/', both, 'theirs')).toEqual([`_xsrf=ours`, 'ours']);
    expect(await token('/user/a%20b/clock/', both, 'theirs')).toEqual([`_xsrf=ours`, 'ours']);
    // Made up: it is in no cookie.
    expect((await token('/user/a%20b/', both, 'guessed'))[1]).toBe('guessed');
    // The hub believes no cookie: any page of a session could plant it.
    expect(await token('/hub/api/user', both, 'theirs')).toEqual([`_xsrf=theirs`, 'theirs']);
    // One that this hub has not set yet, or has set before it told its own.
    expect(await token('/user/a%20b/', '_xsrf=plain', 'plain')).toEqual(['_xsrf=plain', 'plain']);
  });
});

it('lets no refused upgrade widen a service worker', async () => {
  expect(await ask('/user/a%20b/clock/refused', all, true)).toEqual({ status: 403, name: 'clock', cookie: own, worker: undefined });
});
