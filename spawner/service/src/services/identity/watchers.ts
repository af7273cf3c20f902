import type { Clock } from '../../ports/clock.js';
import type { Principal } from './types.js';

/** Timers hold no more milliseconds than this. */
const LONGEST = 2 ** 30;

interface Watcher {
  principal: Principal;
  end: () => void;
}

/** Open streams and the like, which end when what they were opened with does. */
export class Watchers {
  private readonly open = new Set<Watcher>();

  constructor(private readonly clock: Clock) {}

  /** Calls `end` once, when the principal's token, login or user is gone or its time is up. Returns how to stop watching. */
  add(principal: Principal, end: () => void): () => void {
    const watcher = { principal, end };
    const forgotten = new AbortController();
    this.open.add(watcher);
    if (principal.expires !== null) {
      void this.expire(watcher, principal.expires, forgotten.signal);
    }
    return () => {
      this.open.delete(watcher);
      forgotten.abort();
    };
  }

  /** What was issued to all these has ended. */
  ended(which: Partial<Pick<Principal, 'name' | 'tokenId' | 'sessionId' | 'clientId'>>): void {
    const fields = Object.entries(which) as [keyof Principal, unknown][];
    for (const watcher of [...this.open]) {
      if (watcher.principal.kind === 'user' && fields.every(([field, value]) => watcher.principal[field] === value)) {
        this.open.delete(watcher);
        watcher.end();
      }
    }
  }

  private async expire(watcher: Watcher, at: number, forgotten: AbortSignal): Promise<void> {
    for (let left = at - this.clock.now(); left > 0; left = at - this.clock.now()) {
      try {
        await this.clock.sleep(Math.min(left, LONGEST), forgotten);
      } catch {
        return;
      }
    }
    if (this.open.delete(watcher)) {
      watcher.end();
    }
  }
}
