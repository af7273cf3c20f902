import type { IGraph, IGraphNode } from '@jupyter-datalabs/cwl';
import { TableOfContentsModel } from '@jupyterlab/toc';
import type { TableOfContents } from '@jupyterlab/toc';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { PipelineModel } from './model';
import type { PipelineWidget } from './widget';

/** Of longer names the beginning is enough to find them. */
const MOST_LETTERS = 120;
/** It follows what somebody types at pauses. In ms. */
const REST = 300;

export interface IOutlineHeading extends TableOfContents.IHeading {
  /** What is chosen by it, as ids of graphs are; titles have none. */
  id?: string;
}

/** Inputs, steps with what is shown in them, and outputs, in the order of the graph. */
export function outlineOf({ nodes, process }: IGraph, trans: TranslationBundle): IOutlineHeading[] {
  const heading = (text: string, level: number, id?: string): IOutlineHeading => ({ text: text.slice(0, MOST_LETTERS), level, ...(id === undefined ? {} : { id }) });
  const at = (kind: IGraphNode['kind'], parent: string | null): IGraphNode[] => nodes.filter(node => node.kind === kind && node.parent === parent);
  const steps = (parent: string | null, level: number): IOutlineHeading[] =>
    at('step', parent).flatMap(({ id, name }) => [heading(name, level, id), ...steps(id, level + 1)]);
  const section = (title: string, items: IOutlineHeading[]): IOutlineHeading[] => (items.length > 0 ? [heading(title, 1), ...items] : []);
  // A tool by itself is one node: its ports are what it has.
  const tool = process?.class === 'Workflow' ? undefined : nodes[0];
  const named = (ends: readonly { name: string; id: string }[]): IOutlineHeading[] => ends.map(({ name, id }) => heading(name, 2, id));
  return [
    ...section(trans.__('Inputs'), named(tool?.inputs ?? at('input', null))),
    ...section(trans.__('Steps'), tool ? [] : steps(null, 2)),
    ...section(trans.__('Outputs'), named(tool?.outputs ?? at('output', null)))
  ];
}

/** What is in a pipeline, for JupyterLab's table of contents; what is chosen there is chosen in graph and code. */
export class Outline extends TableOfContentsModel<IOutlineHeading, PipelineWidget> {
  constructor(widget: PipelineWidget, private readonly _trans: TranslationBundle, configuration?: TableOfContents.IConfig) {
    super(widget, configuration);
    this.title = widget.title.label;
    widget.content.modelChanged.connect(this._onModel, this);
    this.activeHeadingChanged.connect(this._onActive, this);
    this._onModel();
  }

  override get documentType(): string {
    return 'cwl';
  }

  override dispose(): void {
    if (!this.isDisposed) {
      window.clearTimeout(this._timer);
      this.widget.content.modelChanged.disconnect(this._onModel, this);
      this._model?.changed.disconnect(this._onChanged, this);
      this._model?.selectedChanged.disconnect(this._onSelected, this);
      super.dispose();
    }
  }

  protected override getHeadings(): Promise<IOutlineHeading[] | null> {
    return Promise.resolve(this._model ? outlineOf(this._model.graph, this._trans) : null);
  }

  protected override isHeadingEqual(one: IOutlineHeading, other: IOutlineHeading): boolean {
    return super.isHeadingEqual(one, other) && one.id === other.id;
  }

  private _onModel(): void {
    const { model } = this.widget.content;
    if (model && model !== this._model) {
      this._model = model;
      model.changed.connect(this._onChanged, this);
      model.selectedChanged.connect(this._onSelected, this);
      void this.refresh();
    }
  }

  private _onChanged(): void {
    window.clearTimeout(this._timer);
    this._timer = window.setTimeout(() => {
      this.title = this.widget.title.label;
      void this.refresh();
    }, REST);
  }

  private _onSelected(): void {
    const selected = this._model?.selected ?? null;
    this.setActiveHeading(selected === null ? null : (this.headings.find(({ id }) => id === selected) ?? null), false);
  }

  private _onActive(_: unknown, heading: IOutlineHeading | null): void {
    if (heading?.id !== undefined) {
      this._model?.show(heading.id);
    }
  }

  private _model: PipelineModel | null = null;
  private _timer = 0;
}
