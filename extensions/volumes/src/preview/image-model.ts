import type { ColourMap, IFileImage, IImageQuery, Interval, Stretch } from '@jupyter-datalabs/hub-client';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import { clamped } from './image-place';
import type { ISpot } from './image-place';
import type { PreviewFiles } from './model';
import type { ISize } from './size';
import { Loader } from '../loader';
import type { Loaded } from '../loader';
import type { IPlace } from '../paths';

interface ILook {
  stretch: Stretch;
  interval: Interval;
  map: ColourMap;
}

export interface IImageSettings extends ILook {
  plane: number;
  /** `fit`: as large as the room; `large`: as large as the server makes it; `native`: a part of it, with all its pixels. */
  size: 'fit' | 'large' | 'native';
}

const DEFAULT_LOOK: ILook = { stretch: 'linear', interval: 'zscale', map: 'gray' };
/** As somebody chose for one image, the next ones are shown. */
let lastLook = DEFAULT_LOOK;

/** The largest picture the server makes, in pixels. */
export const LARGEST = 2048;

/** How long the user must have chosen nothing else before the server is asked, in milliseconds. */
const DEBOUNCE_MS = 120;
/** Room is rounded up to this, so that a panel being resized asks seldom. */
const GRAIN = 256;
/** How much more than is seen of a part is asked for, so that it can be moved. */
const MARGIN = 2;

export interface IShownImage extends IFileImage {
  url: string;
}

/** What is known of the whole, for an interval and a plane. */
interface IOverview extends Pick<IImageQuery, 'interval' | 'plane'> {
  shape: [number, number];
  limits: Pick<IImageQuery, 'low' | 'high'>;
}

/** A picture of an image, as the server draws it for the settings and the room there is. */
export class ImageModel implements IDisposable {
  constructor(
    private readonly _files: PreviewFiles,
    private readonly _file: IPlace & { hdu?: number }
  ) {
    this._settings = { ...lastLook, plane: 0, size: 'fit' };
    this._loader = new Loader((_, signal) => (this._settings.size === 'native' ? this._part(signal) : this._whole(this._wanted(), signal)));
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

  /** The pixel in the middle of the frame, where native pixels are shown. */
  get centre(): ISpot {
    const [height, width] = this._overview?.shape ?? [1, 1];
    return this._centre ?? { x: Math.floor(width / 2), y: Math.floor(height / 2) };
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  set(change: Partial<IImageSettings>): void {
    this._settings = { ...this._settings, ...change };
    const { stretch, interval, map } = this._settings;
    lastLook = { stretch, interval, map };
    this._soon();
  }

  /** Shows the native pixels around one. */
  lookAt(spot: ISpot): void {
    this._centre = spot;
    this.set({ size: 'native' });
  }

  /** Moves what is shown of the native pixels. */
  pan(right: number, up: number): void {
    const { x, y } = this.centre;
    this._centre = clamped({ x: x + right, y: y + up }, this._overview?.shape ?? [1, 1]);
    if (this._isCovered()) {
      this._changed.emit();
    } else {
      this._soon();
    }
  }

  /** How much room there is on the screen, and how many of its points make one of CSS's. */
  setRoom(width: number, height: number, ratio = 1): void {
    const grain = (length: number): number => Math.min(LARGEST, Math.max(GRAIN, Math.ceil((length * ratio) / GRAIN) * GRAIN));
    const [w, h] = [grain(width), grain(height)];
    this._frame = { width, height };
    if (w !== this._room.width || h !== this._room.height) {
      const first = this._room.width === 0;
      this._room = { width: w, height: h };
      if (first) {
        this.retry();
      } else if (this._settings.size === 'fit' || !this._isCovered()) {
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

  private _wanted(): ISize {
    return this._settings.size === 'fit' && this._room.width > 0 ? this._room : { width: LARGEST, height: LARGEST };
  }

  private get _query(): IImageQuery {
    const { stretch, interval, map, plane } = this._settings;
    return { ...this._file, stretch, interval, map, plane };
  }

  private async _whole(size: ISize, signal: AbortSignal): Promise<IFileImage> {
    return (await this._look(size, signal)).image;
  }

  private async _look(size: ISize, signal: AbortSignal): Promise<IOverview & { image: IFileImage }> {
    const query = this._query;
    const image = await this._files.image({ ...query, ...size }, { signal });
    const { shape, low, high } = image.info;
    this._overview = { interval: query.interval, plane: query.plane, shape, limits: low === null || high === null ? {} : { low, high } };
    return { ...this._overview, image };
  }

  /** A part has the colours of the whole: where one looks changes nothing about them. */
  private async _part(signal: AbortSignal): Promise<IFileImage> {
    const query = this._query;
    const known = this._overview;
    const still = known !== null && known.interval === query.interval && known.plane === query.plane;
    const { shape, limits } = still ? known : await this._look({ width: GRAIN, height: GRAIN }, signal);
    const [width, height] = [this._frame.width, this._frame.height].map(length => Math.min(LARGEST, Math.ceil(length * MARGIN)));
    const first = (centre: number, length: number, end: number): number => Math.max(0, Math.min(end - length, Math.round(centre - length / 2)));
    const { x, y } = this.centre;
    return this._files.image({ ...query, ...limits, left: first(x, width!, shape[1]), bottom: first(y, height!, shape[0]), width, height }, { signal });
  }

  /** Whether the part that is here has all that is seen of it. */
  private _isCovered(): boolean {
    const info = this._shown?.info;
    if (this._settings.size !== 'native' || info?.left === undefined) {
      return this._settings.size !== 'native';
    }
    const { left, bottom = 0, size, shape } = info;
    const within = (centre: number, room: number, first: number, length: number, end: number): boolean =>
      first <= Math.max(0, centre - room / 2) && first + length >= Math.min(end, centre + room / 2 + 1);
    const { x, y } = this.centre;
    return within(x, this._frame.width, left, size[1], shape[1]) && within(y, this._frame.height, bottom, size[0], shape[0]);
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

  private _centre: ISpot | null = null;
  private readonly _changed = new Signal<this, void>(this);
  private _frame: ISize = { width: GRAIN, height: GRAIN };
  private _isDisposed = false;
  private readonly _loader: Loader<IFileImage>;
  private _overview: IOverview | null = null;
  private _room: ISize = { width: 0, height: 0 };
  private _settings: IImageSettings;
  private _shown: IShownImage | null = null;
  private _timer = 0;
}
