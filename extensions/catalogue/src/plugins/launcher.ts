import { IHub } from '@jupyter-datalabs/hub-client';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { listEverywhere } from '../listing';
import { tellPointed } from '../pointed';
import { ICatalogue } from '../tokens';

let made: IDisposable[] = [];

export const launcherPlugin: JupyterFrontEndPlugin<void> = {
  id: '@jupyter-datalabs/catalogue:launcher',
  description: 'Shows the datalabs as cards of the launcher and in the command palette.',
  autoStart: true,
  requires: [ICatalogue, IHub],
  optional: [ILauncher, ICommandPalette, ITranslator],
  activate: (
    _app: JupyterFrontEnd,
    catalogue: ICatalogue,
    hub: IHub,
    launcher: ILauncher | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const category = (translator ?? nullTranslator).load('jupyter_datalabs').__('Datalabs');
    made = [listEverywhere({ catalogue, hub, launcher, palette, category }), tellPointed({ catalogue, hub, category })];
  },
  deactivate: () => made.forEach(part => part.dispose())
};
