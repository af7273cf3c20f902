import type { Clock } from '../../ports/clock.js';
import type { BusyProcess, Engine, LaterMount, RunningSession, SessionExit, SessionKey, SessionSpec, StartStep, WarmSandbox, WarmSpec } from '../../ports/engine.js';

/** Why somebody may want a datalab soon, the strongest last. */
export const REASONS = { popular: 1, used: 2, login: 3, pointer: 4 } as const;
export type Reason = keyof typeof REASONS;

/** How long such a guess is good for, milliseconds. */
const GOOD_FOR: Record<Reason, number> = { popular: 30 * 60_000, used: 30 * 60_000, login: 30 * 60_000, pointer: 2 * 60_000 };
const SWEEP_MS = 30_000;
/** What failed to warm, or was never what was asked for, is left alone for a while. */
const REST_MS = 10 * 60_000;
/** Until one of its kind has been seen. */
const FIRST_GUESS = { jupyter: 128 * 2 ** 20, desktop: 512 * 2 ** 20, web: 256 * 2 ** 20 } as const;

export interface WarmLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface WarmingOptions {
  engine: Engine;
  clock: Clock;
  logger: WarmLogger;
  /** What would be started now; null: nothing that can be warmed. */
  plan: (wish: { owner: string; datalab: string }) => Promise<WarmSpec | null>;
  /** For all that waits, together; 0: nothing waits. */
  memoryBytes: number;
  sandboxes: number;
}

interface Wish {
  owner: string;
  datalab: string;
  worth: number;
  until: number;
}

const nameOf = (owner: string, datalab: string): string => `${owner}\0${datalab}`;
const keyOf = (key: SessionKey): string => `${key.owner}\0${key.name}`;

/**
 * An engine whose starts find their sandbox ready, when somebody guessed right. It never makes a start wait: while one is under way nothing warms but what that
 * start needs, and what was guessed wrong, or is not exactly what is asked for, is dropped.
 */
export class WarmingEngine implements Engine {
  readonly #wishes = new Map<string, Wish>();
  readonly #ready = new Map<string, { sandbox: WarmSandbox; wish: Wish }>();
  readonly #running = new Map<string, string>();
  readonly #sizes = new Map<string, number>();
  readonly #resting = new Map<string, number>();
  readonly #closing = new AbortController();
  #warming: { name: string; abort: AbortController; hurry: AbortController; done: Promise<void> } | null = null;
  #starting = 0;
  #sweeping = false;

