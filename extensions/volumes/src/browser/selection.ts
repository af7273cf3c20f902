/** Rows [from, to). */
type Range = readonly [from: number, to: number];

/** Which rows are chosen, as ranges: all of a million are one. */
export class Selection {
  /** The row that Shift extends from. */
  anchor = 0;

  get count(): number {
    return this._ranges.reduce((sum, [from, to]) => sum + to - from, 0);
  }

  get ranges(): readonly Range[] {
    return this._ranges;
  }

  has(index: number): boolean {
    return this._ranges.some(([from, to]) => index >= from && index < to);
  }

  clear(): void {
    this._ranges = [];
  }

  only(index: number): void {
    this._ranges = [[index, index + 1]];
    this.anchor = index;
  }

  toggle(index: number): void {
    this._ranges = this.has(index)
      ? this._ranges.flatMap(([from, to]): Range[] =>
          index < from || index >= to ? [[from, to]] : [[from, index] as const, [index + 1, to] as const].filter(([a, b]) => a < b)
        )
      : merged([...this._ranges, [index, index + 1]]);
    this.anchor = index;
  }

  /** From the anchor to a row, both among them. */
  extendTo(index: number): void {
    this._ranges = [[Math.min(this.anchor, index), Math.max(this.anchor, index) + 1]];
  }

  all(total: number): void {
    this._ranges = total > 0 ? [[0, total]] : [];
  }

  private _ranges: Range[] = [];
}

function merged(ranges: Range[]): Range[] {
  const result: [number, number][] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last && from <= last[1]) {
      last[1] = Math.max(last[1], to);
    } else {
      result.push([from, to]);
    }
  }
  return result;
}
