import type { ISharedText } from '@jupyter/ydoc';
import type { IEditorServices } from '@jupyterlab/codeeditor';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Widget } from '@lumino/widgets';
import type { IPipelineHost } from '../host';
import { fileChooser, newEvaluator } from '../inspector';
import { PipelineModel } from '../model';
import { GraphWidget } from './widget';

export { sharedElk } from './widget';

/** The graph of a document, and the model it shares with all else that shows it. */
export function graphOf(options: {
  text: ISharedText;
  uri: string;
  read: (uri: string) => Promise<string>;
  trans: TranslationBundle;
  host?: IPipelineHost;
  editors?: IEditorServices;
}): { graph: Widget; model: PipelineModel; drawn: Promise<void> } {
  const { trans, host, editors, ...rest } = options;
  const model = new PipelineModel(rest);
  const graph = new GraphWidget(model, trans, host, { editors, evaluator: newEvaluator(), choose: host && fileChooser(host, trans) });
  return { graph, model, drawn: graph.view.drawn };
}
