import type { IHub, Timeline } from '@jupyter-datalabs/hub-client';
import type { IDisposable } from '@lumino/disposable';

/** Tells the owner of a session that somebody else, or its time, has ended it: it would only be gone, else. */
export class StopNotice implements IDisposable {
  constructor(
    private readonly _hub: IHub,
    private readonly _tell: (title: string, reason: NonNullable<Timeline['reason']>) => void
  ) {
    this._hub.sessions.changed.connect(this._onSessions, this);
    this._onSessions();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._hub.sessions.changed.disconnect(this._onSessions, this);
  }

  private _onSessions(): void {
    if (this._hub.sessions.state !== 'ready') {
      return;
    }
    const now = new Map(this._hub.sessions.values().map(({ name, title }) => [name, title]));
    for (const [name, title] of this._known) {
      if (!now.has(name)) {
        void this._ended(name, title);
      }
    }
    this._known = now;
  }

  private async _ended(name: string, title: string): Promise<void> {
    const { client, user } = this._hub;
    // What cannot be asked is not told: the session is gone all the same.
    const timeline = await (name === '' ? client.getHomeTimeline({ name: user }) : client.getSessionTimeline({ name: user, server: name })).catch(() => null);
    if (timeline?.reason && isNews(timeline.reason) && !this._isDisposed) {
      this._tell(title, timeline.reason);
    }
  }

  private _isDisposed = false;
  private _known = new Map<string, string>();
}

const isNews = ({ by, code }: NonNullable<Timeline['reason']>): boolean => by !== undefined || code === 'idle' || code === 'age';
