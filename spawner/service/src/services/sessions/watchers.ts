import type { SessionsLogger } from './dependencies.js';
import type { SessionView } from './types.js';

/** Told with null when the session is forgotten. */
export type Listener = (name: string, session: SessionView | null) => void;

/** Who wants to know of an owner's sessions. A change costs nothing but for those who watch its owner. */
export class Watchers {
  readonly #byOwner = new Map<string, Set<Listener>>();

  constructor(private readonly logger: SessionsLogger) {}

  add(owner: string, listener: Listener): () => void {
    const set = this.#byOwner.get(owner) ?? new Set();
    this.#byOwner.set(owner, set.add(listener));
    return () => {
      set.delete(listener);
      if (set.size === 0 && this.#byOwner.get(owner) === set) {
        this.#byOwner.delete(owner);
      }
    };
  }

  tell(owner: string, name: string, view: SessionView | null): void {
    for (const listener of [...(this.#byOwner.get(owner) ?? [])]) {
      try {
        listener(name, view);
      } catch (error) {
        this.logger.error({ err: error }, 'a listener of sessions failed');
      }
    }
  }
}
