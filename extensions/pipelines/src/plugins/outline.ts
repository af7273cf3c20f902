import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ITableOfContentsRegistry } from '@jupyterlab/toc';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { DisposableSet } from '@lumino/disposable';
import type { Widget } from '@lumino/widgets';
import { Outline } from '../outline';
import { PipelineWidget } from '../widget';

let made = new DisposableSet();

export const outlinePlugin: JupyterFrontEndPlugin<void> = {
  id: '@jupyter-datalabs/pipelines:outline',
  description: 'Lists what is in a pipeline in the table of contents.',
  autoStart: true,
  optional: [ITableOfContentsRegistry, ITranslator],
  activate: (_: JupyterFrontEnd, registry: ITableOfContentsRegistry | null, translator: ITranslator | null): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_datalabs');
    made = new DisposableSet();
    if (registry) {
      made.add(
        registry.add({
          isApplicable: (widget: Widget) => widget instanceof PipelineWidget,
          createNew: (widget, configuration) => {
            const outline = new Outline(widget as PipelineWidget, trans, configuration);
            widget.disposed.connect(() => outline.dispose());
            return outline;
          }
        })
      );
    }
  },
  deactivate: () => made.dispose()
};
