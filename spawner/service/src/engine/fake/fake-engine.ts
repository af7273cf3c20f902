import { DomainError } from '../../domain/errors.js';
import type { BusyProcess, Engine, LaterMount, RunningSession, SessionExit, SessionKey, SessionSpec, StartStep } from '../../ports/engine.js';

interface FakeSession {
  spec: SessionSpec;
  running: RunningSession;
  log: string[];
  /** By target. */
  volumes: Map<string, LaterMount>;
  /** Who has something of a volume open, by target. */
  busy: Map<string, BusyProcess[]>;
}

interface PendingStart {
  spec: SessionSpec;
  onStep: (step: StartStep) => void;
  finish: (running: RunningSession) => void;
  fail: (error: Error) => void;
}

/** What runs: shared by engines that stand for successive hub processes on one machine. */
export class FakeMachine {
  readonly sessions = new Map<string, FakeSession>();
  readonly engines = new Set<FakeEngine>();
  /** Outlive their sessions, as files do. */
  readonly logs = new Map<string, string[]>();
}

const STEPS: StartStep[] = ['placing', 'mounting', 'starting', 'listening'];
const isVolume = (target: string) => /^\/data\/(?!user$)[a-z0-9][a-z0-9_-]*$/.test(target);
const nameOf = (key: SessionKey) => `${key.owner}\0${key.name}`;

/** An engine in memory. Starts finish by themselves (`auto`) or when the test says so. */
export class FakeEngine implements Engine {
  readonly name = 'fake';
  /** False: a start stays pending until finishStart or failStart. */
  auto: boolean;
  readonly machine: FakeMachine;
  /** Every spec that was ever started, for assertions. */
  readonly started: SessionSpec[] = [];
  private readonly now: () => number;
  private readonly target: (spec: SessionSpec) => string;
  private readonly pending = new Map<string, PendingStart>();
  private readonly listeners = new Set<(exit: SessionExit) => void>();
  private nextFailure: Error | null = null;
  private nextMountFailure: Error | null = null;

  constructor(options: { auto?: boolean; machine?: FakeMachine; clock?: { now(): number }; target?: (spec: SessionSpec) => string } = {}) {
    this.auto = options.auto ?? true;
    this.machine = options.machine ?? new FakeMachine();
    this.now = () => options.clock?.now() ?? 0;
    this.target = options.target ?? (spec => `http+unix://${encodeURIComponent(`/fake/${spec.startId}.sock`)}`);
    this.machine.engines.add(this);
  }

  check(): Promise<{ ok: boolean; problems: string[]; warnings: string[] }> {
    return Promise.resolve({ ok: true, problems: [], warnings: [] });
  }

  async start(spec: SessionSpec, options: { signal: AbortSignal; onStep: (step: StartStep) => void }): Promise<RunningSession> {
    const name = nameOf(spec.key);
    if (this.machine.sessions.has(name) || this.pending.has(name)) {
      throw new DomainError('already-running', 'This session runs already.', { action: 'Open it, or stop it first.' });
    }
    if (options.signal.aborted) throw this.cancelled(options.signal);
    const failure = this.nextFailure;
    this.nextFailure = null;
    this.started.push(spec);
    const begun = new Promise<RunningSession>((finish, fail) => this.pending.set(name, { spec, onStep: options.onStep, finish, fail }));
    const abort = () => this.failStart(spec.key, this.cancelled(options.signal));
    options.signal.addEventListener('abort', abort, { once: true });
    if (failure !== null) this.failStart(spec.key, failure);
    else if (this.auto) {
      for (const step of STEPS) options.onStep(step);
      this.finishStart(spec.key);
    }
    try {
      return await begun;
    } finally {
      options.signal.removeEventListener('abort', abort);
    }
  }

  /** Reports one step of a pending start. */
  step(key: SessionKey, step: StartStep): void {
    this.pending.get(nameOf(key))?.onStep(step);
  }

  finishStart(key: SessionKey): void {
    const start = this.take(key);
    if (start === undefined) throw new Error('no such start is pending');
    const { spec } = start;
    const running: RunningSession = {
      key: spec.key, startId: spec.startId, datalab: spec.datalab, version: spec.version, kind: spec.kind, target: this.target(spec),
      startedAt: this.now(), network: spec.network
    };
    const log = ['serving'];
    this.machine.sessions.set(nameOf(key), {
      spec, running, log, busy: new Map(),
      volumes: new Map(spec.mounts.flatMap(({ source, target }) => (isVolume(target) ? [[target, { source, target, parts: [{ prefix: '', allowed: true }] }]] : [])))
    });
    this.machine.logs.set(nameOf(key), log);
    start.finish(running);
  }

