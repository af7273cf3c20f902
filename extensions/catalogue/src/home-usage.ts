import type { HomeUsage, IHub } from '@jupyter-datalabs/hub-client';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

/** Between two looks, in milliseconds: the hub measures no more often than this is worth. */
const LOOK_MS = 5 * 60_000;

/** How much of the user's home is taken, as the hub last measured it. Asked anew where it may have changed: a session has ended, or the user comes back to this window. */
export class HomeWatch implements IDisposable {
  constructor(private readonly _hub: IHub, private readonly _isShown: () => boolean = () => !document.hidden) {
    this._timer = window.setInterval(() => {
      if (this._isShown()) {
        void this.refresh();
      }
    }, LOOK_MS);
    window.addEventListener('focus', this._onFocus);
    _hub.sessions.changed.connect(this._onSessions, this);
    this._onSessions();
    void this.refresh();
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Null until the hub has said something. */
  get usage(): HomeUsage | null {
    return this._usage;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    window.clearInterval(this._timer);
    window.removeEventListener('focus', this._onFocus);
    this._hub.sessions.changed.disconnect(this._onSessions, this);
    Signal.clearData(this);
  }

  /** Never rejects: what is known stays known while the hub does not answer. */
  async refresh(): Promise<void> {
    this._asking++;
    try {
      const usage = await this._hub.client.getHomeUsage({ name: this._hub.user });
      if (!this._isDisposed) {
        this._usage = usage;
        this._changed.emit();
      }
    } catch (error) {
      console.warn('The size of the home is not known.', error);
    } finally {
      this._asking--;
    }
  }

  /** A window gets the focus back from everything in a frame, too. */
  private readonly _onFocus = (): void => {
    if (this._asking === 0) {
      void this.refresh();
    }
  };

  private _onSessions(): void {
    const { sessions } = this._hub;
    if (sessions.state !== 'ready') {
      return;
    }
    const up = sessions.values().flatMap(({ name, stopped }) => (stopped ? [] : [name]));
    if (this._up.some(name => !up.includes(name))) {
      void this.refresh();
    }
    this._up = up;
  }

  private _asking = 0;
  private _up: string[] = [];

  private readonly _changed = new Signal<this, void>(this);
  private readonly _timer: number;
  private _usage: HomeUsage | null = null;
  private _isDisposed = false;
}
