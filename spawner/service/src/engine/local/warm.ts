import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { warmSpecOf } from '../../builders/environment.js';
import type { Mount, SessionSpec, WarmSandbox, WarmSpec } from '../../ports/engine.js';
import { usedMemory } from './cgroups.js';
import type { LiveSession, SessionPaths } from './live-session.js';

/** Name of the socket on which a program waits for its session. */
export const WARM_SOCKET = 'warm.sock';

/** A sandbox that waits. It is somebody's session once `take` has said yes, and a dead one after `discard`. */
export class LocalWarm implements WarmSandbox {
  readonly gone: Promise<void>;
  private state: 'waiting' | 'taken' | 'gone' = 'waiting';
  private settle: () => void = () => undefined;

  constructor(
    readonly spec: WarmSpec,
    readonly session: LiveSession,
    readonly paths: SessionPaths,
    readonly door: string,
    private readonly sources: string
  ) {
    this.gone = new Promise(resolve => (this.settle = resolve));
    void session.ended.then(() => {
      if (this.state !== 'taken') removeWarmTraces(door, paths.log);
      this.state = 'gone';
      this.settle();
    });
  }

  /** True for one caller, if it is exactly what that session would be: everything it has mounted is still the same thing. */
  take(spec: SessionSpec, sources: string): boolean {
    if (this.state !== 'waiting' || sources !== this.sources || !isDeepStrictEqual(warmSpecOf(spec), this.spec)) return false;
    this.state = 'taken';
    this.settle();
    return true;
  }

  memoryBytes(): number | null {
    return usedMemory(this.session.record.cgroups);
  }

  async discard(): Promise<void> {
    if (this.state === 'taken') return;
    this.state = 'gone';
    await this.session.kill();
  }
}

export function removeWarmTraces(door: string, log: string): void {
  rmSync(door, { recursive: true, force: true });
  for (const file of [log, `${log}.1`, `${log}.previous`]) rmSync(file, { force: true });
}

/** Changes when a directory that a sandbox has mounted is exchanged for another, or the software in it is. */
export function identityOf(mounts: Pick<Mount, 'source'>[], software: Mount[]): string {
  const stamp = (path: string, changes: boolean) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat === undefined ? '-' : `${stat.dev}:${stat.ino}${changes ? `:${stat.mtimeMs}` : ''}`;
  };
  const packages = software.flatMap(({ source }) => {
    const lib = join(source, 'lib');
    if (!statSync(lib, { throwIfNoEntry: false })?.isDirectory()) return [];
    return readdirSync(lib).filter(name => name.startsWith('python3')).map(name => stamp(join(lib, name, 'site-packages'), true));
  });
  return [...mounts.map(mount => stamp(mount.source, false)), ...software.map(mount => stamp(mount.source, false)), ...packages].join(' ');
}

/** A directory for the hub's socket with nothing in it, beside those of sessions. */
export function makeEmptyDoor(directory: string): void {
  mkdirSync(dirname(directory), { recursive: true });
  mkdirSync(directory);
  chmodSync(directory, 0o711);
}

/** The sandbox has mounted a directory, not a name: it takes the place of the session's, and what was in that one comes along. A socket that is listened to stays so. */
export function moveDoor(from: string, to: string): void {
  const entries = statSync(to, { throwIfNoEntry: false }) === undefined ? [] : readdirSync(to);
  for (const name of entries) renameSync(join(to, name), join(from, name));
  renameSync(from, to);
}

/** Tells a waiting program whose session it is. */
export function handOver(socket: string, message: { environment: Record<string, string>; argv: string[] }): Promise<void> {
  return new Promise((resolve, reject) => {
    const connection = connect(socket);
    connection.on('error', reject).on('connect', () => connection.end(JSON.stringify(message), resolve));
    connection.on('close', () => resolve()).resume();
  });
}
