import { spaces } from './lines.js';
import type { Json } from './node.js';
import { resolvePlain } from './scalar.js';
import type { IStyle } from './style.js';

/** How a string stands; `plain` where it may. */
export type Quote = 'plain' | 'single' | 'double';

/** The longest collection of scalars that is written in one line. */
const FLOW_WIDTH = 80;
/** What readers of YAML 1.1 take for something else than text: words, times, dates, numbers with `_`. */
const OLD_MEANING = /^(?:yes|no|on|off|=|<<|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*|[-+]?[0-9.][0-9_.,]*(?:e[-+]?[0-9]+)?|[-+]?0[box]?[0-9a-f_]+)$/i;
// eslint-disable-next-line no-control-regex
const UNPRINTABLE = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Whether a text may stand without quotes and still be that text. */
function isPlain(text: string, inFlow: boolean): boolean {
  if (text === '' || resolvePlain(text) !== text || OLD_MEANING.test(text)) return false;
  if (/^[\s#&*!|>'"%@`,[\]{}]|^[-?:](?:\s|$)|[\s:]$|: |\s#|[\t\r\n]|^---|^\.\.\./.test(text) || UNPRINTABLE.test(text)) return false;
  return !inFlow || !/[,[\]{}]|^[-?:]|:["']/.test(text);
}

const doubled = (text: string): string =>
  JSON.stringify(text).replace(/[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A string in one line, with the quotes that are wanted if they can be had. */
export function writeString(text: string, style: IStyle, inFlow: boolean, wanted: Quote = 'plain'): string {
  if (style.json) return doubled(text);
  if (wanted === 'plain' && isPlain(text, inFlow)) return text;
  const quote = wanted === 'plain' ? style.quote : wanted;
  return quote === 'single' && !/[\t\r\n]/.test(text) && !UNPRINTABLE.test(text) ? `'${text.replaceAll("'", "''")}'` : doubled(text);
}

function writeNumber(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

/** A scalar in one line. */
export const writeScalar = (value: null | boolean | number | string, style: IStyle, inFlow: boolean, wanted?: Quote): string =>
  typeof value === 'string' ? writeString(value, style, inFlow, wanted) : typeof value === 'number' ? writeNumber(value) : String(value);

/** The entries of an object: `undefined` is no value. */
export const pairsOf = (value: { [key: string]: Json }): [string, Json][] => Object.entries(value).filter(([, item]) => item !== undefined);

const isScalar = (value: Json): value is null | boolean | number | string => value === null || typeof value !== 'object';

/** In flow style, in one line; of JSON that has a line for each item, `indent` is that of the line it begins in. */
export function writeFlow(value: Json, style: IStyle, indent: number | null = null, wanted?: Quote): string {
  if (isScalar(value)) return writeScalar(value, style, true, wanted);
  const isList = Array.isArray(value);
  const inner = indent === null ? null : indent + style.step;
  const items = isList
    ? value.map(item => writeFlow(item, style, inner))
    : pairsOf(value).map(([key, item]) => `${writeString(key, style, true)}${style.colon}${writeFlow(item, style, inner)}`);
  const [open, close] = isList ? '[]' : '{}';
  if (!items.length) return open + close;
  if (inner === null) {
    const padding = isList ? '' : style.padding;
    return open + padding + items.join(style.comma) + padding + close;
  }
  const newLine = style.eol + spaces(inner);
  return open + newLine + items.join(`,${newLine}`) + style.eol + spaces(indent!) + close;
}

/** What stands on the line of a key or dash, and the lines below it, whole. */
export interface IWrittenValue {
  inline: string;
  body: string[];
}

/** As a literal block, which shows lines as they are; null for a text that it cannot hold. */
function literal(text: string, indent: number): IWrittenValue | null {
  if (!text.includes('\n') || /[\r\t]/.test(text.replace(/(?<=[^\n])\t/g, '')) || UNPRINTABLE.test(text) || /^\n*$/.test(text)) return null;
  // Neither what begins with blanks, nor what ends with blank lines: those of `|+` are easily taken for lines between things.
  if (/^[\n ]|\n[ \t]*\n$|\n[ \t]+$/.test(text)) return null;
  const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  return { inline: text.endsWith('\n') ? '|' : '|-', body: lines.map(line => (line === '' ? '' : spaces(indent) + line)) };
}

/** A collection that says little enough for one line, where its like are written so. */
function fitsInLine(value: Json, key: string | null, style: IStyle): boolean {
  return key !== null && style.flow.get(key) === true && writeFlow(value, style).length <= FLOW_WIDTH;
}

/** A value behind the key or dash at `column`, in block style. `key` tells how its like are written. */
export function writeValue(value: Json, column: number, style: IStyle, key: string | null = null, wanted?: Quote): IWrittenValue {
  if (isScalar(value)) {
    const block = typeof value === 'string' && style.literals ? literal(value, column + style.step) : null;
    return block ?? { inline: writeScalar(value, style, false, wanted), body: [] };
  }
  const isEmpty = Array.isArray(value) ? !value.length : !pairsOf(value).length;
  if (isEmpty || fitsInLine(value, key, style)) return { inline: writeFlow(value, style), body: [] };
  return { inline: '', body: writeBlock(value, column + (Array.isArray(value) ? style.listStep : style.step), style) };
}

/** The lines of a collection that begins at `column`. */
export function writeBlock(value: Json[] | { [key: string]: Json }, column: number, style: IStyle): string[] {
  const lines: string[] = [];
  if (Array.isArray(value)) for (const item of value) append(lines, writeItem(item, column, style));
  else {
    for (const [key, item] of pairsOf(value)) {
      append(lines, entryLines(writeString(key, style, false), writeValue(item, column, style, key), column));
    }
  }
  return lines;
}

function append(lines: string[], more: string[]): void {
  for (const line of more) lines.push(line);
}

/** The lines of a map entry. */
export const entryLines = (key: string, { inline, body }: IWrittenValue, column: number): string[] => [
  `${spaces(column)}${key}:${inline && ` ${inline}`}`,
  ...body
];

/** The lines of a list item, a collection in it beginning behind its dash. */
function writeItem(value: Json, column: number, style: IStyle, wanted?: Quote): string[] {
  return itemLines(writeItemValue(value, column, style, wanted), column);
}

/** Of what stands behind a dash at `column`. */
export function writeItemValue(value: Json, column: number, style: IStyle, wanted?: Quote): IWrittenValue {
  if (isScalar(value)) return writeValue(value, column, style, null, wanted);
  const isEmpty = Array.isArray(value) ? !value.length : !pairsOf(value).length;
  if (isEmpty) return { inline: writeFlow(value, style), body: [] };
  const [first, ...body] = writeBlock(value, column + 2, style);
  return { inline: first.trimStart(), body };
}

export const itemLines = ({ inline, body }: IWrittenValue, column: number): string[] =>
  [`${spaces(column)}-${inline && ` ${inline}`}`, ...body];
