import { IHub, toProblem, VolumeFiles } from '@jupyter-datalabs/hub-client';
import type { VolumeDetail } from '@jupyter-datalabs/hub-client';
import { ILayoutRestorer } from '@jupyterlab/application';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Clipboard, Notification, WidgetTracker } from '@jupyterlab/apputils';
import type { MainAreaWidget } from '@jupyterlab/apputils';
import { PageConfig } from '@jupyterlab/coreutils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { DisposableSet } from '@lumino/disposable';
import { copyToWorkspace } from '../copy';
import { dataUsedCell } from '../page/data-used';
import { pageTab } from '../page/widget';
import type { VolumePage } from '../page/widget';
import { browserPath, workspacePath } from '../paths';
import { CommandIDs, IChosen, LabCommandIDs } from '../tokens';
import { problemText } from '../words';

const INSERT_DATA_USED = 'datalabs-volumes:insert-data-used';
const NOTICE_MS = 2_000;

const ARGS = {
  type: 'object' as const,
  properties: { volume: { type: 'string' as const, description: 'The name of the volume' } }
};

let made = new DisposableSet();

export const pagePlugin: JupyterFrontEndPlugin<void> = {
  id: '@jupyter-datalabs/volumes:page',
  description: 'Shows what is known of an archive volume: licence, citation, examples; inserts a "Data used" cell.',
  autoStart: true,
  requires: [IHub],
  optional: [IChosen, ILayoutRestorer, ITranslator],
  activate: (app: JupyterFrontEnd, hub: IHub, chosen: IChosen | null, restorer: ILayoutRestorer | null, translator: ITranslator | null): void => {
    const { commands } = app;
    const trans = (translator ?? nullTranslator).load('jupyter_datalabs');
    const files = new VolumeFiles(app.serviceManager.serverSettings);
    const tracker = new WidgetTracker<MainAreaWidget<VolumePage>>({ namespace: 'datalabs-volume-pages' });
    const own = (made = new DisposableSet());
    const serverRoot = PageConfig.getOption('serverRoot');
    const warn = (error: unknown): void => void Notification.warning(problemText(toProblem(error)));

    const browse = ({ name, path }: VolumeDetail): void => {
      const shown = browserPath(path, serverRoot);
      if (commands.hasCommand(CommandIDs.browse)) {
        void commands.execute(CommandIDs.browse, { volume: name, path: '' });
      } else if (shown !== null && commands.hasCommand(LabCommandIDs.showInBrowser)) {
        void commands.execute(LabCommandIDs.showInBrowser, { path: shown });
      }
    };
    const openExample = async ({ name }: VolumeDetail, path: string): Promise<void> => {
      const copy = await copyToWorkspace({
        files: [{ volume: name, path }],
        to: '',
        api: files,
        usage: () => hub.client.getHomeUsage({ name: hub.user }),
        show: shown => void commands.execute(LabCommandIDs.showInBrowser, { path: workspacePath(shown, serverRoot) }),
        trans
      });
      if (copy !== null) {
        await commands.execute(LabCommandIDs.openDocument, { path: workspacePath(copy, serverRoot) }).catch(warn);
      }
    };
    const insertDataUsed = (volume: Parameters<typeof dataUsedCell>[0], path = ''): Promise<unknown> =>
      commands.execute(CommandIDs.insertCell, { type: 'markdown', source: dataUsedCell(volume, path, new Date()) });

    const open = (name: string): MainAreaWidget<VolumePage> => {
      const there = tracker.find(({ content }) => content.model.name === name);
      const tab =
        there ??
        pageTab({
          hub,
          name,
          trans,
          actions: {
            browse,
            mount: commands.hasCommand(CommandIDs.mount) ? ({ name: volume }) => void commands.execute(CommandIDs.mount, { volume }) : null,
            insertDataUsed: volume => void insertDataUsed(volume),
            openExample,
            copy: text => {
              Clipboard.copyToSystem(text);
              Notification.success(trans.__('Copied'), { autoClose: NOTICE_MS });
            }
          }
        });
      if (!there) {
        app.shell.add(tab, 'main', { type: 'About an archive volume' });
        void tracker.add(tab);
      }
      app.shell.activateById(tab.id);
      return tab;
    };

    const volumeOf = (args: ReadonlyPartialJSONObject): string | undefined => (typeof args.volume === 'string' ? args.volume : chosen?.volume());
    own.add(
      commands.addCommand(CommandIDs.page, {
        label: trans.__('About this volume'),
        describedBy: { args: ARGS },
        isEnabled: args => volumeOf(args) !== undefined,
        execute: args => {
          const volume = volumeOf(args);
          return volume === undefined ? undefined : open(volume);
        }
      })
    );
    own.add(
      commands.addCommand(INSERT_DATA_USED, {
        label: trans.__('Insert “Data used” cell'),
        describedBy: { args: { ...ARGS, required: ['volume'], properties: { ...ARGS.properties, path: { type: 'string', description: 'Below the volume' } } } },
        execute: async args => {
          try {
            const volume = await hub.client.getVolume({ volume: String(args.volume) });
            return await insertDataUsed(volume, typeof args.path === 'string' ? args.path : '');
          } catch (error) {
            warn(error);
            return false;
          }
        }
      })
    );
    void restorer?.restore(tracker, {
      command: CommandIDs.page,
      args: ({ content }) => ({ volume: content.model.name }),
      name: ({ content }) => content.model.name
    });
    own.add(tracker);
  },
  deactivate: () => made.dispose()
};
