import { IHub, sessionVolumes, VolumeFiles } from '@jupyter-datalabs/hub-client';
import { ILayoutRestorer } from '@jupyterlab/application';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Clipboard, ICommandPalette, Notification, WidgetTracker } from '@jupyterlab/apputils';
import type { MainAreaWidget } from '@jupyterlab/apputils';
import { PageConfig } from '@jupyterlab/coreutils';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { DisposableSet } from '@lumino/disposable';
import { FolderFactory } from '../browser/factory';
import type { FolderWidget } from '../browser/view';
import { Chosen } from '../chosen';
import { addFileCommands } from '../commands';
import { unavailableText } from '../list';
import { returnFocus } from '../menu-focus';
import { VolumesModel } from '../model';
import type { VolumeHere } from '../model';
import { Mounts } from '../mounts';
import type { IPlace } from '../paths';
import { CommandIDs, FILES_SELECTOR, IChosen, IVolumeActions } from '../tokens';
import { addVolumeCommands, VOLUMES_SELECTOR } from '../volume-commands';
import { VolumesPanel } from '../widget';

/** After JupyterLab's own panels. */
const SIDEBAR_RANK = 800;
const NAMESPACE = 'datalabs-volumes';
/** Where the panel was, in the state that JupyterLab keeps of a workspace. */
const STATE = `${NAMESPACE}:panel`;

let made = new DisposableSet();

export const volumesPlugin: JupyterFrontEndPlugin<IChosen> = {
  id: '@jupyter-datalabs/volumes:plugin',
  description: 'Lists the archive volumes in a sidebar panel, mounts them, and browses them there and in tabs.',
  autoStart: true,
  provides: IChosen,
  requires: [IHub, IVolumeActions],
  optional: [ILayoutRestorer, ICommandPalette, ITranslator, IStateDB],
  activate: (
    app: JupyterFrontEnd,
    hub: IHub,
    actions: IVolumeActions,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null,
    state: IStateDB | null
  ): IChosen => {
    const { commands, shell } = app;
    const trans = (translator ?? nullTranslator).load('jupyter_datalabs');
    const model = new VolumesModel(hub, () => sessionVolumes(hub));
    const kernels = (): string[] => [...app.serviceManager.sessions.running()].map(({ name, path }) => name || path);
    const mounts = new Mounts(hub, model, trans, kernels);
    const api = new VolumeFiles(app.serviceManager.serverSettings);
    const tracker = new WidgetTracker<MainAreaWidget<FolderWidget>>({ namespace: NAMESPACE });
    const openTab = (place: IPlace): void => void commands.execute(CommandIDs.openTab, { ...place });
    const folders = new FolderFactory({ app, api, model, mounts, trans, openTab });

    const copyPath = (volume: VolumeHere): void => {
      Clipboard.copyToSystem(volume.path);
      Notification.success(trans.__('Copied %1', volume.path), { autoClose: 2000 });
    };
    const open = async (volume: VolumeHere): Promise<void> => {
      if (!volume.available && !volume.mounted) {
        Notification.warning(`${volume.title}: ${unavailableText(volume, trans)}`);
      } else if (!volume.isChanging && (volume.mounted !== false || (await mounts.mount(volume.name)))) {
        browsed.model.goTo({ volume: volume.name, path: '' });
      }
    };
    const browsed = folders.make({ isPanel: true });
    browsed.model.moved.connect(() => void state?.save(STATE, { ...(browsed.model.place ?? {}) }));

    // A JupyterLab without the hub is left as it is: no tab that could only say so.
    const own = (made = DisposableSet.from([model, folders, tracker, browsed]));
    let panel: VolumesPanel | null = null;
    void hub.ready.then(async () => {
      if (own.isDisposed) {
        return;
      }
      // A hub that refuses this page is there all the same, and the panel says why it is empty.
      if (hub.available || hub.sessions.problem) {
        panel = new VolumesPanel({
          model,
          trans,
          actions: { open, copyPath, mount: ({ name }) => void mounts.mount(name), unmount: ({ name }) => void mounts.unmount(name) },
          folder: browsed,
          prepare: () => void api.prepare('listing').catch(() => undefined)
        });
        shell.add(panel, 'left', { rank: SIDEBAR_RANK, type: 'Archive volumes' });
        restorer?.add(panel, panel.id);
        own.add(panel);
        commands.notifyCommandChanged();
        const place = (await state?.fetch(STATE)) as Partial<IPlace> | undefined;
        if (place?.volume !== undefined && browsed.model.place === null) {
          browsed.model.goTo({ volume: place.volume, path: place.path ?? '' });
        }
      }
    });

    const show = (place: IPlace): MainAreaWidget<FolderWidget> => {
      const isHere = ({ content }: MainAreaWidget<FolderWidget>): boolean =>
        content.model.place?.volume === place.volume && content.model.place.path === place.path;
      let tab = tracker.find(isHere);
      if (!tab) {
        const added = (tab = folders.makeTab(place));
        void tracker.add(added);
        added.content.model.moved.connect(() => void tracker.save(added));
        shell.add(added, 'main');
      }
      shell.activateById(tab.id);
      return tab;
    };
    const current = (): VolumeHere | undefined => model.get(panel?.current ?? '') ?? model.first;
    const chosen = new Chosen(folders.views, () => current()?.name, trans);
    own.add(
      addVolumeCommands({ app, hub, model, mounts, palette, trans, current, browsed, show, copyPath })
    );
    own.add(
      addFileCommands({
        app,
        views: folders.views,
        chosen,
        actions,
        api,
        usage: () => hub.client.getHomeUsage({ name: hub.user }),
        serverRoot: PageConfig.getOption('serverRoot'),
        palette,
        trans
      })
    );
    own.add(returnFocus(app.contextMenu.menu, `${FILES_SELECTOR}, ${VOLUMES_SELECTOR}`));
    void restorer?.restore(tracker, {
      command: CommandIDs.openTab,
      args: ({ content }) => ({ ...(content.model.place ?? { volume: '', path: '' }) }),
      // Names that no text encoding has are in paths, and this one becomes part of a key.
      name: ({ content }) => JSON.stringify([content.model.place?.volume, content.model.place?.path])
    });
    return chosen;
  },
  deactivate: () => made.dispose()
};
