import type { CollectionNode, IEntry, IMapNode, IScalarNode, ISource, Json, YamlNode } from '../text/node.js';
import { entriesOf, followAlias, isMerge, stringOf, valueOf } from '../text/value.js';
import type { FileState, ILoaded } from './files.js';
import { expandPrefix, readId, type IScope } from './names.js';
import { resolveFile, splitUri } from './uri.js';

/** Aliases, merge keys and imports let a small text stand for a huge one: members of what is read again are counted, and end here. */
const MAX_FOLLOWED = 100_000;
const MAX_DEPTH = 100;

/** What a text says of itself. */
export interface IContext {
  /** Of ids and references at the top of the text. */
  readonly scope: IScope;
  /** `cwlVersion` as written; null for none. */
  readonly version: string | null;
}

export interface ITarget {
  state: FileState | 'broken';
  why: string | null;
  uri: string;
  node: YamlNode | null;
  source: ISource | null;
}

/** A member of a map or list of ids (Schema Salad 1.2, "Identifier maps"). */
export interface IItem {
  /** Null for none. */
  text: string | null;
  idNode: IScalarNode | null;
  node: YamlNode;
}

/** Reads nodes as what they stand for: behind aliases, merge keys, `$import`, `$include` and `$mixin` (Schema Salad 1.2, "Import" to "Mixin"). */
export class Follow {
  /** Whether another file uses the text that all begins with, so that what was read of it lasts no longer than this. */
  leadsBack = false;
  private followed = 0;
  private readonly visited = new Set<CollectionNode>();
  private readonly contexts = new Map<ISource, IContext>();
  private readonly mixed = new Map<IMapNode, ReadonlyMap<string, IEntry>>();
  private readonly named = new Map<ISource, ReadonlyMap<string, YamlNode>>();
  private readonly topsOf = new Map<ISource, readonly IMapNode[]>();

  constructor(private readonly root: ISource, private readonly files: ILoaded) {}

  context(source: ISource): IContext {
    let context = this.contexts.get(source);
    if (context === undefined) {
      const namespaces = new Map<string, string>();
      const spaces = valueOf(source.root, '$namespaces');
      for (const { key, value } of spaces?.kind === 'map' ? spaces.entries : []) {
        namespaces.set(key, stringOf(value) ?? '');
      }
      const [file, fragment] = splitUri(stringOf(valueOf(source.root, '$base')) ?? '');
      context = {
        version: writtenVersion(source),
        scope: {
          base: resolveFile(source.uri, file),
          fragment: fragment ?? '',
          namespaces,
          dotted: false
        }
      };
      this.contexts.set(source, context);
    }
    return context;
  }

  /** Whether its members can be read: the first time always, again as long as there is room. */
  private visit(node: CollectionNode): boolean {
    if (!this.visited.has(node)) {
      this.visited.add(node);
      return true;
    }
    this.followed += 1 + (node.kind === 'map' ? node.entries.length : node.items.length);
    return this.followed <= MAX_FOLLOWED;
  }

  /** What a node stands for; null where that is not here. */
  node(start: YamlNode | null | undefined): YamlNode | null {
    let node = start ?? null;
    for (let depth = 0; node !== null && depth < MAX_DEPTH; depth++) {
      if (node.kind === 'alias') {
        node = node.target;
        continue;
      }
      const reference = node.kind === 'map' ? importOf(node) : null;
      if (reference === null) {
        return node;
      }
      node = this.find(reference, node.source).node;
    }
    return null;
  }

  map(node: YamlNode | null | undefined): IMapNode | null {
    const found = this.node(node);
    return found?.kind === 'map' ? found : null;
  }

