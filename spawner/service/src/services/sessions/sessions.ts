import { sessionPrefix } from '../../domain/names.js';
import { DomainError } from '../../domain/errors.js';
import { holdsResources } from '../../domain/session-state.js';
import type { SessionExit } from '../../ports/engine.js';
import { noteActivity } from './activity.js';
import { DEADLINES, type Phase } from './deadlines.js';
import type { SessionsDependencies } from './dependencies.js';
import { Entries, key, type Entry, type Pass, type StartOperation } from './entries.js';
import { exitFailure } from './failures.js';
import { checkRoutes } from './live-routes.js';
import { StartQueue } from './queue.js';
import { reconcile } from './reconcile.js';
import { RestingRoutes } from './resting.js';
import { admitted, checkName, runStart, type Start } from './start.js';
import { dismantle, stop } from './stop.js';
import { toRow } from './stored.js';
import { Timelines } from './timelines.js';
import { Watchers, type Listener } from './watchers.js';
import type { Failure, SessionsService, SessionView, StartOptions, StopOptions, Timeline } from './types.js';

export type { SessionsDependencies } from './dependencies.js';
export { key, type Entry, type Operation, type Pass } from './entries.js';

/** Places in the queue are told this often, not at every change: telling costs as much as there are waiting. */
const PLACES_MS = 250;

/**
 * The sessions of this hub. State lives here and is answered from memory; the store only carries it over a restart,
 * and the engine alone says what runs.
 */
export class Sessions implements SessionsService {
  readonly entries = new Entries();
  readonly queue: StartQueue;
  readonly timelines: Timelines;
  readonly deadlines: Readonly<Record<Phase, number | null>>;
  readonly resting: RestingRoutes;
  readonly #watchers: Watchers;
  readonly #passes = new Set<Pass>();
  /** Names of what nobody knows and is being ended. */
  readonly #ending = new Set<string>();
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #offExit: () => void;
  readonly #offReset: () => void;
  readonly #end = new AbortController();
  #routesCheck: Promise<void> | null = null;
  #reconciling: Promise<void> | null = null;
  #tellingPlaces = false;

  constructor(readonly deps: SessionsDependencies) {
    this.deadlines = { ...DEADLINES, ...deps.deadlines };
    this.resting = new RestingRoutes(deps.routes, deps.hubTarget);
    this.timelines = new Timelines({ store: deps.timelineStore, clock: deps.clock, logger: deps.logger });
    this.queue = new StartQueue({
      maxStarting: deps.maxStarting ?? Infinity,
      maxQueued: deps.maxQueued ?? Infinity,
      now: () => deps.clock.now(),
      changed: () => this.#tellPlaces()
    });
    this.#watchers = new Watchers(deps.logger);
    this.#offExit = deps.engine.onExit(exit => void this.#exited(exit));
    this.#offReset = deps.routes.onReset(() => void this.restoreRoutes());
  }

  owners(): string[] {
    return this.entries.owners();
  }

  async list(owner: string): Promise<SessionView[]> {
    return this.views(owner);
  }

  async get(owner: string, name: string): Promise<SessionView | null> {
    return this.entry(owner, name)?.view ?? null;
  }

  async start({ owner, name, options, by }: { owner: string; name: string; options: StartOptions; by?: string }): Promise<{ session: SessionView; began: boolean }> {
    checkName(name);
    const datalab = await this.deps.catalogue.get(options.datalab);
    if (options.version !== undefined && options.version !== datalab.version) {
      throw new DomainError('unknown-datalab', `"${datalab.title}" has no version ${options.version}.`, { action: `Start version ${datalab.version}.` });
    }
    if (this.#end.signal.aborted) {
      throw new DomainError('engine-down', 'The hub is stopping.', { action: 'Start it again.' });
    }
    // Nothing awaits from here to the new entry: two starts of one session cannot both find it free.
    const entry = this.entry(owner, name);
    if (entry?.operation?.kind === 'stop' || this.#ending.has(key(owner, name))) {
      throw new DomainError('stop-pending', 'This session is being stopped.', { action: 'Try again in a few seconds.' });
    }
    if (entry && (entry.operation?.kind === 'start' || entry.view.state === 'ready')) {
      if (entry.view.datalab !== datalab.id) {
        throw new DomainError('already-running', `The session "${name || 'home'}" runs another datalab, ${entry.view.title}.`, {
          action: 'Stop it first, or choose another name.'
        });
      }
      await (entry.operation as StartOperation | null)?.admitted;
      return { session: entry.view, began: false };
    }
    const fresh = this.#begin(owner, name, { datalab, options, by }, entry ?? null);
    await (fresh.operation as StartOperation).admitted;
    return { session: fresh.view, began: true };
  }

