import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const alive = (child: ChildProcess) => child.exitCode === null && child.signalCode === null;

/** Signal a process group led by `child`; nothing happens when it is gone. */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-(child.pid ?? NaN), signal);
  } catch {
    child.kill(signal);
  }
}

/** End a process group: TERM, and KILL after `grace` milliseconds. */
export async function endGroup(child: ChildProcess, grace: number): Promise<void> {
  if (child.pid === undefined) {
    return;
  }
  if (alive(child)) {
    const gone = once(child, 'exit');
    signalGroup(child, 'SIGTERM');
    const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), grace);
    await gone;
    clearTimeout(timer);
  }
}
