import { createHash } from 'node:crypto';
import * as path from 'node:path';

/** Every path below the state directory, declared once. */
export interface StatePaths {
  stateDir: string;
  store: string;
  /** Sockets: short enough for a UNIX address (108 bytes). */
  runDir: string;
  /** Where the proxy reaches the hub. */
  hubSocketDir: string;
  hubSocket: string;
  /** Where the command line reaches it: in a directory of the hub's user alone. */
  operatorSocket: string;
  /** Where sessions reach it, each by a directory of its own. */
  doorsDir: string;
  proxyDir: string;
  proxyFile: string;
  /** What tells this hub's cookies from those of another. */
  cookieFile: string;
  hubFile: string;
  /** Room kept back, so that everything can be stopped on a full disk. */
  reserve: string;
  /** Opens what the store keeps sealed. */
  loginKey: string;
  homes: string;
  workspaces: string;
  logs: string;
  sampleData: string;
  /** Which file names there are in which volume; can be made again. */
  volumeNames: string;
}

/** Longest thing below the run directory: `/s/<16 characters>/server.sock`, and a NUL at the end. */
const LONGEST_SOCKET = '/s/0123456789abcdef/server.sock'.length + 1;

export function statePaths(stateDir: string): StatePaths {
  const own = path.join(stateDir, 'run');
  const fits = Buffer.byteLength(own) + LONGEST_SOCKET <= 107;
  const digest = createHash('sha256').update(stateDir).digest('hex').slice(0, 16);
  const runDir = fits ? own : `/tmp/jupyter-datalabs-${digest}`;
  const hubSocketDir = path.join(runDir, 'hub');
  return {
    stateDir,
    store: path.join(stateDir, 'hub.sqlite'),
    runDir,
    hubSocketDir,
    hubSocket: path.join(hubSocketDir, 'hub.sock'),
    operatorSocket: path.join(hubSocketDir, 'operator.sock'),
    doorsDir: path.join(runDir, 'h'),
    proxyDir: path.join(runDir, 'proxy'),
    proxyFile: path.join(stateDir, 'proxy.json'),
    cookieFile: path.join(stateDir, 'cookies'),
    hubFile: path.join(stateDir, 'hub.json'),
    reserve: path.join(stateDir, 'reserve'),
    loginKey: path.join(stateDir, 'login.key'),
    homes: path.join(stateDir, 'homes'),
    workspaces: path.join(stateDir, 'workspaces'),
    logs: path.join(stateDir, 'logs'),
    sampleData: path.join(stateDir, 'sample-data'),
    volumeNames: path.join(stateDir, 'volume-names')
  };
}

/** Where a session's own socket of the hub lies: the same for every start and every hub. The name is short, as a UNIX address has 107 bytes. */
export function doorDirectory(doorsDir: string, { owner, name }: { owner: string; name: string }): string {
  return path.join(doorsDir, createHash('sha256').update(`${owner}\0${name}`).digest('hex').slice(0, 16));
}

/** A UNIX socket as a proxy target: `http+unix://%2Fencoded%2Fpath`. */
export function socketTarget(socket: string): string {
  return `http+unix://${encodeURIComponent(socket)}`;
}
