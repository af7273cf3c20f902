import type { IHub } from '@jupyter-datalabs/hub-client';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

/** Where the picture comes from just now. */
export type DesktopState =
  | { kind: 'connecting' }
  | { kind: 'starting' }
  | { kind: 'connected'; app: 'starting' | 'running' | 'restarting' }
  | { kind: 'reconnecting'; attempt: number }
  | { kind: 'stopped' }
  | { kind: 'app-failed'; log: string };

/** The agent's report; see its `status` route. */
interface IAgentStatus {
  app: { state: 'starting' | 'running' | 'restarting' | 'failed'; firstWindow: boolean; logTail?: string };
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const FIRST_DELAY = 250;
const LONGEST_DELAY = 10_000;
/** A token lives an hour; a new one is asked for well before. */
const TOKEN_LIFE = 45 * 60_000;
const STATUS_INTERVAL = 1000;
const CALM_STATUS_INTERVAL = 5000;

/**
 * The connection to one session's desktop, without a picture: decides when to connect, and knows what to tell.
 */
export class DesktopModel implements IDisposable {
  constructor(private readonly options: { hub: IHub; session: string; fetch: Fetch; now?: () => number }) {
    options.hub.sessions.changed.connect(this.onSessions, this);
  }

  get session(): string {
    return this.options.session;
  }

  get state(): DesktopState {
    return this.current;
  }

  get changed(): ISignal<this, DesktopState> {
    return this.stateChanged;
  }

  /** Emitted with the websocket's address when a view should connect. */
  get connectRequested(): ISignal<this, string> {
    return this.connectAsked;
  }

  get isDisposed(): boolean {
    return this.disposed;
  }

  /** Begin, or try again at once. */
  connect(): void {
    clearTimeout(this.timer);
    void this.tryConnect();
  }

  /** The view is connected. */
  connected(): void {
    this.attempt = 0;
    this.setState({ kind: 'connected', app: 'starting' });
    void this.pollStatus();
  }

  /** The view lost its connection, or never got one. */
  disconnected(): void {
    if (this.disposed) {
      return;
    }
    clearTimeout(this.statusTimer);
    // A token may have been refused; the next attempt brings its own.
    this.token = null;
    if (this.follow()) {
      this.retry();
    }
  }

  /** Start the session again after it was stopped. */
  async startAgain(): Promise<void> {
    const { hub, session } = this.options;
    const datalab = this.datalab ?? hub.sessions.get(session)?.datalab ?? session;
    this.setState({ kind: 'starting' });
    try {
      await hub.start(session, { datalab });
    } catch (error) {
      this.setState({ kind: 'stopped' });
      throw error;
    }
  }

  /** Start the application again after it failed. */
  async restartApp(): Promise<void> {
    const answer = await this.ask('restart', 'POST');
    if (!answer.ok) {
      throw new Error(`The application could not be started again (${answer.status}). Try again in a moment.`);
    }
    this.setState({ kind: 'connected', app: 'restarting' });
    void this.pollStatus();
  }

  dispose(): void {
    if (!this.disposed) {
      this.disposed = true;
      clearTimeout(this.timer);
      clearTimeout(this.statusTimer);
      Signal.clearData(this);
    }
  }

  private async tryConnect(): Promise<void> {
    if (this.disposed || !this.follow()) {
      return;
    }
    if (this.current.kind !== 'reconnecting') {
      this.setState({ kind: 'connecting' });
    }
    try {
      const token = await this.mint();
      const url = new URL(this.options.hub.sessionUrl(this.session, 'vnc'));
      url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
      url.searchParams.set('token', token);
      if (!this.disposed) {
        this.connectAsked.emit(url.href);
      }
    } catch {
      this.retry();
    }
  }

  private retry(): void {
    const delay = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** Math.min(this.attempt, 8));
    this.attempt++;
    this.setState({ kind: 'reconnecting', attempt: this.attempt });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.tryConnect(), delay);
  }

  /** Take over what the hub says; false while there is nothing to connect to. */
  private follow(): boolean {
    const { sessions } = this.options.hub;
    const known = sessions.get(this.session);
    this.datalab = known?.datalab ?? this.datalab;
    if (sessions.state !== 'ready' || known?.ready) {
      return true;
    }
    clearTimeout(this.timer);
    this.setState({ kind: known?.pending === 'spawn' ? 'starting' : 'stopped' });
    return false;
  }

  private onSessions(): void {
    const { kind } = this.current;
    if (kind === 'connected' || kind === 'app-failed' || kind === 'connecting') {
      // The picture is the better witness: its end leads to disconnected().
      return;
    }
    if (kind === 'reconnecting') {
      this.follow();
      return;
    }
    if (this.follow()) {
      this.connect();
    }
  }

  private async pollStatus(): Promise<void> {
    clearTimeout(this.statusTimer);
    let wait = STATUS_INTERVAL;
    try {
      const answer = await this.ask('status', 'GET');
      if (answer.ok) {
        const { app } = (await answer.json()) as IAgentStatus;
        this.showApp(app);
        wait = app.state === 'running' ? CALM_STATUS_INTERVAL : STATUS_INTERVAL;
      }
    } catch {
      // The websocket tells whether the session is gone.
    }
    const { kind } = this.current;
    if (!this.disposed && (kind === 'connected' || kind === 'app-failed')) {
      clearTimeout(this.statusTimer);
      this.statusTimer = setTimeout(() => void this.pollStatus(), wait);
    }
  }

  private showApp(app: IAgentStatus['app']): void {
    if (this.current.kind !== 'connected' && this.current.kind !== 'app-failed') {
      return;
    }
    this.setState(
      app.state === 'failed'
        ? { kind: 'app-failed', log: app.logTail ?? '' }
        : { kind: 'connected', app: app.state }
    );
  }

  private async ask(path: string, method: string): Promise<Response> {
    const token = await this.mint();
    return this.options.fetch(this.options.hub.sessionUrl(this.session, path), {
      method,
      headers: { Authorization: `token ${token}` },
      cache: 'no-store'
    });
  }

  private async mint(): Promise<string> {
    const now = (this.options.now ?? Date.now)();
    if (!this.token || now - this.token.at > TOKEN_LIFE) {
      this.token = { value: await this.options.hub.mintAccessToken(this.session), at: now };
    }
    return this.token.value;
  }

  private setState(state: DesktopState): void {
    if (!this.disposed && JSON.stringify(state) !== JSON.stringify(this.current)) {
      this.current = state;
      this.stateChanged.emit(state);
    }
  }

  private current: DesktopState = { kind: 'connecting' };
  private readonly stateChanged = new Signal<this, DesktopState>(this);
  private readonly connectAsked = new Signal<this, string>(this);
  private token: { value: string; at: number } | null = null;
  private datalab: string | null = null;
  private attempt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private statusTimer: ReturnType<typeof setTimeout> | undefined;
  private disposed = false;
}
