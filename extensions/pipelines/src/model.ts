import { open } from '@jupyter-datalabs/cwl';
import type { Edit, EditResult, Fix, ICwlDocument, IGraph, IProblem, TextChange } from '@jupyter-datalabs/cwl';
import type { ISharedText, IYText, SourceChange } from '@jupyter/ydoc';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import { problemsIn } from './inside';
import { moved } from './runs/foreign';

/** What a document names is looked for when nobody has typed for so long. */
const LOAD_MS = 200;

/** One pipeline that is open: its text is shared with the code view, and with whoever edits it too. */
export class PipelineModel implements IDisposable {
  constructor(options: {
    /** The text as JupyterLab keeps it, with the one undo stack of all views. */
    text: ISharedText;
    uri: string;
    /** The text of another file. */
    read: (uri: string) => Promise<string>;
  }) {
    this._text = options.text;
    this._read = options.read;
    this._document = this._open(options.uri);
    this._text.changed.connect(this._onText, this);
    this._undoManager?.on('stack-cleared', this._onCleared);
  }

  get document(): ICwlDocument {
    return this._document;
  }

  /** What is drawn, found or can be undone has changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Id of a node or port that is chosen, see the ids of graphs; null for none. */
  get selected(): string | null {
    return this._selected;
  }

  get selectedChanged(): ISignal<this, void> {
    return this._selectedChanged;
  }

  /** Steps that are shown with what is in them. */
  get expanded(): ReadonlySet<string> {
    return this._expanded;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  get graph(): IGraph {
    return (this._graph ??= this._document.graph({ expand: this._expanded }));
  }

  get problems(): readonly IProblem[] {
    return (this._problems ??= [...problemsIn(this._document, this.graph.process?.id, this._document.check()), ...[...this._foreign.values()].flat()]);
  }

  /** What somebody else found wrong with the text as it is now, in the place of what they found before; it moves with the text. */
  setForeignProblems(source: string, problems: readonly IProblem[]): void {
    this._foreign.set(source, problems);
    this._renew();
  }

  /** Carries an edit out on the text; one that is refused changes nothing. */
  apply(edit: Edit): EditResult {
    const result = this._document.apply(edit);
    if (result.ok) {
      this._write(result.changes);
    }
    return result;
  }

  /** Several edits as one step of undo; if one is refused, nothing changes. */
  applyAll(edits: readonly Edit[]): EditResult {
    const result = this._document.applyAll(edits);
    if (result.ok) {
      this._write(result.changes);
    }
    return result;
  }

  /** Carries out a repair, be it an edit or a change of a text that cannot be read. */
  mend(fix: Fix): EditResult {
    if ('edit' in fix) {
      return this.apply(fix.edit);
    }
    this._document.change(fix.changes, { undoable: false });
    this._write(fix.changes);
    return { ok: true, changes: fix.changes };
  }

  select(id: string | null): void {
    if (id !== this._selected) {
      this._selected = id;
      this._selectedChanged.emit();
    }
  }

  /** Chooses it, and brings it into sight also when it is chosen already. */
  show(id: string): void {
    this.select(null);
    this.select(id);
  }

  expand(step: string, isExpanded: boolean): void {
    const next = new Set(this._expanded);
    if (isExpanded) {
      next.add(step);
    } else {
      next.delete(step);
    }
    this._expanded = next;
    this._renew();
  }

  get canUndo(): boolean {
    return this._text.canUndo();
  }

  get canRedo(): boolean {
    return this._text.canRedo();
  }

  undo(): void {
    this._text.undo();
  }

  redo(): void {
    this._text.redo();
  }

  /** The file has another name, or place: what it names is elsewhere then. */
  moveTo(uri: string): void {
    const before = this._document.uri;
    this._document = this._open(uri);
    this._foreign.forEach((problems, source) => this._foreign.set(source, problems.map(problem => (problem.uri === before ? { ...problem, uri } : problem))));
    this._renew();
  }

  /** Another file has changed, come or gone: what is used of it is read anew. */
  reread(uri: string): void {
    if (uri !== this._document.uri && !this._isDisposed) {
      this._document.forget(uri);
      void this._document.load();
    }
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      window.clearTimeout(this._loading);
      this._text.changed.disconnect(this._onText, this);
      this._undoManager?.off('stack-cleared', this._onCleared);
      Signal.clearData(this);
    }
  }

  private _open(uri: string): ICwlDocument {
    const document = open(this._text.getSource(), { uri, read: this._read });
    document.onChange(changes => {
      if (document !== this._document || this._isDisposed) {
        return;
      }
      this._foreign.forEach((problems, source) => this._foreign.set(source, moved(problems, changes, document)));
      this._renew();
      // None: a file that it uses has come.
      if (changes.length > 0) {
        window.clearTimeout(this._loading);
        this._loading = window.setTimeout(() => void document.load(), LOAD_MS);
      }
    });
    void document.load();
    return document;
  }

  private _write(changes: readonly TextChange[]): void {
    this._writeAs(() => {
      // From the end, so that the places before stay where they are.
      for (const { from, to, insert } of [...changes].reverse()) {
        this._text.updateSource(from, to, insert);
      }
    });
  }

  /** As one step of undo, and not part of one just before, or after. */
  private _writeAs(write: () => void): void {
    const wasWriting = this._isWriting;
    this._isWriting = true;
    this._undoManager?.stopCapturing();
    try {
      this._text.transact(write);
    } finally {
      this._undoManager?.stopCapturing();
      this._isWriting = wasWriting;
    }
  }

  private get _undoManager(): IYText['undoManager'] | undefined {
    return (this._text as Partial<IYText>).undoManager;
  }

  /** Also whenever there is nothing to redo any more, which comes with a change of the text. */
  private readonly _onCleared = ({ undoStackCleared }: { undoStackCleared: boolean }): void => {
    if (undoStackCleared) {
      this._changed.emit();
    }
  };

  private _onText(_: ISharedText, { sourceChange }: SourceChange): void {
    if (!sourceChange || this._isWriting) {
      return;
    }
    this._document.change(changesOf(sourceChange), { undoable: false });
    const text = this._text.getSource();
    if (this._document.text !== text) {
      this._document.change([{ from: 0, to: this._document.text.length, insert: text }], { undoable: false });
    }
  }

  private _renew(): void {
    this._graph = null;
    this._problems = null;
    this._changed.emit();
  }

  private _changed = new Signal<this, void>(this);
  private _selectedChanged = new Signal<this, void>(this);
  private _document: ICwlDocument;
  private _expanded: ReadonlySet<string> = new Set();
  private readonly _foreign = new Map<string, readonly IProblem[]>();
  private _graph: IGraph | null = null;
  private _isDisposed = false;
  private _isWriting = false;
  private _loading = 0;
  private _problems: IProblem[] | null = null;
  private _read: (uri: string) => Promise<string>;
  private _selected: string | null = null;
  private _text: ISharedText;
}

/** From a delta, whose parts follow each other, to changes that all count from the text before. */
export function changesOf(delta: NonNullable<SourceChange['sourceChange']>): TextChange[] {
  const changes: TextChange[] = [];
  let at = 0;
  for (const { retain, insert, delete: gone } of delta) {
    if (retain !== undefined) {
      at += retain;
      continue;
    }
    const before = changes.at(-1);
    const change = before?.to === at ? before : { from: at, to: at, insert: '' };
    if (change !== before) {
      changes.push(change);
    }
    change.insert += insert ?? '';
    at += gone ?? 0;
    change.to = at;
  }
  return changes;
}
