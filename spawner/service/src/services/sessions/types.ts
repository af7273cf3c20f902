import type { Datalab } from '@jupyter-datalabs/contract';

import type { ErrorCode } from '../../domain/errors.js';
import type { RunState } from '../../domain/session-state.js';
import type { SessionKey } from '../../ports/engine.js';

export interface StartOptions {
  datalab: string;
  version?: string;
  /** Nothing is written to the home by itself; always cold. */
  safe?: boolean;
  /** Names of those it has; not given: all that its owner may see. */
  volumes?: string[];
}

export type Step = 'queued' | 'placing' | 'pulling' | 'mounting' | 'starting' | 'listening' | 'ready';

export interface StepTime {
  step: Step;
  startedAt: number;
  endedAt: number | null;
}

/** What a step of a start took in the middle case of this hub's own past. */
export interface StepMedian {
  step: Step;
  ms: number;
}

/**
 * Who may start what, asked once for each start, before it takes a place in the queue. A refusal (a DomainError with code, sentence and next
 * action) is the answer to the request that asked, and nothing of the start remains. Of one owner, one is asked at a time: `others` is exact.
 */
export interface Admission {
  admit(options: {
    owner: string;
    name: string;
    datalab: Datalab;
    options: StartOptions;
    /** Who asks, if not the owner: who reads the refusal. */
    by?: string;
    /** The owner's other sessions that are admitted and not ended: they queue, start, run or stop. */
    others: SessionView[];
  }): Promise<void>;
}

export interface Failure {
  code: ErrorCode;
  message: string;
  action?: string;
  log?: string[];
}

/** The hub as sessions reach it: each has a door of its own, so that the hub knows who calls and one that is crowded is crowded for that session alone. */
export interface Doors {
  /** Idempotent. A session that runs finds a door opened anew, by this hub or the next, where the one before was. */
  open(key: SessionKey): Promise<void>;
  /** For a session that has ended, of whichever hub. Idempotent. */
  close(key: SessionKey): Promise<void>;
}

/** When a session is due to be stopped. */
export interface Deadline {
  at: number;
  /** Without activity until then, or too old then. */
  kind: 'idle' | 'age';
  /** Milliseconds that one extension may add now; 0: none is left. */
  extendable: number;
}

/** One session as its owner sees it. Times are milliseconds since the epoch. */
export interface SessionView {
  owner: string;
  /** '' is the home. */
  name: string;
  startId: string;
  datalab: string;
  version: string;
  kind: 'jupyter' | 'desktop' | 'web';
  title: string;
  state: RunState;
  /** `/user/<owner>/[<name>/]` */
  url: string;
  started: number;
  lastActivity: number | null;
  steps: StepTime[];
  failure: Failure | null;
  userOptions: StartOptions;
  /** While it waits in the queue: 1 is the next. */
  place?: { place: number; of: number } | null;
  /** Of earlier starts of this datalab, known when this one began. */
  medians?: StepMedian[];
  /** Taken from those kept ready. */
  warm?: boolean;
  /** Volumes its owner may see or has chosen that did not answer when it started. */
  without?: { volume: string; title: string; reason: string }[];
  /** When a volume was mounted or taken out last while it runs. */
  volumesChanged?: number;
  /** What its datalab asked for when it was started. */
  resources?: Datalab['resources'];
  /** Null: it lasts for ever, or does not run. */
  deadline?: Deadline | null;
  /** How often it tells its activity, as it was asked to when it started. */
  reportMs?: number;
  /** It is not due before `until`; `used` is what that has cost of the extensions of this start. */
  extension?: { until: number; used: number };
}

/** How a start went, and how the session ended: kept after it. */
export interface Timeline {
  startId: string;
  owner: string;
  name: string;
  datalab: string;
  version: string;
  title: string;
  kind: SessionView['kind'];
  started: number;
  /** When the session was gone; null while it lives. */
  ended: number | null;
  state: 'starting' | 'ready' | 'stopping' | 'stopped' | 'failed';
  warm: boolean;
  steps: StepTime[];
  medians: StepMedian[];
  /** Why it ended; null while it lives. */
  reason: { code: ErrorCode | 'stopped' | 'idle' | 'age' | 'exited'; message: string; action?: string; log?: string[]; by?: string } | null;
}

export interface StopOptions {
  owner: string;
  name: string;
  /** Forgets one that has ended, too. */
  remove?: boolean;
  /** KILL at once; a stop under way becomes one. */
  force?: boolean;
  /** Who asks, for the reason its owner reads. */
  by?: string;
  /** That one is an administrator. */
  byAdmin?: boolean;
  /** Said in the place of who asked: nobody did, its time was over. */
  because?: { code: 'idle' | 'age'; message: string; action: string };
}

export interface SessionsService {
  /** Everybody who has a session that is known. */
  owners(): string[];
  /** Known sessions of an owner (running, starting, or ended with a failure not yet dismissed), home first. */
  list(owner: string): Promise<SessionView[]>;
  get(owner: string, name: string): Promise<SessionView | null>;
  /** Returns once the start has begun; joins a start of the same session that is under way (then began = false). */
  start(options: { owner: string; name: string; options: StartOptions; by?: string }): Promise<{ session: SessionView; began: boolean }>;
  /** Cancels a start or stops what runs; joins a stop that is under way. Resolves with stopped = true once the tree is gone. `remove` forgets a failed or stopped one too. */
  stop(options: StopOptions): Promise<{ stopped: boolean }>;
  /** Of the session, or of the last one of this name; null when none was kept. */
  timeline(owner: string, name: string): Promise<Timeline | null>;
  /** Of an owner's sessions, those that ended included, newest first. */
  listTimelines(options: { owner: string; limit: number }): Promise<Timeline[]>;
  /** Notes activity; never moves back. Rejects with `unknown-session` for a session that is not known. */
  activity(options: { owner: string; servers: { name: string; lastActivity: number }[] }): Promise<void>;
  /** Calls the listener with the current views at once and then with each change (null = removed). Returns the unsubscriber. */
  watch(owner: string, listener: (name: string, session: SessionView | null) => void): () => void;
}
