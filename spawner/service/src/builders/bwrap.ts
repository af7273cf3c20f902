import { EGRESS, LAUNCH, stage, START } from './bwrap-scripts.js';

/** Inside, everybody is this user; which host uid stands behind it is the engine's business. */
export const INSIDE_UID = 1000;
export const INSIDE_HOME = '/media/home';
export const INSIDE_SOCKET = '/run/datalabs/session/server.sock';
export const INSIDE_WARM_SOCKET = '/run/datalabs/session/warm.sock';

/** Descriptors of the launcher, counted from the first after stderr. */
export const FD = { options: 3, calls: 4, terminal: 5, status: 6, logEnd: 7 } as const;

export interface SandboxBind {
  source: string;
  target: string;
  mode: 'ro' | 'rw';
}

/** A session as bubblewrap needs it: host paths that the session's uid can reach, decided by the engine. */
export interface SandboxPlan {
  argv: string[];
  environment: Record<string, string>;
  /** The home, workspace, volumes and software, in any order. */
  binds: SandboxBind[];
  /** Directories in these that are shown empty. */
  covers?: string[];
  links: { path: string; target: string }[];
  network: 'none' | 'egress';
  /** Host directory of the session's socket, of the hub's socket, and of the generated /etc files. */
  socketDir: string;
  hubSocketDir: string;
  etcDir: string;
  /** `/bin` → `usr/bin` and the like, as this system has them. */
  systemLinks: { path: string; target: string }[];
  /** Existing paths outside /usr that programs need (certificates, fonts, Java’s configuration); no secrets among them. */
  systemPaths: string[];
  /** What the session may use in all: its files in memory are a part of it. */
  memoryBytes: number;
  /** Set where no cgroup may be used. */
  rlimits: { pids: number; memoryBytes: number } | null;
}

/**
 * Shares of the session's memory that files may take, in all no more than it has: a full /tmp is an error that a program can report, while a session out
 * of memory is killed. Where no cgroup may be used, nothing else bounds them.
 */
const IN_MEMORY = { '/tmp': 1 / 2, '/var/tmp': 1 / 4, '/dev/shm': 1 / 4 };

const ETC_FILES = ['passwd', 'group', 'hosts', 'nsswitch.conf'] as const;

const depth = (path: string) => path.split('/').length;
const isBelow = (path: string, parent: string) => path.startsWith(parent.endsWith('/') ? parent : `${parent}/`);
const parentOf = (path: string) => path.slice(0, Math.max(1, path.lastIndexOf('/')));

/**
 * All of bubblewrap's options, environment included. They reach it through a descriptor, never through its arguments. Protection comes first: whatever
 * follows happens inside it.
 */
export function buildSandboxOptions(plan: SandboxPlan): string[] {
  const options: string[] = ['--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup'];
  if (plan.network === 'none') options.push('--unshare-net');
  options.push(
    '--disable-userns', '--new-session', '--clearenv', '--cap-drop', 'ALL', '--as-pid-1',
    '--uid', String(INSIDE_UID), '--gid', String(INSIDE_UID), '--hostname', 'datalab',
    '--json-status-fd', String(FD.status), '--add-seccomp-fd', String(FD.calls), '--add-seccomp-fd', String(FD.terminal),
    '--ro-bind', '/usr', '/usr'
  );
  for (const link of plan.systemLinks) options.push('--symlink', link.target, link.path);
  options.push('--proc', '/proc', '--dev', '/dev');
  for (const [path, share] of Object.entries(IN_MEMORY)) {
    options.push('--perms', '1777', '--size', String(Math.ceil(plan.memoryBytes * share)), '--tmpfs', path);
  }
  // A tmpfs too, without a bound.
  options.push('--remount-ro', '/dev');
  for (const path of plan.systemPaths) options.push('--ro-bind', path, path);
  for (const name of ETC_FILES) options.push('--ro-bind', `${plan.etcDir}/${name}`, `/etc/${name}`);
  options.push('--ro-bind', `${plan.etcDir}/resolv.${plan.network}.conf`, '/etc/resolv.conf');
  options.push('--ro-bind', plan.hubSocketDir, '/run/datalabs/hub', '--bind', plan.socketDir, parentOf(INSIDE_SOCKET));

  // A parent before what lies in it, else the parent would hide it.
  const binds = [...plan.binds].sort((a, b) => depth(a.target) - depth(b.target) || (a.target < b.target ? -1 : 1));
  const covers = [...(plan.covers ?? [])].sort((a, b) => depth(a) - depth(b));
  let covered = 0;
  for (const bind of binds) {
    for (; covered < covers.length && depth(covers[covered]!) < depth(bind.target); covered++) options.push('--tmpfs', covers[covered]!);
    options.push(bind.mode === 'ro' ? '--ro-bind' : '--bind', bind.source, bind.target);
  }
  for (const cover of covers.slice(covered)) options.push('--tmpfs', cover);
  // Only now: what is mounted below one needs a place in it.
  for (const cover of covers) options.push('--remount-ro', cover);
  options.push(...buildLinks(plan.links, binds));

  const environment: Record<string, string> = {
    PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', USER: 'datalab', LOGNAME: 'datalab', SHELL: '/bin/bash',
    HOME: INSIDE_HOME, ...plan.environment
  };
  for (const name of Object.keys(environment).sort()) options.push('--setenv', name, environment[name] as string);
  // The root is a small tmpfs: read-only, so that a file saved in a wrong place is refused rather than lost.
  options.push('--remount-ro', '/', '--chdir', environment['HOME'] as string);
  return options;
}

