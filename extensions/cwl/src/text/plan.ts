import { Raw } from './change.js';
import type { Op, TextChange, Written } from './change.js';
import type { CollectionNode, IAliasNode, IMapNode, ISource, Json, Path, YamlNode } from './node.js';
import { aliasesTo } from './tree.js';
import { entriesOf, isMerge } from './value.js';

/** Something new in a collection, behind the child `after`; -1 for in front of all. In a list it has no key. */
export interface IAddition {
  after: number;
  key: string | null;
  value: Written;
}

/** What becomes of the children of a collection, or of a null that is to be one. */
export interface IWork {
  node: YamlNode;
  added: IAddition[];
  removed: Set<number>;
  renamed: Map<number, string>;
}

/** A batch of ops by the nodes it is about. */
export interface IPlan {
  works: Map<YamlNode, IWork>;
  replaced: Map<YamlNode, Written>;
}

/** A change that lies as deep as this: of two at one place, that of the deeper node comes first. */
export interface IChangeAt extends TextChange {
  depth: number;
}

export interface IRefusal {
  ok: false;
  code: 'not-found' | 'exists' | 'conflict' | 'shared-by-anchor' | 'not-readable' | 'would-break';
  message: string;
}

export const refuse = (code: IRefusal['code'], message: string): IRefusal => ({ ok: false, code, message });
export const isRaw = (value: Written): value is Raw => value instanceof Raw;
export const jsonOf = (value: Written): Json => (isRaw(value) ? value.value : value);

/** The children of a collection as nodes. */
export const childrenOf = (node: CollectionNode): readonly YamlNode[] =>
  (node.kind === 'seq' ? node.items : node.entries.map(({ value }) => value));

const said = (path: Path): string => (path.length ? `\`${path.join(' / ')}\`` : 'the document');
const SHARED = 'other places of the document use it by its anchor';

const INDEXES = Symbol('indexes');
type Indexed = IMapNode & { [INDEXES]?: Map<string, number> };

/** The index of a key among the map's own entries; -1 for none. Of two, the last, as readers take it. */
export function indexOfKey(map: IMapNode, key: string): number {
  let known = (map as Indexed)[INDEXES];
  if (!known) {
    known = new Map();
    for (let i = 0; i < map.entries.length; i++) if (!isMerge(map.entries[i])) known.set(map.entries[i].key, i);
    (map as Indexed)[INDEXES] = known;
  }
  return known.get(key) ?? -1;
}

const broughtIn = (path: Path): IRefusal => refuse('shared-by-anchor', `${said(path)} comes from a merge key (\`<<\`).`);

type Found = { ok: true; node: YamlNode; path: Path } | IRefusal;

/** The node at a path of the text itself: nothing that an alias or a merge brings is at it. */
function find(source: ISource, path: Path): Found {
  let node = source.root;
  if (!node) return refuse('not-readable', 'The text cannot be read.');
  for (let i = 0; i <= path.length; i++) {
    if (aliasesTo(node).length) return refuse('shared-by-anchor', `${said(path.slice(0, i))} is not changed here, as ${SHARED}.`);
    if (i === path.length) break;
    if (node.kind === 'alias') return isReference(node, path.slice(0, i))!;
    const step = path[i];
    let next: YamlNode | undefined;
    if (node.kind === 'map') {
      const index = indexOfKey(node, String(step));
      next = node.entries[index]?.value;
      if (!next && entriesOf(node).has(String(step))) return broughtIn(path.slice(0, i + 1));
    } else if (node.kind === 'seq' && typeof step === 'number') next = node.items[step];
    if (!next) return refuse('not-found', `There is no ${said(path)}.`);
    node = next;
  }
  return { ok: true, node, path };
}

/** Whether something outside of a node stands for something in it. */
function isUsedOutside(node: YamlNode): boolean {
  const outside = (alias: IAliasNode) => alias.from < node.outerFrom || alias.to > node.to;
  if (aliasesTo(node).some(outside)) return true;
  return (node.kind === 'map' || node.kind === 'seq') && childrenOf(node).some(isUsedOutside);
}

/** Finds what the ops are about, or why they cannot be carried out. */
export function planOps(source: ISource, ops: readonly Op[]): ({ ok: true } & IPlan) | IRefusal {
  const plan: IPlan = { works: new Map(), replaced: new Map() };
  for (const op of ops) {
    const refusal = planOp(source, op, plan);
    if (refusal) return refusal;
  }
  return findConflict(plan) ?? { ok: true, ...plan };
}

function planOp(source: ISource, op: Op, plan: IPlan): IRefusal | null {
  if (op.op === 'insert') return planInsert(source, op, plan);
  return op.op === 'set' ? planSet(source, op, plan) : planChange(source, op, plan);
}

function workOn(plan: IPlan, node: YamlNode): IWork {
  let work = plan.works.get(node);
  if (!work) plan.works.set(node, (work = { node, added: [], removed: new Set(), renamed: new Map() }));
  return work;
}

/** `key:` with nothing behind it, `[]` and `{}` can become a map or a list. */
const isNothing = (node: YamlNode): boolean =>
  (node.kind === 'scalar' ? node.value === null : node.kind !== 'alias' && !childrenOf(node).length);
const isReference = (node: YamlNode, path: Path): IRefusal | null =>
  node.kind === 'alias' ? refuse('shared-by-anchor', `${said(path)} is only a reference to &${node.name}, and what is in it lies there.`) : null;

