import type { ServerModel } from '@jupyter-datalabs/contract';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import { EventStream } from './events';
import type { ITimers } from './events';
import type { HubRequest } from './request';
import type { ISessionStore, SessionStoreState } from './tokens';

const hasName = (value: unknown): value is ServerModel =>
  typeof value === 'object' && value !== null && typeof (value as { name?: unknown }).name === 'string';

/** When the start of a session began: tells one start from the next. */
const startOf = (model: ServerModel): string | null => model.steps?.[0]?.startedAt ?? model.started;

/** The hub's list of the user's sessions, kept by its event stream. */
export class SessionStore implements ISessionStore, IDisposable {
  constructor(options: { request: HubRequest; user: string; timers?: ITimers }) {
    this._stream = new EventStream({
      path: `users/${encodeURIComponent(options.user)}/events`,
      request: options.request,
      timers: options.timers,
      onEvent: (event, data) => this._onEvent(event, data),
      onConnection: connected => this._onConnection(connected)
    });
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get state(): SessionStoreState {
    return this._state;
  }

  get isDisposed(): boolean {
    return this._stream.isDisposed;
  }

  /** Begin to follow the hub. */
  start(): void {
    this._stream.start();
  }

  values(): readonly ServerModel[] {
    return [...this._byName.values()];
  }

  get(name: string): ServerModel | undefined {
    return this._byName.get(name);
  }

  /**
   * Take what the hub answered to a start. An event of the same start may have overtaken the answer: it is newer.
   */
  accept(model: ServerModel): void {
    const known = this._byName.get(model.name);
    if (!known || startOf(known) !== startOf(model)) {
      this._byName.set(model.name, model);
      this._changed.emit();
    }
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._stream.dispose();
      Signal.clearData(this);
    }
  }

  private _onEvent(event: string, data: unknown): void {
    if (event === 'snapshot') {
      const list = (data as { sessions?: unknown } | null)?.sessions;
      this._byName = new Map((Array.isArray(list) ? list : []).filter(hasName).map(s => [s.name, s]));
    } else if (event === 'session' && hasName(data)) {
      this._byName.set(data.name, data);
    } else if (event === 'removed' && hasName(data)) {
      this._byName.delete(data.name);
    } else {
      return;
    }
    this._state = 'ready';
    this._changed.emit();
  }

  private _onConnection(connected: boolean): void {
    // The snapshot that follows a connection makes the store ready: until then what is known may be old.
    if (connected && this._state === 'ready') {
      return;
    }
    const state = connected ? 'loading' : 'offline';
    if (state !== this._state) {
      this._state = state;
      this._changed.emit();
    }
  }

  private readonly _stream: EventStream;
  private readonly _changed = new Signal<this, void>(this);
  private _byName = new Map<string, ServerModel>();
  private _state: SessionStoreState = 'loading';
}
