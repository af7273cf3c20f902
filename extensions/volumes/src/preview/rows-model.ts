import { toProblem } from '@jupyter-datalabs/hub-client';
import type { IFileColumn, IProblemInfo } from '@jupyter-datalabs/hub-client';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { PreviewFiles } from './model';
import { isNumeric, looksNumeric } from './values';
import type { IPlace } from '../paths';

/** Rows asked for at once. */
export const PAGE = 100;
/** Pages kept; the oldest goes first. */
const KEPT_PAGES = 40;
/** How long the view must have stood still before the server is asked, in milliseconds. */
const DEBOUNCE_MS = 60;

export interface ITableSource extends IPlace {
  hdu?: number;
  table?: number;
  columns?: readonly IFileColumn[];
  /** null or undefined: not known. */
  rows?: number | null;
}

/** The part of a table that is on the screen: rows from `first` up to `end`, and columns by their numbers. */
export interface IView {
  first: number;
  end: number;
  columns: readonly number[];
}

/** Values of a page by column number, as far as they came. */
type Page = Map<number, unknown[]>;

interface IRequest {
  page: number;
  columns: ReadonlySet<number>;
  controller: AbortController;
}

/** The rows of a table, of which only those near the view are here. */
export class RowsModel implements IDisposable {
  constructor(
    private readonly _files: PreviewFiles,
    private readonly _source: ITableSource
  ) {
    this._setColumns(_source.columns ?? []);
    this._total = _source.rows ?? null;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get columns(): readonly IFileColumn[] {
    return this._columns;
  }

  /** null while only reading to the end would tell. */
  get total(): number | null {
    return this._total;
  }

  /** How many rows there are to scroll through: of a table whose end is not known, one page more than was seen. */
  get count(): number {
    return this._total ?? Math.max(this._seen + (this._ended ? 0 : PAGE), this._hoped);
  }

  get busy(): boolean {
    return this._requests.length > 0 || this._timer !== 0;
  }

  /** Why rows of the view are missing. */
  get problem(): IProblemInfo | null {
    const view = this._view;
    return (view && pagesOf(view).map(page => this._failed.get(page)).find(Boolean)) ?? null;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** A row is wanted that may be beyond what is known of a table without a known end. */
  reach(row: number): void {
    if (this._total === null && !this._ended && row >= this.count) {
      this._hoped = row + 1;
      this._changed.emit();
    }
  }

  /** Undefined: not here yet. */
  value(row: number, column: number): unknown {
    return this._pages.get(Math.floor(row / PAGE))?.get(column)?.[row % PAGE];
  }

  /** What is on the screen now; what is missing of it is asked for. */
  show(view: IView): void {
    this._view = view;
    const pages = new Set(pagesOf(view));
    for (const request of this._requests.filter(({ page }) => !pages.has(page))) {
      this._end(request);
      request.controller.abort();
    }
    window.clearTimeout(this._timer);
    this._timer = 0;
    if (this._pages.size === 0) {
      this._fetch();
    } else if (this._missing().length > 0) {
      this._timer = window.setTimeout(() => {
        this._timer = 0;
        this._fetch();
      }, DEBOUNCE_MS);
    }
  }

  /** Whether a column holds numbers: by its type, else by its first values. */
  isNumber(column: number): boolean {
    const about = this._columns[column];
    if (!about || about.type) {
      return about !== undefined && isNumeric(about);
    }
    const known = this._pages.get(0)?.get(column)?.filter(value => value !== null && value !== '') ?? [];
    return known.length > 0 && known.every(looksNumeric);
  }

  retry(): void {
    this._failed.clear();
    this._fetch();
    this._changed.emit();
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      window.clearTimeout(this._timer);
      for (const { controller } of this._requests.splice(0)) {
        controller.abort();
      }
      Signal.clearData(this);
    }
  }

  private _missing(): { page: number; columns: number[] }[] {
    const view = this._view;
    if (!view) {
      return [];
    }
    return pagesOf(view)
      .filter(page => !this._failed.has(page) && (this._columns.length === 0 || page * PAGE < this.count))
      .map(page => ({
        page,
        columns: view.columns.filter(
          column => !this._pages.get(page)?.has(column) && !this._requests.some(r => r.page === page && r.columns.has(column))
        )
      }))
      .filter(
        ({ page, columns }) =>
          columns.length > 0 || (this._columns.length === 0 && !this._requests.some(request => request.page === page))
      );
  }

  private _fetch(): void {
    for (const { page, columns } of this._missing()) {
      void this._ask(page, columns);
    }
  }

  private async _ask(page: number, columns: number[]): Promise<void> {
    const { volume, path, hdu, table } = this._source;
    // Names that occur twice name nothing: then all columns are asked for.
    const some = this._named && columns.length > 0 && columns.length < this._columns.length;
    const asked = some ? columns : this._columns.map((_, i) => i);
    const request: IRequest = { page, columns: new Set(asked), controller: new AbortController() };
    this._requests.push(request);
    const rows: unknown[][] = [];
    try {
      // Of wide rows fewer come than were asked for.
      for (let more = true; more; ) {
        const answer = await this._files.rows(
          {
            volume,
            path,
            ...(hdu === undefined ? {} : { hdu }),
            ...(table === undefined ? {} : { table }),
            offset: page * PAGE + rows.length,
            limit: PAGE - rows.length,
            ...(some ? { columns: asked.map(column => this._columns[column]!.name) } : {})
          },
          { signal: request.controller.signal }
        );
        if (!this._requests.includes(request)) {
          return;
        }
        if (this._columns.length === 0) {
          this._setColumns(answer.columns);
        }
        rows.push(...answer.rows);
        this._total = answer.total ?? this._total;
        more = rows.length < PAGE && answer.rows.length > 0 && page * PAGE + rows.length < (this._total ?? Infinity);
      }
      this._end(request);
      if (rows.length === 0 && page * PAGE > this._seen) {
        // The end is somewhere before.
        this._hoped = 0;
      } else {
        this._seen = Math.max(this._seen, page * PAGE + rows.length);
        this._ended ||= rows.length < PAGE;
      }
      this._keep(page, some ? asked : this._columns.map((_, i) => i), rows);
    } catch (error) {
      if (!this._end(request)) {
        return;
      }
      this._failed.set(page, toProblem(error));
    }
    this._changed.emit();
  }

  /** False of a request that was given up: what comes of it is no longer wanted. */
  private _end(request: IRequest): boolean {
    const index = this._requests.indexOf(request);
    if (index >= 0) {
      this._requests.splice(index, 1);
    }
    return index >= 0;
  }

  private _keep(number: number, columns: readonly number[], rows: readonly unknown[][]): void {
    const page: Page = this._pages.get(number) ?? new Map();
    columns.forEach((column, i) => page.set(column, rows.map(row => row[i] ?? null)));
    this._pages.delete(number);
    this._pages.set(number, page);
    const oldest = this._pages.keys().next();
    if (this._pages.size > KEPT_PAGES && !oldest.done) {
      this._pages.delete(oldest.value);
    }
  }

  private _setColumns(columns: readonly IFileColumn[]): void {
    this._columns = columns;
    this._named = new Set(columns.map(({ name }) => name)).size === columns.length;
  }

  private readonly _changed = new Signal<this, void>(this);
  private _columns: readonly IFileColumn[] = [];
  private _ended = false;
  private readonly _failed = new Map<number, IProblemInfo>();
  /** Rows there are if it is as the user thinks. */
  private _hoped = 0;
  private _isDisposed = false;
  private _named = true;
  private readonly _pages = new Map<number, Page>();
  private readonly _requests: IRequest[] = [];
  private _seen = 0;
  private _timer = 0;
  private _total: number | null;
  private _view: IView | null = null;
}

function pagesOf({ first, end }: IView): number[] {
  const from = Math.floor(first / PAGE);
  return Array.from({ length: Math.max(1, Math.ceil(end / PAGE) - from) }, (_, i) => from + i);
}
