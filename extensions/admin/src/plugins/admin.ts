import { IHub } from '@jupyter-datalabs/hub-client';
import { ILayoutRestorer } from '@jupyterlab/application';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { DisposableSet } from '@lumino/disposable';
import { Access } from '../access';
import { adminIcon } from '../icons';
import { AdminModel } from '../model';
import { CommandIDs } from '../tokens';
import { AdminPanel } from '../widget';

let made = new DisposableSet();

export const adminPlugin: JupyterFrontEndPlugin<void> = {
  id: '@jupyter-datalabs/admin:plugin',
  description: 'Shows administrators of the hub the sessions, users, volumes and state of the hub. Others see nothing of it.',
  autoStart: true,
  requires: [IHub],
  optional: [ILayoutRestorer, ICommandPalette, ILauncher, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    hub: IHub,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    translator: ITranslator | null
  ): void => {
    const { commands, shell } = app;
    const trans = (translator ?? nullTranslator).load('jupyter_datalabs');
    const own = (made = new DisposableSet());
    const access = new Access(hub);
    const tracker = new WidgetTracker<MainAreaWidget<AdminPanel>>({ namespace: 'datalabs-admin' });
    own.add(access);
    own.add(tracker);

    let widget: MainAreaWidget<AdminPanel> | null = null;
    const granted = (): boolean => access.state === 'granted';
    own.add(
      commands.addCommand(CommandIDs.open, {
        label: trans.__('Datalabs administration'),
        caption: trans.__('Sessions, queue, users, quotas, volumes and state of the hub'),
        icon: args => (args.isPalette ? undefined : adminIcon),
        isEnabled: granted,
        isVisible: granted,
        describedBy: { args: { type: 'object', properties: { isPalette: { type: 'boolean', description: trans.__('Whether the command stands in the command palette') } } } },
        execute: () => {
          if (!widget || widget.isDisposed) {
            widget = new MainAreaWidget({ content: new AdminPanel(new AdminModel({ hub, access }), trans) });
            widget.id = 'jp-datalabs-admin-main';
            widget.toolbar.hide();
            void tracker.add(widget);
            shell.add(widget, 'main', { type: 'Datalabs administration' });
          }
          shell.activateById(widget.id);
        }
      })
    );
    void restorer?.restore(tracker, { command: CommandIDs.open, name: () => 'admin' });

    // For those alone who may, and only once the hub has said so.
    let shown: DisposableSet | null = null;
    const show = (): void => {
      if (granted() && !shown) {
        shown = new DisposableSet();
        if (palette) {
          shown.add(palette.addItem({ command: CommandIDs.open, args: { isPalette: true }, category: trans.__('Datalabs') }));
        }
        if (launcher) {
          shown.add(launcher.add({ command: CommandIDs.open, category: trans.__('Other'), rank: 10 }));
        }
        own.add(shown);
      } else if (!granted()) {
        shown?.dispose();
        shown = null;
      }
      commands.notifyCommandChanged(CommandIDs.open);
    };
    access.changed.connect(show);
  },
  deactivate: () => made.dispose()
};
