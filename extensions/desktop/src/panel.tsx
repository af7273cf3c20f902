import { toProblem } from '@jupyter-datalabs/hub-client';
import { ProblemView, StatusLine, desktopIcon } from '@jupyter-datalabs/ui';
import { MainAreaWidget, Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, Toolbar, ToolbarButton } from '@jupyterlab/ui-components';
import { Panel, Widget } from '@lumino/widgets';
import type { Message } from '@lumino/messaging';
import * as React from 'react';
import { copyText } from './clipboard';
import type { DesktopModel, DesktopState } from './model';
import { Screen } from './screen';

/** The sentence for a state, and what can be done about it. */
function Overlay(props: { model: DesktopModel; state: DesktopState; title: string; trans: TranslationBundle; start: () => Promise<unknown> }): JSX.Element | null {
  const { model, state, title, trans, start } = props;
  const attempt = (action: Promise<unknown>): void => {
    action.catch((error: unknown) => {
      const { detail, action: next } = toProblem(error);
      Notification.error([trans.__('%1 did not start.', title), detail, next].filter(Boolean).join(' '), { autoClose: false });
    });
  };
  switch (state.kind) {
    case 'connecting':
      return <StatusLine tone="busy" text={trans.__('Connecting to %1…', title)} />;
    case 'waiting':
      return <StatusLine tone="busy" text={trans.__('Waiting for the hub to open %1…', title)} />;
    case 'refused':
      return (
        <ProblemView
          trans={trans}
          problem={state.problem}
          actions={[{ label: trans.__('Reload this page'), onClick: () => window.location.reload() }]}
        />
      );
    case 'starting':
      return <StatusLine tone="busy" text={trans.__('%1 is starting…', title)} />;
    case 'reconnecting':
      return (
        <>
          <StatusLine tone="busy" text={trans.__('The connection to %1 was lost. Reconnecting…', title)} />
          <button type="button" className="jp-DatalabsButton" onClick={() => model.connect()}>
            {trans.__('Reconnect now')}
          </button>
        </>
      );
    case 'stopping':
      return <StatusLine tone="busy" text={trans.__('%1 is stopping…', title)} />;
    case 'stopped':
      return (
        <>
          <StatusLine text={trans.__('%1 was stopped. Your files are kept.', title)} />
          <button type="button" className="jp-DatalabsButton" onClick={() => attempt(start())}>
            {trans.__('Start again')}
          </button>
        </>
      );
    case 'failed':
      return (
        <ProblemView
          trans={trans}
          problem={state.problem}
          actions={[{ label: trans.__('Start again'), onClick: () => attempt(start()) }]}
        />
      );
    case 'app-failed':
      return (
        <ProblemView
          trans={trans}
          open
          problem={{
            code: 'crashed',
            detail: trans.__('%1 ended several times right after its start.', title),
            action: trans.__('The end of its log says why. Start it again once the cause is gone.'),
            log: state.log || trans.__('It wrote nothing.')
          }}
          actions={[{ label: trans.__('Start again'), onClick: () => attempt(model.restartApp()) }]}
        />
      );
    case 'connected':
      if (state.app === 'running') {
        return null;
      }
      return (
        <StatusLine
          tone="busy"
          text={state.app === 'starting' ? trans.__('Opening %1…', title) : trans.__('%1 was closed. Opening it again…', title)}
        />
      );
  }
}

class OverlayWidget extends ReactWidget {
  constructor(
    private readonly model: DesktopModel,
    private readonly name: string,
    private readonly trans: TranslationBundle,
    private readonly start: () => Promise<unknown>
  ) {
    super();
    this.addClass('jp-DatalabsDesktopPanel-overlay');
    model.changed.connect(this.update, this);
  }

  protected override onUpdateRequest(message: Message): void {
    const { state } = this.model;
    // A running application needs no words over it.
    this.setHidden(state.kind === 'connected' && state.app === 'running');
    super.onUpdateRequest(message);
  }

  protected override render(): JSX.Element {
    return <Overlay model={this.model} state={this.model.state} title={this.name} trans={this.trans} start={this.start} />;
  }
}

