#!/usr/bin/env node
// Brings the public conformance documents of CWL v1.0, v1.1 and v1.2 into .tools/cwl-conformance, at the commits below; nothing of
// them is committed. Instant when they are there.
//   node scripts/cwl-conformance.mjs [--from <folder>] [--test [--all] [jest options]]
// --from takes them from a folder with clones (also bare ones) or unpacked copies of the repositories, by their names.
// --test then runs the suites of extensions/cwl with them: npm run test:cwl. Where the environment of JupyterLab is set up, cwltool
// runs edited documents as well, a sample of them or with --all all (about an hour).
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root, tools } from './lib/paths.mjs';
import { nodeEnv, runMain, SetupError } from './lib/run.mjs';

const target = join(tools, 'cwl-conformance');
const FETCH_LIMIT_MS = 5 * 60_000;

/** `tree` is that of the commit: a copy without its history is compared with it. */
const REPOSITORIES = [
  { name: 'common-workflow-language', commit: '06c0cba1a178e20af2634b33dee648faff144bf8', tree: 'b1a8cfce9f3da1173f521dfcf3ad6978ebf30358' },
  { name: 'cwl-v1.1', commit: 'b1d4a69df86350059bd49aa127c02be0c349f7de', tree: 'c440068f1f7d531afd8f6cc1e7df7dfd4d31b39a' },
  { name: 'cwl-v1.2', commit: '551d58d409ef2a0fa2e3ab93b85167dd7d4b1833', tree: '1ceb6445cb6703ca8b609b392ca4ba13e5abe021' }
];

/** Nothing of the person's own configuration, which could change line ends or ask for a password. */
const gitEnv = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' };

function git(cwd, ...args) {
  const { status, error, stdout, stderr } = spawnSync('git', ['-c', 'core.autocrlf=false', '-c', 'safe.directory=*', ...args], {
    cwd, env: gitEnv, encoding: 'utf8', timeout: FETCH_LIMIT_MS
  });
  if (error?.code === 'ENOENT') {
    throw new SetupError('git is not installed.', 'install git, then run this again.');
  }
  return { ok: status === 0, output: stdout.trim(), why: (stderr || error?.message || '').trim().split('\n').at(-1) };
}

const stampOf = folder => {
  const file = join(folder, '.commit');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
};

/** The tree that git makes of a folder, with all that is in it. */
function treeOf(folder) {
  const scratch = mkdtempSync(join(tools, '.tree-'));
  try {
    git(scratch, 'init', '--quiet', '--bare');
    git(scratch, '--git-dir', scratch, '--work-tree', folder, 'add', '--all', '--force', '.');
    return git(scratch, '--git-dir', scratch, 'write-tree').output;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Fetches one commit, which git verifies by what it is named by, into a new folder. */
function fetchCommit(remote, { commit }, folder) {
  git(folder, 'init', '--quiet');
  const fetched = git(folder, 'fetch', '--quiet', '--depth', '1', remote, commit);
  if (!fetched.ok) {
    return fetched;
  }
  const checkedOut = git(folder, 'checkout', '--quiet', '--detach', commit);
  rmSync(join(folder, '.git'), { recursive: true, force: true });
  return checkedOut;
}

function bringFromFolder(from, repository, folder) {
  const names = [repository.name, `${repository.name}.git`];
  const source = names.map(name => join(resolve(from), name)).find(path => existsSync(path));
  if (!source) {
    throw new SetupError(`There is no ${repository.name} in ${from}.`, 'name the folder in which the repositories lie, each under its name.');
  }
  if (existsSync(join(source, '.git')) || existsSync(join(source, 'objects'))) {
    const { ok, why } = fetchCommit(source, repository, folder);
    if (!ok) {
      throw new SetupError(`${source} does not give commit ${repository.commit}: ${why}`, 'fetch that commit there first.');
    }
    return;
  }
  const tree = treeOf(source);
  if (tree !== repository.tree) {
    throw new SetupError(`${source} is not commit ${repository.commit}: something in it was changed.`, 'unpack that commit anew, with nothing else in the folder.');
  }
  cpSync(source, folder, { recursive: true, verbatimSymlinks: true });
}

function bringFromNetwork(repository, folder) {
  const remote = `https://github.com/common-workflow-language/${repository.name}.git`;
  const { ok, why } = fetchCommit(remote, repository, folder);
  if (!ok) {
    throw new SetupError(
      `The conformance documents could not be fetched from ${remote}: ${why}`,
      `where the network does not let you, clone the three repositories elsewhere (${REPOSITORIES.map(({ name }) => name).join(', ')}), ` +
        'bring them into one folder here, and run this with --from <that folder>.'
    );
  }
}

/** A repository appears whole or not at all. */
function bring(repository, from) {
  const folder = join(target, repository.name);
  if (stampOf(folder) === repository.commit) {
    return;
  }
  console.log(`Bringing ${repository.name} at ${repository.commit.slice(0, 12)} …`);
  const fresh = mkdtempSync(join(target, '.new-'));
  try {
    if (from === undefined) {
      bringFromNetwork(repository, fresh);
    } else {
      bringFromFolder(from, repository, fresh);
    }
    writeFileSync(join(fresh, '.commit'), `${repository.commit}\n`);
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function test(options, isAll) {
  const python = join(tools, 'envs/lab/bin/python');
  const cwltool = existsSync(join(tools, 'envs/lab/bin/cwltool')) ? { CWLTOOL_PYTHON: python, ...(isAll ? { CWL_RUNS: 'all' } : {}) } : {};
  const env = nodeEnv({ ...cwltool, CWL_CONFORMANCE: target, NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning' });
  const jest = [join(root, 'node_modules/jest/bin/jest.js'), '-c', join(root, 'jest.node.config.cjs'), 'extensions/cwl', ...options];
  return new Promise(done => spawn(process.execPath, jest, { cwd: root, env, stdio: 'inherit' }).once('exit', code => done(code ?? 1)));
}

await runMain(async () => {
  const { values, positionals } = parseArgs({ options: { from: { type: 'string' }, test: { type: 'boolean' }, all: { type: 'boolean' } }, allowPositionals: true });
  mkdirSync(target, { recursive: true });
  REPOSITORIES.forEach(repository => bring(repository, values.from));
  console.log(`The conformance documents are in ${target}`);
  return values.test ? test(positionals, values.all) : 0;
});
