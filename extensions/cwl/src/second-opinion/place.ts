import type { IEntry, IRange, YamlNode } from '../text/node.js';
import { entriesOf, followAlias, stringOf } from '../text/value.js';
import type { IComplaint } from './complaint.js';

/** A list of many things in a list of many things has more places than are worth looking at. */
const MAX_PLACES = 5_000;

/** What may stand alone in a map by ids, for a map with this field. */
const ALONE = new Set(['type', 'source', 'specs', 'envValue']);
const TERM = /'([^']+)'/;

/** Where a field is: in the map itself, or in each of what is in a list or in a map by ids. */
function entriesIn(node: YamlNode, field: string): IEntry[] {
  const solid = followAlias(node);
  if (solid?.kind === 'seq') {
    return solid.items.slice(0, MAX_PLACES).flatMap(item => entryIn(item, field));
  }
  if (solid?.kind !== 'map') {
    return [];
  }
  const entries = [...entriesOf(solid).values()].slice(0, MAX_PLACES);
  const inner = entries.flatMap(entry => (followAlias(entry.value)?.kind === 'map' ? entryIn(entry.value, field) : ALONE.has(field) ? [entry] : []));
  return [...entryIn(solid, field), ...inner];
}

function entryIn(node: YamlNode, field: string): IEntry[] {
  const solid = followAlias(node);
  const entry = solid?.kind === 'map' ? entriesOf(solid).get(field) : undefined;
  return entry ? [entry] : [];
}

const rangeOf = ({ keyNode, value }: IEntry): IRange => {
  const { from, to } = value.kind === 'scalar' && value.to > value.from ? value : keyNode;
  return { from, to };
};

/**
 * The library names fields but not which item of a list they are of: the place is as deep as there is but one place for
 * the fields that were named. Null for none.
 */
export function placeOf(root: YamlNode, { path, field, message }: IComplaint): IRange | null {
  const term = TERM.exec(message)?.[1] ?? null;
  let among: YamlNode[] = [root];
  let range: IRange | null = null;
  for (const name of field === null ? path : [...path, field]) {
    const entries = [...new Set(among.slice(0, MAX_PLACES).flatMap(node => entriesIn(node, name)))];
    // The library may quote what it does not take.
    const quoted = entries.filter(entry => term !== null && stringOf(entry.value) === term);
    const [only, ...more] = quoted.length === 1 ? quoted : entries;
    if (only === undefined) {
      break;
    }
    if (more.length === 0) {
      range = rangeOf(only);
    }
    among = entries.map(entry => entry.value);
  }
  return range;
}
