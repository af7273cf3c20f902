import type { ICorner } from './settle';

export type Corners = readonly (readonly [string, ICorner])[];

/** Keeps where the nodes of one document are. */
export interface IPositions {
  /** Null where none have ever been kept; none where all are to be arranged. */
  read(): Corners | null | Promise<Corners | null>;
  /** All that is known, and what of it was moved here since the last time; none when everything has been arranged anew. */
  write(corners: Corners, moved: readonly string[]): void;
}

/** For a graph that is looked at alone. */
export const noPositions: IPositions = { read: () => null, write: () => undefined };

/** Of one document; more are not kept. */
const MOST_NODES = 5_000;
/** An id has the names of all steps that a node is in. */
const LONGEST_ID = 4_000;
/** In bytes of a file, or UTF-16 units of its text; what is longer is not ours. */
export const LONGEST_TEXT = 8_000_000;
/** Farther out nobody finds anything. */
const FARTHEST = 1_000_000;

/** A node a line, in the order of their ids, so that versions of the file can be compared and merged. */
export function formatPositions(corners: ReadonlyMap<string, ICorner>): string {
  const kept = [...corners].filter(([id]) => id.length <= LONGEST_ID).slice(0, MOST_NODES);
  const lines = kept.sort(([one], [other]) => (one < other ? -1 : 1)).map(([id, { x, y }]) => `    ${JSON.stringify(id)}: [${x}, ${y}]`);
  return `{\n  "nodes": {${lines.length > 0 ? `\n${lines.join(',\n')}\n  ` : ''}}\n}\n`;
}

/** What of a text are positions; null for one that has none in it at all. */
export function parsePositions(text: string): Map<string, ICorner> | null {
  if (text.length > LONGEST_TEXT) {
    return null;
  }
  try {
    const { nodes } = JSON.parse(text) as { nodes?: unknown };
    if (typeof nodes !== 'object' || nodes === null || Array.isArray(nodes)) {
      return null;
    }
    const known = Object.entries(nodes).filter((entry): entry is [string, [number, number]] => entry[0].length <= LONGEST_ID && isCorner(entry[1]));
    return new Map(known.slice(0, MOST_NODES).map(([id, [x, y]]) => [id, { x, y }]));
  } catch {
    return null;
  }
}

const isCorner = (value: unknown): value is [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every(number => typeof number === 'number' && Math.abs(number) <= FARTHEST);
