import type { Code } from './codes.js';
import type { IRange } from './text/node.js';
import type { IPosition } from './text/position.js';
import type { Edit } from './edits/kinds.js';
import type { TextChange } from './text/change.js';

export type Severity = 'error' | 'warning' | 'info';

/** A change that mends a problem, with the verb of a button: an edit, or a change of the text where it cannot be read. */
export type Fix = { label: string } & ({ edit: Edit } | { changes: TextChange[] });

/** Something wrong with a document. */
export interface IProblem {
  code: Code;
  severity: Severity;
  /** A sentence. */
  message: string;
  /** The text it is in; of the document itself unless it came from a file that this one uses. */
  uri: string;
  range: IRange;
  position: IPosition;
  /** What it is about in the graph, for example `step:align`, `step:align/in:reads`; null for the document as a whole. See `graph/ids.ts`. */
  node: string | null;
  /** Of a document with several processes, the id of the one it is about. */
  process?: string;
  /** Mechanical repairs, the best first. */
  fixes: Fix[];
}
