import type { Json } from './node.js';
import type { Path } from './node.js';

/** `text.slice(from, to)` becomes `insert`. Of several, each counts from the text before all of them; none overlap; in rising order. */
export interface TextChange {
  from: number;
  to: number;
  insert: string;
}

/** A piece of YAML that comes with its comments and style, and what it means. Its first line has no indentation; the others are relative to it. */
export class Raw {
  constructor(
    readonly raw: string,
    readonly value: Json,
    /** The comments above its key or dash, a line each, and the one behind its key; left out where there is no room for them. */
    readonly comments: { above: readonly string[]; behind: string } = { above: [], behind: '' }
  ) {}
}

export type Written = Json | Raw;

/**
 * A change of one place of the value. All ops of a batch name places as they were before the batch.
 * The same ops are carried out on the text and on the value, and what the new text means must equal the new value.
 */
export type Op =
  /** Of a map entry that is not there, it is added: after the entry `after`, null for as the first, else as the last. */
  | { op: 'set'; path: Path; value: Written; after?: string | null }
  | { op: 'remove'; path: Path }
  /** The key of a map entry; the entry keeps its place and its comments. */
  | { op: 'rename'; path: Path; key: string }
  /** Into the list at `path`, before the item that has this index now; the length of the list for behind the last. */
  | { op: 'insert'; path: Path; index: number; value: Written };
