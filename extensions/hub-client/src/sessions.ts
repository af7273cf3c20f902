import type { ServerModel } from '@jupyter-datalabs/contract';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import { EventStream } from './events';
import type { ITimers } from './events';
import { isRefusal } from './problem';
import type { IProblemInfo } from './problem';
import type { HubRequest } from './request';
import { SharedEvents } from './shared-events';
import type { IWindows } from './shared-events';
import type { ISessionStore, SessionStoreState } from './tokens';

const hasName = (value: unknown): value is ServerModel =>
  typeof value === 'object' && value !== null && typeof (value as { name?: unknown }).name === 'string';

/** When the start of a session began: tells one start from the next. */
const startOf = (model: ServerModel): string | null => model.steps?.[0]?.startedAt ?? model.started;

/** The hub's list of the user's sessions, kept by its event stream. */
export class SessionStore implements ISessionStore, IDisposable {
  constructor(options: { request: HubRequest; user: string; baseUrl: string; windows: IWindows | null; timers?: ITimers }) {
    const { request, user, baseUrl, windows, timers } = options;
    const path = `users/${encodeURIComponent(user)}/events`;
    this._stream = new SharedEvents({
      name: `@jupyter-datalabs/hub-client:events:${baseUrl}api/${path}`,
      windows,
      connect: handlers => new EventStream({ path, request, timers, ...handlers }),
      snapshot: () => (this._known ? { sessions: this.values() } : null),
      onEvent: (event, data) => this._onEvent(event, data),
      onConnection: problem => this.onConnection(problem)
    });
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get state(): SessionStoreState {
    return this._state;
  }

  get problem(): IProblemInfo | null {
    return this._problem;
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

  /** Take what became of an attempt to reach the hub; null when it answered. */
  onConnection(problem: IProblemInfo | null): void {
    // The snapshot that follows a connection makes the store ready: until then what is known may be old.
    if (!problem && this._state === 'ready') {
      return;
    }
    const state = !problem ? 'loading' : isRefusal(problem) ? 'refused' : 'offline';
    if (state !== this._state || problem?.code !== this._problem?.code) {
      this._state = state;
      this._problem = problem;
      this._changed.emit();
    }
  }

  private _onEvent(event: string, data: unknown): void {
    if (event === 'snapshot') {
      this._known = true;
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
    this._problem = null;
    this._changed.emit();
  }

  private readonly _stream: SharedEvents;
  private readonly _changed = new Signal<this, void>(this);
  private _byName = new Map<string, ServerModel>();
  private _known = false;
  private _problem: IProblemInfo | null = null;
  private _state: SessionStoreState = 'loading';
}
