import { existsSync, globSync, readFileSync, rmSync, statSync, statfsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

import { systemClock } from './clock.js';
import type { Machine } from './commands/checks.js';
import type { ProcessFacts } from './commands/status.js';
import { fileProblems } from './config/files.js';
import { doorDirectory, type StatePaths } from './config/paths.js';
import type { Config } from './config/schema.js';
import { substitute } from './config/software.js';
import { Cgroups } from './engine/local/cgroups.js';
import { checkMachine } from './engine/local/checks.js';
import { egressProblem } from './engine/local/prepare.js';
import { run } from './engine/local/process.js';
import { UidMap } from './engine/local/uids.js';
import { readHub } from './instance.js';
import { dialHost, request } from './routes/chp/api.js';
import { readRecord } from './routes/chp/chp-routes.js';
import { isAlive, type ProcessId } from './processes/process.js';
import { FolderCatalogue } from './services/catalogue/catalogue.js';
import { readKey } from './services/identity/login/sealer.js';
import { isScope } from './services/identity/scopes.js';
import { openVolumes, type Volumes } from './services/volumes/volumes.js';
import { groupNames, inspectStore, storedVolumes } from './store/backup.js';

/** Clock ticks a second, which Linux shows to programs on every architecture. */
const TICKS = 100;
const SECCOMP: Partial<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };

const read = (file: string): string | null => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
};

function facts({ pid, startTime }: ProcessId): ProcessFacts {
  const uptime = Number((read('/proc/uptime') ?? '0').split(' ')[0]);
  return { pid, uptimeSeconds: Math.max(0, Math.round(uptime - Number(startTime) / TICKS)), residentBytes: 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1] ?? 0) };
}

export function hubProcess(paths: StatePaths): (ProcessFacts & { url: string | null }) | null {
  const hub = readHub(paths.hubFile);
  return hub && isAlive(hub) ? { ...facts(hub), url: hub.url } : null;
}

export async function proxyProcess(paths: StatePaths): Promise<(ProcessFacts & { host: string; port: number }) | null> {
  const proxy = await readRecord(paths.proxyFile);
  return proxy && isAlive(proxy) ? { ...facts(proxy), host: proxy.host, port: proxy.port } : null;
}

/** This machine as the doctor looks at it. Nothing is changed but for one file that comes and goes. */
export async function machineOf(config: Config, paths: StatePaths): Promise<Machine> {
  const proxy = await proxyProcess(paths);
  const near = nearest(paths.stateDir);
  // Read through once, for all who ask.
  let store: ReturnType<Machine['store']> | undefined;
  return {
    stateDir: paths.stateDir, host: config.host, port: config.port, read,
    otherOwner: () => {
      const { uid } = statSync(near);
      return uid === process.getuid?.() || process.getuid?.() === 0 || near !== paths.stateDir ? null : (new RegExp(`^([^:]+):[^:]*:${uid}:`, 'm').exec(read('/etc/passwd') ?? '')?.[1] ?? String(uid));
    },
    now: () => systemClock.now(),
    disk: () => {
      const { bavail, blocks, bsize, files, ffree } = statfsSync(near);
      return { free: bavail * bsize, total: blocks * bsize, inodes: files, inodesFree: ffree };
    },
    sandbox: () => checkMachine({
      uid: process.getuid?.() === 0 ? new UidMap(paths.stateDir).first : null,
      cgroupProblem: null,
      socketPathLength: Math.max(`${paths.runDir}/s/${'0'.repeat(16)}/server.sock`.length, path.join(doorDirectory(paths.doorsDir, { owner: '', name: '' }), 'hub.sock').length),
      seccompFiles: existsSync(fileURLToPath(new URL(`../seccomp/calls-${SECCOMP[process.arch] ?? 'none'}.bpf`, import.meta.url)))
    }),
    // A group of its own, which goes again: those of the hub are the hub's.
    cgroupProblem: () => new Cgroups({ name: `jupyter-datalabs-doctor-${process.pid}` }).problem,
    egressProblem,
    hubProcess: hubProcess(paths),
    proxyProcess: proxy,
    health: () => request({ host: dialHost(proxy?.host ?? config.host), port: proxy?.port ?? config.port, path: '/hub/health', timeoutMs: 5000 }).then(({ status }) => status, () => null),
    portProblem: () => portProblem(config.host, config.port),
    settingProblems: () => fileProblems(config, isScope),
    datalabs: async () => (existsSync(config.datalabsDir) ? new FolderCatalogue({ folder: config.datalabsDir, substitute: text => substitute(text, config.software) }).list() : null),
    volumes: async () => (config.volumesFile !== null && !existsSync(config.volumesFile) ? null : volumesOf(config, paths)),
    store: () => (store ??= existsSync(paths.store) ? inspectStore(paths.store, 'store') : Promise.resolve(null)),
    fileClockSkew: () => fileClockSkew(near),
    versions: () => versions(config),
    checkKey: () => void (existsSync(paths.loginKey) && readKey(paths.loginKey)),
    modes: () => [[paths.store, 0o600], [paths.hubFile, 0o600], [paths.proxyFile, 0o600], [paths.loginKey, 0o600], [paths.operatorSocket, 0o600], [paths.hubSocketDir, 0o700], [paths.logs, 0o700]]
      .flatMap(([file, most]) => (existsSync(file as string) ? [{ file: file as string, mode: statSync(file as string).mode & 0o777, most: most as number }] : []))
  };
}

