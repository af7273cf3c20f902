import { IHub } from '@jupyter-datalabs/hub-client';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IRunningSessionManagers } from '@jupyterlab/running';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { stopIcon } from '@jupyterlab/ui-components';
import { DisposableSet } from '@lumino/disposable';
import { RunningDatalabs } from '../running';
import { ICatalogue } from '../tokens';

let made = new DisposableSet();

export const runningPlugin: JupyterFrontEndPlugin<void> = {
  id: '@jupyter-datalabs/catalogue:running',
  description: 'Lists running datalabs in the Running sidebar, with open and stop.',
  autoStart: true,
  requires: [IHub, ICatalogue, IRunningSessionManagers],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    hub: IHub,
    catalogue: ICatalogue,
    managers: IRunningSessionManagers,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_datalabs');
    const own = (made = new DisposableSet());
    void hub.ready.then(() => {
      if (hub.available && !own.isDisposed) {
        own.add(managers.add(new RunningDatalabs({ hub, catalogue, commands: app.commands, trans, stopIcon })));
      }
    });
  },
  deactivate: () => made.dispose()
};
