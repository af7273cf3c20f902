import { IHub } from '@jupyter-datalabs/hub-client';
import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { WidgetTracker } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { DesktopModel } from '../model';
import { DesktopPanel } from '../panel';
import { CommandIDs, IDesktopPanels } from '../tokens';

const NAMESPACE = 'datalabs-desktop';

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

    const open = (options: { session: string; title?: string }): DesktopPanel => {
      const { session } = options;
      let panel = tracker.find(shown => shown.model.session === session);
      if (!panel) {
        const model = new DesktopModel({ hub, session, fetch: (url, init) => fetch(url, init) });
        panel = new DesktopPanel({ model, title: options.title ?? session, trans });
        void tracker.add(panel);
        shell.add(panel, 'main', { mode: 'split-right' });
      }
      shell.activateById(panel.id);
      return panel;
    };

    commands.addCommand(CommandIDs.open, {
      label: args => trans.__('Open desktop of %1', String(args.title ?? args.session ?? '')),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            session: { type: 'string', description: trans.__('The name of the session') },
            title: { type: 'string', description: trans.__('What the panel is called') }
          },
          required: ['session']
        }
      },
      isVisible: args => typeof args.session === 'string',
      execute: args =>
        open({ session: String(args.session), title: typeof args.title === 'string' ? args.title : undefined })
    });
    commands.addCommand(CommandIDs.releaseKeyboard, {
      label: trans.__('Release the keyboard from the desktop'),
      describedBy: { args: { type: 'object', properties: {} } },
      isEnabled: () => tracker.currentWidget !== null,
      execute: () => tracker.currentWidget?.releaseKeyboard()
    });

    if (restorer) {
      void restorer.restore(tracker, {
        command: CommandIDs.open,
        args: panel => ({ session: panel.model.session, title: panel.title.label }),
        name: panel => panel.model.session,
        // Before the hub's list is there a session would look stopped.
        when: hub.ready
      });
    }
    return { open };
  }
};
