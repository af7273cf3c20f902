import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmdirSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const CGROUP2_MAGIC = 0x63677270;
const CPU_PERIOD_US = 100_000;
const CONTROLLERS = '+memory +pids +cpu';

export interface CgroupLimits {
  cpu: number;
  memoryBytes: number;
  pids: number;
}

/** The groups of one session, as kept in its record. */
export interface SessionCgroups {
  version: 1 | 2;
  /** One directory on v2; one per controller on the hybrid, the unified one (for `cgroup.kill`) last. */
  directories: string[];
}

/**
 * Limits by control groups, v2 or v1 hybrid. Null from `create` means "no right here": the caller falls back to rlimits. The groups hang below the root of the
 * hierarchy rather than below the hub's own, because a service manager that ends the hub would end the sessions with it.
 */
export class Cgroups {
  /** Why limits are not available, or null. */
  readonly problem: string | null;
  private readonly version: 1 | 2;
  private readonly bases: string[] = [];

  constructor(private readonly options: { name: string; root?: string }) {
    const root = options.root ?? '/sys/fs/cgroup';
    this.version = isCgroup2(root) ? 2 : 1;
    this.problem = this.version === 2 ? this.prepareV2(root) : this.prepareV1(root);
  }

  create(id: string, limits: CgroupLimits): SessionCgroups | null {
    if (this.problem !== null) return null;
    const groups: SessionCgroups = { version: this.version, directories: this.bases.map(base => join(base, id)) };
    try {
      this.makeBases();
      for (const directory of groups.directories) mkdirSync(directory);
      limit(groups, limits);
    } catch (error) {
      removeCgroups(groups);
      throw error;
    }
    return groups;
  }

  /** Exist while a session does: `removeCgroups` takes them along with the last one. */
  private makeBases(): void {
    for (const base of this.bases) mkdirSync(base, { recursive: true });
    if (this.version === 2) write(this.bases[0] as string, 'cgroup.subtree_control', CONTROLLERS);
  }

  private prepareV2(root: string): string | null {
    const parent = writableAncestor(root, ownPath('0') ?? '/');
    if (parent === null) return 'the control groups are not writable';
    const base = join(parent, this.options.name);
    this.bases.push(base);
    try {
      tryWrite(parent, 'cgroup.subtree_control', CONTROLLERS);
      this.makeBases();
      return null;
    } catch (error) {
      return `the control group ${base} cannot be used (${(error as Error).message})`;
    } finally {
      tryRemove(base);
    }
  }

  private prepareV1(root: string): string | null {
    for (const controller of ['memory', 'pids', 'cpu']) {
      const base = writableAncestor(join(root, controller), ownPath(controller) ?? '/');
      if (base === null) return `the ${controller} control group is not writable`;
      this.bases.push(join(base, this.options.name));
    }
    const unified = join(root, 'unified');
    if (isCgroup2(unified)) {
      const base = writableAncestor(unified, ownPath('0') ?? '/');
      if (base !== null) this.bases.push(join(base, this.options.name));
    }
    return null;
  }
}

function limit({ version, directories }: SessionCgroups, limits: CgroupLimits): void {
  if (version === 2) {
    const directory = directories[0] as string;
    write(directory, 'memory.max', String(limits.memoryBytes));
    tryWrite(directory, 'memory.swap.max', '0');
    write(directory, 'pids.max', String(limits.pids));
    write(directory, 'cpu.max', `${Math.round(limits.cpu * CPU_PERIOD_US)} ${CPU_PERIOD_US}`);
    return;
  }
  const [memory, pids, cpu] = directories as [string, string, string];
  write(memory, 'memory.limit_in_bytes', String(limits.memoryBytes));
  tryWrite(memory, 'memory.memsw.limit_in_bytes', String(limits.memoryBytes));
  write(pids, 'pids.max', String(limits.pids));
  write(cpu, 'cpu.cfs_period_us', String(CPU_PERIOD_US));
  write(cpu, 'cpu.cfs_quota_us', String(Math.round(limits.cpu * CPU_PERIOD_US)));
}

/** Kills all members. False when nothing was there to kill or the kernel has no `cgroup.kill` (then one signal each, once). */
export function killCgroups(groups: SessionCgroups): void {
  for (const directory of [...groups.directories].reverse()) {
    if (existsSync(join(directory, 'cgroup.kill'))) {
      tryWrite(directory, 'cgroup.kill', '1');
      return;
    }
  }
  for (const pid of members(groups)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone meanwhile.
    }
  }
}

