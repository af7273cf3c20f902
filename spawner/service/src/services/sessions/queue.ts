import { DomainError } from '../../domain/errors.js';

export interface Place {
  place: number;
  of: number;
}

/** One start's claim to run. */
export interface Ticket {
  readonly owner: string;
  /** Resolves when it is this one's turn; rejects with the signal's reason when it is called off before. */
  readonly turn: Promise<void>;
  /** Gives the turn, or the place in the queue, to the others. Idempotent. */
  leave(): void;
}

interface Waiting extends Ticket {
  begin(): void;
  onPlace(place: Place): void;
}

export interface QueueOptions {
  /** Starts that run at the same time. */
  maxStarting: number;
  /** Starts that may wait. */
  maxQueued: number;
  now: () => number;
  /** The places have changed. */
  changed: () => void;
}

/** How long a start holds its turn before any has: milliseconds. */
const FIRST_GUESS_MS = 3000;

/**
 * Starts wait here for their turn. One person's thousand starts do not keep another's one waiting: turns go round the owners, and among
 * the starts of one owner the oldest is first.
 */
export class StartQueue {
  /** Waiting starts by owner, oldest first; the first owner is the next to have a turn. */
  readonly #waiting = new Map<string, Set<Waiting>>();
  #waitingCount = 0;
  #starting = 0;
  /** What a turn takes, a moving average. */
  #turnMs = FIRST_GUESS_MS;

  constructor(private readonly options: QueueOptions) {}

  get starting(): number {
    return this.#starting;
  }

  get waiting(): number {
    return this.#waitingCount;
  }

  /** Rejects with `queue-full`, and how long to wait, when there is no place left. */
  enter({ owner, signal, onPlace }: { owner: string; signal: AbortSignal; onPlace: (place: Place) => void }): Ticket {
    if (this.#starting >= this.options.maxStarting && this.#waitingCount >= this.options.maxQueued) {
      const retryAfter = Math.min(600, Math.max(1, Math.ceil((this.#waitingCount * this.#turnMs) / this.options.maxStarting / 1000)));
      throw new DomainError('queue-full', `${this.#waitingCount} sessions are waiting to be started, and no more can.`, {
        action: `Try again in ${retryAfter < 120 ? `${retryAfter} s` : `${Math.round(retryAfter / 60)} min`}.`,
        retryAfter
      });
    }
    let state: 'waiting' | 'starting' | 'left' = 'waiting';
    let since = 0;
    let resolve = (): void => undefined;
    let reject = (_reason: unknown): void => undefined;
    const turn = new Promise<void>((yes, no) => {
      resolve = yes;
      reject = no;
    });
    // Whoever leaves before it waits for the turn has seen the reason elsewhere.
    turn.catch(() => undefined);
    const onAbort = (): void => {
      if (state === 'waiting') {
        ticket.leave();
        reject(signal.reason);
      }
    };
    const ticket: Waiting = {
      owner,
      turn,
      onPlace,
      begin: () => {
        state = 'starting';
        since = this.options.now();
        this.#starting++;
        signal.removeEventListener('abort', onAbort);
        resolve();
      },
      leave: () => {
        const was = state;
        state = 'left';
        signal.removeEventListener('abort', onAbort);
        if (was === 'waiting') {
          this.#drop(ticket);
          this.options.changed();
        } else if (was === 'starting') {
          this.#turnMs += (this.options.now() - since - this.#turnMs) / 10;
          this.#starting--;
          this.#next();
        }
      }
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const mine = this.#waiting.get(owner) ?? new Set();
    this.#waiting.set(owner, mine.add(ticket));
    this.#waitingCount++;
    this.#next();
    return ticket;
  }

  /** Tells every waiting start its place in the order of the turns. Costs as much as there are. */
  tellPlaces(): void {
    const of = this.#waitingCount;
    const rounds = [...this.#waiting.values()].map(tickets => [...tickets]);
    for (let place = 0, round = 0; place < of; round++) {
      for (const tickets of rounds) {
        const ticket = tickets[round];
        if (ticket) {
          ticket.onPlace({ place: ++place, of });
        }
      }
    }
  }

  #next(): void {
    while (this.#starting < this.options.maxStarting && this.#waitingCount > 0) {
      const [owner, tickets] = this.#waiting.entries().next().value!;
      const [first] = tickets;
      this.#drop(first!);
      // To the end of the round: the others come first now.
      if (this.#waiting.delete(owner)) {
        this.#waiting.set(owner, tickets);
      }
      first!.begin();
    }
    if (this.#waitingCount > 0) {
      this.options.changed();
    }
  }

  #drop(ticket: Waiting): void {
    const tickets = this.#waiting.get(ticket.owner);
    if (tickets?.delete(ticket)) {
      this.#waitingCount--;
      if (tickets.size === 0) {
        this.#waiting.delete(ticket.owner);
      }
    }
  }
}
