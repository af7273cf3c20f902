import { createHash, randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildInsideCommand, buildLaunchCommand, buildSandboxOptions } from '../../builders/bwrap.js';
import type { Engine, Mount, RunningSession, SessionExit, SessionKey, SessionSpec, StartStep } from '../../ports/engine.js';
import { Cgroups, removeCgroups, type SessionCgroups } from './cgroups.js';
import { checkMachine } from './checks.js';
import { alreadyRunning, cancelled, startFailure } from './failures.js';
import { asDomainError, removeTree } from './files.js';
import { spawnLauncher } from './launch.js';
import { LiveSession, type SessionPaths } from './live-session.js';
import type { EngineLogger } from './logger.js';
import { readTail } from './logs.js';
import { findOrphans, makeSocketDirectory, prepareBinds, publishSocket, requireEgress, Staging, type Owner } from './prepare.js';
import { bootId, identify, isAlive } from './process.js';
import { Records, type SessionRecord } from './records.js';
import { describeSystem, writeEtc } from './system.js';
import { UidMap } from './uids.js';

const DEFAULT_GRACE_MS = 5_000;
/** The kernel tells nobody about the end of a process that is not a child; only adopted sessions are looked at. */
const ADOPTED_CHECK_MS = 1_000;
const SECCOMP_DIRECTORY = fileURLToPath(new URL('../../../seccomp', import.meta.url));
const ARCHITECTURES: Partial<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };

