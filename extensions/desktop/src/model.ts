import { chosenVolumes, isFinal, isTransient, problemOf, toProblem, type IHub, type IProblemInfo, type ServerModel } from '@jupyter-datalabs/hub-client';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

/** Where the picture comes from just now. */
export type DesktopState =
  | { kind: 'connecting' }
  /** The hub, which has to let us in, does not answer. */
  | { kind: 'waiting' }
  /** The hub answers, but not to this page: only a new one helps. */
  | { kind: 'refused'; problem: IProblemInfo }
  | { kind: 'starting' }
  | { kind: 'connected'; app: 'starting' | 'running' | 'restarting' }
  | { kind: 'reconnecting'; attempt: number }
  | { kind: 'stopping' }
  | { kind: 'stopped' }
  | { kind: 'failed'; problem: IProblemInfo }
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
const ANSWER_TIMEOUT = 10_000;
const CONNECT_TIMEOUT = 15_000;
/** So many unanswered questions after each other, and the connection is dead though nobody closed it. */
const UNANSWERED = 2;

/**
 * The connection to one session's desktop, without a picture: decides when to connect, and knows what to tell.
 */
export class DesktopModel implements IDisposable {
  constructor(
    private readonly options: { hub: IHub; session: string; datalab?: string; fetch: Fetch; now?: () => number }
  ) {
    this.knownDatalab = options.datalab ?? null;
    options.hub.sessions.changed.connect(this.onSessions, this);
    window.addEventListener('online', this.onOnline);
    this.follow();
  }

  get session(): string {
    return this.options.session;
  }

  /** The datalab the session runs; null until it is known. A session that ended is started again with it. */
  get datalab(): string | null {
    return this.knownDatalab;
  }

  /** The volumes chosen for it, which it is started again with; undefined: all there are. */
  get volumes(): string[] | undefined {
    return this.knownVolumes;
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

  /** Emitted when the connection is found dead and a view should let go of it. */
  get connectionLost(): ISignal<this, void> {
    return this.lost;
  }

  get isDisposed(): boolean {
    return this.disposed;
  }

  /** Begin, or try again at once. */
  connect(): void {
    void this.tryConnect();
  }

  /** The view is connected. */
  connected(): void {
    this.rest();
    this.attempt = 0;
    this.unanswered = 0;
    this.setState({ kind: 'connected', app: 'starting' });
    void this.pollStatus();
  }

  /** The view lost its connection, or never got one. */
  disconnected(): void {
    if (this.disposed) {
      return;
    }
    this.rest();
    clearTimeout(this.statusTimer);
    if (this.follow()) {
      this.retry();
    }
  }

  /** Start the session again after it ended. */
  async startAgain(): Promise<void> {
    const { hub, session } = this.options;
    const before = this.current;
    this.setState({ kind: 'starting' });
    // Until the hub took the start, what it says of the session is about the one before.
    this.askedToStart = true;
    try {
      await hub.start(session, { datalab: this.datalab ?? session, ...(this.volumes && { volumes: this.volumes }) });
    } catch (error) {
      this.setState(before);
      throw error;
    } finally {
      this.askedToStart = false;
    }
    this.onSessions();
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
      this.rest();
      clearTimeout(this.statusTimer);
      window.removeEventListener('online', this.onOnline);
      Signal.clearData(this);
    }
  }

  private async tryConnect(): Promise<void> {
    this.rest();
    if (this.disposed || !this.follow()) {
      return;
    }
    if (this.current.kind !== 'reconnecting' && this.current.kind !== 'waiting') {
      this.setState({ kind: 'connecting' });
    }
    // On a network that swallows packets nothing ever fails by itself.
    this.timer = setTimeout(() => this.giveUp(), CONNECT_TIMEOUT);
    const { turn } = this;
    try {
      if (this.attempt > 0 && this.goodToken) {
        // A websocket does not tell a refused token from a dead line; this does.
        await this.readStatus();
      }
      const token = await this.mint();
      const url = new URL(this.options.hub.sessionUrl(this.session, 'vnc'));
      url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
      url.searchParams.set('token', token);
      if (turn === this.turn) {
        this.connectAsked.emit(url.href);
      }
    } catch (error) {
      const problem = toProblem(error);
      if (turn !== this.turn) {
        return;
      }
      if (isFinal(problem)) {
        this.rest();
        this.setState({ kind: 'refused', problem });
        return;
      }
      this.disconnected();
      if (isTransient(error) && this.timer !== undefined) {
        this.setState({ kind: 'waiting' });
      }
    }
  }

