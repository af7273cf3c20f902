import type { Response } from 'express';
import type { Clock } from '../ports/clock.js';

/** Milliseconds between comments that keep proxies from cutting a quiet stream. */
const KEEP_ALIVE = 8000;

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
    if (!this.closed.aborted) {
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
