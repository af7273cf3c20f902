/** What is known of a document while somebody types: the last tree that its text gave, and how offsets move between then and now. */
import type { ICwlDocument } from '../document.js';
import type { IProcess } from '../process/model.js';
import type { ISource } from '../text/node.js';
import { parseSource } from '../text/tree.js';

export interface IState {
  source: ISource;
  processes: readonly IProcess[];
  /** From an offset of the text as it is to one in `source`, and back. */
  back: (offset: number) => number;
  forth: (offset: number) => number;
}

interface IRead {
  text: string;
  source: ISource;
  processes: readonly IProcess[];
}

const known = new WeakMap<ICwlDocument, IRead>();
const same = (offset: number): number => offset;

/** Null where the text could never be read since the document was first asked for. */
export function stateOf(document: ICwlDocument): IState | null {
  const { text, uri, processes } = document;
  const before = known.get(document) ?? null;
  if (before?.text === text && before.processes === processes) {
    return { ...before, back: same, forth: same };
  }
  const own = processes.find(process => process.source.uri === uri && process.source.text === text)?.source;
  const source = own ?? (isBroken(document) ? null : parseSource(text, uri).source);
  if (source?.root) {
    known.set(document, { text, source, processes });
    return { source, processes, back: same, forth: same };
  }
  return before && { ...before, ...between(before.text, text) };
}

const isBroken = (document: ICwlDocument): boolean => document.problems.some(({ code }) => code === 'yaml-syntax');

/** As one change lies between two texts, offsets outside of it move with what is around them, and those in it to its beginning. */
function between(before: string, after: string): Pick<IState, 'back' | 'forth'> {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) {
    start++;
  }
  let end = 0;
  while (end < most - start && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)) {
    end++;
  }
  const move = (from: string, to: string) => (offset: number): number =>
    offset <= start ? offset : offset >= from.length - end ? offset + to.length - from.length : start;
  return { back: move(after, before), forth: move(before, after) };
}
