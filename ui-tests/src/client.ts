import { serverEvents, type ServerEvent } from './sse.js';

export interface Answer<T = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: T;
}

/** JupyterHub's server model as far as the tests look at it. */
export interface ServerModel {
  name: string;
  ready: boolean;
  pending: string | null;
  url: string;
  step?: string | null;
  failure?: { code: string } | null;
}

export interface Problem {
  type: string;
  code: string;
  title: string;
  status: number;
  detail: string;
  message: string;
}

/** A browser without a page: cookies and the cross-site token of one login. */
export class HubClient {
  /** Follows the login link as a browser does, but stops where the hub hands over to a session. */
  static async login(link: string): Promise<HubClient> {
    const client = new HubClient(new URL(link).origin);
    const answer = await client.get(link);
    if (answer.status >= 400) {
      throw new Error(`Login answered ${answer.status}.`);
    }
    const user = await client.api<{ name: string }>('GET', '/user');
    client.user = user.body.name;
    return client;
  }

  constructor(
    readonly origin: string,
    readonly cookies = new Map<string, string>()
  ) {}

  user = '';

  get xsrf(): string {
    return this.cookies.get('_xsrf') ?? '';
  }

  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** One request, redirects not followed, cookies kept. */
  async get(url: string, headers: Record<string, string> = {}): Promise<Response> {
    const response = await fetch(new URL(url, this.origin), {
      redirect: 'manual',
      headers: { cookie: this.cookieHeader, ...headers }
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
      this.cookies.set(name!, value!);
    }
    return response;
  }

  async api<T = Record<string, unknown>>(
    method: string,
    path: string,
    options: { body?: unknown; raw?: string; headers?: Record<string, string>; xsrf?: boolean } = {}
  ): Promise<Answer<T>> {
    const headers: Record<string, string> = { cookie: this.cookieHeader, accept: 'application/json' };
    if (options.xsrf !== false && this.xsrf) {
      headers['x-xsrftoken'] = this.xsrf;
    }
    const body = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
    if (body !== undefined) {
      headers['content-type'] = 'application/json';
    }
    const response = await fetch(`${this.origin}/hub/api${path}`, {
      method,
      redirect: 'manual',
      headers: { ...headers, ...options.headers },
      ...(body === undefined ? {} : { body })
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
      this.cookies.set(name!, value!);
    }
    const text = await response.text();
    let parsed: unknown = text;
    try {
      parsed = text === '' ? {} : JSON.parse(text);
    } catch {
      // A page, not JSON: the caller sees the text.
    }
    return { status: response.status, headers: response.headers, body: parsed as T };
  }

  serverPath(session: string): string {
    return session === '' ? `/users/${this.user}/server` : `/users/${this.user}/servers/${session}`;
  }

  start(session: string, datalab: string): Promise<Answer<Problem>> {
    return this.api<Problem>('POST', this.serverPath(session), { body: { datalab } });
  }

  remove(session: string): Promise<Answer> {
    return this.api('DELETE', this.serverPath(session), { body: { remove: true } });
  }

  async servers(): Promise<Record<string, ServerModel>> {
    const answer = await this.api<{ servers: Record<string, ServerModel> }>('GET', `/users/${this.user}?include_stopped_servers=1`);
    return answer.body.servers ?? {};
  }

  /** Session events until the signal aborts. The stream is open when this resolves, so that no event of a later start is missed. */
  async events(signal: AbortSignal): Promise<AsyncGenerator<ServerEvent>> {
    const response = await fetch(`${this.origin}/hub/api/users/${this.user}/events`, {
      headers: { cookie: this.cookieHeader, 'x-xsrftoken': this.xsrf, accept: 'text/event-stream' },
      signal
    });
    return serverEvents(response);
  }

  /** Starts a session and resolves once the hub says that it is ready; rejects with its failure. */
  async ready(session: string, datalab: string): Promise<ServerModel> {
    const abort = new AbortController();
    try {
      const events = await this.events(abort.signal);
      const begun = await this.start(session, datalab);
      if (begun.status >= 400) {
        throw new Error(`Start of "${session}" answered ${begun.status}: ${JSON.stringify(begun.body)}`);
      }
      for await (const { event, data } of events) {
        const models =
          event === 'snapshot'
            ? (JSON.parse(data) as { sessions: ServerModel[] }).sessions
            : event === 'session'
              ? [JSON.parse(data) as ServerModel]
              : [];
        const model = models.find(({ name }) => name === session);
        // A failure in the snapshot is that of an earlier start.
        if (event === 'session' && model?.failure) {
          throw new Error(`Session "${session}" failed: ${JSON.stringify(model)}`);
        }
        if (model?.ready) {
          return model;
        }
      }
      throw new Error(`The event stream ended before "${session}" was ready.`);
    } finally {
      abort.abort();
    }
  }

  /** Token with exactly these scopes, as a script would use it. */
  async token(scopes: string[]): Promise<string> {
    const answer = await this.api<{ token: string }>('POST', `/users/${this.user}/tokens`, {
      body: { scopes, expires_in: 600, note: 'ui test' }
    });
    if (answer.status >= 300) {
      throw new Error(`Token answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    }
    return answer.body.token;
  }
}
