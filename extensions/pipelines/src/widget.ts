import type { TranslationBundle } from '@jupyterlab/translation';
import { CodeEditorWrapper } from '@jupyterlab/codeeditor';
import type { IEditorServices } from '@jupyterlab/codeeditor';
import { DocumentWidget } from '@jupyterlab/docregistry';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { ToolbarButton } from '@jupyterlab/ui-components';
import { PromiseDelegate } from '@lumino/coreutils';
import type { Message } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import { SplitPanel } from '@lumino/widgets';
import type { Widget } from '@lumino/widgets';
import type { PipelineModel } from './model';

export const VIEWS = ['graph', 'split', 'code'] as const;
export type View = (typeof VIEWS)[number];

/** Graph, code, or both of one document. */
export class PipelineContent extends SplitPanel {
  constructor(options: { context: DocumentRegistry.CodeContext; editors: IEditorServices }) {
    super({ orientation: 'horizontal', spacing: 4 });
    this.addClass('jp-DatalabsPipeline');
    const { context, editors } = options;
    context.model.mimeType = 'text/x-yaml';
    this._makeCode = () =>
      new CodeEditorWrapper({
        model: context.model,
        factory: editors.factoryService.newDocumentEditor,
        editorOptions: { config: { lineNumbers: true, codeFolding: true } }
      });
  }

  /** Made when it is wanted first: it takes longer to read a document than the graph does. */
  get code(): CodeEditorWrapper {
    if (!this._code) {
      this._code = this._makeCode();
      this._code.addClass('jp-DatalabsPipeline-codeView');
      this.addWidget(this._code);
      this._show();
      this._whenCode.resolve(this._code);
    }
    return this._code;
  }

  /** The code, once somebody has wanted it. */
  get whenCode(): Promise<CodeEditorWrapper> {
    return this._whenCode.promise;
  }

  get view(): View {
    return this._view;
  }

  set view(view: View) {
    if (view !== this._view) {
      this._view = view;
      this._show();
      this._viewChanged.emit(view);
    }
  }

  get viewChanged(): ISignal<this, View> {
    return this._viewChanged;
  }

  /** Puts the graph in its place, before the code. */
  setGraph(graph: Widget, model: PipelineModel): void {
    this._graph?.dispose();
    this._graph = graph;
    this._model = model;
    this._modelChanged.emit();
    this.insertWidget(0, graph);
    this._show();
    // Whoever opened it may be elsewhere by now.
    if (this._isAwaited && this.isVisible && [document.body, this.node].includes(document.activeElement as HTMLElement)) {
      graph.activate();
    }
  }

  get model(): PipelineModel | null {
    return this._model;
  }

  /** The graph has come. */
  get modelChanged(): ISignal<this, void> {
    return this._modelChanged;
  }

  /** The keyboard is where the document is shown, and not at the buttons above it. */
  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    const { activeElement } = document;
    if (activeElement !== this.node && this.node.contains(activeElement)) {
      return;
    }
    if (this._view === 'code') {
      this.code.editor.focus();
    } else {
      this._isAwaited = this._graph === null;
      this._graph?.activate();
    }
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this._model?.dispose();
      super.dispose();
    }
  }

  private _show(): void {
    this._graph?.setHidden(this._view === 'code');
    (this._view === 'graph' ? this._code : this.code)?.setHidden(this._view === 'graph');
    if (this._view === 'split') {
      this.setRelativeSizes([1.6, 1]);
    }
  }

  private _code: CodeEditorWrapper | null = null;
  private readonly _makeCode: () => CodeEditorWrapper;
  private readonly _whenCode = new PromiseDelegate<CodeEditorWrapper>();
  private _graph: Widget | null = null;
  private _isAwaited = false;
  private _model: PipelineModel | null = null;
  private _modelChanged = new Signal<this, void>(this);
  private _view: View = 'graph';
  private _viewChanged = new Signal<this, View>(this);
}

/** A `.cwl` file that is open. */
export class PipelineWidget extends DocumentWidget<PipelineContent, DocumentRegistry.ICodeModel> {
  constructor(options: DocumentWidget.IOptions<PipelineContent, DocumentRegistry.ICodeModel> & { trans: TranslationBundle }) {
    super(options);
    this.addClass('jp-DatalabsPipelineDocument');
    const { trans } = options;
    const labels: Record<View, string> = { graph: trans.__('Graph'), split: trans.__('Graph and code'), code: trans.__('Code') };
    const buttons = VIEWS.map(view => {
      const button = new ToolbarButton({
        label: labels[view],
        pressed: view === this.content.view,
        onClick: () => {
          this.content.view = view;
        }
      });
      this.toolbar.addItem(`view-${view}`, button);
      return { view, button };
    });
    this.content.viewChanged.connect((_, shown) => {
      for (const { view, button } of buttons) {
        button.pressed = view === shown;
      }
    });
  }
}
