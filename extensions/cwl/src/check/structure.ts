import type { CwlVersion } from '../process/model.js';
import { bare, matchOf, wordOf } from '../schema/match.js';
import { classesOf, fieldsOf, VERSIONS, type FieldType, type IField } from '../schema/schema.js';
import type { IEntry, IMapNode, IRange, ISeqNode, ISource, YamlNode } from '../text/node.js';
import { entriesOf } from '../text/value.js';
import { accepts } from './structure-match.js';
import {
  closeField, finding, markOf, sayPrefix, sayUnknownClass, sayUnknownField, sayWrong, TYPE_WORDS,
  type IPlace, type IStructureFinding, type StructureReport
} from './structure-say.js';
import { sayValue } from './structure-values.js';
import { checkVersion } from './structure-version.js';
import { replaceFix } from './structure-fix.js';
import { follow, textOf, type Solid } from './structure-view.js';

export type { IStructureFinding, StructureReport } from './structure-say.js';

/** A document that is wrong everywhere says so often enough. */
const MAX_FINDINGS = 500;
/** Aliases can stand in aliases: deeper than any document that means something, and shallow enough to recurse. */
const MAX_DEPTH = 200;
/** Prefixes that the schemas themselves declare. */
const OWN_PREFIXES = ['cwl', 'sld', 'rdf', 'rdfs', 'xsd'];

/**
 * Says what in a text is not as the schemas of its version of CWL have it; of a text that is not a process, nothing. With null for a
 * version that is not known, the newest is taken. Names of types, ids and links are not looked at.
 */
export function checkStructure(source: ISource, version: CwlVersion | null, report: StructureReport): void {
  const root = source.root && follow(source.root);
  if (root?.kind === 'map') {
    new StructureWalk(root, version ?? VERSIONS.at(-1)!, report).document(root);
  }
}

const isTypeRecord = (record: string): boolean => /(ArraySchema|EnumSchema|RecordSchema|RecordField)$/.test(record);

/** What makes a type a type is looked at where types are; here it is only what else they have. */
const isOfTypes = ({ short, field }: IPlace): boolean =>
  short === 'type' ||
  (field?.record === 'SchemaDefRequirement' && field.deep > 0) ||
  (field !== null && isTypeRecord(field.record) && (['items', 'fields'].includes(field.name) || (field.name === 'symbols' && field.deep === 0)));

/** What a map is known to have without its being written there: the key in a map by ids. */
interface IGiven {
  field: string;
  value: string;
}

class StructureWalk {
  private readonly prefixes: ReadonlySet<string>;
  /** What aliases and merges bring to several places is looked at once for each way to see it. */
  private readonly seen = new WeakMap<Solid, Set<unknown>>();
  /** The innermost one around what is looked at. */
  private process: IMapNode | null = null;
  private readonly told = new Set<string>();
  private depth = 0;

  constructor(
    root: IMapNode,
    private readonly version: CwlVersion,
    private readonly report: StructureReport
  ) {
    const namespaces = entriesOf(root).get('$namespaces');
    const declared = namespaces && follow(namespaces.value);
    this.prefixes = new Set([...OWN_PREFIXES, ...(declared?.kind === 'map' ? entriesOf(declared).keys() : [])]);
  }

  document(root: IMapNode): void {
    const entries = entriesOf(root);
    if (!checkVersion(entries, root, found => this.tell(found))) {
      return;
    }
    const graph = entries.get('$graph');
    if (graph) {
      this.graph(graph);
    } else if (entries.has('class') || entries.has('cwlVersion')) {
      // Else a file that is imported, or one that is no CWL at all: nothing is known of what it should have.
      this.record(root, classesOf('Process', this.version), null, this.itemPlace('the document', root));
    }
  }

