import type { Json, YamlNode } from '../text/node.js';
import { entriesOf, followAlias } from '../text/value.js';

/** As many values as are given to the library, which is slow and recursive. */
const MAX_VALUES = 100_000;
const MAX_DEPTH = 100;
/** Fields that are lists, where what is imported is left out; elsewhere it is taken for a text. */
const LISTS = new Set(['inputs', 'outputs', 'steps', 'requirements', 'hints', 'in', 'types', 'fields', 'listing', 'packages', 'envDef']);

/** `{pattern: .bai, required: false}` as `.bai?`. */
function shortPattern(value: Json): Json {
  if (Array.isArray(value)) {
    return value.map(shortPattern);
  }
  if (value !== null && typeof value === 'object' && typeof value.pattern === 'string') {
    return value.required === false ? `${value.pattern}?` : value.pattern;
  }
  return value;
}

/**
 * A copy of what a text means, for the library to take apart, without what is known to confuse it: it reads other files and hosts
 * itself for `$import` and `$include`, stops at fields with a prefix that is not declared, and takes the objects of `secondaryFiles`
 * apart once for each type that it tries, so that the second try finds them empty. Null for a text that is too large.
 */
export function prepare(root: YamlNode): Json | null {
  let left = MAX_VALUES;
  const copy = (written: YamlNode, key: string | null, depth: number): Json => {
    const node = followAlias(written);
    if (node === null || node.kind === 'alias' || --left < 0 || depth > MAX_DEPTH) {
      return null;
    }
    if (node.kind === 'scalar') {
      return node.value;
    }
    if (node.kind === 'seq') {
      const items = node.items.filter(item => !isImport(item));
      return items.map(item => copy(item, null, depth + 1));
    }
    const entries = entriesOf(node);
    if (entries.has('$import')) {
      return key !== null && LISTS.has(key) ? [] : String(copy(entries.get('$import')!.value, null, depth + 1));
    }
    if (entries.has('$include')) {
      return '';
    }
    // `fromEntries` makes fields of `__proto__`, too.
    return Object.fromEntries(
      [...entries]
        .filter(([name]) => !name.includes(':') && (name === '$graph' || !/^[$@]/.test(name)))
        .map(([name, entry]) => {
          const value = copy(entry.value, name, depth + 1);
          return [name, name === 'secondaryFiles' ? shortPattern(value) : value];
        })
    );
  };
  const value = copy(root, null, 0);
  return left < 0 ? null : value;
}

function isImport(written: YamlNode): boolean {
  const node = followAlias(written);
  return node?.kind === 'map' && entriesOf(node).has('$import');
}
