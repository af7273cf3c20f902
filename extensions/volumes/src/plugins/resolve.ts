import { IHub } from '@jupyter-datalabs/hub-client';
import { ILayoutRestorer } from '@jupyterlab/application';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Clipboard, ICommandPalette, Notification, WidgetTracker } from '@jupyterlab/apputils';
import type { MainAreaWidget } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { DisposableSet } from '@lumino/disposable';
import { ResolveModel } from '../resolve/model';
import { resolveTab } from '../resolve/view';
import type { IResolveActions, ResolveTab } from '../resolve/view';
import { CommandIDs } from '../tokens';

const RESOLVE = 'datalabs-volumes:resolve';
const NOTICE_MS = 2_000;

let made = new DisposableSet();

export const resolvePlugin: JupyterFrontEndPlugin<void> = {
  id: '@jupyter-datalabs/volumes:resolve',
  description: 'Finds the files of products that archives name, in the volumes.',
  autoStart: true,
  requires: [IHub],
  optional: [ICommandPalette, ILayoutRestorer, ITranslator],
  activate: (app: JupyterFrontEnd, hub: IHub, palette: ICommandPalette | null, restorer: ILayoutRestorer | null, translator: ITranslator | null): void => {
    const { commands, shell } = app;
    const trans = (translator ?? nullTranslator).load('jupyter_datalabs');
    const tracker = new WidgetTracker<MainAreaWidget<ResolveTab>>({ namespace: 'datalabs-resolve' });
    const through = (id: string): ((place: { volume: string; path: string }) => void) | undefined =>
      commands.hasCommand(id) ? place => void commands.execute(id, place) : undefined;
    const actions = (): IResolveActions => ({
      copy: paths => {
        Clipboard.copyToSystem(paths.join('\n'));
        Notification.success(paths.length === 1 ? trans.__('Copied %1', paths[0]!) : trans.__('Copied %1 paths', paths.length), { autoClose: NOTICE_MS });
      },
      insert: through(CommandIDs.insertPath),
      preview: through(CommandIDs.preview)
    });
    const own = (made = DisposableSet.from([tracker]));
    own.add(
      commands.addCommand(RESOLVE, {
        label: trans.__('Resolve archive reference…'),
        caption: trans.__('Find the file of a product in the archive volumes'),
        describedBy: { args: { type: 'object', properties: {} } },
        isEnabled: () => hub.available,
        execute: async () => {
          let tab = tracker.find(() => true);
          if (!tab) {
            tab = resolveTab({ model: new ResolveModel(hub, trans), actions, trans });
            void tracker.add(tab);
            shell.add(tab, 'main');
          }
          // After the palette has given the focus back to where it came from.
          await Promise.resolve();
          tab.content.wantsInput = true;
          shell.activateById(tab.id);
        }
      })
    );
    if (palette) {
      own.add(palette.addItem({ command: RESOLVE, category: trans.__('Archive volumes') }));
    }
    void restorer?.restore(tracker, { command: RESOLVE, name: () => 'resolve' });
    void hub.ready.then(() => commands.notifyCommandChanged(RESOLVE));
  },
  deactivate: () => made.dispose()
};
