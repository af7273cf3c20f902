import { isNull, withoutNull } from '../types/format.js';
import { union } from '../types/parse.js';
import type { CwlType } from '../types/type.js';
import { arrayOf } from './effective.js';

export interface IMerging {
  /** How many sources there are. */
  count: number;
  isList: boolean;
  linkMerge: string | null;
  pickValue: string | null;
}

/** How the sources are merged, with the default of several (CWL 1.2 Workflow, section 4.2.1.2, "Merging multiple inbound data links"). */
export function mergeOf({ count, isList, linkMerge }: IMerging): string | null {
  return linkMerge ?? (isList && count > 1 ? 'merge_nested' : null);
}

/**
 * What becomes of a source of this type on its way to the sink, as if all others were like it: merged, then with the nulls picked out
 * ("Picking non-null values among inbound data links"). Several, where the standard leaves open which.
 */
export function mergedTypes(type: CwlType, merging: IMerging): CwlType[] {
  const merge = mergeOf(merging);
  const { pickValue } = merging;
  const merged = merge === 'merge_nested' ? arrayOf(type) : merge === 'merge_flattened' ? flattened(type) : type;
  if (pickValue === null) {
    return [merged];
  }
  const items = itemTypes(merged);
  if (pickValue !== 'all_non_null') {
    return [withoutNull(items ?? merged)];
  }
  // One source in a list may be the list to pick from, or the only item of it. One that is neither has nothing to pick from.
  const asItem = merging.isList && merge === null ? [arrayOf(withoutNull(type))] : [];
  const asList = items === null ? [] : [arrayOf(withoutNull(items))];
  return asItem.length + asList.length === 0 ? [withoutNull(merged)] : [...asList, ...asItem];
}

/** Arrays stay what they are, all else becomes an item. */
function flattened(type: CwlType): CwlType {
  if (type.kind === 'union') {
    return union(type.types.map(flattened));
  }
  return type.kind === 'array' || type.kind === 'unknown' || (type.kind === 'primitive' && type.name === 'Any') ? type : arrayOf(type);
}

/** What can be in it, over all alternatives that are arrays; null for what is no array. */
function itemTypes(type: CwlType): CwlType | null {
  const parts = (type.kind === 'union' ? type.types : [type]).filter(part => !isNull(part));
  if (parts.some(part => part.kind === 'unknown' || (part.kind === 'primitive' && part.name === 'Any'))) {
    return { kind: 'unknown', text: '' };
  }
  const items = parts.flatMap(part => (part.kind === 'array' ? [part.items] : []));
  return items.length === 0 ? null : union(items);
}
