import type { ErrorCode } from '../../domain/errors.js';
import type { SessionKey } from '../../ports/engine.js';

export interface StartOptions {
  datalab: string;
  version?: string;
}

export type Step = 'queued' | 'placing' | 'mounting' | 'starting' | 'listening' | 'ready';

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
  state: 'starting' | 'ready' | 'stopping' | 'stopped' | 'failed';
  /** `/user/<owner>/[<name>/]` */
  url: string;
  started: number;
  lastActivity: number | null;
  steps: { step: Step; startedAt: number; endedAt: number | null }[];
  failure: Failure | null;
  userOptions: StartOptions;
}

export interface SessionsService {
  /** Known sessions of an owner (running, starting, or ended with a failure not yet dismissed), home first. */
  list(owner: string): Promise<SessionView[]>;
  get(owner: string, name: string): Promise<SessionView | null>;
  /** Returns once the start has begun; joins a start of the same session that is under way (then began = false). */
  start(options: { owner: string; name: string; options: StartOptions }): Promise<{ session: SessionView; began: boolean }>;
  /** Cancels a start or stops what runs; joins a stop that is under way. Resolves with stopped = true once the tree is gone. `remove` forgets a failed or stopped one too. */
  stop(options: { owner: string; name: string; remove?: boolean }): Promise<{ stopped: boolean }>;
  /** Notes activity; never moves back. Rejects with `unknown-session` for a session that is not known. */
  activity(options: { owner: string; servers: { name: string; lastActivity: number }[] }): Promise<void>;
  /** Calls the listener with the current views at once and then with each change (null = removed). Returns the unsubscriber. */
  watch(owner: string, listener: (name: string, session: SessionView | null) => void): () => void;
}
