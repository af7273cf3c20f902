import { SESSION_NAME, type Datalab } from '@jupyter-datalabs/contract';

import { reservedName, sessionPrefix } from '../../domain/names.js';
import { DomainError } from '../../domain/errors.js';
import type { Clock } from '../../ports/clock.js';
import type { Engine, SessionExit } from '../../ports/engine.js';
import type { Routes } from '../../ports/routes.js';
import type { SessionStore } from '../../ports/store.js';
import type { CatalogueService } from '../catalogue/types.js';
import type { IdentityService } from '../identity/types.js';
import type { VolumesService } from '../volumes/types.js';
import { exitFailure } from './failures.js';
import { reconcile } from './reconcile.js';
import { RestingRoutes } from './resting.js';
import { runStart } from './start.js';
import type { SpecSettings } from './spec.js';
import { toRow } from './stored.js';
import type { Doors, SessionsService, SessionView, StartOptions } from './types.js';

export interface SessionsLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface SessionsDependencies {
  engine: Engine;
  routes: Routes;
  /** Where sessions reach the hub. */
  doors: Doors;
  /** Where the proxy reaches the hub itself. */
  hubTarget: string;
  catalogue: CatalogueService;
  volumes: VolumesService;
  identity: IdentityService;
  store: SessionStore;
  clock: Clock;
  logger: SessionsLogger;
  newId: () => string;
  /** Status of a GET through the public address, or null when nothing answered. */
  probe: (path: string, signal: AbortSignal) => Promise<number | null>;
  /** Scopes an OAuth token of this session may carry. */
  allowedScopes: (session: { owner: string; name: string; datalab: string }) => string[];
  settings: () => SpecSettings;
  startTimeoutMs: number;
  stopGraceMs: number;
}

/** Operation under way on a session; there is never more than one. */
export type Operation =
  | { kind: 'start'; abort: AbortController; done: Promise<void> }
  | { kind: 'stop'; done: Promise<void> };

export interface Entry {
  view: SessionView;
  operation: Operation | null;
  /** Where the proxy shall send it, while it has a route. */
  target: string | null;
}

/**
 * The sessions of this hub. State lives here and is answered from memory; the store only carries it over a restart,
 * and the engine alone says what runs.
 */
export class Sessions implements SessionsService {
  readonly entries = new Map<string, Entry>();
  readonly #listeners = new Map<string, Set<(name: string, session: SessionView | null) => void>>();
  readonly #offExit: () => void;
  readonly #offReset: () => void;
  readonly resting: RestingRoutes;
  #closed = false;
  #routesCheck: Promise<void> | null = null;

  constructor(readonly deps: SessionsDependencies) {
    this.resting = new RestingRoutes(deps.routes, deps.hubTarget);
    this.#offExit = deps.engine.onExit(exit => void this.#exited(exit));
    this.#offReset = deps.routes.onReset(() => void this.restoreRoutes());
  }

  async list(owner: string): Promise<SessionView[]> {
    return this.views(owner);
  }

  async get(owner: string, name: string): Promise<SessionView | null> {
    return this.entry(owner, name)?.view ?? null;
  }

  async start({ owner, name, options }: { owner: string; name: string; options: StartOptions }): Promise<{ session: SessionView; began: boolean }> {
    if (name !== '' && !SESSION_NAME.test(name)) {
      throw new DomainError('invalid-name', 'A session name is made of lower case letters, digits and "-", begins with a letter or digit, and has at most 63 of them.', {
        action: 'Choose another name.'
      });
    }
    const reserved = reservedName(name);
    if (reserved !== null) {
      throw new DomainError('invalid-name', `"${name}" ${reserved} and cannot be the name of a session.`, { action: 'Choose another name.' });
    }
    const datalab = await this.deps.catalogue.get(options.datalab);
    if (options.version !== undefined && options.version !== datalab.version) {
      throw new DomainError('unknown-datalab', `"${datalab.title}" has no version ${options.version}.`, { action: `Start version ${datalab.version}.` });
    }
    if (this.#closed) {
      throw new DomainError('engine-down', 'The hub is stopping.', { action: 'Start it again.' });
    }
    // Nothing awaits from here to the new entry: two starts of one session cannot both find it free.
    const entry = this.entry(owner, name);
    if (entry?.operation?.kind === 'stop') {
      throw new DomainError('stop-pending', 'This session is being stopped.', { action: 'Try again in a few seconds.' });
    }
    if (entry && (entry.operation?.kind === 'start' || entry.view.state === 'ready')) {
      if (entry.view.datalab !== datalab.id) {
        throw new DomainError('already-running', `The session "${name || 'home'}" runs another datalab, ${entry.view.title}.`, {
          action: 'Stop it first, or choose another name.'
        });
      }
      return { session: entry.view, began: false };
    }
    return { session: this.#begin(owner, name, datalab, options), began: true };
  }

  #begin(owner: string, name: string, datalab: Datalab, options: StartOptions): SessionView {
    const now = this.deps.clock.now();
    const view: SessionView = {
      owner,
      name,
      startId: this.deps.newId(),
      datalab: datalab.id,
      version: datalab.version,
      kind: datalab.kind,
      title: datalab.title,
      state: 'starting',
      url: sessionPrefix(owner, name),
      started: now,
      lastActivity: null,
      steps: [{ step: 'queued', startedAt: now, endedAt: null }],
      failure: null,
      userOptions: options
    };
    const abort = new AbortController();
    const entry: Entry = { view, operation: null, target: null };
    this.entries.set(key(owner, name), entry);
    this.emit(view);
    const done = runStart(this, entry, datalab, abort).finally(() => {
      if (entry.operation?.kind === 'start') {
        entry.operation = null;
      }
    });
    entry.operation = { kind: 'start', abort, done };
    return view;
  }

