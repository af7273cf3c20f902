import type { IDisposable } from '@lumino/disposable';
import type { EventStream } from './events';
import { isFinal } from './problem';
import type { IProblemInfo } from './problem';

/** As much of `navigator.locks` as is used. */
export interface ILocks {
  request(name: string, options: { signal: AbortSignal }, held: () => Promise<void>): Promise<unknown>;
}

/** As much of a BroadcastChannel as is used. */
export interface IChannel {
  onmessage: ((message: { data: unknown }) => void) | null;
  postMessage(data: unknown): void;
  close(): void;
}

/** What the windows of one browser have in common; tests bring their own. */
export interface IWindows {
  locks: ILocks;
  channel: (name: string) => IChannel;
  newId: () => string;
}

/** Null where the browser has none of it: for pages that came over plain HTTP from another machine. */
export function windowsOfBrowser(): IWindows | null {
  const { locks } = navigator as { locks?: LockManager };
  return locks && typeof BroadcastChannel !== 'undefined'
    ? {
        locks: locks as ILocks,
        channel: name => new BroadcastChannel(name) as unknown as IChannel,
        newId: () => crypto.randomUUID()
      }
    : null;
}

type Handlers = Pick<EventStream.IOptions, 'onEvent' | 'onConnection'>;

type Message =
  | { kind: 'join'; from: string }
  /** The answer to one that joined. */
  | { kind: 'welcome'; to: string; snapshot: unknown; problem: IProblemInfo | null }
  | { kind: 'event'; event: string; data: unknown }
  | { kind: 'connection'; problem: IProblemInfo | null };

export namespace SharedEvents {
  export interface IOptions extends Handlers {
    /** The same in all windows that can share: names the hub and the user. */
    name: string;
    /** Makes the stream, not yet started. */
    connect: (handlers: Handlers) => EventStream;
    /** The data of a `snapshot` event as known now; null when there was none yet. */
    snapshot: () => unknown;
    windows: IWindows | null;
  }
}

/**
 * One event stream for all windows of a browser: it allows six HTTP/1.1 connections to an origin, and a stream holds one
 * for ever. The window with the lock has the stream and passes on what it hears; when it closes, the browser gives the lock
 * to the next in line, whose stream begins with a snapshot, so that nothing is lost in between.
 */
export class SharedEvents implements IDisposable {
  constructor(private readonly _options: SharedEvents.IOptions) {}

  start(): void {
    const { windows, name } = this._options;
    if (this._isDisposed || this._started) {
      return;
    }
    this._started = true;
    if (!windows) {
      this._lead();
      return;
    }
    this._id = windows.newId();
    this._channel = windows.channel(name);
    this._channel.onmessage = ({ data }) => this._onMessage(data as Message);
    windows.locks.request(name, { signal: this._waiting.signal }, () => this._hold()).catch(() => {
      // A page that may not have locks, such as one in a sandboxed frame: on its own.
      if (!this._isDisposed && !this._stream) {
        this._lead();
      }
    });
    this._post({ kind: 'join', from: this._id });
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this._waiting.abort();
      this._stream?.dispose();
      this._channel?.close();
      this._release?.();
    }
  }

  /** The lock is this window's until the promise is settled. */
  private _hold(): Promise<void> {
    return new Promise(resolve => {
      this._release = resolve;
      if (this._isDisposed) {
        resolve();
      } else {
        this._lead();
      }
    });
  }

  private _lead(): void {
    this._stream = this._options.connect({
      onEvent: (event, data) => {
        this._post({ kind: 'event', event, data });
        this._options.onEvent(event, data);
      },
      onConnection: problem => {
        if (problem && isFinal(problem)) {
          this._stepDown(problem);
          return;
        }
        this._problem = problem;
        this._post({ kind: 'connection', problem });
        this._options.onConnection(problem);
      }
    });
    this._stream.start();
  }

  /** It is this window's token that is of no use, as after the end of its session: another window's may be. */
  private _stepDown(problem: IProblemInfo): void {
    this._channel?.close();
    this._channel = null;
    this._options.onConnection(problem);
    this._release?.();
  }

  private _onMessage(message: Message): void {
    if (this._stream) {
      if (message.kind === 'join') {
        this._post({ kind: 'welcome', to: message.from, snapshot: this._options.snapshot(), problem: this._problem });
      }
      return;
    }
    switch (message.kind) {
      case 'welcome':
        // Not for the others: they may know more already, such as the answer to a start of their own.
        if (message.to === this._id && !this._joined) {
          if (message.snapshot !== null) {
            this._joined = true;
            this._options.onEvent('snapshot', message.snapshot);
          }
          if (message.problem) {
            this._options.onConnection(message.problem);
          }
        }
        break;
      case 'event':
        // A change to a list that is not here yet says nothing; the list comes.
        this._joined ||= message.event === 'snapshot';
        if (this._joined) {
          this._options.onEvent(message.event, message.data);
        }
        break;
      case 'connection':
        this._options.onConnection(message.problem);
        break;
    }
  }

  private _post(message: Message): void {
    this._channel?.postMessage(message);
  }

  private _channel: IChannel | null = null;
  private _id = '';
  private _isDisposed = false;
  private _joined = false;
  private _problem: IProblemInfo | null = null;
  private _release: (() => void) | null = null;
  private _started = false;
  private _stream: EventStream | null = null;
  private readonly _waiting = new AbortController();
}
