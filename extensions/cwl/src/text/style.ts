import { breakOf, columnOf } from './lines.js';
import type { ISource, YamlNode } from './node.js';

/** How a document is written, for what is added to it. */
export interface IStyle {
  eol: string;
  /** Of a map below its key. */
  step: number;
  /** Of a list below its key. */
  listStep: number;
  quote: 'single' | 'double';
  /** Strings of several lines as lines, in literal blocks. */
  literals: boolean;
  /** All of it is JSON. */
  json: boolean;
  /** In a flow collection: between items, behind a key, inside of braces. */
  comma: string;
  colon: string;
  padding: string;
  /** By key: whether collections below it are mostly in flow style. */
  flow: ReadonlyMap<string, boolean>;
}

const styles = new WeakMap<ISource, IStyle>();

export function styleOf(source: ISource): IStyle {
  const known = styles.get(source);
  if (known) return known;
  const style = readStyle(source);
  styles.set(source, style);
  return style;
}

/** The value that was counted most, the earlier of equals. */
function most<T>(counts: Map<T, number>, otherwise: T): T {
  let best = otherwise;
  let count = 0;
  for (const [value, times] of counts) {
    if (times > count) {
      best = value;
      count = times;
    }
  }
  return best;
}

const count = <T>(counts: Map<T, number>, value: T): void => void counts.set(value, (counts.get(value) ?? 0) + 1);

function readStyle({ root, text }: ISource): IStyle {
  const steps = new Map<number, number>();
  const listSteps = new Map<number, number>();
  const quotes = new Map<'single' | 'double', number>();
  const commas = new Map<string, number>();
  const colons = new Map<string, number>();
  const paddings = new Map<string, number>();
  const flows = new Map<string, number>();
  /** Of JSON it shows where the line of the first key begins. */
  const stepOfJson = (at: number, around: number): void => {
    const column = columnOf(text, at);
    if (column > around && !text.slice(at - column, at).trim()) count(steps, column - around);
  };
  let isJson = !!root && (root.kind === 'map' || root.kind === 'seq') && root.flow;
  const walk = (node: YamlNode, column: number): void => {
    if (node.kind === 'alias' || (node.kind === 'scalar' && node.style !== 'double' && typeof node.value === 'string')) isJson = false;
    if (node.kind === 'scalar' && (node.style === 'single' || node.style === 'double')) count(quotes, node.style);
    if (node.kind === 'seq') {
      if (node.flow) {
        for (let i = 1; i < node.items.length; i++) count(commas, text.slice(node.items[i - 1].to, node.items[i].outerFrom));
      }
      const own = node.flow ? column : columnOf(text, node.from);
      for (const item of node.items) walk(item, own);
    } else if (node.kind === 'map') {
      const own = node.flow || !node.entries.length ? column : columnOf(text, node.entries[0].keyNode.outerFrom);
      if (isJson && node === root && node.entries.length) stepOfJson(node.entries[0].keyNode.from, own);
      if (node.flow && node.entries.length) count(paddings, /^[ ]*/.exec(text.slice(node.from + 1, node.from + 9))![0]);
      node.entries.forEach(({ key, keyNode, value }, i) => {
        if (node.flow) {
          if (value.to > value.from) count(colons, text.slice(keyNode.to, value.outerFrom));
          if (i > 0) count(commas, text.slice(node.entries[i - 1].value.to, keyNode.outerFrom));
        } else if (value.kind === 'map' || value.kind === 'seq') {
          flows.set(key, (flows.get(key) ?? 0) + (value.flow ? ((value.kind === 'map' ? value.entries : value.items).length ? 1 : 0) : -1));
          if (!value.flow) count(value.kind === 'map' ? steps : listSteps, columnOf(text, value.from) - own);
        }
        if (keyNode.kind === 'alias' || keyNode.style !== 'double') isJson = false;
        if (keyNode.kind === 'scalar' && (keyNode.style === 'single' || keyNode.style === 'double')) count(quotes, keyNode.style);
        walk(value, own);
      });
    }
  };
  if (root) walk(root, 0);
  const blank = (separator: string) => /^[,:] *$/.test(separator);
  const only = (counts: Map<string, number>) => new Map([...counts].filter(([separator]) => blank(separator)));
  return {
    eol: breakOf(text),
    step: Math.max(1, most(steps, Math.max(2, most(listSteps, 2)))),
    listStep: Math.max(0, most(listSteps, 2)),
    quote: most(quotes, isJson ? 'double' : 'single'),
    literals: true,
    json: isJson,
    comma: most(only(commas), ', '),
    colon: most(only(colons), ': '),
    padding: most(paddings, ''),
    flow: new Map([...flows].filter(([, balance]) => balance !== 0).map(([key, balance]) => [key, balance > 0]))
  };
}
