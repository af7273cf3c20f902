/*
 * How a table of any size lies in a scrolled box: whole rows, and only those and the columns that are seen. Browsers end a box's
 * height at some ten million pixels: beyond that a pixel of the scroll bar stands for several rows.
 */
export const ROW_HEIGHT = 24;
export const HEADER_HEIGHT = 44;
/** Of the column with the row numbers. */
export const NUMBER_WIDTH = 88;
const TALLEST = 8_000_000;

export interface IGridLayout {
  /** Rows there is room for. */
  visible: number;
  /** The largest first row. */
  lastFirst: number;
  /** Of what is scrolled, in pixels. */
  height: number;
  firstOf(scrollTop: number): number;
  scrollOf(first: number): number;
  /** Whether a pixel of the scroll bar is not a pixel of rows. */
  scaled: boolean;
}

export function gridLayout(rows: number, boxHeight: number): IGridLayout {
  const visible = Math.max(1, Math.floor((boxHeight - HEADER_HEIGHT) / ROW_HEIGHT));
  const lastFirst = Math.max(0, rows - visible);
  const exact = lastFirst * ROW_HEIGHT + boxHeight;
  const scaled = exact > TALLEST;
  const height = scaled ? TALLEST : Math.max(exact, boxHeight);
  const perRow = lastFirst === 0 ? ROW_HEIGHT : (height - boxHeight) / lastFirst;
  return {
    visible,
    lastFirst,
    height,
    scaled,
    firstOf: scrollTop => Math.min(lastFirst, Math.max(0, Math.round(scrollTop / perRow))),
    scrollOf: first => Math.round(first * perRow)
  };
}

/** The left edges of columns, and where the last one ends. */
export function edgesOf(widths: readonly number[]): number[] {
  const edges = [0];
  for (const width of widths) {
    edges.push(edges[edges.length - 1]! + width);
  }
  return edges;
}

/** The first column that is seen and the one after the last. */
export function columnsInView(edges: readonly number[], left: number, width: number): [number, number] {
  const count = edges.length - 1;
  let first = 0;
  while (first < count - 1 && edges[first + 1]! <= left) {
    first += 1;
  }
  let end = first;
  while (end < count && edges[end]! < left + width) {
    end += 1;
  }
  return [first, end];
}
