import type { IEntry, IMapNode, IScalarNode, ISource, Json, Path, YamlNode } from './node.js';

/** As many scalars and collections a value may have, with aliases written out: a small text can stand for billions. */
const BOUND = 200_000;
const MAX_DEPTH = 200;

/** What an alias stands for, itself for any other; null for an alias of nothing. */
export function followAlias(node: YamlNode): YamlNode | null {
  let at: YamlNode | null = node;
  for (let steps = 0; at?.kind === 'alias' && steps < MAX_DEPTH; steps++) at = at.target;
  return at?.kind === 'alias' ? null : at;
}

/** `<<`, unless in quotes (https://yaml.org/type/merge.html). */
export const isMerge = (entry: IEntry): boolean => entry.key === '<<' && entry.keyNode.kind === 'scalar' && entry.keyNode.style === 'plain';

/** What a map has is kept with the map: a weak map of all of them makes collecting garbage slow. */
const ENTRIES = Symbol('entries');
type Indexed = IMapNode & { [ENTRIES]?: ReadonlyMap<string, IEntry> };
/** How many entries `<<` has brought in so far, by text: a chain of merges would make a square of it. */
const broughtIn = new WeakMap<ISource, number>();

/** What a map has by key, with what `<<` brings in. Of a key that is there twice, the last. */
export function entriesOf(map: IMapNode, depth = 0): ReadonlyMap<string, IEntry> {
  const known = (map as Indexed)[ENTRIES];
  if (known) return known;
  const entries = new Map<string, IEntry>();
  let brought: IMapNode[] = [];
  for (const entry of map.entries) {
    if (isMerge(entry)) brought = brought.concat(mergeSources(entry.value));
    else entries.set(entry.key, entry);
  }
  let count = broughtIn.get(map.source) ?? 0;
  for (const other of depth < MAX_DEPTH ? brought : []) {
    for (const [key, entry] of count < BOUND ? entriesOf(other, depth + 1) : []) {
      if (++count < BOUND && !entries.has(key)) entries.set(key, entry);
    }
  }
  if (brought.length) broughtIn.set(map.source, count);
  (map as Indexed)[ENTRIES] = entries;
  return entries;
}

/** The first one wins, as everywhere. */
function mergeSources(value: YamlNode): IMapNode[] {
  const node = followAlias(value);
  if (node?.kind === 'map') return [node];
  if (node?.kind !== 'seq') return [];
  return node.items.map(followAlias).filter(item => item?.kind === 'map');
}

/** The entry of a map, its own or one that `<<` brings in. Null too for what is no map. */
export function entry(node: YamlNode | null, key: string): IEntry | null {
  const map = node && followAlias(node);
  return map?.kind === 'map' ? (entriesOf(map).get(key) ?? null) : null;
}

/** The value of an entry, aliases followed; null where there is none. */
export function valueOf(node: YamlNode | null, key: string): YamlNode | null {
  const found = entry(node, key);
  return found && followAlias(found.value);
}

/** The node at a path; aliases on the way, and merges, are followed, and one at its end is not. */
export function nodeAt(root: YamlNode | null, path: Path): YamlNode | null {
  let at = root;
  for (const step of path) {
    const here: YamlNode | null = at && followAlias(at);
    if (here?.kind === 'map') at = entriesOf(here).get(String(step))?.value ?? null;
    else at = here?.kind === 'seq' && typeof step === 'number' ? (here.items[step] ?? null) : null;
  }
  return at;
}

/** Where a node is in its own text. */
export function pathOf(node: YamlNode): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at = node; at.parent; at = at.parent) path.unshift(at.key!);
  return path;
}

/** The smallest node, a key perhaps, that an offset lies in or at the end of. */
export function nodeAtOffset(source: ISource, offset: number): YamlNode | null {
  let found: YamlNode | null = null;
  let at: YamlNode | null = source.root && offset >= source.root.outerFrom && offset <= source.root.to ? source.root : null;
  while (at) {
    found = at;
    if (at.kind === 'map') {
      const { entries } = at;
      const last: IEntry | undefined = entries[lastBefore(entries.length, index => entries[index].keyNode.outerFrom, offset)];
      at = last ? holding([last.value, last.keyNode], offset) : null;
    } else if (at.kind === 'seq') {
      const { items } = at;
      const last = items[lastBefore(items.length, index => items[index].outerFrom, offset)];
      at = last ? holding([last], offset) : null;
    } else at = null;
  }
  return found;
}

const holding = (nodes: YamlNode[], offset: number): YamlNode | null =>
  nodes.find(node => offset >= node.outerFrom && offset <= node.to) ?? null;

/** The last of things in rising order that begins at or before an offset; -1 for none. */
function lastBefore(count: number, start: (index: number) => number, offset: number): number {
  let low = -1;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (start(middle) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The text of a scalar that is a string, null for anything else. */
export function stringOf(node: YamlNode | null): string | null {
  const scalar = node && followAlias(node);
  return scalar?.kind === 'scalar' && typeof scalar.value === 'string' ? scalar.value : null;
}

export const isString = (node: YamlNode | null): node is IScalarNode & { value: string } =>
  node?.kind === 'scalar' && typeof node.value === 'string';

/**
 * The value of a node: YAML's core schema with merge keys, as cwltool reads it. Aliases are written out up to a bound; `complete` is
 * false where something beyond it became null. Objects have no prototype, so that every key is a key.
 */
export function readJson(node: YamlNode | null, bound = BOUND): { value: Json; complete: boolean } {
  let left = bound;
  let complete = true;
  const read = (at: YamlNode | null, depth: number): Json => {
    if (--left < 0 || depth > MAX_DEPTH) {
      complete = false;
      return null;
    }
    switch (at?.kind) {
      case 'scalar':
        return at.value;
      case 'alias':
        return read(followAlias(at), depth + 1);
      case 'seq': {
        const list: Json[] = [];
        for (const item of at.items) {
          if (left <= 0) {
            complete = false;
            break;
          }
          list.push(read(item, depth + 1));
        }
        return list;
      }
      case 'map': {
        const object = Object.create(null) as { [key: string]: Json };
        for (const [key, { value }] of entriesOf(at)) {
          if (left <= 0) {
            complete = false;
            break;
          }
          object[key] = read(value, depth + 1);
        }
        return object;
      }
      default:
        return null;
    }
  };
  return { value: read(node, 0), complete };
}

/** `readJson` for who can do with what is within the bound. */
export const toJson = (node: YamlNode | null, bound = BOUND): Json => readJson(node, bound).value;
