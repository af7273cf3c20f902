import { DomainError } from '../../domain/errors.js';
import type { Clock } from '../../ports/clock.js';
import { TIMEOUT_ACTION } from './failures.js';
import type { SessionView, Step } from './types.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** A state as its owner sees it: the steps of a start, and what comes after. */
export type Phase = Exclude<Step, 'ready'> | Exclude<SessionView['state'], 'starting'>;

/**
 * How long a session may stay in each state, milliseconds; its exit when that is over:
 * a step of a start → failed (`timeout`), stopping → KILL, then failed (`engine-down`), stopped and failed → forgotten (their timeline is kept).
 * A session that is ready stays: idle stop and maximum age are rules of their own.
 */
export const DEADLINES: Readonly<Record<Phase, number | null>> = {
  queued: 15 * MINUTE,
  placing: 30 * SECOND,
  pulling: 15 * MINUTE,
  mounting: 30 * SECOND,
  starting: 5 * MINUTE,
  listening: 5 * MINUTE,
  ready: null,
  stopping: 30 * SECOND,
  stopped: MINUTE,
  failed: 7 * 24 * 60 * MINUTE
};

/** Steps whose time counts towards the total of a start. Waiting for others does not, nor does a download. */
const OUTSIDE_TOTAL: ReadonlySet<Step> = new Set(['queued', 'pulling']);

const DOING: Record<Exclude<Step, 'ready'>, string> = {
  queued: 'It waited in the queue',
  placing: 'Finding a place to run took longer than',
  pulling: 'Fetching its software took longer than',
  mounting: 'Connecting its files and volumes took longer than',
  starting: 'Its program was not up after',
  listening: 'Its program did not answer for'
};

/** One timer over a start: the earlier of its step's deadline and of what is left of the total. */
export class StartDeadlines {
  #timer: AbortController | null = null;
  #left: number;
  #since: number | null = null;

  constructor(
    private readonly options: { clock: Clock; totalMs: number; table: Readonly<Record<Phase, number | null>>; expire: (reason: DomainError) => void }
  ) {
    this.#left = options.totalMs;
  }

  enter(step: Exclude<Step, 'ready'>): void {
    const { clock, table, totalMs, expire } = this.options;
    const now = clock.now();
    this.#left -= this.#since === null ? 0 : now - this.#since;
    this.#since = OUTSIDE_TOTAL.has(step) ? null : now;
    this.clear();
    const own = table[step] ?? Infinity;
    const total = this.#since === null ? Infinity : this.#left;
    const timer = (this.#timer = new AbortController());
    clock.sleep(Math.max(0, Math.min(own, total)), timer.signal).then(
      () => {
        const sentence = total <= own ? `The session was not ready after ${seconds(totalMs)}.` : `${DOING[step]} ${seconds(own)}.`;
        expire(new DomainError('timeout', sentence, { action: step === 'queued' ? 'Try again when fewer sessions are starting.' : TIMEOUT_ACTION }));
      },
      () => undefined
    );
  }

  clear(): void {
    // With a reason, else one is made, with its stack, for nobody to read.
    this.#timer?.abort('over');
    this.#timer = null;
  }
}

function seconds(ms: number): string {
  return ms >= 2 * MINUTE ? `${Math.round(ms / MINUTE)} min` : `${Math.round(ms / SECOND)} s`;
}