  #begin(owner: string, name: string, { datalab, options, by }: Pick<Start, 'datalab' | 'options' | 'by'>, before: Entry | null): Entry {
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
      userOptions: options,
      resources: datalab.resources,
      reportMs: this.deps.settings().activitySeconds * 1000,
      medians: this.timelines.medians(datalab.id)
    };
    const abort = new AbortController();
    const entry: Entry = { view, operation: null, target: null, admitted: false };
    this.entries.set(key(owner, name), entry);
    this.#touch(view);
    const start = { sessions: this, entry, datalab, options, ...(by !== undefined && { by }), abort };
    const ticket = admitted(start);
    const operation: StartOperation = {
      kind: 'start',
      abort,
      admitted: ticket.then(() => {
        if (entry.operation === operation) {
          this.emit(entry.view);
        }
      }),
      done: ticket
        .then(
          mine => runStart(start, mine),
          () => this.#refused(entry, before)
        )
        .finally(() => {
          if (entry.operation === operation) {
            entry.operation = null;
          }
        })
    };
    operation.admitted.catch(() => undefined);
    entry.operation = operation;
    return entry;
  }

  /** What was there before is there again; a stop that called the start off ends it itself. */
  #refused(entry: Entry, before: Entry | null): void {
    const { owner, name } = entry.view;
    if (entry.operation?.kind === 'stop' || this.entries.get(key(owner, name)) !== entry) {
      return;
    }
    if (before) {
      this.entries.set(key(owner, name), before);
    } else {
      this.entries.delete(key(owner, name));
    }
    this.#touch(entry.view);
    this.#watchers.tell(owner, name, before?.view ?? null);
  }

  /** Runs the tasks of one owner, or about one session, one after the other. */
  inTurnOf<T>(owner: string, task: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(owner) ?? Promise.resolve()).then(task, task);
    const settled = turn.then(
      () => undefined,
      () => undefined
    );
    this.#turns.set(owner, settled);
    void settled.then(() => this.#turns.get(owner) === settled && this.#turns.delete(owner));
    return turn;
  }

  /** Nothing of this name starts while the task runs. */
  async reserved({ owner, name }: { owner: string; name: string }, task: () => Promise<void>): Promise<void> {
    this.#ending.add(key(owner, name));
    await task().finally(() => this.#ending.delete(key(owner, name)));
  }

  /** Sessions of an owner that count against what they may have, but for one. */
  holding(owner: string, except: Entry): SessionView[] {
    return this.entries
      .ofOwner(owner)
      .filter(entry => entry !== except && entry.admitted !== false && holdsResources(entry.view))
      .map(entry => entry.view);
  }

  async stop(options: StopOptions): Promise<{ stopped: boolean }> {
    return stop(this, options);
  }

  async timeline(owner: string, name: string): Promise<Timeline | null> {
    return this.timelines.of(owner, name, this.entry(owner, name)?.view ?? null);
  }

  async listTimelines({ owner, limit }: { owner: string; limit: number }): Promise<Timeline[]> {
    return this.timelines.list(owner, limit, this.views(owner));
  }

  async activity(report: { owner: string; servers: { name: string; lastActivity: number }[] }): Promise<void> {
    return noteActivity(this, report);
  }

  watch(owner: string, listener: Listener): () => void {
    const off = this.#watchers.add(owner, listener);
    for (const view of this.views(owner)) {
      listener(view.name, view);
    }
    return off;
  }

  /** Makes memory, store and proxy agree with what runs. Once at start-up, before the first request, then on a timer and whenever something went wrong. */
  reconcile(options: { startUp: boolean }): Promise<void> {
    this.#reconciling ??= reconcile(this, options).finally(() => {
      this.#reconciling = null;
    });
    return this.#reconciling;
  }

  /** Something happened that only a look at everything can mend. */
  reconcileSoon(): void {
    if (!this.#end.signal.aborted) {
      this.reconcile({ startUp: false }).catch((error: unknown) => this.deps.logger.warn({ err: error }, 'reconcile failed'));
    }
  }

  /** From here on, what changes is noted until the pass ends. */
  beginPass(): Pass {
    const pass: Pass = { keys: new Set(), urls: new Set(), end: () => void this.#passes.delete(pass) };
    this.#passes.add(pass);
    return pass;
  }

  /** Number of sessions that run or start. */
  get running(): number {
    return [...this.entries.values()].filter(entry => holdsResources(entry.view)).length;
  }

  /** Cancels what is only starting; what runs lives on. */
  async close(): Promise<void> {
    this.#end.abort();
    this.#offExit();
    this.#offReset();
    const operations = [...this.entries.values()].map(entry => entry.operation).filter(operation => operation !== null);
    for (const operation of operations) {
      if (operation.kind === 'start') {
        operation.abort.abort(new DomainError('cancelled', 'The hub was stopped during the start.'));
      }
    }
    await Promise.allSettled(operations.map(operation => operation.done));
    await this.timelines.close();
  }

  restoreRoutes(): Promise<void> {
    this.#routesCheck ??= checkRoutes(this).finally(() => {
      this.#routesCheck = null;
    });
    return this.#routesCheck;
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
    const operation = { kind: 'stop' as const, done: Promise.resolve() };
    entry.operation = operation;
    operation.done = (async () => {
      if (failure) {
        this.fail(entry, failure);
      } else {
        this.change(entry, { state: 'stopping' });
      }
      await this.dismantle(entry).catch((error: unknown) => this.deps.logger.warn({ err: error }, 'clean-up failed'));
      await (failure ? this.save(entry) : this.forget(entry, { code: 'exited', message: 'Its program ended by itself.' }));
    })();
    await operation.done.finally(() => {
      if (entry.operation === operation) {
        entry.operation = null;
        this.#touch(entry.view);
      }
    });
  }

  /** Takes away everything a session has: processes, route, tokens. Idempotent. */
  async dismantle(entry: Entry): Promise<void> {
    return dismantle(this, entry);
  }

  /** Its timeline stays, with the reason. */
  async forget(entry: Entry, reason: Timeline['reason'] = null): Promise<void> {
    const { owner, name } = entry.view;
    if (this.entries.get(key(owner, name)) !== entry) {
      return;
    }
    await this.deps.store.remove(owner, name);
    // One that failed ended then, not when it is dismissed.
    if (!entry.view.failure) {
      this.timelines.ended(entry.view, reason ?? { code: 'stopped', message: 'The session was stopped.' });
    }
    if (this.entries.get(key(owner, name)) === entry) {
      this.entries.delete(key(owner, name));
      this.#touch(entry.view);
      this.#watchers.tell(owner, name, null);
    }
  }

  /** Ended, for a reason its owner has to read. */
  fail(entry: Entry, failure: Failure): void {
    const now = this.deps.clock.now();
    const steps = entry.view.steps.map(timing => (timing.endedAt === null ? { ...timing, endedAt: now } : timing));
    this.change(entry, { state: 'failed', failure, steps, place: null });
    this.timelines.ended(entry.view, failure);
  }

  entry(owner: string, name: string): Entry | undefined {
    return this.entries.get(key(owner, name));
  }

  views(owner: string): SessionView[] {
    return this.entries
      .ofOwner(owner)
      .map(entry => entry.view)
      .sort((a, b) => Number(a.name !== '') - Number(b.name !== '') || a.started - b.started);
  }

  /** Views are replaced, never changed: whoever holds one may compare. */
  change(entry: Entry, changes: Partial<SessionView>): void {
    const view = { ...entry.view, ...changes };
    entry.view = this.deps.deadline ? { ...view, deadline: this.deps.deadline(view) } : view;
    this.emit(entry.view);
  }

  emit(view: SessionView): void {
    this.#touch(view);
    this.#watchers.tell(view.owner, view.name, view);
  }

  /** What is stored is what is known: never one that another start has taken the place of. */
  async save(entry: Entry): Promise<void> {
    if (this.entry(entry.view.owner, entry.view.name) === entry) {
      await this.deps.store.upsert(toRow(entry.view));
    }
  }

  #touch({ owner, name, url }: SessionView): void {
    for (const pass of this.#passes) {
      pass.keys.add(key(owner, name));
      pass.urls.add(url);
    }
  }

  #tellPlaces(): void {
    if (this.#tellingPlaces) {
      return;
    }
    this.#tellingPlaces = true;
    const tell = (): void => {
      this.#tellingPlaces = false;
      this.queue.tellPlaces();
    };
    this.deps.clock.sleep(PLACES_MS, this.#end.signal).then(tell, () => undefined);
  }
}
