// Makes the simulated archive volumes of volumes.yaml: npm run sample-data [-- --state-dir <dir>]
// Instant when they are there. A volume appears whole or not at all: it is written beside its place, then renamed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const repo = dirname(dirname(fileURLToPath(import.meta.url)));
const generator = join(repo, 'kernels-images', 'sample-data');
const volumes = ['euclid_q1', 'gaia_dr3'];

export function defaultStateDir(env = process.env) {
  return join(env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'jupyter-datalabs');
}

/** Hash of the generator's sources: a volume made by other sources is made anew. */
async function generatorHash() {
  const hash = createHash('sha256');
  for (const name of (await readdir(generator)).filter(n => n.endsWith('.py')).sort()) {
    hash.update(name).update(await readFile(join(generator, name)));
  }
  return hash.digest('hex');
}

/** Beside the volumes, which people look into: says by which sources a volume was made. */
function stampFile(root, volume) {
  return join(`${root}-stamps`, volume);
}

/** Null of a volume that is not there, or not known to be whole. */
async function stampOf(root, volume) {
  return existsSync(join(root, volume)) ? readFile(stampFile(root, volume), 'utf8').catch(() => null) : null;
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Removes what interrupted runs left behind, but nothing of a run that still works. */
async function sweep(root) {
  for (const name of await readdir(root)) {
    const pid = /^\.(?:new|old)-.*-(\d+)$/.exec(name)?.[1];
    if (pid && !alive(Number(pid))) await rm(join(root, name), { recursive: true, force: true });
  }
}

function generate(python, volume, target) {
  return new Promise((done, fail) => {
    const child = spawn(python, [join(generator, 'generate.py'), volume, target], {
      stdio: ['ignore', 'inherit', 'pipe'],
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' }
    });
    let tail = '';
    child.stderr.on('data', data => (tail = (tail + data).slice(-2000)));
    child.on('error', fail);
    child.on('close', code =>
      code === 0
        ? done()
        : fail(new Error(`The sample volume ${volume} could not be made (exit ${code}).\n${tail.trim()}`))
    );
  });
}

async function makeVolume({ root, volume, python, stamp, log }) {
  const place = join(root, volume);
  if ((await stampOf(root, volume)) === stamp) return false;
  const started = performance.now();
  const fresh = join(root, `.new-${volume}-${process.pid}`);
  const old = join(root, `.old-${volume}-${process.pid}`);
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o755 });
  try {
    await generate(python, volume, fresh);
    // Written last: a run that is interrupted before is done again.
    await rm(stampFile(root, volume), { force: true });
    if (existsSync(place)) await rename(place, old);
    try {
      await rename(fresh, place);
    } catch (error) {
      // Another run was faster; its volume is the same as ours.
      if (!existsSync(place)) throw error;
    }
    await mkdir(`${root}-stamps`, { recursive: true, mode: 0o755 });
    await writeFile(stampFile(root, volume), stamp, { mode: 0o644 });
  } finally {
    await rm(fresh, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
  log(`sample data: ${volume} made in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return true;
}

/** Returns the names of the volumes that had to be made. */
export async function makeSampleData({
  stateDir = defaultStateDir(),
  python = join(repo, '.tools', 'envs', 'euclid', 'bin', 'python'),
  log = console.log
} = {}) {
  const root = join(resolve(stateDir), 'sample-data');
  const stamp = await generatorHash();
  const stamps = await Promise.all(volumes.map(volume => stampOf(root, volume)));
  if (stamps.every(found => found === stamp)) return [];
  if (!existsSync(python)) {
    throw new Error(`The Python environment that makes the sample data is missing (${python}): run "npm run setup" first.`);
  }
  await mkdir(root, { recursive: true, mode: 0o755 });
  await sweep(root);
  const made = await Promise.all(
    volumes.map(async volume => ((await makeVolume({ root, volume, python, stamp, log })) ? volume : null))
  );
  return made.filter(Boolean);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    const { values } = parseArgs({ options: { 'state-dir': { type: 'string' }, help: { type: 'boolean' } } });
    if (values.help) {
      console.log('usage: npm run sample-data [-- --state-dir <dir>]\nMakes the simulated volumes euclid_q1 and gaia_dr3.');
    } else {
      const made = await makeSampleData({ stateDir: values['state-dir'] });
      if (made.length === 0) console.log('sample data: already there');
    }
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
