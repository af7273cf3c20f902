import { isFinal, toProblem } from '@jupyter-datalabs/hub-client';
import type { GroupQuota, UserQuota } from '@jupyter-datalabs/hub-client';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

/** Asked for at the same time. */
const AT_A_TIME = 4;

/** The quotas of the rows that are shown: there is no list of them. */
export class Quotas<T extends UserQuota | GroupQuota> implements IDisposable {
  constructor(private readonly _read: (name: string, signal: AbortSignal) => Promise<T>) {}

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Undefined while it is not known, null where it cannot be had. */
  get(name: string): T | null | undefined {
    return this._known.get(name);
  }

  /** Reads those of a page, a few at a time: its rows need not wait for them, and what is known is shown until there is a newer answer. */
  async show(names: readonly string[]): Promise<void> {
    this._abort?.abort();
    if (this._isDisposed) {
      return;
    }
    const { signal } = (this._abort = new AbortController());
    this._names = names;
    // In the order in which they were read: a hub so slow that the next look comes before the last answer gets round to all of them.
    const before = [...this._known.keys()];
    const left = [...names].sort((a, b) => before.indexOf(a) - before.indexOf(b));
    before.filter(name => !names.includes(name)).forEach(name => this._known.delete(name));
    const readSome = async (): Promise<void> => {
      for (let name = left.shift(); name !== undefined && !signal.aborted; name = left.shift()) {
        await this._readOne(name, signal);
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, readSome));
  }

  /** Something else holds now: answers that are under way may be from before it. */
  forget(): void {
    this._abort?.abort();
    this._known.clear();
    this._changed.emit();
  }

  /** Something else holds for one of those shown. */
  renew(name: string): void {
    this._known.delete(name);
    this._changed.emit();
    void this.show(this._names);
  }

  dispose(): void {
    this._isDisposed = true;
    this._abort?.abort();
    Signal.clearData(this);
  }

  private async _readOne(name: string, signal: AbortSignal): Promise<void> {
    let quota: T | null;
    try {
      quota = await this._read(name, signal);
    } catch (error) {
      // A hub that does not answer for a moment has not changed it. The next look asks again.
      quota = isFinal(toProblem(error)) ? null : (this._known.get(name) ?? null);
    }
    if (!signal.aborted) {
      this._known.delete(name);
      this._known.set(name, quota);
      this._changed.emit();
    }
  }

  private _abort: AbortController | null = null;
  private readonly _changed = new Signal<this, void>(this);
  private _isDisposed = false;
  private readonly _known = new Map<string, T | null>();
  private _names: readonly string[] = [];
}
