import type { ListedVolume } from '@jupyter-datalabs/contract';

import { sizeText } from '../domain/sizes.js';
import type { Check, Finding, Verdict } from './doctor.js';
import { duration } from './table.js';

const GIB = 2 ** 30;
/** Below this nothing can be stopped cleanly any more; below the second a start of some datalabs fails. */
const DISK_BAD = GIB;
const DISK_NOTE = 10 * GIB;
/** inotify instances: the hub has a few, and each Jupyter server and desktop may have some, all of them of one user where the hub is not root. */
const INSTANCES = 512;
const WATCHES = 65_536;
/** Open files: three for each session, and the streams of its owner. */
const OPEN_FILES = 8192;
/** Seconds that two clocks of one machine may differ, for rounding. */
const CLOCK_SECONDS = 5;

const finding = (area: string, verdict: Verdict, found: string, mend?: string): Finding => ({ area, verdict, found, ...(verdict !== 'ok' && mend ? { mend } : {}) });

/** Everything the checks look at, given by the entry; tests give what they like. */
export interface Machine {
  stateDir: string;
  host: string;
  port: number;
  /** Name or number of the user whose the state directory is, when that is another: of it little can be seen then. */
  otherOwner(): string | null;
  /** Text of a file; null when it cannot be read. */
  read(file: string): string | null;
  now(): number;
  /** Free and total bytes and free inodes where the state directory lies, or will. */
  disk(): { free: number; total: number; inodesFree: number; inodes: number };
  sandbox(): Promise<{ ok: boolean; problems: string[]; warnings: string[] }>;
  cgroupProblem(): string | null;
  egressProblem(): { what: string; action: string } | null;
  hubProcess: { pid: number; url: string | null } | null;
  proxyProcess: { pid: number; host: string; port: number } | null;
  /** Status of the hub's health through its public port; null: nothing answered. */
  health(): Promise<number | null>;
  /** Why the port cannot be had; null: it is free. */
  portProblem(): Promise<string | null>;
  /** What is wrong with the files that the settings name. */
  settingProblems(): string[];
  /** Null: there is no such folder, which the settings are told of. */
  datalabs(): Promise<{ datalabs: unknown[]; problems: { file: string; line: number | null; message: string }[] } | null>;
  /** Null: there is no such file, which the settings are told of. */
  volumes(): Promise<ListedVolume[] | null>;
  /** Null: there is no store yet. */
  store(): Promise<{ schema: string | null; lastWrite: number | null; users: number; bytes: number } | null>;
  /** Milliseconds by which a file written now is older (+) than this clock. */
  fileClockSkew(): number | null;
  versions(): Promise<{ name: string; found: string | null; wanted?: string; mend: string }[]>;
  /** Throws when the key of the logins is damaged. */
  checkKey(): void;
  modes(): { file: string; mode: number; most: number }[];
}

export function checksOf(machine: Machine): Record<string, Check> {
  return {
    user: () => user(machine),
    settings: () => settings(machine),
    sandbox: () => sandbox(machine),
    cgroups: () => cgroups(machine),
    'network of sessions': () => network(machine),
    ports: () => ports(machine),
    disk: () => disk(machine),
    store: () => store(machine),
    clock: () => clock(machine),
    datalabs: () => datalabs(machine),
    volumes: () => volumes(machine),
    versions: () => versions(machine),
    'kernel limits': () => limits(machine),
    secrets: () => secrets(machine),
    'login key': () => {
      machine.checkKey();
      return [];
    }
  };
}

function user(machine: Machine): Finding[] {
  const owner = machine.otherOwner();
  return owner === null ? [] : [finding('user', 'bad', `${machine.stateDir} belongs to ${owner}: what is said below is about you, and not about its hub`, `Run it as ${owner}.`)];
}

function settings(machine: Machine): Finding[] {
  const problems = machine.settingProblems();
  return problems.length === 0 ? [finding('settings', 'ok', 'the files they name are there')] : problems.map(problem => finding('settings', 'bad', problem, 'Mend the configuration: the hub does not start with it.'));
}

async function datalabs(machine: Machine): Promise<Finding[]> {
  const found = await machine.datalabs();
  return found === null ? [] : [
    ...(found.datalabs.length > 0 ? [finding('datalabs', 'ok', `${found.datalabs.length} in the catalogue`)] : []),
    ...found.problems.map(({ file, line, message }) => finding('datalabs', 'bad', `${file}${line === null ? '' : `:${line}`}: ${message}`, 'Mend the file; the catalogue goes without it meanwhile.'))
  ];
}

async function sandbox(machine: Machine): Promise<Finding[]> {
  const { problems } = await machine.sandbox();
  return problems.length === 0 ? [finding('sandbox', 'ok', 'bubblewrap starts sandboxes')] : problems.map(problem => split('sandbox', 'bad', problem));
}

