import { deadlineOf, extend } from '@jupyter-datalabs/hub-client';
import type { IDeadline, IHub, ServerModel } from '@jupyter-datalabs/hub-client';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

/** Warnings come this long before a deadline, in milliseconds; the longest first. */
const WARN_MS: readonly number[] = [30, 10, 2].map(minutes => minutes * 60_000);
const TICK_MS = 5_000;

/** When the sessions this window shows are due to be stopped. */
export class Deadlines implements IDisposable {
  constructor(
    private readonly _options: {
      hub: IHub;
      /** Names of the sessions shown besides the one this JupyterLab runs in. */
      shown: () => readonly string[];
      now?: () => number;
    }
  ) {
    _options.hub.sessions.changed.connect(this._check, this);
    this._timer = window.setInterval(() => this._check(), TICK_MS);
    this._check();
  }

  /** Emitted after every change, and as time goes by. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Emitted as the time left falls below one of those that are warned of, or has when it is first looked at. */
  get near(): ISignal<this, { deadline: IDeadline; before: number }> {
    return this._near;
  }

  /** Emitted with the name of a session whose deadline has moved away, or that is gone. */
  get moved(): ISignal<this, string> {
    return this._moved;
  }

  /** Of the session this JupyterLab runs in. */
  get own(): IDeadline | null {
    return this._known.get(this._options.hub.sessionName)?.deadline ?? null;
  }

  /** The session this JupyterLab runs in first. */
  get all(): IDeadline[] {
    return [...this._known.values()].map(({ deadline }) => deadline);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  now(): number {
    return this._options.now?.() ?? Date.now();
  }

  get(session: string): IDeadline | null {
    return this._known.get(session)?.deadline ?? null;
  }

  async extend(session: string): Promise<void> {
    const deadline = this.get(session);
    if (deadline && deadline.extendable > 0) {
      await extend(this._options.hub, deadline);
    }
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      window.clearInterval(this._timer);
      Signal.clearData(this);
    }
  }

  private _check(): void {
    const { hub, shown } = this._options;
    if (hub.sessions.state !== 'ready') {
      // What was known last goes on to count down.
      this._changed.emit();
      return;
    }
    const names = new Set([hub.sessionName, ...shown()]);
    const now = this.now();
    const before = this._known;
    this._known = new Map();
    for (const name of names) {
      const model = hub.sessions.get(name);
      const deadline = deadlineOf(model);
      const last = before.get(name);
      if (deadline && model) {
        const left = deadline.at - now;
        this._known.set(name, { deadline, left });
        if (last && deadline.at > last.deadline.at) {
          this._moved.emit(name);
        } else {
          const earlier = last?.left ?? Private.whole(deadline, model);
          // After a sleep several are passed at once: the nearest tells enough.
          const passed = WARN_MS.filter(limit => left <= limit && earlier > limit).at(-1);
          if (passed !== undefined) {
            this._near.emit({ deadline, before: passed });
          }
        }
      } else if (last) {
        this._moved.emit(name);
      }
    }
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _near = new Signal<this, { deadline: IDeadline; before: number }>(this);
  private readonly _moved = new Signal<this, string>(this);
  private _isDisposed = false;
  private _known = new Map<string, { deadline: IDeadline; left: number }>();
  private readonly _timer: number;
}

namespace Private {
  /** The time there was when the last of it began: what is shorter than a warning's is not warned of from its beginning on. */
  export function whole({ at, kind }: IDeadline, { started, last_activity: worked }: ServerModel): number {
    const since = (kind === 'idle' && worked) || started;
    return since ? at - Date.parse(since) : Infinity;
  }
}
