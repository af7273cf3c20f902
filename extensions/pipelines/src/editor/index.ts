import type { ISharedText } from '@jupyter/ydoc';
import type { IEditorServices } from '@jupyterlab/codeeditor';
import type { TranslationBundle } from '@jupyterlab/translation';
import { pathOf } from '../files';
import type { IPipelineHost } from '../host';
import { fileChooser, newEvaluator } from '../inspector';
import { PipelineModel } from '../model';
import { upgradeOf } from '../upgrade';
import { removePositions, writePositions } from './layout/in-document';
import { GraphWidget } from './widget';
// With what it is for: nobody needs it before the first pipeline is open.
import '../../style/editor.css';

export { sharedElk } from './layout/shared-elk';

/** Opens a file of the server as a document of its own. */
const opener = (host: IPipelineHost) => (uri: string): void => {
  const path = pathOf(uri);
  if (path !== null) {
    host.open(path, 'File');
  }
};

/** The graph of a document, and the model it shares with all else that shows it. */
export function graphOf(options: {
  text: ISharedText;
  uri: string;
  read: (uri: string) => Promise<string>;
  trans: TranslationBundle;
  host?: IPipelineHost;
  editors?: IEditorServices;
}): { graph: GraphWidget; model: PipelineModel; drawn: Promise<void> } {
  const { trans, host, editors, ...rest } = options;
  const model = new PipelineModel(rest);
  const graph = new GraphWidget(model, trans, host, { editors, evaluator: newEvaluator(), choose: host && fileChooser(host, trans), open: host && opener(host) });
  return { graph, model, drawn: graph.view.drawn };
}

/** What commands do with a graph as a whole. */
export function actionsOf({ view }: GraphWidget) {
  return {
    canUpgrade: () => view.upgrade !== null && upgradeOf(view.model) !== null,
    writePositions: () => writePositions(view),
    removePositions: () => removePositions(view),
    upgrade: async () => view.upgrade?.()
  };
}
