// npm run bench [-- --pairs 20 --topcat 5 --starts 3 --only lab,jupyterhub,hub,warm,topcat,start --print]
// Measures this hub, JupyterHub 5 with default settings and a bare JupyterLab in turn, in the same run.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { setUpBench } from '../scripts/setup.mjs';
import { login, startToLink, stopAll } from './lib/hub.mjs';
import { startJupyterHub } from './lib/jupyterhub.mjs';
import { launchLab } from './lib/lab.mjs';
import { answersApi, end, freePort, until } from './lib/measure.mjs';
import { render, writeReport } from './lib/report.mjs';

const repo = dirname(dirname(fileURLToPath(import.meta.url)));
const lab = join(repo, '.tools', 'envs', 'lab');
const delivered = join(repo, '.tools', 'envs', 'jupyterhub');
const node = join(repo, '.tools', 'node_modules', `node-linux-${process.arch}`);

// The desktop is reached by websocket, which Node has from 22 on; the set-up's Node 24 takes over from an older one.
if (Number(process.versions.node.split('.')[0]) < 22 && existsSync(join(node, 'bin', 'node'))) {
  const { status } = spawnSync(join(node, 'bin', 'node'), process.argv.slice(1), { stdio: 'inherit' });
  process.exit(status ?? 1);
}

const { values: options } = parseArgs({
  options: {
    pairs: { type: 'string', default: '20' },
    topcat: { type: 'string', default: '5' },
    starts: { type: 'string', default: '3' },
    only: { type: 'string', default: 'lab,jupyterhub,hub,warm,topcat,start' },
    print: { type: 'boolean', default: false }
  }
});
const only = new Set(options.only.split(','));
const count = name => {
  const n = Number(options[name]);
  if (!Number.isInteger(n) || n < 1) throw new Error(`--${name} must be a whole number from 1`);
  return n;
};

/** Every contestant starts with an unmeasured run: the first one pays for cold disk caches, whoever it is. */
async function bareLab(scratch) {
  const port = await freePort();
  const since = performance.now();
  const { state, base } = await launchLab({ environment: lab, home: join(scratch, 'lab-home'), port });
  try {
    return (await until('jupyter lab', () => answersApi(base), { since })).ms;
  } finally {
    await end(state);
  }
}

function version(program) {
  return execFileSync(join(lab, 'bin', program), ['--version'], { encoding: 'utf8' }).trim().split('\n').at(-1);
}

async function run(scratch) {
  const results = { lab: [], jupyterhub: [], jupyterhubTrimmed: [], hub: [], warm: [], topcatCold: [], topcatWarm: [], secondStart: [] };
  const stateDir = join(scratch, 'state');
  const closers = [];
  const note = (name, ms) => {
    results[name].push(ms);
    console.log(`${name.padEnd(18)} ${(ms / 1000).toFixed(3)} s`);
  };
  try {
    const contestants = [];
    if (only.has('lab')) contestants.push(['lab', () => bareLab(scratch)]);
    for (const [name, environment] of [['jupyterhub', delivered], ['jupyterhubTrimmed', lab]]) {
      if (only.has('jupyterhub')) {
        const contestant = await startJupyterHub({ repo, environment, node, directory: join(scratch, name) });
        closers.push(() => contestant.close());
        contestants.push([name, () => contestant.clickToReady()]);
      }
    }
    if (only.has('hub') || only.has('topcat') || only.has('start')) {
      closers.push(() => stopAll({ repo, stateDir }));
      const first = await startToLink({ repo, stateDir });
      await first.stop();
      for (let i = 0; only.has('start') && i < count('starts'); i++) {
        const again = await startToLink({ repo, stateDir });
        await again.stop();
        note('secondStart', again.ms);
      }
      // Nothing is ready before the click: a cold start is one.
      const hub = await startToLink({ repo, stateDir, environment: { DATALABS_WARM_MEMORY: '0' } });
      closers.push(() => hub.stop());
      const client = await login(hub.link);
      if (only.has('hub')) contestants.push(['hub', () => client.clickToReady()]);
      for (let i = 0; only.has('topcat') && i < count('topcat'); i++) {
        await client.stop('topcat');
        note('topcatCold', await client.panelCold());
        note('topcatWarm', await client.panelWarm());
      }
      if (only.has('topcat')) await client.stop('topcat');
      await client.stop('');
    }
    if (only.has('warm')) {
      const stateDir = join(scratch, 'warm');
      closers.push(() => stopAll({ repo, stateDir }));
      const hub = await startToLink({ repo, stateDir });
      closers.push(() => hub.stop());
      const client = await login(hub.link);
      contestants.push(['warm', () => client.clickToReadyWarm()]);
    }
    for (const [, measure] of contestants) await measure();
    for (let i = 0; i < count('pairs') && contestants.length > 0; i++) {
      // The order turns with each round, so that none always comes after the same one.
      for (let k = 0; k < contestants.length; k++) {
        const [name, measure] = contestants[(i + k) % contestants.length];
        note(name, await measure());
      }
    }
  } finally {
    for (const close of closers.reverse()) await close().catch(error => console.error(error.message));
  }
  return results;
}

const scratch = await mkdtemp(join(tmpdir(), 'datalabs-bench-'));
try {
  await setUpBench();
  const results = await run(scratch);
  const versions = `JupyterHub ${version('jupyterhub')}, JupyterLab ${version('jupyter-lab')}, Node ${process.version.slice(1)}`;
  const text = render(results, versions);
  console.log(`\n${text}`);
  if (!options.print) await writeReport(join(repo, 'bench', 'README.md'), text);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await rm(scratch, { recursive: true, force: true });
}