export interface LocalEngineOptions {
  /** Homes, logs and the uid map. */
  stateDir: string;
  /** Sockets and records; short enough for a socket's path (107 bytes in all). */
  runDir: string;
  /** The directory of a session's way to the hub, not the socket: a hub that restarts makes a new socket in it. */
  hubSocketDir: (key: SessionKey) => string;
  /** Mounted in every session. */
  softwareMounts: Mount[];
  logger: EngineLogger;
  clock?: { now(): number };
  random?: () => string;
}

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

  async start(spec: SessionSpec, options: { signal: AbortSignal; onStep: (step: StartStep) => void }): Promise<RunningSession> {
    await this.adopt();
    const name = nameOf(spec.key);
    // From here to the reservation nothing awaits: of many parallel starts one wins.
    if (this.entries.has(name)) throw alreadyRunning();
    if (options.signal.aborted) throw cancelled(options.signal);
    const abort = new AbortController();
    let settle = () => {};
    const settled = new Promise<void>(resolve => (settle = resolve));
    this.entries.set(name, { state: 'starting', abort, settled });
    const signal = AbortSignal.any([options.signal, abort.signal]);
    try {
      const { session, running } = await this.launch(spec, signal, options.onStep);
      this.register(session, running);
      return running;
    } catch (error) {
      this.entries.delete(name);
      throw asDomainError(error);
    } finally {
      settle();
    }
  }

  async stop(key: SessionKey, options: { graceMs?: number } = {}): Promise<boolean> {
    await this.adopt();
    const entry = this.entries.get(nameOf(key));
    if (entry === undefined) return false;
    if (entry.state === 'starting') {
      entry.abort.abort();
      await entry.settled;
      // The socket may have appeared in the very moment of the abort.
      return this.entries.has(nameOf(key)) ? this.stop(key, options) : true;
    }
    if (!entry.session.stopping) await entry.session.stop(options.graceMs ?? DEFAULT_GRACE_MS);
    await entry.session.ended;
    return true;
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

  close(): Promise<void> {
    this.watcher.close();
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    this.listeners.clear();
    for (const entry of this.entries.values()) if (entry.state === 'running') entry.session.abandon();
    return Promise.resolve();
  }

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
    await Promise.all([...leftovers.map(session => session.kill()), ...orphans.map(removeTree)]);
  }

  /** Ids whose record belongs to a start of this very process. */
  private readonly launching = new Set<string>();

  private async launch(
    spec: SessionSpec,
    signal: AbortSignal,
    onStep: (step: StartStep) => void
  ): Promise<{ session: LiveSession; running: RunningSession }> {
    const id = createHash('sha256').update(`${nameOf(spec.key)}\0${spec.startId}\0${this.random()}`).digest('hex').slice(0, 16);
    const paths = this.pathsOf(id, spec.key);
    this.launching.add(id);
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
      onStep('starting');
      session = this.spawn({ spec, id, paths, owner, binds, cgroups });
      await this.entrance(session, paths, signal, onStep);
      const { record } = session;
      if (!publishSocket(join(paths.socketDir, 'server.sock'), paths.published)) throw startFailure(await this.killed(session));
      session.refreshInner();
      record.state = 'running';
      record.startedAt = this.now();
      this.records.write(record);
      return { session, running: runningOf(record) };
    } catch (error) {
      if (session !== null) await session.kill();
      else {
        rmSync(paths.socketDir, { recursive: true, force: true });
        this.records.remove(id);
        if (cgroups !== null) removeCgroups(cgroups);
      }
      throw error;
    } finally {
      this.launching.delete(id);
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
    const { spec, id, paths, owner, cgroups } = options;
    const staging = new Staging(owner?.uid ?? null);
    this.system ??= describeSystem();
    const sandbox = {
      argv: spec.argv,
      environment: spec.environment,
      binds: options.binds.map(bind => ({ ...bind, source: staging.place(bind.source) })),
      links: spec.links,
      network: spec.network,
      socketDir: staging.place(paths.socketDir),
      hubSocketDir: staging.place(this.options.hubSocketDir(spec.key)),
      etcDir: staging.place(join(this.options.runDir, 'etc')),
      systemLinks: this.system.links,
      systemPaths: this.system.paths,
      memoryBytes: spec.resources.memoryBytes,
      rlimits: cgroups === null ? { pids: spec.resources.pids, memoryBytes: spec.resources.memoryBytes } : null
    };
    const command = buildLaunchCommand({
      log: paths.log,
      endMarker: this.records.path(id, 'ended'),
      cgroups: (cgroups?.directories ?? []).map(directory => join(directory, 'cgroup.procs')),
      dropTo: owner,
      staging: staging.result(spec.network),
      network: spec.network,
      inside: buildInsideCommand(sandbox)
    });
    rmSync(`${paths.log}.1`, { force: true });
    if (existsSync(paths.log)) renameSync(paths.log, `${paths.log}.previous`);
    const { child, go } = spawnLauncher(command, buildSandboxOptions(sandbox), {
      log: paths.log,
      options: this.records.path(id, 'options'),
      calls: this.seccompFile('calls'),
      terminal: this.seccompFile('terminal'),
      status: this.records.path(id, 'status')
    });
    const outer = child.pid === undefined ? null : identify(child.pid);
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

  /** Resolves once the socket is bound: the directory tells, nothing asks again and again. */
  private async entrance(session: LiveSession, paths: SessionPaths, signal: AbortSignal, onStep: (step: StartStep) => void): Promise<void> {
    const socket = join(paths.socketDir, 'server.sock');
    const done = new AbortController();
    try {
      const appeared = new Promise<'bound'>((resolve, reject) => {
        const look = () => existsSync(socket) && resolve('bound');
        const watcher = watch(paths.socketDir, { signal: done.signal }, look);
        watcher.on('error', reject);
        look();
      });
      let told = false;
      const tell = () => {
        if (told) return;
        told = true;
        onStep('listening');
      };
      const lookInside = () => session.refreshInner() && !done.signal.aborted && tell();
      watch(this.records.directory, { signal: done.signal }, lookInside).on('error', () => undefined);
      lookInside();
      const aborted = new Promise<'aborted'>(resolve => {
        if (signal.aborted) resolve('aborted');
        signal.addEventListener('abort', () => resolve('aborted'), { once: true, signal: done.signal });
      });
      const outcome = await Promise.race([appeared, aborted, session.ended]);
      if (outcome === 'aborted') throw cancelled(signal);
      if (outcome !== 'bound') throw startFailure(outcome);
      tell();
    } finally {
      done.abort();
    }
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

function runningOf(record: SessionRecord): RunningSession {
  const { key, startId, datalab, datalabVersion: version, kind, target, startedAt, network } = record;
  return { key, startId, datalab, version, kind, target, startedAt, network };
}
