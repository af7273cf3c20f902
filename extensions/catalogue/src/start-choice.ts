import { SESSION_NAME, toProblem } from '@jupyter-datalabs/hub-client';
import type { DatalabSummary, IHub, IProblemInfo, Volume } from '@jupyter-datalabs/hub-client';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import { sessionOf } from './commands';
import { HOME_DATALAB } from './tokens';

/** What is said before a start: which datalab, what its session is called, and which volumes it has. */
export class StartChoice implements IDisposable {
  constructor(private readonly _options: { hub: IHub; datalab: DatalabSummary }) {
    this._datalab = _options.datalab;
    this._name = this._freeName();
    _options.hub.sessions.changed.connect(this._onSessions, this);
    void this.load();
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get datalab(): DatalabSummary {
    return this._datalab;
  }

  set datalab(value: DatalabSummary) {
    const wasSuggested = this._name === this._freeName();
    this._datalab = value;
    if (wasSuggested) {
      this._name = this._freeName();
    }
    this._changed.emit();
  }

  /** Of the session; '' is the home. */
  get name(): string {
    return this._name;
  }

  set name(value: string) {
    this._name = value;
    this._changed.emit();
  }

  /** Why the name cannot be had; null when it can. */
  get nameProblem(): 'form' | 'taken' | null {
    const isForm = SESSION_NAME.test(this._name) || (this._name === '' && this._datalab.id === HOME_DATALAB);
    return !isForm ? 'form' : this._isTaken(this._name) ? 'taken' : null;
  }

  /** Those the user may see; null before the hub has said. */
  get volumes(): readonly Volume[] | null {
    return this._volumes;
  }

  /** Why they could not be read. */
  get problem(): IProblemInfo | null {
    return this._problem;
  }

  /** Names of those the session shall have; undefined: all there are when it starts. */
  get chosen(): string[] | undefined {
    return this._left.size === 0 ? undefined : (this._volumes ?? []).flatMap(({ name }) => (this._left.has(name) ? [] : [name]));
  }

  has(volume: string): boolean {
    return !this._left.has(volume);
  }

  choose(volume: string, on: boolean): void {
    this._left[on ? 'delete' : 'add'](volume);
    this._changed.emit();
  }

  chooseAll(on: boolean): void {
    this._left = new Set(on ? [] : this._volumes?.map(({ name }) => name));
    this._changed.emit();
  }

  /** Resolves, never rejects, once the hub has answered. */
  async load(): Promise<void> {
    this._problem = null;
    this._changed.emit();
    try {
      const { volumes } = await this._options.hub.client.listVolumes({});
      this._volumes = volumes;
    } catch (error) {
      this._problem = toProblem(error);
    }
    if (!this._isDisposed) {
      this._changed.emit();
    }
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._options.hub.sessions.changed.disconnect(this._onSessions, this);
    Signal.clearData(this);
  }

  private _freeName(): string {
    const usual = sessionOf(this._datalab.id);
    let name = usual;
    for (let number = 2; this._isTaken(name); number++) {
      name = `${usual || this._datalab.id}-${number}`;
    }
    return name;
  }

  private _isTaken(name: string): boolean {
    const session = this._options.hub.sessions.get(name);
    return session !== undefined && (session.ready || session.pending !== null);
  }

  private _onSessions(): void {
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private _datalab: DatalabSummary;
  private _isDisposed = false;
  /** Those it shall not have. */
  private _left = new Set<string>();
  private _name: string;
  private _problem: IProblemInfo | null = null;
  private _volumes: readonly Volume[] | null = null;
}
