import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/** One sandbox as the kernel sees it, whatever the hub believes. */
export interface Sandbox {
  /** Private directory of its entrance, unique to one start. */
  entrance: string;
  /** Session name: '' is the home; null when no process of it carries one. */
  session: string | null;
  pids: number[];
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // The process ended between listing and reading, or is not ours.
    return null;
  }
}

function pids(): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number);
}

/** False for a missing process and for a zombie, which only waits to be reaped. */
export function isAlive(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`);
  return stat !== null && !/\) [ZX] /.test(stat);
}

function namespaceOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return null;
  }
}

function environment(pid: number, name: string): string | null {
  const entry = read(`/proc/${pid}/environ`)
    ?.split('\0')
    .find(item => item.startsWith(`${name}=`));
  return entry === undefined ? null : entry.slice(name.length + 1);
}

export function commandLine(pid: number): string[] {
  return (read(`/proc/${pid}/cmdline`) ?? '').split('\0').filter(Boolean);
}

/**
 * Sandboxes of the hub with this state directory, found by what is mounted in them and grouped by pid namespace. The hub's own records take no part,
 * so a doubled or leaked session cannot hide.
 */
export function sandboxesOf(state: string): Sandbox[] {
  // The mount table counts from the root of its file system and escapes spaces.
  const mark = `/${basename(state)}/`.replaceAll(' ', '\\040');
  const own = namespaceOf(process.pid);
  const found = new Map<string, Sandbox>();
  for (const pid of pids()) {
    const namespace = namespaceOf(pid);
    if (namespace === null || namespace === own || !isAlive(pid)) {
      continue;
    }
    const mount = (read(`/proc/${pid}/mountinfo`) ?? '')
      .split('\n')
      .map(line => line.split(' '))
      .find(fields => fields[4] === '/run/datalabs/session' && fields[3]?.includes(mark));
    if (!mount) {
      continue;
    }
    const sandbox = found.get(namespace) ?? { entrance: mount[3]!, session: null, pids: [] };
    sandbox.session ??= environment(pid, 'JUPYTERHUB_SERVER_NAME');
    sandbox.pids.push(pid);
    found.set(namespace, sandbox);
  }
  return [...found.values()];
}

/** Processes on the host that name the hub's state directory: hub, proxy, network helpers. */
export function processesNaming(path: string): { pid: number; command: string }[] {
  return pids()
    .filter(pid => pid !== process.pid && isAlive(pid))
    .map(pid => ({ pid, command: commandLine(pid).join(' ') }))
    .filter(({ command }) => command.includes(path));
}
