import { toProblem } from '@jupyter-datalabs/hub-client';
import type { IHub, IProblemInfo, SessionStoreState, Volume } from '@jupyter-datalabs/hub-client';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

/** `absent`: this JupyterLab has no hub, or no right to ask it. */
export type VolumesState =
  | { kind: 'loading' }
  | { kind: 'absent' }
  | { kind: 'ready'; volumes: readonly Volume[] }
  | { kind: 'failed'; problem: IProblemInfo };

/** The volumes the hub mounts in the user's sessions. */
export class VolumesModel implements IDisposable {
  /** `mounted` names the volumes this session has: its mounts are those of when it started. Null where that is not known. */
  constructor(
    private readonly _hub: IHub,
    private readonly _mounted: () => Promise<ReadonlySet<string> | null>,
    private readonly _trans: TranslationBundle
  ) {
    _hub.sessions.changed.connect(this._onSessions, this);
    void _hub.ready.then(() => this.refresh());
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get state(): VolumesState {
    return this._state;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  async refresh(): Promise<void> {
    if (!this._hub.available) {
      const { problem } = this._hub.sessions;
      this._set(problem ? { kind: 'failed', problem } : { kind: 'absent' });
      return;
    }
    const request = ++this._request;
    // Rows that are there stay until the new ones come; only an error gives way to the skeleton.
    if (this._state.kind !== 'ready') {
      this._set({ kind: 'loading' });
    }
    let next: VolumesState;
    try {
      const [{ volumes }, mounted] = await Promise.all([this._hub.client.listVolumes({}), this._mounted()]);
      next = { kind: 'ready', volumes: volumes.map(volume => this._here(volume, mounted)) };
    } catch (error) {
      next = { kind: 'failed', problem: toProblem(error) };
    }
    if (request === this._request) {
      this._set(next);
    }
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private _here(volume: Volume, mounted: ReadonlySet<string> | null): Volume {
    return volume.available && mounted && !mounted.has(volume.name)
      ? { ...volume, available: false, reason: this._trans.__('It was added after this session started. Restart the session to see it.') }
      : volume;
  }

  private _set(state: VolumesState): void {
    if (!this._isDisposed) {
      this._state = state;
      this._changed.emit();
    }
  }

  private _onSessions(): void {
    const state = this._hub.sessions.state;
    const cameBack = state === 'ready' && this._lastState === 'offline';
    // The store passes through `loading` on its way back, which says nothing.
    this._lastState = state === 'loading' ? this._lastState : state;
    if (cameBack) {
      void this.refresh();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private _isDisposed = false;
  private _lastState: SessionStoreState = 'loading';
  private _request = 0;
  private _state: VolumesState = { kind: 'loading' };
}
