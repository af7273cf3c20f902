import { createServer, request as httpRequest, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { Datalab } from '@jupyter-datalabs/contract';
import { createApp } from '../../app.js';
import { DomainError } from '../../domain/errors.js';
import type { Context } from '../../http/context.js';
import type { Clock } from '../../ports/clock.js';
import type { Store } from '../../ports/store.js';
import { Identity } from '../../services/identity/identity.js';
import { sessionPrefix } from '../../domain/names.js';
import type { ServiceAccount } from '../../services/identity/principals.js';
import { SessionOAuth } from '../../services/identity/oauth.js';
import type { SessionsService, SessionView } from '../../services/sessions/types.js';
import { Quotas } from '../../services/quotas/quotas.js';
import { FakeHomes } from './fake-homes.js';
import { testVolumes } from './test-volumes.js';
import { memoryStore } from '../../store/memory/memory-store.js';

export const USER = 'alice';

export class TestClock implements Clock {
  private time = Date.parse('2026-03-01T12:00:00Z');
  private readonly sleepers = new Set<{ at: number; wake: () => void }>();

  now(): number {
    return this.time;
  }
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper = { at: this.time + ms, wake: resolve };
      this.sleepers.add(sleeper);
      signal?.addEventListener('abort', () => {
        this.sleepers.delete(sleeper);
        reject(signal.reason as Error);
      });
    });
  }
  advance(ms: number): void {
    this.time += ms;
    for (const sleeper of [...this.sleepers].filter(({ at }) => at <= this.time)) {
      this.sleepers.delete(sleeper);
      sleeper.wake();
    }
  }
}

/** Sessions as a table the test writes to. */
export class FakeSessions implements SessionsService {
  readonly views = new Map<string, SessionView>();
  readonly starts: Parameters<SessionsService['start']>[0][] = [];
  readonly noted: Parameters<SessionsService['activity']>[0][] = [];
  stopped = true;
  private readonly listeners = new Set<{ owner: string; listener: (name: string, view: SessionView | null) => void }>();

  constructor(private readonly clock: Clock) {}

  get watchers(): number {
    return this.listeners.size;
  }
  set(view: Partial<SessionView> & { name: string }): SessionView {
    const owner = view.owner ?? USER;
    const full: SessionView = {
      owner, startId: 's1', datalab: view.name || 'jupyterlab', version: '1', kind: 'jupyter', title: view.name || 'JupyterLab', state: 'ready',
      url: sessionPrefix(owner, view.name), started: this.clock.now(), lastActivity: null, steps: [{ step: 'queued', startedAt: this.clock.now(), endedAt: null }],
      failure: null, userOptions: { datalab: view.name || 'jupyterlab' }, ...this.views.get(`${owner}/${view.name}`), ...view
    };
    this.views.set(`${owner}/${view.name}`, full);
    this.tell(owner, view.name, full);
    return full;
  }
  drop(owner: string, name: string): void {
    this.views.delete(`${owner}/${name}`);
    this.tell(owner, name, null);
  }
  owners(): string[] {
    return [...new Set([...this.views.values()].map(view => view.owner))];
  }
  async list(owner: string): Promise<SessionView[]> {
    return [...this.views.values()].filter(view => view.owner === owner);
  }
  async get(owner: string, name: string): Promise<SessionView | null> {
    return this.views.get(`${owner}/${name}`) ?? null;
  }
  async start(options: Parameters<SessionsService['start']>[0]): ReturnType<SessionsService['start']> {
    this.starts.push(options);
    if (options.options.datalab === 'nothing') {
      throw new DomainError('unknown-datalab', 'There is no datalab called nothing.');
    }
    const session = this.views.get(`${options.owner}/${options.name}`);
    if (session?.state === 'ready') {
      throw new DomainError('already-running', 'It runs already.');
    }
    return session ? { session, began: false } : { session: this.set({ owner: options.owner, name: options.name, state: 'starting' }), began: true };
  }
  async stop({ owner, name }: { owner: string; name: string }): Promise<{ stopped: boolean }> {
    if (!this.stopped) {
      return new Promise(() => undefined);
    }
    this.drop(owner, name);
    return { stopped: true };
  }
  async timeline(): ReturnType<SessionsService['timeline']> {
    return null;
  }
  async listTimelines(): ReturnType<SessionsService['listTimelines']> {
    return [];
  }
  async activity(options: Parameters<SessionsService['activity']>[0]): Promise<void> {
    for (const { name } of options.servers) {
      if (!this.views.has(`${options.owner}/${name}`)) {
        throw new DomainError('unknown-session', `There is no session ${name}.`);
      }
    }
    this.noted.push(options);
  }
  watch(owner: string, listener: (name: string, view: SessionView | null) => void): () => void {
    const entry = { owner, listener };
    this.listeners.add(entry);
    for (const view of this.views.values()) {
      if (view.owner === owner) {
        listener(view.name, view);
      }
    }
    return () => this.listeners.delete(entry);
  }
  private tell(owner: string, name: string, view: SessionView | null): void {
    for (const entry of [...this.listeners]) {
      if (entry.owner === owner) {
        entry.listener(name, view);
      }
    }
  }
}

