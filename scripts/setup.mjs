#!/usr/bin/env node
// Brings a clean clone to where the hub can start. Every step leaves a stamp with the hash of what it
// was made of: a step with the right stamp is not run again, one without is wiped and redone.
import {
  copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync
} from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAll, installWheel, sourcesHash } from './build.mjs';
import * as paths from './lib/paths.mjs';
import * as platform from './lib/platform.mjs';
import { endOrphan, nodeEnv, run, runMain, SetupError } from './lib/run.mjs';
import { announce, clearStamp, hashOf, readStamp, withLock, writeStamp } from './lib/steps.mjs';

const NETWORK = 'check the network and the package registry, then run it again; finished steps are kept.';
const { root, tools, envs } = paths;

/** pip's settings carry over to uv, which reads none of them. */
function pythonEnv() {
  const env = { ...process.env, UV_PYTHON_DOWNLOADS: 'never', UV_LINK_MODE: 'copy', UV_NO_CONFIG: '1' };
  env.UV_DEFAULT_INDEX ??= env.UV_INDEX_URL ?? env.PIP_INDEX_URL;
  env.SSL_CERT_FILE ??= env.PIP_CERT;
  for (const name of ['UV_DEFAULT_INDEX', 'SSL_CERT_FILE', 'PYTHONHOME', 'PYTHONPATH', 'VIRTUAL_ENV']) {
    if (!env[name] || name.startsWith('PYTHON') || name === 'VIRTUAL_ENV') {
      delete env[name];
    }
  }
  return env;
}

/** npm says what it fetches only at this level; the name of the package is news enough. By itself it tries for minutes where there is no network. */
const NPM_CI = [
  'npm', 'ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=http', '--fetch-retries=3', '--fetch-retry-mintimeout=2000',
  '--fetch-retry-maxtimeout=10000'
];
const packageNames = onLine => line => {
  const name = /([^/]+)\.tgz/.exec(line)?.[1];
  if (name) {
    onLine?.(name);
  }
};

/**
 * A virtual environment of its own, exactly as locked. In one for sessions, what a user installs into the home ("pip install --user", which pip does by
 * itself where it may not write) is found after that: Python has one switch for it and for the system's packages, which come last of all.
 */
async function makeEnv(name, requirements, { forSessions, onLine }) {
  const folder = join(envs, name);
  const uv = paths.envProgram('tools', 'uv');
  const options = { log: `python-${name}`, action: NETWORK, env: pythonEnv(), onLine };
  rmSync(folder, { recursive: true, force: true });
  await run([uv, 'venv', '--no-project', ...(forSessions ? ['--system-site-packages'] : []), '--python', platform.findPython(), folder], options);
  await run(
    [
      uv, 'pip', 'install', '--python', join(folder, 'bin/python'), '--no-deps', '--require-hashes',
      '--compile-bytecode', '-r', join(root, requirements)
    ],
    options
  );
}

/** The kernel as notebooks see it: its own name, and nothing that shadows the home's "python3". */
function writeKernelspec() {
  const kernels = join(envs, 'euclid/share/jupyter/kernels');
  rmSync(join(kernels, 'python3'), { recursive: true, force: true });
  mkdirSync(join(kernels, 'euclid'), { recursive: true });
  copyFileSync(join(root, 'kernels-images/euclid/icon.svg'), join(kernels, 'euclid/logo-svg.svg'));
  writeFileSync(
    join(kernels, 'euclid/kernel.json'),
    JSON.stringify(
      {
        argv: [join(envs, 'euclid/bin/python'), '-Xfrozen_modules=off', '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
        display_name: 'Euclid',
        // "!pip" and "!python" of a notebook are the kernel's own.
        env: { PATH: `${join(envs, 'euclid/bin')}:\${PATH}` },
        language: 'python',
        metadata: { debugger: true }
      },
      null,
      1
    )
  );
}

/** No news prompt in a session that may have no network, and no client of the language servers that the datalabs leave out. */
function writePageConfig() {
  const folder = join(envs, 'lab/etc/jupyter/labconfig');
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(root, 'kernels-images/jupyterlab/page_config.json'), join(folder, 'page_config.json'));
}

