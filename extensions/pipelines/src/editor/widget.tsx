import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import * as React from 'react';
import '@xyflow/react/dist/base.css';
import type { IPipelineHost } from '../host';
import { Beside } from '../inspector';
import type { IInspectorServices } from '../inspector';
import type { PipelineModel } from '../model';
import { addTool } from '../palette/add';
import type { IAddAt } from '../palette/add';
import { SecondReader } from '../runs/second-reader';
import { upgrade } from '../upgrade';
import { Workbench } from '../workbench';
import { addEnd } from './canvas/actions';
import { Root } from './canvas/root';
import { GraphView } from './canvas/view';
import { sharedElk } from './layout/shared-elk';
import { suggested } from './layout/in-document';
import { Layouts } from './layout/places';
import { noPositions } from './layout/positions';
import { Sidecar } from './layout/sidecar';

const DRAGS = ['lm-dragenter', 'lm-dragover', 'lm-drop'] as const;
/** How JupyterLab's file browser names what is dragged. */
const CONTENTS = 'application/x-jupyter-icontents';

/** What of JupyterLab's drags matters here. */
interface IDragEvent extends MouseEvent {
  dropAction: string;
  mimeData: { hasData(mime: string): boolean; getData(mime: string): unknown };
}

interface IDrop {
  /** The step in whose workflow it was dropped. */
  parent: string | null;
  /** Has the first of what is added there drawn where it was dropped. */
  added: (node: string) => void;
}

/** The graph of a pipeline. */
export class GraphWidget extends ReactWidget {
  /** Without a host there is the graph alone. */
  constructor(model: PipelineModel, trans: TranslationBundle, private readonly _host: IPipelineHost | null = null, private readonly _services: IInspectorServices = {}) {
    super();
    this.addClass('jp-DatalabsGraph');
    this._elk = sharedElk.use();
    if (_host) {
      this._sidecar = new Sidecar({
        host: _host,
        model,
        isInDocument: () => suggested(model, null).size > 0,
        onRefused: () => this.view.say(trans.__('Where nodes are is kept for this session only: nothing can be written beside the document.'), true)
      });
    }
    this.view = new GraphView(model, trans, new Layouts(this._elk.arrange, this._sidecar ?? noPositions, holder => suggested(model, holder)));
    this.view.open = this._services.open ?? null;
    this._second = _host && new SecondReader(model);
    this.view.upgrade = _host && (() => upgrade(model, _host, trans));
    this.view.showTools = _host && (() => this._toolsWanted.emit());
  }

  readonly view: GraphView;

  override dispose(): void {
    if (!this.isDisposed) {
      this._elk.dispose();
      this._second?.dispose();
      this._sidecar?.dispose();
      this._services.evaluator?.dispose();
      super.dispose();
    }
  }

  handleEvent(event: Event): void {
    const drag = event as IDragEvent;
    const host = this._host;
    const paths = host && drag.mimeData.hasData(CONTENTS) ? (drag.mimeData.getData(CONTENTS) as string[]).filter(path => path.endsWith('.cwl')) : [];
    if (!host || paths.length === 0) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    drag.dropAction = 'copy';
    if (event.type === 'lm-drop') {
      void this._addAll(host, paths, this._dropAt(drag.clientX, drag.clientY));
    }
  }

  /** One after the other, as each takes a name that is free. */
  private async _addAll(host: IPipelineHost, paths: readonly string[], drop: IDrop): Promise<void> {
    try {
      for (const path of paths) {
        const result = await addTool(this.view.model, { contents: host.contents, document: host.path(), path, at: this._targetOf(drop) });
        if (!result.ok) {
          this.view.refuse(result.message, result.file ?? null);
        }
      }
    } catch (error) {
      this.view.say(error instanceof Error ? error.message : String(error), true);
    }
  }

  /** What was dropped at a place of the window. */
  private _dropAt(x: number, y: number): IDrop {
    const { canvas, layouts, scope } = this.view;
    const corner = canvas?.current?.at(x, y);
    const frame = corner ? canvas!.current!.frameAt(corner) : null;
    // In a frame it stands with what it is connected to; of several the others stand beside the first.
    let isPut = !corner || frame !== null;
    const added = (node: string): void => {
      if (!isPut) {
        isPut = true;
        layouts.put(node, corner!);
      }
    };
    return { parent: frame ?? scope, added };
  }

  private _targetOf({ parent, added }: IDrop): IAddAt {
    return { ...this.view.target(parent), added };
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    const focus = (): void => this.node.querySelector<HTMLElement>('.jp-DatalabsGraph-stage, .jp-DatalabsGraph-list [tabindex="0"]')?.focus();
    // It may have been asked before it was drawn.
    void (this.renderPromise ?? Promise.resolve()).then(focus);
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
    const { model, trans } = this.view;
    const where = (drop?: { x: number; y: number }): IAddAt => (drop ? this._targetOf(this._dropAt(drop.x, drop.y)) : this.view.target(this.view.here));
    const addTopEnd = (kind: 'input' | 'output'): void => {
      // The checklist is of the whole pipeline: what is added to it is to be seen.
      if (this.view.scope !== null) {
        this.view.enter(null);
      }
      addEnd(this.view, kind, null);
    };
    return this._host ? (
      <Workbench model={model} host={this._host} trans={trans} where={where} toolsWanted={this._toolsWanted} addEnd={addTopEnd} after={this.view.drawn}>
        {root}
      </Workbench>
    ) : (
      root
    );
  }

  private readonly _toolsWanted = new Signal<this, void>(this);
  private readonly _elk: ReturnType<typeof sharedElk.use>;
  private readonly _second: SecondReader | null;
  private readonly _sidecar: Sidecar | null = null;
}
