import { Notification } from '@jupyterlab/apputils';
import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';
import { SHOWN_LENGTH } from './messages';

/** What a progress message says and offers just now. */
export type IProgressMessage = Notification.IOptions<string> & { message: string };

/**
 * A message of something that goes on, which is certainly gone once it is disposed.
 *
 * JupyterLab draws a message some turns after it is told, an updated one later than a new one, and later than it takes one
 * away: a dismissal that follows an update overtakes it, and the update then draws the message again, for good. Therefore
 * an update is told only once what was told before is drawn, and one that was still to be drawn at the end is closed as
 * soon as it is. A message the user has hidden stays hidden.
 */
export class ProgressToast implements IDisposable {
  /** The message appears after `delay` milliseconds, 0 for at once: what is done before needs none. */
  constructor(private readonly _state: () => IProgressMessage, delay: number) {
    if (delay > 0) {
      this._timer = window.setTimeout(() => this._show(), delay);
    } else {
      this._show();
    }
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  update(): void {
    if (this._id === '' || this._isDisposed) {
      return;
    }
    const { message, ...options } = this._state();
    if (message !== this._message && Private.takesUpdate(this._id, this._message)) {
      this._message = message;
      Notification.update({ id: this._id, type: 'in-progress', message, ...options });
    }
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    window.clearTimeout(this._timer);
    if (this._id !== '' && Notification.manager.has(this._id)) {
      const isDrawn = Private.isDrawn(this._id, this._message);
      Notification.dismiss(this._id);
      if (!isDrawn) {
        Private.closeOnceDrawn(this._id, this._message);
      }
    }
  }

  private _show(): void {
    const { message, ...options } = this._state();
    this._message = message;
    this._id = Notification.emit(message, 'in-progress', options);
  }

  private _id = '';
  private _isDisposed = false;
  private _message = '';
  private _timer = 0;
}

namespace Private {
  const TOASTS = 'react-toastify-container';
  /** The last message of each that was dismissed before that was drawn. */
  const dismissed = new Map<string, string>();
  let watch: IDisposable | null = null;

  const shown = (message: string): string => (message.length > SHOWN_LENGTH ? `${message.slice(0, SHOWN_LENGTH)}…` : message);

  /** Whether the last that was told of a message is what is drawn, so that nothing is under way which would draw it again. */
  export function isDrawn(id: string, message: string): boolean {
    const text = document.getElementById(id)?.querySelector('.jp-toast-message')?.textContent;
    return text === shown(message).replace(/\n/g, '');
  }

  /** While the list of all messages is open JupyterLab draws none besides it. */
  export function takesUpdate(id: string, message: string): boolean {
    return isDrawn(id, message) || document.querySelector('.jp-Notification-Center') !== null;
  }

  /** Where messages are not shown, as in the mode "do not disturb", this waits without end; it costs next to nothing. */
  export function closeOnceDrawn(id: string, message: string): void {
    dismissed.set(id, message);
    watch ??= watchToasts(closeDrawn);
  }

  function closeDrawn(): void {
    for (const [id, message] of dismissed) {
      if (isDrawn(id, message)) {
        dismissed.delete(id);
        document.getElementById(id)!.querySelector<HTMLElement>('.jp-Notification-Toast-Close')?.click();
      }
    }
    if (dismissed.size === 0) {
      watch?.dispose();
      watch = null;
    }
  }

  /** Calls back after every change of the toasts. JupyterLab makes the place for them with the first of all. */
  function watchToasts(onChange: () => void): IDisposable {
    const toasts = new MutationObserver(onChange);
    const place = new MutationObserver(() => begin());
    const begin = (): boolean => {
      const container = document.getElementById(TOASTS);
      if (container) {
        place.disconnect();
        toasts.observe(container, { childList: true, characterData: true, subtree: true });
      }
      return container !== null;
    };
    if (!begin()) {
      place.observe(document.body, { childList: true });
    }
    return new DisposableDelegate(() => {
      place.disconnect();
      toasts.disconnect();
    });
  }
}
