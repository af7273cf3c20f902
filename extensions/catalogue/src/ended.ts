import type { IDeadline, IHub } from '@jupyter-datalabs/hub-client';
import { chosenVolumes, deadlineOf, problemOf } from '@jupyter-datalabs/hub-client';
import { Dialog } from '@jupyterlab/apputils';
import { URLExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { stoppedText } from './deadline-words';
import { problemSentence } from './messages';
import { newsOfEnd } from './stop-notice';

/**
 * Says at once that the session of this page has ended, and starts it again. Without it the page says nothing until
 * JupyterLab has given up its server. In a dialog: JupyterLab fetches what draws its messages from that very server.
 */
export class SessionEnd implements IDisposable {
  /** `answers` asks the session itself: false when there is none at its address. */
  constructor(
    private readonly _options: { hub: IHub; trans: TranslationBundle; answers?: (url: string) => Promise<boolean>; go?: (url: string) => void; now?: () => number }
  ) {
    _options.hub.sessions.changed.connect(this._onChanged, this);
    this._onChanged();
  }

  /** Whether the hub says that the session runs; null while it says nothing. */
  get isRunning(): boolean | null {
    const { sessions, sessionName } = this._options.hub;
    return this._isGone ? false : sessions.state === 'ready' ? sessions.get(sessionName)?.ready === true : null;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Tell of the end, once. Resolves when the dialog is closed. */
  async tell(): Promise<void> {
    if (this._telling) {
      return;
    }
    const telling = (this._telling = {});
    const { hub, trans, go = url => window.location.assign(url) } = this._options;
    const reason = this.isRunning === false ? await this._reason() : null;
    // It may run again, and may even have ended again, which another call tells.
    if (this._telling !== telling || this._isDisposed) {
      return;
    }
    const title = this._title || trans.__('This session');
    const dialog = (this._dialog = new Dialog({
      title: this.isRunning === false ? trans.__('%1 was stopped', title) : trans.__('%1 does not answer', title),
      body:
        reason ??
        (this.isRunning === false
          ? trans.__('What ran in it has ended. Saved files are kept.')
          : trans.__('It was stopped, or cannot be reached just now. Saved files are kept.')),
      buttons: [Dialog.cancelButton({ label: trans.__('Close') }), Dialog.okButton({ label: trans.__('Start again') })]
    }));
    const { button } = await dialog.launch();
    this._dialog = null;
    if (button.accept) {
      go(Private.startUrl(hub, this._volumes));
    }
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this._options.hub.sessions.changed.disconnect(this._onChanged, this);
      this._dialog?.reject();
    }
  }

  private _onChanged(): void {
    const { sessions, sessionName } = this._options.hub;
    const own = sessions.get(sessionName);
    if (sessions.state === 'refused' && !this._isGone) {
      void this._ask();
    }
    if (this.isRunning) {
      this._title = own!.title;
      this._deadline = deadlineOf(own);
      this._volumes = chosenVolumes(own);
      this._telling = null;
      this._dialog?.reject();
    } else if (this.isRunning === false && this._title !== '' && !own?.pending) {
      void this.tell();
    }
  }

  /** Why it has ended, where that is known. A page that is let in no more cannot ask, and goes by the clock. */
  private async _reason(): Promise<string | null> {
    const { hub, trans, now = () => Date.now() } = this._options;
    const failure = hub.sessions.get(hub.sessionName)?.failure;
    if (failure) {
      return problemSentence(problemOf(failure, 0));
    }
    const news = this._isGone ? null : await newsOfEnd(hub, hub.sessionName);
    return news?.message ?? (this._deadline && this._deadline.at <= now() ? stoppedText(trans, this._deadline) : null);
  }

  /** A page that no other shares the hub's events with is let in no more once its session ends, and hears nothing of it. */
  private async _ask(): Promise<void> {
    const { hub, answers = Private.answers } = this._options;
    if (this._title !== '' && !(await answers(hub.sessionUrl(hub.sessionName, 'api'))) && !this._isDisposed) {
      this._isGone = true;
      void this.tell();
    }
  }

  private _deadline: IDeadline | null = null;
  private _dialog: Dialog<unknown> | null = null;
  private _isDisposed = false;
  private _isGone = false;
  private _title = '';
  /** The end that is told of, or was; null while the session runs. */
  private _telling: object | null = null;
  private _volumes: string[] | undefined;
}

namespace Private {
  /** With which status the hub answers for a session that does not run. */
  const NOT_RUNNING = 424;

  export async function answers(url: string): Promise<boolean> {
    try {
      return (await fetch(url, { cache: 'no-store' })).status !== NOT_RUNNING;
    } catch {
      // A broken line says nothing of the session.
      return true;
    }
  }

  /** The hub's page that starts this page's session, with the volumes it had, and comes back to it. */
  export function startUrl({ baseUrl, user, sessionName }: IHub, volumes: string[] | undefined): string {
    const { pathname, search, hash } = window.location;
    const path = ['spawn', user, ...(sessionName ? [sessionName] : [])].map(encodeURIComponent).join('/');
    const chosen = volumes ? `volumes=${volumes.map(encodeURIComponent).join(',')}&` : '';
    return `${URLExt.join(baseUrl, path)}?${chosen}next=${encodeURIComponent(pathname + search + hash)}`;
  }
}
