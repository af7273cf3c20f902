// A bare Jupyter server with the extension of this source tree.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { answersApi, freePort, launch, residentMiB, until } from './measure.mjs';

const TOKEN = 'bench';
/** Between two looks at whether the server answers others. */
const PULSE_MS = 5;

/** With the volumes of a folder, each by its name. */
export async function launchServer({ environment, source, scratch, data }) {
  await mkdir(join(scratch, 'home'), { recursive: true });
  const port = await freePort();
  const args = [
    '-m', 'jupyter_server', '--ServerApp.open_browser=False', `--ServerApp.port=${port}`, `--ServerApp.root_dir=${data}`,
    `--IdentityProvider.token=${TOKEN}`, `--VolumeFiles.data=${data}`, '--Application.log_level=WARN'
  ];
  if (process.getuid() === 0) args.push('--allow-root');
  const env = { ...process.env, HOME: join(scratch, 'home'), PYTHONPATH: source };
  const state = launch(join(environment, 'bin', 'python'), args, { cwd: scratch, env });
  const base = `http://127.0.0.1:${port}/`;
  await until('jupyter server', () => answersApi(base));
  return { state, base };
}

export function client({ base, state }) {
  const headers = { Authorization: `token ${TOKEN}` };
  const ask = async (path, init) => {
    const response = await fetch(`${base}${path}`, { headers, ...init });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${(await response.text()).slice(0, 300)}\n${state.output.slice(-2000)}`);
    return response;
  };
  const workers = name =>
    readdirSync(`/proc/${state.child.pid}/task`)
      .flatMap(task => readFileSync(`/proc/${state.child.pid}/task/${task}/children`, 'utf8').split(' '))
      .filter(pid => pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`volumes.${name}`));
  const pulse = async () => void (await (await ask('api/status')).arrayBuffer());
  return {
    list: async query => (await ask('datalabs/volumes/list', { method: 'POST', body: JSON.stringify({ path: '', limit: 200, ...query }) })).json(),
    /** Not parsed: that would hold up the measuring process, which is not what is asked. */
    contents: async path => {
      let bytes = 0;
      for await (const chunk of (await ask(`api/contents/${path}`)).body) bytes += chunk.length;
      return bytes;
    },
    pulse,
    prepare: async worker => (await ask('datalabs/volumes/prepare', { method: 'POST', body: JSON.stringify({ worker }) })).json(),
    preview: async query => (await ask('datalabs/volumes/preview', { method: 'POST', body: JSON.stringify(query) })).json(),
    image: async query => (await ask('datalabs/volumes/image', { method: 'POST', body: JSON.stringify(query) })).arrayBuffer(),
    workerMiB: name => Math.max(...workers(name).map(residentMiB)),
    /** The most that it ever had. */
    workerPeakMiB: name =>
      Math.max(...workers(name).map(pid => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024)),
    endWorker: async name => {
      const pids = workers(name);
      for (const pid of pids) process.kill(Number(pid), 'SIGKILL');
      await until('end of the worker', () => pids.every(pid => !existsSync(`/proc/${pid}`)));
      // Until the server knows it, too.
      await pulse();
    }
  };
}

/** How long it takes, and the longest that anybody else waited for the same server meanwhile. */
export async function timed(server, work) {
  let running = true;
  let stall = 0;
  const pulses = (async () => {
    while (running) {
      const since = performance.now();
      await server.pulse();
      stall = Math.max(stall, performance.now() - since);
      await delay(PULSE_MS);
    }
  })();
  const since = performance.now();
  try {
    const found = await work();
    return { ms: performance.now() - since, found };
  } finally {
    running = false;
    await pulses;
    timed.stall = stall;
  }
}
