/** A place in a text: line and column from 1, the column in UTF-16 units, as editors count. */
export interface IPosition {
  line: number;
  column: number;
}

/** Where each line begins, by the text it was counted in: a check asks for thousands of places of one text. */
let counted: { text: string; starts: number[] } | null = null;

function lineStarts(text: string): number[] {
  if (counted?.text === text) return counted.starts;
  const starts = [0];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 10 || (unit === 13 && text.charCodeAt(i + 1) !== 10)) starts.push(i + 1);
  }
  counted = { text, starts };
  return starts;
}

/** The place of an offset; one outside of the text counts as its nearest end. */
export function positionAt(text: string, offset: number): IPosition {
  const starts = lineStarts(text);
  const place = Math.max(0, Math.min(offset, text.length));
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= place) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: place - starts[low] + 1 };
}

/** The offset of a place; one behind the end of its line counts as that end. */
export function offsetAt(text: string, position: IPosition): number {
  const starts = lineStarts(text);
  if (position.line > starts.length) return text.length;
  const line = Math.max(1, position.line) - 1;
  const next = line + 1 < starts.length ? starts[line + 1] - 1 : text.length;
  return Math.min(starts[line] + Math.max(1, position.column) - 1, next);
}
