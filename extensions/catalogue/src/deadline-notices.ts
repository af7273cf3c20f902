import type { IDeadline, IHub } from '@jupyter-datalabs/hub-client';
import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { extendOrTell } from './deadline-status';
import { durationText, warningText } from './deadline-words';
import type { Deadlines } from './deadlines';
import { isDue } from './stop-notice';

const SEEN = '@jupyter-datalabs/catalogue:deadline';

/** Tells of deadlines that are near, and at the next start that the last session ended by one, in one window of a browser: one that is seen. */
export class DeadlineNotices {
  constructor(private readonly _options: { hub: IHub; deadlines: Deadlines; trans: TranslationBundle; page?: Pick<Document, 'hidden' | 'addEventListener'> }) {
    const { deadlines } = _options;
    this._page = _options.page ?? document;
    this._page.addEventListener('visibilitychange', () => this._warnOfMissed());
    deadlines.near.connect((_, { deadline, before }) => this._warn(deadline, before));
    deadlines.moved.connect((_, session) => {
      this._missed.delete(session);
      this._dismiss(session);
    });
  }

  /** Say how the session before this one was stopped, once. */
  async tellLast(): Promise<void> {
    const { hub } = this._options;
    const { timelines } = await hub.client.listTimelines({ name: hub.user, query: { limit: 10 } });
    const last = timelines.find(({ name, ended }) => name === hub.sessionName && ended !== null);
    const reason = last?.reason;
    if (last && reason && isDue(reason) && Private.claim(`${SEEN}:last:${hub.user}/${last.name}`, last.ended!)) {
      Notification.info(reason.message, { autoClose: 15_000 });
    }
  }

  dismissAll(): void {
    [...this._shown.keys()].forEach(session => this._dismiss(session));
  }

  private _warn(deadline: IDeadline, before: number): void {
    const { hub, deadlines, trans } = this._options;
    const { session, extendable } = deadline;
    this._dismiss(session);
    if (this._page.hidden) {
      this._missed.set(session, { deadline, before });
      return;
    }
    if (!Private.claim(`${SEEN}:warned:${hub.user}/${session}`, `${deadline.at}-${before}`)) {
      return;
    }
    const title = session === hub.sessionName ? null : deadline.title;
    const extend = { label: trans.__('Extend by %1', durationText(trans, extendable)), callback: () => void extendOrTell(deadlines, session) };
    const id = Notification.warning(warningText(trans, deadline, title), { autoClose: false, actions: extendable > 0 ? [extend] : [] });
    this._shown.set(session, id);
  }

  /** What came near while nobody looked, and is still to come. */
  private _warnOfMissed(): void {
    const { deadlines } = this._options;
    if (this._page.hidden || deadlines.isDisposed) {
      return;
    }
    const missed = [...this._missed.values()];
    this._missed.clear();
    missed.filter(({ deadline }) => deadline.at > deadlines.now()).forEach(({ deadline, before }) => this._warn(deadline, before));
  }

  private _dismiss(session: string): void {
    const id = this._shown.get(session);
    if (id !== undefined) {
      this._shown.delete(session);
      Notification.dismiss(id);
    }
  }

  private readonly _page: Pick<Document, 'hidden' | 'addEventListener'>;
  private readonly _shown = new Map<string, string>();
  /** By session. */
  private readonly _missed = new Map<string, { deadline: IDeadline; before: number }>();
}

namespace Private {
  /** Whether this window is the first of the browser with this. */
  export function claim(key: string, value: string): boolean {
    try {
      if (window.localStorage.getItem(key) === value) {
        return false;
      }
      window.localStorage.setItem(key, value);
    } catch {
      // Without a storage every window says it.
    }
    return true;
  }
}
