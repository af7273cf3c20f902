import { createHash, randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, rmSync, watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSandboxOptions, INSIDE_WARM_SOCKET } from '../../builders/bwrap.js';
import type { BusyProcess, Engine, LaterMount, RunningSession, SessionExit, SessionKey, SessionSpec, StartStep, WarmSandbox, WarmSpec } from '../../ports/engine.js';
import { Cgroups, removeCgroups, setShare, warmGently, type SessionCgroups } from './cgroups.js';
import { checkMachine } from './checks.js';
import { entrance } from './entrance.js';
import { alreadyRunning, cancelled, notRunning, startFailure } from './failures.js';
import { asDomainError, removeTree } from './files.js';
import { spawnLauncher } from './launch.js';
import { LiveSession, type SessionPaths } from './live-session.js';
import { keepPrevious, moveLog, readTail } from './logs.js';
import type { LocalEngineOptions } from './options.js';
import { findOrphans, makeSocketDirectory, prepareBinds, publishSocket, requireEgress, type Owner } from './prepare.js';
import { planLaunch } from './plan.js';
import { bootId, isAlive, processId, type ProcessId } from '../../processes/process.js';
import { Records, runningOf, type SessionRecord } from './records.js';
import { describeSystem, writeEtc } from './system.js';
import { UidMap } from './uids.js';
import { holdVolumes, mountedVolumes, mountVolume, unmountVolume } from './volumes.js';
import { handOver, identityOf, LocalWarm, makeEmptyDoor, moveDoor, removeWarmTraces, WARM_SOCKET } from './warm.js';

const DEFAULT_GRACE_MS = 5_000;
/** The kernel tells nobody about the end of a process that is not a child; only adopted sessions are looked at. */
const ADOPTED_CHECK_MS = 1_000;
const SECCOMP_DIRECTORY = fileURLToPath(new URL('../../../seccomp', import.meta.url));
const ARCHITECTURES: Partial<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };

type Entry = { state: 'starting'; abort: AbortController; settled: Promise<void> } | { state: 'running'; session: LiveSession; running: RunningSession };

const nameOf = (key: SessionKey) => `${key.owner}\0${key.name}`;

/** Sessions as bubblewrap sandboxes on this machine. The directories below `runDir` are its memory; the processes are the truth. */
export class LocalEngine implements Engine {
  readonly name = 'local';
  private readonly entries = new Map<string, Entry>();
  private readonly listeners = new Set<(exit: SessionExit) => void>();
  private readonly records: Records;
  private readonly cgroups: Cgroups;
  private readonly uids: UidMap | null;
  private readonly now: () => number;
  private readonly random: () => string;
  private readonly watcher: FSWatcher;
  private timer: NodeJS.Timeout | null = null;
  private system: ReturnType<typeof describeSystem> | null = null;

  constructor(private readonly options: LocalEngineOptions) {
    const { stateDir, runDir } = options;
    this.now = () => (options.clock ? options.clock.now() : Date.now());
    this.random = options.random ?? randomUUID;
    for (const directory of [stateDir, join(stateDir, 'logs')]) mkdirSync(directory, { recursive: true, mode: 0o700 });
    for (const [directory, mode] of [[runDir, 0o711], [join(runDir, 's'), 0o711], [join(runDir, 'x'), 0o700]] as const) {
      mkdirSync(directory, { recursive: true, mode });
      chmodSync(directory, mode);
    }
    writeEtc(join(runDir, 'etc'));
    this.records = new Records(join(runDir, 'p'));
    const hash = createHash('sha256').update(stateDir).digest('hex').slice(0, 12);
    this.cgroups = new Cgroups({ name: `jupyter-datalabs-${hash}` });
    this.uids = process.getuid?.() === 0 ? new UidMap(stateDir) : null;
    // One watch for all sessions: bubblewrap's status and the log writer's end mark appear in this directory.
    this.watcher = watch(this.records.directory, (_event, file) => this.poke(file));
    this.watcher.unref();
  }

  check(): Promise<{ ok: boolean; problems: string[]; warnings: string[] }> {
    return checkMachine({
      uid: this.uids?.first ?? null,
      cgroupProblem: this.cgroups.problem,
      socketPathLength: Math.max(this.pathsOf('0'.repeat(16), { owner: '', name: '' }).published.length, join(this.options.hubSocketDir({ owner: '', name: '' }), 'hub.sock').length),
      seccompFiles: existsSync(this.seccompFile('calls'))
    });
  }

