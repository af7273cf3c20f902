import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process is (pid, start time), never a pid alone: pids are used again. */
export interface ProcessId {
  pid: number;
  /** Field 22 of /proc/<pid>/stat: clock ticks since boot. */
  startTime: string;
}

interface Stat {
  state: string;
  parent: number;
  startTime: string;
}

function readStat(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command in parentheses may hold spaces and parentheses of its own.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', parent: Number(fields[1]), startTime: fields[19] ?? '' };
  } catch {
    return null;
  }
}

/** Null when there is no such process or only its zombie. */
export function identify(pid: number): ProcessId | null {
  const stat = readStat(pid);
  return stat === null || isDead(stat) ? null : { pid, startTime: stat.startTime };
}

/** Like identify, but only if the process is a child of the given one. */
export function identifyChild(pid: number, parent: number): ProcessId | null {
  const stat = readStat(pid);
  return stat === null || isDead(stat) || stat.parent !== parent ? null : { pid, startTime: stat.startTime };
}

export function isAlive(process: ProcessId | null): boolean {
  if (process === null) return false;
  const stat = readStat(process.pid);
  return stat !== null && !isDead(stat) && stat.startTime === process.startTime;
}

function isDead(stat: Stat): boolean {
  return stat.state === 'Z' || stat.state === 'X';
}

/** Signals one process, or its whole group with `group`; does nothing when that process is not the recorded one any more. */
export function signal(target: ProcessId | null, name: NodeJS.Signals, options: { group?: boolean } = {}): boolean {
  if (target === null || !isAlive(target)) return false;
  try {
    process.kill(options.group ? -target.pid : target.pid, name);
    return true;
  } catch {
    return false;
  }
}

export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'unknown';
  }
}

export interface Ran {
  code: number | null;
  output: string;
}

/** Runs a short program to its end; never rejects. A missing program has code 127. */
export function run(command: string, args: string[], timeoutMs = 10_000): Promise<Ran> {
  return new Promise(resolve => {
    execFile(command, args, { timeout: timeoutMs, env: toolEnvironment() }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : error.code === 'ENOENT' ? 127 : null;
      resolve({ code, output: `${stdout}${stderr}`.trim() });
    });
  });
}

/** For the launcher and its tools: the hub's own environment may hold secrets. */
export function toolEnvironment(path?: string): NodeJS.ProcessEnv {
  return { PATH: path ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };
}
