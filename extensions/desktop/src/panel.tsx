import { ProblemView, StatusLine, desktopIcon } from '@jupyter-datalabs/ui';
import { MainAreaWidget, Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, Toolbar, ToolbarButton } from '@jupyterlab/ui-components';
import { Panel, Widget } from '@lumino/widgets';
import type { Message } from '@lumino/messaging';
import * as React from 'react';
import type { DesktopModel, DesktopState } from './model';
import { Screen } from './screen';

/** The sentence for a state, and what can be done about it. */
function Overlay(props: { model: DesktopModel; state: DesktopState; title: string; trans: TranslationBundle }): JSX.Element | null {
  const { model, state, title, trans } = props;
  const attempt = (action: Promise<void>): void => {
    action.catch(error => Notification.error(String(error instanceof Error ? error.message : error), { autoClose: false }));
  };
  switch (state.kind) {
    case 'connecting':
      return <StatusLine tone="busy" text={trans.__('Connecting to %1…', title)} />;
    case 'starting':
      return <StatusLine tone="busy" text={trans.__('%1 is starting…', title)} />;
    case 'reconnecting':
      return (
        <>
          <StatusLine tone="busy" text={trans.__('The connection to %1 was lost. Reconnecting…', title)} />
          <button type="button" className="jp-DatalabsButton" onClick={() => model.connect()}>
            {trans.__('Try now')}
          </button>
        </>
      );
    case 'stopped':
      return (
        <>
          <StatusLine text={trans.__('%1 was stopped. Your files are kept.', title)} />
          <button type="button" className="jp-DatalabsButton" onClick={() => attempt(model.startAgain())}>
            {trans.__('Start again')}
          </button>
        </>
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
  constructor(private readonly model: DesktopModel, private readonly name: string, private readonly trans: TranslationBundle) {
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
    return <Overlay model={this.model} state={this.model.state} title={this.name} trans={this.trans} />;
  }
}

/** One desktop in the main area. Owns its model. */
export class DesktopPanel extends MainAreaWidget<Panel> {
  constructor(options: { model: DesktopModel; title: string; trans: TranslationBundle }) {
    const { model, title, trans } = options;
    super({ content: new Panel() });
    this.model = model;
    this.id = `jp-datalabs-desktop-${model.session}`;
    this.addClass('jp-DatalabsDesktopPanel');
    this.title.label = title;
    this.title.icon = desktopIcon;
    this.title.closable = true;
    this.title.caption = trans.__('Desktop of %1', title);

    const area = new Widget();
    area.addClass('jp-DatalabsDesktopPanel-screen');
    area.node.setAttribute('role', 'application');
    area.node.setAttribute('aria-label', trans.__('Desktop of %1. Ctrl+Alt+Shift gives the keyboard back.', title));
    this.screen = new Screen(area.node);
    this.content.addClass('jp-DatalabsDesktopPanel-content');
    this.content.addWidget(area);
    this.content.addWidget(new OverlayWidget(model, title, trans));
    this.content.node.tabIndex = -1;

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
    this.toolbar.addItem('spacer', Toolbar.createSpacerItem());
    this.toolbar.addItem(
      'paste',
      new ToolbarButton({
        label: trans.__('Paste'),
        tooltip: trans.__('Hand the clipboard of this computer to %1', title),
        noFocusOnClick: true,
        onClick: () =>
          void this.screen.paste().then(done => {
            if (!done) {
              Notification.warning(trans.__('The browser did not allow reading the clipboard. Allow it for this page and try again.'));
            }
          })
      })
    );
    this.toolbar.addItem('release', release);

    this.screen.connected.connect(() => model.connected());
    this.screen.disconnected.connect(() => model.disconnected());
    this.screen.keyboardReleased.connect(() => this.content.node.focus());
    this.screen.keyboardChanged.connect((_, inside) => {
      release.enabled = inside;
      area.toggleClass('jp-mod-keyboard', inside);
      hint.node.textContent = inside ? trans.__('Keyboard in %1', title) : '';
    });
    model.connectRequested.connect((_, url) => void this.screen.connect(url));
    model.changed.connect((_, state) => {
      if (state.kind === 'stopped' || state.kind === 'starting') {
        this.screen.close();
      }
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
      this.screen.dispose();
      this.model.dispose();
      super.dispose();
    }
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.screen.focus();
  }

  private readonly screen: Screen;
}
