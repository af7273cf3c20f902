import type { IEntry, IMapNode, ISeqNode, Json, Path, YamlNode } from '../text/node.js';
import { entry, followAlias, isMerge, stringOf, toJson } from '../text/value.js';
import type { INamed } from '../process/model.js';
import { fieldsOf, isFields, meaningOf, refuse, same, type Draft, type Fields } from './draft.js';

/** In which order fields are added. */
export const ORDERS = {
  process: [
    'cwlVersion', '$namespaces', '$schemas', 'class', 'id', 'label', 'doc', 'intent', 'requirements', 'hints', 'inputs', 'baseCommand', 'arguments',
    'stdin', 'stdout', 'stderr', 'successCodes', 'temporaryFailCodes', 'permanentFailCodes', 'expression', 'outputs', 'steps'
  ],
  step: ['id', 'label', 'doc', 'run', 'when', 'scatter', 'scatterMethod', 'in', 'out', 'requirements', 'hints'],
  in: ['id', 'label', 'source', 'linkMerge', 'pickValue', 'default', 'valueFrom'],
  port: [
    'id', 'type', 'label', 'doc', 'format', 'secondaryFiles', 'streamable', 'loadContents', 'loadListing', 'outputSource', 'linkMerge', 'pickValue', 'default',
    'inputBinding', 'outputBinding'
  ],
  requirement: ['class'],
  out: ['id']
} as const satisfies { [what: string]: readonly string[] };

/** What items are, which says what is meant by one that is no map (CWL 1.2 Workflow, "Document preprocessing": `mapSubject` and `mapPredicate`). */
interface IKind {
  order: readonly string[];
  subject: 'id' | 'class';
  predicate: string | null;
}

export const STEPS: IKind = { order: ORDERS.step, subject: 'id', predicate: null };
export const STEP_INPUTS: IKind = { order: ORDERS.in, subject: 'id', predicate: 'source' };
export const STEP_OUTPUTS: IKind = { order: ORDERS.out, subject: 'id', predicate: null };
export const PORTS: IKind = { order: ORDERS.port, subject: 'id', predicate: 'type' };
export const REQUIREMENTS: IKind = { order: ORDERS.requirement, subject: 'class', predicate: null };

/** A map or list of items, or the place where one could be. */
export interface IHolder {
  owner: IMapNode;
  field: string;
  node: IMapNode | ISeqNode | null;
  kind: IKind;
  /** Fields of the owner, in order. */
  order: readonly string[];
  /** What is in it, if that has ids. */
  items: readonly INamed[];
}

/** A field that a map has of its own, not by `<<`. */
function ownField(map: IMapNode, key: string): IEntry | null {
  const found = entry(map, key);
  return found && found.value.parent === map ? found : null;
}

export function holder(draft: Draft, owner: IMapNode, field: string, kind: IKind, order: readonly string[], items: readonly INamed[] = []): IHolder {
  const value = entry(owner, field)?.value ?? null;
  const node = value && followAlias(value);
  if (node?.kind === 'map' && entry(node, '$import')) {
    refuse('in-other-file', `The ${field} come from ${String(toJson(entry(node, '$import')!.value))}. Open that file to change them there.`);
  }
  if (node?.kind === 'map' || node?.kind === 'seq') {
    draft.place(node);
    return { owner, field, node, kind, order, items };
  }
  if (node?.kind === 'scalar' && node.value !== null) {
    refuse('malformed', `'${field}' is neither a map nor a list. Correct it in the text first.`);
  }
  return { owner, field, node: null, kind, order, items };
}

/** Behind which field another is added, so that fields come in the order they usually have; `undefined` for at the end. */
function afterField(map: IMapNode, key: string, order: readonly string[]): string | null | undefined {
  const rank = order.indexOf(key);
  if (rank < 0) {
    return undefined;
  }
  const ranks = map.entries.map(({ key: name }) => order.indexOf(name));
  const isBefore = (at: number): boolean => ranks[at] >= 0 && ranks[at] < rank;
  let at = ranks.indexOf(ranks.reduce((best, other) => (other < rank && other > best ? other : best), -1));
  if (at < 0 || ranks[at] < 0) {
    return null;
  }
  // People do not always keep to the order: `id` may stand before `class`.
  while (isBefore(at + 1)) {
    at++;
  }
  return map.entries[at].key;
}

/** Sets a field of a map, or takes it away. */
export function setField(draft: Draft, map: IMapNode, key: string, value: Json | undefined, order: readonly string[]): void {
  const own = ownField(map, key);
  if (own) {
    if (value === undefined) {
      draft.remove([...draft.place(map), key]);
    } else if (own.value.kind === 'alias' || !same(toJson(own.value), value)) {
      draft.set([...draft.place(map), key], value);
    }
  } else if (value !== undefined) {
    draft.set([...draft.place(map), key], value, afterField(map, key, order));
  } else if (entry(map, key)) {
    refuse('shared-by-anchor', `'${key}' comes from a map that is merged in by '<<'. Change it there, in the text.`);
  }
}

/** Where an item is: the key of a map, or the index in a list. */
export function slot(draft: Draft, within: IHolder, item: { node: YamlNode; idNode?: YamlNode | null }): Path {
  const { node: container } = within;
  if (container) {
    const path = draft.place(container);
    const { parent, key } = item.node;
    if (parent === container && key !== null) {
      return [...path, key];
    }
    if (container.kind === 'map') {
      const found = container.entries.find(({ keyNode, value }) => keyNode === item.idNode || followAlias(value) === item.node);
      if (found) {
        return [...path, found.key];
      }
    } else {
      const index = container.items.findIndex(other => followAlias(other) === item.node);
      if (index >= 0) {
        return [...path, index];
      }
    }
  }
  draft.place(item.node);
  return refuse('shared-by-anchor', `This item of '${within.field}' comes from elsewhere. Change it in the text.`);
}

