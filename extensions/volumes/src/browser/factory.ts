import type { IFileEntry, VolumeFiles } from '@jupyter-datalabs/hub-client';
import { volumeIcon } from '@jupyter-datalabs/ui';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { CommandToolbarButton, fileIcon, folderIcon, infoIcon, launchIcon } from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { IDisposable } from '@lumino/disposable';
import { UUID } from '@lumino/coreutils';
import type { VolumesModel } from '../model';
import type { Mounts } from '../mounts';
import { readable, sessionPath } from '../paths';
import type { IPlace } from '../paths';
import { pathsLiteral } from '../preview/snippets';
import { CommandIDs } from '../tokens';
import { FolderModel, placeName } from './folder';
import { FolderWidget } from './view';
import type { IFolderButton } from './view';
import { fileOf, Views } from './views';

const TOOLBAR = [
  CommandIDs.open,
  CommandIDs.preview,
  CommandIDs.copyPath,
  CommandIDs.insertPath,
  CommandIDs.insertSnippet,
  CommandIDs.copyToWorkspace
];

/** The server ends the process after ten minutes without a preview. */
const PREPARED_MS = 9 * 60_000;

/** Makes views of folders, and has them follow what is mounted. */
export class FolderFactory implements IDisposable {
  constructor(
    private readonly _options: {
      app: JupyterFrontEnd;
      api: VolumeFiles;
      model: VolumesModel;
      mounts: Mounts;
      trans: TranslationBundle;
      openTab: (place: IPlace) => void;
    }
  ) {
    _options.model.changed.connect(this._onVolumes, this);
  }

  readonly views = new Views();

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  make(options: { isPanel: boolean }): FolderWidget {
    const { app, api, model, mounts, trans, openTab } = this._options;
    const { commands } = app;
    const folder = new FolderModel(api, options.isPanel);
    const file = (entry: IFileEntry) => fileOf(folder.place!, entry);
    const about: IFolderButton = {
      icon: infoIcon,
      label: trans.__('About this volume'),
      onClick: ({ volume }) => void commands.execute(CommandIDs.page, { volume })
    };
    const view = new FolderWidget(folder, trans, {
      titleOf: volume => model.titleOf(volume),
      mount: async volume => {
        if (await mounts.mount(volume)) {
          folder.retry();
        }
      },
      open: entry => {
        if (entry.type === 'directory') {
          folder.goTo({ volume: folder.place!.volume, path: file(entry).path });
        } else {
          // What is chosen is opened, unless the cursor has gone elsewhere.
          if (!folder.selection.has(folder.cursor)) {
            folder.moveCursor(folder.cursor);
          }
          void commands.execute(CommandIDs.open);
        }
      },
      copyPath: () => void commands.execute(CommandIDs.copyPath),
      dragText: entry => {
        const chosen = folder.selection.count > 1 ? this.views.known() : [];
        return pathsLiteral(chosen.length === folder.selection.count ? chosen : [file(entry)]);
      },
      iconOf: entry => this._iconOf(entry),
      before: options.isPanel ? [{ icon: volumeIcon, label: trans.__('All volumes'), onClick: () => folder.goTo(null) }] : [],
      after: () => [
        ...(commands.hasCommand(CommandIDs.page) ? [about] : []),
        ...(options.isPanel ? [{ icon: launchIcon, label: trans.__('Open in a tab'), onClick: openTab }] : [])
      ]
    });
    folder.changed.connect(this._prepare, this);
    this.views.add(view);
    return view;
  }

  makeTab(place: IPlace): MainAreaWidget<FolderWidget> {
    const { model, trans } = this._options;
    const content = this.make({ isPanel: false });
    const tab = new MainAreaWidget({ content });
    tab.id = `jp-datalabs-folder-${UUID.uuid4()}`;
    tab.title.icon = volumeIcon;
    tab.title.closable = true;
    this._fillToolbar(tab);
    content.node.setAttribute('role', 'region');
    const name = (): void => {
      const { volume, path } = content.model.place!;
      tab.title.label = readable(placeName({ volume, path }, model.titleOf(volume)));
      tab.title.caption = readable(sessionPath(volume, path));
      content.node.setAttribute('aria-label', trans.__('Folder %1', tab.title.caption));
    };
    content.model.moved.connect(name);
    // The title of the volume may come after the tab.
    model.changed.connect(name);
    content.disposed.connect(() => model.changed.disconnect(name));
    content.model.goTo(place);
    return tab;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this._options.model.changed.disconnect(this._onVolumes, this);
    }
  }

  /** The actions on files, as there is room for them here. */
  private _fillToolbar(tab: MainAreaWidget<FolderWidget>): void {
    const { commands } = this._options.app;
    const { content } = tab;
    this.views.follow(content, tab.node);
    for (const id of TOOLBAR) {
      tab.toolbar.addItem(id, new CommandToolbarButton({ commands, id, args: { toolbar: true } }));
    }
    let before = '';
    content.model.changed.connect(({ cursor, selection, total }) => {
      // Rows that come while somebody scrolls change nothing about them.
      const chosen = `${cursor} ${total} ${selection.ranges.join()}`;
      if (chosen !== before) {
        before = chosen;
        TOOLBAR.forEach(id => commands.notifyCommandChanged(id));
      }
    });
  }

  /** Who chooses a file may look at it next. */
  private _prepare(folder: FolderModel): void {
    const { cursor, selection } = folder;
    if (selection.has(cursor) && folder.entry(cursor)?.type === 'file' && performance.now() >= this._preparedUntil) {
      this._preparedUntil = performance.now() + PREPARED_MS;
      void this._options.api.prepare('preview').catch(() => undefined);
    }
  }

  private _iconOf(entry: IFileEntry): LabIcon {
    if (entry.type === 'directory') {
      return folderIcon;
    }
    return this._options.app.docRegistry.getFileTypesForPath(entry.name).find(({ icon }) => icon)?.icon ?? fileIcon;
  }

  /** What is looked at may have come, or gone. */
  private _onVolumes(model: VolumesModel): void {
    for (const { model: folder } of this.views.values()) {
      const volume = folder.place?.volume;
      if (volume === undefined) {
        continue;
      }
      const mounted = model.get(volume)?.mounted ?? null;
      const before = this._mounted.get(folder);
      this._mounted.set(folder, { volume, mounted });
      if (before?.volume === volume && before.mounted !== null && mounted !== null && before.mounted !== mounted) {
        folder.reload();
      }
    }
  }

  private _preparedUntil = 0;
  private _isDisposed = false;
  private readonly _mounted = new WeakMap<FolderModel, { volume: string; mounted: boolean | null }>();
}
