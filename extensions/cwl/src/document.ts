import { checkAll } from './check/index.js';
import { toOps } from './edits/index.js';
import type { Edit } from './edits/kinds.js';
import { buildGraph } from './graph/index.js';
import type { IGraph, IGraphOptions } from './graph/model.js';
import type { IProblem } from './problem.js';
import { Loader, readProcesses } from './process/index.js';
import type { IProcess } from './process/model.js';
import type { IReading, IReadOnly } from './reading.js';
import { readOnlyReason, readText, readingOf } from './reading.js';
import type { Op, TextChange } from './text/change.js';
import { compose, inOrder } from './text/compose.js';
import { History } from './text/history.js';
import type { ISource } from './text/node.js';
import { applyChanges, splice } from './text/splice.js';

export interface IOpenOptions {
  /** Absolute; what `run`, `$import` and `$include` say is relative to it. */
  uri: string;
  /** The text of another file; rejects for one that is not there. Without it nothing else is read. */
  read?: (uri: string) => Promise<string>;
}

/** `changes` have been made, `notes` say what could not follow; or why not, with nothing changed. */
export type EditResult = { ok: true; changes: TextChange[]; notes?: string[] } | { ok: false; code: string; message: string };

/** A CWL document: its text is the only thing it keeps. */
export interface ICwlDocument {
  readonly uri: string;
  readonly text: string;
  /** Of reading the text alone; `check` tells them with all others. */
  readonly problems: IProblem[];
  readonly readOnly: IReadOnly | null;
  /** Of the document, the first the one that is shown if nothing is said. */
  readonly processes: readonly IProcess[];
  /** Called with each change, by an edit, by `change`, or by another file that came: then with none. */
  onChange(listener: (changes: TextChange[]) => void): () => void;
  apply(edit: Edit): EditResult;
  /** Several edits, each of what those before it have made, as one: if one is refused, nothing has changed. */
  applyAll(edits: readonly Edit[]): EditResult;
  /** Somebody typed, or another program wrote. Never refused. Takes part in undo unless `undoable` is false. */
  change(changes: TextChange[], options?: { undoable?: boolean }): void;
  undo(): TextChange[] | null;
  redo(): TextChange[] | null;
  /** Reads what the document uses, at any depth, bounded; resolves when all of it is here or known to be missing. */
  load(): Promise<void>;
  /** Forget what was read of a file, as it changed, and read it anew with the next `load`. */
  forget(uri: string): void;
  graph(options?: IGraphOptions): IGraph;
  check(): IProblem[];
}

/** A document of a text, whatever it is. Nothing is read before something is asked. */
export function open(text: string, options: IOpenOptions): ICwlDocument {
  return new CwlDocument(text, options);
}

/** Something that is made anew when the text, or another file, changes. */
class Kept<T> {
  private of: string | null = null;
  private value!: T;

  get(of: string, make: () => T): T {
    if (this.of !== of) {
      this.value = make();
      this.of = of;
    }
    return this.value;
  }
}

class CwlDocument implements ICwlDocument {
  readonly uri: string;
  private readonly loader: Loader;
  private readonly history = new History();
  private readonly listeners = new Set<(changes: TextChange[]) => void>();
  private reading: IReading | null = null;
  /** Counts the changes of the text. */
  private version = 0;
  private readonly keptProcesses = new Kept<IProcess[]>();
  private readonly keptReadOnly = new Kept<IReadOnly | null>();
  private readonly keptGraph = new Kept<IGraph>();
  private readonly keptCheck = new Kept<IProblem[]>();

  constructor(
    private current: string,
    { uri, read, loader = new Loader(uri, read) }: IOpenOptions & { loader?: Loader }
  ) {
    this.uri = uri;
    this.loader = loader;
  }

  get text(): string {
    return this.current;
  }

  get problems(): IProblem[] {
    return this.read().problems;
  }

  get readOnly(): IReadOnly | null {
    return this.keptReadOnly.get(this.state(), () => readOnlyReason(this.read(), () => this.processes));
  }

