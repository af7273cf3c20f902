import type { IHub, Timeline } from '@jupyter-datalabs/hub-client';
import type { IDisposable } from '@lumino/disposable';

type Reason = NonNullable<Timeline['reason']>;

/** The hub itself has ended it: its time had come. */
export const isDue = ({ code }: Reason): boolean => code === 'idle' || code === 'age';

/** Why a session has ended, where that is news to its owner: somebody else or its time has ended it. Null also when the hub does not say. */
export async function newsOfEnd({ client, user }: IHub, name: string): Promise<Reason | null> {
  try {
    const { reason } = await (name === '' ? client.getHomeTimeline({ name: user }) : client.getSessionTimeline({ name: user, server: name }));
    return reason && (reason.by !== undefined || isDue(reason)) ? reason : null;
  } catch {
    // What cannot be asked is not told: the session is gone all the same.
    return null;
  }
}

/** Tells the owner of a session that somebody else, or its time, has ended it: it would only be gone, else. This page's own has `SessionEnd`. */
export class StopNotice implements IDisposable {
  constructor(
    private readonly _hub: IHub,
    private readonly _tell: (title: string, reason: Reason) => void
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
    const { sessions, sessionName } = this._hub;
    if (sessions.state !== 'ready') {
      return;
    }
    const now = new Map(sessions.values().map(({ name, title }) => [name, title]));
    for (const [name, title] of this._known) {
      if (!now.has(name) && name !== sessionName) {
        void this._ended(name, title);
      }
    }
    this._known = now;
  }

  private async _ended(name: string, title: string): Promise<void> {
    const reason = await newsOfEnd(this._hub, name);
    if (reason && !this._isDisposed) {
      this._tell(title, reason);
    }
  }

  private _isDisposed = false;
  private _known = new Map<string, string>();
}
