import { toProblem } from '@jupyter-datalabs/hub-client';
import type { IDeadline } from '@jupyter-datalabs/hub-client';
import { Notification, ReactWidget } from '@jupyterlab/apputils';
import { showPopup } from '@jupyterlab/statusbar';
import type { Popup } from '@jupyterlab/statusbar';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { durationText, leftText, meaningText, usedUpText } from './deadline-words';
import type { Deadlines } from './deadlines';
import { problemSentence } from './messages';

/** From here on the line is told apart, by weight too. */
const SOON_MS = 10 * 60_000;

/** Asks for more time, and says what became of it. */
export async function extendOrTell(deadlines: Deadlines, session: string): Promise<void> {
  try {
    await deadlines.extend(session);
  } catch (error) {
    Notification.error(problemSentence(toProblem(error)));
  }
}

/** Says in the status bar when this session is due to be stopped; what it opens on a click says all that warnings say. */
export class DeadlineStatus extends ReactWidget {
  constructor(private readonly _deadlines: Deadlines, private readonly _trans: TranslationBundle, private readonly _onOpen: () => void) {
    super();
    this.addClass('jp-DatalabsDeadline');
    _deadlines.changed.connect(this._onChanged, this);
  }

  protected override render(): JSX.Element | null {
    const { own } = this._deadlines;
    if (!own) {
      return null;
    }
    const now = this._deadlines.now();
    const soon = own.at - now <= SOON_MS;
    return (
      <button
        type="button"
        className={`jp-DatalabsDeadline-button${soon ? ' jp-mod-soon' : ''}`}
        title={new Date(own.at).toLocaleString()}
        aria-haspopup="dialog"
        onClick={() => this._open()}
      >
        {leftText(this._trans, own, now)}
      </button>
    );
  }

  private _onChanged(): void {
    const { own } = this._deadlines;
    const text = own ? leftText(this._trans, own, this._deadlines.now()) : '';
    if (text !== this._text || own?.at !== this._at) {
      this._text = text;
      this._at = own?.at;
      this.update();
    }
    if (!own) {
      this._popup?.dispose();
    }
  }

  private _open(): void {
    this._popup?.dispose();
    this._onOpen();
    const body = new DeadlineDetails(this._deadlines, this._trans, () => this._popup?.dispose());
    this._popup = showPopup({ body, anchor: this, align: 'right', hasDynamicSize: true });
    // Told before it is taken away: closed by a key, it would leave the focus nowhere.
    this._popup.disposed.connect(popup => popup.node.contains(document.activeElement) && this.node.querySelector('button')?.focus());
  }

  private _text = '';
  private _at: number | undefined;
  private _popup: Popup | null = null;
}

/** What the line means, and more time. Left by Tab it closes: behind it there is nothing, and it would stay open without the keys that close it. */
class DeadlineDetails extends ReactWidget {
  constructor(private readonly _deadlines: Deadlines, private readonly _trans: TranslationBundle, private readonly _close: () => void) {
    super();
    this.addClass('jp-DatalabsDeadlineDetails');
    this.node.setAttribute('role', 'dialog');
    // A click on its text must not take the keys away either.
    this.node.tabIndex = -1;
    this.node.addEventListener('keydown', event => this._onKey(event));
    this.node.setAttribute('aria-label', _trans.__('When this session stops'));
    _deadlines.changed.connect(this.update, this);
  }

  private _onKey(event: KeyboardEvent): void {
    const buttons = [...this.node.querySelectorAll('button')];
    const { activeElement } = document;
    const isLeft = event.shiftKey ? activeElement === buttons[0] || activeElement === this.node : activeElement === buttons.at(-1);
    if (event.key === 'Tab' && isLeft) {
      event.preventDefault();
      this._close();
    }
  }

  protected override render(): JSX.Element {
    const { all, own } = this._deadlines;
    return (
      <>
        {all.map(deadline => (
          <Details key={deadline.session} deadline={deadline} title={deadline.session === own?.session ? null : deadline.title} deadlines={this._deadlines} trans={this._trans} />
        ))}
      </>
    );
  }
}

function Details(props: { deadline: IDeadline; title: string | null; deadlines: Deadlines; trans: TranslationBundle }): JSX.Element {
  const { deadline, title, deadlines, trans } = props;
  const [busy, setBusy] = React.useState(false);
  const reason = deadline.extendable > 0 ? null : usedUpText(trans, deadline);
  const reasonId = `jp-datalabs-deadline-${deadline.session}`;
  const first = React.useRef<HTMLButtonElement>(null);
  React.useEffect(() => {
    if (title === null) {
      first.current?.focus();
    }
  }, []);
  return (
    <section>
      <h3>{`${title === null ? '' : `${title}: `}${leftText(trans, deadline, deadlines.now())}`}</h3>
      {title === null && <p>{meaningText(trans, deadline)}</p>}
      <button
        type="button"
        ref={first}
        className="jp-DatalabsButton"
        aria-disabled={busy || reason !== null}
        aria-describedby={reason === null ? undefined : reasonId}
        // Not `disabled`, which would take the focus away, and with it the keys that close this.
        onClick={() => {
          if (busy || reason !== null) {
            return;
          }
          setBusy(true);
          void extendOrTell(deadlines, deadline.session).finally(() => setBusy(false));
        }}
      >
        {reason === null ? trans.__('Extend by %1', durationText(trans, deadline.extendable)) : trans.__('Extend')}
      </button>
      {reason !== null && <p id={reasonId}>{reason}</p>}
    </section>
  );
}
