import { isFinal, toProblem } from '@jupyter-datalabs/hub-client';
import type { IProblemInfo } from '@jupyter-datalabs/hub-client';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

/** Time source; tests bring their own. */
export interface ITimers {
  now: () => number;
  set(callback: () => void, ms: number): number;
  clear(handle: number): void;
}

export const windowTimers: ITimers = {
  now: () => Date.now(),
  set: (callback, ms) => window.setTimeout(callback, ms),
  clear: handle => window.clearTimeout(handle)
};

/** Somebody still types: only what stays for this long is asked for. */
const TYPING_MS = 250;

export namespace Live {
  export interface IOptions<Q, D> {
    query: Q;
    load: (query: Q, signal: AbortSignal) => Promise<D>;
    /** Milliseconds between two looks; null: only when asked. */
    everyMs: number | null;
    /** The hub said no. */
    onRefused?: () => void;
    timers?: ITimers;
  }
}

/** One list of the hub's, looked at anew while somebody sees it, and only then. */
export class Live<Q extends object, D> implements IDisposable {
  constructor(private readonly _options: Live.IOptions<Q, D>) {
    this._timers = _options.timers ?? windowTimers;
    this._query = _options.query;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** What the hub said last, kept while it does not answer; null before. */
  get data(): D | null {
    return this._data;
  }

  /** When it said so. */
  get updated(): number {
    return this._updated;
  }

  /** Why the latest look failed, else null. */
  get problem(): IProblemInfo | null {
    return this._problem;
  }

  get query(): Q {
    return this._query;
  }

  /** Whether what is shown is the answer to another question than the one asked. */
  get isStale(): boolean {
    return this._answered !== this._query;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  get visible(): boolean {
    return this._visible;
  }

  set visible(value: boolean) {
    if (value === this._visible || this._isDisposed) {
      return;
    }
    this._visible = value;
    if (value) {
      void this.refresh();
    } else {
      this._rest();
    }
  }

  /** Changes the question. */
  ask(change: Partial<Q>, options: { typing?: boolean } = {}): void {
    this._query = { ...this._query, ...change };
    this._changed.emit();
    if (options.typing) {
      this._later(TYPING_MS);
    } else {
      void this.refresh();
    }
  }

  /** Looks now. Resolves, never rejects, once there is an answer. */
  async refresh(): Promise<void> {
    this._rest();
    if (this._isDisposed) {
      return;
    }
    const abort = (this._abort = new AbortController());
    const query = this._query;
    try {
      const data = await this._options.load(query, abort.signal);
      if (abort.signal.aborted) {
        return;
      }
      this._data = data;
      this._answered = query;
      this._updated = this._timers.now();
      this._problem = null;
    } catch (error) {
      if (abort.signal.aborted) {
        return;
      }
      this._problem = toProblem(error);
    }
    this._abort = null;
    this._changed.emit();
    if (this._problem && isFinal(this._problem)) {
      // Asking again gets the same answer, until somebody does something about it.
      this._options.onRefused?.();
    } else if (this._visible && this._options.everyMs !== null) {
      this._later(this._options.everyMs);
    }
  }

  dispose(): void {
    this._isDisposed = true;
    this._rest();
    Signal.clearData(this);
  }

  private _later(ms: number): void {
    this._rest();
    this._timer = this._timers.set(() => void this.refresh(), ms);
  }

  private _rest(): void {
    this._abort?.abort();
    this._abort = null;
    if (this._timer !== null) {
      this._timers.clear(this._timer);
      this._timer = null;
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _timers: ITimers;
  private _abort: AbortController | null = null;
  private _answered: Q | null = null;
  private _data: D | null = null;
  private _isDisposed = false;
  private _problem: IProblemInfo | null = null;
  private _query: Q;
  private _timer: number | null = null;
  private _updated = 0;
  private _visible = false;
}
