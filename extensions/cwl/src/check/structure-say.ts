/** What is said of a field, a class or a value that should not be there: a sentence, a place, and how to mend it. */
import type { Fix, Severity } from '../problem.js';
import type { Code } from '../codes.js';
import type { CwlVersion } from '../process/model.js';
import { matchOf } from '../schema/match.js';
import { classesOf, fieldIn, fieldsOf, VERSIONS, versionsOfClass, versionsOfField, type FieldType, type IField } from '../schema/schema.js';
import type { IEntry, IRange, YamlNode } from '../text/node.js';
import { nearest } from './nearest.js';
import { quoteFix, renameFix, replaceFix, versionFix, wrapFix } from './structure-fix.js';
import { accepts, describe, kindOf } from './structure-match.js';
import { textOf, type Solid } from './structure-view.js';

/** What is wrong, and where; `node` is what the problem is about, to find its place in the graph. */
export interface IStructureFinding {
  code: Code;
  severity: Severity;
  message: string;
  range: IRange;
  node: YamlNode;
  fixes: Fix[];
}

export type StructureReport = (finding: IStructureFinding) => void;

/** Where a value stands. */
export interface IPlace {
  types: readonly FieldType[];
  /** For people: `'scatter'`, `an item of 'out'`. */
  what: string;
  /** Record and field, and how many lists deep in it, to see what later versions say; null where there is none. */
  field: { record: string; name: string; deep: number } | null;
  /** What to mark where the value itself has no text, or where something is missing in it. */
  mark: IRange;
  short: IField['short'];
  mapSubject: string | null;
  mapPredicate: string | null;
}

export const TYPE_WORDS = ['array', 'enum', 'record'];

/** Of `key:` with nothing behind it, the key. */
export const markOf = (node: YamlNode, otherwise: IRange): IRange => (node.to > node.from ? node : otherwise);

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const finding = (
  code: Code, message: string, { from, to }: IRange, node: YamlNode, fixes: Fix[] = [], severity: Severity = 'error'
): IStructureFinding => ({ code, severity, message: capital(message), range: { from, to }, node, fixes });

const laterFinding = (name: string, since: CwlVersion, version: CwlVersion, code: Code, range: IRange, node: YamlNode): IStructureFinding =>
  finding(code, `'${name}' comes with CWL ${since}; this document is ${version}.`, range, node, [versionFix(since)]);

const withClose = (message: string, close: string | null): string => (close === null ? `${message}.` : `${message}; did you mean '${close}'?`);

/** Fields and classes of extensions: CommandLineTool, section "Extensions and metadata". Null where the prefix is declared. */
export function sayPrefix(name: string, prefixes: ReadonlySet<string>, range: IRange, node: YamlNode): IStructureFinding | null {
  const colon = name.indexOf(':');
  const prefix = name.slice(0, colon);
  if (colon < 0 || name.startsWith('://', colon) || prefix === 'urn' || prefixes.has(prefix)) {
    return null;
  }
  return finding('undeclared-prefix', `the prefix of '${shorten(name)}' is not declared in '$namespaces'.`, range, node, [], 'warning');
}

/** The field that was probably meant: never one that is there. */
export const closeField = (record: string, { key }: IEntry, entries: ReadonlyMap<string, IEntry>, version: CwlVersion): string | null =>
  versionsOfField(record, key).length ? null : nearest(key, [...fieldsOf(record, version).keys()].filter(name => !entries.has(name)));

export function sayUnknownField(
  record: string, entry: IEntry, entries: ReadonlyMap<string, IEntry>, close: string | null, node: YamlNode, version: CwlVersion
): IStructureFinding {
  const { key, keyNode } = entry;
  const versions = versionsOfField(record, key);
  const later = versions.find(one => one > version);
  if (later) {
    return laterFinding(key, later, version, 'later-field', keyNode, node);
  }
  if (versions.length) {
const message = `'${key}' was a field of ${record} up to CWL ${versions.at(-1)} only; this document is ${version}.`;
    return finding('removed-field', message, keyNode, node);
  }
  const type = textOf(entries.get('type')?.value);
  if (record.endsWith('Parameter') && ['items', 'symbols', 'fields'].includes(key) && type !== null && TYPE_WORDS.includes(type)) {
    return finding('unknown-field', `'${key}' belongs into the type: 'type: {type: ${type}, ${key}: …}'.`, keyNode, node);
  }
  const fixes = close === null ? [] : [renameFix(entry, close)];
  return finding('unknown-field', withClose(`'${shorten(key)}' is not a field of ${record}`, close), keyNode, node, fixes);
}

/** Of a `class` that none of `words` is. */
export function sayUnknownClass(
  value: string, words: readonly string[], value_: YamlNode | null, range: IRange, node: YamlNode, version: CwlVersion
): IStructureFinding {
  for (const group of ['Process', 'ProcessRequirement'] as const) {
    const since = classesOf(group, version).some(name => words.includes(name)) ? versionsOfClass(group, value).find(one => one > version) : undefined;
    if (since) {
      return laterFinding(value, since, version, 'later-class', range, node);
    }
  }
  const close = nearest(value, words);
  const fixes = close !== null && value_ ? [replaceFix(`Change to ${close}`, { value: value_ }, close)] : [];
  return finding('unknown-class', withClose(`there is no class '${shorten(value)}' here`, close), range, node, fixes);
}

function laterThatAccepts(node: Solid, { field }: IPlace, version: CwlVersion): CwlVersion | undefined {
  return field === null
    ? undefined
    : VERSIONS.filter(one => one > version).find(one => {
        let types: readonly FieldType[] | null = fieldIn(field.record, field.name, one)?.types ?? null;
        for (let deep = 0; types && deep < field.deep; deep++) {
          types = matchOf(types, one).items;
        }
        return types !== null && accepts(matchOf(types, one), node);
      });
}

/** Of a value that none of the types of its place is. */
export function sayWrong(node: Solid, place: IPlace, version: CwlVersion): IStructureFinding {
  const range = markOf(node, place.mark);
  const match = matchOf(place.types, version);
  const wanted = `${place.what} must be ${describe(match, place.mapSubject !== null)}`;
  const text = textOf(node);
  const later = laterThatAccepts(node, place, version);
  if (later) {
    const message = `${place.what} can be ${kindOf(node)} only from CWL ${later} on; this document is ${version}.`;
    return finding('later-value', message, range, node, [versionFix(later)]);
  }
  if (text !== null && match.symbols.length) {
    const close = nearest(text, match.symbols);
    const fixes = close === null ? [] : [replaceFix(`Change to ${close}`, { value: node }, close)];
    return finding('unknown-symbol', `${wanted}, not '${shorten(text)}'.`, range, node, fixes);
  }
  if (text !== null && match.names.has('Expression') && !match.names.has('string')) {
    return finding('not-an-expression', `${wanted}; '${shorten(text)}' has no '$(…)' in it.`, range, node);
  }
  return finding('wrong-kind', `${wanted}, not ${kindOf(node)}.`, range, node, [
    ...quoteFix(node, match.names.has('string')),
    ...wrapFix(node, match.items === null ? null : matchOf(match.items, version))
  ]);
}
