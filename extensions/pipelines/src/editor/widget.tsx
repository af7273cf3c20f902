import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';
import '@xyflow/react/dist/base.css';
import { uriOf } from '../files';
import type { IPipelineHost } from '../host';
import { Beside } from '../inspector';
import type { IInspectorServices } from '../inspector';
import type { PipelineModel } from '../model';
import { Workbench } from '../workbench';
import { addStep } from './canvas/actions';
import { Root } from './canvas/root';
import { GraphView } from './canvas/view';
import { elkArrange } from './layout/elk';
import { Layouts } from './layout/places';
import { browserPositions } from './layout/positions';

const DRAGS = ['lm-dragenter', 'lm-dragover', 'lm-drop'] as const;
/** How JupyterLab's file browser names what is dragged. */
const CONTENTS = 'application/x-jupyter-icontents';

/** What of JupyterLab's drags matters here. */
interface IDragEvent extends MouseEvent {
  dropAction: string;
  mimeData: { hasData(mime: string): boolean; getData(mime: string): unknown };
}

/** The graph of a pipeline. */
export class GraphWidget extends ReactWidget {
  /** Without a host there is the graph alone. */
  constructor(model: PipelineModel, trans: TranslationBundle, private readonly _host: IPipelineHost | null = null, private readonly _services: IInspectorServices = {}) {
    super();
    this.addClass('jp-DatalabsGraph');
    this._elk = sharedElk();
    this.view = new GraphView(model, trans, new Layouts(this._elk.arrange, browserPositions(model.document.uri)));
  }

  readonly view: GraphView;

  override dispose(): void {
    if (!this.isDisposed) {
      this._elk.dispose();
      this._services.evaluator?.dispose();
      super.dispose();
    }
  }

  handleEvent(event: Event): void {
    const drag = event as IDragEvent;
    const paths = drag.mimeData.hasData(CONTENTS) ? (drag.mimeData.getData(CONTENTS) as string[]).filter(path => path.endsWith('.cwl')) : [];
    if (paths.length === 0) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    drag.dropAction = 'copy';
    if (event.type === 'lm-drop') {
      for (const path of paths) {
        const corner = this.view.canvas?.current?.at(drag.clientX, drag.clientY);
        if (corner) {
          this.view.layouts.expect(corner);
        }
        addStep(this.view, path, uriOf(path));
      }
    }
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    DRAGS.forEach(name => this.node.addEventListener(name, this));
  }

  protected override onBeforeDetach(message: Message): void {
    DRAGS.forEach(name => this.node.removeEventListener(name, this));
    super.onBeforeDetach(message);
  }

  protected override render(): JSX.Element {
    const root = (
      <Beside view={this.view} services={this._services}>
        <Root view={this.view} />
      </Beside>
    );
    const { layouts, model, trans } = this.view;
    const onDropAt = (x: number, y: number): void => {
      const corner = this.view.canvas?.current?.at(x, y);
      if (corner) {
        layouts.expect(corner);
      }
    };
    return this._host ? <Workbench model={model} host={this._host} trans={trans} onDropAt={onDropAt} after={this.view.drawn}>{root}</Workbench> : root;
  }

  private readonly _elk: ReturnType<typeof elkArrange>;
}

let elk: ReturnType<typeof elkArrange> | null = null;
let users = 0;

/** One worker for all that are open: to start it takes longer than to arrange a graph. It runs until all who asked for it have disposed of theirs. */
export function sharedElk(): ReturnType<typeof elkArrange> {
  const own = (elk ??= elkArrange(() => new Worker(new URL('elkjs/lib/elk-worker.min.js', import.meta.url))));
  users += 1;
  return {
    arrange: own.arrange,
    dispose: () => {
      users -= 1;
      if (users === 0) {
        own.dispose();
        elk = null;
      }
    }
  };
}
