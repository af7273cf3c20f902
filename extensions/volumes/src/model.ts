import { isTransient, toProblem } from '@jupyter-datalabs/hub-client';
import type { IHub, IProblemInfo, SessionStoreState, SessionVolume, Volume } from '@jupyter-datalabs/hub-client';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

/** A volume as this session has it. */
export interface VolumeHere extends Volume {
  /** Null where the hub does not tell. */
  mounted: boolean | null;
  /** Why it is not mounted, or will not stay so. */
  why: string | null;
  /** It is being mounted or unmounted. */
  isChanging: boolean;
}

/** `absent`: this JupyterLab has no hub, or no right to ask it. */
export type VolumesState =
  | { kind: 'loading' }
  | { kind: 'absent' }
  | { kind: 'ready'; volumes: readonly VolumeHere[] }
  | { kind: 'failed'; problem: IProblemInfo };

/** The volumes the hub mounts in the user's sessions. */
export class VolumesModel implements IDisposable {
  /** `mounts` tells what this session has. */
  constructor(
    private readonly _hub: IHub,
    private readonly _mounts: () => Promise<SessionVolume[]>
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

  /** Another look that nobody has asked for: what is shown stays while it lasts, and when the hub is away. */
  async renew(): Promise<void> {
    if (!this._isAsking && this._hub.available) {
      await this._ask({ keeps: true });
    }
  }

  async refresh(): Promise<void> {
    if (!this._hub.available) {
      const { problem } = this._hub.sessions;
      this._set(problem ? { kind: 'failed', problem } : { kind: 'absent' });
      return;
    }
    // Rows that are there stay until the new ones come; only an error gives way to the skeleton.
    if (this._state.kind !== 'ready') {
      this._set({ kind: 'loading' });
    }
    await this._ask({ keeps: false });
  }

  private async _ask({ keeps }: { keeps: boolean }): Promise<void> {
    const request = ++this._request;
    this._isAsking = true;
    let next: VolumesState;
    try {
      // What is known of the volumes is worth showing without what this session has of them.
      const [{ volumes }, mounts] = await Promise.all([this._hub.client.listVolumes({}), this._mounts().catch(() => [])]);
      next = { kind: 'ready', volumes: volumes.map(volume => this._here(volume, mounts)) };
    } catch (error) {
      next = keeps && this._state.kind === 'ready' && isTransient(error) ? this._state : { kind: 'failed', problem: toProblem(error) };
    }
    if (request === this._request) {
      this._isAsking = false;
      this._set(next);
    }
  }

  get(name: string): VolumeHere | undefined {
    return this._state.kind === 'ready' ? this._state.volumes.find(volume => volume.name === name) : undefined;
  }

  get first(): VolumeHere | undefined {
    return this._state.kind === 'ready' ? this._state.volumes[0] : undefined;
  }

  titleOf(name: string): string {
    return this.get(name)?.title ?? name;
  }

  /** Does something to a volume, which is shown as changing until then, and as it is afterwards. */
  async during(name: string, what: () => Promise<unknown>): Promise<void> {
    this._changing.add(name);
    this._mark(name);
    try {
      await what();
    } finally {
      this._changing.delete(name);
      this._mark(name);
      await this.refresh();
    }
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private _here(volume: Volume, mounts: readonly SessionVolume[]): VolumeHere {
    const mount = mounts.find(({ name }) => name === volume.name);
    const why = mount?.why ? [mount.why.message, mount.why.action].filter(Boolean).join(' ') : null;
    return { ...volume, mounted: mount?.mounted ?? null, why, isChanging: this._changing.has(volume.name) };
  }

  private _mark(name: string): void {
    if (this._state.kind === 'ready') {
      const volumes = this._state.volumes.map(volume => (volume.name === name ? { ...volume, isChanging: this._changing.has(name) } : volume));
      this._set({ kind: 'ready', volumes });
    }
  }

  private _set(state: VolumesState): void {
    if (!this._isDisposed) {
      this._state = state;
      this._changed.emit();
    }
  }

  private _onSessions(): void {
    const state = this._hub.sessions.state;
    const mountsOf = this._hub.sessions.get(this._hub.sessionName)?.volumes_changed ?? null;
    if (state === 'ready' && mountsOf !== this._mountsOf) {
      this._mountsOf = mountsOf;
      void this.refresh();
      return;
    }
    const cameBack = state === 'ready' && this._lastState === 'offline';
    // The store passes through `loading` on its way back, which says nothing.
    this._lastState = state === 'loading' ? this._lastState : state;
    if (cameBack) {
      void this.refresh();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _changing = new Set<string>();
  private _isAsking = false;
  private _isDisposed = false;
  private _lastState: SessionStoreState = 'loading';
  private _mountsOf: string | null = null;
  private _request = 0;
  private _state: VolumesState = { kind: 'loading' };
}
