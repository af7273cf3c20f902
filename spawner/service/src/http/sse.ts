import type { Response } from 'express';
import { DomainError } from '../domain/errors.js';
import type { Clock } from '../ports/clock.js';
import type { Principal } from '../services/identity/types.js';

/** Milliseconds between comments that keep proxies from cutting a quiet stream. */
const KEEP_ALIVE = 8000;

/** Streams one person may hold open: a window of JupyterLab has one, and one more for each start it watches. */
const MOST = 32;
/** Streams written to before others have a turn: a change that many watch must not hold up the API. */
const AT_A_TIME = 40;
/** Bytes a client may leave unread before its stream ends; it gets everything anew when it connects again. */
const UNREAD = 2 ** 20;

/** Every open stream of the hub, so that nobody can hold more than a fair number. One timer keeps all of them alive. */
export class EventStreams {
  private readonly held = new Map<string, number>();
  private readonly open = new Set<EventStream>();
  private readonly dirty = new Set<EventStream>();
  private flushing = false;
  private beating: AbortController | null = null;

  constructor(
    private readonly clock: Clock,
    /** Tells when what a stream was opened with has ended. */
    private readonly watch: (principal: Principal, end: () => void) => () => void
  ) {}

  /** Rejects with `too-many` before anything is answered. */
  begin(principal: Principal, response: Response): EventStream {
    const { name } = principal;
    const held = this.held.get(name) ?? 0;
    if (held >= MOST) {
      throw new DomainError('too-many', `${MOST} event streams are open in your name already.`, { action: 'Close some of the windows of JupyterLab that you do not need.' });
    }
    this.held.set(name, held + 1);
    const stream = new EventStream(response, () => this.flushSoon(stream));
    this.open.add(stream);
    const unwatch = this.watch(principal, () => stream.end());
    response.once('close', () => {
      unwatch();
      this.open.delete(stream);
      if (this.open.size === 0) {
        this.beating?.abort();
        this.beating = null;
      }
      const left = this.held.get(name)! - 1;
      if (left > 0) {
        this.held.set(name, left);
      } else {
        this.held.delete(name);
      }
    });
    void this.beat();
    return stream;
  }

  private flushSoon(stream: EventStream): void {
    this.dirty.add(stream);
    if (!this.flushing) {
      this.flushing = true;
      setImmediate(() => this.flush());
    }
  }

  private flush(): void {
    let left = AT_A_TIME;
    for (const stream of this.dirty) {
      if (left-- === 0) {
        setImmediate(() => this.flush());
        return;
      }
      this.dirty.delete(stream);
      stream.flush();
    }
    this.flushing = false;
  }

  private async beat(): Promise<void> {
    if (this.beating) {
      return;
    }
    const { signal } = (this.beating = new AbortController());
    while (!signal.aborted) {
      await this.clock.sleep(KEEP_ALIVE, signal).catch(() => undefined);
      if (!signal.aborted) {
        this.open.forEach(stream => stream.keepAlive());
      }
    }
  }
}

/** One server-sent event stream. Ends with the connection; whoever opened it is told through `closed`. */
export class EventStream {
  private readonly ended = new AbortController();
  private readonly pending = new Map<string, () => string>();

  constructor(
    private readonly response: Response,
    private readonly onPending: () => void
  ) {
    response.status(200).set({
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-cache, no-transform',
      'X-Accel-Buffering': 'no'
    });
    response.flushHeaders();
    response.once('close', () => this.ended.abort());
  }

  get closed(): AbortSignal {
    return this.ended.signal;
  }

  send(data: unknown, event?: string): void {
    this.sendText(JSON.stringify(data), event);
  }

  /** Sends what is JSON already. */
  sendText(text: string, event?: string): void {
    this.write(frame(text, event));
  }

  /** Sends the latest state of a thing in a moment, whatever it was meanwhile. */
  sendLatest(thing: string, text: () => string, event?: string): void {
    this.pending.delete(thing);
    this.pending.set(thing, () => frame(text(), event));
    this.onPending();
  }

  /** What was to be sent in a moment, now and at once. */
  flush(): void {
    let text = '';
    for (const make of this.pending.values()) {
      text += make();
    }
    this.pending.clear();
    if (text !== '') {
      this.write(text);
    }
  }

  end(): void {
    this.flush();
    if (!this.closed.aborted) {
      this.ended.abort();
      this.response.end();
    }
  }

  keepAlive(): void {
    this.flush();
    this.write(':keep-alive\n\n');
  }

  private write(text: string): void {
    if (this.response.writableLength > UNREAD) {
      this.response.destroy();
    } else if (!this.closed.aborted) {
      this.response.write(text);
    }
  }
}

function frame(text: string, event?: string): string {
  return `${event ? `event: ${event}\n` : ''}data: ${text}\n\n`;
}
