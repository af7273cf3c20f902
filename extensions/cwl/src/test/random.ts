/** Values, texts and ops by chance, the same ones for the same seed. */
import type { Op } from '../text/change.js';
import type { Json } from '../text/node.js';

export interface IRandom {
  /** From 0 to below `count`. */
  below(count: number): number;
  chance(probability: number): boolean;
  pick<T>(things: readonly T[]): T;
}

/** Numbers by mulberry32. */
export function randomOf(seed: number): IRandom {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = (count: number): number => Math.floor(next() * count);
  return { below, chance: probability => next() < probability, pick: things => things[below(things.length)] };
}

const WORDS = ['reads', 'bam', 'align', 'sort_1', 'x', 'File[]?', 'a/b', '#main/x', 'é ü', '日本', 'constructor', '__proto__', 'toString'];
const HARD = ['', ' lead', 'trail ', 'yes', 'no', 'null', '1', '0o7', '1e3', '1:30', '2020-01-01', '- x', '? y', 'a: b', 'a #b', '#c', '$(inputs.x)', '${return {a: [1]};}', '"q"', "it's", '*a', '&b', '!c', '%d', '@e', '`f', '{', '[', ',', 'x,y', '---', '...', 'a\\b', '<<', '~', 'tab\there', 'bell\u0007', '\ud83d\ude00', 'key:', ': v', '|', '>', '='];
const LINES = ['one\ntwo\n', 'one\ntwo', 'one\n\n  two\nthree\n\n', '  lead\nx\n', '\nx', 'x\n', 'a\r\nb', 'tr \nx\n', '# no comment\nx\n', '\tt\nx', 'x\n ', '\n'];

export const keyOf = (random: IRandom): string => (random.chance(0.15) ? random.pick(HARD.slice(1).filter(text => text !== '1')) : `${random.pick(WORDS)}${random.chance(0.5) ? random.below(50) : ''}`);

export function scalarOf(random: IRandom): null | boolean | number | string {
  switch (random.below(9)) {
    case 0:
      return random.pick([null, true, false]);
    case 1:
      return random.pick([0, 1, -1, 3.25, 1e21, 1e-7, -0, 123456789012, 1024]);
    case 2:
      return random.pick(HARD);
    case 3:
      return random.pick(LINES);
    default:
      return random.pick(WORDS);
  }
}

export function valueOf(random: IRandom, depth: number): Json {
  const kind = random.below(depth > 0 ? 5 : 2);
  if (kind < 2) return scalarOf(random);
  const count = random.below(5);
  if (kind === 2) return Array.from({ length: count }, () => valueOf(random, depth - 1));
  return mapOf(random, count, depth - 1);
}

export function mapOf(random: IRandom, count: number, depth: number): { [key: string]: Json } {
  const map = Object.create(null) as { [key: string]: Json };
  for (let i = 0; i < count; i++) map[keyOf(random)] = valueOf(random, depth);
  return map;
}

/** How a text is written; `compact` is what follows a dash on its line. */
interface IWriting {
  random: IRandom;
  step: number;
  listStep: number;
  eol: string;
  comments: boolean;
  flow: number;
  anchors: { count: number; done: { name: string; isMap: boolean }[]; hasAliases: boolean };
}

const quote = (text: string): string => JSON.stringify(text).replace(/[\x7f-\x9f\u2028\u2029]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A scalar in some style that it can have. Strings are plain only where anybody sees that they may be. */
function writeScalar(value: null | boolean | number | string, { random }: IWriting): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value !== 'string') return String(value);
  if (/^[a-z]+[a-z_0-9]*$/i.test(value) && !/^(?:y|n|yes|no|on|off|null|true|false)$/i.test(value) && random.chance(0.7)) return value;
  return /^[\x20-\x7e\xa1-\u{d7ff}\u{1f600}]*$/u.test(value) && random.chance(0.5) ? `'${value.replaceAll("'", "''")}'` : quote(value);
}

function writeFlow(value: Json, writing: IWriting): string {
  const { random } = writing;
  if (value === null || typeof value !== 'object') return writeScalar(value, writing);
  const comma = random.pick([', ', ',  ', ' , ']);
  if (Array.isArray(value)) return `[${value.map(item => writeFlow(item, writing)).join(comma)}]`;
  const padding = random.pick(['', ' ']);
  return `{${padding}${Object.entries(value as { [key: string]: Json }).map(([key, item]) => `${writeScalar(key, writing)}: ${writeFlow(item, writing)}`).join(comma)}${padding}}`;
}

const isFull = (value: Json): value is Json[] | { [key: string]: Json } => value !== null && typeof value === 'object' && Object.keys(value).length > 0;