/** Members that are more than zombies are not told apart: a zombie leaves its group when it is reaped. */
export function members(groups: SessionCgroups): number[] {
  const text = groups.directories[0] === undefined ? '' : read(groups.directories[0], 'cgroup.procs');
  return text.split('\n').filter(line => line !== '').map(Number);
}

export function wasOutOfMemory(groups: SessionCgroups | null): boolean {
  const directory = groups?.directories[0];
  if (directory === undefined) return false;
  const text = read(directory, groups?.version === 2 ? 'memory.events' : 'memory.oom_control');
  return Number(/^oom_kill (\d+)/m.exec(text)?.[1] ?? 0) > 0;
}

/** The limit and the peak of all members together, bytes; null where the kernel does not say. */
export function memoryOf(groups: SessionCgroups | null): { limitBytes: number; peakBytes: number } | null {
  const directory = groups?.directories[0];
  if (directory === undefined) return null;
  const [limit, peak] = groups?.version === 2 ? ['memory.max', 'memory.peak'] : ['memory.limit_in_bytes', 'memory.max_usage_in_bytes'];
  const [limitBytes, peakBytes] = [Number.parseInt(read(directory, limit), 10), Number.parseInt(read(directory, peak), 10)];
  return Number.isFinite(limitBytes) && Number.isFinite(peakBytes) ? { limitBytes, peakBytes } : null;
}

/** Memory that its members hold and the kernel cannot take back; null where it does not say. */
export function usedMemory(groups: SessionCgroups | null): number | null {
  const directory = groups?.directories[0];
  const found = directory === undefined ? null : /^(?:total_rss|anon) (\d+)$/m.exec(read(directory, 'memory.stat'));
  return found === null ? null : Number(found[1]);
}

/** Who gets the processor when there is not enough for all: a sandbox that only warms is to be felt by nobody. */
export function setShare(groups: SessionCgroups | null, share: 'least' | 'usual'): void {
  if (groups === null) return;
  if (groups.version === 2) tryWrite(groups.directories[0] as string, 'cpu.weight', share === 'least' ? '1' : '100');
  else tryWrite(groups.directories[2] as string, 'cpu.shares', share === 'least' ? '2' : '1024');
}

export function warmGently(groups: SessionCgroups | null, hurry?: AbortSignal): void {
  setShare(groups, hurry?.aborted ? 'usual' : 'least');
  hurry?.addEventListener('abort', () => setShare(groups, 'usual'), { once: true });
}

/** True once all are gone; a group that still has a member cannot be removed. */
export function removeCgroups(groups: SessionCgroups): boolean {
  let removed = true;
  for (const directory of groups.directories) {
    removed = tryRemove(directory) && removed;
    // Refused while it holds another session.
    tryRemove(dirname(directory));
  }
  return removed;
}

function tryRemove(directory: string): boolean {
  try {
    rmdirSync(directory);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

function isCgroup2(path: string): boolean {
  try {
    return statfsSync(path).type === CGROUP2_MAGIC;
  } catch {
    return false;
  }
}

/** This process's path in one hierarchy: '0' is the unified one. */
function ownPath(controller: string): string | null {
  for (const line of readFileSync('/proc/self/cgroup', 'utf8').split('\n')) {
    const [id, controllers, ...path] = line.split(':');
    if (controller === '0' ? id === '0' : controllers?.split(',').includes(controller)) return path.join(':');
  }
  return null;
}

/** The highest writable directory between the hierarchy's root and our own group. */
function writableAncestor(root: string, own: string): string | null {
  const chain: string[] = [root];
  for (let path = join(root, own); path.length > root.length; path = dirname(path)) chain.splice(1, 0, path);
  return chain.find(isWritable) ?? null;
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    accessSync(join(directory, 'cgroup.procs'), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function write(directory: string, file: string, value: string): void {
  writeFileSync(join(directory, file), value);
}

function tryWrite(directory: string, file: string, value: string): void {
  try {
    write(directory, file, value);
  } catch {
    // Optional on this kernel.
  }
}

function read(directory: string, file: string): string {
  try {
    return readFileSync(join(directory, file), 'utf8');
  } catch {
    return '';
  }
}
