import type { HomeUsage, VolumeFiles } from '@jupyter-datalabs/hub-client';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Clipboard, InputDialog, Notification } from '@jupyterlab/apputils';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { copyIcon, fileIcon, folderIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import { DisposableDelegate, DisposableSet } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';
import type { IOrder } from './browser/folder';
import type { Views } from './browser/views';
import { copyToWorkspace } from './copy';
import { browserPath, isPlain, pathText, readable, workspacePath } from './paths';
import { CommandIDs, FILES_SELECTOR, LabCommandIDs } from './tokens';
import type { IChosen, IVolumeActions, IVolumeFile } from './tokens';

export interface IFileCommands {
  app: JupyterFrontEnd;
  views: Pick<Views, 'current'>;
  chosen: IChosen;
  actions: IVolumeActions;
  api: VolumeFiles;
  usage: () => Promise<Pick<HomeUsage, 'used' | 'limit'>>;
  serverRoot: string;
  palette: ICommandPalette | null;
  trans: TranslationBundle;
}

/** Larger files stop a browser that is given them whole; a preview reads what it shows. */
const LARGEST_DOCUMENT = 20 * 2 ** 20;
/** Documents opened at once. */
const MOST_OPENED = 10;

const NO_ARGS = { args: { type: 'object', properties: {} } } as const;

/** The actions on files of volumes as commands, in the context menu of files and in the palette; those of the preview are in its plugin. */
export function addFileCommands(options: IFileCommands): IDisposable {
  const { app, views, chosen, trans, actions, api } = options;
  const { commands } = app;
  const own = new DisposableSet();

  const add = (id: string, command: Omit<CommandRegistry.ICommandOptions, 'execute'> & { execute: (files: IVolumeFile[]) => unknown; rank: number | null }): void => {
    const { execute, rank, ...rest } = command;
    own.add(
      commands.addCommand(id, {
        describedBy: NO_ARGS,
        isEnabled: () => chosen.known().length > 0,
        ...rest,
        execute: async () => {
          const files = await chosen.files();
          if (files.length > 0) {
            await execute(files);
          }
        }
      })
    );
    if (rank !== null) {
      own.add(app.contextMenu.addItem({ command: id, selector: FILES_SELECTOR, rank }));
      const item = options.palette?.addItem({ command: id, category: trans.__('Archive volumes') });
      if (item) {
        own.add(item);
      }
    }
  };

  const documentPath = (file: IVolumeFile): string | null => (isPlain(file.absolute) ? browserPath(file.absolute, options.serverRoot) : null);
  const openDocument = (file: IVolumeFile): void => {
    const path = documentPath(file);
    const isKnown = app.docRegistry.getFileTypesForPath(file.path).some(({ fileFormat, name }) => fileFormat !== null && name !== 'text');
    const preview = commands.hasCommand(CommandIDs.preview);
    if (path !== null && (isKnown || !preview) && (file.size ?? 0) <= LARGEST_DOCUMENT) {
      void commands.execute(LabCommandIDs.openDocument, { path });
    } else if (preview) {
      void commands.execute(CommandIDs.preview, { volume: file.volume, path: file.path });
    } else {
      Notification.warning(trans.__('JupyterLab cannot show %1. Use its path in a notebook.', readable(file.absolute)));
    }
  };

  add(CommandIDs.open, {
    label: trans.__('Open'),
    icon: args => (args.toolbar ? undefined : chosen.known()[0]?.type === 'directory' ? folderIcon : fileIcon),
    rank: 0,
    execute: files => {
      const [first] = files;
      if (files.length === 1 && first!.type === 'directory') {
        views.current?.model.goTo({ volume: first!.volume, path: first!.path });
        return;
      }
      const openable = files.filter(({ type }) => type === 'file');
      openable.slice(0, MOST_OPENED).forEach(openDocument);
      if (openable.length > MOST_OPENED) {
        Notification.info(trans.__('The first %1 of %2 files were opened.', MOST_OPENED, openable.length));
      } else if (openable.length === 0) {
        Notification.warning(trans.__('%1 cannot be opened: it is neither a folder nor a file.', readable(first!.path)));
      }
    }
  });

  const several = (): boolean => chosen.known().length > 1;
  add(CommandIDs.copyPath, {
    label: () => (several() ? trans.__('Copy paths') : trans.__('Copy path')),
    icon: args => (args.toolbar ? undefined : copyIcon),
    rank: 3,
    execute: files => {
      Clipboard.copyToSystem(files.map(pathText).join('\n'));
      const message = files.length > 1 ? trans.__('Copied %1 paths', files.length) : trans.__('Copied %1', pathText(files[0]!));
      Notification.success(message, { autoClose: 2000 });
    }
  });

  add(CommandIDs.copyToWorkspace, {
    label: trans.__('Copy to my workspace…'),
    rank: 8,
    execute: async files => {
      const { value } = await InputDialog.getText({
        title: trans.__('Copy to my workspace'),
        label: trans.__('Folder in my workspace; it is made if it is not there. Leave it empty for the workspace itself.'),
        okLabel: trans.__('Copy')
      });
      if (value === null) {
        return;
      }
      const to = value.trim().replace(/^\/+|\/+$/g, '');
      await copyToWorkspace({
        files,
        to,
        api,
        usage: options.usage,
        show: path => void commands.execute(LabCommandIDs.showInBrowser, { path: workspacePath(path, options.serverRoot) }),
        trans
      });
    }
  });

  own.add(addSorting(app, views, trans, own));
  own.add(offerActions(app, chosen, actions, own));
  return own;
}

/** The orders, for where there is no room for all columns. */
function addSorting(app: JupyterFrontEnd, views: Pick<Views, 'current'>, trans: TranslationBundle, own: DisposableSet): IDisposable {
  const orders: Record<string, [by: IOrder['by'], label: string]> = {
    name: ['name', trans.__('Sort by name')],
    size: ['size', trans.__('Sort by size')],
    modified: ['modified', trans.__('Sort by time')]
  };
  const orderOf = (args: { [key: string]: unknown }): [by: IOrder['by'], label: string] => orders[String(args.by)] ?? orders.name!;
  own.add(
    app.commands.addCommand(CommandIDs.sort, {
      describedBy: { args: { type: 'object', properties: { by: { type: 'string', enum: Object.keys(orders) } }, required: ['by'] } },
      label: args => orderOf(args)[1],
      isToggled: args => views.current?.model.order.by === orderOf(args)[0],
      isEnabled: () => views.current !== null,
      execute: args => views.current?.model.sortBy(orderOf(args)[0])
    })
  );
  return DisposableSet.from([
    app.contextMenu.addItem({ type: 'separator', selector: FILES_SELECTOR, rank: 20 }),
    ...Object.keys(orders).map((by, i) => app.contextMenu.addItem({ command: CommandIDs.sort, args: { by }, selector: FILES_SELECTOR, rank: 21 + i }))
  ]);
}

/** The actions of other extensions, as items of the same menu. */
function offerActions(app: JupyterFrontEnd, chosen: IChosen, actions: IVolumeActions, own: DisposableSet): IDisposable {
  const idOf = (args: { [key: string]: unknown }): string => String(args.id ?? '');
  own.add(
    app.commands.addCommand(CommandIDs.runAction, {
      describedBy: { args: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] } },
      label: args => actions.get(idOf(args))?.label ?? '',
      isVisible: args => actions.get(idOf(args))?.accepts(chosen.known()) ?? false,
      execute: async args => {
        const files = await chosen.files();
        if (files.length > 0) {
          await actions.get(idOf(args))?.execute(files);
        }
      }
    })
  );
  let items = new DisposableSet();
  const offer = (): void => {
    items.dispose();
    items = DisposableSet.from(
      actions.values().map(({ id }, i) => app.contextMenu.addItem({ command: CommandIDs.runAction, args: { id }, selector: FILES_SELECTOR, rank: 6 + i / 100 }))
    );
  };
  actions.changed.connect(offer);
  offer();
  return new DisposableDelegate(() => {
    actions.changed.disconnect(offer);
    items.dispose();
  });
}
