import { hasCode, isTransient, toProblem } from '@jupyter-datalabs/hub-client';
import type { IFileEntry, IListPage, IListQuery, IProblemInfo, VolumeFiles } from '@jupyter-datalabs/hub-client';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import { baseName, parentOf } from '../paths';
import type { IPlace } from '../paths';
import { ALONE } from './names';
import type { IShared } from './names';
import { PAGE, pageOf, Pages } from './pages';
import { findRow, patternOf } from './seek';
import { Selection } from './selection';

export interface IFilter {
  /** As typed. */
  text: string;
  type: 'all' | 'directory' | 'file';
}

export interface IOrder {
  by: 'name' | 'size' | 'modified';
  descending: boolean;
}

/** Requests for pages at the same time: more only make the one that is looked at wait. */
const AT_ONCE = 2;
/** How often in a row a listing may be gone before that is said. */
const ANEW = 3;
/** What an action takes at once, and the server gives at once. */
export const MOST_CHOSEN = 1000;
/** Folders of which it is known how they were left. */
const MOST_LEFT = 100;
const PLAIN: IFilter = { text: '', type: 'all' };

interface IListing {
  readonly index: string;
  readonly total: number;
  readonly indexed: IListPage['indexed'];
  readonly pages: Pages;
}

/** A folder as somebody looks at it: its filter and order, the rows around what is seen, the cursor and what is chosen. */
export class FolderModel implements IDisposable {
  /** `hasList`: there is something above a volume, the list of all. */
  constructor(private readonly _files: Pick<VolumeFiles, 'list'>, private readonly _hasList = false) {}