  get processes(): readonly IProcess[] {
    return this.keptProcesses.get(this.state(), () => (this.source.root ? readProcesses(this.source, this.loader) : []));
  }

  onChange(listener: (changes: TextChange[]) => void): () => void {
    // A wrapper, so that the same function can listen twice.
    const own = (changes: TextChange[]) => listener(changes);
    this.listeners.add(own);
    return () => void this.listeners.delete(own);
  }

  apply(edit: Edit): EditResult {
    const { readOnly } = this;
    if (readOnly) return { ok: false, code: 'read-only', message: readOnly.message };
    const process = edit.process === undefined ? this.processes[0] : this.processes.find(({ id }) => id === edit.process);
    if (!process) return { ok: false, code: 'unknown-process', message: `There is no process \`${edit.process}\` in this document.` };
    if (process.source !== this.source) {
      return { ok: false, code: 'other-file', message: 'This process is written in another file. Open that one to change it.' };
    }
    const planned = toOps(process, edit, { source: this.source, processes: this.processes });
    return planned.ok ? this.carryOut(planned.batches, planned.notes) : planned;
  }

  applyAll(edits: readonly Edit[]): EditResult {
    const trial = new CwlDocument(this.current, { uri: this.uri, loader: this.loader });
    trial.reading = this.reading;
    const steps: TextChange[][] = [];
    const notes: string[] = [];
    for (const edit of edits) {
      const result = trial.apply(edit);
      if (!result.ok) return result;
      steps.push(result.changes);
      notes.push(...(result.notes ?? []));
    }
    return this.carriedOut(compose(this.current, steps), trial.read(), notes);
  }

  private carryOut(batches: readonly Op[][], notes: string[]): EditResult {
    const steps: TextChange[][] = [];
    let reading = this.read();
    for (const batch of batches) {
      const spliced = splice(reading.source, batch);
      if (!spliced.ok) return spliced;
      steps.push(spliced.changes);
      reading = readingOf(spliced.parsed);
    }
    return this.carriedOut(compose(this.current, steps), reading, notes);
  }

  private carriedOut(changes: TextChange[], reading: IReading, notes: string[]): EditResult {
    if (changes.length) {
      this.history.did(this.current, changes);
      this.become(changes, reading);
    }
    return notes.length ? { ok: true, changes, notes } : { ok: true, changes };
  }

  change(changes: TextChange[], { undoable = true }: { undoable?: boolean } = {}): void {
    const made = inOrder(changes, this.current.length);
    if (!made.length) return;
    if (undoable) this.history.did(this.current, made);
    else this.history.othersDid(made);
    this.become(made);
  }

  undo(): TextChange[] | null {
    return this.step(this.history.undo(this.current));
  }

  redo(): TextChange[] | null {
    return this.step(this.history.redo(this.current));
  }

  private step(changes: TextChange[] | null): TextChange[] | null {
    if (changes) this.become(changes);
    return changes;
  }

  async load(): Promise<void> {
    if (await this.loader.load(() => this.source)) this.tell([]);
  }

  forget(uri: string): void {
    this.loader.forget(uri);
  }

  graph(options: IGraphOptions = {}): IGraph {
    const { expand = new Set<string>(), process } = options;
    const key = JSON.stringify([process, expand === 'all' ? expand : [...expand].sort()]);
    return this.keptGraph.get(`${this.state()} ${key}`, () => buildGraph(this.processes, options));
  }

  check(): IProblem[] {
    return this.keptCheck.get(this.state(), () => checkAll({ source: this.source, processes: this.processes, problems: this.problems }));
  }

  private get source(): ISource {
    return this.read().source;
  }

  private read(): IReading {
    return (this.reading ??= readText(this.current, this.uri));
  }

  private state(): string {
    return `${this.version} ${this.loader.version}`;
  }

  /** `reading` of the new text, where it is known. */
  private become(changes: TextChange[], reading: IReading | null = null): void {
    this.current = applyChanges(this.current, changes);
    this.reading = reading;
    this.version += 1;
    this.tell(changes);
  }

  private tell(changes: TextChange[]): void {
    for (const listener of [...this.listeners]) listener(changes);
  }
}
