import { bare, type IMatch } from '../schema/match.js';
import type { Solid } from './structure-view.js';

const isExpression = (text: string): boolean => text.includes('$(') || text.includes('${');
/** Ranges of the integers of Avro, which CWL takes its types from (CommandLineTool, section "CWLType"). */
const isWhole = (value: number, bits: 32 | 64): boolean => Number.isInteger(value) && value >= -(2 ** (bits - 1)) && value < 2 ** (bits - 1);

/** Whether a value is right as far as it can be seen without looking into it. `{$include}` is a text. */
export function accepts({ records, items, symbols, names }: IMatch, node: Solid): boolean {
  if (names.has('Any')) {
    return node.kind !== 'scalar' || node.value !== null || names.has('null');
  }
  if (node.kind !== 'scalar') {
    return node.kind === 'map' ? records.length > 0 : items !== null;
  }
  const { value } = node;
  switch (typeof value) {
    case 'string':
      return names.has('string') || symbols.includes(bare(value)) || (names.has('Expression') && isExpression(value));
    case 'number':
      return names.has('float') || names.has('double') || (names.has('long') && isWhole(value, 64)) || (names.has('int') && isWhole(value, 32));
    case 'boolean':
      return names.has('boolean');
    default:
      return names.has('null');
  }
}

const WORDS: Record<string, string> = {
  string: 'a text', Expression: 'an expression', boolean: 'true or false', int: 'an integer', long: 'an integer', float: 'a number', double: 'a number'
};

/** For people: `an integer or an expression`. */
export function describe({ records, items, symbols, names }: IMatch, asMap: boolean): string {
  const numbers = names.has('float') || names.has('double');
  const scalars = [...names].filter(name => !(numbers && (name === 'int' || name === 'long'))).map(name => WORDS[name]);
  const all = [
    ...scalars.filter(word => word !== undefined),
    ...(symbols.length ? [symbols.map(symbol => `'${symbol}'`).join(', ')] : []),
    ...(records.length ? ['a map'] : []),
    ...(items ? [asMap ? 'a list or a map' : 'a list'] : [])
  ];
  const distinct = [...new Set(all)];
  return distinct.length > 1 ? `${distinct.slice(0, -1).join(', ')} or ${distinct.at(-1)}` : (distinct[0] ?? 'a value');
}

/** For people: what a value is. */
export function kindOf(node: Solid): string {
  if (node.kind !== 'scalar') {
    return node.kind === 'map' ? 'a map' : 'a list';
  }
  if (node.value === null) {
    return 'empty';
  }
  return typeof node.value === 'string' ? 'a text' : typeof node.value === 'number' ? 'a number' : `'${node.value}'`;
}
