import type { ICwlDocument } from '../document.js';
import { isAbsolute } from '../process/uri.js';
import type { CwlVersion } from '../process/model.js';
import { schemaAt, type ISchemaPlace } from '../schema/at.js';
import { matchOf, wordOf } from '../schema/match.js';
import { fieldsOf, VERSIONS, type IField } from '../schema/schema.js';
import type { IMapNode, IScalarNode, YamlNode } from '../text/node.js';
import { entriesOf, stringOf, valueOf } from '../text/value.js';
import { typeText } from '../types/format.js';
import { cursorAt, type ICursor } from './cursor.js';
import { namedTypes } from './definition.js';
import { fieldText } from './describe.js';
import { sourcesAt } from './sources.js';
import { stateOf, type IState } from './state.js';
import { idsIn, stepAt, stepNode } from './within.js';

export interface ICompletion {
  label: string;
  /** A few words about it. */
  detail: string;
  insert: string;
  kind: 'field' | 'class' | 'value' | 'type' | 'source' | 'id' | 'file';
}

export interface ICompletions {
  from: number;
  to: number;
  /** The best first. */
  items: ICompletion[];
}

/** Files that can be run or included from here, as they would be written: `tools/sort.cwl`. `typed` is what is there of it. */
export type ListFiles = (typed: string) => Promise<readonly string[]>;

interface IHere {
  node: IScalarNode;
  version: CwlVersion;
  state: IState | null;
  cursor: ICursor;
  files: ListFiles | undefined;
}

const MAX_ITEMS = 2_000;
const TYPES = ['File', 'Directory', 'string', 'int', 'long', 'float', 'double', 'boolean', 'Any', 'null'];

/** What can be written at an offset, also while the text cannot be read. `files` is asked for the paths of `run` and `$import`. */
export async function completionsAt(document: ICwlDocument, offset: number, files?: ListFiles): Promise<ICompletions> {
  const state = stateOf(document);
  const cursor = cursorAt(document.text, offset, document.uri);
  const items: ICompletion[] = [];
  for (const { node, isKey } of cursor?.readings ?? []) {
    const here = { node, version: versionAt(node), state, cursor: cursor!, files };
    items.push(...(isKey ? keysAt(here) : await valuesAt(here)));
  }
  const seen = new Set<string>();
  const kept = items.filter(({ label }) => !seen.has(label) && seen.add(label)).slice(0, MAX_ITEMS);
  return { from: cursor?.from ?? offset, to: cursor?.to ?? offset, items: kept };
}

function versionAt(node: YamlNode): CwlVersion {
  const written = stringOf(valueOf(node.source.root, 'cwlVersion'));
  return VERSIONS.find(version => written?.startsWith(version)) ?? VERSIONS.at(-1)!;
}

/** Fields that are not there yet; or the ids that a map can have as its keys. */
function keysAt({ node, version, state, cursor }: IHere): ICompletion[] {
  const map = node.parent as IMapNode;
  const place = schemaAt(map, version);
  if (!place) {
    return [];
  }
  const colon = cursor.hasColon || cursor.quote !== '' ? '' : ': ';
  const has = entriesOf(map);
  if (place.record !== null) {
    const fields = [...fieldsOf(place.record, version).values()].filter(({ name }) => !has.has(name) && name !== place.given);
    return fields
      .sort((one, other) => Number(other.required) - Number(one.required))
      .map(field => ({ label: field.name, detail: fieldText(field), insert: field.name + (isBlock(field, version) && colon ? ':' : colon), kind: 'field' }));
  }
  const make = (label: string, detail: string, kind: ICompletion['kind']): ICompletion => ({ label, detail, insert: label + colon, kind });
  if (place.field?.mapSubject === 'class') {
    return classesIn(place, version).filter(name => !has.has(name)).map(name => make(name, '', 'class'));
  }
  if (place.field?.name === 'in') {
    const inputs = stepAt(state, map)?.step.run.process?.inputs ?? [];
    return inputs.filter(({ id }) => !has.has(id)).map(({ id, type }) => make(id, typeText(type.type), 'id'));
  }
  return [];
}

/** Whether what belongs to a field mostly begins on the next line. */
const isBlock = (field: IField, version: CwlVersion): boolean => {
  const { records, items, names, symbols } = matchOf(field.types, version);
  return (records.length > 0 || items !== null) && symbols.length === 0 && !names.has('string') && field.short === null && field.mapSubject !== null;
};