  /** Entries of a map, with those that `<<` and `$mixin` add to them. */
  fields(map: IMapNode, depth = 0): ReadonlyMap<string, IEntry> {
    const own = entriesOf(map);
    const mixin = stringOf(own.get('$mixin')?.value ?? null);
    if (mixin === null) {
      return own;
    }
    let fields = this.mixed.get(map);
    if (fields === undefined) {
      const other = this.map(this.find(mixin, map.source).node);
      const added = other && depth < MAX_DEPTH && this.visit(other) ? this.fields(other, depth + 1) : [];
      const all = new Map([...own].filter(([key]) => key !== '$mixin'));
      for (const [key, entry] of added) {
        if (!all.has(key)) {
          all.set(key, entry);
        }
      }
      this.mixed.set(map, fields = all);
    }
    return fields;
  }

  field(map: IMapNode, key: string): YamlNode | null {
    return this.node(this.fields(map).get(key)?.value);
  }

  /** Items of a list; a list imported as an item is part of it. What is no list is one item. */
  list(node: YamlNode | null): YamlNode[] {
    const whole = this.node(node);
    if (whole === null || (whole.kind === 'scalar' && whole.value === null)) {
      return [];
    }
    if (whole.kind !== 'seq') {
      return [whole];
    }
    return !this.visit(whole) ? [] : whole.items.flatMap(item => {
      const found = this.node(item) ?? item;
      if (found.kind === 'seq' && item.kind === 'map') {
        return this.visit(found) ? found.items.map(inner => this.node(inner) ?? inner) : [];
      }
      return [found];
    });
  }

  /** Members of a map or list of ids; of two with the same id both. */
  items(start: YamlNode | null | undefined, subject: string): IItem[] {
    const node = this.node(start);
    if (node?.kind === 'map') {
      if (!this.visit(node)) {
        return [];
      }
      const own = node.entries.filter(entry => !isMerge(entry) && entry.key !== '$mixin');
      const added = own.length < node.entries.length ? [...this.fields(node).values()].filter(entry => entry.value.parent !== node) : [];
      return [...own, ...added].map(entry => ({
        text: entry.key, idNode: scalarOf(entry.keyNode), node: this.node(entry.value) ?? entry.value
      }));
    }
    return this.list(node).map(item => {
      const value = item.kind === 'map' ? this.field(item, subject) : item;
      const idNode = value?.kind === 'scalar' && value.value !== null && (item.kind === 'map' || subject === 'id') ? value : null;
      return { text: idNode && scalarText(idNode), idNode, node: item };
    });
  }

  text(map: IMapNode, key: string): string | null {
    const node = this.field(map, key);
    if (node?.kind === 'seq') {
      return this.list(node).map(line => (line.kind === 'scalar' ? String(line.value) : '')).join('\n');
    }
    const value = node && this.plain(node);
    return value === null || typeof value === 'object' ? null : String(value);
  }

  /** The value that a node means, with everything followed; what is not here stays as it is written. */
  plain(start: YamlNode, depth = 0): Json {
    const node = this.node(start) ?? followAlias(start);
    if (node === null || depth > MAX_DEPTH) {
      return null;
    }
    switch (node.kind) {
      case 'scalar':
        return node.value;
      case 'seq':
        return this.list(node).map(item => this.plain(item, depth + 1));
      case 'map': {
        if (!this.visit(node)) {
          return null;
        }
        const fields = this.fields(node);
        const include = stringOf(fields.get('$include')?.value ?? null);
        if (include !== null) {
          const file = this.files.get(this.uriOf(include, node.source)[0]);
          return file.state === 'here' ? file.text : { $include: include };
        }
        // Not by assignment, which `__proto__` would not survive.
        return Object.fromEntries([...fields].map(([key, entry]) => [key, this.plain(entry.value, depth + 1)]));
      }
      default:
        return null;
    }
  }

  /** File and fragment that a reference means in a text. */
  uriOf(reference: string, source: ISource): [file: string, fragment: string | null] {
    const { scope } = this.context(source);
    const [file, fragment] = splitUri(expandPrefix(reference, scope.namespaces));
    const resolved = resolveFile(scope.base, file);
    return [resolved === scope.base ? source.uri : resolved, fragment];
  }

