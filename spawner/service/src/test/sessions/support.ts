import type { Datalab } from '@jupyter-datalabs/contract';

import { DomainError } from '../../domain/errors.js';
import { FakeEngine, FakeMachine } from '../../engine/fake/index.js';
import type { Clock } from '../../ports/clock.js';
import type { Store } from '../../ports/store.js';
import { FakeRoutes } from '../../routes/fake/fake-routes.js';
import { Sessions, type SessionsDependencies } from '../../services/sessions/sessions.js';
import type { SessionView } from '../../services/sessions/types.js';
import { memoryStore } from '../../store/memory/memory-store.js';

/** Lets everything that only waits for promises go on. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) {
    await new Promise(resolve => setImmediate(resolve));
  }
};

/** Time that stands still until a test moves it. */
export class ManualClock implements Clock {
  private time = 1_000_000;
  private sleepers: { at: number; wake: () => void }[] = [];
  now(): number {
    return this.time;
  }
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const sleeper = { at: this.time + ms, wake: resolve };
      this.sleepers.push(sleeper);
      signal?.addEventListener('abort', () => {
        this.sleepers = this.sleepers.filter(other => other !== sleeper);
        reject(signal.reason as Error);
      });
    });
  }
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await settle();
    for (;;) {
      const next = this.sleepers.filter(sleeper => sleeper.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) {
        break;
      }
      this.sleepers = this.sleepers.filter(sleeper => sleeper !== next);
      this.time = Math.max(this.time, next.at);
      next.wake();
      await settle();
    }
    this.time = end;
  }
}

export function datalab(id: string, changes: Partial<Datalab> = {}): Datalab {
  return {
    id, title: id.toUpperCase(), abstract: 'A', kind: 'jupyter', version: '1.0.0', icon: null, keywords: [], missions: [], network: 'none',
    creator: { name: 'C' }, contactPoint: { email: 'c@example.org' }, license: null, documentation: null, state: 'published', apps: [],
    resources: { cpu: 1, memory: '1Gi' }, volumes: [], command: ['/lab/bin/jupyterhub-singleuser'], port: null, health: null, image: null,
    environment: {}, iconFile: null, ...changes
  };
}

export interface World {
  sessions: Sessions;
  engine: FakeEngine;
  machine: FakeMachine;
  routes: FakeRoutes;
  store: Store;
  clock: ManualClock;
  /** Answers of the public route, by path; 200 unless told. */
  answers: { status: number | null; probed: string[] };
  tokens: { issued: string[]; revoked: string[] };
  /** Sessions that can reach the hub. */
  doors: Set<string>;
  seen: [string, SessionView | null][];
}

/** A hub's sessions on fakes; give an earlier world to stand for the next hub process on the same machine. */
export const HUB_TARGET = 'http+unix://hub';

/** Prefixes that lead to a session, not back to the hub. */
export const liveRoutes = (routes: FakeRoutes): string[] => [...routes.table].filter(([, target]) => target !== HUB_TARGET).map(([prefix]) => prefix);

export function world(options: { auto?: boolean; after?: World; changes?: Partial<SessionsDependencies> } = {}): World {
  const { after } = options;
  const clock = after?.clock ?? new ManualClock();
  const machine = after?.machine ?? new FakeMachine();
  const engine = new FakeEngine({ machine, clock, auto: options.auto ?? true });
  const routes = after?.routes ?? new FakeRoutes();
  const store = after?.store ?? memoryStore();
  const answers: World['answers'] = { status: 200, probed: [] };
  const tokens = after?.tokens ?? { issued: [], revoked: [] };
  const doors = after?.doors ?? new Set<string>();
  const known = [datalab('jupyterlab'), datalab('euclid'), datalab('topcat', { kind: 'desktop', apps: [{ name: 'T', argv: ['topcat'], mediaTypes: [], extensions: [], sampMtypes: [] }] })];
  let count = after ? 1000 : 0;
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const sessions = new Sessions({
    engine,
    routes,
    doors: {
      open: async ({ owner, name }) => void doors.add(`${owner}/${name}`),
      close: async ({ owner, name }) => void doors.delete(`${owner}/${name}`)
    },
    hubTarget: HUB_TARGET,
    store: store.sessions,
    timelineStore: store.timelines,
    clock,
    logger: quiet,
    catalogue: {
      list: async () => ({ datalabs: known, problems: [] }),
      get: async id => {
        const found = known.find(entry => entry.id === id);
        if (!found) {
          throw new DomainError('unknown-datalab', 'There is none.');
        }
        return found;
      },
      icon: async () => null
    },
    volumes: { list: async () => [], listAll: async () => [], mounts: async () => ({ away: [], mounts: [{ name: 'euclid_q1', title: 'Euclid', source: '/archive/euclid', parts: [{ prefix: '', allowed: true }] }] }) },
    identity: {
      newLoginToken: async () => 'login',
      issueServerToken: async ({ server, startId }) => {
        tokens.issued.push(startId);
        return `secret-${server}-${startId}`;
      },
      revokeServer: async ({ server }) => void tokens.revoked.push(server)
    },
    newId: () => `start-${++count}`,
    probe: async path => {
      answers.probed.push(path);
      return answers.status;
    },
    allowedScopes: () => ['scope'],
    settings: () => ({ homes: '/state/homes', workspaces: '/state/workspaces', hubInside: 'http://127.0.0.1:8081', publicUrl: null, path: ['/lab/bin'], notebooks: () => null, jupyterArguments: [], activitySeconds: 300 }),
    startTimeoutMs: 60_000,
    stopGraceMs: 1000,
    ...options.changes
  });
  const seen: World['seen'] = [];
  sessions.watch('vera', (name, view) => seen.push([name, view]));
  return { sessions, engine, machine, routes, store, clock, answers, tokens, doors, seen };
}

export const EUCLID = { owner: 'vera', name: 'euclid', options: { datalab: 'euclid' } };
export const KEY = { owner: 'vera', name: 'euclid' };