/** The values of `class` of the records that can be in a list or map. */
function classesIn(place: ISchemaPlace, version: CwlVersion): string[] {
  const { items } = matchOf(place.types, version);
  const inside = place.field?.name === 'hints' ? 'ProcessRequirement' : null;
  const records = inside ? matchOf([{ kind: 'name', name: inside }], version).records : matchOf(items ?? place.types, version).records;
  return records.flatMap(record => wordOf(fieldsOf(record, version).get('class')) ?? []);
}

async function valuesAt(here: IHere): Promise<ICompletion[]> {
  const { node, version, state } = here;
  if (/^([$@]import|\$include|\$mixin)$/.test(String(node.key))) {
    return filesAt(here);
  }
  if (node.key === 'class' && node.parent) {
    const around = schemaAt(node.parent, version);
    return around ? classesIn(around, version).map(label => ({ label, detail: '', insert: label, kind: 'class' })) : [];
  }
  const place = schemaAt(node, version);
  if (!place?.field) {
    return [];
  }
  const { name } = place.field;
  switch (name) {
    case 'cwlVersion':
      return [...VERSIONS].reverse().map(label => ({ label, detail: '', insert: label, kind: 'value' }));
    case 'source':
    case 'outputSource':
      return sourcesAt(node, state);
    case 'scatter':
      return scatterAt(here);
    case 'out':
      return outputsAt(here);
    case 'in':
      return [];
    case 'run':
      return [...packed(here), ...(await filesAt(here))];
  }
  const { symbols, names } = matchOf(place.types, version);
  const streams = ['stdin', 'stdout', 'stderr'].filter(stream => names.has(stream));
  const values: ICompletion[] = [...symbols, ...streams].map(label => ({ label, detail: '', insert: label, kind: 'value' }));
  if (names.has('boolean') && place.field.short === null) {
    values.push(...['true', 'false'].map((label): ICompletion => ({ label, detail: '', insert: label, kind: 'value' })));
  }
  return place.field.short === 'type' || name === 'items' ? [...typesAt(here, state), ...values] : values;
}

function typesAt({ cursor }: IHere, state: IState | null): ICompletion[] {
  const own = state ? namedTypes(state).map(({ name }) => name) : [];
  const quoted = (text: string): string => (cursor.quote === '' && cursor.typed === '' && /^[[{]/.test(text) ? `'${text}'` : text);
  const make = (detail: string, end: string) => (label: string): ICompletion =>
    ({ label: label + end, detail, insert: quoted(label + end), kind: 'type' });
  const plain = TYPES.filter(type => type !== 'null');
  return [
    ...own.map(make('Defined in this document', '')),
    ...TYPES.map(make('', '')),
    ...['array', 'record', 'enum'].map(make('', '')),
    ...[...own, ...plain].map(make('Array', '[]')),
    ...[...own, ...plain].map(make('Optional', '?'))
  ];
}

function scatterAt({ node, state }: IHere): ICompletion[] {
  const own = stepAt(state, node);
  if (!own) {
    return [];
  }
  const types = new Map((own.step.run.process?.inputs ?? []).map(input => [input.id, typeText(input.type.type)]));
  const map = stepNode(node, own.inner);
  const taken = new Set(idsIn(valueOf(map, 'scatter')));
  const names = new Set([...idsIn(valueOf(map, 'in')), ...types.keys()]);
  return [...names].filter(name => !taken.has(name)).map(label => ({ label, detail: types.get(label) ?? '', insert: label, kind: 'id' }));
}

function outputsAt({ node, state }: IHere): ICompletion[] {
  const own = stepAt(state, node);
  const taken = new Set(own && node.parent ? idsIn(valueOf(stepNode(node, own.inner), 'out')) : []);
  return (own?.step.run.process?.outputs ?? [])
    .filter(({ id }) => !taken.has(id))
    .map(({ id, type }) => ({ label: id, detail: typeText(type.type), insert: id, kind: 'id' }));
}

/** Processes of a packed document. */
function packed({ state, cursor }: IHere): ICompletion[] {
  const all = state?.processes.filter(({ id, path }) => id !== '' && path.length > 0) ?? [];
  return all.map(({ id, class: detail }) => ({ label: `#${id}`, detail, insert: cursor.quote ? `#${id}` : `'#${id}'`, kind: 'id' }));
}

async function filesAt({ cursor, files }: IHere): Promise<ICompletion[]> {
  if (!files || isAbsolute(cursor.typed)) {
    return [];
  }
  const found = await files(cursor.typed).catch(() => []);
  return found.map(label => ({ label, detail: '', insert: cursor.quote ? label : quotedPath(label), kind: 'file' }));
}

/** As YAML reads it as one word. */
const quotedPath = (path: string): string => (/^[\p{L}\p{N}_./][\p{L}\p{N}_./ @+=-]*$/u.test(path) && path.trim() === path ? path : JSON.stringify(path));