  async start(spec: SessionSpec, options: { signal: AbortSignal; onStep: (step: StartStep) => void; warm?: WarmSandbox }): Promise<RunningSession> {
    await this.adoptedOnce();
    const name = nameOf(spec.key);
    // From here to the reservation nothing awaits: of many parallel starts one wins.
    if (this.entries.has(name)) throw alreadyRunning();
    if (options.signal.aborted) throw cancelled(options.signal);
    const abort = new AbortController();
    let settle = () => {};
    const settled = new Promise<void>(resolve => (settle = resolve));
    this.entries.set(name, { state: 'starting', abort, settled });
    const signal = AbortSignal.any([options.signal, abort.signal]);
    const id = this.idOf(name, spec.startId);
    this.launching.add(id);
    try {
      const told = new Set<StartStep>();
      const onStep = (step: StartStep) => void (told.has(step) || (told.add(step), options.onStep(step)));
      const warmed = options.warm instanceof LocalWarm ? await this.wake(options.warm, spec, signal, onStep) : null;
      const session = warmed ?? (await this.launch(spec, id, 'server.sock', signal, onStep));
      Object.assign(session.record, { state: 'running', startedAt: this.now() });
      this.records.write(session.record);
      const running = runningOf(session.record);
      this.register(session, running);
      this.launching.delete(session.record.id);
      return running;
    } catch (error) {
      this.entries.delete(name);
      throw await asDomainError(error, spec.home);
    } finally {
      this.launching.delete(id);
      settle();
    }
  }

  async stop(key: SessionKey, options: { graceMs?: number } = {}): Promise<boolean> {
    await this.adoptedOnce();
    const entry = this.entries.get(nameOf(key));
    if (entry === undefined) return false;
    if (entry.state === 'starting') {
      entry.abort.abort();
      await entry.settled;
      // The socket may have appeared in the very moment of the abort.
      return this.entries.has(nameOf(key)) ? this.stop(key, options) : true;
    }
    if (!entry.session.stopping) await entry.session.stop(options.graceMs ?? DEFAULT_GRACE_MS);
    else if (options.graceMs === 0) await entry.session.kill();
    await entry.session.ended;
    return true;
  }

  mount(key: SessionKey, mount: LaterMount): Promise<void> {
    return this.inside(key, inner => mountVolume(inner, mount));
  }

  unmount(key: SessionKey, target: string, { force = false }: { force?: boolean } = {}): Promise<{ busy: BusyProcess[] }> {
    return this.inside(key, async inner => ({ busy: await unmountVolume(inner, target, force) }));
  }

  mounts(key: SessionKey): Promise<string[]> {
    return this.inside(key, mountedVolumes, false);
  }

  private async inside<T>(key: SessionKey, act: (inner: ProcessId) => Promise<T>, inTurn = true): Promise<T> {
    await this.adoptedOnce();
    const entry = this.entries.get(nameOf(key));
    if (entry?.state !== 'running') throw notRunning();
    return inTurn ? entry.session.inTurn(act) : act(entry.session.inner());
  }

  async list(): Promise<RunningSession[]> {
    await this.adopt();
    return [...this.entries.values()].flatMap(entry => (entry.state === 'running' ? [entry.running] : []));
  }

  logTail(key: SessionKey, lines: number): Promise<string[]> {
    return Promise.resolve(readTail(this.logOf(key), lines));
  }

  onExit(listener: (exit: SessionExit) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.closing.abort();
    await Promise.all(this.warming);
    await Promise.all([...this.waiting].map(warm => warm.discard()));
    this.watcher.close();
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    this.listeners.clear();
    for (const entry of this.entries.values()) if (entry.state === 'running') entry.session.abandon();
  }

  /** What an earlier hub left is there from the first call on; a look at every record at each start and stop would cost as much as there are. */
  private adoptedOnce(): Promise<void> {
    return (this.adopted ??= this.adopt().catch((error: unknown) => {
      this.adopted = null;
      throw error;
    }));
  }
  private adopted: Promise<void> | null = null;

  /** Takes over what an earlier hub process started; ends what it left half-started; forgets what is gone. */
  private async adopt(): Promise<void> {
    const { alive, stale } = this.records.readAll();
    const known = new Set<string>();
    for (const entry of this.entries.values()) if (entry.state === 'running') known.add(entry.session.record.id);
    const starting = [...this.entries.values()].some(entry => entry.state === 'starting');
    const leftovers: LiveSession[] = [];
    for (const record of alive) {
      if (known.has(record.id) || this.launching.has(record.id)) continue;
      const session = new LiveSession(record, { records: this.records, paths: this.pathsOf(record.id, record.key), child: null });
      if (record.state === 'running' && isAlive(record.outer) && !this.entries.has(nameOf(record.key))) {
        this.register(session, runningOf(record));
        this.watchAdopted();
      } else leftovers.push(session);
    }
    const orphans = starting ? [] : findOrphans(this.options.runDir, new Set(alive.map(record => record.id)));
    if (!starting) for (const id of stale) this.records.remove(id);
    const endLeftover = async (session: LiveSession) => {
      const { key, state } = session.record;
      await session.kill();
      if (state === 'warm') removeWarmTraces(this.options.hubSocketDir(key), session.log);
    };
    await Promise.all([...leftovers.map(endLeftover), ...orphans.map(removeTree)]);
  }

