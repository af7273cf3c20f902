import type { IAddition, IPlan, IWork } from './plan.js';
import { childrenOf, isRaw, jsonOf } from './plan.js';
import type { Written } from './change.js';
import type { Json, YamlNode } from './node.js';
import { entriesOf, followAlias } from './value.js';
import { pairsOf } from './write.js';

/** As deep as a value may be that is written. */
const MAX_DEPTH = 200;

/** Whether a node means a value; keys in the same order. Aliases are followed, along the value and so never further than it goes. */
export function means(node: YamlNode | null, value: Json, depth = 0): boolean {
  const at = node && followAlias(node);
  if (!at || depth > MAX_DEPTH) return false;
  if (value === null || typeof value !== 'object') return at.kind === 'scalar' && Object.is(at.value, value);
  if (Array.isArray(value)) {
    return at.kind === 'seq' && at.items.length === value.length && value.every((item, i) => means(at.items[i], item, depth + 1));
  }
  if (at.kind !== 'map') return false;
  const pairs = pairsOf(value);
  const entries = [...entriesOf(at)];
  if (entries.length !== pairs.length) return false;
  return pairs.every(([key, item], i) => entries[i][0] === key && means(entries[i][1].value, item, depth + 1));
}

/** A child as it should be: one that stays, by its node, or one that is new. */
type Wanted = { key: string | null; node: YamlNode } | { key: string | null; value: Written };

/** What a collection should have in it. */
function wantedOf(node: YamlNode, work: IWork | undefined): Wanted[] {
  const children = node.kind === 'map' || node.kind === 'seq' ? childrenOf(node) : [];
  const keyOf = (i: number): string | null => (node.kind === 'map' ? (work?.renamed.get(i) ?? node.entries[i].key) : null);
  if (!work?.added.length) return children.map((child, i) => ({ key: keyOf(i), node: child })).filter((_, i) => !work?.removed.has(i));
  const added = new Map<number, IAddition[]>();
  for (const addition of work.added) {
    const others = added.get(addition.after);
    if (others) others.push(addition);
    else added.set(addition.after, [addition]);
  }
  const wanted: Wanted[] = [...(added.get(-1) ?? [])];
  children.forEach((child, i) => {
    if (!work.removed.has(i)) wanted.push({ key: keyOf(i), node: child });
    for (const { key, value } of added.get(i) ?? []) wanted.push({ key, value });
  });
  return wanted;
}

/** Whether a tree is the old one with the plan carried out: every value, key, anchor, alias and tag, in order. */
export function isCarriedOut(old: YamlNode, now: YamlNode | null, plan: IPlan): boolean {
  const touched = new Set<YamlNode>();
  for (const node of [...plan.replaced.keys(), ...plan.works.keys()]) {
    for (let at: YamlNode | null = node; at && !touched.has(at); at = at.parent) touched.add(at);
  }
  return !!now && isAsPlanned(old, now, { ...plan, touched });
}

/** `touched` are the nodes that something changes in. */
type Checked = IPlan & { touched: ReadonlySet<YamlNode> };

function isAsPlanned(old: YamlNode, now: YamlNode, plan: Checked): boolean {
  if (!plan.touched.has(old)) return isSame(old, now);
  const replaced = plan.replaced.get(old);
  if (replaced !== undefined) return means(now, jsonOf(replaced)) && (isRaw(replaced) || now.anchor === null);
  const work = plan.works.get(old);
  const isCollection = old.kind === 'map' || old.kind === 'seq';
  const count = isCollection ? childrenOf(old).length : 0;
  if (work && (!count || work.removed.size === count)) {
    const kind = count || !work.added.length ? old.kind : work.added[0].key === null ? 'seq' : 'map';
    return hasWanted(old, now, kind, work, plan);
  }
  return hasSameProperties(old, now) && hasWanted(old, now, old.kind, work, plan);
}

const hasSameProperties = (old: YamlNode, now: YamlNode): boolean =>
  old.kind === now.kind && old.anchor === now.anchor && old.tag === now.tag;

function hasWanted(old: YamlNode, now: YamlNode, kind: YamlNode['kind'], work: IWork | undefined, plan: Checked): boolean {
  if (now.kind !== kind || (now.kind !== 'map' && now.kind !== 'seq')) return false;
  const children = childrenOf(now);
  const wanted = wantedOf(old, work);
  if (children.length !== wanted.length) return false;
  return wanted.every((want, i) => {
    if (now.kind === 'map' && now.entries[i].key !== want.key) return false;
    return 'node' in want ? isAsPlanned(want.node, children[i], plan) : means(children[i], jsonOf(want.value));
  });
}

/** For what nothing is to change in. */
function isSame(old: YamlNode, now: YamlNode): boolean {
  if (!hasSameProperties(old, now)) return false;
  if (old.kind === 'scalar') return Object.is(old.value, (now as typeof old).value);
  if (old.kind === 'alias') return old.name === (now as typeof old).name && !old.target === !(now as typeof old).target;
  if (old.kind === 'seq') {
    const { items } = now as typeof old;
    return old.items.length === items.length && old.items.every((item, i) => isSame(item, items[i]));
  }
  const { entries } = now as typeof old;
  if (old.entries.length !== entries.length) return false;
  return old.entries.every(({ key, value }, i) => entries[i].key === key && isSame(value, entries[i].value));
}