  failStart(key: SessionKey, error: Error): void {
    this.take(key)?.fail(error);
  }

  /** The next start rejects with this error. */
  failNextStart(error: Error): void {
    this.nextFailure = error;
  }

  /** The session ends by itself. */
  crash(key: SessionKey, exit: Partial<Omit<SessionExit, 'key' | 'startId'>> = {}): void {
    this.end(key, { reason: 'crashed', exitCode: 1, signal: null, ...exit });
  }

  appendLog(key: SessionKey, ...lines: string[]): void {
    this.machine.sessions.get(nameOf(key))?.log.push(...lines);
  }

  async mount(key: SessionKey, mount: LaterMount): Promise<void> {
    const { volumes } = this.sessionOf(key);
    const failure = this.nextMountFailure;
    this.nextMountFailure = null;
    if (failure !== null) throw failure;
    if (!isVolume(mount.target)) throw new DomainError('bad-request', `“${mount.target}” is no place for a volume.`, { action: 'Use /data/ and the name of a volume.' });
    if (!volumes.has(mount.target)) volumes.set(mount.target, mount);
  }

  async unmount(key: SessionKey, target: string, { force = false }: { force?: boolean } = {}): Promise<{ busy: BusyProcess[] }> {
    const { volumes, busy } = this.sessionOf(key);
    const users = force ? [] : (busy.get(target) ?? []);
    if (users.length === 0) volumes.delete(target);
    return { busy: users };
  }

  async mounts(key: SessionKey): Promise<string[]> {
    return [...this.sessionOf(key).volumes.keys()].sort();
  }

  /** The next mount rejects with this error. */
  failNextMount(error: Error): void {
    this.nextMountFailure = error;
  }

  /** From now on these have something of the volume open. */
  use(key: SessionKey, target: string, processes: BusyProcess[]): void {
    this.sessionOf(key).busy.set(target, processes);
  }

  private sessionOf(key: SessionKey): FakeSession {
    const session = this.machine.sessions.get(nameOf(key));
    if (session === undefined) throw new DomainError('unknown-session', 'This session does not run.', { action: 'Start it first.' });
    return session;
  }

  stop(key: SessionKey): Promise<boolean> {
    if (this.pending.has(nameOf(key))) {
      this.failStart(key, new DomainError('cancelled', 'The start was cancelled.', { action: 'Start the session again when you need it.' }));
      return Promise.resolve(true);
    }
    return Promise.resolve(this.end(key, { reason: 'stopped', exitCode: 143, signal: 'SIGTERM' }));
  }

  list(): Promise<RunningSession[]> {
    return Promise.resolve([...this.machine.sessions.values()].map(session => session.running));
  }

  logTail(key: SessionKey, lines: number): Promise<string[]> {
    return Promise.resolve(this.machine.logs.get(nameOf(key))?.slice(-lines) ?? []);
  }

  onExit(listener: (exit: SessionExit) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  close(): Promise<void> {
    this.listeners.clear();
    this.machine.engines.delete(this);
    return Promise.resolve();
  }

  private end(key: SessionKey, exit: Omit<SessionExit, 'key' | 'startId' | 'logTail'> & { logTail?: string[] }): boolean {
    const session = this.machine.sessions.get(nameOf(key));
    if (session === undefined) return false;
    this.machine.sessions.delete(nameOf(key));
    const full: SessionExit = { logTail: [...session.log], ...exit, key, startId: session.running.startId };
    for (const engine of this.machine.engines) for (const listener of [...engine.listeners]) listener(full);
    return true;
  }

  private take(key: SessionKey): PendingStart | undefined {
    const start = this.pending.get(nameOf(key));
    this.pending.delete(nameOf(key));
    return start;
  }

  private cancelled(signal: AbortSignal): Error {
    if (signal.reason instanceof DomainError) return signal.reason;
    return new DomainError('cancelled', 'The start was cancelled.', { action: 'Start the session again when you need it.', cause: signal.reason });
  }
}