  /** Ids whose record belongs to a start of this very process. */
  private readonly launching = new Set<string>();

  /** A sandbox of which a socket is bound and has its public name; its record still says `starting`. */
  private async launch(spec: SessionSpec, id: string, socket: string, signal: AbortSignal, onStep: (step: StartStep) => void, hurry?: AbortSignal): Promise<LiveSession> {
    const paths = this.pathsOf(id, spec.key);
    let session: LiveSession | null = null;
    let cgroups: SessionCgroups | null = null;
    try {
      onStep('placing');
      if (spec.network === 'egress') requireEgress();
      const uid = this.uids?.uidOf(spec.key.owner) ?? null;
      const owner: Owner | null = uid === null ? null : { uid, gid: uid };
      onStep('mounting');
      const { stateDir, softwareMounts } = this.options;
      const binds = await prepareBinds({ spec, softwareMounts, stateDir, owner });
      if (signal.aborted) throw cancelled(signal);
      makeSocketDirectory(paths.socketDir, owner);
      cgroups = this.cgroups.create(id, spec.resources);
      if (socket === WARM_SOCKET) warmGently(cgroups, hurry);
      onStep('starting');
      session = this.spawn({ spec, id, paths, owner, binds, cgroups });
      await this.enter(session, paths, socket, signal, onStep);
      return session;
    } catch (error) {
      if (session !== null) await session.kill();
      else {
        rmSync(paths.socketDir, { recursive: true, force: true });
        this.records.remove(id);
        if (cgroups !== null) removeCgroups(cgroups);
      }
      throw error;
    }
  }

  private async enter(session: LiveSession, paths: SessionPaths, socket: string, signal: AbortSignal, onStep: (step: StartStep) => void): Promise<void> {
    await entrance(session, { records: this.records.directory, directory: paths.socketDir, socket, signal, onInside: () => onStep('listening') });
    if (!publishSocket(join(paths.socketDir, socket), paths.published)) throw startFailure(await this.killed(session));
    session.refreshInner();
    void session.inTurn(inner => holdVolumes(inner, this.options.logger)).catch(() => undefined);
  }

  private idOf(...what: string[]): string {
    return createHash('sha256').update([...what, this.random()].join('\0')).digest('hex').slice(0, 16);
  }

  warm(spec: WarmSpec, { signal, hurry }: { signal: AbortSignal; hurry?: AbortSignal }): Promise<WarmSandbox> {
    const warming = this.warmUp(spec, AbortSignal.any([signal, this.closing.signal]), hurry);
    const settled = warming.then(() => undefined, () => undefined).finally(() => this.warming.delete(settled));
    this.warming.add(settled);
    return warming;
  }
  private readonly closing = new AbortController();
  private readonly warming = new Set<Promise<void>>();

  private async warmUp(spec: WarmSpec, signal: AbortSignal, hurry?: AbortSignal): Promise<LocalWarm> {
    await this.adoptedOnce();
    if (signal.aborted) throw cancelled(signal);
    const id = this.idOf(spec.owner);
    // No session can have this name.
    const key = { owner: spec.owner, name: `~${id}` };
    const { owner: _owner, ...rest } = spec;
    const door = this.options.hubSocketDir(key);
    this.launching.add(id);
    try {
      makeEmptyDoor(door);
      const environment = { ...spec.environment, DATALABS_WARM: INSIDE_WARM_SOCKET };
      const session = await this.launch({ ...rest, key, startId: id, environment }, id, WARM_SOCKET, signal, () => undefined, hurry);
      session.record.state = 'warm';
      this.records.write(session.record);
      const warm = new LocalWarm(spec, session, this.pathsOf(id, key), door, this.sourcesOf(spec));
      this.waiting.add(warm);
      void warm.gone.then(() => this.waiting.delete(warm));
      void session.ended.then(() => this.launching.delete(id));
      return warm;
    } catch (error) {
      this.launching.delete(id);
      removeWarmTraces(door, this.logOf(key));
      throw await asDomainError(error);
    }
  }
  private readonly waiting = new Set<LocalWarm>();

  private sourcesOf(spec: Pick<SessionSpec, 'home' | 'mounts'>): string {
    return identityOf([{ source: spec.home }, ...spec.mounts], this.options.softwareMounts);
  }

