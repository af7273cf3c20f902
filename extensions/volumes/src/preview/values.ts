import type { IFileColumn } from '@jupyter-datalabs/hub-client';
import { readable } from '../paths';

/** How a value of a table is written in a cell. */
export function cellText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return readable(value);
    case 'object':
      return value === null ? 'null' : JSON.stringify(value);
    default:
      return typeof value === 'number' ? numberText(value) : String(value);
  }
}

/** Small ones with an exponent: nobody counts zeros. */
export const numberText = (value: number): string => (value !== 0 && Math.abs(value) < 1e-4 ? value.toExponential() : String(value));

/** NumPy's, Arrow's and VOTable's names of numbers. */
const NUMERIC = /^(u?int|float|double|half|short|long|decimal|unsignedbyte|complex)/i;

/** Characters of a fraction that a cell has room for; the line below the table has all of its digits. */
const FRACTION = 13;
/** Of a digit, in pixels: that of wide fonts. */
const DIGIT_WIDTH = 8.3;

/** A value of a column as short as that is wide: of fractions, as many digits as there is room for. */
export function shortText(value: unknown, isNumber: boolean): string {
  const text = cellText(value);
  const number = typeof value === 'number' ? value : isNumber && looksNumeric(value) ? Number(value) : NaN;
  // A whole number that is cut is another one.
  if ((text.length <= FRACTION && !/^\s*[+-]?0?\.0000/.test(text)) || !Number.isFinite(number) || /^\s*[+-]?\d+\s*$/.test(text)) {
    return text;
  }
  for (let digits = FRACTION - 1; digits > 1; digits--) {
    const short = numberText(Number(number.toPrecision(digits)));
    if (short.length <= FRACTION) {
      return short;
    }
  }
  return text;
}

/** Whether a value of a column without a type is a number. */
export const looksNumeric = (value: unknown): boolean => typeof value === 'number' || (typeof value === 'string' && /^\s*[+-]?((\d+\.?\d*|\.\d+)(e[+-]?\d+)?|nan|inf|infinity)\s*$/i.test(value));

export function isNumeric(column: IFileColumn): boolean {
  const type = column.type ?? column.format ?? '';
  return NUMERIC.test(type) && !type.includes('[');
}

/** In pixels, from what is known before any row is: nothing moves when the rows come. */
export function columnWidth(column: IFileColumn): number {
  const values = /^(u?int64|long)/i.test(column.type ?? '') ? 19 : FRACTION;
  // Names are bold, and often in capitals.
  const longest = Math.max(column.name.length * 9, (column.unit?.length ?? 0) * 7.5, values * DIGIT_WIDTH);
  return Math.min(240, Math.round(longest) + 20);
}

/** What a column's header says when it is pointed at. */
export function columnTitle(column: IFileColumn, words: { unit: string; ucd: string; type: string }): string {
  const line = (word: string, value: string | undefined): string | undefined => (value ? `${word}: ${value}` : undefined);
  return [
    column.name,
    line(words.unit, column.unit),
    line(words.ucd, column.ucd),
    line(words.type, column.type ?? column.format),
    column.description
  ]
    .filter(Boolean)
    .join('\n');
}

/** Whether a column is one that somebody who typed this looks for. */
export function matchesColumn(column: IFileColumn, typed: string): boolean {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const text = [column.name, column.unit, column.ucd, column.description].filter(Boolean).join(' ').toLowerCase();
  return words.every(word => text.includes(word));
}
