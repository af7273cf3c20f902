import { IHub } from '@jupyter-datalabs/hub-client';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { MainAreaWidget } from '@jupyterlab/apputils';
import { Launcher } from '@jupyterlab/launcher';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { DisposableSet } from '@lumino/disposable';
import type { Widget } from '@lumino/widgets';
import { Catalogue } from '../catalogue';
import { addCommands } from '../commands';
import { Opener } from '../opener';
import { ICatalogue } from '../tokens';

let made = new DisposableSet();

export const cataloguePlugin: JupyterFrontEndPlugin<ICatalogue> = {
  id: '@jupyter-datalabs/catalogue:catalogue',
  description: 'Knows the datalabs of the hub and brings the commands that open and stop them.',
  autoStart: true,
  requires: [IHub],
  optional: [ITranslator],
  provides: ICatalogue,
  activate: (app: JupyterFrontEnd, hub: IHub, translator: ITranslator | null): ICatalogue => {
    const trans = (translator ?? nullTranslator).load('jupyter_datalabs');
    const { commands } = app;
    const catalogue = new Catalogue(hub);
    const launcher = (): Widget | null => {
      const { currentWidget } = app.shell;
      return currentWidget instanceof MainAreaWidget && currentWidget.content instanceof Launcher ? currentWidget : null;
    };
    const added = addCommands({ hub, catalogue, commands, trans, launcher, opener: new Opener({ hub, commands, trans }) });
    made = DisposableSet.from([added, catalogue]);
    return catalogue;
  },
  deactivate: () => made.dispose()
};
