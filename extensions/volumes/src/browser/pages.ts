import type { IFileEntry } from '@jupyter-datalabs/hub-client';
import { ALONE, SharedParts } from './names';
import type { IShared } from './names';

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

  /** What the name of an entry shares with others of its page, which does not change while somebody scrolls. */
  shared(index: number): IShared {
    const entries = this._pages.get(pageOf(index));
    const entry = entries?.[index % PAGE];
    if (!entries || !entry) {
      return ALONE;
    }
    let parts = this._shared.get(entries);
    if (!parts) {
      parts = new SharedParts(entries.map(({ name }) => name));
      this._shared.set(entries, parts);
    }
    return parts.of(entry.name);
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
  private readonly _shared = new WeakMap<IFileEntry[], SharedParts>();
}