const tree = (name, title, requirements, { inputs = [], forSessions = false, after = () => {} } = {}) => ({
  name: `env-${name}`,
  title,
  // Virtual environments contain their own path: a moved clone makes them anew.
  hash: () => hashOf([requirements, ...inputs], undefined, join(envs, name)),
  present: () => existsSync(join(envs, name, 'bin/python')),
  run: async onLine => {
    await makeEnv(name, requirements, { forSessions, onLine });
    after();
  }
});

export const steps = [
  {
    name: 'node',
    title: 'Node 24',
    hash: () => hashOf(['scripts/node/package-lock.json']),
    present: () => existsSync(paths.node24),
    run: async onLine => {
      for (const file of ['package.json', 'package-lock.json']) {
        copyFileSync(join(root, 'scripts/node', file), join(tools, file));
      }
      await run([...NPM_CI, '--prefix', tools], { log: 'node', action: NETWORK, cwd: tools, onLine: packageNames(onLine) });
      // One of several optional packages, by architecture: npm says nothing of one that it cannot fetch.
      if (!existsSync(paths.node24)) {
        throw new SetupError('npm could not fetch Node 24.', NETWORK, join(paths.logs, 'node.log'));
      }
    }
  },
  {
    name: 'env-tools',
    title: 'Python installer and wheel builder',
    hash: () => hashOf(['scripts/requirements-tools.txt'], undefined, join(envs, 'tools')),
    present: () => existsSync(paths.envProgram('tools', 'uv')),
    run: async onLine => {
      const folder = join(envs, 'tools');
      const options = { log: 'python-tools', env: pythonEnv(), onLine };
      rmSync(folder, { recursive: true, force: true });
      await run([platform.findPython(), '-m', 'venv', folder], {
        ...options,
        action: 'install the venv module of this Python (Debian: sudo apt-get install -y python3-venv), then run it again.'
      });
      await run(
        [
          join(folder, 'bin/python'), '-m', 'pip', 'install', '--no-deps', '--require-hashes',
          '--disable-pip-version-check', '-r', join(root, 'scripts/requirements-tools.txt')
        ],
        { ...options, env: process.env, action: NETWORK }
      );
    }
  },
  tree('lab', 'Python packages of JupyterLab', 'kernels-images/jupyterlab/requirements.txt', {
    inputs: ['kernels-images/jupyterlab/page_config.json'], forSessions: true, after: writePageConfig
  }),
  tree('euclid', 'Python packages of the Euclid kernel', 'kernels-images/euclid/requirements.txt', {
    inputs: ['kernels-images/euclid/icon.svg'], forSessions: true, after: writeKernelspec
  }),
  {
    name: 'topcat',
    title: 'Class archive of TOPCAT',
    hash: () => hashOf(['kernels-images/topcat/make-cds.sh']),
    present: () => true,
    // Only speed hangs on it: without the archive TOPCAT's window takes half a second longer.
    run: onLine =>
      run(['sh', join(root, 'kernels-images/topcat/make-cds.sh'), join(tools, 'topcat/topcat.jsa')], { log: 'topcat', onLine }).catch(
        error => console.log(`  TOPCAT will start without it: ${error.message}`)
      )
  },
  {
    name: 'npm',
    title: 'npm packages',
    hash: () => hashOf(['package-lock.json', '.npmrc']),
    present: () => existsSync(join(root, 'node_modules/typescript')),
    run: onLine =>
      run(NPM_CI, {
        log: 'npm', action: NETWORK, env: { ...process.env, PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1' }, onLine: packageNames(onLine)
      })
  },
  {
    name: 'build',
    title: 'Build of the hub and the JupyterLab extensions',
    hash: sourcesHash,
    present: () => existsSync(paths.serviceMain),
    run: onLine => buildAll(onLine)
  },
  {
    name: 'wheel',
    title: 'Extensions into JupyterLab',
    hash: () => `${readStamp('build')} ${readStamp('env-lab')} ${readStamp('env-euclid')}`,
    present: () => existsSync(paths.wheels) && readdirSync(paths.wheels).some(file => file.endsWith('.whl')),
    run: onLine => installWheel(onLine)
  }
];

/** Whether every step has been done once, for whatever sources. */
export const isComplete = () => steps.every(step => step.present() && readStamp(step.name));

const done = step => step.present() && readStamp(step.name) === step.hash();

async function take(step) {
  if (!done(step)) {
    // Taken before: what changes during the step is not in its result.
    const hash = step.hash();
    clearStamp(step.name);
    await announce(step.title, step.run);
    writeStamp(step.name, hash);
  }
}

async function systemPackages(tests) {
  const missing = platform.missingPackages({ tests });
  if (!missing.length) {
    return;
  }
  const commands = platform.aptCommands(missing);
  if (!commands && missing.every(name => platform.TEST_PACKAGES.includes(name))) {
    console.log(`Some tests are skipped without these packages; to install them: ${platform.aptLine(missing)}`);
    return;
  }
  if (!commands) {
    throw new SetupError(
      `These Debian packages are missing, and there is no right to install them: ${missing.join(', ')}.`,
      `run this line, then try again:\n    ${platform.aptLine(missing)}`
    );
  }
  console.log(`Debian packages to install: ${missing.join(', ')}.`);
  await announce('Debian packages', async onLine => {
    for (const argv of commands) {
      await run(argv, {
        log: 'apt', onLine, action: `check the network, or run this line yourself:\n    ${platform.aptLine(missing)}`
      });
    }
  });
}

/** Ends a start that could never serve a session before it takes minutes; tests run what they can without. */
function checkSandbox(tests) {
  const problem = platform.sandboxProblem();
  if (problem && !tests) {
    throw new SetupError(problem.sentence, problem.action);
  }
  return problem;
}

/**
 * @param {{tests?: boolean, stateDir?: string}} options `tests` also installs what only the tests need.
 * @returns What keeps sandboxes from working, or null.
 */
export async function setUp({ tests = false, stateDir = paths.defaultStateDir() } = {}) {
  platform.checkPlatform();
  const complete = steps.every(done) && !platform.missingPackages({ tests }).length;
  let problem;
  if (complete) {
    problem = checkSandbox(tests);
  } else {
    await withLock(async () => {
      const started = performance.now();
      await endOrphan();
      await systemPackages(tests);
      problem = checkSandbox(tests);
      platform.losses().forEach(sentence => console.log(`Note: ${sentence}`));
      for (const step of steps) {
        await take(step);
      }
      console.log(`Set up in ${((performance.now() - started) / 1000).toFixed(0)} s.`);
    });
  }
  if (tests && !done(testPrograms)) {
    await setUpTestPrograms();
  }
  await sampleData(stateDir);
  return { sandboxProblem: problem };
}

/** Programs of others that the tests run unmodified, in `.tools/envs/programs`. */
const testPrograms = tree('programs', 'Programs the tests run against the hub', 'scripts/requirements-test.txt');

export async function setUpTestPrograms() {
  await withLock(() => take(testPrograms));
}

/** What the benchmark alone needs: JupyterHub as pip delivers it, in `.tools/envs/jupyterhub`. */
export async function setUpBench() {
  await setUp();
  await withLock(() => take(tree('jupyterhub', 'Python packages of the JupyterHub to measure against', 'bench/requirements.txt')));
}

/** What the tests of the Python package alone need, in `.tools/envs/pytest`. */
export async function setUpPytest() {
  await withLock(() => take(tree('pytest', 'Python packages of the tests', 'extensions/python/tests/requirements.txt')));
}

/** Made once per state directory by a script that knows itself whether there is anything to do. */
async function sampleData(stateDir) {
  const script = join(root, 'scripts/sample-data.mjs');
  const folder = join(stateDir, 'sample-data');
  const hash = hashOf(['scripts/sample-data.mjs', 'kernels-images/sample-data'], name => name === '__pycache__');
  const stamp = join(folder, '.setup-stamp');
  if (!existsSync(script) || (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash)) {
    return;
  }
  await announce('Simulated sample data', onLine =>
    run([paths.node24, script, '--state-dir', stateDir], {
      log: 'sample-data', action: 'read the lines below; then run it again.', env: nodeEnv(), onLine
    })
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(stamp, hash);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const at = process.argv.indexOf('--state-dir');
  await runMain(async () => {
    await setUp({
      tests: process.argv.includes('--tests'),
      stateDir: at > 0 ? resolve(process.argv[at + 1]) : undefined
    });
  });
}
