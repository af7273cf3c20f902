import { Problem } from './schemas.js';
import { routePath, routes, type RouteDefinition, type RouteId, type RouteInput, type RouteOutput, type Routes } from './routes.js';

/** As much of `fetch` as the client needs, so that it works over `ServerConnection`, a browser and Node alike. */
export type FetchLike = (
  url: string,
  init: { method: string; headers: Record<string, string>; body?: string; signal?: AbortSignal }
) => Promise<{ status: number; text(): Promise<string> }>;

/** A request the hub refused; match on `problem.code`. */
export class HubError extends Error {
  override readonly name = 'HubError';
  constructor(
    readonly status: number,
    readonly problem: Problem
  ) {
    super(problem.detail);
  }
  get code(): string {
    return this.problem.code;
  }
}

export interface ClientOptions {
  /** Address of the API, e.g. `/hub/api` or `http://127.0.0.1:8000/hub/api`. */
  baseUrl: string;
  /** Sent as `Authorization: token …` when given. */
  token?: string;
  /** Check each answer against its schema. On in tests. */
  checkResponses?: boolean;
}

type StreamId = { [K in RouteId]: Routes[K] extends { produces: string } ? K : never }[RouteId];
export type CallId = Exclude<RouteId, StreamId | 'exchangeCode'>;

/** Second argument of every call. */
export interface CallOptions {
  signal?: AbortSignal;
  /** Media type to ask for: JupyterHub's paged lists have one of their own. */
  accept?: string;
}

export type HubClient = {
  [K in CallId]: (input: RouteInput<K>, options?: CallOptions) => Promise<RouteOutput<K>>;
} & {
  /** Address of any route, for event streams and images. */
  url<K extends RouteId>(id: K, params: Parameters<typeof routePath<K>>[1]): string;
};

/** The hub's API as typed functions, one per route. */
export function createHubClient(fetchLike: FetchLike, options: ClientOptions): HubClient {
  const base = options.baseUrl.replace(/\/$/, '');

  const call = async (id: RouteId, input: Record<string, unknown>, { signal, accept }: CallOptions = {}): Promise<unknown> => {
    const route: RouteDefinition = routes[id];
    const { body, query } = input as { body?: unknown; query?: Record<string, unknown> };
    const search = new URLSearchParams();
    for (const [key, value] of Object.entries(query ?? {})) {
      if (value !== undefined) {
        search.set(key, String(value));
      }
    }
    const headers: Record<string, string> = { Accept: accept ?? 'application/json' };
    if (options.token) {
      headers.Authorization = `token ${options.token}`;
    }
    if (body !== undefined) {
      headers['Content-Type'] = 'application/json';
    }
    const path = routePath(id, input as never) + (search.size ? `?${search.toString()}` : '');
    const response = await fetchLike(base + path, {
      method: route.method.toUpperCase(),
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {})
    });
    const text = await response.text();
    if (response.status < 200 || response.status >= 300) {
      throw new HubError(response.status, readProblem(response.status, text));
    }
    const schema = route.responses[response.status];
    if (options.checkResponses && schema === undefined) {
      throw new Error(`${id} answered ${response.status}, which its route does not declare`);
    }
    if (schema === null || text === '') {
      return null;
    }
    const value: unknown = JSON.parse(text);
    return options.checkResponses ? schema!.parse(value) : value;
  };

  const client: Record<string, unknown> = {
    url: (id: RouteId, params: never) => base + routePath(id, params)
  };
  for (const id of Object.keys(routes) as RouteId[]) {
    client[id] = (input: Record<string, unknown>, callOptions?: CallOptions) => call(id, input, callOptions);
  }
  return client as HubClient;
}

/** The problem in a refused answer, or one made from the status when a proxy in between answered with something else. */
export function readProblem(status: number, text: string): Problem {
  try {
    const parsed = Problem.safeParse(JSON.parse(text));
    if (parsed.success) {
      return parsed.data;
    }
  } catch {
    // Not JSON: fall through.
  }
  return {
    type: 'urn:datalabs:problem:hub-unreachable',
    title: 'No usable answer from the hub',
    status,
    detail: `The hub could not be reached (status ${status}).`,
    code: 'hub-unreachable',
    action: 'Try again in a moment.'
  };
}
