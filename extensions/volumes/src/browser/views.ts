import type { IFileEntry } from '@jupyter-datalabs/hub-client';
import { join, sessionPath } from '../paths';
import type { IPlace } from '../paths';
import type { IVolumeFile } from '../tokens';
import type { FolderWidget } from './view';

export function fileOf(place: IPlace, entry: IFileEntry): IVolumeFile {
  const path = join(place.path, entry.name);
  return { volume: place.volume, path, absolute: sessionPath(place.volume, path), type: entry.type, size: entry.size };
}

/** The views of folders that there are, and which one commands are about: the one that was used last. */
export class Views {
  get current(): FolderWidget | null {
    const isUsable = (view: FolderWidget): boolean => !view.isDisposed && view.model.place !== null;
    return this._last && isUsable(this._last) ? this._last : ([...this._views].find(isUsable) ?? null);
  }

  values(): Iterable<FolderWidget> {
    return this._views;
  }

  add(view: FolderWidget): void {
    this._views.add(view);
    this.follow(view, view.node);
    view.disposed.connect(() => this._views.delete(view));
  }

  /** Whoever uses what is in this element uses the view. */
  follow(view: FolderWidget, node: HTMLElement): void {
    const use = (): void => void (this._last = view);
    // Before the menu opens, and its commands ask.
    for (const event of ['focusin', 'mousedown', 'contextmenu'] as const) {
      node.addEventListener(event, use, true);
    }
  }

  /** What is chosen in the current view; null when that is more than can be handled at once. */
  async chosen(): Promise<IVolumeFile[] | null> {
    const model = this.current?.model;
    const place = model?.place;
    if (!model || !place) {
      return [];
    }
    return (await model.chosen())?.map(entry => fileOf(place, entry)) ?? null;
  }

  /** As far as it is known without asking: for what a menu offers. */
  known(): IVolumeFile[] {
    const model = this.current?.model;
    const place = model?.place;
    if (!model || !place) {
      return [];
    }
    const rows = model.selection.ranges.flatMap(([from, to]) => Array.from({ length: Math.min(to - from, KNOWN) }, (_, i) => from + i)).slice(0, KNOWN);
    return (rows.length > 0 ? rows : [model.cursor]).flatMap(row => model.entry(row) ?? []).map(entry => fileOf(place, entry));
  }

  private _last: FolderWidget | null = null;
  private readonly _views = new Set<FolderWidget>();
}

const KNOWN = 100;