  readonly selection = new Selection();

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Emitted when another folder is looked at, or none. */
  get moved(): ISignal<this, void> {
    return this._moved;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  get place(): IPlace | null {
    return this._place;
  }

  get filter(): IFilter {
    return this._filter;
  }

  get order(): IOrder {
    return this._order;
  }

  /** Whether rows can be shown; else there is a problem, or they are still to come. */
  get isReady(): boolean {
    return this._listing !== null;
  }

  /** Another listing is on its way. */
  get isBusy(): boolean {
    return this._isBusy;
  }

  /** Why there are no rows, or, with rows, why no others come. */
  get problem(): IProblemInfo | null {
    return this._problem;
  }

  get total(): number {
    return this._listing?.total ?? 0;
  }

  get indexed(): IListPage['indexed'] | null {
    return this._listing?.indexed ?? null;
  }

  get cursor(): number {
    return this._cursor;
  }

  /** The row to show first, and which one of such wishes it is. */
  get start(): { row: number; wish: number } {
    return { row: this._top, wish: this._wish };
  }

  /** Undefined while its page has not come. */
  entry(row: number): IFileEntry | undefined {
    return this._listing?.pages.get(row);
  }

  shared(row: number): IShared {
    return this._listing?.pages.shared(row) ?? ALONE;
  }

  /** Looks at a folder: at the row where it was left, if it was looked at before. Null looks at none. */
  goTo(place: IPlace | null): void {
    if (this._place) {
      const key = keyOf(this._place);
      this._left.delete(key);
      this._left.set(key, { top: this._top, cursor: this._cursor, filter: this._filter, order: this._order });
    }
    const left = place && this._left.get(keyOf(place));
    if (this._left.size > MOST_LEFT) {
      this._left.delete(this._left.keys().next().value!);
    }
    this._place = place;
    this._filter = left?.filter ?? PLAIN;
    this._order = left?.order ?? this._order;
    this._drop();
    this._moveTo(left?.top ?? 0, left?.cursor ?? 0);
    this._moved.emit();
    this.reload();
  }

  up(): void {
    if (this._place && (this._place.path !== '' || this._hasList)) {
      this.goTo(this._place.path === '' ? null : { ...this._place, path: parentOf(this._place.path) });
    }
  }

  setFilter(change: Partial<IFilter>): void {
    const filter = { ...this._filter, ...change };
    if (filter.text !== this._filter.text || filter.type !== this._filter.type) {
      this._filter = filter;
      this._moveTo(0, 0);
      this.reload();
    }
  }

  /** By something else, or the other way round. */
  sortBy(by: IOrder['by']): void {
    // What is largest or newest is what is looked for.
    this._order = { by, descending: by === this._order.by ? !this._order.descending : by !== 'name' };
    this._moveTo(0, 0);
    this.reload();
  }

  /** Asks anew and stays where it is; `refresh` reads the folder again, too. */
  reload(options: { refresh?: boolean } = {}): void {
    this._asking?.abort();
    this._asking = null;
    if (!this._place) {
      this._isBusy = false;
      this._emit();
      return;
    }
    const asking = (this._asking = new AbortController());
    this._isBusy = true;
    this._emit();
    const offset = pageOf(this._top) * PAGE;
    const query = { ...this._query(), offset, limit: PAGE, ...(options.refresh ? { refresh: true } : {}) };
    void this._files.list(query, { signal: asking.signal }).then(
      page => this._onListing(page, asking),
      (error: unknown) => this._onFailure(error, asking)
    );
  }

  /** These rows [first, last) are drawn, and `top` is the first that is seen. */
  want(first: number, last: number, top: number): void {
    this._top = top;
    this._wanted = [];
    for (let page = pageOf(first); page * PAGE < last; page++) {
      this._wanted.push(page);
    }
    this._listing?.pages.use(this._wanted);
    for (const [page, request] of this._reading) {
      if (!this._wanted.includes(page)) {
        request.abort();
        this._reading.delete(page);
      }
    }
    this._read();
  }

  /** Tries again what failed. */
  retry(): void {
    this._problem = null;
    if (this._listing) {
      this._emit();
      this._read();
    } else {
      this.reload();
    }
  }

  moveCursor(row: number, how: 'choose' | 'extend' | 'toggle' | 'keep' = 'choose'): void {
    this._cursor = Math.max(0, Math.min(row, this.total - 1));
    if (how === 'extend') {
      this.selection.extendTo(this._cursor);
    } else if (how === 'toggle') {
      this.selection.toggle(this._cursor);
    } else if (how === 'choose') {
      this.selection.only(this._cursor);
    }
    this._emit();
  }

  chooseAll(): void {
    this.selection.all(this.total);
    this._emit();
  }

  /** The row after the cursor whose name begins with a text, on the server too; null when there is none. */
  async seek(text: string): Promise<number | null> {
    const listing = this._listing;
    if (!listing) {
      return null;
    }
    const query = this._query();
    const list = (more: Partial<IListQuery>): Promise<IListPage> => this._files.list({ ...query, ...more });
    const row = await findRow({ text, cursor: this._cursor, total: listing.total, order: this._order, entry: row => listing.pages.get(row), index: listing.index, list });
    return listing === this._listing ? row : null;
  }

  /** What is chosen, else what the cursor is on; asks the server for what has not been seen. Null when that is too much. */
  async chosen(): Promise<IFileEntry[] | null> {
    const listing = this._listing;
    const ranges = this.selection.count > 0 ? this.selection.ranges : listing && listing.total > 0 ? [[this._cursor, this._cursor + 1] as const] : [];
    if (!listing || this.selection.count > MOST_CHOSEN) {
      return ranges.length === 0 ? [] : null;
    }
    // Another folder may be looked at before all have come.
    const query = { ...this._query(), index: listing.index };
    const entries: IFileEntry[] = [];
    for (const [from, to] of ranges) {
      const known = Array.from({ length: to - from }, (_, i) => listing.pages.get(from + i));
      const complete = known.every(entry => entry !== undefined);
      entries.push(...(complete ? (known as IFileEntry[]) : (await this._files.list({ ...query, offset: from, limit: to - from })).entries));
    }
    return entries;
  }

  dispose(): void {
    this._isDisposed = true;
    this._asking?.abort();
    this._drop();
    Signal.clearData(this);
  }

  private _query(): IListQuery {
    const { volume, path } = this._place!;
    const glob = patternOf(this._filter.text);
    return {
      volume,
      path,
      sort: this._order.by,
      ...(this._order.descending ? { descending: true } : {}),
      ...(glob ? { glob } : {}),
      ...(this._filter.type === 'all' ? {} : { type: this._filter.type })
    };
  }

  private _onListing(page: IListPage, asking: AbortController): void {
    // Of an earlier folder or filter.
    if (asking !== this._asking) {
      return;
    }
    this._asking = null;
    this._drop();
    const pages = new Pages();
    pages.set(pageOf(page.offset), page.entries);
    this._listing = { index: page.index, total: page.total, indexed: page.indexed, pages };
    this._isBusy = false;
    this._problem = null;
    this._cursor = Math.max(0, Math.min(this._cursor, page.total - 1));
    this._emit();
    this._read();
  }

  private _onFailure(error: unknown, asking: AbortController): void {
    if (asking === this._asking) {
      this._asking = null;
      this._isBusy = false;
      // Rows that were there are worth more than nothing while the server is away.
      if (!isTransient(error)) {
        this._drop();
      }
      this._problem = toProblem(error);
      this._emit();
    }
  }

  /** Asks for the pages that are looked at and not there. */
  private _read(): void {
    const listing = this._listing;
    if (!listing || this._problem) {
      return;
    }
    for (const page of this._wanted) {
      if (this._reading.size >= AT_ONCE) {
        return;
      }
      if (!listing.pages.has(page) && !this._reading.has(page) && page * PAGE < listing.total) {
        void this._readPage(listing, page);
      }
    }
  }

  private async _readPage(listing: IListing, page: number): Promise<void> {
    const request = new AbortController();
    this._reading.set(page, request);
    const isWanted = (): boolean => this._reading.get(page) === request;
    try {
      const query = { ...this._query(), index: listing.index, offset: page * PAGE, limit: PAGE };
      const { entries } = await this._files.list(query, { signal: request.signal });
      if (isWanted()) {
        this._reading.delete(page);
        listing.pages.set(page, entries);
        this._gone = 0;
        this._emit();
        this._read();
      }
    } catch (error) {
      if (!isWanted()) {
        return;
      }
      this._reading.delete(page);
      if (hasCode(error, 'index-gone') && this._gone < ANEW) {
        this._gone++;
        // Rows may have moved: what was chosen by number is no longer known.
        this.selection.clear();
        this.reload();
      } else {
        this._problem = toProblem(error);
        this._emit();
      }
    }
  }

  private _drop(): void {
    for (const request of this._reading.values()) {
      request.abort();
    }
    this._reading.clear();
    this._listing = null;
    this._problem = null;
  }

  private _moveTo(top: number, cursor: number): void {
    this._top = top;
    this._cursor = cursor;
    this._wanted = [];
    this._wish++;
    this._gone = 0;
    this.selection.clear();
    this.selection.anchor = cursor;
  }

  private _emit(): void {
    if (!this._isDisposed) {
      this._changed.emit();
    }
  }

  private _asking: AbortController | null = null;
  private readonly _changed = new Signal<this, void>(this);
  private _cursor = 0;
  private _filter = PLAIN;
  private _gone = 0;
  private _isBusy = false;
  private _isDisposed = false;
  private readonly _left = new Map<string, { top: number; cursor: number; filter: IFilter; order: IOrder }>();
  private _listing: IListing | null = null;
  private readonly _moved = new Signal<this, void>(this);
  private _order: IOrder = { by: 'name', descending: false };
  private _place: IPlace | null = null;
  private _problem: IProblemInfo | null = null;
  private readonly _reading = new Map<number, AbortController>();
  private _top = 0;
  private _wanted: number[] = [];
  private _wish = 0;
}

const keyOf = ({ volume, path }: IPlace): string => `${volume}/${path}`;

/** What a place is called: the last part of its path, or the volume's title. */
export function placeName(place: IPlace, title: string): string {
  return place.path === '' ? title : baseName(place.path);
}
