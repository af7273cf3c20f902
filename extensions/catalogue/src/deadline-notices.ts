import type { IDeadline, IHub } from '@jupyter-datalabs/hub-client';
import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { extendOrTell } from './deadline-status';
import { durationText, stoppedText, warningText } from './deadline-words';
import type { Deadlines } from './deadlines';

const SEEN = '@jupyter-datalabs/catalogue:deadline';

/** Tells of deadlines that are near and of sessions stopped on their time, in one window of a browser. */
export class DeadlineNotices {
  constructor(private readonly _options: { hub: IHub; deadlines: Deadlines; trans: TranslationBundle }) {
    const { deadlines } = _options;
    deadlines.near.connect((_, { deadline, before }) => this._warn(deadline, before));
    deadlines.moved.connect((_, session) => this._dismiss(session));
    deadlines.stopped.connect((_, deadline) => void this._tellStopped(deadline));
  }

  /** Say how the session before this one was stopped, once. */
  async tellLast(): Promise<void> {
    const { hub } = this._options;
    const { timelines } = await hub.client.listTimelines({ name: hub.user, query: { limit: 10 } });
    const last = timelines.find(({ name, ended }) => name === hub.sessionName && ended !== null);
    const reason = last?.reason;
    if (last && reason && isDue(reason.code) && Private.claim(`${SEEN}:last:${hub.user}/${last.name}`, last.ended!)) {
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
    if (!Private.claim(`${SEEN}:warned:${hub.user}/${session}`, `${deadline.at}-${before}`)) {
      return;
    }
    const title = session === hub.sessionName ? null : deadline.title;
    const extend = { label: trans.__('Extend by %1', durationText(trans, extendable)), callback: () => void extendOrTell(deadlines, session) };
    const id = Notification.warning(warningText(trans, deadline, title, deadlines.now()), { autoClose: false, actions: extendable > 0 ? [extend] : [] });
    this._shown.set(session, id);
  }

  /**
   * Of other sessions the hub can be asked, and whoever watches their ends does; this one's page has lost its rights with it. A
   * dialog: what draws messages might have to be fetched yet, from the server that is gone.
   */
  private async _tellStopped(deadline: IDeadline): Promise<void> {
    const { hub, trans } = this._options;
    if (deadline.session !== hub.sessionName) {
      return;
    }
    const { button } = await showDialog({
      title: trans.__('Session stopped'),
      body: stoppedText(trans, deadline),
      buttons: [Dialog.cancelButton({ label: trans.__('Close') }), Dialog.okButton({ label: trans.__('Start again') })]
    });
    if (button.accept) {
      window.location.assign(hub.sessionUrl(deadline.session));
    }
  }

  private _dismiss(session: string): void {
    const id = this._shown.get(session);
    if (id !== undefined) {
      this._shown.delete(session);
      Notification.dismiss(id);
    }
  }

  private readonly _shown = new Map<string, string>();
}

/** The hub itself has ended it. */
const isDue = (code: string): boolean => code === 'idle' || code === 'age';

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
