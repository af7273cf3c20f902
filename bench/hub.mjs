// npm run bench:hub [-- --users 10000 --running 1000 --sequential 100 --only jupyterhub,hub --print]
// What many users ask of a hub, of JupyterHub 5 and this one in turn, on the same machine in the same run.
/* global WebSocket */
import { request } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { setUpBench } from '../scripts/setup.mjs';
import { until } from './lib/measure.mjs';
import { machine, writeReport } from './lib/report.mjs';
import { startDatalabs } from './lib/scale-datalabs.mjs';
import { startJupyterHub } from './lib/scale-jupyterhub.mjs';
import { startStandIn } from './lib/standin.mjs';
import { client, residentMiB, workloads } from './lib/workloads.mjs';

const repo = dirname(dirname(fileURLToPath(import.meta.url)));
const node = join(repo, '.tools', 'node_modules', `node-linux-${process.arch}`);
const { values: options } = parseArgs({
  options: {
    users: { type: 'string', default: '10000' },
    running: { type: 'string', default: '1000' },
    sequential: { type: 'string', default: '100' },
    only: { type: 'string', default: 'jupyterhub,hub' },
    print: { type: 'boolean', default: false }
  }
});
const [users, running, sequential] = ['users', 'running', 'sequential'].map(name => Number(options[name]));
const name = i => `u${String(i).padStart(5, '0')}`;
const range = (from, count) => Array.from({ length: count }, (_, i) => name(from + i));

/** Rows: title, key, unit, goal of this hub, whether a figure meets it. */
const ROWS = [
  ['one start after another, stand-in server, p50', 'sequential', 'ms', 15, 'most'],
  ['storm, 100 in flight', 'storm', '/s', 150, 'least'],
  ['resident memory per 1,000 running sessions', 'memory', 'MiB', 20, 'most'],
  ['hub killed: API up', 'api', 's', 1, 'most'],
  ['hub killed: all routes', 'routes', 's', 2, 'most'],
  ['hub killed: dropped websockets of 50', 'dropped', '', 0, 'most'],
  ['activity reports', 'activity', '/s', 1000, 'least'],
  ['page of 50 users', 'page', 'ms', 10, 'most'],
  ['filter by name', 'filter', 'ms', 10, 'most'],
  ['create users', 'create', '/s', 1000, 'least']
];

function routeCount({ url, socketPath, token }) {
  return new Promise((done, fail) => {
    const headers = { Authorization: `token ${token}` };
    const call = url ? request(url, { headers }) : request({ socketPath, path: '/api/routes', headers });
    call.on('error', fail).on('response', response => {
      const chunks = [];
      response.on('data', chunk => chunks.push(chunk)).on('end', () => done(Object.keys(JSON.parse(Buffer.concat(chunks))).length));
    });
    call.end();
  });
}

async function measure(contestant) {
  const hub = client(contestant);
  const results = {};
  const note = (key, value) => {
    results[key] = value;
    console.log(`  ${key.padEnd(12)} ${value.toFixed(2)}`);
  };
  note('create', await workloads.createUsers(hub, users));
  const { page, filter } = await workloads.pages(hub, users);
  note('page', page);
  note('filter', filter);
  note('sequential', await workloads.sequential(hub, range(0, sequential)));
  const before = residentMiB(contestant.pid);
  const stormed = range(sequential, running - sequential);
  note('storm', await workloads.storm(hub, stormed));
  note('memory', ((residentMiB(contestant.pid) - before) * 1000) / stormed.length);
  note('activity', await workloads.activity(hub, range(0, running), 5000));
  const sockets = await Promise.all(range(0, 50).map(user => openSocket(`${contestant.origin}/user/${user}/socket`.replace('http', 'ws'))));
  await contestant.kill();
  const since = performance.now();
  contestant.restart();
  const up = until('API', async () => (await hub.send('GET', '/hub/api')).status === 200, { since });
  // Complete only once the hub itself says that it has them all, not while a proxy still has those of before.
  const all = up.then(() => until('routes', async () => (await hub.send('GET', `/hub/api/users/${name(running - 1)}`)).text.includes('"ready":true') && (await routeCount(contestant.routes)) >= running, { since }))
    .catch(() => ({ ms: NaN }));
  note('api', (await up).ms / 1000);
  note('routes', (await all).ms / 1000);
  note('dropped', sockets.filter(({ readyState }) => readyState !== WebSocket.OPEN).length);
  sockets.forEach(socket => socket.close());
  hub.close();
  return results;
}

function openSocket(url) {
  return new Promise((done, fail) => {
    const socket = new WebSocket(url);
    socket.onopen = () => done(socket);
    socket.onerror = () => fail(new Error(`${url} did not open`));
  });
}

function render(theirs, ours) {
  const show = (value, unit) => (value === undefined ? '–' : `${value < 10 ? value.toFixed(1) : value.toFixed(0)}${unit && ` ${unit}`}`);
  return [
    `Measured ${machine()}. ${users} users, ${running} sessions of a stand-in server.`,
    '',
    '| | JupyterHub | this hub | goal | |',
    '|---|---|---|---|---|',
    ...ROWS.map(([title, key, unit, bound, kind]) => {
      const value = ours?.[key];
      const met = value === undefined ? '–' : (kind === 'most' ? value <= bound : value >= bound) ? 'met' : '**missed**';
      return `| ${title} | ${show(theirs?.[key], unit)} | ${show(value, unit)} | ${kind === 'most' ? '≤' : '≥'} ${bound}${unit && ` ${unit}`} | ${met} |`;
    })
  ].join('\n');
}

const scratch = await mkdtemp(join(tmpdir(), 'datalabs-bench-'));
const standIn = await startStandIn();
try {
  await setUpBench();
  const results = {};
  for (const which of options.only.split(',')) {
    console.log(which);
    const directory = join(scratch, which);
    const contestant =
      which === 'hub'
        ? await startDatalabs({ repo, node, directory, standInPort: standIn.port })
        : await startJupyterHub({ repo, environment: join(repo, '.tools', 'envs', 'jupyterhub'), node, directory, standInPort: standIn.port });
    try {
      results[which] = await measure(contestant);
    } finally {
      await contestant.close();
    }
  }
  const text = render(results.jupyterhub, results.hub);
  console.log(`\n${text}`);
  if (!options.print) await writeReport(join(repo, 'bench', 'README.md'), text, 'scale');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  standIn.close();
  await rm(scratch, { recursive: true, force: true });
}
process.exit();
