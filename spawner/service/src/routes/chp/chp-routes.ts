import { createHash, randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Agent } from 'node:http';
import { createServer } from 'node:net';
import * as path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { DomainError } from '../../domain/errors.js';
import type { Clock } from '../../ports/clock.js';
import type { Route, Routes } from '../../ports/routes.js';
import { dialHost, request, type ApiAnswer } from './api.js';
import { ERROR_PAGE } from './error-page.js';
import { isAlive, processId, signalProcess, type ProcessId } from '../../processes/process.js';

export interface ProxyRecord extends ProcessId {
  token: string;
  apiSocket: string;
  host: string;
  port: number;
  /** See `rulesVersion`; missing in records of hubs that did not write it. */
  rules?: string;
}

export interface ChpOptions {
  host: string;
  /** 0 takes the port of the proxy that runs already, else any free one. */
  port: number;
  /** Node with which the proxy runs. */
  node: string;
  /** Private directory of its socket and pages. */
  directory: string;
  /** Where pid, start time and token are kept, 0600. */
  recordFile: string;
  /** Where the hub keeps what tells its cookies from those of other hubs on the same host name. */
  cookieFile: string;
  logFile: string;
  /** Where everything goes that has no route of its own: the hub. */
  defaultTarget: string;
  /** Secret of its API; random when null. */
  token: string | null;
  clock: Clock;
  logger: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
}

const MANIFEST = createRequire(import.meta.url).resolve('configurable-http-proxy/package.json');
const [SESSIONS, COOKIES] = ['sessions.mjs', 'cookies.mjs'].map(file => fileURLToPath(new URL(`../../../proxy/${file}`, import.meta.url))) as [string, string];

const WATCH_MS = 200;
/** How often its log is looked at, in rounds of the watch, and the bytes at which it begins anew, with the one before beside it. */
const LOG_ROUNDS = 150;
const LOG_BYTES = 8 * 2 ** 20;
const START_MS = 10_000;
const API_MS = 5000;

