import { readFileSync } from 'node:fs';

/** A process is its pid and its start time: a pid alone may be somebody else's by now. */
export interface ProcessId {
  pid: number;
  /** Clock ticks since boot (field 22 of /proc/<pid>/stat). */
  startTime: string;
}

/** Null when there is no such process, or only its zombie. */
export function processId(pid: number): ProcessId | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold anything, blanks and parentheses too: count from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : { pid, startTime: fields[19]! };
  } catch {
    return null;
  }
}

export function isAlive(id: ProcessId): boolean {
  return processId(id.pid)?.startTime === id.startTime;
}

/** Sends a signal to that very process; false when it is gone. */
export function signalProcess(id: ProcessId, signal: NodeJS.Signals): boolean {
  if (!isAlive(id)) {
    return false;
  }
  try {
    process.kill(id.pid, signal);
    return true;
  } catch {
    return false;
  }
}
