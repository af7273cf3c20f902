import { parseCookie, stringifySetCookie } from 'cookie';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { AppState } from './app.js';
import type { HubAuth, Verdict } from './hub-auth.js';
import { bridge } from './bridge.js';
import { page } from './page.js';

export const VERSION = '0.1.0';

const COOKIE = 'datalabs-desktop';
const STATE_COOKIE = 'datalabs-desktop-state';

/** Who was let in once is asked for again this often: a picture stays open for days. With the time an answer is kept, a right ends within a minute. */
const RECHECK_MS = 30_000;
/** How long what the hub said last holds while it is away, as in the suite's Jupyter servers. */
const AWAY_MS = 12 * 3_600_000;
/** Close codes of our own range (RFC 6455, 7.4.2), like the HTTP statuses that a new request would get. */
const CLOSE_CODES = { unknown: 4401, forbidden: 4403 };

/** What the server needs of the running desktop. */
export interface IDesktop {
  readonly title: string;
  readonly rfbPath: string;
  readonly app: { readonly state: AppState; readonly firstWindow: boolean; readonly logTail: string };
  restartApp(): Promise<void>;
}

interface IServerOptions {
  prefix: string;
  publicHost: string | null;
  desktop: IDesktop;
  auth: HubAuth;
  onInput: () => void;
  /** How often open pictures are checked, in milliseconds. */
  recheckMs?: number;
}

const REFUSALS: Record<Exclude<Verdict, 'allowed'>, [number, string]> = {
  unknown: [401, 'Log in to open this desktop.'],
  forbidden: [403, 'This desktop belongs to somebody else. Ask its owner to share it.'],
  'hub-away': [503, 'The hub does not answer just now. Try again in a moment.']
};

const CODES: Record<Exclude<Verdict, 'allowed'>, string> = {
  unknown: 'unauthenticated',
  forbidden: 'forbidden',
  'hub-away': 'hub-unavailable'
};

function problem(code: string, status: number, detail: string): string {
  return JSON.stringify({ type: `urn:datalabs:problem:${code}`, title: detail, status, detail, code, message: detail });
}