  /** A packed document: Schema Salad, section "Document graph". */
  private graph(graph: IEntry): void {
    const items = follow(graph.value);
    if (items?.kind !== 'seq') {
      if (items?.kind !== 'map') {
        this.tell(finding('wrong-kind', "'$graph' must be a list of processes.", graph.keyNode, graph.value));
      }
      return;
    }
    for (const item of items.items) {
      const process = follow(item);
      if (process?.kind !== 'map') {
        this.tell(finding('wrong-kind', "an item of '$graph' must be a map.", item, item));
      } else if (!this.isImport(process) && !TYPE_WORDS.includes(textOf(entriesOf(process).get('type')?.value) ?? '')) {
        this.record(process, classesOf('Process', this.version), null, this.itemPlace("an item of '$graph'", item));
      }
    }
  }

  private itemPlace(what: string, item: YamlNode, of: Partial<IPlace> = {}): IPlace {
    const node = follow(item);
    const mark: IRange = (node?.kind === 'map' && node.entries[0]?.keyNode) || item;
    return { types: [], what, field: null, mark, short: null, mapSubject: null, mapPredicate: null, ...of };
  }

  private fieldPlace(record: string, field: IField, entry: IEntry, key: string): IPlace {
    const { name, types, short, mapSubject, mapPredicate } = field;
    return { types, what: `'${key}'`, field: { record, name, deep: 0 }, mark: entry.keyNode, short, mapSubject, mapPredicate };
  }

  private innerPlace({ types, field }: IPlace, { key, keyNode }: IEntry): IPlace {
    return { types, what: `'${key}'`, field, mark: keyNode, short: null, mapSubject: null, mapPredicate: null };
  }

  private tell(found: IStructureFinding | null): void {
    const mark = found && `${found.code} ${found.range.from} ${found.range.to}`;
    // What is wrong where an anchor is, is wrong at its aliases too.
    if (mark !== null && !this.told.has(mark) && this.told.size < MAX_FINDINGS) {
      this.told.add(mark);
      this.report(found!);
    }
  }

  /** What `$import` says stands in another text, which is looked at on its own (Schema Salad, section "Import"). */
  private isImport(map: IMapNode): boolean {
    const entries = entriesOf(map);
    const directive = entries.get('$import') ?? entries.get('$include');
    if (!directive) {
      return false;
    }
    if (textOf(directive.value) === null) {
      this.tell(finding('wrong-kind', `'${directive.key}' must be a text.`, markOf(directive.value, directive.keyNode), map));
    }
    if (entries.size > 1) {
      this.tell(finding('directive-not-alone', `'${directive.key}' must be alone in its map.`, directive.keyNode, map));
    }
    return directive.key === '$import';
  }

  private wasSeen(node: Solid, as: unknown): boolean {
    const seen = this.seen.get(node) ?? new Set();
    this.seen.set(node, seen);
    return seen.size === seen.add(as).size;
  }

  /** Whether an entry is one that `<<` brings, and that was looked at before. */
  private wasMerged({ value }: IEntry, map: IMapNode, as: unknown): boolean {
    const node = value.parent === map ? null : follow(value);
    return node !== null && this.wasSeen(node, as);
  }

  private value(written: YamlNode, place: IPlace): void {
    const node = follow(written);
    if (!node || this.depth >= MAX_DEPTH || this.told.size >= MAX_FINDINGS || (written.kind === 'alias' && this.wasSeen(node, place.types))) {
      return;
    }
    this.depth++;
    if (node.kind === 'seq') {
      this.list(node, place);
    } else if (node.kind === 'map') {
      this.map(node, place);
    } else if (!accepts(matchOf(place.types, this.version), node) && !(typeof node.value === 'string' && place.short !== null) && !isOfTypes(place)) {
      this.tell(sayWrong(node, place, this.version));
    }
    this.depth--;
  }

  private list(node: ISeqNode, place: IPlace): void {
    const { items, names } = matchOf(place.types, this.version);
    if (!items) {
      this.tell(names.has('Any') || isOfTypes(place) ? null : sayWrong(node, place, this.version));
      return;
    }
    const field = place.field && { ...place.field, deep: place.field.deep + 1 };
    for (const item of node.items) {
      const itemPlace = this.itemPlace(`an item of ${place.what}`, item, { types: items, field, short: place.short });
      if (place.field?.name === 'hints') {
        this.hint(item, null, itemPlace);
      } else {
        this.value(item, itemPlace);
      }
    }
  }