  constructor(private readonly options: WarmingOptions) {
    options.engine.onExit(exit => this.#ended(exit));
  }

  get name(): string {
    return this.options.engine.name;
  }

  /** Somebody may want this datalab soon. */
  want(owner: string, datalab: string, reason: Reason): void {
    const { clock, memoryBytes, engine } = this.options;
    const name = nameOf(owner, datalab);
    if (memoryBytes <= 0 || engine.warm === undefined || this.#closing.signal.aborted || (this.#resting.get(name) ?? 0) > clock.now()) return;
    const known = this.#ready.get(name)?.wish ?? this.#wishes.get(name);
    const until = Math.max(known?.until ?? 0, clock.now() + GOOD_FOR[reason]);
    const wish = known ?? { owner, datalab, worth: 0, until };
    Object.assign(wish, { worth: Math.max(wish.worth, REASONS[reason]), until });
    if (!this.#ready.has(name)) this.#wishes.set(name, wish);
    this.#sweepLater();
    this.#next();
  }

  /** Nothing of this owner, or of this datalab of theirs, waits or will by itself, once this resolves. */
  async forget(owner: string, datalab?: string): Promise<void> {
    const theirs = (name: string): boolean => (datalab === undefined ? name.startsWith(nameOf(owner, '')) : name === nameOf(owner, datalab));
    for (const name of this.#wishes.keys()) if (theirs(name)) this.#wishes.delete(name);
    for (const [key, name] of this.#running) if (theirs(name)) this.#running.delete(key);
    if (this.#warming && theirs(this.#warming.name)) {
      this.#warming.abort.abort(new Error('the owner is gone'));
      await this.#warming.done;
    }
    await Promise.all([...this.#ready.keys()].filter(theirs).map(name => this.#drop(name)));
  }

  async start(spec: SessionSpec, options: { signal: AbortSignal; onStep: (step: StartStep) => void }): Promise<RunningSession> {
    const name = nameOf(spec.key.owner, spec.datalab);
    this.#starting++;
    try {
      const warm = await this.#take(name, options);
      const running = await this.options.engine.start(spec, { ...options, ...(warm && { warm }) });
      this.#running.set(keyOf(running.key), name);
      // Ready, but not for this: then neither will the next one be, until something changes.
      if (warm && running.warm !== true) this.#rest(name);
      return running;
    } finally {
      this.#starting--;
      this.#next();
    }
  }

  async #take(name: string, { signal, onStep }: { signal: AbortSignal; onStep: (step: StartStep) => void }): Promise<WarmSandbox | null> {
    this.#wishes.delete(name);
    const warming = this.#warming;
    if (warming?.name === name) {
      onStep('placing');
      warming.hurry.abort();
      const aborted = new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));
      await (signal.aborted ? undefined : Promise.race([warming.done, aborted]));
    } else if (warming) {
      warming.abort.abort();
    }
    const found = this.#ready.get(name);
    this.#ready.delete(name);
    return found?.sandbox ?? null;
  }

  /** Warms the likeliest of what is wished for, one at a time. */
  #next(): void {
    if (this.#warming || this.#starting > 0 || this.#wishes.size === 0 || this.#closing.signal.aborted) return;
    const running = new Set(this.#running.values());
    const [best] = [...this.#wishes].filter(([name]) => !running.has(name)).sort(([, a], [, b]) => b.worth - a.worth);
    if (!best) return;
    const [name, wish] = best;
    const abort = new AbortController();
    const hurry = new AbortController();
    const done = this.#warm(name, wish, AbortSignal.any([abort.signal, this.#closing.signal]), hurry.signal).finally(() => {
      this.#warming = null;
      this.#next();
    });
    this.#warming = { name, abort, hurry, done };
  }

  async #warm(name: string, wish: Wish, signal: AbortSignal, hurry: AbortSignal): Promise<void> {
    const { engine, plan, clock, logger } = this.options;
    const { owner, datalab } = wish;
    try {
      const spec = await plan({ owner, datalab });
      if (signal.aborted) return;
      if (spec === null || !(await this.#makeRoom(wish, this.#sizes.get(datalab) ?? FIRST_GUESS[spec.kind]))) {
        this.#wishes.delete(name);
        return;
      }
      const begun = clock.now();
      const sandbox = await engine.warm!(spec, { signal, hurry });
      this.#wishes.delete(name);
      this.#ready.set(name, { sandbox, wish });
      const bytes = sandbox.memoryBytes();
      if (bytes !== null) this.#sizes.set(datalab, bytes);
      logger.info({ owner, datalab, ms: clock.now() - begun, bytes }, 'warm');
      void sandbox.gone.then(() => {
        if (this.#ready.get(name)?.sandbox !== sandbox) return;
        this.#ready.delete(name);
        this.#rest(name);
      });
    } catch (error) {
      // Aborted for a start: its turn comes again.
      if (signal.aborted) return;
      this.#wishes.delete(name);
      this.#rest(name);
      logger.warn({ owner, datalab, err: error }, 'a datalab could not be warmed');
    }
  }

  /** True when there is room for so many bytes, after the least likely have gone if they are less likely than this. */
  async #makeRoom(wish: Wish, bytes: number): Promise<boolean> {
    const { memoryBytes, sandboxes } = this.options;
    const sizeOf = ({ sandbox, wish: { datalab } }: { sandbox: WarmSandbox; wish: Wish }): number => sandbox.memoryBytes() ?? this.#sizes.get(datalab) ?? FIRST_GUESS[sandbox.spec.kind];
    if (bytes > memoryBytes || sandboxes < 1) return false;
    for (;;) {
      const all = [...this.#ready].sort(([, a], [, b]) => a.wish.worth - b.wish.worth || a.wish.until - b.wish.until);
      const used = all.reduce((sum, [, entry]) => sum + sizeOf(entry), 0);
      if (used + bytes <= memoryBytes && all.length < sandboxes) return true;
      const [least] = all;
      // Of two that are as likely, the later guess counts.
      if (!least || least[1].wish.worth > wish.worth || (least[1].wish.worth === wish.worth && least[1].wish.until >= wish.until)) return false;
      await this.#drop(least[0]);
    }
  }

  async #drop(name: string): Promise<void> {
    const found = this.#ready.get(name);
    this.#ready.delete(name);
    await found?.sandbox.discard();
  }

  #rest(name: string): void {
    this.#resting.set(name, this.options.clock.now() + REST_MS);
    this.#wishes.delete(name);
  }

  #ended({ key }: SessionExit): void {
    const name = this.#running.get(keyOf(key));
    this.#running.delete(keyOf(key));
    if (name !== undefined) {
      const [owner = '', datalab = ''] = name.split('\0');
      this.want(owner, datalab, 'used');
    }
  }

  /** Lets go of guesses that were not right in time, and of what would not be started that way any more. */
  async sweep(): Promise<void> {
    const { clock, plan } = this.options;
    const now = clock.now();
    for (const [name, until] of this.#resting) if (until <= now) this.#resting.delete(name);
    for (const [name, wish] of this.#wishes) if (wish.until <= now) this.#wishes.delete(name);
    for (const [name, { sandbox, wish }] of [...this.#ready]) {
      const fresh = wish.until > now ? await plan(wish).catch(() => null) : null;
      if (this.#ready.get(name)?.sandbox !== sandbox || (fresh !== null && JSON.stringify(fresh) === JSON.stringify(sandbox.spec))) continue;
      await this.#drop(name);
      if (fresh !== null) this.#wishes.set(name, wish);
    }
    this.#next();
  }

  #sweepLater(): void {
    if (this.#sweeping) return;
    this.#sweeping = true;
    const { clock } = this.options;
    void (async () => {
      while (this.#wishes.size + this.#ready.size > 0) {
        await clock.sleep(SWEEP_MS, this.#closing.signal);
        await this.sweep();
      }
    })()
      .catch(() => undefined)
      .finally(() => (this.#sweeping = false));
  }

  /** Datalabs that wait, by owner, for operators to see. */
  get waiting(): { owner: string; datalab: string; bytes: number | null }[] {
    return [...this.#ready.values()].map(({ sandbox, wish: { owner, datalab } }) => ({ owner, datalab, bytes: sandbox.memoryBytes() }));
  }

  async list(): Promise<RunningSession[]> {
    const running = await this.options.engine.list();
    for (const { key, datalab } of running) this.#running.set(keyOf(key), nameOf(key.owner, datalab));
    return running;
  }

  check(): ReturnType<Engine['check']> {
    return this.options.engine.check();
  }

  mount(key: SessionKey, mount: LaterMount): Promise<void> {
    return this.options.engine.mount(key, mount);
  }

  unmount(key: SessionKey, target: string, options?: { force?: boolean }): Promise<{ busy: BusyProcess[] }> {
    return this.options.engine.unmount(key, target, options);
  }

  mounts(key: SessionKey): Promise<string[]> {
    return this.options.engine.mounts(key);
  }

  stop(key: SessionKey, options?: { graceMs?: number }): Promise<boolean> {
    return this.options.engine.stop(key, options);
  }

  logTail(key: SessionKey, lines: number): Promise<string[]> {
    return this.options.engine.logTail(key, lines);
  }

  onExit(listener: (exit: SessionExit) => void): () => void {
    return this.options.engine.onExit(listener);
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('the hub stops'));
    await this.#warming?.done;
    await Promise.all([...this.#ready.keys()].map(name => this.#drop(name)));
    await this.options.engine.close();
  }
}
