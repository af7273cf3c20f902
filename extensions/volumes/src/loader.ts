import { isTransient, toProblem } from '@jupyter-datalabs/hub-client';
import type { IProblemInfo } from '@jupyter-datalabs/hub-client';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

export type Loaded<T> = { kind: 'loading' } | { kind: 'ready'; value: T } | { kind: 'failed'; problem: IProblemInfo };

/** Something that is asked for, and can be asked for again. The newest question counts: answers to older ones are dropped. */
export class Loader<T, Q = void> implements IDisposable {
  constructor(private readonly _ask: (question: Q, signal: AbortSignal) => Promise<T>) {}

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get state(): Loaded<T> {
    return this._state;
  }

  /** Whether an answer is on its way, whatever is shown meanwhile. */
  get busy(): boolean {
    return this._controller !== null;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** What is shown stays until the answer is there; only a failure gives way at once. */
  async load(question: Q): Promise<void> {
    if (!this._isDisposed) {
      this._controller?.abort();
      await this._load(question, { keeps: false });
    }
  }

  /** Another look that nobody has asked for: what is shown stays while it lasts, and when nobody answers. */
  async renew(question: Q): Promise<void> {
    if (!this._isDisposed && !this.busy) {
      await this._load(question, { keeps: true });
    }
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this._controller?.abort();
      this._controller = null;
      Signal.clearData(this);
    }
  }

  private async _load(question: Q, { keeps }: { keeps: boolean }): Promise<void> {
    const controller = (this._controller = new AbortController());
    if (!keeps) {
      this._set(this._state.kind === 'failed' ? { kind: 'loading' } : this._state);
    }
    let next: Loaded<T>;
    try {
      next = { kind: 'ready', value: await this._ask(question, controller.signal) };
    } catch (error) {
      next = keeps && this._state.kind === 'ready' && isTransient(error) ? this._state : { kind: 'failed', problem: toProblem(error) };
    }
    if (controller === this._controller && !this._isDisposed) {
      this._controller = null;
      this._set(next);
    }
  }

  private _set(state: Loaded<T>): void {
    this._state = state;
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private _controller: AbortController | null = null;
  private _isDisposed = false;
  private _state: Loaded<T> = { kind: 'loading' };
}