  private map(node: IMapNode, place: IPlace): void {
    const match = matchOf(place.types, this.version);
    const { names } = match;
    if (names.has('Any') || this.isImport(node)) {
      return;
    }
    if (entriesOf(node).has('$include')) {
      this.tell(names.has('string') || names.has('Expression') ? null : sayWrong(node, place, this.version));
    } else if (place.mapSubject !== null && match.items) {
      this.idMap(node, place, place.mapSubject, match.items);
    } else if (match.records.length) {
      this.record(node, match.records, null, place);
    } else if (!isOfTypes(place)) {
      this.tell(sayWrong(node, place, this.version));
    }
  }

  /** A list written as a map: Schema Salad, section "Identifier maps". */
  private idMap(node: IMapNode, place: IPlace, subject: string, items: readonly FieldType[]): void {
    const { records } = matchOf(items, this.version);
    for (const [key, entry] of entriesOf(node)) {
      const value = this.told.size < MAX_FINDINGS ? follow(entry.value) : null;
      if (!value || this.wasMerged(entry, node, items) || (entry.value.kind === 'alias' && this.wasSeen(value, items))) {
        continue;
      }
      if (place.field?.name === 'hints') {
        this.hint(entry.value, key, this.innerPlace(place, entry));
      } else if (value.kind !== 'map') {
        this.predicate(entry, records[0], place.mapPredicate);
      } else if (!this.isImport(value)) {
        this.record(value, records, { field: subject, value: key }, this.innerPlace(place, entry));
      }
    }
  }

  /** The value alone in a map by ids: `reads: File`. */
  private predicate(entry: IEntry, record: string | undefined, predicate: string | null): void {
    const field = predicate === null || record === undefined ? undefined : fieldsOf(record, this.version).get(predicate);
    if (field) {
      this.value(entry.value, this.fieldPlace(record!, field, entry, entry.key));
      return;
    }
    const node = follow(entry.value);
    const isEmpty = node?.kind === 'scalar' && node.value === null;
    const message = `'${entry.key}' must be a map${isEmpty ? '; an empty one is `{}`' : ''}.`;
    this.tell(finding('wrong-kind', message, markOf(entry.value, entry.keyNode), entry.value, isEmpty ? [replaceFix('Write an empty map', entry, '{}')] : []));
  }

  /** Hints may be of any class; those that are requirements of this version must be right. */
  private hint(written: YamlNode, key: string | null, place: IPlace): void {
    const node = follow(written);
    if (node?.kind !== 'map') {
      this.tell(node && finding('wrong-kind', `${place.what} must be a map.`, markOf(written, place.mark), node));
      return;
    }
    if (this.isImport(node)) {
      return;
    }
    const entry = entriesOf(node).get('class');
    const name = key ?? textOf(entry?.value);
    if (name === null) {
      const [code, message] = entry ? (['wrong-kind', "'class' must be a text."] as const) : (['missing-field', "'class' is missing: a hint needs it."] as const);
      this.tell(finding(code, message, entry ? markOf(entry.value, entry.keyNode) : place.mark, node));
    } else if (classesOf('ProcessRequirement', this.version).includes(bare(name))) {
      this.record(node, [bare(name)], key === null ? null : { field: 'class', value: key }, place);
    }
  }

