import type { ColourMap, IFileImage, Interval, Stretch } from '@jupyter-datalabs/hub-client';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { PreviewFiles } from './model';
import { Loader } from '../loader';
import type { Loaded } from '../loader';
import type { IPlace } from '../paths';

export interface IImageSettings {
  stretch: Stretch;
  interval: Interval;
  map: ColourMap;
  plane: number;
  /** `fit`: as large as the room; `full`: a pixel of the screen for each that came. */
  size: 'fit' | 'full';
}

export const DEFAULT_SETTINGS: IImageSettings = { stretch: 'linear', interval: 'zscale', map: 'gray', plane: 0, size: 'fit' };

/** The largest picture the server makes, in pixels. */
export const LARGEST = 2048;

/** How long the user must have chosen nothing else before the server is asked, in milliseconds. */
const DEBOUNCE_MS = 120;
/** Room is rounded up to this, so that a panel being resized asks seldom. */
const GRAIN = 256;

export interface IShownImage extends IFileImage {
  url: string;
}

/** A picture of an image, as the server draws it for the settings and the room there is. */
export class ImageModel implements IDisposable {
  constructor(
    files: PreviewFiles,
    private readonly _file: IPlace & { hdu?: number },
    settings: IImageSettings = DEFAULT_SETTINGS
  ) {
    this._settings = settings;
    this._loader = new Loader(async (_, signal) => {
      const { stretch, interval, map, plane } = this._settings;
      const { width, height } = this._wanted();
      return files.image({ ...this._file, stretch, interval, map, plane, width, height }, { signal });
    });
    this._loader.changed.connect(this._onLoaded, this);
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get settings(): IImageSettings {
    return this._settings;
  }

  get state(): Loaded<IFileImage> {
    return this._loader.state;
  }

  /** The newest picture that came; it stays in its place until the next is there. */
  get shown(): IShownImage | null {
    return this._shown;
  }

  get busy(): boolean {
    return this._loader.busy || this._timer !== 0;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  set(change: Partial<IImageSettings>): void {
    this._settings = { ...this._settings, ...change };
    this._soon();
  }

  /** How many pixels of the screen there are. */
  setRoom(width: number, height: number): void {
    const grain = (length: number): number => Math.min(LARGEST, Math.max(GRAIN, Math.ceil(length / GRAIN) * GRAIN));
    const [w, h] = [grain(width), grain(height)];
    if (w !== this._room.width || h !== this._room.height) {
      const first = this._room.width === 0;
      this._room = { width: w, height: h };
      if (first) {
        this.retry();
      } else if (this._settings.size === 'fit') {
        this._soon();
      }
    }
  }

  retry(): void {
    window.clearTimeout(this._timer);
    this._timer = 0;
    void this._loader.load();
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      window.clearTimeout(this._timer);
      this._loader.dispose();
      this._show(null);
      Signal.clearData(this);
    }
  }

  private _soon(): void {
    window.clearTimeout(this._timer);
    this._timer = window.setTimeout(() => this.retry(), DEBOUNCE_MS);
    this._changed.emit();
  }

  private _wanted(): { width: number; height: number } {
    return this._settings.size === 'fit' && this._room.width > 0 ? this._room : { width: LARGEST, height: LARGEST };
  }

  private _onLoaded(): void {
    const { state } = this._loader;
    if (state.kind === 'ready' && state.value.png !== this._shown?.png) {
      this._show(state.value);
    }
    this._changed.emit();
  }

  private _show(image: IFileImage | null): void {
    if (this._shown) {
      URL.revokeObjectURL(this._shown.url);
    }
    this._shown = image && { ...image, url: URL.createObjectURL(image.png) };
  }

  private readonly _changed = new Signal<this, void>(this);
  private _isDisposed = false;
  private readonly _loader: Loader<IFileImage>;
  private _room = { width: 0, height: 0 };
  private _settings: IImageSettings;
  private _shown: IShownImage | null = null;
  private _timer = 0;
}
