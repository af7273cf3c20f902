/**
 * What starts containers. The engine is the truth about what runs: nothing else may claim that a session lives.
 */
export interface SessionKey {
  /** Hub user name. */
  owner: string;
  /** Session (named server) name; '' is the user's home. */
  name: string;
}

export interface Mount {
  /** Absolute path on the host. */
  source: string;
  /** Absolute path inside the session. */
  target: string;
  mode: 'ro' | 'rw';
}

export interface SessionSpec {
  key: SessionKey;
  /** Unique per start (random), so that a late event of an earlier start is never taken for this one. */
  startId: string;
  datalab: string;
  version: string;
  kind: 'jupyter' | 'desktop' | 'web';
  /** Program and arguments inside the session. Never holds a secret. */
  argv: string[];
  /** The whole environment of the session; nothing else is inherited. May hold secrets. */
  environment: Record<string, string>;
  /** Read-only software trees (same path in- and outside), archive volumes, home and workspace. */
  mounts: Mount[];
  /** Directories inside what is mounted that are shown empty; what is mounted below one is seen. */
  covers?: string[];
  /** Symbolic links inside the session, target by path. */
  links: { path: string; target: string }[];
  /** Durable $HOME on the host, mounted at /media/home. Created and owned by the engine's session user. */
  home: string;
  network: 'none' | 'egress';
  resources: { cpu: number; memoryBytes: number; pids: number };
}

/** All of a session that is fixed once its sandbox exists. Its environment has nothing of one session in it, above all no secret. */
export type WarmSpec = Omit<SessionSpec, 'key' | 'startId'> & { owner: string };

/** A sandbox whose program has started as far as it can without knowing its session. It has no token, no route and no way to the hub. */
export interface WarmSandbox {
  readonly spec: WarmSpec;
  /** Settles once nothing of it is left, or it has become a session. */
  readonly gone: Promise<void>;
  /** What it holds now, where the engine counts it. */
  memoryBytes(): number | null;
  /** Ends it; does nothing to one that has become a session. */
  discard(): Promise<void>;
}

/** A volume for a session that runs; always read-only. */
export interface LaterMount {
  /** Absolute path of a directory on the host. */
  source: string;
  /** `/data/<volume>`. */
  target: string;
  /** Never empty: '' says whether the root is allowed; deeper ones (no slash at either end) override what is above. */
  parts: { prefix: string; allowed: boolean }[];
}

/** A process of a session, with its number there. Its name is what it calls itself. */
export interface BusyProcess {
  pid: number;
  name: string;
}

/** Where the proxy reaches a session: `http+unix://%2Fencoded%2Fpath` or `http://host:port`. */
export type SessionTarget = string;

export interface RunningSession {
  key: SessionKey;
  startId: string;
  datalab: string;
  version: string;
  kind: 'jupyter' | 'desktop' | 'web';
  target: SessionTarget;
  /** Milliseconds since the epoch. */
  startedAt: number;
  network: 'none' | 'egress';
  /** Came out of a warm sandbox. */
  warm?: boolean;
}

export interface SessionExit {
  key: SessionKey;
  startId: string;
  reason: 'stopped' | 'exited' | 'crashed' | 'out-of-memory';
  exitCode: number | null;
  signal: string | null;
  /** Last lines of the session's log, oldest first. */
  logTail: string[];
  /** What it could have and what it used at most, where the engine counts it. */
  memory?: { limitBytes: number; peakBytes: number } | null;
}

export type StartStep = 'placing' | 'pulling' | 'mounting' | 'starting' | 'listening';

export interface Engine {
  readonly name: string;
  /** What is missing or limited on this machine, each a sentence with the next action; empty when all is well. */
  check(): Promise<{ ok: boolean; problems: string[]; warnings: string[] }>;
  /**
   * Starts a session and resolves once its entrance exists (socket bound), reporting each step as it begins.
   * Rejects with a DomainError. Aborting the signal kills whatever was started before the promise rejects.
   * Starting a key that runs already rejects with code `already-running`.
   */
  start(spec: SessionSpec, options: { signal: AbortSignal; onStep: (step: StartStep) => void; warm?: WarmSandbox }): Promise<RunningSession>;
  /**
   * Makes a sandbox ready for a later start with `warm`; engines that cannot have no such method. `DATALABS_WARM` in its environment names the socket on which
   * its program waits for `{environment, argv}`. A start whose spec is not exactly that of the sandbox, or whose sandbox is gone, is an ordinary one. It warms with the
   * least share of the processor until `hurry`, when somebody waits for it.
   */
  warm?(spec: WarmSpec, options: { signal: AbortSignal; hurry?: AbortSignal }): Promise<WarmSandbox>;
  /**
   * Brings a volume, and the links public code expects, into a session that runs, those of an earlier hub included. Does nothing when it is there. Rejects with
   * `unknown-session`, or with `volume-unreachable` when its source does not answer.
   */
  mount(key: SessionKey, mount: LaterMount): Promise<void>;
  /**
   * Takes a volume out, whenever it came in. Refused while processes have something of it open, which are named; with `force` they keep what they have open, and all of a directory they have open. Nothing to
   * take out is no error.
   */
  unmount(key: SessionKey, target: string, options?: { force?: boolean }): Promise<{ busy: BusyProcess[] }>;
  /** Targets of the volumes that a running session has now, sorted: what its kernel says, not what was asked for. */
  mounts(key: SessionKey): Promise<string[]>;
  /** Ends the whole process tree in bounded time (TERM, then KILL after graceMs; with 0 a stop under way kills too). Idempotent: false when nothing ran. */
  stop(key: SessionKey, options?: { graceMs?: number }): Promise<boolean>;
  /** Everything that runs, adopting what an earlier hub process started. Half-started remains are ended. */
  list(): Promise<RunningSession[]>;
  /** Of the session that runs, or else of the last one. Complete once it has ended. */
  logTail(key: SessionKey, lines: number): Promise<string[]>;
  /** Called once for each session that ends, stopped or not, of those started or listed. Returns the unsubscriber. */
  onExit(listener: (exit: SessionExit) => void): () => void;
  /** Releases timers and watchers; running sessions live on. */
  close(): Promise<void>;
}
