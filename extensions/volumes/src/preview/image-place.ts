/*
 * Which pixel of an image lies where on the screen. Pixels are counted from 0 here, from the lower left; people see them
 * counted from 1, as FITS and DS9 do.
 */
import type { IFileImage } from '@jupyter-datalabs/hub-client';
import type { ISize } from './size';

export interface ISpot {
  x: number;
  y: number;
}

type Info = Pick<IFileImage['info'], 'shape' | 'size' | 'step' | 'left' | 'bottom' | 'origin'>;

/** Where a picture lies in its frame, in pixels of the screen; in the middle where it has no place of its own. */
export interface ISheet extends ISize {
  left?: number;
  top?: number;
}

/** Where a part of an image lies, if `centre` is in the middle of the frame; one of its pixels is one of the screen. */
export function windowSheet({ size, left = 0, bottom = 0 }: Info, frame: ISize, centre: ISpot): ISheet {
  const [height, width] = size;
  return { width, height, left: Math.round(frame.width / 2 + left - 0.5 - centre.x), top: Math.round(frame.height / 2 + centre.y - (bottom + height - 0.5)) };
}

/** As large as there is room; `most` is how often it may be enlarged. */
export function fittingSheet({ size: [height, width] }: Info, frame: ISize, most = Infinity): ISheet {
  const scale = Math.min(frame.width / width, frame.height / height, most);
  return { width: width * scale, height: height * scale };
}

/** The pixel at a place of the picture, given as fractions of its width and height. */
export function spotAt({ shape, size, step, left = 0, bottom = 0, origin }: Info, across: number, down: number): ISpot | null {
  if (!(across >= 0 && across < 1 && down >= 0 && down < 1)) {
    return null;
  }
  const [height, width] = [size[0] * step, size[1] * step];
  const row = Math.floor(down * height);
  return clamped({ x: left + Math.floor(across * width), y: origin === 'lower' ? bottom + height - 1 - row : row }, shape);
}

/** Where the middle of a pixel lies in the picture, in fractions; null where it is not in it. */
export function placeOf({ size, step, left = 0, bottom = 0 }: Info, { x, y }: ISpot): { across: number; down: number } | null {
  const across = (x - left + 0.5) / (size[1] * step);
  const down = 1 - (y - bottom + 0.5) / (size[0] * step);
  return across >= 0 && across <= 1 && down >= 0 && down <= 1 ? { across, down } : null;
}

/** The nearest pixel that the image has. */
export const clamped = ({ x, y }: ISpot, [height, width]: [number, number]): ISpot => ({ x: Math.max(0, Math.min(width - 1, x)), y: Math.max(0, Math.min(height - 1, y)) });