/** HTTP and websockets of one desktop, not listening. */
export function createDesktopServer(options: IServerOptions): Server {
  const { prefix, desktop, auth } = options;
  const server = createServer((request, response) => {
    handle(request, response).catch(error => {
      process.stderr.write(`${String(error)}\n`);
      response.destroy();
    });
  });
  const websockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: 16 * 1024 * 1024,
    handleProtocols: protocols => (protocols.has('binary') ? 'binary' : false)
  });

  const send = (response: ServerResponse, status: number, body: unknown): void => {
    response.writeHead(status, {
      'Content-Type': 'application/json',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff'
    });
    response.end(JSON.stringify(body));
  };

  const refuse = (response: ServerResponse, status: number, code: string, detail: string): void => {
    response.writeHead(status, { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' });
    response.end(problem(code, status, detail));
  };

  const setCookie = (name: string, value: string, maxAge: number, secure: boolean): string =>
    stringifySetCookie({ name, value, path: prefix, httpOnly: true, sameSite: 'lax', secure, maxAge });

  /** A token counts for itself; a cookie only where it could not have been sent by another site. */
  const authenticate = (request: IncomingMessage, url: URL, cookieAllowed: boolean): Promise<Verdict> => {
    const header = /^(?:token|bearer)\s+(\S+)$/i.exec(request.headers.authorization ?? '');
    const token = header?.[1] ?? url.searchParams.get('token');
    if (token) {
      return auth.verify(token);
    }
    const cookie = parseCookie(request.headers.cookie ?? '')[COOKIE];
    return cookieAllowed && cookie ? auth.verifyCookie(cookie) : Promise.resolve('unknown');
  };

  const status = () => ({ state: desktop.app.state, firstWindow: desktop.app.firstWindow });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (!url.pathname.startsWith(prefix)) {
      return refuse(response, 404, 'not-found', 'There is nothing at this address.');
    }
    const path = url.pathname.slice(prefix.length);
    const route = `${request.method === 'HEAD' ? 'GET' : request.method} ${path}`;
    const secure = request.headers['x-forwarded-proto'] === 'https';
    switch (route) {
      case 'GET api':
        return send(response, 200, { version: VERSION, kind: 'desktop', app: status() });
      case 'GET status':
      case 'POST restart': {
        const verdict = await authenticate(request, url, request.method === 'GET');
        if (verdict !== 'allowed') {
          const [code, detail] = REFUSALS[verdict];
          return refuse(response, code, CODES[verdict], detail);
        }
        if (path === 'restart') {
          await desktop.restartApp();
        }
        return send(response, path === 'restart' ? 202 : 200, {
          version: VERSION,
          title: desktop.title,
          app: { ...status(), logTail: desktop.app.logTail }
        });
      }
      case 'GET ': {
        const verdict = await authenticate(request, url, true);
        if (verdict === 'unknown') {
          const login = auth.beginLogin();
          response.writeHead(302, {
            Location: login.url,
            'Set-Cookie': setCookie(STATE_COOKIE, login.state, 600, secure),
            'Cache-Control': 'no-store'
          });
          return void response.end();
        }
        const refusal = verdict === 'allowed' ? null : REFUSALS[verdict];
        return sendPage(response, refusal?.[0] ?? 200, refusal?.[1] ?? null);
      }
      case 'GET oauth_callback': {
        const { verdict, cookie } = await auth.finishLogin({
          code: url.searchParams.get('code') ?? '',
          state: url.searchParams.get('state') ?? '',
          stateCookie: parseCookie(request.headers.cookie ?? '')[STATE_COOKIE] ?? ''
        });
        if (!cookie) {
          const [code, detail] = verdict === 'allowed' ? REFUSALS.unknown : REFUSALS[verdict];
          return sendPage(response, code, detail);
        }
        response.writeHead(302, {
          Location: prefix,
          'Set-Cookie': [setCookie(COOKIE, cookie, 43_200, secure), setCookie(STATE_COOKIE, '', 0, secure)],
          'Cache-Control': 'no-store'
        });
        return void response.end();
      }
      default:
        return refuse(response, 404, 'not-found', 'There is nothing at this address.');
    }
  }

  function sendPage(response: ServerResponse, status: number, refusal: string | null): void {
    response.writeHead(status, {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
      'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff'
    });
    response.end(page(desktop.title, refusal));
  }

  /** Browsers always send an Origin with a websocket; programs that send none cannot be tricked by a page. */
  const sameOrigin = (request: IncomingMessage): boolean => {
    const { origin, host } = request.headers;
    if (origin === undefined) {
      return true;
    }
    const from = URL.parse(origin)?.host;
    return from !== undefined && (from === host || from === options.publicHost);
  };

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const end = (status: number, code: string, detail: string) => {
      const body = problem(code, status, detail);
      socket.end(
        `HTTP/1.1 ${status} Refused\r\nContent-Type: application/problem+json\r\n` +
          `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`
      );
    };
    if (url.pathname !== `${prefix}vnc`) {
      return end(404, 'not-found', 'There is nothing at this address.');
    }
    if (!sameOrigin(request)) {
      return end(403, 'cross-origin', 'Another site may not connect to this desktop.');
    }
    const verdict = await authenticate(request, url, request.headers.origin !== undefined);
    if (verdict !== 'allowed') {
      const [status, detail] = REFUSALS[verdict];
      return end(status, CODES[verdict], detail);
    }
    websockets.handleUpgrade(request, socket, head, websocket => {
      websocket.on('error', () => websocket.terminate());
      void bridge(websocket, desktop.rfbPath, { onInput: options.onInput });
      recheck(websocket, () => authenticate(request, url, request.headers.origin !== undefined));
    });
  }

  /** Ends a picture whose right has ended: logged out, expired, no longer shared. A hub that is away ends nothing for half a day. */
  function recheck(websocket: WebSocket, ask: () => Promise<Verdict>): void {
    let held = performance.now();
    const timer = setInterval(() => {
      void ask().then(verdict => {
        if (verdict === 'allowed') {
          held = performance.now();
        } else if (verdict === 'hub-away' && performance.now() - held > AWAY_MS) {
          websocket.close(CLOSE_CODES.unknown, 'The hub has not answered for too long. Reload the page to log in again.');
        } else if (verdict !== 'hub-away') {
          websocket.close(CLOSE_CODES[verdict], REFUSALS[verdict][1]);
        }
      });
    }, options.recheckMs ?? RECHECK_MS);
    websocket.once('close', () => clearInterval(timer));
  }

  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    upgrade(request, socket, head).catch(() => socket.destroy());
  });
  return server;
}
