import { readFileSync } from 'node:fs';

/** A process is its pid and its start time: a pid alone may be somebody else's by now. */
export interface ProcessId {
  pid: number;
  /** Clock ticks since boot (field 22 of /proc/<pid>/stat). */
  startTime: string;
}

/** Null when there is no such process, or only its zombie; with `parent` also when it is not a child of that one. */
export function processId(pid: number, parent?: number): ProcessId | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold anything, blanks and parentheses too: count from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const dead = fields[0] === 'Z' || fields[0] === 'X';
    return dead || (parent !== undefined && Number(fields[1]) !== parent) ? null : { pid, startTime: fields[19]! };
  } catch {
    return null;
  }
}

export function isAlive(id: ProcessId | null): boolean {
  return id !== null && processId(id.pid)?.startTime === id.startTime;
}

/** Sends a signal to that very process, or to its whole group with `group`; false when it is gone. */
export function signalProcess(id: ProcessId | null, signal: NodeJS.Signals, options: { group?: boolean } = {}): boolean {
  if (id === null || !isAlive(id)) {
    return false;
  }
  try {
    process.kill(options.group ? -id.pid : id.pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Names the time since this machine was started: a process of another is none. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'unknown';
  }
}
