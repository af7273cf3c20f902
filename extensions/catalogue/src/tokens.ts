import type { DatalabSummary } from '@jupyter-datalabs/hub-client';
import type { LabIcon } from '@jupyterlab/ui-components';
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

/** The datalabs the user can open from here. */
export interface ICatalogue {
  /** Emitted when the list has changed. */
  readonly changed: ISignal<ICatalogue, void>;
  /** Everything but the datalab this JupyterLab runs in; empty without a hub. */
  readonly datalabs: readonly DatalabSummary[];
  get(id: string): DatalabSummary | undefined;
  icon(id: string): LabIcon;
}

export const ICatalogue = new Token<ICatalogue>(
  '@jupyter-datalabs/catalogue:ICatalogue',
  'The datalabs of the hub, as cards, commands and lists need them.'
);

export namespace CommandIDs {
  export const open = 'datalabs:open-datalab';
  /** Asks for the volumes and the name first. */
  export const startWith = 'datalabs:start-with';
  export const stop = 'datalabs:stop-session';
  /** Why there are no datalabs to open just now. */
  export const showProblem = 'datalabs:show-problem';
  /** Of the desktop bundle, which may be absent. */
  export const openDesktop = 'datalabs-desktop:open';
  export const resetHome = 'datalabs:reset-home';
  /** Ask the hub anew how full the home is. */
  export const refreshHome = 'datalabs:refresh-home';
  export const showHomeFiles = 'datalabs:show-home-files';
  /** JupyterLab's own: the sidebar of what runs. */
  export const showRunning = 'running:show-panel';
}

/** The datalab of the home session when the hub did not say. */
export const HOME_DATALAB = 'jupyterlab';
