import * as http from 'node:http';

import type { GroupModel, Problem, ServerModel, UserModel } from '@jupyter-datalabs/contract';

import { DomainError } from '../domain/errors.js';

/** One answer of the hub takes no longer: a stop answers after ten seconds, done or not. */
const TOTAL_MS = 30_000;
const PAGE = 200;

export interface Answer<T> {
  status: number;
  body: T;
}

/** The hub's REST API as the operator's commands use it. */
export interface HubApi {
  get<T>(path: string): Promise<Answer<T>>;
  text(path: string): Promise<string>;
  post<T>(path: string, body: object): Promise<Answer<T>>;
  put<T>(path: string, body: object): Promise<Answer<T>>;
  delete(path: string, body?: object): Promise<Answer<ServerModel | null>>;
}

/** Nobody listens there: the hub does not run, or is just starting. */
export class NotRunning extends Error {
  override readonly name = 'NotRunning';
}

/** The API through the operator's socket. */
export function socketApi(socketPath: string): HubApi {
  const send = async (method: string, path: string, body?: object): Promise<Answer<string>> => {
    const answer = await call(socketPath, method, path, body === undefined ? undefined : JSON.stringify(body));
    if (answer.status >= 400) {
      throw refusal(answer);
    }
    return answer;
  };
  const parsed = <T>({ status, body }: Answer<string>): Answer<T> => ({ status, body: (body === '' ? null : JSON.parse(body)) as T });
  return {
    get: async <T>(path: string) => parsed<T>(await send('GET', path)),
    text: async path => (await send('GET', path)).body,
    post: async <T>(path: string, body: object) => parsed<T>(await send('POST', path, body)),
    put: async <T>(path: string, body: object) => parsed<T>(await send('PUT', path, body)),
    delete: async (path, body) => parsed(await send('DELETE', path, body))
  };
}

function call(socketPath: string, method: string, path: string, body?: string): Promise<Answer<string>> {
  return new Promise((resolve, reject) => {
    const headers = { accept: 'application/jupyterhub-pagination+json, application/json', ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }) };
    const request = http.request({ socketPath, method, path: `/hub${path}`, headers, signal: AbortSignal.timeout(TOTAL_MS), agent: false }, answer => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }));
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') {
        reject(new NotRunning());
      } else if (error.code === 'EACCES') {
        reject(new DomainError('forbidden', `${socketPath} may be opened by the user the hub runs as, and you are another.`, { action: 'Become that user, or root.', cause: error }));
      } else if (error.name === 'TimeoutError' || error.code === 'ABORT_ERR') {
        reject(new DomainError('timeout', `The hub did not answer within ${TOTAL_MS / 1000} s.`, { action: 'Look into its log; "npm start" restarts a hub that was stopped, and sessions go on meanwhile.', cause: error }));
      } else {
        reject(error);
      }
    });
    request.end(body);
  });
}

function refusal({ status, body }: Answer<string>): DomainError {
  try {
    const problem = JSON.parse(body) as Problem;
    return new DomainError(problem.code as DomainError['code'], problem.detail ?? problem.title, problem.action === undefined ? {} : { action: problem.action });
  } catch {
    return new DomainError('internal', `The hub answered ${status}.`, { action: 'Look into its log.' });
  }
}

/** All users that fit, with their sessions that have failed too. */
export function allUsers(hub: HubApi, query: Record<string, string> = {}): Promise<UserModel[]> {
  return allPages(hub, 'users', { ...query, include_stopped_servers: '1' });
}

export function allGroups(hub: HubApi): Promise<GroupModel[]> {
  return allPages(hub, 'groups', {});
}

async function allPages<T>(hub: HubApi, what: string, query: Record<string, string>): Promise<T[]> {
  const all: T[] = [];
  for (;;) {
    const search = new URLSearchParams({ ...query, limit: String(PAGE), offset: String(all.length) });
    const { body } = await hub.get<{ items: T[]; _pagination: { total: number } }>(`/api/${what}?${search.toString()}`);
    all.push(...body.items);
    if (body.items.length === 0 || all.length >= body._pagination.total) {
      return all;
    }
  }
}
