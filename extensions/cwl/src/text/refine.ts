import type { Json, IMapNode, ISeqNode, YamlNode } from './node.js';
import type { IPlan, IWork } from './plan.js';
import { indexOfKey, isRaw } from './plan.js';
import { isMerge } from './value.js';
import { means } from './verify.js';
import { pairsOf } from './write.js';

/** Makes the replacing of a collection by one much like it into changes of what differs, so that comments and style of the rest stay. */
export function refine(plan: IPlan): void {
  for (const [node, value] of [...plan.replaced]) {
    if (!isRaw(value)) refineNode(plan, node, value);
    else if (means(node, value.value)) plan.replaced.delete(node);
  }
}

function refineNode(plan: IPlan, node: YamlNode, value: Json): void {
  if (means(node, value) && node.kind !== 'alias') plan.replaced.delete(node);
  else if (value === null || typeof value !== 'object' || node.anchor !== null || node.tag !== null) return;
  else if (node.kind === 'map' && !Array.isArray(value)) refineMap(plan, node, value);
  else if (node.kind === 'seq' && Array.isArray(value)) refineList(plan, node, value);
}

/** Goes on with a child that stays. */
function descend(plan: IPlan, node: YamlNode, value: Json): void {
  plan.replaced.set(node, value);
  refineNode(plan, node, value);
}

function refineMap(plan: IPlan, node: IMapNode, value: { [key: string]: Json }): void {
  if (node.entries.some(entry => isMerge(entry))) return;
  const work: IWork = { node, added: [], removed: new Set(), renamed: new Map() };
  const kept: [number, Json][] = [];
  let after = -1;
  for (const [key, item] of pairsOf(value)) {
    const index = indexOfKey(node, key);
    if (index < 0) work.added.push({ after, key, value: item });
    else if (index < after) return;
    else {
      kept.push([index, item]);
      after = index;
    }
  }
  const stays = new Set(kept.map(([index]) => index));
  if (!stays.size) return;
  for (let i = 0; i < node.entries.length; i++) if (!stays.has(i)) work.removed.add(i);
  plan.replaced.delete(node);
  if (work.added.length || work.removed.size) plan.works.set(node, work);
  for (const [index, item] of kept) descend(plan, node.entries[index].value, item);
}

function refineList(plan: IPlan, node: ISeqNode, value: Json[]): void {
  const { items } = node;
  const most = Math.min(items.length, value.length);
  let head = 0;
  while (head < most && means(items[head], value[head])) head++;
  let tail = 0;
  while (tail < most - head && means(items[items.length - 1 - tail], value[value.length - 1 - tail])) tail++;
  const pairs = most - head - tail;
  if (!head && !tail && !pairs) return;
  const work: IWork = { node, added: [], removed: new Set(), renamed: new Map() };
  for (let i = head + pairs; i < items.length - tail; i++) work.removed.add(i);
  for (let i = head + pairs; i < value.length - tail; i++) work.added.push({ after: head + pairs - 1, key: null, value: value[i] });
  plan.replaced.delete(node);
  if (work.added.length || work.removed.size) plan.works.set(node, work);
  for (let i = head; i < head + pairs; i++) descend(plan, items[i], value[i]);
}
