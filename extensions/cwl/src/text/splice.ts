import { changeBlock } from './block.js';
import type { Op, TextChange, Written } from './change.js';
import { changeFlow } from './flow.js';
import { breakOf } from './lines.js';
import type { CollectionNode, IMapNode, ISource, YamlNode } from './node.js';
import type { IChangeAt, IPlan, IRefusal, IWork } from './plan.js';
import { childrenOf, isRaw, planOps, refuse } from './plan.js';
import { refine } from './refine.js';
import { renamedKey } from './render.js';
import { replaceNode } from './replace.js';
import type { IStyle } from './style.js';
import { styleOf } from './style.js';
import type { IParsed } from './tree.js';
import { parseSource } from './tree.js';
import { isCarriedOut } from './verify.js';

/** `parsed` is the new text, read. */
export type SpliceResult = { ok: true; changes: TextChange[]; parsed: IParsed } | IRefusal;

/** The text with changes, which are in rising order and do not overlap. */
export function applyChanges(text: string, changes: readonly TextChange[]): string {
  let result = '';
  let at = 0;
  for (const { from, to, insert } of changes) {
    result += text.slice(at, from) + insert;
    at = to;
  }
  return result + text.slice(at);
}

/**
 * Carries out a batch of ops on a text by changing as little of it as can be, in the style of what is around. The new text is read
 * again, and must mean the old value with the ops carried out; if it does not, nothing changes and the refusal says so.
 */
export function splice(source: ISource, ops: readonly Op[]): SpliceResult {
  const style = styleOf(source);
  const hasRaw = ops.some(op => 'value' in op && isRaw(op.value));
  let result = attempt(source, ops, style);
  // Pieces of YAML that do not fit as they are go in by their value; comments below may run into a block of lines.
  if (!result.ok && result.code === 'would-break' && hasRaw) result = attempt(source, ops.map(withoutRaw), style);
  if (!result.ok && result.code === 'would-break') result = attempt(source, ops.map(withoutRaw), { ...style, literals: false });
  return result;
}

const withoutRaw = (op: Op): Op => ('value' in op && isRaw(op.value) ? { ...op, value: op.value.value } : op);

function attempt(source: ISource, ops: readonly Op[], style: IStyle): SpliceResult {
  const plan = planOps(source, ops);
  if (!plan.ok) return plan;
  refine(plan);
  const changes = changesOf(source, plan, style);
  const text = applyChanges(source.text, changes);
  const parsed = parseSource(text, source.uri);
  const isBroken = parsed.problems.some(({ code }) => code === 'several-documents' || code === 'duplicate-key');
  if (isBroken || !isCarriedOut(source.root!, parsed.source.root, plan)) {
    return refuse('would-break', 'This cannot be written here without changing something else.');
  }
  return { ok: true, changes, parsed };
}

/** The changes that take an entry away, be it one of two with the same key. */
export function removalOf(source: ISource, map: IMapNode, index: number): TextChange[] {
  const work: IWork = { node: map, added: [], removed: new Set([index]), renamed: new Map() };
  return changesOf(source, { works: new Map([[map, work]]), replaced: new Map() });
}

function depthOf(node: YamlNode): number {
  let depth = 0;
  for (let at = node.parent; at; at = at.parent) depth++;
  return depth;
}

function changesOf(source: ISource, plan: IPlan, style = styleOf(source)): TextChange[] {
  // Lines are cut out and put in whole, so each needs its break.
  const eol = breakOf(source.text);
  const text = /[\r\n]$/.test(source.text) ? source.text : source.text + eol;
  const changes: IChangeAt[] = [];
  for (const [node, value] of plan.replaced) append(changes, replaceNode(text, node, { value: value as Written }, style, depthOf(node)));
  for (const work of plan.works.values()) append(changes, changesOfWork(text, work, style));
  const merged = merge(changes);
  const own = text.length > source.text.length ? withoutLastBreak(merged, source.text, eol) : merged;
  return own.filter(({ from, to, insert }) => source.text.slice(from, to) !== insert);
}

function append<T>(list: T[], more: readonly T[]): void {
  for (const item of more) list.push(item);
}

function changesOfWork(text: string, work: IWork, style: IStyle): IChangeAt[] {
  const { node, added, removed, renamed } = work;
  const depth = depthOf(node);
  const changes: IChangeAt[] = [];
  const isCollection = node.kind === 'map' || node.kind === 'seq';
  const count = isCollection ? childrenOf(node).length : 0;
  if (removed.size === count && (removed.size || added.length)) {
    const kind = count ? (node as CollectionNode).kind : added[0].key === null ? 'seq' : 'map';
    return replaceNode(text, node, { kind, added: [...added].sort((a, b) => a.after - b.after) }, style, depth);
  }
  if (node.kind === 'map') {
    for (const [index, key] of renamed) {
      const { keyNode } = node.entries[index];
      const insert = renamedKey(keyNode, key, style, node.flow);
      changes.push({ from: keyNode.from, to: keyNode.to, insert, depth });
    }
  }
  if (isCollection && (added.length || removed.size)) append(changes, (node.flow ? changeFlow : changeBlock)(text, work, style, depth));
  return changes;
}

/** In rising order, those that touch as one; of an insertion within what is cut out, only the insertion stays. */
function merge(changes: IChangeAt[]): TextChange[] {
  const order = changes
    .map((change, index) => ({ ...change, index }))
    .sort((a, b) => a.from - b.from || a.to - b.to || b.depth - a.depth || a.index - b.index);
  const merged: TextChange[] = [];
  for (const { from, to, insert } of order) {
    const last = merged.at(-1);
    if (last && from <= last.to) {
      last.to = Math.max(last.to, to);
      last.insert += insert;
    } else merged.push({ from, to, insert });
  }
  return merged;
}

/** For a text whose last line has no break: takes away again the one that was put there to work with. */
function withoutLastBreak(changes: TextChange[], text: string, eol: string): TextChange[] {
  const last = changes.at(-1);
  if (!last || last.to <= text.length) return changes;
  const insert = last.insert.endsWith(eol) ? last.insert.slice(0, -eol.length) : last.insert;
  if (last.from > text.length) return [...changes.slice(0, -1), { from: text.length, to: text.length, insert: eol + insert }];
  if (insert !== '' || !text.endsWith(eol, last.from)) return [...changes.slice(0, -1), { from: last.from, to: text.length, insert }];
  return [...changes.slice(0, -1), { from: last.from - eol.length, to: text.length, insert: '' }];
}
