/** What the schema says of a place in a document, for completion and hover. */
import type { CwlVersion } from '../process/model.js';
import type { IMapNode, YamlNode } from '../text/node.js';
import { entriesOf, followAlias, stringOf } from '../text/value.js';
import { bare, matchOf, wordOf } from './match.js';
import { fieldsOf, type FieldType, type IField } from './schema.js';

export interface ISchemaPlace {
  /** The record that a map is, whose fields can be written in it; null for what is no record. */
  record: string | null;
  /** The key of a map by ids, which is a field of that record without being written in it; null for none. */
  given: string | null;
  /** The field that it is the value of, or is in a list in; null for a process. */
  field: IField | null;
  /** What it may be. */
  types: readonly FieldType[];
}

const PROCESS: readonly FieldType[] = [{ kind: 'name', name: 'Process' }];
/** Hints are anything to the schema; what is a requirement is written as one. */
const HINT: readonly FieldType[] = [{ kind: 'name', name: 'ProcessRequirement' }];

/** Which of several records a map is, by its `class`, its `type`, or else by most of its fields; null for none. */
function recordOf(map: IMapNode, records: readonly string[], version: CwlVersion, className: string | null): string | null {
  const entries = entriesOf(map);
  let left = records;
  for (const word of ['class', 'type']) {
    const value = word === 'class' && className !== null ? className : stringOf(entries.get(word)?.value ?? null);
    const wordIn = (record: string): string | null => wordOf(fieldsOf(record, version).get(word));
    left = left.filter(record => wordIn(record) === null || value === null || wordIn(record) === bare(value));
    const meant = value === null ? [] : left.filter(record => wordIn(record) !== null);
    left = meant.length ? meant : left;
  }
  const known = (record: string): number => [...entries.keys()].filter(key => fieldsOf(record, version).has(key)).length;
  return left.length < 2 ? (left[0] ?? null) : left.reduce((best, record) => (known(record) > known(best) ? record : best));
}

function placeIn(place: ISchemaPlace, map: YamlNode | null, key: string | number, value: YamlNode, version: CwlVersion): ISchemaPlace | null {
  const { field, record, types } = place;
  const { items } = matchOf(types, version);
  if (typeof key === 'number') {
    const inside = field?.name === 'hints' ? HINT : items;
    return inside && enter({ ...place, types: inside }, value, version, null);
  }
  if (record !== null) {
    const inner = fieldsOf(record, version).get(key);
    return inner ? enter({ record: null, given: null, field: inner, types: inner.types }, value, version, null) : null;
  }
  if (map?.kind !== 'map' || field === null || field.mapSubject === null || !items) {
    return null;
  }
  const inside = field.name === 'hints' ? HINT : items;
  const solid = followAlias(value);
  const alone = field.mapPredicate === null || solid?.kind === 'map' ? null : firstRecord(inside, version, field.mapPredicate);
  return alone
    ? enter({ record: null, given: null, field: alone, types: alone.types }, value, version, null)
    : enter({ record: null, given: field.mapSubject, field, types: inside }, value, version, field.mapSubject === 'class' ? key : null);
}

const firstRecord = (types: readonly FieldType[], version: CwlVersion, field: string): IField | null => {
  const [record] = matchOf(types, version).records;
  return record === undefined ? null : (fieldsOf(record, version).get(field) ?? null);
};

function enter(place: ISchemaPlace, value: YamlNode, version: CwlVersion, className: string | null): ISchemaPlace {
  const solid = followAlias(value);
  const { records, items } = matchOf(place.types, version);
  const isById = place.given === null && items !== null && typeof place.field?.mapSubject === 'string';
  const record = solid?.kind === 'map' && records.length && !isById ? recordOf(solid, records, version, className) : null;
  return { ...place, record };
}

/** Null for a place that the schema says nothing of: in what is unknown, in an extension, in `default`. */
export function schemaAt(node: YamlNode, version: CwlVersion): ISchemaPlace | null {
  const chain: YamlNode[] = [];
  for (let at: YamlNode | null = node; at !== null; at = at.parent) {
    chain.unshift(at);
  }
  const top: ISchemaPlace = { record: null, given: null, field: null, types: PROCESS };
  let place: ISchemaPlace | null = enter(top, chain[0], version, null);
  let above: YamlNode | null = chain[0];
  const isPacked = chain.length > 2 && chain[1].key === '$graph';
  if (isPacked) {
    above = chain[2];
    place = enter(top, above, version, null);
  }
  for (const inner of chain.slice(isPacked ? 3 : 1)) {
    place = inner.key === null || place === null ? null : placeIn(place, above, inner.key, inner, version);
    above = inner;
  }
  return place;
}