/** configurable-http-proxy as a process of its own: started or adopted, watched, and given its routes again when it died. */
export class ChpRoutes implements Routes {
  #record: ProxyRecord | null = null;
  #closed = new AbortController();
  readonly #listeners = new Set<() => void>();
  /** Connections to its API, kept: a start or an end is one call. */
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: 16 });

  constructor(private readonly options: ChpOptions) {}

  /** Host and port people reach it on; only once started. */
  get address(): { host: string; port: number } {
    if (!this.#record) {
      throw new DomainError('proxy-down', 'The proxy is not running.');
    }
    return { host: this.#record.host, port: this.#record.port };
  }

  /** A sentence when the proxy was started by a hub with other rules for what passes between sessions: they hold until it is started anew. */
  get warning(): string | null {
    const record = this.#record;
    return record === null || record.rules === rulesVersion()
      ? null
      : `The proxy was started by another version of the hub and keeps that one's rules. "kill ${record.pid}" renews it: the hub starts it again at once, sessions go on, open pages reconnect.`;
  }

  /** Adopts the proxy of an earlier hub when it serves the same address, else starts one. */
  async open(): Promise<void> {
    const { host, port, recordFile } = this.options;
    const earlier = await readRecord(recordFile);
    if (earlier && isAlive(earlier)) {
      const same = earlier.host === host && (port === 0 || earlier.port === port);
      if (same && (await this.#answers(earlier))) {
        this.#record = earlier;
        await this.#setDefault();
      } else {
        await endProcess(earlier, this.options.clock);
      }
    }
    if (!this.#record) {
      await this.#start(port === 0 ? await freePort(host) : port);
    }
    void this.#watch();
  }

  async list(): Promise<(Route & { lastActivity: number | null })[]> {
    const answer = await this.#call('GET', '/api/routes');
    const routes = JSON.parse(answer.body) as Record<string, { target: string; last_activity?: string }>;
    return Object.entries(routes)
      .filter(([prefix]) => prefix !== '/')
      .map(([prefix, { target, last_activity }]) => ({
        prefix: `${prefix}/`,
        target,
        lastActivity: last_activity ? Date.parse(last_activity) : null
      }));
  }

  async set({ prefix, target }: Route): Promise<void> {
    await this.#call('POST', `/api/routes${trimSlash(prefix)}`, JSON.stringify({ target }));
  }

  async remove(prefix: string): Promise<void> {
    await this.#call('DELETE', `/api/routes${trimSlash(prefix)}`);
  }

  onReset(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Stops watching. The proxy lives on, as do the sessions behind it, unless `end`. */
  async close({ end }: { end: boolean }): Promise<void> {
    this.#closed.abort();
    if (end && this.#record) {
      await endProcess(this.#record, this.options.clock);
      await rm(this.options.recordFile, { force: true });
      this.#record = null;
    }
    this.#agent.destroy();
  }

  async #start(port: number): Promise<void> {
    const { host, node, directory, recordFile, cookieFile, logFile, defaultTarget, clock } = this.options;
    await refuseOccupied(host, port);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await chmod(directory, 0o700);
    const pages = path.join(directory, 'pages');
    await mkdir(pages, { recursive: true });
    await writeFile(path.join(pages, '503.html'), ERROR_PAGE);
    await writeFile(path.join(pages, 'error.html'), ERROR_PAGE);
    const apiSocket = path.join(directory, 'api.sock');
    await rm(apiSocket, { force: true });
    const token = this.options.token ?? randomBytes(32).toString('base64url');
    const program = path.join(path.dirname(MANIFEST), 'bin', 'configurable-http-proxy');
    const rules = rulesVersion();
    const suffix = await cookieSuffix(cookieFile);
    const log = openSync(logFile, 'a', 0o600);
    // Detached and without our pipes: it outlives this hub. The token goes by environment, as arguments are for all to read.
    const child = spawn(
      node,
      ['--import', pathToFileURL(SESSIONS).href, program, '--ip', host, '--port', String(port), '--api-socket', apiSocket, '--default-target', defaultTarget, '--error-path', pages, '--log-level', 'warn'],
      { detached: true, stdio: ['ignore', log, log], cwd: '/', env: { PATH: process.env['PATH'], CONFIGPROXY_AUTH_TOKEN: token, DATALABS_COOKIE_SUFFIX: suffix } }
    );
    closeSync(log);
    const failed = new Promise<never>((_, reject) => child.once('error', reject));
    failed.catch(() => undefined);
    child.unref();
    const id = child.pid === undefined ? await failed : processId(child.pid);
    if (!id) {
      throw new DomainError('proxy-down', 'The proxy ended as soon as it was started.', { action: `Its log is ${logFile}.` });
    }
    const record: ProxyRecord = { ...id, token, apiSocket, host, port, rules };
    await writeRecord(recordFile, record);
    const deadline = clock.now() + START_MS;
    // Alive after the answer: a proxy that could not have the port ends, and then somebody else has answered in its place.
    while (!(await this.#answers(record)) || !isAlive(id)) {
      if (!isAlive(id) || clock.now() > deadline) {
        signalProcess(id, 'SIGKILL');
        await refuseOccupied(host, port);
        throw new DomainError('proxy-down', 'The proxy did not start.', { action: `Its log is ${logFile}.` });
      }
      await clock.sleep(20);
    }
    this.#record = record;
  }

  /** Both its doors: the API, and the public port (which somebody else may have taken in between). */
  async #answers(record: ProxyRecord): Promise<boolean> {
    const headers = { authorization: `token ${record.token}` };
    try {
      const api = await request({ socketPath: record.apiSocket, path: '/api/routes', headers, timeoutMs: 2000 });
      const front = await request({ host: dialHost(record.host), port: record.port, path: '/_chp_healthz', timeoutMs: 2000 });
      return api.status === 200 && front.status === 200 && front.body.includes('OK');
    } catch {
      return false;
    }
  }

  async #setDefault(): Promise<void> {
    await this.#call('POST', '/api/routes/', JSON.stringify({ target: this.options.defaultTarget }));
  }

  /** Waits out a proxy that is just being restarted; DomainError `proxy-down` when it takes too long. */
  async #call(method: string, where: string, body?: string): Promise<ApiAnswer> {
    const { clock } = this.options;
    const deadline = clock.now() + API_MS;
    for (;;) {
      try {
        const record = this.#record;
        if (!record) {
          throw new Error('not started');
        }
        const headers = { authorization: `token ${record.token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
        const answer = await request({ agent: this.#agent, socketPath: record.apiSocket, path: where, method, headers, body, timeoutMs: API_MS });
        if (answer.status < 400 || (method === 'DELETE' && answer.status === 404)) {
          return answer;
        }
        throw new DomainError('proxy-down', `The proxy answered ${answer.status} to a change of its routes.`);
      } catch (error) {
        if (error instanceof DomainError || this.#closed.signal.aborted || clock.now() > deadline) {
          throw new DomainError('proxy-down', 'The proxy cannot be reached.', { action: 'It is restarted by itself; try again in a few seconds.', cause: error });
        }
        await clock.sleep(50);
      }
    }
  }

  async #watch(): Promise<void> {
    const { clock, logger } = this.options;
    const { signal } = this.#closed;
    try {
      for (let round = 1; ; round++) {
        await clock.sleep(WATCH_MS, signal);
        if (round % LOG_ROUNDS === 0) {
          await boundLog(this.options.logFile).catch((error: unknown) => logger.warn({ err: error }, "the proxy's log could not be shortened"));
        }
        const record = this.#record;
        if (record && isAlive(record)) {
          continue;
        }
        logger.warn({ pid: record?.pid }, 'the proxy is gone; starting it again');
        try {
          await this.#start(record!.port);
        } catch (error) {
          logger.warn({ err: error }, 'the proxy could not be started again; trying once more in a second');
          await clock.sleep(1000, signal);
          continue;
        }
        for (const listener of [...this.#listeners]) {
          listener();
        }
      }
    } catch (error) {
      if (!signal.aborted) {
        throw error;
      }
    }
  }
}

/** The proxy holds it open to append, so it is copied and emptied. Anybody may make the proxy complain, as often as they like. */
export async function boundLog(file: string, bytes = LOG_BYTES): Promise<void> {
  const { size } = await stat(file);
  if (size > bytes) {
    await copyFile(file, `${file}.1`);
    await chmod(`${file}.1`, 0o600);
    await truncate(file);
  }
}

/** Random rather than made of a path: hubs of two machines are one host name at the ends of two tunnels. Kept, so that logins outlive the proxy. */
async function cookieSuffix(file: string): Promise<string> {
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (/^\.[0-9a-f]{8}$/.test(kept)) {
    return kept;
  }
  const suffix = `.${randomBytes(4).toString('hex')}`;
  await writeFile(file, suffix, { mode: 0o600 });
  return suffix;
}

/** What a proxy started now would do: its program, and our rules loaded into it. */
function rulesVersion(): string {
  const hash = createHash('sha256');
  [MANIFEST, SESSIONS, COOKIES].forEach(file => hash.update(readFileSync(file)));
  return hash.digest('hex').slice(0, 16);
}

const trimSlash = (prefix: string): string => (prefix.length > 1 ? prefix.replace(/\/+$/, '') : prefix);

export async function readRecord(file: string): Promise<ProxyRecord | null> {
  try {
    const record = JSON.parse(await readFile(file, 'utf8')) as ProxyRecord;
    return typeof record.pid === 'number' && typeof record.token === 'string' ? record : null;
  } catch {
    return null;
  }
}

async function writeRecord(file: string, record: ProxyRecord): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(record), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** TERM, then KILL; resolves once it is gone. */
export async function endProcess(id: ProcessId, clock: Clock, graceMs = 3000, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  signalProcess(id, signal);
  const deadline = clock.now() + graceMs;
  while (isAlive(id)) {
    if (clock.now() > deadline) {
      signalProcess(id, 'SIGKILL');
    }
    await clock.sleep(20);
  }
}

function listenOnce(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}

const freePort = (host: string): Promise<number> => listenOnce(host, 0).catch((error: unknown) => refuse(host, 0, error));

/** The proxy itself only logs an occupied port and stays. */
const refuseOccupied = (host: string, port: number): Promise<number> => listenOnce(host, port).catch((error: unknown) => refuse(host, port, error));

function refuse(host: string, port: number, error: unknown): never {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    throw new DomainError('proxy-down', `Port ${port} of ${host} is in use by another program.`, { action: 'Choose another with --port, or --port 0 for any free one.', cause: error });
  }
  if (code === 'EACCES') {
    throw new DomainError('proxy-down', `Port ${port} may not be used by this user.`, { action: 'Choose one above 1023 with --port.', cause: error });
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    throw new DomainError('proxy-down', `${host} is no address of this machine.`, { action: 'Choose another with --host, such as 127.0.0.1.', cause: error });
  }
  throw error;
}
