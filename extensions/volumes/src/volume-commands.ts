import type { IHub } from '@jupyter-datalabs/hub-client';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { copyIcon, launchIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { DisposableSet } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';
import type { FolderWidget } from './browser/view';
import type { VolumeHere, VolumesModel } from './model';
import type { Mounts } from './mounts';
import type { IPlace } from './paths';
import { CommandIDs } from './tokens';

/** The list of volumes, in JupyterLab's context menus. */
export const VOLUMES_SELECTOR = '.jp-DatalabsVolumes-list';

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The actions on volumes as commands, in the context menu of the list and in the palette. */
export function addVolumeCommands(options: {
  app: JupyterFrontEnd;
  hub: IHub;
  model: VolumesModel;
  mounts: Mounts;
  palette: ICommandPalette | null;
  trans: TranslationBundle;
  /** The volume that the list stands on. */
  current: () => VolumeHere | undefined;
  /** The folder in the panel. */
  browsed: FolderWidget;
  show: (place: IPlace) => unknown;
  copyPath: (volume: VolumeHere) => void;
}): IDisposable {
  const { app, hub, model, mounts, trans, current, browsed, show } = options;
  const { commands, shell } = app;
  const own = new DisposableSet();
  const args = {
    args: { type: 'object', properties: { volume: { type: 'string', description: trans.__('The name of the volume') } } }
  } as const;
  const placeArgs = {
    args: {
      type: 'object',
      properties: { ...args.args.properties, path: { type: 'string', description: trans.__('The folder below the volume') } }
    }
  } as const;
  const volumeOf = (given: ReadonlyPartialJSONObject): VolumeHere | undefined =>
    typeof given.volume === 'string' ? model.get(given.volume) : current();

  own.add(
    commands.addCommand(CommandIDs.show, {
      label: trans.__('Show Archive Volumes'),
      describedBy: { args: { type: 'object', properties: {} } },
      isEnabled: () => hub.available,
      execute: async () => {
        // After the palette has given the focus back to where it came from.
        await Promise.resolve();
        shell.activateById('jp-datalabs-volumes');
      }
    })
  );
  own.add(
    commands.addCommand(CommandIDs.browse, {
      label: trans.__('Browse volume'),
      describedBy: placeArgs,
      isEnabled: given => hub.available && (typeof given.volume === 'string' || current() !== undefined),
      execute: given => {
        const volume = textOf(given.volume) || current()?.name;
        if (volume) {
          browsed.model.goTo({ volume, path: textOf(given.path) });
          shell.activateById('jp-datalabs-volumes');
        }
      }
    })
  );
  own.add(
    commands.addCommand(CommandIDs.openTab, {
      label: trans.__('Open in a tab'),
      icon: launchIcon,
      describedBy: placeArgs,
      // Not only for those that are known: a layout is restored before the hub answers.
      execute: given => {
        const place = typeof given.volume === 'string' ? { volume: given.volume, path: textOf(given.path) } : (browsed.model.place ?? null);
        const volume = current()?.name;
        return place ? show(place) : volume ? show({ volume, path: '' }) : undefined;
      }
    })
  );
  own.add(
    commands.addCommand(CommandIDs.mount, {
      label: trans.__('Mount'),
      describedBy: args,
      isVisible: given => volumeOf(given)?.mounted === false,
      isEnabled: given => volumeOf(given)?.isChanging === false,
      execute: given => mounts.mount(volumeOf(given)?.name ?? textOf(given.volume))
    })
  );
  own.add(
    commands.addCommand(CommandIDs.unmount, {
      label: trans.__('Unmount'),
      describedBy: args,
      isVisible: given => volumeOf(given)?.mounted === true,
      isEnabled: given => volumeOf(given)?.isChanging === false,
      execute: given => mounts.unmount(volumeOf(given)?.name ?? textOf(given.volume))
    })
  );
  own.add(
    commands.addCommand(CommandIDs.copyVolumePath, {
      label: trans.__('Copy path'),
      icon: copyIcon,
      describedBy: args,
      isEnabled: given => volumeOf(given) !== undefined,
      execute: given => {
        const volume = volumeOf(given);
        if (volume) {
          options.copyPath(volume);
        }
      }
    })
  );
  [CommandIDs.browse, CommandIDs.openTab, CommandIDs.mount, CommandIDs.unmount, CommandIDs.copyVolumePath, CommandIDs.page].forEach((command, rank) =>
    own.add(app.contextMenu.addItem({ command, selector: VOLUMES_SELECTOR, rank }))
  );
  for (const command of [CommandIDs.show, CommandIDs.openTab, CommandIDs.mount, CommandIDs.unmount]) {
    const item = options.palette?.addItem({ command, category: trans.__('Archive volumes') });
    if (item) {
      own.add(item);
    }
  }
  return own;
}
