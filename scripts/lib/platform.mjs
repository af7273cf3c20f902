import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { node24, root } from './paths.mjs';
import { SetupError } from './run.mjs';

const PACKAGES = [
  'bubblewrap', 'tini', 'socat', 'passt', 'iproute2', 'util-linux', 'tigervnc-standalone-server',
  'matchbox-window-manager', 'x11-utils', 'topcat', 'starlink-ecsv-java', 'fonts-dejavu-core', 'python3-venv'
];
export const TEST_PACKAGES = ['chromium', 'python3-seccomp', 'x11-apps'];

/** Programs no session starts without. */
const PROGRAMS = ['bwrap', 'tini', 'socat', 'ip', 'setpriv', 'prlimit', 'unshare'];
/** Programs whose absence takes one thing away; said here where there is no dpkg to install them. */
const OPTIONAL = [
  { programs: ['pasta'], lost: 'Datalabs with network access do not start' },
  { programs: ['Xvnc', 'matchbox-window-manager', 'topcat'], lost: 'The TOPCAT datalab does not start' }
];

const succeeds = (...argv) => spawnSync(argv[0], argv.slice(1), { stdio: 'ignore' }).status === 0;
const isRoot = process.getuid?.() === 0;

/** Refuses, with a sentence, what can never work here. */
export function checkPlatform({ platform, arch, versions } = process) {
  if (platform !== 'linux') {
    const name = { darwin: 'macOS', win32: 'Windows' }[platform] ?? platform;
    throw new SetupError(
      `jupyter-datalabs needs Linux: its sessions are bubblewrap sandboxes, and this is ${name}.`,
      'run it in a Debian 12 virtual machine or container with user namespaces.'
    );
  }
  if (!['x64', 'arm64'].includes(arch)) {
    throw new SetupError(`There is no Node 24 package for ${arch}.`, 'use an x86_64 or aarch64 machine.');
  }
  if (Number.parseInt(versions.node, 10) < 20) {
    throw new SetupError(`This is Node ${versions.node}; Node 20 or newer is needed.`, 'install a newer Node and try again.');
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

/** One line to copy; a Debian without sudo has su. */
export function aptLine(packages, hasSudo = succeeds('sudo', '-V')) {
  const commands = ['apt-get update', `apt-get install -y --no-install-recommends ${packages.join(' ')}`];
  return hasSudo ? commands.map(line => `sudo ${line}`).join(' && ') : `su - -c "${commands.join(' && ')}"`;
}

/** Why sandboxes do not work here, with the next action, or null. Takes about 20 ms. */
export function sandboxProblem() {
  const absent = PROGRAMS.filter(name => !onPath(name));
  if (absent.length) {
    return {
      sentence: `These programs are not installed or not in PATH, and no session starts without them: ${absent.join(', ')}.`,
      action: `install them with your package manager (Debian: ${aptLine(PACKAGES)}), then run it again.`
    };
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
  if (probe.status === 0) {
    return null;
  }
  const why = (probe.stderr || String(probe.error ?? `exit code ${probe.status}`)).trim().split('\n')[0];
  return {
    sentence: `This machine does not allow sandboxes (user namespaces): ${why.replace(/\.$/, '')}.`,
    action:
      'enable user namespaces (as root: sysctl user.max_user_namespaces=10000 kernel.unprivileged_userns_clone=1; on Ubuntu 24 ' +
      'also kernel.apparmor_restrict_unprivileged_userns=0; in a container allow clone and mount), then run it again.'
  };
}

/** Why no browser test can run, '' when they can. */
export function browserTestsImpossible({ sandboxProblem: problem, chromiumProblem = findChromium() }) {
  if (problem) {
    return `${problem.sentence} Next: ${problem.action}`;
  }
  return chromiumProblem && `${chromiumProblem} Next: ${aptLine(['chromium'])}`;
}

/** What the browser tests themselves say about Chromium; their TypeScript needs our Node. '' when it is there. */
export function findChromium(env = process.env) {
  const { stdout, stderr, status } = spawnSync(
    node24,
    [
      '--disable-warning=ExperimentalWarning', '--input-type=module', '--eval',
      `import { chromiumPath } from ${JSON.stringify(pathToFileURL(join(root, 'ui-tests/src/chromium.ts')).href)};
      try { chromiumPath(); } catch (error) { process.stdout.write(error.message); }`
    ],
    { encoding: 'utf8', env }
  );
  return status === 0 ? stdout : `Chromium could not be looked for: ${stderr.trim().split('\n').pop()}.`;
}

/** What a machine without dpkg goes without, a sentence each. */
export function losses() {
  return OPTIONAL.map(({ programs, lost }) => ({ lost, absent: programs.filter(name => !onPath(name)) }))
    .filter(({ absent }) => absent.length)
    .map(({ lost, absent }) => `${lost}: install ${absent.join(', ')}.`);
}

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