/** The key of the entry in front of one, null for the first. */
export function keyBefore(within: IHolder, key: string): string | null {
  const keys = within.node?.kind === 'map' ? within.node.entries.filter(other => !isMerge(other)).map(other => other.key) : [];
  return keys[keys.indexOf(key) - 1] ?? null;
}

/** The id as it is to be written where `old` is written now: what stands before its last part stays. */
export function inStyleOf(old: string, oldId: string, id: string): string {
  return old.endsWith(oldId) ? old.slice(0, old.length - oldId.length) + id : id;
}

export function renameItem(draft: Draft, within: IHolder, item: INamed, id: string): void {
  const path = slot(draft, within, item);
  const { idNode, node } = item;
  if (within.node?.kind === 'map') {
    draft.rename(path, inStyleOf(String(path.at(-1)), item.id, id));
  } else if (idNode && typeof idNode.value === 'string') {
    draft.set(draft.place(idNode), inStyleOf(idNode.value, item.id, id));
  } else if (node.kind === 'map') {
    draft.set([...path, 'id'], id, null);
  }
}

/** Removes items; with `whole`, the field too if nothing is left in it. */
export function removeItems(draft: Draft, within: IHolder, items: readonly { node: YamlNode; idNode?: YamlNode | null }[], whole = false): void {
  const count = within.node?.kind === 'map' ? within.node.entries.length : within.node?.items.length;
  if (whole && count === items.length) {
    draft.remove([...draft.place(within.owner), within.field]);
    return;
  }
  for (const item of items) {
    draft.remove(slot(draft, within, item));
  }
}

/** As a value of a map: short if the predicate is all there is, and no map itself. */
function asValue(kind: IKind, fields: Fields): Json {
  const keys = Object.keys(fields);
  const { predicate } = kind;
  return predicate !== null && keys.length === 1 && keys[0] === predicate && !isFields(fields[predicate]) ? fields[predicate] : fields;
}

/** What stands before the ids in a list where they are absolute; a short one would mean the same. */
function prefixOf({ node, items }: IHolder): string {
  const last = items.at(-1);
  const text = node?.kind === 'seq' && last ? (stringOf(last.idNode) ?? '') : '';
  return last && text.startsWith('#') && text.endsWith(`/${last.id}`) ? text.slice(0, text.length - last.id.length) : '';
}

/** As an item of a list. */
function asItem(within: IHolder, id: string, fields: Fields): Json {
  const { kind } = within;
  const isAmongMaps = within.node?.kind === 'seq' && within.node.items.some(item => item.kind === 'map');
  const isPlain = kind === STEP_OUTPUTS && Object.keys(fields).length === 0 && !isAmongMaps;
  const name = prefixOf(within) + id;
  return isPlain ? name : { [kind.subject]: name, ...fields };
}

/** Items that go into a map or list together, in their order. */
export function collection(kind: IKind, items: readonly [id: string, fields: Fields][], form: 'map' | 'list'): Json {
  if (form === 'map') {
    return Object.fromEntries(items.map(([id, fields]) => [id, asValue(kind, fields)]));
  }
  return items.map(([id, fields]) => (kind === STEP_OUTPUTS && Object.keys(fields).length === 0 ? id : { [kind.subject]: id, ...fields }));
}

/** Adds items behind the one named `after`, null for at the front; at the end if not given. `form` is for where nothing is there yet. */
export function addItems(
  draft: Draft, within: IHolder, items: readonly [id: string, fields: Fields][], form: 'map' | 'list',
  after?: { node: YamlNode; idNode?: YamlNode | null } | null
): void {
  const { node: container, owner, field, kind } = within;
  if (!container) {
    setField(draft, owner, field, collection(kind, items, form), within.order);
    return;
  }
  const path = draft.place(container);
  const place = after && slot(draft, within, after).at(-1)!;
  if (container.kind === 'map') {
    for (const [id, fields] of items) {
      draft.set([...path, id], asValue(kind, fields), place === undefined || place === null ? place : String(place));
    }
  } else {
    const index = place === null ? 0 : place === undefined ? container.items.length : Number(place) + 1;
    for (const [id, fields] of items) {
      draft.insert(path, index, asItem(within, id, fields));
    }
  }
}

/** Sets and (`undefined`) clears fields of an item, in the short form as long as that can say it. */
export function setFields(draft: Draft, within: IHolder, item: INamed, changes: { [field: string]: Json | undefined }): void {
  const { kind } = within;
  const { node } = item;
  if (node.kind === 'map') {
    for (const [key, value] of Object.entries(changes)) {
      setField(draft, node, key, value, kind.order);
    }
    return;
  }
  const path = slot(draft, within, item);
  const value = meaningOf(node);
  const isInList = within.node?.kind === 'seq';
  const short: Fields = isInList ? { [kind.subject]: value } : kind.predicate === null || value === null ? {} : { [kind.predicate]: value };
  const all: { [key: string]: Json | undefined } = { ...short, ...changes };
  const ranked = Object.keys(all).sort((one, other) => rank(kind, one) - rank(kind, other));
  const fields = fieldsOf(Object.fromEntries(ranked.map(key => [key, all[key]])));
  const wanted = isInList ? fields : asValue(kind, fields);
  if (!same(wanted, value) && !(isInList && same(fields, short))) {
    draft.set(path, wanted);
  }
}

function rank(kind: IKind, key: string): number {
  const index = kind.order.indexOf(key);
  return index < 0 ? kind.order.length : index;
}
