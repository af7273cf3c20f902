import { IHub } from '@jupyter-datalabs/hub-client';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { StopNotice } from '../stop-notice';

let made: IDisposable | null = null;

export const stopNoticePlugin: JupyterFrontEndPlugin<void> = {
  id: '@jupyter-datalabs/catalogue:stop-notice',
  description: 'Tells the owner of a session when somebody else, or its time, has ended it.',
  autoStart: true,
  requires: [IHub],
  optional: [ITranslator],
  activate: (_app: JupyterFrontEnd, hub: IHub, translator: ITranslator | null): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_datalabs');
    made = new StopNotice(hub, (title, { message }) => Notification.warning(trans.__('%1: %2', title, message), { autoClose: false }));
  },
  deactivate: () => made?.dispose()
};