/** The directory, or where it will be made. */
function nearest(directory: string): string {
  return existsSync(directory) || path.dirname(directory) === directory ? directory : nearest(path.dirname(directory));
}

function fileClockSkew(directory: string): number | null {
  const file = path.join(directory, `.clock-${process.pid}`);
  try {
    writeFileSync(file, '', { mode: 0o600, flag: 'wx' });
    return systemClock.now() - statSync(file).mtimeMs;
  } catch {
    return null;
  } finally {
    rmSync(file, { force: true });
  }
}

function portProblem(host: string, port: number): Promise<string | null> {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const sentences: Record<string, string> = { EADDRINUSE: `${host}:${port} is in use by another program`, EACCES: `this user may not use port ${port}`, EADDRNOTAVAIL: `${host} is no address of this machine` };
      resolve(sentences[error.code ?? ''] ?? `${host}:${port} cannot be used (${error.code ?? error.message})`);
    });
    server.listen(port, host, () => server.close(() => resolve(null)));
  });
}

/** Version of a Python package, by the directory that pip leaves: starting Python to ask takes seconds. */
function installed(environment: string, name: string): string | null {
  const directories = globSync(path.join(environment, 'lib', 'python3*', 'site-packages', `${name}-*.dist-info`));
  return directories.length === 0 ? null : (/-([^-]+)\.dist-info$/.exec(directories[0]!)?.[1] ?? null);
}

/** Of all groups: an operator is asked about all of them. */
async function volumesOf(config: Config, paths: StatePaths): ReturnType<Volumes['listAll']> {
  const files = config.volumesFile ? [config.volumesFile] : [path.join(paths.stateDir, 'volumes.yaml'), path.join(config.software.repo, 'volumes.yaml')];
  const store = { list: async () => (existsSync(paths.store) ? storedVolumes(paths.store) : []) };
  const groups = groupsIn(paths.store);
  const isGroup = groups && (async (name: string) => groups.includes(name));
  return openVolumes({ files, store, sampleData: paths.sampleData, hubPaths: [paths.stateDir, paths.runDir], clock: systemClock, groupsOf: async () => [], ...(isGroup && { isGroup }) }).listAll();
}

/** Null: there is no store that tells. */
function groupsIn(store: string): string[] | null {
  try {
    return groupNames(store);
  } catch {
    return null;
  }
}

async function versions({ software }: Config): ReturnType<Machine['versions']> {
  const program = async (command: string, args: string[]): Promise<string | null> => {
    const { code, output } = await run(command, args).catch(() => ({ code: 1, output: '' }));
    return code === 0 ? (/\d+(?:\.\d+)+/.exec(output)?.[0] ?? null) : null;
  };
  const setup = 'Run "npm run setup".';
  const manifest = (file: string): string | null => (JSON.parse(read(file) ?? '{}') as { version?: string }).version ?? null;
  return [
    { name: 'jupyter-datalabs', found: manifest(path.join(software.repo, 'package.json')), mend: setup },
    { name: 'Node', found: process.versions.node, wanted: '24.', mend: setup },
    { name: 'SQLite', found: process.versions['sqlite'] ?? null, mend: setup },
    { name: 'configurable-http-proxy', found: manifest(path.join(software.repo, 'node_modules', 'configurable-http-proxy', 'package.json')), wanted: '5.', mend: setup },
    { name: 'jupyterhub-singleuser', found: installed(software.lab, 'jupyterhub'), wanted: '5.', mend: setup },
    { name: 'bubblewrap', found: await program('bwrap', ['--version']), mend: 'Run "apt-get install bubblewrap" as root.' },
    { name: 'Linux', found: /\d+(?:\.\d+)+/.exec(read('/proc/sys/kernel/osrelease') ?? '')?.[0] ?? null, mend: 'The hub needs Linux.' }
  ];
}
