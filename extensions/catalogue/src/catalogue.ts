import type { DatalabSummary } from '@jupyter-datalabs/hub-client';
import type { IHub, SessionStoreState } from '@jupyter-datalabs/hub-client';
import { datalabIcon } from '@jupyter-datalabs/ui';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import { iconOf } from './icons';
import { HOME_DATALAB } from './tokens';
import type { ICatalogue } from './tokens';

/** Reads the hub's list of datalabs, again after every lost connection: the catalogue may be another one then. */
export class Catalogue implements ICatalogue, IDisposable {
  constructor(private readonly _hub: IHub) {
    _hub.sessions.changed.connect(this._onSessions, this);
    void _hub.ready.then(() => this._onSessions());
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get datalabs(): readonly DatalabSummary[] {
    return this._datalabs.filter(d => d.id !== this._ownDatalab);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  get(id: string): DatalabSummary | undefined {
    return this._datalabs.find(d => d.id === id);
  }

  icon(id: string): LabIcon {
    const datalab = this.get(id);
    return datalab ? iconOf(datalab, this._hub.client.url('getDatalabIcon', { id })) : datalabIcon;
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private get _ownDatalab(): string {
    const name = this._hub.sessionName;
    return this._hub.sessions.get(name)?.datalab ?? (name || HOME_DATALAB);
  }

  private _onSessions(): void {
    const state = this._hub.sessions.state;
    const came = state === 'ready' && this._lastState !== 'ready';
    this._lastState = state;
    if (came && this._hub.available) {
      void this._load();
    }
  }

  private async _load(): Promise<void> {
    try {
      const { datalabs } = await this._hub.client.listDatalabs({});
      if (!this._isDisposed) {
        this._datalabs = datalabs;
        this._changed.emit();
      }
    } catch (error) {
      // The next connection brings the next try; a launcher without the section is the honest picture until then.
      console.warn('The catalogue of datalabs could not be read', error);
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private _datalabs: readonly DatalabSummary[] = [];
  private _isDisposed = false;
  private _lastState: SessionStoreState = 'loading';
}