function writeBlock(value: Json[] | { [key: string]: Json }, column: number, writing: IWriting): string[] {
  const { random, comments } = writing;
  const lines: string[] = [];
  const blank = random.chance(0.2);
  const children = Array.isArray(value) ? value.map(item => ['', item] as const) : Object.entries(value);
  for (const [key, item] of children) {
    if (lines.length && blank) lines.push('');
    if (comments && random.chance(0.2)) lines.push(`${' '.repeat(column)}# about ${random.below(1000)}`);
    const lead = ' '.repeat(column) + (Array.isArray(value) ? '-' : `${writeScalar(key, writing)}:`);
    const note = comments && random.chance(0.2) ? `  # note ${random.below(1000)}` : '';
    const others = writing.anchors.hasAliases ? writing.anchors.done : [];
    if (others.length && random.chance(0.2)) {
      const { name, isMap } = random.pick(others);
      lines.push(isMap && !Array.isArray(value) && random.chance(0.4) && !lines.some(line => line.startsWith(`${' '.repeat(column)}<<:`)) ? `${' '.repeat(column)}<<: *${name}` : `${lead} *${name}${note}`);
      continue;
    }
    const name = `n${writing.anchors.count}`;
    const anchor = random.chance(writing.anchors.hasAliases ? 0.3 : 0.03) ? ` &n${writing.anchors.count++}` : '';
    if (isFull(item) && !random.chance(writing.flow)) {
      const inner = writeBlock(item, Array.isArray(value) ? column + 2 : column + (Array.isArray(item) ? writing.listStep : writing.step), writing);
      const compact = Array.isArray(value) && !anchor && !note && !/^ *#/.test(inner[0]) && random.chance(0.8);
      lines.push(...(compact ? [`${lead} ${inner[0].trimStart()}`, ...inner.slice(1)] : [`${lead}${anchor}${note}`, ...inner]));
    } else if (typeof item === 'string' && /^[a-z][a-z \n]*\n$/.test(item) && !item.endsWith('\n\n') && !/ \n/.test(item)) {
      lines.push(`${lead}${anchor} |${note}`, ...item.slice(0, -1).split('\n').map(line => line && ' '.repeat(column + writing.step) + line));
    } else if (isFull(item)) lines.push(`${lead}${anchor} ${writeFlow(item, writing)}${note}`);
    else lines.push(`${lead}${anchor} ${item === null && !anchor && random.chance(0.5) ? '' : writeFlow(item, writing)}${note}`.trimEnd());
    if (anchor) writing.anchors.done.push({ name, isMap: item !== null && typeof item === 'object' && !Array.isArray(item) });
  }
  return lines;
}

/** A text that means a value, in a style that chance makes up. With aliases it means another one. */
export function textOf(value: { [key: string]: Json }, random: IRandom, hasAliases = false): string {
  if (!hasAliases && random.chance(0.15)) return JSON.stringify(value, null, random.pick([0, 2, 4])).replace(/[\x7f-\x9f]/g, unit => `\\u00${unit.charCodeAt(0).toString(16)}`);
  const step = random.pick([2, 2, 3, 4]);
  const eol = random.pick(['\n', '\n', '\r\n']);
  const writing: IWriting = { random, step, listStep: random.pick([0, 2, step]), eol, comments: random.chance(0.6), flow: random.pick([0, 0.3, 0.6]), anchors: { count: 0, done: [], hasAliases } };
  const lines = [...(random.chance(0.3) ? ['#!/usr/bin/env cwl-runner', '# header', ''] : []), ...writeBlock(value, 0, writing)];
  return (random.chance(0.1) ? '\ufeff' : '') + lines.join(eol) + (random.chance(0.8) ? eol : '');
}

/** Every place of a value. */
export function placesOf(value: Json, path: (string | number)[] = []): { path: (string | number)[]; value: Json }[] {
  const here = { path, value };
  if (Array.isArray(value)) return [here, ...value.flatMap((item, i) => placesOf(item, [...path, i]))];
  if (value !== null && typeof value === 'object') return [here, ...Object.entries(value).flatMap(([key, item]) => placesOf(item, [...path, key]))];
  return [here];
}

/** An op that can be carried out on a value. */
export function opOf(value: Json, random: IRandom): Op {
  const { path, value: at } = random.pick(placesOf(value));
  const isMap = at !== null && typeof at === 'object' && !Array.isArray(at);
  if (isMap && random.chance(0.6)) {
    const keys = Object.keys(at);
    const key = keyOf(random);
    const after = random.pick([undefined, null, ...keys.slice(0, 3)]);
    return Object.hasOwn(at, key) ? { op: 'set', path: [...path, key], value: valueOf(random, 2) } : { op: 'set', path: [...path, key], value: valueOf(random, 2), after };
  }
  if (Array.isArray(at) && random.chance(0.6)) return { op: 'insert', path, index: random.below(at.length + 1), value: valueOf(random, 2) };
  if (!path.length) return { op: 'set', path: [keyOf(random)], value: valueOf(random, 2) };
  const kind = random.below(3);
  if (kind === 0) return { op: 'remove', path };
  if (kind === 1 && typeof path.at(-1) === 'string') return { op: 'rename', path, key: keyOf(random) };
  return { op: 'set', path, value: valueOf(random, 2) };
}
