import { inside } from '@jupyter-datalabs/cwl';
import type { Edit, IGraph, IGraphNode } from '@jupyter-datalabs/cwl';
import type { TranslationBundle } from '@jupyterlab/translation';
import { PromiseDelegate } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import { fileOf } from '../../inside';
import type { PipelineModel } from '../../model';
import type { IAddAt } from '../../palette/add';
import type { ICanvas } from '../canvas';
import type { Layouts } from '../layout/places';
import { targetsOf } from './compatible';
import type { ITarget } from './compatible';
import { doneText } from './done';
import { imageOf, insideOf, nodeOf, portHere, stepOf } from './lookup';
import type { IInside } from './lookup';
import { shownOf } from './shown';
import type { IShown } from './shown';
import { short } from './words';

export type Mode = 'graph' | 'list';

/** A connection that somebody is drawing. */
export interface IConnecting {
  port: string;
  targets: ReadonlyMap<string, ITarget>;
}

/** Something to say: why an edit was refused, perhaps with the file where it can be made. */
export interface ISaid {
  text: string;
  isProblem: boolean;
  /** The URI of a document. */
  file: string | null;
}

/** What of a pipeline is shown, and how; nothing of it is in the document. */
export class GraphView {
  constructor(
    readonly model: PipelineModel,
    readonly trans: TranslationBundle,
    readonly layouts: Layouts
  ) {
    // Before whoever draws hears of it; it ends with the model.
    model.changed.connect(this._leaveGone, this);
  }

  /** The canvas, where there is one. */
  canvas: { current: ICanvas | null } | null = null;

  /** Opens a file of the workspace, where that can be done. */
  open: ((uri: string) => void) | null = null;
  /** Makes the document CWL v1.2, or a copy of it; null where nothing can. */
  upgrade: (() => Promise<void>) | null = null;
  /** Leads to where tools are, if there is such a place beside the graph. */
  showTools: (() => void) | null = null;

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
  get said(): ISignal<this, ISaid> {
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

  /** The step in whose workflow something is added, null for the document's own: beside what is chosen, else in what is shown alone. */
  get here(): string | null {
    const { selected } = this.model;
    const node = selected === null ? null : nodeOf(this.graph, selected);
    return node ? node.parent : this._scope;
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

  /** Takes the last change back, and says so: its place may be out of sight, or be seen by nobody. */
  undo(): void {
    const { model, trans } = this;
    if (model.canUndo) {
      model.undo();
      this.say(trans.__('Undone'));
    }
  }

  redo(): void {
    const { model, trans } = this;
    if (model.canRedo) {
      model.redo();
      this.say(trans.__('Redone'));
    }
  }

  /** How often everything was placed anew. */
  get arranged(): number {
    return this._arranged;
  }

  /** Everything is placed anew. */
  arrange(): void {
    this.layouts.forget();
    this._arranged += 1;
    this._changed.emit();
    this.say(this.trans.__('Arranged anew'));
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
    const { graph, model, trans } = this;
    const parent = nodeOf(graph, port)?.parent ?? null;
    return targetsOf(model.document, graph, port, { cycle: trans.__('The pipeline would go round in a circle.'), elsewhere: this.whyNot(parent)?.text ?? '' });
  }

  /** Why two ports cannot be connected for the levels that they are at; null where that is not why. */
  betweenLevels(one: string, other: string): string | null {
    const [first, second] = [portHere(this.graph, one), portHere(this.graph, other)];
    return first && second && first.node.parent !== second.node.parent
      ? this.trans.__('They are in different workflows. What goes in or out of a sub-workflow goes through an input or output of it.')
      : null;
  }

  /** Edits of the workflow that a node is in, as one step of undo; what is refused is said. */
  edit(at: Pick<IGraphNode, 'parent'> | null, ...edits: Edit[]): boolean {
    const parent = at ? at.parent : this._scope;
    const { place } = this.inside(parent);
    if (!place) {
      const { text, file } = this.whyNot(parent)!;
      this.refuse(text, file);
      return false;
    }
    const result = this.model.applyAll(edits.map(edit => ({ ...place, ...edit })));
    if (!result.ok) {
      this.say(result.message, true);
    } else {
      this.say(result.notes?.length ? result.notes.join(' ') : doneText(edits, this.trans));
    }
    return result.ok;
  }

  inside(parent: string | null): IInside {
    return insideOf(this.model.document, this.graph, parent);
  }

  /** Why the workflow that is drawn there cannot be changed, and the file where it can; null for one that can. */
  whyNot(parent: string | null): { text: string; file: string | null } | null {
    const { model: { document }, trans } = this;
    const { place, process } = this.inside(parent);
    const file = fileOf(document, process);
    if (place) {
      return null;
    }
    return file !== null
      ? { text: trans.__('This part is written in %1. Open that to change it.', nameOfFile(file)), file }
      : { text: trans.__('This part cannot be changed here: a step around it has the name of another one, or a very long one. Rename that first.'), file };
  }

  /** Where tools are added to what is drawn there. */
  target(parent: string | null): IAddAt {
    const { place } = this.inside(parent);
    return { place, taken: () => this.inside(parent).process?.steps.map(({ id }) => id) ?? [], within: parent === null ? '' : inside(parent), why: this.whyNot(parent) };
  }

  /** Says why something was not done, with the file where it can be. */
  refuse(text: string, file: string | null): void {
    this._said.emit({ text, isProblem: true, file });
  }

  say(text: string, isProblem = false): void {
    this._said.emit({ text, isProblem, file: null });
  }

  /** What is shown alone may be gone, undone or rewritten: back to the nearest around it that is there. */
  private _leaveGone(): void {
    if (this._scope === null) {
      return;
    }
    const { graph, model: { document } } = this;
    // A text that cannot be read now is being written.
    if (graph.process === null || document.readOnly?.code === 'yaml') {
      return;
    }
    const parts = this._scope.split('/');
    let there: string | null = null;
    for (let count = 1; count <= parts.length; count += 1) {
      const id = parts.slice(0, count).join('/');
      const run = graph.nodes.find(node => node.id === id)?.run;
      if (run?.state === 'loading') {
        return;
      }
      if (!run?.canExpand) {
        this.enter(there);
        return;
      }
      there = id;
    }
  }

  private _arranged = 0;
  private _changed = new Signal<this, void>(this);
  private _closed: ReadonlySet<string> = new Set();
  private _connecting: IConnecting | null = null;
  private _connectingChanged = new Signal<this, void>(this);
  private _drawn = new PromiseDelegate<void>();
  private _isGrouped: boolean | null = null;
  private _mode: Mode = 'graph';
  private _said = new Signal<this, ISaid>(this);
  private _scope: string | null = null;
  private _unfolded: ReadonlySet<string> = new Set();
}

/** For a sentence. */
function nameOfFile(uri: string): string {
  const name = uri.replace(/#.*$/, '').replace(/^.*\/(?=.)/, '');
  try {
    return short(decodeURIComponent(name), 80);
  } catch {
    return short(name, 80);
  }
}

function toggled(set: ReadonlySet<string>, item: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(item)) {
    next.add(item);
  }
  return next;
}
