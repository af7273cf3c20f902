import type { TextChange } from './change.js';

/** A stretch of the text at the beginning, or something new. */
type Piece = { from: number; to: number } | { insert: string };

const lengthOf = (piece: Piece): number => ('insert' in piece ? piece.insert.length : piece.to - piece.from);
const cut = (piece: Piece, from: number, to: number): Piece =>
  'insert' in piece ? { insert: piece.insert.slice(from, to) } : { from: piece.from + from, to: piece.from + to };

/** Several changes one after the other as one, told from the text before the first. */
export function compose(text: string, steps: readonly (readonly TextChange[])[]): TextChange[] {
  if (steps.length === 1) return [...steps[0]];
  let pieces: Piece[] = [{ from: 0, to: text.length }];
  for (const changes of steps) pieces = carryOut(pieces, changes);
  const composed: TextChange[] = [];
  let at = 0;
  let insert = '';
  const flush = (to: number) => {
    if (insert !== text.slice(at, to)) composed.push({ from: at, to, insert });
    insert = '';
  };
  for (const piece of pieces) {
    if ('insert' in piece) insert += piece.insert;
    else {
      if (piece.from > at || insert) flush(piece.from);
      at = piece.to;
    }
  }
  if (at < text.length || insert) flush(text.length);
  return composed;
}

function carryOut(pieces: readonly Piece[], changes: readonly TextChange[]): Piece[] {
  const result: Piece[] = [];
  let index = 0;
  /** Where the piece begins, and how much of it is used up. */
  let start = 0;
  let used = 0;
  const take = (to: number, keep: boolean) => {
    while (index < pieces.length && start + used < to) {
      const piece = pieces[index];
      const until = Math.min(lengthOf(piece), to - start);
      if (keep && until > used) result.push(cut(piece, used, until));
      used = until;
      if (used < lengthOf(piece)) return;
      start += lengthOf(piece);
      used = 0;
      index++;
    }
  };
  for (const { from, to, insert } of changes) {
    take(from, true);
    if (insert) result.push({ insert });
    take(to, false);
  }
  take(Infinity, true);
  return result;
}

/** What undoes changes of a text, told from the text after them. */
export function inverse(text: string, changes: readonly TextChange[]): TextChange[] {
  let shift = 0;
  return changes.map(({ from, to, insert }) => {
    const undone = { from: from + shift, to: from + shift + insert.length, insert: text.slice(from, to) };
    shift += insert.length - (to - from);
    return undone;
  });
}

/** Where a place is after changes; `side` tells which end of what is put in right there. */
function placeAfter(place: number, changes: readonly TextChange[], side: 'before' | 'after'): number {
  let shift = 0;
  for (const { from, to, insert } of changes) {
    const isPast = to < place || (to === place && (from < to || side === 'after'));
    if (!isPast) return from < place ? from + shift + (side === 'after' ? insert.length : 0) : place + shift;
    shift += insert.length - (to - from);
  }
  return place + shift;
}

/** Changes of a text, for that text after others of it. What the others put in stays, also in the middle of what these cut out. */
export function mapOver(changes: readonly TextChange[], others: readonly TextChange[], side: 'before' | 'after'): TextChange[] {
  const mapped: TextChange[] = [];
  for (const { from, to, insert } of changes) {
    const left = rangesLeft(from, to, others);
    const [first] = left;
    if (!first || first.from > from || from === to) {
      const at = placeAfter(from, others, side);
      if (insert) mapped.push({ from: at, to: at, insert });
    }
    left.forEach((range, i) => {
      const start = placeAfter(range.from, others, 'after');
      const end = Math.max(start, placeAfter(range.to, others, 'before'));
      const text = i === 0 && range.from === from ? insert : '';
      if (start < end || text) mapped.push({ from: start, to: end, insert: text });
    });
  }
  return inOrder(mapped, Infinity);
}

/** What of a range is still there after changes, cut where they put something in. */
function rangesLeft(from: number, to: number, changes: readonly TextChange[]): { from: number; to: number }[] {
  const ranges: { from: number; to: number }[] = [];
  let at = from;
  for (const change of changes) {
    if (change.from >= to) break;
    if (change.to < at || (change.to === at && change.from <= at)) continue;
    if (change.from > at) ranges.push({ from: at, to: change.from });
    at = Math.max(at, change.to);
  }
  if (at < to) ranges.push({ from: at, to });
  return ranges;
}

/** Changes as they should be: within the text, in rising order, none over another; those that touch become one. */
export function inOrder(changes: readonly TextChange[], length: number): TextChange[] {
  const within = (place: number): number => Math.max(0, Math.min(length, Number.isFinite(place) ? Math.trunc(place) : 0));
  const sorted = changes
    .map(({ from, to, insert }) => ({ from: within(from), to: Math.max(within(from), within(to)), insert }))
    .sort((a, b) => a.from - b.from || a.to - b.to);
  const result: TextChange[] = [];
  for (const change of sorted) {
    const last = result.at(-1);
    if (last && change.from <= last.to) {
      last.to = Math.max(last.to, change.to);
      last.insert += change.insert;
    } else result.push(change);
  }
  return result;
}