  private retry(): void {
    const delay = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** Math.min(this.attempt, 8));
    this.attempt++;
    this.setState({ kind: 'reconnecting', attempt: this.attempt });
    this.timer = setTimeout(() => void this.tryConnect(), delay);
  }

  /** Nobody closed the connection, but it is of no use any more. */
  private giveUp(): void {
    this.lost.emit();
    this.disconnected();
  }

  /** Neither an attempt nor a wait for the next one is under way. */
  private rest(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.turn++;
  }

  /** Take over what the hub says; false while there is nothing to connect to. */
  private follow(): boolean {
    const { sessions } = this.options.hub;
    const known = sessions.get(this.session);
    const isOther = known !== undefined && Private.isOtherThanDesktop(known);
    if (isOther && known.ready) {
      // Started under this name by somebody else, say in another window.
      this.rest();
      this.setState({ kind: 'failed', problem: Private.otherThanDesktop(known) });
      return false;
    }
    if (known && !isOther) {
      this.knownDatalab = known.datalab;
      this.knownVolumes = chosenVolumes(known);
    }
    const refused = sessions.problem && isFinal(sessions.problem) && !this.goodToken ? sessions.problem : null;
    if (!refused && (sessions.state === 'offline' || sessions.state === 'refused' || known?.ready)) {
      return true;
    }
    this.rest();
    if (refused) {
      this.setState({ kind: 'refused', problem: refused });
    } else if (sessions.state === 'ready') {
      this.setState(Private.stateOf(known));
    }
    // A list still on its way says nothing: its arrival is the next change.
    return false;
  }

  private onSessions(): void {
    const { kind } = this.current;
    // The picture is the better witness: its end leads to disconnected().
    if (kind === 'connected' || kind === 'app-failed' || kind === 'refused' || this.askedToStart) {
      return;
    }
    // The hub is back: the next attempt need not wait for its time.
    const isBack = this.current.kind === 'waiting' && this.options.hub.sessions.state === 'ready';
    if (this.follow() && (this.timer === undefined || isBack)) {
      this.connect();
    }
  }

  private readonly onOnline = (): void => {
    if (this.current.kind === 'reconnecting' || this.current.kind === 'waiting') {
      this.connect();
    }
  };

  private async pollStatus(): Promise<void> {
    clearTimeout(this.statusTimer);
    const { turn } = this;
    let wait = STATUS_INTERVAL;
    const app = await this.readStatus();
    if (turn !== this.turn || this.disposed) {
      return;
    }
    if (app) {
      this.showApp(app);
      wait = app.state === 'running' ? CALM_STATUS_INTERVAL : STATUS_INTERVAL;
    } else if (this.unanswered >= UNANSWERED) {
      this.giveUp();
      return;
    }
    clearTimeout(this.statusTimer);
    this.statusTimer = setTimeout(() => void this.pollStatus(), wait);
  }

  private async readStatus(): Promise<IAgentStatus['app'] | null> {
    try {
      // A hub that is away says nothing about the session: only the session's own silence counts.
      await this.mint();
    } catch {
      return null;
    }
    try {
      const answer = await this.ask('status', 'GET');
      this.unanswered = 0;
      if (answer.status === 401 || answer.status === 403) {
        this.token = null;
      }
      return answer.ok ? ((await answer.json()) as IAgentStatus).app : null;
    } catch {
      this.unanswered++;
      return null;
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
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), ANSWER_TIMEOUT);
    try {
      return await this.options.fetch(this.options.hub.sessionUrl(this.session, path), {
        method,
        headers: { Authorization: `token ${token}` },
        cache: 'no-store',
        signal: abort.signal
      });
    } finally {
      clearTimeout(timer);
    }
  }

  /** The token in hand, unless it is too old. Kept over lost connections: each one asked for is one more the hub has to keep. */
  private get goodToken(): string | null {
    return this.token && this.now() - this.token.at <= TOKEN_LIFE ? this.token.value : null;
  }

  private async mint(): Promise<string> {
    const { goodToken } = this;
    if (goodToken !== null) {
      return goodToken;
    }
    const at = this.now();
    const value = await this.options.hub.mintAccessToken(this.session);
    this.token = { value, at };
    return value;
  }

  private now(): number {
    return (this.options.now ?? Date.now)();
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
  private readonly lost = new Signal<this, void>(this);
  private knownDatalab: string | null;
  private knownVolumes: string[] | undefined;
  private askedToStart = false;
  private attempt = 0;
  private unanswered = 0;
  /** Changes with every attempt, so that a late answer to an earlier one is recognised. */
  private turn = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private statusTimer: ReturnType<typeof setTimeout> | undefined;
  private disposed = false;
}

namespace Private {
  export const isOtherThanDesktop = ({ kind }: Partial<ServerModel>): boolean => kind !== undefined && kind !== 'desktop';

  export function otherThanDesktop({ name, title }: ServerModel): IProblemInfo {
    return {
      code: 'already-running',
      status: 0,
      detail: `The session "${name}" runs ${title}, which has no desktop.`,
      action: 'Stop it in the Running sidebar, then start again here.'
    };
  }

  /** What to tell of a session that does not run. */
  export function stateOf(known: ServerModel | undefined): DesktopState {
    if (known?.pending === 'spawn') {
      return { kind: 'starting' };
    }
    if (known?.pending === 'stop') {
      return { kind: 'stopping' };
    }
    const problem = known?.failure ? problemOf(known.failure, 0) : null;
    return problem && problem.code !== 'cancelled' ? { kind: 'failed', problem } : { kind: 'stopped' };
  }
}
