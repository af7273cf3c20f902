import type { ServerModel } from '@jupyter-datalabs/contract';
import { ServerConnection } from '@jupyterlab/services';
import type { IChannel, IWindows } from '../shared-events';

/** One event stream as the hub holds it. */
export class FakeStream {
  readonly headers: Headers;
  readonly body: ReadableStream<Uint8Array>;
  private _controller!: ReadableStreamDefaultController<Uint8Array>;

  constructor(headers: Headers) {
    this.headers = headers;
    this.body = new ReadableStream({ start: controller => void (this._controller = controller) });
  }

  send(event: string, data: unknown): void {
    const text = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
    this._controller.enqueue(new TextEncoder().encode(text));
  }

  raw(bytes: Uint8Array): void {
    this._controller.enqueue(bytes);
  }

  close(): void {
    this._controller.close();
  }

  fail(): void {
    this._controller.error(new TypeError('connection lost'));
  }
}

/** Node's Request refuses the AbortSignal of jsdom. */
class FakeRequest {
  readonly headers: Headers;
  readonly method: string;
  readonly signal: AbortSignal | null;
  constructor(readonly url: string, private readonly _init: RequestInit = {}) {
    this.headers = new Headers(_init.headers);
    this.method = _init.method ?? 'GET';
    this.signal = _init.signal ?? null;
  }
  async text(): Promise<string> {
    return String(this._init.body ?? '');
  }
}

type Answer = { status: number; body?: unknown };

/** Answers fetches as a hub would. */
export class FakeHub {
  readonly calls: { method: string; path: string; body: unknown; authorization: string | null }[] = [];
  readonly streams: FakeStream[] = [];
  down = false;
  /** What streams are answered with instead of a stream. */
  refuseStreams: Answer | null = null;
  refusals = 0;
  answers: Record<string, Answer> = {
    'GET /hub/api/user': { status: 200, body: { name: 'u', scopes: ['datalabs:read'] } }
  };

  get settings(): ServerConnection.ISettings {
    return ServerConnection.makeSettings({
      fetch: this._fetch as unknown as typeof fetch,
      Request: FakeRequest as unknown as typeof Request,
      token: 'secret'
    });
  }

  private readonly _fetch = async (request: FakeRequest): Promise<Response> => {
    const url = new URL(request.url);
    if (this.down) {
      throw new TypeError('fetch failed');
    }
    if (url.pathname.endsWith('/events') && this.refuseStreams) {
      this.refusals += 1;
      const { status, body } = this.refuseStreams;
      return { ok: false, status, json: async () => body } as Response;
    }
    if (url.pathname.endsWith('/events')) {
      const stream = new FakeStream(request.headers);
      this.streams.push(stream);
      request.signal?.addEventListener('abort', () => stream.fail());
      return { ok: true, status: 200, body: stream.body } as Response;
    }
    const text = request.method === 'GET' ? '' : await request.text();
    this.calls.push({
      method: request.method,
      path: url.pathname,
      body: text ? JSON.parse(text) : undefined,
      authorization: request.headers.get('Authorization')
    });
    const answer = this.answers[`${request.method} ${url.pathname}`] ?? {
      status: 404,
      body: { type: 'urn:datalabs:problem:not-found', detail: 'There is nothing here.', code: 'not-found' }
    };
    const body = answer.body === undefined ? '' : JSON.stringify(answer.body);
    return {
      ok: answer.status < 400,
      status: answer.status,
      text: async () => body,
      json: async () => JSON.parse(body)
    } as Response;
  };
}

export function session(name: string, change: Partial<ServerModel> = {}): ServerModel {
  return {
    name,
    display_name: name,
    full_name: `u/${name}`,
    last_activity: null,
    started: '2026-01-01T00:00:00Z',
    pending: null,
    ready: true,
    stopped: false,
    url: `/user/u/${name}/`,
    user_options: {},
    progress_url: '',
    datalab: name || 'jupyterlab',
    version: '1',
    kind: 'jupyter',
    title: name,
    step: null,
    steps: [{ step: 'queued', startedAt: '2026-01-01T00:00:00Z', endedAt: null }],
    failure: null,
    ...change
  };
}

/** Timers the test fires itself. */
export class FakeTimers {
  readonly pending = new Map<number, { callback: () => void; ms: number }>();
  private _next = 1;
  set = (callback: () => void, ms: number): number => {
    this.pending.set(this._next, { callback, ms });
    return this._next++;
  };
  clear = (handle: number): void => void this.pending.delete(handle);

  /** Delay of the pending timer that is no silence watch. */
  get retryDelay(): number | undefined {
    return [...this.pending.values()].find(t => t.ms < 20_000)?.ms;
  }

  fire(match: (ms: number) => boolean): void {
    for (const [handle, timer] of [...this.pending]) {
      if (match(timer.ms)) {
        this.pending.delete(handle);
        timer.callback();
      }
    }
  }
}

/** The windows of one browser: locks are given in the order they were asked for, messages arrive later and copied. */
export class FakeBrowser {
  private readonly _queues = new Map<string, (() => Promise<void>)[]>();
  private readonly _channels = new Map<string, Set<IChannel>>();
  private _ids = 0;

  /** What one window sees. */
  get windows(): IWindows {
    return {
      newId: () => `window-${++this._ids}`,
      locks: { request: (name, { signal }, held) => this._request(name, signal, held) },
      channel: name => this._channel(name)
    };
  }

  private _request(name: string, signal: AbortSignal, held: () => Promise<void>): Promise<void> {
    const queue = this._queues.get(name) ?? [];
    this._queues.set(name, queue);
    return new Promise((resolve, reject) => {
      const run = (): Promise<void> =>
        held().then(() => {
          queue.shift();
          void queue[0]?.();
          resolve();
        });
      signal.addEventListener('abort', () => {
        if (queue.indexOf(run) > 0) {
          queue.splice(queue.indexOf(run), 1);
          reject(signal.reason);
        }
      });
      if (queue.push(run) === 1) {
        queueMicrotask(() => void run());
      }
    });
  }

  private _channel(name: string): IChannel {
    const all = this._channels.get(name) ?? new Set();
    this._channels.set(name, all);
    const channel: IChannel = {
      onmessage: null,
      postMessage: data => {
        const copy = JSON.stringify(data);
        const others = [...all].filter(other => other !== channel);
        setTimeout(() => others.forEach(other => all.has(other) && other.onmessage?.({ data: JSON.parse(copy) })));
      },
      close: () => void all.delete(channel)
    };
    all.add(channel);
    return channel;
  }
}

/** Resolves when the condition holds; looks again after each turn of the event loop, never after a time. */
export async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; !condition(); turn++) {
    if (turn > 500) {
      throw new Error('The condition never held');
    }
    await new Promise(resolve => setTimeout(resolve));
  }
}
