import { ProblemError } from '@jupyter-datalabs/hub-client';
import type { IHub, IProblemInfo, ListedVolume, OwnedSession, SessionStoreState, UserModel, VolumeEntry } from '@jupyter-datalabs/hub-client';
import { Signal } from '@lumino/signaling';
import { act } from 'react';
import type { ITimers } from '../live';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

/** Does something, and everything React and promises make of it. */
export const settle = (what: () => void = () => undefined): Promise<void> =>
  act(async () => {
    what();
    await new Promise(resolve => setTimeout(resolve));
  });

/** A clock that a test moves. */
export class TestTimers implements ITimers {
  private _at = Date.parse('2026-03-01T12:00:00Z');
  private _last = 0;
  readonly waiting = new Map<number, { at: number; callback: () => void }>();
  now = (): number => this._at;
  set(callback: () => void, ms: number): number {
    this.waiting.set(++this._last, { at: this._at + ms, callback });
    return this._last;
  }
  clear(handle: number): void {
    this.waiting.delete(handle);
  }
  async advance(ms: number): Promise<void> {
    this._at += ms;
    await settle(() => {
      for (const [handle, { at, callback }] of [...this.waiting]) {
        if (at <= this._at) {
          this.waiting.delete(handle);
          callback();
        }
      }
    });
  }
}

export const problem = (code: string, status: number, detail: string): ProblemError => new ProblemError({ code, status, detail });
export const AWAY = problem('hub-unreachable', 0, 'The hub does not answer.');
export const DENIED = problem('forbidden', 403, 'This needs the scope read:servers, which you do not have here.');

export function session(owner: string, name: string, change: Partial<OwnedSession> = {}): OwnedSession {
  return {
    owner,
    name,
    state: 'ready',
    requested: '2026-03-01T11:00:00Z',
    resources: { cpu: 2, memory: '4Gi' },
    display_name: name,
    full_name: `${owner}/${name}`,
    last_activity: '2026-03-01T11:59:00Z',
    started: '2026-03-01T11:00:00Z',
    pending: null,
    ready: true,
    stopped: false,
    url: `/user/${owner}/${name}/`,
    user_options: {},
    progress_url: '',
    datalab: name || 'jupyterlab',
    version: '1',
    kind: 'jupyter',
    title: name === '' ? 'JupyterLab' : name,
    step: null,
    steps: [],
    failure: null,
    ...change
  };
}

export function user(name: string, change: Partial<UserModel> = {}): UserModel {
  return { kind: 'user', name, admin: false, roles: ['user'], groups: [], last_activity: null, servers: {}, ...change };
}

export function listedVolume(name: string, change: Partial<ListedVolume> = {}): ListedVolume {
  const entry = { name, title: name, mission: 'M', description: 'D', licence: 'L', examples: [], simulated: false, path: `/archive/${name}`, groups: [], rules: [], roots: [], urls: [], tables: [] };
  return {
    name, title: name, mission: 'M', description: 'D', licence: 'L', simulated: false, path: `/data/${name}`, available: true, state: 'ok', since: '2026-03-01T11:00:00Z', reason: null,
    groups: [], origin: 'file', declared: true, checked: null, absent_groups: [], entry, ...change
  };
}

export const page = <T>(items: T[], total = items.length) => ({ items, _pagination: { offset: 0, limit: 50, total, next: null } });

export const NO_QUOTA = { own: null, effective: { sessions: null, cpu: null, memory: null, home: null }, used: { sessions: 1, cpu: 2, memoryBytes: 4 * 2 ** 30, homeBytes: null } };

/** A hub whose answers a test sets; everything it is asked is kept. */
export function fakeHub(options: { scopes?: string[]; available?: boolean } = {}) {
  const sessions = { state: 'ready' as SessionStoreState, problem: null as IProblemInfo | null, changed: new Signal<object, void>({}), values: () => [] as unknown[] };
  const client = {
    getSelf: jest.fn(async () => ({ scopes: options.scopes ?? ['admin-ui', 'list:users'] })),
    findSessions: jest.fn(async (_input: { query: Record<string, unknown> }, _options: unknown): Promise<unknown> => page([session('ada', ''), session('bob', 'euclid')])),
    listUsers: jest.fn(async (): Promise<unknown> => page([user('ada', { roles: ['user', 'admin'], admin: true }), user('bob', { groups: ['euclid'] })])),
    listGroups: jest.fn(async (): Promise<unknown> => page([{ kind: 'group', name: 'euclid', users: ['bob'] }])),
    listAllVolumes: jest.fn(async (): Promise<unknown> => ({ volumes: [], removed: [] })),
    setVolume: jest.fn(async ({ body }: { volume: string; body: VolumeEntry }): Promise<unknown> => listedVolume(body.name, { title: body.title, entry: body, origin: 'store' })),
    deleteVolume: jest.fn(async () => null),
    restoreVolume: jest.fn(async ({ volume }: { volume: string }): Promise<unknown> => listedVolume(volume)),
    probeVolume: jest.fn(async ({ volume }: { volume: string }): Promise<unknown> => listedVolume(volume)),
    getOverview: jest.fn(async (): Promise<unknown> => Promise.reject(AWAY)),
    getUserQuota: jest.fn(async (): Promise<unknown> => NO_QUOTA),
    getGroupQuota: jest.fn(async (): Promise<unknown> => ({ own: { sessions: 3, cpu: null, memory: null, home: null } })),
    setUserQuota: jest.fn(async (): Promise<unknown> => NO_QUOTA),
    deleteUserQuota: jest.fn(async () => null),
    setGroupQuota: jest.fn(async (): Promise<unknown> => ({ own: null })),
    deleteGroupQuota: jest.fn(async () => null),
    modifyUser: jest.fn(async (): Promise<unknown> => user('bob')),
    stopHome: jest.fn(async (): Promise<unknown> => null),
    stopSession: jest.fn(async (): Promise<unknown> => null),
    getHomeTimeline: jest.fn(async (): Promise<unknown> => Promise.reject(AWAY)),
    getSessionTimeline: jest.fn(async (): Promise<unknown> => Promise.reject(AWAY))
  };
  const hub = { available: options.available ?? true, ready: Promise.resolve(), user: 'ada', sessions, client } as unknown as IHub;
  return { hub, client, sessions };
}
