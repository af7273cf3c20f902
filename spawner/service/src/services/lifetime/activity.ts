import type { Clock } from '../../ports/clock.js';
import type { ActivityNotes, SessionStore, Store, UserStore } from '../../ports/store.js';

/** Reports of one second are written together; a crash of the hub loses that second. */
const FLUSH_MS = 1000;

/** Notes the activity of users and sessions in memory, one time for each however often it is told, and writes it in one transaction. */
export class ActivityLog {
  #users = new Map<string, number>();
  #sessions = new Map<string, { owner: string; name: string; at: number }>();
  #waiting: Promise<void> | null = null;
  readonly #end = new AbortController();

  constructor(private readonly options: { store: ActivityNotes; clock: Clock; logger: { warn(fields: object, message: string): void } }) {}

  user(name: string, at: number): void {
    this.#users.set(name, Math.max(at, this.#users.get(name) ?? 0));
    this.#soon();
  }

  session(owner: string, name: string, at: number): void {
    const key = `${owner}/${name}`;
    this.#sessions.set(key, { owner, name, at: Math.max(at, this.#sessions.get(key)?.at ?? 0) });
    this.#soon();
  }

  async flush(): Promise<void> {
    const users = this.#users;
    const sessions = this.#sessions;
    if (users.size === 0 && sessions.size === 0) {
      return;
    }
    this.#users = new Map();
    this.#sessions = new Map();
    try {
      await this.options.store.write({ users: [...users].map(([name, at]) => ({ name, at })), sessions: [...sessions.values()] });
    } catch (error) {
      this.options.logger.warn({ err: error }, 'activity was not stored');
      if (!this.#end.signal.aborted) {
        users.forEach((at, name) => this.user(name, at));
        sessions.forEach(({ owner, name, at }) => this.session(owner, name, at));
      }
    }
  }

  async close(): Promise<void> {
    this.#end.abort();
    await this.#waiting;
    await this.flush();
  }

  #soon(): void {
    if (this.#end.signal.aborted) {
      return;
    }
    this.#waiting ??= this.options.clock
      .sleep(FLUSH_MS, this.#end.signal)
      .catch(() => undefined)
      .then(() => {
        this.#waiting = null;
        return this.#end.signal.aborted ? undefined : this.flush();
      });
  }
}

/** The store, but for touches: those go through the log. */
export function noting(store: Store, log: ActivityLog): { users: UserStore; sessions: SessionStore } {
  return {
    users: { ...store.users, touch: async (name, at) => log.user(name, at) },
    sessions: { ...store.sessions, touch: async (owner, name, at) => log.session(owner, name, at) }
  };
}
