import type { IMapNode, ISeqNode, Json, YamlNode } from '../text/node.js';
import { entriesOf, isMerge } from '../text/value.js';
import { isFields, meaningOf, refuse, same, type Draft, type Fields } from './draft.js';
import { ORDERS, setField } from './items.js';

/** Changes what differs from a value, in the smallest parts; all else stays as it is written. */
export function setMeaning(draft: Draft, value: Json): void {
  const { root } = draft.source;
  if (root?.kind !== 'map' || !isFields(value)) {
    return refuse('malformed', 'Only a map can become another map. Change the text instead.');
  }
  mapBecomes(draft, root, value);
}

function becomes(draft: Draft, node: YamlNode, value: Json): void {
  if (same(meaningOf(node), value)) {
    return;
  }
  if (node.kind === 'map' && isFields(value)) {
    mapBecomes(draft, node, value);
  } else if (node.kind === 'seq' && Array.isArray(value)) {
    seqBecomes(draft, node, value);
  } else {
    draft.set(draft.place(node), value);
  }
}

/** Where fields are added. */
function orderOf(map: IMapNode): readonly string[] {
  const has = (name: string): boolean => map.entries.some(({ key }) => key === name);
  return has('class') || has('cwlVersion') ? ORDERS.process : has('type') ? ORDERS.port : [];
}

function mapBecomes(draft: Draft, map: IMapNode, value: Fields): void {
  const old = entriesOf(map);
  const own = new Map(map.entries.filter(entry => !isMerge(entry)).map(entry => [entry.key, entry.value]));
  for (const key of old.keys()) {
    if (!Object.hasOwn(value, key)) {
      setField(draft, map, key, undefined, []);
    }
  }
  for (const [key, wanted] of Object.entries(value)) {
    const known = old.get(key);
    if (known && own.has(key)) {
      becomes(draft, known.value, wanted);
    } else if (!known || !same(meaningOf(known.value), wanted)) {
      setField(draft, map, key, wanted, orderOf(map));
    }
  }
}

/** Items that are equal at both ends stay; those between become each other as far as there are any. */
export function seqBecomes(draft: Draft, list: ISeqNode, wanted: readonly Json[]): void {
  const path = draft.place(list);
  const old = list.items.map(meaningOf);
  const shorter = Math.min(old.length, wanted.length);
  let start = 0;
  while (start < shorter && same(old[start], wanted[start])) {
    start++;
  }
  let end = 0;
  while (end < shorter - start && same(old[old.length - 1 - end], wanted[wanted.length - 1 - end])) {
    end++;
  }
  const [oldEnd, newEnd] = [old.length - end, wanted.length - end];
  for (let index = start; index < Math.max(oldEnd, newEnd); index++) {
    if (index >= newEnd) {
      draft.remove([...path, index]);
    } else if (index >= oldEnd) {
      draft.insert(path, oldEnd, wanted[index]);
    } else {
      becomes(draft, list.items[index], wanted[index]);
    }
  }
}