/**
 * Links below a durable directory get a small read-only directory of their own over it: bubblewrap 0.8 fails on a link that exists since the last session, and a
 * link to a volume that is gone must not stay.
 */
function buildLinks(links: SandboxPlan['links'], binds: SandboxBind[]): string[] {
  const options: string[] = [];
  const covered = new Set<string>();
  for (const link of [...links].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const parent = parentOf(link.path);
    if (binds.some(bind => isBelow(parent, bind.target)) && !binds.some(bind => bind.target === parent) && !covered.has(parent)) {
      options.push('--tmpfs', parent);
      covered.add(parent);
    }
    options.push('--symlink', link.target, link.path);
  }
  for (const parent of covered) options.push('--remount-ro', parent);
  return options;
}

/** What bubblewrap starts as pid 1. tini hands signals to the whole group and ends the sandbox with its main program. */
export function buildInsideCommand(plan: Pick<SandboxPlan, 'argv' | 'rlimits'>): string[] {
  const command = ['tini', '-g', '--'];
  // --data rather than --as: Java and Node reserve far more address space than they use.
  if (plan.rlimits) command.push('prlimit', `--nproc=${plan.rlimits.pids}`, `--data=${plan.rlimits.memoryBytes}`, '--');
  return [...command, 'sh', '-c', START, 'datalab', ...plan.argv];
}

export interface LaunchPlan {
  log: string;
  /** Created by the log writer once the log is complete. */
  endMarker: string;
  /** `cgroup.procs` files to join, before anything else. */
  cgroups: string[];
  /** Host ids to drop to; null: stay who we are. */
  dropTo: { uid: number; gid: number } | null;
  staging: { directory: string; tun: boolean; binds: { source: string; target: string }[] } | null;
  network: 'none' | 'egress';
  /** As in the sandbox's plan. */
  socketDir: string;
  /** From buildInsideCommand. */
  inside: string[];
}

/** One chain of programs, each replacing the one before: the pid the hub recorded stays the session's. */
export function buildLaunchCommand(plan: LaunchPlan): string[] {
  // --norc: with a socket as its input bash takes itself for a remote shell and reads .bashrc.
  const command = ['bash', '--norc', '-c', LAUNCH, 'datalab-launch', plan.log, plan.endMarker, ...plan.cgroups, '--'];
  if (plan.staging) command.push(...stage(plan.staging));
  if (plan.dropTo) {
    command.push('setpriv', '--reuid', String(plan.dropTo.uid), '--regid', String(plan.dropTo.gid), '--clear-groups');
    command.push('--inh-caps=-all', '--bounding-set=-all', '--');
  }
  if (plan.network === 'egress') command.push('sh', '-c', EGRESS, 'datalab-egress', plan.socketDir);
  return [...command, 'bwrap', '--args', String(FD.options), '--', ...plan.inside];
}
