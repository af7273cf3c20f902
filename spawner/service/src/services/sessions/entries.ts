import type { SessionView } from './types.js';

/** Operation under way on a session; there is never more than one. */
export type Operation = StartOperation | StopOperation;

export interface StartOperation {
  kind: 'start';
  abort: AbortController;
  /** Rejects when the start was refused: nothing of it remains then. */
  admitted: Promise<void>;
  done: Promise<void>;
}

export interface StopOperation {
  kind: 'stop';
  done: Promise<void>;
  /** Ends it without grace, while there is something to end. The stop is not over before: else it could hit the next start. */
  kill?: () => void;
}

export interface Entry {
  view: SessionView;
  operation: Operation | null;
  /** Where the proxy shall send it, while it has a route. */
  target: string | null;
  /** False while the start is not admitted yet. */
  admitted?: boolean;
  /** End it without grace. */
  force?: boolean;
  /** Why it is being ended, and by whom. */
  reason?: { code: 'stopped' | 'idle' | 'age' | 'exited'; message: string; action?: string; by?: string };
}

export function key(owner: string, name: string): string {
  return `${owner}/${name}`;
}

/** Every known session by its key, and those of each owner without a look at the others. */
export class Entries extends Map<string, Entry> {
  readonly #owners = new Map<string, Map<string, Entry>>();

  override set(id: string, entry: Entry): this {
    const { owner } = entry.view;
    const mine = this.#owners.get(owner) ?? new Map<string, Entry>();
    this.#owners.set(owner, mine.set(id, entry));
    return super.set(id, entry);
  }

  override delete(id: string): boolean {
    const owner = this.get(id)?.view.owner;
    if (owner !== undefined) {
      const mine = this.#owners.get(owner);
      mine?.delete(id);
      if (mine?.size === 0) {
        this.#owners.delete(owner);
      }
    }
    return super.delete(id);
  }

  owners(): string[] {
    return [...this.#owners.keys()];
  }

  ofOwner(owner: string): Entry[] {
    return [...(this.#owners.get(owner)?.values() ?? [])];
  }
}

/** What has changed since a look at the world began: the look knows nothing about it. */
export interface Pass {
  keys: Set<string>;
  urls: Set<string>;
  end(): void;
}