  /** The whole text, or what has the fragment as its id in it. */
  find(reference: string, from: ISource): ITarget {
    const [file, fragment] = this.uriOf(reference, from);
    const uri = fragment === null ? file : `${file}#${fragment}`;
    const packed = this.objects(from).get(file === from.uri ? fragment ?? '' : `${file}#${fragment ?? ''}`);
    if (packed) {
      return { state: 'here', why: null, uri, node: packed, source: from };
    }
    const found = this.open(file, from);
    if (found.source === null) {
      return { ...found, uri, node: null };
    }
    if (found.source.root === null) {
      return { state: 'broken', why: `${nameOf(file)} cannot be read as YAML.`, uri, node: null, source: found.source };
    }
    const node = fragment ? this.objects(found.source).get(fragment) ?? null : found.source.root;
    return node
      ? { state: 'here', why: null, uri, node, source: found.source }
      : { state: 'missing', why: `There is nothing with the id '${fragment}' in ${nameOf(file)}.`, uri, node, source: found.source };
  }

  private open(uri: string, from: ISource): { state: FileState; why: string | null; source: ISource | null } {
    const own = [from, this.root].find(source => source.uri === uri);
    this.leadsBack ||= own === this.root && from !== this.root;
    return own ? { state: 'here', why: null, source: own } : this.files.get(uri);
  }

  /** What has an id at the top of a text: the document itself, members of `$graph`, or of the list that it is, types by their names. */
  private objects(source: ISource): ReadonlyMap<string, YamlNode> {
    let objects = this.named.get(source);
    if (objects === undefined) {
      const found = new Map<string, YamlNode>();
      this.named.set(source, objects = found);
      const { scope } = this.context(source);
      for (const node of this.tops(source)) {
        const id = this.field(node, 'id') ?? this.field(node, 'name');
        if (id?.kind === 'scalar' && id.value !== null) {
          const { key } = readId(scalarText(id), scope);
          if (!found.has(key)) {
            found.set(key, node);
          }
        }
      }
    }
    return objects;
  }

  /** The maps at the top of a text (Schema Salad 1.2, "Document graph"). */
  tops(source: ISource): readonly IMapNode[] {
    let tops = this.topsOf.get(source);
    if (tops === undefined) {
      const top = this.node(source.root);
      const graph = top?.kind === 'map' ? this.fields(top).get('$graph')?.value : undefined;
      tops = this.list(graph ?? top).filter(node => node.kind === 'map');
      this.topsOf.set(source, tops);
    }
    return tops;
  }
}

/** Of `{$import: uri}`; in draft-3 also `@import`. */
function importOf(map: IMapNode): string | null {
  // A large map is asked again and again when many aliases stand for it.
  const entry = map.entries.length > 8
    ? entriesOf(map).get('$import')
    : map.entries.find(({ key }) => key === '$import' || key === '@import');
  return entry ? stringOf(entry.value) : null;
}

function scalarOf(node: YamlNode): IScalarNode | null {
  const found = followAlias(node);
  return found?.kind === 'scalar' ? found : null;
}

/** As keys are text, whatever YAML makes of them, so are ids. */
export const scalarText = (node: IScalarNode): string =>
  typeof node.value === 'string' ? node.value : node.source.text.slice(node.from, node.to);

/** `cwlVersion` as it is written: `draft-3`, `v1.0`; null for none. */
export const writtenVersion = (source: ISource): string | null => {
  const found = valueOf(source.root, 'cwlVersion');
  return found?.kind === 'scalar' && found.value !== null ? scalarText(found) : null;
};

/** The last part of a URI, for sentences. */
export const nameOf = (uri: string): string => uri.replace(/^.*\/(?=.)/s, '').slice(0, 80) || uri.slice(0, 80);
