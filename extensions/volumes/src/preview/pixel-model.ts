import type { IPixel, IPixelQuery } from '@jupyter-datalabs/hub-client';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { ISpot } from './image-place';
import type { PreviewFiles } from './model';
import { Loader } from '../loader';
import type { Loaded } from '../loader';
import type { IPlace } from '../paths';

/** How long the pointer must have stood still before the server is asked, in milliseconds. */
const DEBOUNCE_MS = 60;

/** The pixel that is pointed at, and what the server knows of it. */
export class PixelModel implements IDisposable {
  constructor(
    files: PreviewFiles,
    private readonly _file: IPlace & { hdu?: number }
  ) {
    this._loader = new Loader((query, signal) => files.pixel(query, { signal }));
    this._loader.changed.connect(() => this._changed.emit());
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get spot(): ISpot | null {
    return this._spot;
  }

  /** Of this very pixel; while it is asked for, `loading`. */
  get state(): Loaded<IPixel> {
    return this._timer !== 0 || this._loader.busy ? { kind: 'loading' } : this._loader.state;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  point(spot: ISpot | null, plane: number): void {
    if (spot?.x === this._spot?.x && spot?.y === this._spot?.y && plane === this._plane) {
      return;
    }
    this._spot = spot;
    this._plane = plane;
    window.clearTimeout(this._timer);
    this._timer = 0;
    if (spot) {
      this._timer = window.setTimeout(() => {
        this._timer = 0;
        void this._loader.load({ ...this._file, plane, ...spot });
      }, DEBOUNCE_MS);
    }
    this._changed.emit();
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      window.clearTimeout(this._timer);
      this._loader.dispose();
      Signal.clearData(this);
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private _isDisposed = false;
  private readonly _loader: Loader<IPixel, IPixelQuery>;
  private _plane = 0;
  private _spot: ISpot | null = null;
  private _timer = 0;
}
