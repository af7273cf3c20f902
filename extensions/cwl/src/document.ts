// (contract, to be implemented)
import type { Edit } from './edits/kinds.js';
import type { IGraph, IGraphOptions } from './graph/model.js';
import type { IProblem, Fix } from './problem.js';
import type { TextChange } from './text/change.js';
import type { IProcess } from './process/model.js';

export interface IOpenOptions {
  /** Absolute; what `run`, `$import` and `$include` say is relative to it. */
  uri: string;
  /** The text of another file; rejects for one that is not there. Without it nothing else is read. */
  read?: (uri: string) => Promise<string>;
}

export interface IReadOnly {
  /** `draft`, `yaml`, `too-large`, `several-documents`, `not-cwl`. */
  code: string;
  /** A sentence, and what to do. */
  message: string;
  fixes: Fix[];
}

/** `changes` have been made; or why not, with nothing changed. */
export type EditResult = { ok: true; changes: TextChange[] } | { ok: false; code: string; message: string };

/** A CWL document: its text is the only thing it keeps. */
export interface ICwlDocument {
  readonly uri: string;
  readonly text: string;
  /** Of reading the text alone; `check` tells them with all others. */
  readonly problems: IProblem[];
  readonly readOnly: IReadOnly | null;
  /** Of the document, the first the one that is shown if nothing is said. */
  readonly processes: readonly IProcess[];
  /** Called with each change, by an edit, by `change`, or by another file that came. */
  onChange(listener: (changes: TextChange[]) => void): () => void;
  apply(edit: Edit): EditResult;
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
