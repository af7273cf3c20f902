import type { Response } from 'express';
import { DomainError } from '../domain/errors.js';
import type { Clock } from '../ports/clock.js';
import type { Principal } from '../services/identity/types.js';

/** Milliseconds between comments that keep proxies from cutting a quiet stream. */
const KEEP_ALIVE = 8000;

/** Streams one person may hold open: a window of JupyterLab has one, and one more for each start it watches. */
const MOST = 32;
/** Bytes a client may leave unread before its stream ends; it gets everything anew when it connects again. */
const UNREAD = 2 ** 20;

/** Every open stream of the hub, so that nobody can hold more than a fair number. */
export class EventStreams {
  private readonly open = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  /** Rejects with `too-many` before anything is answered. */
  begin(principal: Principal, response: Response): EventStream {
    const { name } = principal;
    const held = this.open.get(name) ?? 0;
    if (held >= MOST) {
      throw new DomainError('too-many', `${MOST} event streams are open in your name already.`, { action: 'Close some of the windows of JupyterLab that you do not need.' });
    }
    this.open.set(name, held + 1);
    const stream = new EventStream(response, this.clock);
    response.once('close', () => {
      const left = this.open.get(name)! - 1;
      if (left > 0) {
        this.open.set(name, left);
      } else {
        this.open.delete(name);
      }
    });
    return stream;
  }
}

/** One server-sent event stream. Ends with the connection; whoever opened it is told through `closed`. */
export class EventStream {
  private readonly ended = new AbortController();

  constructor(
    private readonly response: Response,
    clock: Clock
  ) {
    response.status(200).set({
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-cache, no-transform',
      'X-Accel-Buffering': 'no'
    });
    response.flushHeaders();
    response.once('close', () => this.ended.abort());
    void this.keepAlive(clock);
  }

  get closed(): AbortSignal {
    return this.ended.signal;
  }

  send(data: unknown, event?: string): void {
    if (this.response.writableLength > UNREAD) {
      this.response.destroy();
    } else if (!this.closed.aborted) {
      this.response.write(`${event ? `event: ${event}\n` : ''}data: ${JSON.stringify(data)}\n\n`);
    }
  }

  end(): void {
    if (!this.closed.aborted) {
      this.ended.abort();
      this.response.end();
    }
  }

  private async keepAlive(clock: Clock): Promise<void> {
    while (!this.closed.aborted) {
      try {
        await clock.sleep(KEEP_ALIVE, this.closed);
      } catch {
        return;
      }
      if (!this.closed.aborted) {
        this.response.write(':keep-alive\n\n');
      }
    }
  }
}
