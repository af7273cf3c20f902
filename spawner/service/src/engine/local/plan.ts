import { buildInsideCommand, buildLaunchCommand, type SandboxBind, type SandboxPlan } from '../../builders/bwrap.js';
import type { SessionSpec } from '../../ports/engine.js';
import type { SessionCgroups } from './cgroups.js';
import type { SessionPaths } from './live-session.js';
import { Staging, type Owner } from './prepare.js';
import type { describeSystem } from './system.js';
import { join } from 'node:path';

const isVolume = (target: string): boolean => target.startsWith('/data/');

/** The command of the launcher and what bubblewrap is told, with every path where the session's uid can reach it. */
export function planLaunch(options: {
  spec: SessionSpec;
  paths: SessionPaths;
  owner: Owner | null;
  binds: SandboxBind[];
  cgroups: SessionCgroups | null;
  hubSocketDir: string;
  etcDir: string;
  system: ReturnType<typeof describeSystem>;
  endMarker: string;
}): { command: string[]; sandbox: SandboxPlan } {
  const { spec, paths, owner, cgroups, system } = options;
  const staging = new Staging(owner?.uid ?? null);
  const sandbox: SandboxPlan = {
    argv: spec.argv,
    environment: spec.environment,
    binds: options.binds.map(bind => ({ ...bind, source: staging.place(bind.source, isVolume(bind.target)) })),
    ...(spec.covers && { covers: spec.covers }),
    links: spec.links,
    network: spec.network,
    socketDir: staging.place(paths.socketDir),
    hubSocketDir: staging.place(options.hubSocketDir),
    etcDir: staging.place(options.etcDir),
    systemLinks: system.links,
    systemPaths: system.paths,
    memoryBytes: spec.resources.memoryBytes,
    rlimits: cgroups === null ? { pids: spec.resources.pids, memoryBytes: spec.resources.memoryBytes } : null
  };
  const command = buildLaunchCommand({
    log: paths.log,
    endMarker: options.endMarker,
    cgroups: (cgroups?.directories ?? []).map(directory => join(directory, 'cgroup.procs')),
    dropTo: owner,
    staging: staging.result(spec.network),
    network: spec.network,
    socketDir: sandbox.socketDir,
    inside: buildInsideCommand(sandbox)
  });
  return { command, sandbox };
}