  /** A map that is a record, whichever of `records` its `class` or `type` says. */
  private record(node: IMapNode, records: readonly string[], given: IGiven | null, place: IPlace): void {
    const record = this.choose(node, records, given, place);
    if (record === null) {
      return;
    }
    const entries = entriesOf(node);
    const fields = fieldsOf(record, this.version);
    const mistyped = new Set<string | null>();
    const outer = this.process;
    this.process = fields.has('cwlVersion') ? node : outer;
    for (const [key, entry] of entries) {
      const field = fields.get(key);
      if (!field) {
        mistyped.add(this.otherField(record, entry, entries, node));
      } else if (wordOf(field) === null && key !== given?.field && !this.wasMerged(entry, node, field)) {
        this.value(entry.value, this.fieldPlace(record, field, entry, key));
        this.tell(this.process && sayValue(record, entry, this.process));
      }
    }
    this.process = outer;
    if (entries.has('$mixin')) {
      return;
    }
    const mark = given ? place.mark : (entries.get('class')?.value ?? place.mark);
    for (const field of isTypeRecord(record) ? [] : fields.values()) {
      // That ids are missing is said with what else is wrong with ids, and a mistyped name is wrong once.
      if (field.required && field.name !== 'id' && field.name !== given?.field && !entries.has(field.name) && !mistyped.has(field.name)) {
        this.tell(finding('missing-field', `${record} needs '${field.name}'.`, mark, node));
      }
    }
  }

  /** The field that was meant, null where that is not known. */
  private otherField(record: string, entry: IEntry, entries: ReadonlyMap<string, IEntry>, node: IMapNode): string | null {
    const { key, keyNode } = entry;
    if (key === 'id' || key === 'name') {
      // Schema Salad takes identifiers everywhere.
      const isText = follow(entry.value) === null || textOf(entry.value) !== null;
      this.tell(isText ? null : finding('wrong-kind', `'${key}' must be a text.`, markOf(entry.value, keyNode), entry.value));
    } else if (!key.startsWith('$') && !key.startsWith('@')) {
      const close = key.includes(':') ? null : closeField(record, entry, entries, this.version);
      this.tell(key.includes(':') ? sayPrefix(key, this.prefixes, keyNode, node) : sayUnknownField(record, entry, entries, close, node, this.version));
      return close;
    }
    return null;
  }

  /** Which record a map is; null where that cannot be said, which is reported. */
  private choose(node: IMapNode, records: readonly string[], given: IGiven | null, place: IPlace): string | null {
    const entries = entriesOf(node);
    for (const word of ['class', 'type']) {
      const wordIn = (record: string): string | null => wordOf(fieldsOf(record, this.version).get(word));
      const having = records.filter(record => wordIn(record) !== null);
      if (having.length === 0) {
        continue;
      }
      const entry = entries.get(word);
      if (!entry && given?.field !== word) {
        const without = records.filter(record => !having.includes(record));
        if (without.length === 0 && word === 'class' && !entries.has('$mixin')) {
          this.tell(finding('missing-field', `'${word}' is missing: ${place.what} needs it.`, place.mark, node));
        }
        return this.closest(without, entries);
      }
      const value = given?.field === word ? given.value : textOf(entry?.value);
      const matching = having.filter(record => wordIn(record) === bare(value ?? ''));
      if (matching.length === 0 && word === 'class') {
        this.tell(this.wrongClass(value, having.map(record => wordIn(record)!), given?.field === word ? null : (entry ?? null), place, node));
      }
      return this.closest(matching, entries);
    }
    return this.closest(records, entries);
  }

  private wrongClass(value: string | null, words: readonly string[], entry: IEntry | null, place: IPlace, node: IMapNode): IStructureFinding | null {
    const range = entry ? markOf(entry.value, entry.keyNode) : place.mark;
    if (value === null) {
      return finding('wrong-kind', `'class' must be one of ${words.map(one => `'${one}'`).join(', ')}.`, range, node);
    }
    if (value.includes(':') || value.includes('#')) {
      return sayPrefix(value, this.prefixes, range, node);
    }
    return sayUnknownClass(value, words, entry?.value ?? null, range, node, this.version);
  }

  /** The record that knows most of the fields. */
  private closest(records: readonly string[], entries: ReadonlyMap<string, IEntry>): string | null {
    const unknown = (record: string): number => [...entries.keys()].filter(key => !fieldsOf(record, this.version).has(key)).length;
    return records.length < 2 ? (records[0] ?? null) : records.reduce((best, record) => (unknown(record) < unknown(best) ? record : best));
  }
}
