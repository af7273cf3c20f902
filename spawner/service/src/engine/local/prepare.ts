import { accessSync, constants, existsSync, linkSync, lstatSync, mkdirSync, chmodSync, chownSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxBind } from '../../builders/bwrap.js';
import { DomainError } from '../../domain/errors.js';
import type { Mount, SessionSpec } from '../../ports/engine.js';
import { INSIDE_HOME } from '../../builders/bwrap.js';
import { isReachable } from './files.js';
import { clearMountPoints } from './mount-points.js';
import { run } from './process.js';

const TUN = '/dev/net/tun';
/** Mount point of the private tmpfs that staged sources are bound to. */
const STAGE_DIRECTORY = '/run/jupyter-datalabs';

export interface Owner {
  uid: number;
  gid: number;
}

/** Every mount of a session, each with a directory that exists, or `volume-unreachable`. What lies in the state directory is created and given to its owner. */
export async function prepareBinds(options: {
  spec: SessionSpec;
  softwareMounts: Mount[];
  stateDir: string;
  /** Null: the hub's own user. */
  owner: Owner | null;
}): Promise<SandboxBind[]> {
  const { spec, owner } = options;
  const byTarget = new Map<string, Mount>();
  const home: Mount = { source: spec.home, target: INSIDE_HOME, mode: 'rw' };
  for (const mount of [...options.softwareMounts, home, ...spec.mounts]) byTarget.set(mount.target, mount);
  const binds: SandboxBind[] = [];
  for (const mount of byTarget.values()) {
    const isOurs = mount.mode === 'rw' && (mount === home || mount.source.startsWith(`${options.stateDir}/`));
    if (isOurs) await ensureOwned(mount.source, owner);
    binds.push({ ...mount, source: resolveSource(mount) });
  }
  clearMountPoints(binds, spec.links);
  return binds;
}

function resolveSource(mount: Mount): string {
  try {
    // The stage makes directories alone to bind to.
    if (!statSync(mount.source).isDirectory()) throw Object.assign(new Error(`${mount.source} is no directory`), { code: 'ENOTDIR' });
    return realpathSync(mount.source);
  } catch (cause) {
    throw new DomainError('volume-unreachable', `${mount.target} cannot be mounted: its source is missing, is no directory or cannot be read.`, {
      action: 'Ask the operator to check where it is stored, or start without it.',
      // Where it lies on the host is in the cause, for the hub's own log: users read this one.
      log: [`${mount.target}: ${(cause as NodeJS.ErrnoException).code ?? 'unreadable'}`],
      cause
    });
  }
}

/** A changed owner happens once: on creation, or when a hub that ran as somebody else now runs as root. */
async function ensureOwned(directory: string, owner: Owner | null): Promise<void> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (owner === null || statSync(directory).uid === owner.uid) return;
  const { code, output } = await run('chown', ['-R', '-h', '-P', `${owner.uid}:${owner.gid}`, directory], 120_000);
  if (code !== 0) throw new Error(`chown ${directory}: ${output}`);
}

/** Replaces sources that the session's uid cannot reach, and those of volumes, by staged ones. An ordinary user can stage nothing. */
export class Staging {
  readonly binds: { source: string; target: string }[] = [];
  constructor(private readonly uid: number | null) {}

  place(source: string, isVolume = false): string {
    if (this.uid === null || (!isVolume && isReachable(source, this.uid))) return source;
    const known = this.binds.find(bind => bind.source === source);
    if (known) return known.target;
    const target = `${STAGE_DIRECTORY}/${this.binds.length}`;
    this.binds.push({ source, target });
    return target;
  }

  /** Null when every source can be reached as it is. */
  result(network: 'none' | 'egress'): { directory: string; tun: boolean; binds: { source: string; target: string }[] } | null {
    const tun = this.uid !== null && network === 'egress' && (statSync(TUN).mode & 0o006) !== 0o006;
    return this.binds.length === 0 && !tun ? null : { directory: STAGE_DIRECTORY, tun, binds: this.binds };
  }
}

/** `<runDir>/s/<id>`: where the session binds its socket; nobody but its uid may enter. */
export function makeSocketDirectory(path: string, owner: Owner | null): void {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { mode: 0o700 });
  chmodSync(path, 0o700);
  if (owner !== null) chownSync(path, owner.uid, owner.gid);
}

/** Socket directories and published sockets without a record: of a machine that went down, or of a hub killed before it wrote one. */
export function findOrphans(runDir: string, known: Set<string>): string[] {
  return ['s', 'x'].flatMap(name =>
    readdirSync(join(runDir, name)).filter(file => !known.has(file.replace(/\.sock$/, ''))).map(file => join(runDir, name, file))
  );
}

/**
 * Gives the bound socket a second name in a directory that the session cannot write. The proxy uses that one: else a session could put a symbolic link in
 * the place of its socket and have the proxy connect, with the hub's rights, to any socket of the host. False: not a socket.
 */
export function publishSocket(socket: string, published: string): boolean {
  rmSync(published, { force: true });
  linkSync(socket, published);
  if (lstatSync(published).isSocket()) return true;
  rmSync(published, { force: true });
  return false;
}

/** Why egress sessions cannot run here, with the next action; null when they can. */
export function egressProblem(): { what: string; action: string } | null {
  const missing = [['pasta', 'passt'], ['ip', 'iproute2']].filter(([program]) => !isInstalled(program as string));
  if (missing.length > 0) {
    const packages = missing.map(([, name]) => name).join(' ');
    return { what: `${missing.map(([program]) => program).join(' and ')} is not installed`, action: `Run “apt-get install ${packages}” as root.` };
  }
  try {
    accessSync(TUN, constants.R_OK | constants.W_OK);
    return null;
  } catch {
    return { what: `${TUN} cannot be opened`, action: `Load the tun module and run “chmod 666 ${TUN}” as root.` };
  }
}

export function requireEgress(): void {
  const problem = egressProblem();
  if (problem === null) return;
  throw new DomainError('egress-unavailable', `This datalab needs the network, which is not available here: ${problem.what}.`, { action: problem.action });
}

export function isInstalled(program: string): boolean {
  return ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'].some(directory => existsSync(join(directory, program)));
}
