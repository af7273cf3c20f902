import type { IDisposable } from '@lumino/disposable';
import { createParser } from 'eventsource-parser';
import { isFinal, isProblemError, isRefusal, unreachable } from './problem';
import type { IProblemInfo } from './problem';
import type { HubRequest } from './request';

/** Time source of a stream; tests bring their own. */
export interface ITimers {
  set(callback: () => void, ms: number): number;
  clear(handle: number): void;
}

const windowTimers: ITimers = {
  set: (callback, ms) => window.setTimeout(callback, ms),
  clear: handle => window.clearTimeout(handle)
};

/** The hub sends a comment every 8 s; three missed ones mean a dead connection that nobody closed. */
const SILENCE_MS = 25_000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 15_000;
/** After a refusal that can pass, such as too many streams: asking fast would only be refused again. */
export const REFUSED_RETRY_MS = 60_000;

export namespace EventStream {
  export interface IOptions {
    /** Path under the hub's API. */
    path: string;
    request: HubRequest;
    onEvent: (event: string, data: unknown) => void;
    /** Called after each attempt: null once the hub answered, else why there is no stream. */
    onConnection: (problem: IProblemInfo | null) => void;
    timers?: ITimers;
    random?: () => number;
  }
}

/**
 * A server-sent event stream over fetch, since an EventSource cannot send the Authorization header.
 * Reconnects for ever, unless the hub refuses this page for good. Events have no ids: each connection begins with a snapshot.
 */
export class EventStream implements IDisposable {
  constructor(private readonly _options: EventStream.IOptions) {
    this._timers = _options.timers ?? windowTimers;
    this._random = _options.random ?? Math.random;
  }

  /** Connect, and stay connected until disposed. */
  start(): void {
    if (!this._isDisposed && this._abort === null) {
      window.addEventListener('online', this._onOnline);
      void this._connect();
    }
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    window.removeEventListener('online', this._onOnline);
    this._clearTimers();
    this._abort?.abort();
  }

  private async _connect(): Promise<void> {
    const abort = (this._abort = new AbortController());
    this._watch(abort);
    const parser = createParser({
      onEvent: message => this._deliver(message.event ?? 'message', message.data)
    });
    let refused: IProblemInfo | null = null;
    try {
      const headers = { Accept: 'text/event-stream' };
      const response = await this._options.request(this._options.path, { headers, signal: abort.signal });
      const reader = response.body!.getReader();
      const decoder = new TextDecoder();
      this._options.onConnection(null);
      for (;;) {
        const { done, value } = await reader.read();
        if (done || this._isDisposed) {
          break;
        }
        this._attempt = 0;
        this._watch(abort);
        parser.feed(decoder.decode(value, { stream: true }));
      }
    } catch (error) {
      const problem = isProblemError(error) ? error.problem : unreachable(error);
      refused = isRefusal(problem) ? problem : null;
      if (!this._isDisposed) {
        this._options.onConnection(problem);
      }
    }
    if (refused && isFinal(refused)) {
      this._clearTimers();
    } else {
      this._retryLater(refused !== null);
    }
  }

  private _deliver(event: string, data: string): void {
    let value: unknown;
    try {
      value = JSON.parse(data);
    } catch {
      console.warn('The hub sent an event that is not JSON', event);
      return;
    }
    this._options.onEvent(event, value);
  }

  private _retryLater(slowly: boolean): void {
    this._clearTimers();
    if (this._isDisposed) {
      return;
    }
    const full = slowly ? REFUSED_RETRY_MS : Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this._attempt);
    this._attempt += 1;
    // Jitter, so that all tabs of all users do not come back in the same instant after a hub restart.
    this._retry = this._timers.set(() => this._retryNow(), full * (0.5 + this._random() / 2));
  }

  private _retryNow(): void {
    this._clearTimers();
    void this._connect();
  }

  private _watch(abort: AbortController): void {
    if (this._silence !== null) {
      this._timers.clear(this._silence);
    }
    this._silence = this._timers.set(() => abort.abort(), SILENCE_MS);
  }

  private _clearTimers(): void {
    for (const handle of [this._retry, this._silence]) {
      if (handle !== null) {
        this._timers.clear(handle);
      }
    }
    this._retry = this._silence = null;
  }

  private _onOnline = (): void => {
    if (this._retry !== null) {
      this._retryNow();
    }
  };

  private readonly _timers: ITimers;
  private readonly _random: () => number;
  private _abort: AbortController | null = null;
  private _attempt = 0;
  private _isDisposed = false;
  private _retry: number | null = null;
  private _silence: number | null = null;
}
