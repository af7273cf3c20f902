import { IHub } from '@jupyter-datalabs/hub-client';
import { ConnectionLost, IConnectionLost } from '@jupyterlab/application';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { SessionEnd } from '../ended';

let made: SessionEnd | null = null;

/** In the place of `@jupyterlab/hub-extension:connectionlost`, which would tell the same a second time. */
export const endedPlugin: JupyterFrontEndPlugin<IConnectionLost> = {
  id: '@jupyter-datalabs/catalogue:ended',
  description: 'Says that the session of this page was stopped, and starts it again.',
  autoStart: true,
  requires: [IHub],
  optional: [ITranslator],
  provides: IConnectionLost,
  activate: (_app: JupyterFrontEnd, hub: IHub, translator: ITranslator | null): IConnectionLost => {
    const end = (made = new SessionEnd({ hub, trans: (translator ?? nullTranslator).load('jupyter_datalabs') }));
    // Of a session that runs, or of a server without a hub, JupyterLab says that it goes on trying.
    return (...lost) => (hub.available && !end.isRunning ? end.tell() : ConnectionLost(...lost));
  },
  deactivate: () => made?.dispose()
};