/** "What is wrong: what to do." */
function split(area: string, verdict: Verdict, sentence: string): Finding {
  const at = sentence.lastIndexOf(': ');
  const mend = sentence.slice(at + 2);
  return at < 0 ? finding(area, verdict, sentence) : finding(area, verdict, sentence.slice(0, at), mend.charAt(0).toUpperCase() + mend.slice(1));
}

function cgroups(machine: Machine): Finding[] {
  const problem = machine.cgroupProblem();
  return [problem === null
    ? finding('cgroups', 'ok', 'memory, processor and processes are limited for each session')
    : finding('cgroups', 'note', `limits hold per process only, because ${problem}`, 'Run the hub as root, or with a delegated control group (systemd: Delegate=yes).')];
}

function network(machine: Machine): Finding[] {
  const area = 'network of sessions';
  const problem = machine.egressProblem();
  if (problem !== null) {
    return [finding(area, 'bad', `datalabs with "network: egress" cannot start, because ${problem.what}`, problem.action)];
  }
  // A route whose destination and mask are zero.
  const route = (machine.read('/proc/net/route') ?? '').split('\n').slice(1).map(line => line.split('\t')).some(fields => fields[1] === '00000000' && fields[7] === '00000000');
  return [finding(area, 'ok', '/dev/net/tun and pasta are there'), ...(route ? [] : [finding(area, 'note', 'this machine has no default route, so sessions reach nothing outside', 'Connect the machine, or expect it.')])];
}

async function ports(machine: Machine): Promise<Finding[]> {
  const { hubProcess, proxyProcess, host, port } = machine;
  const where = proxyProcess ? `${proxyProcess.host}:${proxyProcess.port}` : `${host}:${port}`;
  if (hubProcess) {
    const status = await machine.health();
    return [status === 200 ? finding('ports', 'ok', `the hub answers at ${where}`)
      : finding('ports', 'bad', `the hub runs (process ${hubProcess.pid}), and ${status === null ? `nothing answers at ${where}` : `${where} answers ${status}`}`, 'Look into logs/proxy.log of the state directory; "npm run stop" and "npm start" begin anew.')];
  }
  if (proxyProcess) {
    return [finding('ports', 'ok', `the proxy of an earlier hub holds ${where} and waits for the next`)];
  }
  const problem = await machine.portProblem();
  return [problem === null ? finding('ports', 'ok', port === 0 ? 'any free one is taken' : `${where} is free`) : finding('ports', 'bad', problem, 'End the other program, or choose another port with --port.')];
}

function disk(machine: Machine): Finding[] {
  const { free, total, inodesFree, inodes } = machine.disk();
  const found = `${sizeText(free)} of ${sizeText(total)} are free at ${machine.stateDir}`;
  const mend = 'Make room: the homes are the largest part, then logs. Below 1 GiB sessions begin to fail.';
  const space = finding('disk', free < DISK_BAD ? 'bad' : free < DISK_NOTE ? 'note' : 'ok', found, mend);
  return inodes > 0 && inodesFree < inodes / 50 ? [space, finding('disk', 'bad', `only ${inodesFree} of ${inodes} inodes are left`, 'Remove directories with many small files, such as old environments.')] : [space];
}

async function store(machine: Machine): Promise<Finding[]> {
  const state = await machine.store();
  return [finding('store', 'ok', state === null ? 'there is none yet; the first start makes it' : `whole, ${sizeText(state.bytes)}, ${state.users === 1 ? 'one user' : `${state.users} users`}, schema ${state.schema ?? 'none'}`)];
}

async function clock(machine: Machine): Promise<Finding[]> {
  const now = machine.now();
  const findings: Finding[] = [];
  // A store that cannot be read is told of elsewhere.
  const state = await machine.store().catch(() => 'unreadable' as const);
  const last = state === 'unreadable' ? null : (state?.lastWrite ?? null);
  const ahead = last === null ? 0 : (last - now) / 1000;
  if (ahead > CLOCK_SECONDS) {
    findings.push(finding('clock', 'bad', `the store was last written ${duration(ahead)} from now: the clock was ahead then, or has gone back`, 'Set it by NTP ("timedatectl set-ntp true"); logins and tokens made meanwhile end too late or too early.'));
  }
  const skew = (machine.fileClockSkew() ?? 0) / 1000;
  if (Math.abs(skew) > CLOCK_SECONDS) {
    findings.push(finding('clock', 'note', `the file server of the state directory is ${duration(Math.abs(skew))} ${skew > 0 ? 'behind' : 'ahead'}`, 'Set both clocks by NTP: editors warn of files that changed on disk.'));
  }
  // Of two ways to say when this machine was booted, one moves when the clock is set.
  const boot = Number(/^btime (\d+)/m.exec(machine.read('/proc/stat') ?? '')?.[1] ?? NaN);
  const uptime = Number((machine.read('/proc/uptime') ?? '').split(' ')[0] || NaN);
  const drift = now / 1000 - uptime - boot;
  if (Number.isFinite(drift) && Math.abs(drift) > CLOCK_SECONDS) {
    findings.push(finding('clock', 'note', `it was set by ${duration(Math.abs(drift))} while this machine ran`, 'Set it by NTP, which does so in small steps.'));
  }
  return findings.length > 0 ? findings : [finding('clock', 'ok', `${new Date(now).toISOString().slice(0, 19).replace('T', ' ')} UTC; ${state === 'unreadable' ? 'not compared with the store, which cannot be read' : last === null ? 'nothing written yet' : `last write ${duration(-ahead)} ago`}`)];
}