function planInsert(source: ISource, op: Op & { op: 'insert' }, plan: IPlan): IRefusal | null {
  const found = find(source, op.path);
  if (!found.ok) return found;
  const { node } = found;
  const length = node.kind === 'seq' ? node.items.length : 0;
  if (node.kind !== 'seq' && !isNothing(node)) return isReference(node, op.path) ?? refuse('not-found', `${said(op.path)} is no list.`);
  const isPlace = Number.isInteger(op.index) && op.index >= 0 && op.index <= length;
  if (!isPlace) return refuse('not-found', `${said(op.path)} has no place ${op.index}.`);
  workOn(plan, node).added.push({ after: op.index - 1, key: null, value: op.value });
  return null;
}

function planSet(source: ISource, op: Op & { op: 'set' }, plan: IPlan): IRefusal | null {
  if (!op.path.length) {
    const root = find(source, []);
    if (!root.ok) return root;
    return replace(plan, root.node, op.value, op.path);
  }
  const above = find(source, op.path.slice(0, -1));
  if (!above.ok) return above;
  const key = op.path.at(-1)!;
  const { node } = above;
  if (node.kind === 'seq' && (node.items.length || typeof key === 'number')) {
    const found = find(source, op.path);
    return found.ok ? replace(plan, found.node, op.value, op.path) : found;
  }
  if (node.kind !== 'map' && !isNothing(node)) return isReference(node, above.path) ?? refuse('not-found', `${said(above.path)} is no map.`);
  const name = String(key);
  if (node.kind === 'map') {
    const index = indexOfKey(node, name);
    if (index >= 0) return replace(plan, node.entries[index].value, op.value, op.path);
    if (entriesOf(node).has(name)) return broughtIn(op.path);
  }
  const work = workOn(plan, node);
  if (work.added.some(addition => addition.key === name)) return refuse('conflict', `${said(op.path)} is added twice.`);
  let after = node.kind === 'map' ? node.entries.length - 1 : -1;
  if (op.after === null) after = -1;
  else if (op.after !== undefined) {
    after = node.kind === 'map' ? indexOfKey(node, op.after) : -1;
    if (after < 0) return refuse('not-found', `There is no \`${op.after}\` to put \`${name}\` behind.`);
  }
  work.added.push({ after, key: name, value: op.value });
  return null;
}

function replace(plan: IPlan, node: YamlNode, value: Written, path: Path): IRefusal | null {
  if (plan.replaced.has(node)) return refuse('conflict', `${said(path)} is set twice.`);
  if (isUsedOutside(node)) return refuse('shared-by-anchor', `${said(path)} is not changed here, as ${SHARED}.`);
  plan.replaced.set(node, value);
  return null;
}

/** The index of a child by its key, or of an item; -1 for none. */
function indexIn(node: YamlNode, step: string | number): number {
  if (node.kind === 'map') return indexOfKey(node, String(step));
  return node.kind === 'seq' && typeof step === 'number' && node.items[step] ? step : -1;
}

const isKeyUsed = (node: YamlNode, index: number): boolean => node.kind === 'map' && aliasesTo(node.entries[index].keyNode).length > 0;

function planChange(source: ISource, op: Op & { op: 'remove' | 'rename' }, plan: IPlan): IRefusal | null {
  const above = find(source, op.path.slice(0, -1));
  if (!above.ok) return above;
  const { node } = above;
  const last = op.path.at(-1);
  const reference = isReference(node, op.path.slice(0, -1));
  if (reference) return reference;
  const merged = node.kind === 'map' && indexOfKey(node, String(last)) < 0 && entriesOf(node).has(String(last));
  if (merged) return broughtIn(op.path);
  const index = last === undefined ? -1 : indexIn(node, last);
  if (index < 0 || (op.op === 'rename' && node.kind !== 'map')) return refuse('not-found', `There is no ${said(op.path)}.`);
  const work = workOn(plan, node);
  if (work.removed.has(index) || work.renamed.has(index)) return refuse('conflict', `${said(op.path)} is changed twice.`);
  if (op.op === 'rename') {
    if (isKeyUsed(node, index)) return refuse('shared-by-anchor', `The name of ${said(op.path)} is not changed, as ${SHARED}.`);
    work.renamed.set(index, op.key);
  } else {
    const isUsed = isUsedOutside(childrenOf(node as CollectionNode)[index]) || isKeyUsed(node, index);
    if (isUsed) return refuse('shared-by-anchor', `${said(op.path)} is not removed, as ${SHARED}.`);
    work.removed.add(index);
  }
  return null;
}

/** Ops within what another one takes away, and keys that would be there twice. */
function findConflict({ works, replaced }: IPlan): IRefusal | null {
  const isGone = (node: YamlNode): boolean => {
    const work = node.parent && works.get(node.parent);
    return !!work?.removed.size && work.removed.has(indexIn(work.node, node.key!));
  };
  for (const node of [...works.keys(), ...replaced.keys()]) {
    for (let at: YamlNode | null = node; at; at = at.parent) {
      const isReplaced = (at !== node || works.has(node)) && replaced.has(at);
      if (isReplaced || isGone(at)) return refuse('conflict', 'One change lies within what another one removes or replaces.');
    }
  }
  for (const { node, added, removed, renamed } of works.values()) {
    if (node.kind !== 'map' || !node.entries.length) {
      if (new Set(added.map(({ key }) => key === null)).size > 1) return refuse('conflict', 'What is empty would become a list and a map.');
      continue;
    }
    const names = new Set<string>();
    for (const name of [...added.map(({ key }) => key!), ...renamed.values()]) {
      const index = indexOfKey(node, name);
      const stays = index >= 0 ? !removed.has(index) && !renamed.has(index) : entriesOf(node).has(name);
      if (stays || names.has(name)) return refuse('exists', `There is a \`${name}\` already.`);
      names.add(name);
    }
  }
  return null;
}
