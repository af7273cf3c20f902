import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { SetupError } from './run.mjs';

const PACKAGES = [
  'bubblewrap', 'tini', 'socat', 'passt', 'iproute2', 'util-linux', 'tigervnc-standalone-server',
  'matchbox-window-manager', 'x11-utils', 'topcat', 'starlink-ecsv-java', 'fonts-dejavu-core', 'python3-venv'
];
export const TEST_PACKAGES = ['chromium', 'python3-seccomp', 'x11-apps'];

/** Programs looked for where there is no dpkg to ask. */
const PROGRAMS = [
  'bwrap', 'tini', 'socat', 'pasta', 'ip', 'setpriv', 'unshare', 'Xvnc', 'matchbox-window-manager', 'topcat'
];

const succeeds = (...argv) => spawnSync(argv[0], argv.slice(1), { stdio: 'ignore' }).status === 0;
const isRoot = process.getuid?.() === 0;

/** Refuses, with a sentence, what can never work here. */
export function checkPlatform() {
  if (process.platform !== 'linux') {
    throw new SetupError(
      `jupyter-datalabs needs Linux: its sessions are bubblewrap sandboxes, and this is ${process.platform}.`,
      'run it in a Debian 12 virtual machine or container with user namespaces.'
    );
  }
  if (!['x64', 'arm64'].includes(process.arch)) {
    throw new SetupError(
      `There is no Node 24 package for ${process.arch}.`,
      'use an x86_64 or aarch64 machine.'
    );
  }
}

export function missingPackages({ tests }) {
  const wanted = tests ? [...PACKAGES, ...TEST_PACKAGES] : PACKAGES;
  if (!succeeds('dpkg-query', '--version')) {
    return [];
  }
  const answer = spawnSync(
    'dpkg-query',
    ['-W', '-f=${Package} ${db:Status-Status}\\n', ...wanted],
    { encoding: 'utf8' }
  );
  const installed = new Set(
    answer.stdout
      .split('\n')
      .filter(line => line.endsWith(' installed'))
      .map(line => line.split(' ')[0])
  );
  return wanted.filter(name => !installed.has(name));
}

/** Commands that install the packages, or nothing where there is no right to. */
export function aptCommands(packages) {
  const prefix = isRoot ? [] : sudo();
  if (!prefix) {
    return undefined;
  }
  const apt = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', '-y'];
  return [
    [...apt, 'update'],
    [...apt, 'install', '--no-install-recommends', ...packages]
  ];
}

/** How to become root without a word, or after a password where somebody sits at a terminal. */
function sudo() {
  if (succeeds('sudo', '-n', 'true')) {
    return ['sudo', '-n'];
  }
  if (process.stdin.isTTY && succeeds('sudo', '-V')) {
    console.log('Debian packages are missing; sudo asks for your password to install them.');
    if (spawnSync('sudo', ['-v'], { stdio: 'inherit' }).status === 0) {
      return ['sudo', '-n'];
    }
  }
  return undefined;
}

export function aptLine(packages) {
  return `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`;
}

/** Why sandboxes do not work here, or ''. Takes about 20 ms. */
export function sandboxProblem() {
  const absent = PROGRAMS.filter(name => !onPath(name));
  if (absent.length) {
    return `These programs are not installed: ${absent.join(', ')}.`;
  }
  // As root the hub drops to an ordinary user before it makes a sandbox; so does the probe.
  const drop = isRoot
    ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=-all', '--bounding-set=-all']
    : [];
  const probe = spawnSync(
    drop[0] ?? 'bwrap',
    [
      ...drop.slice(1), ...(isRoot ? ['bwrap'] : []), '--unshare-all', '--ro-bind', '/', '/',
      '--proc', '/proc', '--dev', '/dev', 'true'
    ],
    { encoding: 'utf8', cwd: '/' }
  );
  return probe.status === 0
    ? ''
    : `This machine does not allow sandboxes (user namespaces): ${(probe.stderr || String(probe.error)).trim()}.`;
}

export const sandboxAction =
  'enable user namespaces (sysctl kernel.unprivileged_userns_clone=1; on Ubuntu 24 also ' +
  'kernel.apparmor_restrict_unprivileged_userns=0; in a container allow clone and mount), then run it again.';

function onPath(name) {
  return (process.env.PATH ?? '')
    .split(':')
    .concat('/usr/sbin', '/sbin')
    .some(folder => folder && existsSync(`${folder}/${name}`));
}

/** A Python ≥ 3.11, the distribution's own first: sandboxes see /usr but not a home. */
export function findPython() {
  const candidates = [
    '/usr/bin/python3', 'python3', 'python3.13', 'python3.12', 'python3.11'
  ];
  const found = candidates.find(name =>
    succeeds(name, '-c', 'import sys; sys.exit(sys.version_info < (3, 11))')
  );
  if (!found) {
    throw new SetupError(
      'There is no Python 3.11 or newer.',
      'install one (Debian 12: sudo apt-get install -y python3 python3-venv), then run it again.'
    );
  }
  return found;
}