  async stop({ owner, name, remove }: { owner: string; name: string; remove?: boolean }): Promise<{ stopped: boolean }> {
    const entry = this.entry(owner, name);
    if (!entry) {
      return { stopped: false };
    }
    if (entry.operation?.kind === 'stop') {
      await entry.operation.done;
      return { stopped: true };
    }
    const ended = entry.view.state === 'failed' || entry.view.state === 'stopped';
    // One whose stop failed may still run, whatever it is called.
    if (ended && entry.operation === null && !remove && entry.view.failure?.code !== 'engine-down') {
      return { stopped: true };
    }
    const starting = entry.operation;
    this.change(entry, { state: 'stopping' });
    const done = this.#stopNow(entry, starting);
    entry.operation = { kind: 'stop', done };
    await done;
    return { stopped: true };
  }

  async #stopNow(entry: Entry, starting: Operation | null): Promise<void> {
    const { owner, name } = entry.view;
    try {
      if (starting?.kind === 'start') {
        starting.abort.abort(new DomainError('cancelled', 'The start was cancelled.'));
        await starting.done;
      }
      // So that the next hub finishes a stop in which this one is killed. A full disk does not keep anything running.
      await this.save(entry).catch((error: unknown) => this.deps.logger.warn({ owner, session: name, err: error }, 'the stop was not stored'));
      this.deps.logger.info({ owner, session: name }, 'session stopping');
      await this.dismantle(entry);
      await this.forget(entry);
    } catch (error) {
      // It may still run: say so instead of pretending that it ended.
      entry.operation = null;
      this.change(entry, { state: 'failed', failure: { code: 'engine-down', message: `The session could not be stopped: ${String((error as Error).message)}`, action: 'Try to stop it again.' } });
      this.deps.logger.error({ owner, session: name, err: error }, 'stop failed');
      throw error;
    }
  }

  async activity({ owner, servers }: { owner: string; servers: { name: string; lastActivity: number }[] }): Promise<void> {
    for (const { name } of servers) {
      if (!this.entry(owner, name)) {
        throw new DomainError('unknown-session', `There is no session "${name}".`, { action: 'Start it first.' });
      }
    }
    for (const { name, lastActivity } of servers) {
      const entry = this.entry(owner, name)!;
      if (lastActivity > (entry.view.lastActivity ?? 0)) {
        this.change(entry, { lastActivity });
        await this.deps.store.touch(owner, name, lastActivity);
      }
    }
  }

  watch(owner: string, listener: (name: string, session: SessionView | null) => void): () => void {
    const set = this.#listeners.get(owner) ?? new Set();
    this.#listeners.set(owner, set);
    set.add(listener);
    for (const view of this.views(owner)) {
      listener(view.name, view);
    }
    return () => {
      set.delete(listener);
      if (set.size === 0 && this.#listeners.get(owner) === set) {
        this.#listeners.delete(owner);
      }
    };
  }

  /** Makes memory, store and proxy agree with what runs. Once at start-up, before the first request, then on a timer. */
  reconcile(options: { startUp: boolean }): Promise<void> {
    return reconcile(this, options);
  }

  /** Number of sessions that run or start. */
  get running(): number {
    return [...this.entries.values()].filter(entry => ['starting', 'ready', 'stopping'].includes(entry.view.state)).length;
  }

  /** Cancels what is only starting; what runs lives on. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#offExit();
    this.#offReset();
    const operations = [...this.entries.values()].map(entry => entry.operation).filter(operation => operation !== null);
    for (const operation of operations) {
      if (operation.kind === 'start') {
        operation.abort.abort(new DomainError('cancelled', 'The hub was stopped during the start.'));
      }
    }
    await Promise.allSettled(operations.map(operation => operation.done));
  }

  /** Adds missing routes, mends wrong ones, deletes stale ones; those of sessions in the middle of an operation are left alone. */
  restoreRoutes(): Promise<void> {
    this.#routesCheck ??= this.#checkRoutes().finally(() => {
      this.#routesCheck = null;
    });
    return this.#routesCheck;
  }

  async #checkRoutes(): Promise<void> {
    const { routes, logger } = this.deps;
    try {
      const present = new Map((await routes.list()).map(route => [route.prefix, route.target]));
      for (const entry of [...this.entries.values()]) {
        const { view, target } = entry;
        // A start that has its route already needs it back too: its readiness is seen through it.
        if (target !== null && entry.operation?.kind !== 'stop' && present.get(view.url) !== target) {
          await routes.set({ prefix: view.url, target });
          if (entry.target !== target) {
            await routes.remove(view.url);
          }
        }
      }
      const wanted = new Set([...this.entries.values()].filter(entry => entry.operation !== null || entry.target !== null).map(entry => entry.view.url));
      for (const [prefix, target] of present) {
        if (prefix.startsWith('/user/') && !wanted.has(prefix)) {
          // One that leads to the hub is kept, be it that an earlier hub made it.
          await (target === this.deps.hubTarget ? this.resting.note(prefix) : routes.remove(prefix));
        }
      }
      for (const prefix of this.resting.prefixes) {
        if (!present.has(prefix) && !wanted.has(prefix)) {
          await this.resting.rest(prefix);
        }
      }
    } catch (error) {
      logger.warn({ err: error }, 'the routes could not be checked');
    }
  }

  async #exited(exit: SessionExit): Promise<void> {
    const entry = this.entry(exit.key.owner, exit.key.name);
    if (!entry || entry.view.startId !== exit.startId) {
      return;
    }
    const failure = exitFailure(exit);
    if (entry.operation?.kind === 'start') {
      entry.operation.abort.abort(new DomainError(failure.code, failure.message, { action: failure.action, log: failure.log }));
      return;
    }
    if (entry.operation !== null || entry.view.state !== 'ready') {
      return;
    }
    await this.ended(entry, exit.reason === 'exited' || exit.reason === 'stopped' ? null : failure);
  }

  /** A session that ran is gone: with a failure it stays listed until dismissed, else it is forgotten. */
  async ended(entry: Entry, failure: SessionView['failure']): Promise<void> {
    const { owner, name } = entry.view;
    this.deps.logger.info({ owner, session: name, code: failure?.code ?? null }, 'session ended');
    const done = (async () => {
      if (failure) {
        this.change(entry, { state: 'failed', failure });
      } else {
        this.change(entry, { state: 'stopping' });
      }
      await this.dismantle(entry).catch((error: unknown) => this.deps.logger.warn({ err: error }, 'clean-up failed'));
      await (failure ? this.save(entry) : this.forget(entry));
    })();
    entry.operation = { kind: 'stop', done };
    await done.finally(() => {
      entry.operation = null;
    });
  }

  /** Takes away everything a session has: processes, route, tokens. Idempotent. */
  async dismantle(entry: Entry): Promise<void> {
    const { engine, routes, identity, doors, stopGraceMs } = this.deps;
    const { owner, name } = entry.view;
    entry.target = null;
    // A proxy that is down has no route to lose, and the check of the routes repeats this one.
    const gone = name === '' ? routes.remove(entry.view.url) : this.resting.rest(entry.view.url);
    const route = gone.catch((error: unknown) => this.deps.logger.warn({ err: error }, 'route not removed'));
    // What could not be ended keeps its door: it may still run, and be stopped later.
    const ended = engine.stop({ owner, name }, { graceMs: stopGraceMs }).then(() => doors.close({ owner, name }));
    const results = await Promise.allSettled([ended, identity.revokeServer({ owner, server: name }), route]);
    const failed = results.find(result => result.status === 'rejected');
    if (failed) {
      throw failed.reason;
    }
  }

  async forget(entry: Entry): Promise<void> {
    const { owner, name } = entry.view;
    await this.deps.store.remove(owner, name);
    if (this.entries.get(key(owner, name)) === entry) {
      this.entries.delete(key(owner, name));
      this.#tell(owner, name, null);
    }
  }

  entry(owner: string, name: string): Entry | undefined {
    return this.entries.get(key(owner, name));
  }

  views(owner: string): SessionView[] {
    return [...this.entries.values()]
      .map(entry => entry.view)
      .filter(view => view.owner === owner)
      .sort((a, b) => Number(a.name !== '') - Number(b.name !== '') || a.started - b.started);
  }

  /** Views are replaced, never changed: whoever holds one may compare. */
  change(entry: Entry, changes: Partial<SessionView>): void {
    entry.view = { ...entry.view, ...changes };
    this.emit(entry.view);
  }

  emit(view: SessionView): void {
    this.#tell(view.owner, view.name, view);
  }

  async save(entry: Entry): Promise<void> {
    await this.deps.store.upsert(toRow(entry.view));
  }

  #tell(owner: string, name: string, view: SessionView | null): void {
    for (const listener of [...(this.#listeners.get(owner) ?? [])]) {
      try {
        listener(name, view);
      } catch (error) {
        this.deps.logger.error({ err: error }, 'a listener of sessions failed');
      }
    }
  }
}

export function key(owner: string, name: string): string {
  return `${owner}/${name}`;
}