  /** The session that a warm sandbox becomes; null when it cannot, and then it is gone. */
  private async wake(warm: LocalWarm, spec: SessionSpec, signal: AbortSignal, onStep: (step: StartStep) => void): Promise<LiveSession | null> {
    const { session, paths, door } = warm;
    onStep('placing');
    if (!warm.take(spec, this.sourcesOf(spec))) {
      await warm.discard();
      return null;
    }
    const { record } = session;
    try {
      onStep('mounting');
      setShare(record.cgroups, 'usual');
      moveDoor(door, this.options.hubSocketDir(spec.key));
      session.log = moveLog(session.log, this.logOf(spec.key), this.records.path(record.id, 'log'));
      Object.assign(record, { key: spec.key, startId: spec.startId, warm: true });
      onStep('starting');
      await handOver(paths.published, { environment: spec.environment, argv: spec.argv });
      await this.enter(session, paths, 'server.sock', signal, onStep);
      return session;
    } catch (error) {
      await session.kill();
      rmSync(door, { recursive: true, force: true });
      if (signal.aborted) throw error;
      this.options.logger.warn({ owner: spec.key.owner, session: spec.key.name, err: error }, 'a warm sandbox did not become a session, which is started without it');
      return null;
    }
  }

  private spawn(options: {
    spec: SessionSpec;
    id: string;
    paths: SessionPaths;
    owner: Owner | null;
    binds: Awaited<ReturnType<typeof prepareBinds>>;
    cgroups: SessionCgroups | null;
  }): LiveSession {
    const { spec, id, paths, cgroups } = options;
    this.system ??= describeSystem();
    const { runDir, hubSocketDir } = this.options;
    const { command, sandbox } = planLaunch({
      ...options,
      hubSocketDir: hubSocketDir(spec.key), etcDir: join(runDir, 'etc'), system: this.system, endMarker: this.records.path(id, 'ended')
    });
    keepPrevious(paths.log);
    const { child, go } = spawnLauncher(command, buildSandboxOptions(sandbox), {
      log: paths.log,
      options: this.records.path(id, 'options'),
      calls: this.seccompFile('calls'),
      terminal: this.seccompFile('terminal'),
      status: this.records.path(id, 'status')
    }, this.options.toolPath);
    const outer = child.pid === undefined ? null : processId(child.pid);
    if (outer === null) throw new Error('the launcher did not start');
    const record: SessionRecord = {
      version: 1, bootId: bootId(), id, key: spec.key, startId: spec.startId, datalab: spec.datalab, datalabVersion: spec.version, kind: spec.kind,
      network: spec.network, startedAt: this.now(), state: 'starting', outer, inner: null, cgroups, target: `http+unix://${encodeURIComponent(paths.published)}`
    };
    try {
      this.records.write(record);
    } catch (error) {
      // Without a record nobody would ever find it again. It still waits for `go`.
      child.stdin?.end();
      throw error;
    }
    const session = new LiveSession(record, { records: this.records, paths, child });
    go();
    return session;
  }

  private async killed(session: LiveSession): Promise<SessionExit> {
    await session.kill();
    return session.ended;
  }

  private register(session: LiveSession, running: RunningSession): void {
    const name = nameOf(running.key);
    this.entries.set(name, { state: 'running', session, running });
    void session.ended.then(exit => {
      const entry = this.entries.get(name);
      if (entry?.state === 'running' && entry.session === session) this.entries.delete(name);
      this.options.logger.info({ owner: exit.key.owner, session: exit.key.name, reason: exit.reason, exitCode: exit.exitCode }, 'session ended');
      for (const listener of [...this.listeners]) listener(exit);
    });
  }

  private poke(file: string | null): void {
    for (const entry of this.entries.values()) {
      if (entry.state === 'running' && (file === null || file.startsWith(entry.session.record.id))) entry.session.poke();
    }
  }

  private watchAdopted(): void {
    if (this.timer !== null) return;
    this.timer = setInterval(() => this.poke(null), ADOPTED_CHECK_MS);
    this.timer.unref();
  }

  private seccompFile(name: 'calls' | 'terminal'): string {
    return join(SECCOMP_DIRECTORY, `${name}-${ARCHITECTURES[process.arch] ?? process.arch}.bpf`);
  }

  private pathsOf(id: string, key: SessionKey): SessionPaths {
    const { runDir } = this.options;
    return { log: this.logOf(key), socketDir: join(runDir, 's', id), published: join(runDir, 'x', `${id}.sock`) };
  }

  private logOf(key: SessionKey): string {
    return join(this.options.stateDir, 'logs', `${encodeURIComponent(key.owner)}~${encodeURIComponent(key.name)}.log`);
  }
}