export const TOPCAT: Datalab = {
  id: 'topcat', title: 'TOPCAT', abstract: 'Tables', kind: 'desktop', version: '1', icon: '/hub/api/datalabs/topcat/icon', keywords: [], missions: [], network: 'none',
  creator: { name: 'Somebody' }, contactPoint: { email: 'x@example.org' }, license: null, documentation: null, state: 'published', apps: [{ name: 'TOPCAT', argv: ['topcat'], mediaTypes: [], extensions: [], sampMtypes: [] }],
  resources: { cpu: 1, memory: '2Gi' }, volumes: [], command: ['/secret/path/of/the/host'], port: null, health: null, image: null, environment: { SECRET: '1' }, iconFile: '/secret/icon.svg'
};

export interface SendOptions {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** A request with exactly the headers given: Node's own fetch adds some that browsers use to say what they are doing. */
function rawRequest(url: string, { method = 'GET', headers = {}, body }: SendOptions): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers: body === undefined ? headers : { ...headers, 'content-length': String(Buffer.byteLength(body)) }, agent: false }, message => {
      const answered = new Headers();
      for (const [name, value] of Object.entries(message.headersDistinct)) {
        value?.forEach(one => answered.append(name, one));
      }
      const empty = message.statusCode === 204 || message.statusCode === 304;
      if (empty) {
        message.resume();
      }
      resolve(new Response(empty ? null : (Readable.toWeb(message) as ReadableStream), { status: message.statusCode!, headers: answered }));
    });
    request.once('error', reject);
    request.end(body);
  });
}

export interface Harness {
  url: string;
  /** Answers requests that come another way than through `url`. */
  app: RequestListener;
  clock: TestClock;
  sessions: FakeSessions;
  identity: Identity;
  store: Store;
  logged: object[];
  /** Raw request; never follows redirects. */
  fetch(path: string, init?: SendOptions): Promise<Response>;
  /** Cookies of a fresh login, as a header, and the cross-site token. */
  login(user?: string): Promise<{ cookie: string; xsrf: string }>;
  /** A token with all the user's scopes. */
  token(user?: string): Promise<string>;
  close(): Promise<void>;
}

export async function startHub({ prepare, services, ...options }: { publicUrl?: string; services?: ServiceAccount[]; prepare?: (context: Context, parts: { identity: Identity; store: Store; clock: TestClock }) => void } = {}): Promise<Harness> {
  const clock = new TestClock();
  const store = memoryStore();
  const sessions = new FakeSessions(clock);
  const identity = new Identity({ store, clock, user: USER, services });
  const logged: object[] = [];
  const log = (fields: object, message?: string): void => void logged.push({ ...fields, message });
  const catalogue: Context['catalogue'] = {
    list: async () => ({ datalabs: [TOPCAT], problems: [{ file: 'broken/datalab.yaml', line: 3, message: 'title: missing' }] }),
    get: async id => {
      if (id !== 'topcat') {
        throw new DomainError('unknown-datalab', `There is no datalab called ${id}.`);
      }
      return TOPCAT;
    },
    icon: async id => (id === 'topcat' ? '<svg xmlns="http://www.w3.org/2000/svg"/>' : null)
  };
  const fallback = { sessions: null, cpu: null, memory: null, home: null };
  const context: Context = {
    config: { checkResponses: true, ...options },
    sessions, identity, clock,
    oauth: new SessionOAuth({ store, clock, isTrusted: async (owner, server) => ['jupyterlab', 'euclid'].includes((await sessions.get(owner, server))?.datalab ?? '') }),
    catalogue,
    homes: new FakeHomes(),
    quotas: new Quotas({ store: store.quotas, groupsOf: user => identity.groups.of(user), sessionsOf: owner => sessions.list(owner), catalogue, fallback }),
    mounts: {
      list: async () => [],
      mount: async (_owner, _name, volume) => ({ name: volume, title: volume, path: `/data/${volume}`, mounted: true, why: null }),
      unmount: async () => undefined
    },
    resolver: { resolve: async () => [] },
    volumes: testVolumes({ store, clock, groupsOf: user => identity.groups.of(user), isGroup: async name => (await identity.groups.get(name)) !== null }),
    logger: { debug: log, info: log, warn: log, error: log }
  };
  prepare?.(context, { identity, store, clock });
  await identity.newLoginToken();
  const app = createApp(context);
  const server: Server = createServer(app);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const send = (path: string, init: SendOptions = {}): Promise<Response> => rawRequest(url + path, init);

  const login = async (user = USER): Promise<{ cookie: string; xsrf: string }> => {
    const { cookie } = user === USER ? await identity.login(await identity.newLoginToken()) : await identity.logins.open(user);
    return { cookie: `datalabs-session=${cookie}`, xsrf: identity.xsrfOf(cookie) };
  };
  return {
    url, app, clock, sessions, identity, store, logged, fetch: send, login,
    token: async (user = USER) => {
      const { cookie } = await login(user);
      const principal = (await identity.principalOfCookie(cookie.split('=')[1]!))!;
      return (await identity.createToken({ principal, owner: user })).token;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    }
  };
}

/** Reads a server-sent event stream until `enough` of its events have come. */
export async function readEvents(response: Response, enough: (events: { event: string; data: never }[]) => boolean): Promise<{ event: string; data: never }[]> {
  const events: { event: string; data: never }[] = [];
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = '';
  while (!enough(events)) {
    const { value, done } = await reader.read();
    if (done) {
      break;
    }
    buffer += value;
    const blocks = buffer.split('\n\n');
    buffer = blocks.pop()!;
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data) {
        events.push({ event: /^event: (.*)$/m.exec(block)?.[1] ?? 'message', data: JSON.parse(data) as never });
      } else {
        events.push({ event: block, data: null as never });
      }
    }
  }
  await reader.cancel();
  return events;
}
