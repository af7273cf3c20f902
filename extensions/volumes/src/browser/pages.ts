import type { IFileEntry } from '@jupyter-datalabs/hub-client';

/** Entries of one page; the server gives up to 1,000. */
export const PAGE = 250;
/** Pages kept: 10,000 entries. */
const KEPT = 40;

export const pageOf = (index: number): number => Math.floor(index / PAGE);

/** The pages of a listing that have been read; those not used for longest go first. */
export class Pages {
  get(index: number): IFileEntry | undefined {
    return this._pages.get(pageOf(index))?.[index % PAGE];
  }

  has(page: number): boolean {
    return this._pages.has(page);
  }

  set(page: number, entries: IFileEntry[]): void {
    this._pages.delete(page);
    this._pages.set(page, entries);
    for (const oldest of this._pages.keys()) {
      if (this._pages.size <= KEPT) {
        break;
      }
      this._pages.delete(oldest);
    }
  }

  /** These are looked at. */
  use(pages: readonly number[]): void {
    for (const page of pages) {
      const entries = this._pages.get(page);
      if (entries) {
        this._pages.delete(page);
        this._pages.set(page, entries);
      }
    }
  }

  clear(): void {
    this._pages.clear();
  }

  get size(): number {
    return this._pages.size;
  }

  /** The last one used is last. */
  private readonly _pages = new Map<number, IFileEntry[]>();
}
