/*
 * Where rows are in a list too high for a browser: Firefox ends at 17.8 million pixels, Chromium at 33.5 million, and half of
 * that at 200 % zoom. Up to the cap, a pixel of the scroll bar is one of the list. Above, the wheel and touch still move the list
 * pixel by pixel, and the scroll bar is put where it belongs when the scrolling has ended.
 */

/** In pixels: 333,000 rows of 24. */
export const HIGHEST = 8_000_000;

export class Scroller {
  constructor(
    readonly rowHeight: number,
    private readonly _highest = HIGHEST
  ) {}

  total = 0;
  /** Of what is seen of the rows. */
  viewport = 0;

  /** Of the element that scrolls. */
  get height(): number {
    return Math.min(this._listHeight, this._highest);
  }

  get isScaled(): boolean {
    return this._listHeight > this._highest;
  }

  /** How far the list is scrolled, of all its pixels. */
  get top(): number {
    return this._top;
  }

  /** The rows that are seen, [first, last). */
  get rows(): [first: number, last: number] {
    return [
      Math.min(Math.floor(this._top / this.rowHeight), this.total),
      Math.min(Math.ceil((this._top + this.viewport) / this.rowHeight), this.total)
    ];
  }

  /** Where a row is put in the element that scrolls. */
  place(index: number): number {
    return index * this.rowHeight - this._top + this._element;
  }

  setSize(total: number, viewport: number): void {
    this.total = total;
    this.viewport = viewport;
    this._top = Math.max(0, Math.min(this._top, this._end));
    this._element = this._elementOf(this._top);
  }

  /** The element was scrolled by whoever sees it. */
  onScroll(element: number): void {
    const by = element - this._element;
    this._element = element;
    if (!this.isScaled) {
      this._top = element;
    } else if (Math.abs(by) <= this.viewport) {
      this._top = Math.max(0, Math.min(this._top + by, this._end));
    } else {
      this._top = (element / (this.height - this.viewport)) * this._end;
    }
  }

  /** Where the element has to be scrolled to, now that nobody scrolls. */
  settle(): number {
    this._element = this._elementOf(this._top);
    return this._element;
  }

  /** Scrolls so that a row is seen, no further than that needs; gives where the element has to be scrolled to. */
  reveal(index: number): number {
    const row = index * this.rowHeight;
    if (row < this._top) {
      this._top = row;
    } else if (row + this.rowHeight > this._top + this.viewport) {
      this._top = row + this.rowHeight - this.viewport;
    }
    this._top = Math.max(0, Math.min(this._top, this._end));
    return this.settle();
  }

  /** Puts a row at the top. */
  show(index: number): number {
    this._top = Math.max(0, Math.min(index * this.rowHeight, this._end));
    return this.settle();
  }

  private get _listHeight(): number {
    return this.total * this.rowHeight;
  }

  /** The furthest that the list can be scrolled. */
  private get _end(): number {
    return Math.max(0, this._listHeight - this.viewport);
  }

  private _elementOf(top: number): number {
    return this.isScaled ? Math.round((top / this._end) * (this.height - this.viewport)) : top;
  }

  private _element = 0;
  private _top = 0;
}
