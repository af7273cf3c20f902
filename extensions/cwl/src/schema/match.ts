import type { CwlVersion } from '../process/model.js';
import { isRecord, recordsOf, symbolsOf, type FieldType, type IField } from './schema.js';

/** The types of a field, sorted by what they look like in a text. */
export interface IMatch {
  records: readonly string[];
  items: readonly FieldType[] | null;
  /** Symbols of enums and words. */
  symbols: readonly string[];
  names: ReadonlySet<string>;
}

const known = new Map<CwlVersion, WeakMap<readonly FieldType[], IMatch>>();

function sort(types: readonly FieldType[], version: CwlVersion): IMatch {
  const records: string[] = [];
  const symbols: string[] = [];
  const names = new Set<string>();
  let items: readonly FieldType[] | null = null;
  for (const type of types) {
    if (type.kind === 'array') {
      items = type.items;
    } else if (type.kind === 'word') {
      symbols.push(type.word);
    } else if (isRecord(type.name, version)) {
      records.push(type.name);
    } else {
      const group = recordsOf(type.name, version);
      const enumerated = symbolsOf(type.name, version);
      records.push(...(group ?? []));
      symbols.push(...(enumerated ?? []));
      if (!group && !enumerated) {
        names.add(type.name);
      }
    }
  }
  return { records, items, symbols, names };
}

export function matchOf(types: readonly FieldType[], version: CwlVersion): IMatch {
  const ofVersion = known.get(version) ?? new WeakMap<readonly FieldType[], IMatch>();
  known.set(version, ofVersion);
  const match = ofVersion.get(types) ?? sort(types, version);
  ofVersion.set(types, match);
  return match;
}

/** A symbol of CWL may be written with the prefix of its vocabulary. */
export const bare = (symbol: string): string => symbol.replace(/^(cwl:|https:\/\/w3id\.org\/cwl\/cwl#)/, '');

/** The word that alone can be the value of a field, as `class` of a record has. */
export const wordOf = (field: IField | undefined): string | null => (field?.types[0]?.kind === 'word' ? field.types[0].word : null);
