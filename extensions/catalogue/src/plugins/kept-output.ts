import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { CellRuns, type INotebookPanel } from '../cell-runs';

/**
 * A notebook opened while one of its cells runs for a browser that is gone: the server says which cell, and its
 * output goes on here.
 */
export const keptOutputPlugin: JupyterFrontEndPlugin<void> = {
  id: '@jupyter-datalabs/catalogue:kept-output',
  description: 'Shows the output of cells that another, closed browser tab has started.',
  autoStart: true,
  activate: (app: JupyterFrontEnd): void => {
    app.docRegistry.addWidgetExtension('Notebook', {
      createNew: (panel, context: DocumentRegistry.Context) => new CellRuns(panel as unknown as INotebookPanel, context.sessionContext)
    });
  }
};
