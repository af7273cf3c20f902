import type { Edit, EditResult, IGraph, IGraphNode } from '@jupyter-datalabs/cwl';
import type { TranslationBundle } from '@jupyterlab/translation';
import { PromiseDelegate } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { PipelineModel } from '../../model';
import type { ICanvas } from '../canvas';
import type { Layouts } from '../layout/places';
import { targetsOf } from './compatible';
import type { ITarget } from './compatible';
import { imageOf, processIn, stepOf } from './lookup';
import { shownOf } from './shown';
import type { IShown } from './shown';

export type Mode = 'graph' | 'list';

/** A connection that somebody is drawing. */
export interface IConnecting {
  port: string;
  targets: ReadonlyMap<string, ITarget>;
}

/** What of a pipeline is shown, and how; nothing of it is in the document. */
export class GraphView {
  constructor(
    readonly model: PipelineModel,
    readonly trans: TranslationBundle,
    readonly layouts: Layouts
  ) {}

  /** The canvas, where there is one. */
  canvas: { current: ICanvas | null } | null = null;

  /** What the canvas is drawn on. */
  stage: HTMLElement | null = null;

  /** When the graph has been painted for the first time: what stands around it waits until then, as it is what somebody opened. */
  get drawn(): Promise<void> {
    return this._drawn.promise;
  }

  setDrawn(): void {
    this._drawn.resolve();
  }

  /** What is shown, or how, has changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get connectingChanged(): ISignal<this, void> {
    return this._connectingChanged;
  }

  /** Something to say to who cannot see it, or why an edit was refused. */
  get said(): ISignal<this, { text: string; isProblem: boolean }> {
    return this._said;
  }

  get mode(): Mode {
    return this._mode;
  }

  set mode(mode: Mode) {
    this._mode = mode;
    this._changed.emit();
  }

  /** The step whose workflow is shown alone. */
  get scope(): string | null {
    return this._scope;
  }

  /** All of the graph, with what leads to what is shown alone expanded. */
  get graph(): IGraph {
    if (this._scope === null) {
      return this.model.graph;
    }
    const expand = new Set(this.model.expanded);
    const parts = this._scope.split('/');
    parts.forEach((_, index) => expand.add(parts.slice(0, index + 1).join('/')));
    return this.model.document.graph({ expand });
  }

  /** What is drawn of it. */
  shown(graph: IGraph, kept: ReadonlySet<string>): IShown {
    const { document } = this.model;
    return shownOf(graph, {
      scope: this._scope,
      unfolded: this._unfolded,
      closed: this._closed,
      isGrouped: this._isGrouped,
      kept,
      imageOf: id => {
        const node = graph.nodes.find(other => other.id === id);
        return node ? imageOf(stepOf(document, graph, node)?.run.process) : null;
      }
    });
  }

  /** Shows what a step runs alone; null for the document's own. */
  enter(scope: string | null): void {
    this._scope = scope;
    this.model.select(null);
    this._changed.emit();
  }

  toggleFold(node: string): void {
    this._unfolded = toggled(this._unfolded, node);
    this._changed.emit();
  }

  toggleClosed(group: string): void {
    this._closed = toggled(this._closed, group);
    this._changed.emit();
  }

  group(isGrouped: boolean): void {
    this._isGrouped = isGrouped;
    this._changed.emit();
  }

  /** Everything is placed anew. */
  arrange(): void {
    this.layouts.forget();
    this._changed.emit();
  }

  get connecting(): IConnecting | null {
    return this._connecting;
  }

  startConnecting(port: string): void {
    this._connecting = { port, targets: new Map(this.targetsOf(port).map(target => [target.port.id, target])) };
    this._connectingChanged.emit();
  }

  stopConnecting(): void {
    if (this._connecting) {
      this._connecting = null;
      this._connectingChanged.emit();
    }
  }

  targetsOf(port: string): ITarget[] {
    const { trans } = this;
    return targetsOf(this.model.document, this.graph, port, {
      cycle: trans.__('The pipeline would go round in a circle.'),
      elsewhere: trans.__('This part is not written in this document itself. Open its file to change it.')
    });
  }

  /** Edits of the workflow that a node is in, as one step of undo; what is refused is said. */
  edit(at: Pick<IGraphNode, 'parent'> | null, ...edits: Edit[]): boolean {
    const process = this.processId(at?.parent ?? this._scope);
    if (process === null) {
      this.say(this.trans.__('This part is not written in this document itself. Open its file to change it.'), true);
      return false;
    }
    const result: EditResult = this.model.applyAll(edits.map(edit => ({ process, ...edit })));
    if (!result.ok) {
      this.say(result.message, true);
    } else if (result.notes?.length) {
      this.say(result.notes.join(' '));
    }
    return result.ok;
  }

  /** As edits name the process that is drawn there; null for one that this document cannot change. */
  processId(parent: string | null): string | null {
    const { document } = this.model;
    const process = processIn(document, this.graph, parent);
    return process && document.processes.includes(process) ? process.id : null;
  }

  say(text: string, isProblem = false): void {
    this._said.emit({ text, isProblem });
  }

  private _changed = new Signal<this, void>(this);
  private _closed: ReadonlySet<string> = new Set();
  private _connecting: IConnecting | null = null;
  private _connectingChanged = new Signal<this, void>(this);
  private _drawn = new PromiseDelegate<void>();
  private _isGrouped: boolean | null = null;
  private _mode: Mode = 'graph';
  private _said = new Signal<this, { text: string; isProblem: boolean }>(this);
  private _scope: string | null = null;
  private _unfolded: ReadonlySet<string> = new Set();
}

function toggled(set: ReadonlySet<string>, item: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(item)) {
    next.add(item);
  }
  return next;
}
