import { DomainError } from '../../domain/errors.js';
import type { Clock } from '../../ports/clock.js';
import type { Entry } from '../sessions/entries.js';
import { noteProxied } from '../sessions/live-routes.js';
import type { Sessions } from '../sessions/sessions.js';
import type { Deadline, SessionView } from '../sessions/types.js';
import { deadlineOf, reportEveryMs, type LifetimePolicy } from './deadline.js';
import { ageReason, idleReason } from './reasons.js';

/** Between looks that are due, time may pass this much faster than it should before its jump is noticed. Milliseconds. */
const JUMP_MS = 60_000;

export interface LifetimeOptions {
  policy: LifetimePolicy;
  clock: Clock;
  logger: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
  sessions: () => Sessions;
}

/** What the routes need of it. */
export interface LifetimeService {
  /** No stop before `until`, as far as the budget goes. The same again changes nothing. */
  extend(options: { owner: string; name: string; until: number }): Promise<SessionView>;
}

/** Stops sessions nobody uses, and those that have become too old; tells when. */
export class Lifetime implements LifetimeService {
  readonly sweepMs: number;
  /** The start of the hub, or a jump of the clock: what sessions report is on its way from then on. */
  #began: number;
  /** How long after its deadline a session ends: what began at the last moment is reported by then. */
  readonly #settleMs: number;
  #last: number;

  constructor(private readonly options: LifetimeOptions) {
    const { idleMs, maxAgeMs } = options.policy;
    const shortest = Math.min(idleMs ?? Infinity, maxAgeMs ?? Infinity);
    this.sweepMs = Math.max(250, Math.min(10_000, shortest / 20));
    this.#settleMs = idleMs === null ? 0 : Math.min(20_000, idleMs / 10);
    this.#last = options.clock.now();
    this.#began = this.#last;
  }

  deadline(view: SessionView): Deadline | null {
    const every = view.reportMs ?? reportEveryMs(this.options.policy.idleMs);
    return deadlineOf(view, this.options.policy, this.#began + 2 * every);
  }

  /** Sweeps, with what the proxy has seen until now. */
  async pass(): Promise<void> {
    await noteProxied(this.options.sessions()).catch((error: unknown) => this.options.logger.warn({ err: error }, 'the activity of web applications is not known'));
    this.sweep();
  }

  /** Looks at every session: tells of deadlines that have moved, stops what is due. Called at least each `sweepMs`. */
  sweep(): void {
    const { clock, policy } = this.options;
    if (policy.idleMs === null && policy.maxAgeMs === null) {
      return;
    }
    const now = clock.now();
    if (now < this.#last || now - this.#last > this.sweepMs + JUMP_MS) {
      this.options.logger.warn({ ms: now - this.#last }, 'the clock has jumped; no session is stopped for its age or idleness for a while');
      this.#began = now;
    }
    this.#last = now;
    const sessions = this.options.sessions();
    for (const entry of sessions.entries.values()) {
      const { view } = entry;
      if (view.state !== 'ready' || entry.operation !== null) {
        continue;
      }
      const deadline = this.deadline(view);
      if (deadline !== null && now >= deadline.at + this.#settleMs) {
        // Nothing awaits between the look at its activity and the stop: what is reported meanwhile comes before or after.
        this.#stop(sessions, entry, deadline, now);
      } else if (!isSame(deadline, view.deadline ?? null)) {
        sessions.change(entry, {});
      }
    }
  }

  async extend({ owner, name, until }: { owner: string; name: string; until: number }): Promise<SessionView> {
    const sessions = this.options.sessions();
    const entry = sessions.entry(owner, name);
    if (!entry || entry.view.state !== 'ready') {
      throw new DomainError('unknown-session', `There is no session "${name || 'home'}" that runs.`, { action: 'Start it.' });
    }
    const deadline = this.deadline(entry.view);
    if (deadline === null || until <= deadline.at) {
      return entry.view;
    }
    const gained = until - deadline.at;
    if (gained > deadline.extendable) {
      throw new DomainError(
        'extension-refused',
        deadline.extendable === 0 ? 'The extensions of this session are used up.' : `One extension adds ${Math.floor(deadline.extendable / 60_000)} minutes at most.`,
        { action: deadline.kind === 'idle' ? 'Work in it counts as activity; or stop it and start it again.' : 'Save your work, stop the session and start it again.' }
      );
    }
    sessions.change(entry, { extension: { until, used: (entry.view.extension?.used ?? 0) + gained } });
    const { view } = entry;
    this.options.logger.info({ owner, session: name, until }, 'session extended');
    // A full disk must not take it back: this hub knows it all the same.
    await sessions.save(entry).catch((error: unknown) => this.options.logger.warn({ owner, session: name, err: error }, 'an extension was not stored'));
    return view;
  }

  #stop(sessions: Sessions, entry: Entry, deadline: Deadline, now: number): void {
    const { owner, name } = entry.view;
    const { policy, logger } = this.options;
    const idle = deadline.kind === 'idle';
    logger.info({ owner, session: name, kind: deadline.kind, lastActivity: entry.view.lastActivity }, 'session is due to be stopped');
    const because = idle ? idleReason(policy.idleMs!, now) : ageReason(policy.maxAgeMs!, now);
    sessions.stop({ owner, name, because }).catch((error: unknown) => logger.warn({ owner, session: name, err: error }, 'the stop of a session that is due failed'));
  }
}

function isSame(a: Deadline | null, b: Deadline | null): boolean {
  return a?.at === b?.at && a?.kind === b?.kind && a?.extendable === b?.extendable;
}
