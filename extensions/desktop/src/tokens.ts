import { Token } from '@lumino/coreutils';
import type { MainAreaWidget } from '@jupyterlab/apputils';

export namespace CommandIDs {
  export const open = 'datalabs-desktop:open';
  /** Of the catalogue, which may be absent. */
  export const openDatalab = 'datalabs:open-datalab';
  export const releaseKeyboard = 'datalabs-desktop:release-keyboard';
}

/** The panels of running desktop datalabs. */
export interface IDesktopPanels {
  /**
   * Show the desktop of a session: the panel that is there already, or a new one right of what is there. The datalab is
   * what to start again when the session is gone; left out, the hub's list of sessions tells.
   */
  open(options: { session: string; title?: string; datalab?: string }): MainAreaWidget;
}

export const IDesktopPanels = new Token<IDesktopPanels>(
  '@jupyter-datalabs/desktop:IDesktopPanels',
  'Opens the desktop of a session, such as TOPCAT, in a docked panel.'
);
