/**
 * What the published schemas of CWL say of each version: records, their fields and types (CWL 1.2 CommandLineTool and Workflow,
 * sections 4 and 5; Schema Salad, section 3). For checks, completion, hover and forms.
 */
import type { CwlVersion } from '../process/model.js';
import { ALIASES, ENUMS, GROUPS, RECORDS } from './tables.js';

export const VERSIONS: readonly CwlVersion[] = ['v1.0', 'v1.1', 'v1.2'];

/**
 * `name` is a record, a group of records, an enum, a primitive type, `Expression` or `Any`; `word` stands for itself.
 */
export type FieldType = { kind: 'name'; name: string } | { kind: 'word'; word: string } | { kind: 'array'; items: readonly FieldType[] };

export interface IField {
  name: string;
  /** Any of them. */
  types: readonly FieldType[];
  required: boolean;
  /** The field of the items that is the key where the list is written as a map; null where it cannot be. */
  mapSubject: string | null;
  /** The field of the items that such a map may have alone as a value. */
  mapPredicate: string | null;
  /** Whether `File[]?` or `.bai?` may be written for it. */
  short: 'type' | 'files' | null;
  /** The versions that have the field, perhaps with another type. */
  versions: readonly CwlVersion[];
}

type Members = ReadonlyMap<string, readonly string[]>;
interface ISchema {
  records: ReadonlyMap<string, ReadonlyMap<string, IField>>;
  enums: Members;
  groups: Members;
}

/** ` @1.1+`, ` @1.0`, ` @1.0-1.1`. */
const versionsIn = (text: string): CwlVersion[] => {
  const range = / @(\d\.\d)(\+|-(\d\.\d))?$/.exec(text);
  if (!range) {
    return [...VERSIONS];
  }
  const last = range[2] === '+' ? VERSIONS.at(-1)! : `v${range[3] ?? range[1]}`;
  return VERSIONS.filter(version => version >= `v${range[1]}` && version <= last);
};

const withoutVersions = (text: string): string => text.replace(/ @\S+$/, '');

/** At the `|` that are not within parentheses. */
function splitUnion(text: string): string[] {
  const found = [''];
  let depth = 0;
  for (const char of text) {
    depth += char === '(' ? 1 : char === ')' ? -1 : 0;
    if (char === '|' && depth === 0) {
      found.push('');
    } else {
      found[found.length - 1] += char;
    }
  }
  return found;
}

/** `string|(File|Directory)[]|null`. */
const parseTypes = (text: string): FieldType[] =>
  splitUnion(text).flatMap((part): FieldType[] => {
    if (part.endsWith('[]')) {
      const items = part.slice(0, -2);
      return [{ kind: 'array', items: parseTypes(items.startsWith('(') ? items.slice(1, -1) : items) }];
    }
    if (part.startsWith('=')) {
      return [{ kind: 'word', word: part.slice(1) }];
    }
    return Object.hasOwn(ALIASES, part) ? parseTypes(ALIASES[part]) : [{ kind: 'name', name: part }];
  });

const parseField = (text: string): IField => {
  const [, name, types, subject, predicate, short] = /^(\w+): (\S+)(?: \{(\w+)(?: (\w+))?\})?(?: ~(\w+))?/.exec(text)!;
  const parsed = parseTypes(types);
  return {
    name,
    types: parsed,
    required: !text.endsWith(' ?') && !parsed.some(type => type.kind === 'name' && type.name === 'null'),
    mapSubject: subject ?? null,
    mapPredicate: predicate ?? null,
    short: (short as IField['short'] | undefined) ?? null,
    versions: []
  };
};

const parts = (text: string): string[] => (text ? text.split('; ') : []);

const membersOf = (table: Readonly<Record<string, string>>, version: CwlVersion): Members =>
  new Map(
    Object.entries(table)
      .map(([name, text]): [string, string[]] => [name, parts(text).filter(part => versionsIn(part).includes(version)).map(withoutVersions)])
      .filter(([, members]) => members.length > 0)
  );

const readSchema = (version: CwlVersion): ISchema => ({
  enums: membersOf(ENUMS, version),
  groups: membersOf(GROUPS, version),
  records: new Map(
    Object.entries(RECORDS).flatMap(([record, text]) => {
      const [first, ...rest] = parts(text);
      const of = first?.startsWith('@') ? versionsIn(` ${first}`) : VERSIONS;
      const fields = (of === VERSIONS ? parts(text) : rest).map(part => ({
        ...parseField(withoutVersions(part)),
        versions: versionsIn(part).filter(one => of.includes(one))
      }));
      const everywhere = (name: string): CwlVersion[] =>
        VERSIONS.filter(one => fields.some(field => field.name === name && field.versions.includes(one)));
      const here = fields.filter(field => field.versions.includes(version)).map(field => ({ ...field, versions: everywhere(field.name) }));
      return of.includes(version) ? [[record, new Map(here.map(field => [field.name, field]))]] : [];
    })
  )
});

const read = new Map<CwlVersion, ISchema>();
const schemaOf = (version: CwlVersion): ISchema => {
  const schema = read.get(version) ?? readSchema(version);
  read.set(version, schema);
  return schema;
};

const NONE: ReadonlyMap<string, IField> = new Map();

/** The fields of a record, those of what it extends among them; none for a record that the version does not have. */
export const fieldsOf = (record: string, version: CwlVersion): ReadonlyMap<string, IField> => schemaOf(version).records.get(record) ?? NONE;

export const isKnownField = (record: string, field: string, version: CwlVersion): boolean => fieldsOf(record, version).has(field);

/** An input of a workflow or of an ExpressionTool has another name from v1.1 on. */
const RENAMED = ['InputParameter', 'WorkflowInputParameter'];

/** A field in another version than the one whose record it is; null where that has none such. */
export const fieldIn = (record: string, field: string, version: CwlVersion): IField | null =>
  (RENAMED.includes(record) ? RENAMED : [record]).map(name => fieldsOf(name, version).get(field)).find(one => one !== undefined) ?? null;

/** The versions in which a record has a field; none for a field that it never had. */
export const versionsOfField = (record: string, field: string): readonly CwlVersion[] =>
  VERSIONS.filter(version => fieldIn(record, field, version) !== null);

export const isRecord = (name: string, version: CwlVersion): boolean => schemaOf(version).records.has(name);

/** Symbols of an enum of the schema, for example `ScatterMethod`; null for what is no enum. */
export const symbolsOf = (name: string, version: CwlVersion): readonly string[] | null => schemaOf(version).enums.get(name) ?? null;

/** The records that take the place of an abstract one; null for what is not abstract. */
export const recordsOf = (group: string, version: CwlVersion): readonly string[] | null => schemaOf(version).groups.get(group) ?? null;

/** The values of `class` that can stand where `Process` or `ProcessRequirement` is expected. */
export const classesOf = (group: 'Process' | 'ProcessRequirement', version: CwlVersion): readonly string[] => recordsOf(group, version) ?? [];

/** The versions in which a class can stand there. */
export const versionsOfClass = (group: 'Process' | 'ProcessRequirement', name: string): readonly CwlVersion[] =>
  VERSIONS.filter(version => classesOf(group, version).includes(name));
