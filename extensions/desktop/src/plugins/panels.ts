import { IHub } from '@jupyter-datalabs/hub-client';
import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { WidgetTracker } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { DisposableSet } from '@lumino/disposable';
import { DesktopModel } from '../model';
import { showIcon } from '../icon';
import { DesktopPanel } from '../panel';
import { CommandIDs, IDesktopPanels } from '../tokens';

const NAMESPACE = 'datalabs-desktop';

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

let made = new DisposableSet();

export const panelsPlugin: JupyterFrontEndPlugin<IDesktopPanels> = {
  id: '@jupyter-datalabs/desktop:panels',
  description: 'Shows the desktops of sessions, such as TOPCAT, in docked panels.',
  autoStart: true,
  requires: [IHub],
  optional: [ITranslator, ILayoutRestorer],
  provides: IDesktopPanels,
  activate: (
    app: JupyterFrontEnd,
    hub: IHub,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null
  ): IDesktopPanels => {
    const trans = (translator ?? nullTranslator).load('jupyter_datalabs');
    const { commands, shell } = app;
    // On its own: the browser's fetch refuses to be called as a method of another object.
    const { fetch } = app.serviceManager.serverSettings;
    const tracker = new WidgetTracker<DesktopPanel>({ namespace: NAMESPACE });

    const open = (options: { session: string; title?: string; datalab?: string }): DesktopPanel => {
      const { session, datalab } = options;
      let panel = tracker.find(shown => shown.model.session === session);
      if (!panel) {
        const model = new DesktopModel({ hub, session, datalab, fetch: (url, init) => fetch(url, init) });
        // As from the launcher, where the datalab stands there: progress, a way to cancel it, and what helps against a refusal.
        const start = (): Promise<unknown> => {
          const args = { datalab: model.datalab ?? session, session, ...(model.volumes && { volumes: model.volumes }) };
          return commands.isEnabled(CommandIDs.openDatalab, args) ? commands.execute(CommandIDs.openDatalab, args) : model.startAgain();
        };
        const added = new DesktopPanel({ model, title: options.title ?? session, trans, start });
        panel = added;
        void tracker.add(added);
        let known: string | null = null;
        const note = (): void => {
          const id = model.datalab;
          if (id !== null && id !== known) {
            known = id;
            showIcon(added, hub.client.url('getDatalabIcon', { id }));
            void tracker.save(added);
          }
        };
        note();
        model.changed.connect(note);
        shell.add(panel, 'main', { mode: 'split-right' });
      }
      shell.activateById(panel.id);
      return panel;
    };

    const openCommand = commands.addCommand(CommandIDs.open, {
      label: args => trans.__('Open desktop of %1', String(args.title ?? args.session ?? '')),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            session: { type: 'string', description: trans.__('The name of the session') },
            title: { type: 'string', description: trans.__('What the panel is called') },
            datalab: { type: 'string', description: trans.__('The datalab to start again when the session is gone') }
          },
          required: ['session']
        }
      },
      isVisible: args => typeof args.session === 'string',
      execute: args =>
        open({ session: String(args.session), title: textOf(args.title), datalab: textOf(args.datalab) })
    });
    const releaseCommand = commands.addCommand(CommandIDs.releaseKeyboard, {
      label: trans.__('Release the keyboard from the desktop'),
      describedBy: { args: { type: 'object', properties: {} } },
      isEnabled: () => tracker.currentWidget !== null,
      execute: () => tracker.currentWidget?.releaseKeyboard()
    });

    if (restorer) {
      void restorer.restore(tracker, {
        command: CommandIDs.open,
        args: ({ model, title }) => ({ session: model.session, title: title.label, datalab: model.datalab }),
        // Without the hub too: a panel waits for it by itself, and the layout must not.
        name: panel => panel.model.session
      });
    }
    made = DisposableSet.from([openCommand, releaseCommand, tracker]);
    return { open };
  },
  deactivate: () => made.dispose()
};
