// npm run bench:hub [-- --users 10000 --running 1000 --sequential 100 --real 20 --rounds 3 --only jupyterhub,hub,real --print --no-setup]
// What many users ask of a hub, of JupyterHub 5 and this one in turn, on the same machine in the same run.
/* global WebSocket */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { setUpBench } from '../scripts/setup.mjs';
import { processorMs, residentMiB, until } from './lib/measure.mjs';
import { realServers } from './lib/real.mjs';
import { machine, renderScale, writeReport } from './lib/report.mjs';
import { startDatalabs } from './lib/scale-datalabs.mjs';
import { startScaleJupyterHub } from './lib/scale-jupyterhub.mjs';
import { startStandIn } from './lib/standin.mjs';
import { client, proxyApi, workloads } from './lib/workloads.mjs';

const repo = dirname(dirname(fileURLToPath(import.meta.url)));
const node = join(repo, '.tools', 'node_modules', `node-linux-${process.arch}`);
// Websockets come with Node 22: the set-up's Node 24 takes over from an older one.
if (Number(process.versions.node.split('.')[0]) < 22 && existsSync(join(node, 'bin', 'node'))) {
  const { status } = spawnSync(join(node, 'bin', 'node'), process.argv.slice(1), { stdio: 'inherit' });
  process.exit(status ?? 1);
}
const environments = join(repo, '.tools', 'envs');
const { values: options } = parseArgs({
  options: {
    users: { type: 'string', default: '10000' },
    running: { type: 'string', default: '1000' },
    sequential: { type: 'string', default: '100' },
    real: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: 'jupyterhub,hub,real' },
    print: { type: 'boolean', default: false },
    'no-setup': { type: 'boolean', default: false }
  }
});
const [users, running, sequential, real, rounds] = ['users', 'running', 'sequential', 'real', 'rounds'].map(name => Number(options[name]));
const name = i => `u${String(i).padStart(5, '0')}`;
const range = (from, count) => Array.from({ length: count }, (_, i) => name(from + i));

/** After a start, until memory is looked at. */
const SETTLE_MS = 2000;

/** What is to be ended, last one first, whatever happens. */
const closers = [];

async function measure(contestant) {
  const connection = client(contestant);
  const results = {};
  const note = (key, value) => {
    results[key] = value;
    console.log(`  ${key.padEnd(12)} ${value.toFixed(2)}`);
  };
  const proxy = proxyApi(contestant.proxy);
  const { hub } = contestant;
  const api = since => until('API', async () => (await connection.send('GET', '/hub/api')).status === 200, { since, timeout: 180_000 });
  // The first start of all sets up a store; what the second one takes is to be compared with a later one.
  await hub.kill();
  hub.restart();
  await api(performance.now());
  await delay(SETTLE_MS);
  const empty = residentMiB(hub.pid);
  note('create', await workloads.createUsers(connection, users));
  const { page, filter } = await workloads.pages(connection, users);
  note('page', page);
  note('filter', filter);
  note('sequential', await workloads.sequential(connection, range(0, sequential)));
  // What a runtime takes for itself under its first load is not of the sessions.
  await workloads.activity(connection, range(0, sequential), 3000);
  const before = residentMiB(hub.pid);
  const processor = [hub, contestant.proxy].map(({ pid }) => processorMs(pid));
  const stormed = range(sequential, running - sequential);
  note('storm', await workloads.storm(connection, stormed));
  note('hubCpu', (processorMs(hub.pid) - processor[0]) / stormed.length);
  note('proxyCpu', (processorMs(contestant.proxy.pid) - processor[1]) / stormed.length);
  note('growth', ((residentMiB(hub.pid) - before) * 1000) / stormed.length);
  note('activity', await workloads.activity(connection, range(0, running), 5000));
  note('resident', residentMiB(hub.pid));
  note('route', await proxy.routeMs(200));
  const sockets = await Promise.all(range(0, 50).map(user => openSocket(`${contestant.origin}/user/${user}/socket`.replace('http', 'ws'))));
  await hub.kill();
  const since = performance.now();
  hub.restart();
  const up = api(since);
  // Complete only once the hub itself says that it has them all, not while a proxy still has those of before.
  const all = up
    .then(() => until('routes', async () => (await isReady(connection, name(running - 1))) && (await proxy.count()) >= running, { since, timeout: 180_000 }))
    .catch(() => ({ ms: NaN }));
  note('api', (await up).ms / 1000);
  note('routes', (await all).ms / 1000);
  await delay(SETTLE_MS);
  note('memory', ((residentMiB(hub.pid) - empty) * 1000) / running);
  note('dropped', sockets.filter(({ readyState }) => readyState !== WebSocket.OPEN).length);
  sockets.forEach(socket => socket.close());
  connection.close();
  return results;
}

async function isReady({ send }, user) {
  const { status, text } = await send('GET', `/hub/api/users/${user}`);
  return status === 200 && JSON.parse(text).servers?.['']?.ready === true;
}

function openSocket(url) {
  return new Promise((done, fail) => {
    const socket = new WebSocket(url);
    socket.onopen = () => done(socket);
    socket.onerror = () => fail(new Error(`${url} did not open`));
  });
}

async function versions() {
  const jupyterhub = execFileSync(join(environments, 'jupyterhub', 'bin', 'jupyterhub'), ['--version'], { encoding: 'utf8' }).trim();
  const { version } = JSON.parse(await readFile(join(repo, 'node_modules', 'configurable-http-proxy', 'package.json'), 'utf8'));
  return `JupyterHub ${jupyterhub}, configurable-http-proxy ${version}, Node ${process.version.slice(1)}`;
}

let cleaning;
const cleanUp = () =>
  (cleaning ??= (async () => {
    for (const close of closers.reverse()) await Promise.resolve(close()).catch(error => console.error(error.message));
  })());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => void cleanUp().then(() => process.exit(1)));

try {
  const scratch = await mkdtemp(join(tmpdir(), 'datalabs-bench-'));
  closers.push(() => rm(scratch, { recursive: true, force: true }));
  if (!options['no-setup']) await setUpBench();
  const standIn = await startStandIn();
  closers.push(() => standIn.close());
  const results = {};
  for (const which of options.only.split(',')) {
    console.log(which);
    const directory = join(scratch, which);
    if (which === 'real') {
      const note = (key, value) => console.log(`  ${key.padEnd(12)} ${value.toFixed(2)}`);
      results.real = await realServers({ repo, environment: join(environments, 'lab'), directory, count: real, rounds, note, closers });
      continue;
    }
    const start = which === 'hub' ? startDatalabs : startScaleJupyterHub;
    const contestant = await start({ repo, environment: join(environments, 'jupyterhub'), node, directory, standInPort: standIn.port });
    closers.push(() => contestant.close());
    results[which] = await measure(contestant);
    await contestant.close();
    closers.pop();
  }
  const text = renderScale(results, { heading: `Measured ${machine()}; ${await versions()}. \`npm run bench:hub\`: ${users} users, ${running} sessions of a stand-in server.`, real, rounds });
  console.log(`\n${text}`);
  if (!options.print) await writeReport(join(repo, 'bench', 'README.md'), text, 'scale');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await cleanUp();
}
process.exit();
