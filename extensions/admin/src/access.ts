import type { IHub } from '@jupyter-datalabs/hub-client';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import { ADMIN_SCOPE } from './tokens';

/** `unknown`: not asked yet, or no answer; `lost`: granted before, and no longer. */
export type AccessState = 'unknown' | 'none' | 'granted' | 'lost';

/** What the one at this JupyterLab may do at the hub. */
export class Access implements IDisposable {
  constructor(private readonly _hub: IHub) {
    _hub.sessions.changed.connect(this._onSessions, this);
    void _hub.ready.then(() => this.check());
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get state(): AccessState {
    return this._state;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Whether this is allowed about everybody. */
  holds(scope: string): boolean {
    return this._scopes.has(scope);
  }

  /** Asks the hub anew; without an answer everything stays as it is. */
  async check(): Promise<void> {
    if (!this._hub.available || this._isDisposed) {
      return;
    }
    try {
      const self = await this._hub.client.getSelf({});
      this._scopes = new Set(self.scopes);
    } catch {
      return;
    }
    const granted = this._scopes.has(ADMIN_SCOPE);
    this._state = granted ? 'granted' : this._state === 'granted' || this._state === 'lost' ? 'lost' : 'none';
    if (!this._isDisposed) {
      this._changed.emit();
    }
  }

  dispose(): void {
    this._isDisposed = true;
    this._hub.sessions.changed.disconnect(this._onSessions, this);
    Signal.clearData(this);
  }

  /** A hub that was away may have missed the question, or think differently now. */
  private _onSessions(): void {
    const { state } = this._hub.sessions;
    const cameBack = state === 'ready' && this._wasAway;
    // It passes through `loading` on its way back.
    this._wasAway = state === 'offline' || (this._wasAway && state === 'loading');
    if (cameBack) {
      void this.check();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private _isDisposed = false;
  private _scopes = new Set<string>();
  private _state: AccessState = 'unknown';
  private _wasAway = false;
}
