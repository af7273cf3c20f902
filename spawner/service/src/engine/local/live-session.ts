import type { ChildProcess } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import type { SessionExit } from '../../ports/engine.js';
import { killCgroups, memoryOf, removeCgroups, wasOutOfMemory } from './cgroups.js';
import { notRunning } from './failures.js';
import { removeTree } from './files.js';
import { logEndOf } from './launch.js';
import { readTail } from './logs.js';
import { isAlive, processId, signalProcess, type ProcessId } from '../../processes/process.js';
import type { Records, SessionRecord } from './records.js';

const TAIL_LINES = 50;
/** How long the log writer may take to drain what the session left, and the kernel to take a killed tree down. */
const DRAIN_MS = 1_000;
const KILL_MS = 5_000;

export interface SessionPaths {
  log: string;
  socketDir: string;
  /** The name of the socket that the proxy uses. */
  published: string;
}

/** One running process tree: started by this hub process, or adopted. */
export class LiveSession {
  stopping = false;
  /** Resolves once nothing of the tree is left and its traces are removed. */
  readonly ended: Promise<SessionExit>;
  private settle: (exit: SessionExit) => void = () => undefined;
  private finishing = false;
  private draining = false;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    readonly record: SessionRecord,
    private readonly options: { records: Records; paths: SessionPaths; child: ChildProcess | null }
  ) {
    this.ended = new Promise(resolve => (this.settle = resolve));
    const { child } = options;
    if (child === null) return;
    const logEnd = logEndOf(child);
    const drained = new Promise<void>(resolve => logEnd.once('close', () => resolve()));
    logEnd.on('error', () => undefined).resume();
    child.once('exit', (code, name) => {
      void within(drained, DRAIN_MS).then(() => this.finish(code, name));
    });
  }

  get isOwnChild(): boolean {
    return this.options.child !== null;
  }

  /** Learns the sandbox's pid 1; true once it is known. */
  refreshInner(): boolean {
    const { record } = this;
    if (record.inner === null) {
      const { childPid } = this.options.records.status(record.id);
      if (childPid !== null) record.inner = processId(childPid, record.outer.pid);
    }
    return record.inner !== null;
  }

  /** Pid 1 of a sandbox that lives; throws `unknown-session` else. */
  inner(): ProcessId {
    const inner = this.refreshInner() ? this.record.inner : null;
    if (inner === null || !isAlive(inner)) throw notRunning();
    return inner;
  }

  /** Changes of what is mounted, one after the other: two for one place would lie over each other. */
  inTurn<T>(act: (inner: ProcessId) => Promise<T>): Promise<T> {
    const done = this.turn.then(() => act(this.inner()));
    this.turn = done.catch(() => undefined);
    return done;
  }

  /** For an adopted tree, whose end the kernel tells nobody: looks, and finishes when it is gone. */
  poke(): void {
    if (this.isOwnChild || this.draining || isAlive(this.record.outer)) return;
    this.draining = true;
    const { exitCode } = this.options.records.status(this.record.id);
    void this.drained().then(() => this.finish(exitCode, null));
  }

  /** The log writer ends a moment after the session; its mark says that the last lines are in the file. */
  private async drained(): Promise<void> {
    const mark = this.options.records.path(this.record.id, 'ended');
    for (let tries = 0; !existsSync(mark) && tries < DRAIN_MS / 10; tries++) await new Promise(resolve => setTimeout(resolve, 10));
  }

  get log(): string {
    return this.options.paths.log;
  }

  /** A warm sandbox writes another log from when it is a session. */
  set log(path: string) {
    this.options.paths.log = path;
  }

  /** Leaves it to the next hub process: what this one would still do at its end, two would do. */
  abandon(): void {
    if (!this.stopping) this.finishing = true;
  }

  logTail(lines: number): string[] {
    return readTail(this.options.paths.log, lines);
  }

  /** TERM to pid 1 of the sandbox, which hands it to the program's group; KILL for whatever is left after the grace. */
  async stop(graceMs: number): Promise<void> {
    this.stopping = true;
    this.refreshInner();
    if (graceMs > 0 && signalProcess(this.record.inner, 'SIGTERM') && (await this.endsWithin(graceMs))) return;
    await this.kill();
  }

  async kill(): Promise<void> {
    // Pid 1 first: with it the kernel ends everything in the sandbox, and the outer process still reports.
    this.refreshInner();
    if (signalProcess(this.record.inner, 'SIGKILL') && (await this.endsWithin(DRAIN_MS))) return;
    this.killAll();
    await this.endsWithin(KILL_MS);
  }

  private killAll(): void {
    signalProcess(this.record.inner, 'SIGKILL');
    signalProcess(this.record.outer, 'SIGKILL', { group: true });
    if (this.record.cgroups !== null) killCgroups(this.record.cgroups);
  }

  private async endsWithin(ms: number): Promise<boolean> {
    const stopAt = performance.now() + ms;
    while (!this.isOwnChild && !this.draining && performance.now() < stopAt) {
      // Not our child: /proc is the only place that tells.
      await new Promise(resolve => setTimeout(resolve, 10));
      this.poke();
    }
    return within(this.ended.then(() => undefined), Math.max(0, stopAt - performance.now()) + (this.finishing || this.draining ? 2 * DRAIN_MS : 0));
  }

  private async finish(code: number | null, name: NodeJS.Signals | null): Promise<void> {
    if (this.finishing) return;
    this.finishing = true;
    const { record } = this;
    this.refreshInner();
    const outOfMemory = wasOutOfMemory(record.cgroups);
    const memory = memoryOf(record.cgroups);
    this.killAll();
    const logTail = this.logTail(TAIL_LINES);
    await this.removeTraces();
    // Shells and bubblewrap report a signal as 128 + its number.
    const killedBy = name ?? (code !== null && code > 128 ? signalName(code - 128) : null);
    const reason = this.stopping ? 'stopped' : code === 0 ? 'exited' : outOfMemory ? 'out-of-memory' : 'crashed';
    this.settle({ key: record.key, startId: record.startId, reason, exitCode: code, signal: killedBy, logTail, ...(memory && { memory }) });
  }

  private async removeTraces(): Promise<void> {
    const { records, paths } = this.options;
    const { cgroups, id } = this.record;
    // A group is busy until the last killed member is reaped, some milliseconds.
    for (let tries = 0; cgroups !== null && !removeCgroups(cgroups) && tries < 100; tries++) {
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    rmSync(paths.published, { force: true });
    await removeTree(paths.socketDir);
    records.remove(id);
  }
}

function signalName(number: number): string | null {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? null;
}

/** True when the promise settled in time. The timer never keeps the process alive. */
export async function within(promise: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>(resolve => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const done = await Promise.race([promise.then(() => true as const), late]);
  clearTimeout(timer);
  return done;
}