/** One desktop in the main area. Owns its model. */
export class DesktopPanel extends MainAreaWidget<Panel> {
  /** `start` starts the session again, and tells itself what becomes of that; the model does it else. */
  constructor(options: { model: DesktopModel; title: string; trans: TranslationBundle; start?: () => Promise<unknown> }) {
    const { model, title, trans, start = () => model.startAgain() } = options;
    // Not the usual toolbar, which hides in a narrow panel what would show the way out.
    super({ content: new Panel(), toolbar: new Toolbar() });
    this.model = model;
    this.id = `jp-datalabs-desktop-${model.session}`;
    this.addClass('jp-DatalabsDesktopPanel');
    this.title.label = title;
    this.title.icon = desktopIcon;
    this.title.closable = true;
    this.title.caption = trans.__('Desktop of %1', title);

    const area = new Widget();
    area.addClass('jp-DatalabsDesktopPanel-screen');
    area.node.tabIndex = 0;
    area.node.setAttribute('role', 'application');
    area.node.setAttribute(
      'aria-label',
      trans.__('Desktop of %1. Enter gives it the keyboard, Ctrl+Alt+Shift takes it back.', title)
    );
    const stage = document.createElement('div');
    stage.className = 'jp-DatalabsDesktopPanel-stage';
    area.node.append(stage);
    this.area = area;
    this.screen = new Screen(stage);
    this.content.addClass('jp-DatalabsDesktopPanel-content');
    this.content.addWidget(area);
    this.content.addWidget(new OverlayWidget(model, title, trans, start));

    const release = new ToolbarButton({
      label: trans.__('Release keyboard'),
      tooltip: trans.__('Give the keyboard back to JupyterLab (Ctrl+Alt+Shift)'),
      enabled: false,
      // A button that took the focus would be disabled by that, and leave the focus nowhere.
      noFocusOnClick: true,
      onClick: () => this.releaseKeyboard()
    });
    const hint = new Widget();
    hint.addClass('jp-DatalabsDesktopPanel-hint');
    hint.node.setAttribute('role', 'status');
    this.toolbar.addItem('keyboard', hint);
    this.toolbar.addItem('release', release);

    const showKeyboard = (): void => {
      const { hasKeyboard } = this.screen;
      const entrance = document.activeElement === area.node && model.state.kind === 'connected';
      release.enabled = hasKeyboard;
      this.content.toggleClass('jp-mod-keyboard', hasKeyboard);
      hint.node.textContent = hasKeyboard
        ? trans.__('Keyboard in %1. Ctrl+Alt+Shift gives it back.', title)
        : entrance
          ? trans.__('Press Enter to use %1', title)
          : '';
      // Cut off in a narrow panel.
      hint.node.title = hint.node.textContent;
    };
    // The panel that is used, or comes to be seen, decides on the size: each asks when that happens, never in answer to another.
    area.node.addEventListener('pointerdown', this.claimSize, true);
    area.node.addEventListener('focusin', this.claimSize);
    document.addEventListener('visibilitychange', this.claimSize);
    area.node.addEventListener('focus', showKeyboard);
    area.node.addEventListener('blur', showKeyboard);
    area.node.addEventListener('keydown', event => {
      if (event.key === 'Enter' && event.target === area.node) {
        event.preventDefault();
        this.screen.focus();
      }
    });

    this.screen.connected.connect(() => {
      model.connected();
      if (this.wantsKeyboard && this.isFocusFree()) {
        this.screen.focus();
      }
    });
    this.screen.disconnected.connect(() => {
      model.disconnected();
      if (this.wantsKeyboard && this.isFocusFree()) {
        // From here the next Tab is at what can be done.
        area.node.focus();
      }
    });
    this.screen.keyboardReleased.connect(() => {
      this.wantsKeyboard = false;
      area.node.focus();
    });
    this.screen.keyboardChanged.connect((_, inside) => {
      this.wantsKeyboard ||= inside;
      showKeyboard();
    });
    this.screen.copyRefused.connect((_, text) => this.offerCopy(text, title, trans));
    model.connectRequested.connect((_, url) => void this.screen.connect(url));
    model.connectionLost.connect(() => this.screen.close());
    model.changed.connect((_, { kind }) => {
      if (kind === 'stopped' || kind === 'starting' || kind === 'failed') {
        this.screen.close();
      }
      showKeyboard();
    });
    model.connect();
  }

  readonly model: DesktopModel;

  /** Give the keyboard back to JupyterLab. */
  releaseKeyboard(): void {
    this.screen.releaseKeyboard();
  }

  override dispose(): void {
    if (!this.isDisposed) {
      document.removeEventListener('visibilitychange', this.claimSize);
      this.screen.dispose();
      this.model.dispose();
      super.dispose();
    }
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.wantsKeyboard = true;
    this.area.node.focus();
    this.screen.focus();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.claimSize();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.claimSize();
  }

  /** Before it has no size at all. */
  protected override onBeforeHide(message: Message): void {
    super.onBeforeHide(message);
    this.screen.hasSize = false;
  }

  private readonly claimSize = (): void => {
    this.screen.hasSize = this.isVisible && !document.hidden;
  };

  /** Whether nothing else has got the focus meanwhile. */
  private isFocusFree(): boolean {
    const { activeElement } = document;
    return activeElement === document.body || activeElement === this.area.node;
  }

  /** The click on the offer is what lets the browser take the text. */
  private offerCopy(text: string, title: string, trans: TranslationBundle): void {
    Notification.dismiss(this.offer);
    this.offer = Notification.warning(trans.__('The browser did not take the text copied in %1.', title), {
      autoClose: false,
      actions: [{ label: trans.__('Copy it'), callback: () => void copyText(text) }]
    });
  }

  private readonly area: Widget;
  private readonly screen: Screen;
  private wantsKeyboard = false;
  private offer = '';
}
