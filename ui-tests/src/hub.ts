import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HubClient } from './client.js';
import { hubMain, hubNode, repository, sampleCache } from './paths.js';
import { isAlive, processesNaming, sandboxesOf, type Sandbox } from './processes.js';

const run = promisify(execFile);

/** Settings of whoever runs the tests must not reach the hub. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('DATALABS_')));
}

export interface ProxyRecord {
  pid: number;
}

/** Runs the hub's program to its end, for starts that must fail. */
export async function hubProgram(...options: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(hubNode, [hubMain, ...options], { cwd: repository, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await once(child, 'close');
  return { code: child.exitCode, output };
}

/** A hub started like `npm start` does, with a state directory of its own. */
export class Hub {
  /** A new state directory with the simulated volumes in it; no process yet. */
  static async create(options: { name?: string; parent?: string; arguments?: string[] } = {}): Promise<Hub> {
    // A short path: UNIX socket paths end at 108 bytes. Readable by others: sessions run as another uid.
    const state = mkdtempSync(join(options.parent ?? realpathSync(tmpdir()), options.name ?? 'dl-'));
    chmodSync(state, 0o755);
    const samples = join(sampleCache, 'sample-data');
    await run('cp', ['-al', samples, join(state, 'sample-data')]).catch(() =>
      run('cp', ['-a', samples, join(state, 'sample-data')])
    );
    return new Hub(state, options.arguments ?? []);
  }

  private constructor(
    readonly state: string,
    /** Further command-line arguments of each start. */
    readonly options: string[]
  ) {}

  /** What the next start has in its environment beside ours. */
  environment: NodeJS.ProcessEnv = {};

  /** `http://127.0.0.1:<port>` without a trailing slash. */
  get origin(): string {
    return new URL(this.link).origin;
  }

  /** The login link printed by the latest start. */
  get link(): string {
    if (this.printed === null) {
      throw new Error('The hub has not been started.');
    }
    return this.printed;
  }

  get pid(): number {
    return this.child!.pid!;
  }

  get output(): string {
    return this.log.join('');
  }

  /** Resolves with the printed login link. A second start asks for the same port again. */
  async start(): Promise<string> {
    const port = this.printed === null ? '0' : new URL(this.printed).port;
    const child = spawn(hubNode, [hubMain, '--port', port, '--state-dir', this.state, ...this.options], {
      cwd: repository,
      // Tests count what runs: nothing is made ready ahead unless one asks for it.
      env: { ...environment(), DATALABS_WARM_SANDBOXES: '0', ...this.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: Ctrl-C on the test run must not reach it before its own clean-up.
      detached: true
    });
    this.child = child;
    this.stopped = false;
    let text = '';
    this.printed = await new Promise<string>((resolve, reject) => {
      const listen = (chunk: Buffer): void => {
        text += chunk.toString();
        this.log.push(chunk.toString());
        const link = /https?:\/\/\S+\/hub\/login(?:\?token=[\w.~-]+)?(?=\s)/.exec(text);
        if (link) {
          resolve(link[0]);
        }
      };
      child.stdout!.on('data', listen);
      child.stderr!.on('data', listen);
      child.once('error', reject);
      child.once('exit', (code, signal) => reject(new Error(`The hub ended with ${code ?? signal} before its link:\n${text}`)));
    });
    return this.printed;
  }

  /** Ctrl-C. */
  async interrupt(): Promise<void> {
    await this.signal('SIGINT');
  }

  async kill(): Promise<void> {
    await this.signal('SIGKILL');
  }

  /** Sends the signal without waiting, for tests that race a start. */
  killNow(): void {
    process.kill(this.pid, 'SIGKILL');
  }

  proxy(): ProxyRecord {
    return JSON.parse(readFileSync(join(this.state, 'proxy.json'), 'utf8')) as ProxyRecord;
  }

  killProxy(): number {
    const { pid } = this.proxy();
    process.kill(pid, 'SIGKILL');
    return pid;
  }

  sandboxes(): Sandbox[] {
    return sandboxesOf(this.state);
  }

  /** Sandboxes other than the home; one too young to carry its name counts. */
  guests(): Sandbox[] {
    return this.sandboxes().filter(({ session }) => session !== '');
  }

  /** Command lines on the host that still name this state directory: hub, proxy, network helpers. */
  leftovers(): string[] {
    return processesNaming(this.state).map(({ command }) => command);
  }

  /** Uses the login link up. */
  async login(): Promise<HubClient> {
    return HubClient.login(this.link);
  }

  /** Ends everything as `npm run stop` does; resolves with what it printed. */
  async stop(): Promise<string> {
    const { stdout } = await run(hubNode, [hubMain, '--stop', '--state-dir', this.state], { cwd: repository, env: environment() });
    await this.ended();
    this.stopped = true;
    return stdout;
  }

  /** Stops and deletes; whatever the product leaves behind is killed, so that one failure does not spoil the next test. */
  async dispose(): Promise<void> {
    try {
      if (!this.stopped) {
        await this.stop();
      }
    } finally {
      if (this.child?.pid !== undefined && isAlive(this.child.pid)) {
        process.kill(this.child.pid, 'SIGKILL');
      }
      const left = [...this.sandboxes().flatMap(sandbox => sandbox.pids), ...processesNaming(this.state).map(({ pid }) => pid)];
      for (const pid of left) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // Its pid 1 took it along.
        }
      }
      rmSync(this.state, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  private async signal(name: NodeJS.Signals): Promise<void> {
    process.kill(this.pid, name);
    await this.ended();
  }

  private async ended(): Promise<void> {
    const child = this.child;
    if (child && child.exitCode === null && child.signalCode === null) {
      await once(child, 'exit');
    }
  }

  /** Everything that a hub which died had written is in `output`. */
  async outputEnded(): Promise<void> {
    const { stderr } = this.child!;
    if (stderr && !stderr.closed) {
      await once(stderr, 'close');
    }
  }

  private child: ChildProcess | null = null;
  /** By the product's own stop, and not started since. */
  private stopped = false;
  private printed: string | null = null;
  private log: string[] = [];
}
