import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import type { IPlace } from './paths';

export namespace CommandIDs {
  export const show = 'datalabs-volumes:show-panel';
  export const browse = 'datalabs-volumes:browse';
  export const openTab = 'datalabs-volumes:open-tab';
  export const mount = 'datalabs-volumes:mount';
  export const unmount = 'datalabs-volumes:unmount';
  export const open = 'datalabs-volumes:open';
  export const copyPath = 'datalabs-volumes:copy-path';
  export const insertPath = 'datalabs-volumes:insert-path';
  export const copyToWorkspace = 'datalabs-volumes:copy-to-workspace';
  export const sort = 'datalabs-volumes:sort';
  export const runAction = 'datalabs-volumes:run-action';
  export const copyVolumePath = 'datalabs-volumes:copy-volume-path';
  /** These with `{volume, path}`, or for what is chosen; by plugins that may be absent. */
  export const preview = 'datalabs-volumes:preview';
  export const insertSnippet = 'datalabs-volumes:insert-snippet';
  export const copyPythonPath = 'datalabs-volumes:copy-python-path';
  export const page = 'datalabs-volumes:show-volume';
  /** With `{source, type}`: for the page of a volume, and others who have text for a notebook. */
  export const insertCell = 'datalabs-volumes:insert-cell';
}

/** Of JupyterLab. */
export namespace LabCommandIDs {
  export const openDocument = 'docmanager:open';
  export const showInBrowser = 'filebrowser:go-to-path';
  export const newNotebook = 'notebook:create-new';
}

/** The grid of files, in JupyterLab's context menus. */
export const FILES_SELECTOR = '.jp-DatalabsFolder-grid';

/** A file or folder of a volume. */
export interface IVolumeFile extends IPlace {
  /** In the session, also for programs: `/data/<volume>/<path>`. */
  absolute: string;
  type: 'directory' | 'file' | 'link' | 'other';
  size: number | null;
}

/** Something that can be done with files of volumes, such as to open them in TOPCAT. */
export interface IVolumeAction {
  id: string;
  label: string;
  accepts: (files: readonly IVolumeFile[]) => boolean;
  execute: (files: readonly IVolumeFile[]) => Promise<void> | void;
}

export interface IVolumeActions {
  /** Emitted when an action came or went. */
  readonly changed: ISignal<IVolumeActions, void>;
  /** Offers an action in the context menu of files until it is disposed. */
  add(action: IVolumeAction): IDisposable;
  get(id: string): IVolumeAction | undefined;
  values(): readonly IVolumeAction[];
}

export const IVolumeActions = new Token<IVolumeActions>(
  '@jupyter-datalabs/volumes:IVolumeActions',
  'What other extensions can do with files of archive volumes: open them in a desktop application, make them the input of a pipeline.'
);

/** What is chosen in the view of a folder that was used last: what commands are about that are told nothing else. */
export interface IChosen {
  /** As far as it is known without asking: for what a menu offers. */
  known(): IVolumeFile[];
  /** Asks the server for what has not been seen. When it cannot be had, the user is told why, and it is empty. */
  files(): Promise<IVolumeFile[]>;
  /** The volume that the list stands on. */
  volume(): string | undefined;
}

export const IChosen = new Token<IChosen>('@jupyter-datalabs/volumes:IChosen', 'The files of archive volumes that are chosen, and the volume.');
