import { Hub, hubConfigOfPage, IHub } from '@jupyter-datalabs/hub-client';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';

let made: Hub | null = null;

export const hubPlugin: JupyterFrontEndPlugin<IHub> = {
  id: '@jupyter-datalabs/catalogue:hub',
  description: 'Connects this JupyterLab to the hub that started it.',
  autoStart: true,
  provides: IHub,
  activate: (app: JupyterFrontEnd): IHub =>
    (made = new Hub({ config: hubConfigOfPage(), serverSettings: app.serviceManager.serverSettings })),
  deactivate: () => made?.dispose()
};
