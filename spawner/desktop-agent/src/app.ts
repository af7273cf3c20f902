import { spawn, type ChildProcess } from 'node:child_process';
import { LogTail } from './log-tail.js';
import { endGroup } from './processes.js';

export type AppState = 'starting' | 'running' | 'restarting' | 'failed';

export interface IAppTimes {
  /** A run shorter than this, without a window or with an error, counts as a failure. */
  readonly quick: number;
  readonly backOff: readonly number[];
  /** No window left for this long: the program stayed behind and is restarted. */
  readonly windowless: number;
}

const TIMES: IAppTimes = { quick: 20_000, backOff: [500, 2000, 5000], windowless: 5000 };

/** Milliseconds since an arbitrary moment. */
export type Monotonic = () => number;

/** Keeps one application running: closing its window starts it again, failing again and again does not. */
export class App {
  constructor(
    private readonly options: {
      argv: readonly string[];
      environment: Readonly<Record<string, string>>;
      now: Monotonic;
      times?: Partial<IAppTimes>;
      onState?: (state: AppState) => void;
    }
  ) {
    this.times = { ...TIMES, ...options.times };
  }

  get state(): AppState {
    return this.current;
  }

  get firstWindow(): boolean {
    return this.windowSeen;
  }

  get logTail(): string {
    return this.log.text;
  }

  start(): void {
    clearTimeout(this.timer);
    this.windowSeen = false;
    this.startedAt = this.options.now();
    this.log.clear();
    this.setState('starting');
    const [program, ...args] = this.options.argv;
    const child = spawn(program, args, {
      env: this.options.environment,
      cwd: this.options.environment.HOME,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true
    });
    this.child = child;
    this.log.follow(child.stdout);
    this.log.follow(child.stderr);
    // 'close' comes after the last output, so that the tail is complete.
    child.once('error', error => this.ended(child, 1, `${error.message}\n`));
    child.once('close', code => this.ended(child, code ?? 1, ''));
  }

  /** Start again on request: a failed application gets all its attempts back. */
  async restart(): Promise<void> {
    const child = this.child;
    this.child = null;
    clearTimeout(this.timer);
    clearTimeout(this.emptyTimer);
    this.failures = 0;
    if (child) {
      await endGroup(child, 3000);
    }
    if (!this.stopped && !this.child) {
      this.start();
    }
  }

  /** The number of windows on the screen changed. */
  windows(count: number): void {
    clearTimeout(this.emptyTimer);
    if (!this.child || this.stopped) {
      return;
    }
    if (count > 0) {
      if (!this.windowSeen) {
        this.windowSeen = true;
        this.setState('running');
      }
    } else if (this.windowSeen) {
      const child = this.child;
      this.emptyTimer = setTimeout(() => void endGroup(child, 3000), this.times.windowless);
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    clearTimeout(this.emptyTimer);
    if (this.child) {
      await endGroup(this.child, 5000);
    }
  }

  private ended(child: ChildProcess, code: number, note: string): void {
    if (child !== this.child || this.stopped) {
      return;
    }
    this.child = null;
    clearTimeout(this.emptyTimer);
    if (note) {
      this.log.add(note);
    }
    const ran = this.options.now() - this.startedAt;
    const failed = ran < this.times.quick && (code !== 0 || !this.windowSeen);
    this.failures = failed ? this.failures + 1 : 0;
    if (this.failures > this.times.backOff.length) {
      this.setState('failed');
      return;
    }
    this.setState('restarting');
    const delay = this.times.backOff[Math.max(0, this.failures - 1)];
    this.timer = setTimeout(() => this.start(), delay);
  }

  private setState(state: AppState): void {
    if (state !== this.current) {
      this.current = state;
      this.options.onState?.(state);
    }
  }

  private readonly times: IAppTimes;
  private readonly log = new LogTail();
  private current: AppState = 'starting';
  private child: ChildProcess | null = null;
  private timer: NodeJS.Timeout | undefined;
  private emptyTimer: NodeJS.Timeout | undefined;
  private startedAt = 0;
  private failures = 0;
  private windowSeen = false;
  private stopped = false;
}
