import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { ActivityReporter } from '../activity.js';
import type { AppState } from '../app.js';
import { Desktop } from '../desktop.js';
import { HubAuth } from '../hub-auth.js';
import { createDesktopServer } from '../server.js';

const PREFIX = '/user/vera/clock/';
const SCOPE = 'access:servers!server=vera/clock';

/** A hub that knows three tokens and one code. */
class TinyHub {
  readonly activity: unknown[] = [];
  asked = 0;

  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hub/api`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  onActivity: () => void = () => undefined;
  onAsked: () => void = () => undefined;
  away = false;
  shared = true;
  revoked = '';

  private readonly server: Server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', chunk => chunks.push(chunk));
    req.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const token = req.headers.authorization?.replace('token ', '');
      const json = (status: number, value: unknown) =>
        res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
      if (req.url === '/hub/api/user') {
        this.asked++;
        this.onAsked();
        if (this.away) {
          return json(503, {});
        }
        const scopes = { mine: [SCOPE], other: ['access:servers!server=eve/clock'], visitor: this.shared ? [SCOPE] : [] }[token ?? ''];
        return scopes && token !== this.revoked ? json(200, { scopes }) : json(403, {});
      }
      if (req.url === '/hub/api/oauth2/token') {
        const form = new URLSearchParams(body);
        return form.get('code') === 'good' && form.get('client_secret') === 'secret'
          ? json(200, { access_token: 'mine' })
          : json(400, { error: 'invalid_grant' });
      }
      if (req.url === '/hub/api/users/vera/activity' && token === 'secret') {
        this.activity.push(JSON.parse(body));
        this.onActivity();
        return json(200, {});
      }
      return json(404, {});
    });
  });
}

let hub: TinyHub;
let desktop: Desktop;
let server: Server;
let activity: ActivityReporter;
let directory: string;
let socketPath: string;
/** What this server's clock is ahead, in milliseconds. */
let later = 0;

const states: AppState[] = [];
let stateChanged: () => void = () => undefined;

async function state(wanted: AppState): Promise<void> {
  while (desktop.app.state !== wanted) {
    await new Promise<void>(resolve => (stateChanged = resolve));
  }
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'agent-'));
  socketPath = join(directory, 'server.sock');
  hub = new TinyHub();
  const apiUrl = await hub.listen();
  const environment = { PATH: process.env.PATH ?? '', HOME: directory };
  desktop = await Desktop.start({
    title: 'Clock',
    argv: ['xclock'],
    geometry: '320x240',
    tmp: directory,
    environment,
    now: () => performance.now(),
    times: { backOff: [10, 10], quick: 60_000 },
    onState: value => {
      states.push(value);
      stateChanged();
    }
  });
  activity = new ActivityReporter({
    url: `${apiUrl}/users/vera/activity`,
    token: 'secret',
    serverName: 'clock',
    now: Date.now
  });
  const auth = new HubAuth(
    {
      apiUrl,
      apiToken: 'secret',
      clientId: 'jupyterhub-user-vera-clock',
      accessScopes: [SCOPE],
      callbackUrl: `${PREFIX}oauth_callback`,
      authorizeUrl: '/hub/api/oauth2/authorize'
    },
    () => Date.now() + later
  );
  server = createDesktopServer({ prefix: PREFIX, publicHost: null, desktop, auth, onInput: () => activity.touch(), recheckMs: 10 });
  server.listen(socketPath);
  await once(server, 'listening');
}, 20_000);

afterAll(async () => {
  server.close();
  server.closeAllConnections();
  activity.stop();
  hub.close();
  await desktop.stop();
  await rm(directory, { recursive: true, force: true });
}, 20_000);

async function call(
  path: string,
  headers: Record<string, string> = {},
  method = 'GET'
): Promise<{ response: IncomingMessage; body: string }> {
  const outgoing = request({ socketPath, path, headers, method }).end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of response) {
    body += String(chunk);
  }
  return { response, body };
}

const viewer = (query: string, headers: Record<string, string> = {}) =>
  new WebSocket(`ws+unix://${socketPath}:${PREFIX}vnc${query}`, 'binary', { headers });

async function refusal(websocket: WebSocket): Promise<number> {
  websocket.on('error', () => undefined);
  const [, response] = (await once(websocket, 'unexpected-response')) as [unknown, IncomingMessage];
  websocket.terminate();
  return response.statusCode ?? 0;
}

describe('desktop agent', () => {
  it('answers api without a login and keeps the log behind one', async () => {
    const open = await call(`${PREFIX}api`);
    expect(open.response.statusCode).toBe(200);
    expect(JSON.parse(open.body)).toMatchObject({ version: '0.1.0', kind: 'desktop' });
    expect(open.body).not.toContain('logTail');
    expect((await call(`${PREFIX}status`)).response.statusCode).toBe(401);
    const status = await call(`${PREFIX}status`, { Authorization: 'token mine' });
    expect(JSON.parse(status.body).app).toHaveProperty('logTail');
  });

  it('sees the first window', async () => {
    await state('running');
    expect(desktop.app.firstWindow).toBe(true);
  });

  it('refuses strangers, other owners and other sites', async () => {
    expect(await refusal(viewer(''))).toBe(401);
    expect(await refusal(viewer('?token=wrong'))).toBe(401);
    expect(await refusal(viewer('?token=other'))).toBe(403);
    expect(await refusal(viewer('?token=mine', { Origin: 'http://evil.example' }))).toBe(403);
    expect(await refusal(viewer('?token=mine', { Origin: 'null' }))).toBe(403);
    expect((await call(`${PREFIX}../other/api`)).response.statusCode).toBe(404);
  });

  it('asks the hub once for a token used often', async () => {
    await call(`${PREFIX}status?token=mine`);
    const before = hub.asked;
    await Promise.all([call(`${PREFIX}status?token=mine`), call(`${PREFIX}status?token=mine`)]);
    expect(hub.asked).toBe(before);
  });

  it('carries RFB and reports input, but not mere traffic', async () => {
    const websocket = viewer('?token=mine', { Origin: 'http://localhost' });
    const reported = new Promise<void>(resolve => (hub.onActivity = resolve));
    const seen: Buffer[] = [];
    let step = 0;
    await new Promise<void>((resolve, reject) => {
      websocket.on('error', reject);
      websocket.on('message', (data: Buffer) => {
        seen.push(data);
        const have = Buffer.concat(seen);
        if (step === 0 && have.length >= 12) {
          websocket.send(Buffer.from('RFB 003.008\n'));
          step = 1;
        } else if (step === 1 && have.length >= 14) {
          websocket.send(Buffer.from([1]));
          step = 2;
        } else if (step === 2 && have.length >= 18) {
          websocket.send(Buffer.from([1]));
          step = 3;
        } else if (step === 3 && have.length >= 42) {
          expect(have.subarray(0, 12).toString()).toBe('RFB 003.008\n');
          expect([have.readUInt16BE(18), have.readUInt16BE(20)]).toEqual([320, 240]);
          websocket.send(Buffer.from([3, 0, 0, 0, 0, 0, 0, 10, 0, 10]));
          step = 4;
        } else if (step === 4) {
          expect(hub.activity).toEqual([]);
          websocket.send(Buffer.from([5, 0, 0, 10, 0, 10]));
          resolve();
        }
      });
    });
    await reported;
    expect(hub.activity).toHaveLength(1);
    expect(hub.activity[0]).toHaveProperty('servers.clock.last_activity');
    websocket.close();
    await once(websocket, 'close');
  });

  it('ends a picture whose token was revoked or whose session is no longer shared, but none while the hub is away', async () => {
    const asked = (): Promise<void> => new Promise(resolve => (hub.onAsked = resolve));
    const visitor = viewer('?token=visitor');
    const owner = viewer('?token=mine');
    await Promise.all([once(visitor, 'open'), once(owner, 'open')]);
    const ended = (websocket: WebSocket) => once(websocket, 'close') as Promise<[number, Buffer]>;
    const ends = { visitor: ended(visitor), owner: ended(owner) };

    hub.away = true;
    later += 31_000;
    // Asked twice in vain: the answer to the first did no harm.
    await asked();
    await asked();
    expect([visitor.readyState, owner.readyState]).toEqual([WebSocket.OPEN, WebSocket.OPEN]);

    hub.shared = false;
    hub.away = false;
    const [code, reason] = await ends.visitor;
    expect([code, reason.toString()]).toEqual([4403, expect.stringContaining('Ask its owner')]);
    expect(owner.readyState).toBe(WebSocket.OPEN);

    hub.revoked = 'mine';
    later += 31_000;
    const [ownersCode, ownersReason] = await ends.owner;
    expect([ownersCode, ownersReason.toString()]).toEqual([4401, expect.stringContaining('Log in')]);
    hub.revoked = '';
    hub.onAsked = () => undefined;
    later += 31_000;
  });

  it('logs a browser in through the hub and gives it an opaque cookie', async () => {
    const first = await call(PREFIX);
    expect(first.response.statusCode).toBe(302);
    const location = new URL(first.response.headers.location!, 'http://hub');
    expect(location.searchParams.get('code_challenge_method')).toBe('S256');
    const state = location.searchParams.get('state')!;
    const cookie = first.response.headers['set-cookie']![0].split(';')[0];
    const callback = `${PREFIX}oauth_callback?code=good&state=${state}`;
    expect((await call(callback)).response.statusCode).toBe(401);
    // The state was used up by the attempt without the cookie.
    expect((await call(callback, { cookie })).response.statusCode).toBe(401);

    const again = await call(PREFIX);
    const fresh = new URL(again.response.headers.location!, 'http://hub').searchParams.get('state')!;
    const done = await call(`${PREFIX}oauth_callback?code=good&state=${fresh}`, {
      cookie: again.response.headers['set-cookie']![0].split(';')[0]
    });
    expect(done.response.statusCode).toBe(302);
    const set = done.response.headers['set-cookie']![0];
    expect(set).toMatch(/HttpOnly/);
    expect(set).toContain(`Path=${PREFIX}`);
    expect(set).not.toContain('mine');
    const shown = await call(PREFIX, { cookie: set.split(';')[0] });
    expect(shown.response.statusCode).toBe(200);
    expect(shown.body).toContain('Clock is running');
    // A cookie changes nothing on its own: another site could have sent it.
    expect((await call(`${PREFIX}restart`, { cookie: set.split(';')[0] }, 'POST')).response.statusCode).toBe(401);
  });

  it('starts the application again on request', async () => {
    states.length = 0;
    const answer = await call(`${PREFIX}restart`, { Authorization: 'token mine' }, 'POST');
    expect(answer.response.statusCode).toBe(202);
    await state('running');
    expect(states).toEqual(['starting', 'running']);
  });
});

describe('an application that cannot run', () => {
  it('is tried a few times, then says so with the end of its log', async () => {
    let failed: () => void = () => undefined;
    const done = new Promise<void>(resolve => (failed = resolve));
    const broken = await Desktop.start({
      title: 'Broken',
      argv: ['sh', '-c', 'echo no licence >&2; exit 3'],
      geometry: '320x240',
      tmp: directory,
      environment: { PATH: process.env.PATH ?? '', HOME: directory },
      now: () => performance.now(),
      times: { backOff: [5, 5] },
      onState: value => value === 'failed' && failed()
    });
    await done;
    expect(broken.app.logTail).toBe('no licence\n');
    await broken.stop();
  }, 20_000);
});