async function volumes(machine: Machine): Promise<Finding[]> {
  const all = await machine.volumes();
  if (all === null) {
    return [];
  }
  const bad = all.filter(({ available }) => !available);
  const well = all.length - bad.length;
  return [
    ...(well > 0 || all.length === 0 ? [finding('volumes', 'ok', all.length === 0 ? 'none are declared' : `${well} of ${all.length} can be mounted`)] : []),
    // What is simulated says itself how it is made.
    ...bad.map(({ name, reason, simulated }) => finding('volumes', 'bad', `${name}: ${reason ?? 'not available'}`, simulated ? undefined : 'Mount its storage, or mend its entry in volumes.yaml or by the API; sessions start without it meanwhile.')),
    ...all.flatMap(({ name, absent_groups: groups }) => groups.map(group =>
      finding('volumes', 'note', `${name} is for the group "${group}", which does not exist`, 'Correct its entry or make the group; one of an identity provider is there from the first login of a member on.')))
  ];
}

async function versions(machine: Machine): Promise<Finding[]> {
  const all = await machine.versions();
  const missing = all.filter(({ found }) => found === null);
  const wrong = all.filter(({ found, wanted }) => found !== null && wanted !== undefined && !found.startsWith(wanted));
  const well = all.filter(one => !missing.includes(one) && !wrong.includes(one));
  return [
    finding('versions', 'ok', well.map(({ name, found }) => `${name} ${found}`).join(', ')),
    ...missing.map(({ name, mend }) => finding('versions', 'bad', `${name} is missing`, mend)),
    ...wrong.map(({ name, found, wanted, mend }) => finding('versions', 'note', `${name} is ${found}, and ${wanted} is what the hub was tested with`, mend))
  ];
}

function limits(machine: Machine): Finding[] {
  const area = 'kernel limits';
  const number = (file: string): number => Number(machine.read(file) ?? NaN);
  const findings: Finding[] = [];
  for (const [name, wanted] of [['max_user_instances', INSTANCES], ['max_user_watches', WATCHES]] as const) {
    const value = number(`/proc/sys/fs/inotify/${name}`);
    if (value < wanted) {
      findings.push(finding(area, 'note', `fs.inotify.${name} is ${value}: with many sessions, watching files fails`, `Run "sysctl fs.inotify.${name}=${wanted}" as root, and write it to /etc/sysctl.d/.`));
    }
  }
  const namespaces = number('/proc/sys/user/max_user_namespaces');
  if (namespaces < 1000) {
    findings.push(finding(area, namespaces === 0 ? 'bad' : 'note', `user.max_user_namespaces is ${namespaces}, and each session takes some`, 'Run "sysctl user.max_user_namespaces=30000" as root.'));
  }
  const files = /^Max open files\s+(\S+)/m.exec(machine.read('/proc/self/limits') ?? '')?.[1];
  if (files !== undefined && files !== 'unlimited' && Number(files) < OPEN_FILES) {
    findings.push(finding(area, 'note', `this user may open ${files} files at once`, `Raise it before the hub starts: "ulimit -n ${OPEN_FILES}", or LimitNOFILE= in its unit.`));
  }
  return findings.length > 0 ? findings : [finding(area, 'ok', 'inotify, user namespaces and open files suffice')];
}

function secrets(machine: Machine): Finding[] {
  const open = machine.modes().filter(({ mode, most }) => (mode & ~most & 0o777) !== 0);
  return open.length === 0
    ? [finding('secrets', 'ok', 'the files that hold them are private')]
    : open.map(({ file, mode, most }) => finding('secrets', 'bad', `${file} has mode ${mode.toString(8)}`, `Run "chmod ${most.toString(8)} ${file}".`));
}
