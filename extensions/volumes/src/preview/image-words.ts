import type { IFileImage, IPixel } from '@jupyter-datalabs/hub-client';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISpot } from './image-place';
import { cellText, numberText } from './values';
import type { Loaded } from '../loader';
import { countText, problemText } from '../words';

/** A number as short as it says what it is. */
const short = (value: number): string => numberText(Number(value.toPrecision(4)));

/** What a picture shows of an image: how much of it, and which values. */
export function imageLine(info: IFileImage['info'], scaled: boolean, unit: string | undefined, trans: TranslationBundle): string {
  const { shape, low, high, step, how, seen, blank = 0, left } = info;
  const all = shape[0] * shape[1];
  const part = left === undefined && seen !== undefined && seen < all;
  const values =
    low === null || high === null
      ? trans.__('no pixel has a value')
      : trans.__('values shown %1 to %2', short(low), short(high)) +
        (unit ? ` ${unit}` : '') +
        (part ? ` ${trans.__('(of the %1 % of the pixels that were looked at)', short((100 * seen) / all))}` : '');
  const blanks = part
    ? trans._n('%2 pixel looked at has no value (blue)', '%2 pixels looked at have no value (blue)', blank, countText(blank))
    : left === undefined
      ? trans._n('%2 pixel has no value (blue)', '%2 pixels have no value (blue)', blank, countText(blank))
      : trans.__('blue pixels have no value');
  const points =
    step === 1
      ? trans.__('every pixel')
      : how === 'nearest'
        ? trans.__('one picture point shows one of %1 × %1 pixels, as of flags there is no average', short(step))
        : trans.__('one picture point is the average of %1 × %1 pixels', short(step));
  return [trans.__('%1 × %2 pixels', countText(shape[1]), countText(shape[0])), points, scaled ? values : '', scaled && blank > 0 && low !== null ? blanks : '']
    .filter(Boolean)
    .join(', ');
}

/** Hours or degrees in sixtieths. */
function sexagesimal(value: number, digits: number, turn = Infinity): string {
  const unit = 10 ** digits;
  const parts = Math.round(Math.abs(value) * 3600 * unit) % (turn * 3600 * unit);
  const two = (number: number): string => String(number).padStart(2, '0');
  const seconds = ((parts % (60 * unit)) / unit).toFixed(digits).padStart(3 + digits, '0');
  return `${two(Math.floor(parts / (3600 * unit)))}:${two(Math.floor(parts / (60 * unit)) % 60)}:${seconds}`;
}

/** Where a pixel lies in the world: angles to a millionth of a degree, right ascension and declination also as people write them. */
export function worldText({ world = [], approximate }: Pick<IPixel, 'world' | 'approximate'>): string {
  const axes = world.map(([name, value, unit]) => {
    const word = { RA: 'RA', DEC: 'Dec' }[name] ?? name;
    return unit === 'deg' ? `${word} ${value.toFixed(6)}°` : [word, numberText(Number(value.toPrecision(9))), unit].filter(Boolean).join(' ');
  });
  const [ra, dec] = ['RA', 'DEC'].map(name => world.find(axis => axis[0] === name && axis[2] === 'deg')?.[1]);
  const usual = ra === undefined || dec === undefined ? [] : [`(${sexagesimal(ra / 15, 3, 24)} ${dec < 0 ? '-' : '+'}${sexagesimal(dec, 2)})`];
  return [axes.length > 0 && approximate ? '≈' : '', axes.join(', '), ...usual].filter(Boolean).join(' ');
}

/** The pixel that is pointed at, numbered as FITS and DS9 do. */
export function pixelLine(spot: ISpot, state: Loaded<IPixel>, unit: string | undefined, trans: TranslationBundle): string {
  const place = trans.__('x %1, y %2', spot.x + 1, spot.y + 1);
  switch (state.kind) {
    case 'loading':
      return `${place}: …`;
    case 'failed':
      return `${place}: ${problemText(state.problem)}`;
    case 'ready': {
      const { value } = state.value;
      const said = value === null || value === 'NaN' ? trans.__('no value') : [cellText(value), state.value.unit ?? unit].filter(Boolean).join(' ');
      return [`${place}: ${said}`, worldText(state.value)].filter(Boolean).join(', ');
    }
  }
}
