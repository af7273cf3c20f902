import type { IDisposable } from '@lumino/disposable';
import { MessageLoop } from '@lumino/messaging';
import type { Message } from '@lumino/messaging';
import type { Widget } from '@lumino/widgets';

/** As often as the hub looks at the volumes. */
const EVERY_MS = 30_000;

/** Looks at something when its widget comes into sight, and again every so often while somebody can see it. */
export class WhileSeen implements IDisposable {
  constructor(
    private readonly _widget: Widget,
    private readonly _look: () => void
  ) {
    MessageLoop.installMessageHook(_widget, this._onMessage);
    document.addEventListener('visibilitychange', this._onPage);
    _widget.disposed.connect(this.dispose, this);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      MessageLoop.removeMessageHook(this._widget, this._onMessage);
      document.removeEventListener('visibilitychange', this._onPage);
      window.clearInterval(this._timer);
    }
  }

  private readonly _onMessage = (_: unknown, { type }: Message): boolean => {
    if (type === 'after-show') {
      this._see(true);
      this._look();
    } else if (type === 'after-attach') {
      // What is made for a widget is asked for when it is made.
      this._see(!this._widget.isHidden && this._widget.parent?.isVisible !== false);
    } else if (type === 'before-hide' || type === 'before-detach') {
      this._see(false);
    }
    return true;
  };

  private readonly _onPage = (): void => {
    if (this._isSeen && !document.hidden) {
      this._look();
    }
  };

  private _see(isSeen: boolean): void {
    this._isSeen = isSeen;
    window.clearInterval(this._timer);
    this._timer = isSeen ? window.setInterval(this._onPage, EVERY_MS) : undefined;
  }

  private _isDisposed = false;
  private _isSeen = false;
  private _timer: number | undefined;
}
