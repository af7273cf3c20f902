import { platform } from 'node:os';
import { egressProblem, isInstalled } from './prepare.js';
import { run } from './process.js';

const PROGRAMS: [program: string, debianPackage: string][] = [
  ['bwrap', 'bubblewrap'], ['tini', 'tini'], ['socat', 'socat'], ['setpriv', 'util-linux'], ['prlimit', 'util-linux'], ['unshare', 'util-linux']
];

/** What keeps sandboxes from starting (problems) or limits them (warnings), each with the next action. */
export async function checkMachine(options: {
  uid: number | null;
  cgroupProblem: string | null;
  socketPathLength: number;
  seccompFiles: boolean;
}): Promise<{ ok: boolean; problems: string[]; warnings: string[] }> {
  const problems: string[] = [];
  const warnings: string[] = [];
  if (platform() !== 'linux') {
    problems.push(`The local engine needs Linux, and this is ${platform()}: run the hub in a Linux virtual machine.`);
    return { ok: false, problems, warnings };
  }
  const missing = [...new Set(PROGRAMS.filter(([program]) => !isInstalled(program)).map(([, name]) => name))];
  if (missing.length > 0) problems.push(`Programs are missing: run “apt-get install ${missing.join(' ')}” as root.`);
  if (!options.seccompFiles) {
    problems.push(`There is no system call filter for ${process.arch}: run seccomp/policy.py for it, or use x86_64 or aarch64.`);
  }
  if (options.socketPathLength > 107) problems.push('The path of the run directory is too long for a socket: choose a shorter --state-dir.');
  if (missing.length === 0) {
    const probe = ['bwrap', '--unshare-user', '--unshare-pid', '--unshare-net', '--disable-userns', '--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev', 'true'];
    const drop = options.uid === null ? [] : ['setpriv', '--reuid', `${options.uid}`, '--regid', `${options.uid}`, '--clear-groups', '--inh-caps=-all', '--bounding-set=-all'];
    const [command, ...args] = [...drop, ...probe] as [string, ...string[]];
    const { code, output } = await run(command, args);
    if (code !== 0) {
      problems.push(
        `Sandboxes cannot start here (${output.split('\n')[0] || `exit ${code}`}): allow unprivileged user namespaces, ` +
          'e.g. “sysctl kernel.unprivileged_userns_clone=1” or “sysctl kernel.apparmor_restrict_unprivileged_userns=0”, or start the container that holds the hub with them.'
      );
    }
  }
  const egress = egressProblem();
  if (egress !== null) warnings.push(`Datalabs that need the network cannot start, because ${egress.what}. ${egress.action}`);
  if (!isInstalled('python3')) warnings.push('Volumes cannot be mounted into sessions that run, because python3 is not installed. Run “apt-get install python3” as root.');
  if (options.cgroupProblem !== null) {
    warnings.push(
      `Memory and processes are limited per process only, and CPU not at all, because ${options.cgroupProblem}: run the hub as root or in a delegated control group for full limits.`
    );
  }
  return { ok: problems.length === 0, problems, warnings };
}
