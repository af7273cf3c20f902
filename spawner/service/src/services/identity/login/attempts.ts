import { DomainError } from '../../../domain/errors.js';
import type { Clock } from '../../../ports/clock.js';

/** Keys remembered; the oldest are forgotten first, so that inventing names fills no memory. */
const REMEMBERED = 20_000;

export interface AttemptLimit {
  /** Failures that cost nothing. */
  free: number;
  /** Pause after the next one, doubled by each further one up to `longestMs`. */
  firstMs: number;
  longestMs: number;
}

interface Failures {
  count: number;
  last: number;
  until: number;
}

/** Slows guessing down: after a few failures each key waits longer and longer. Nobody is shut out for good. */
export class Attempts {
  private readonly failures = new Map<string, Failures>();

  constructor(private readonly clock: Clock, private readonly limit: AttemptLimit) {}

  /** Rejects while the key has to wait. Counts as a failure at once, taken back by {@link succeed}: of many at the same moment, few are tried. */
  begin(key: string): void {
    const now = this.clock.now();
    const known = this.failures.get(key);
    if (known && known.until > now) {
      const seconds = Math.ceil((known.until - now) / 1000);
      throw new DomainError('too-many', 'Too many logins have failed.', { action: `Try again in ${inWords(seconds)}.`, retryAfter: seconds });
    }
    const { free, firstMs, longestMs } = this.limit;
    // What lies longer back than the longest pause is forgotten.
    const count = (known && now - known.last < 2 * longestMs ? known.count : 0) + 1;
    const pause = count <= free ? 0 : Math.min(longestMs, firstMs * 2 ** (count - free - 1));
    this.failures.delete(key);
    this.failures.set(key, { count, last: now, until: now + pause });
    if (this.failures.size > REMEMBERED) {
      this.failures.delete(this.failures.keys().next().value!);
    }
  }

  succeed(key: string): void {
    this.failures.delete(key);
  }

  /** Takes one failure back without forgiving those before. */
  undo(key: string): void {
    const known = this.failures.get(key);
    if (known) {
      this.failures.set(key, { ...known, count: known.count - 1, until: Math.min(known.until, known.last) });
    }
  }
}

function inWords(seconds: number): string {
  return seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
