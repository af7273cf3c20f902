// Clocks, waiting and statistics shared by the measurements.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Probing interval in ms: the resolution of every "until it answers". The same for all contestants. */
export const PROBE_MS = 10;

export async function freePort() {
  return new Promise((done, fail) => {
    const server = createServer();
    server.on('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** Milliseconds until `probe` returns something truthy; errors count as "not yet". */
export async function until(what, probe, { since = performance.now(), timeout = 60_000, interval = PROBE_MS } = {}) {
  let last = 'no answer';
  while (performance.now() - since < timeout) {
    try {
      const found = await probe();
      if (found) return { ms: performance.now() - since, found };
      last = 'not ready';
    } catch (error) {
      last = error.cause?.message ?? error.message;
    }
    await delay(interval);
  }
  throw new Error(`${what}: nothing within ${timeout / 1000} s (${last})`);
}

/** True once a Jupyter server answers its version at `<base>api`. */
export async function answersApi(base) {
  const response = await fetch(`${base}api`, { redirect: 'manual', signal: AbortSignal.timeout(5000) });
  const text = await response.text();
  return response.status === 200 && 'version' in JSON.parse(text);
}

/** A child in a process group of its own, with the end of its output kept for error messages. */
export function launch(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, ...options });
  const state = { child, output: '', exited: new Promise(done => child.once('close', done)) };
  const keep = data => {
    state.output = (state.output + data).slice(-200_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.on('error', error => keep(`${error.message}\n`));
  return state;
}

/** Ends it: TERM to the program, or with `terminal` an interrupt to its whole group, as Ctrl-C in a terminal does. */
export async function end(state, { terminal = false, graceMs = 15_000 } = {}) {
  const { child } = state;
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  if (terminal) process.kill(-child.pid, 'SIGINT');
  else child.kill('SIGTERM');
  const force = setTimeout(() => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // gone in the meantime
    }
  }, graceMs);
  await state.exited;
  clearTimeout(force);
}

/** A program that can be killed, and started again with what it left behind. */
export function program(start) {
  let state = start();
  return {
    get pid() {
      return state.child.pid;
    },
    async kill() {
      state.child.kill('SIGKILL');
      await state.exited;
    },
    restart() {
      state = start();
    },
    /** Until the hub answers at its public address; else what it said is in the error, and it is ended. */
    async healthy(name, origin) {
      try {
        await until(name, async () => (await fetch(`${origin}/hub/health`)).ok);
      } catch (error) {
        await end(state);
        throw new Error(`${error.message}\n${state.output.slice(-2000)}`);
      }
    },
    close: () => end(state)
  };
}

/** Resident memory of a process, in MiB. */
export function residentMiB(pid) {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}

/** Processor time a process has used, user and system, in ms; Linux counts it in hundredths of a second. */
export function processorMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

export function summary(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = q => sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))];
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { n: sorted.length, median, p95: at(0.95), min: sorted[0], max: sorted.at(-1) };
}
