import { columnOf, indentOf, lineEnd, lineStart, spaces } from './lines.js';
import type { CollectionNode, YamlNode } from './node.js';
import type { IAddition, IChangeAt, IWork } from './plan.js';
import { childrenOf, jsonOf } from './plan.js';
import { quotesOf } from './render.js';
import type { IStyle } from './style.js';
import { skipSpace } from './tree.js';
import { writeFlow, writeString } from './write.js';

/** The style of a document as it is within a flow collection. */
export function flowStyleOf(node: CollectionNode, style: IStyle): IStyle {
  const { text } = node.source;
  if (node.kind !== 'map') return style;
  const sample = node.entries.find(({ value }) => value.to > value.from);
  const colon = sample && text.slice(sample.keyNode.to, sample.value.outerFrom);
  return { ...style, colon: colon && /^: *$/.test(colon) ? colon : style.colon };
}

/** Whether a line begins with this child. */
const startsLine = (text: string, at: number): boolean => /^[ \t]*$/.test(text.slice(lineStart(text, at), at));

/** Where a child begins: with its key, if it has one. */
const startOf = (node: CollectionNode, index: number): number =>
  (node.kind === 'map' ? node.entries[index].keyNode.outerFrom : node.items[index].outerFrom);

/** The indentation of the line that an offset lies in. */
export const lineIndent = (text: string, at: number): number => indentOf(text, lineStart(text, at)) ?? 0;

/** The changes for what is added to and removed from a flow collection; at least one child stays. */
export function changeFlow(text: string, work: IWork, base: IStyle, depth: number): IChangeAt[] {
  const { added, removed } = work;
  const node = work.node as CollectionNode;
  const changes: IChangeAt[] = [];
  const children = childrenOf(node);
  const style = flowStyleOf(node, base);
  const end = (index: number): number => children[index].to;
  const kept = children.map((_, i) => i).filter(i => !removed.has(i));
  const last = kept.at(-1)!;
  const multiLine = startsLine(text, startOf(node, kept.length > 1 ? last : kept[0]));
  const column = multiLine ? columnOf(text, startOf(node, last)) : 0;
  const separator = multiLine ? `,${style.eol}${spaces(column)}` : /^, *$/.test(between(text, node)) ? between(text, node) : style.comma;
  const written = (addition: IAddition): string => writeChild(node, addition, style, multiLine && style.json ? column : null, children);

  for (let i = 0; i < children.length; i++) {
    if (!removed.has(i)) continue;
    let j = i;
    while (removed.has(j + 1)) j++;
    const isFirst = i === 0;
    if (isFirst) changes.push({ from: startOf(node, 0), to: startOf(node, j + 1), insert: '', depth });
    else changes.push(...removeRun(text, end(i - 1), end(j), j === children.length - 1, depth));
    i = j;
  }
  // Behind the last one that stays before it, and behind what goes after that one.
  for (const addition of added) {
    let before = Math.min(addition.after, children.length - 1);
    while (before >= 0 && removed.has(before)) before--;
    if (before < 0) {
      const at = startOf(node, kept[0]);
      changes.push({ from: at, to: at, insert: written(addition) + separator, depth });
      continue;
    }
    let run = before;
    while (removed.has(run + 1)) run++;
    const at = end(run);
    const comment = run === before ? commentBehind(text, at) : null;
    if (comment && multiLine) {
      const insert = `${style.eol}${spaces(column)}${written(addition)}${comment.hasComma ? ',' : ''}`;
      if (!comment.hasComma) changes.push({ from: at, to: at, insert: ',', depth });
      changes.push({ from: comment.end, to: comment.end, insert, depth });
    } else changes.push({ from: at, to: at, insert: separator + written(addition), depth });
  }
  return changes;
}

/** What stands between the first two. */
function between(text: string, node: CollectionNode): string {
  const children = childrenOf(node);
  return children.length > 1 ? text.slice(children[0].to, startOf(node, 1)) : '';
}

function writeChild(
  node: CollectionNode, { key, value }: IAddition, style: IStyle, indent: number | null, children: readonly YamlNode[]
): string {
  const text = writeFlow(jsonOf(value), style, indent, quotesOf(children));
  if (key === null) return text;
  const keys = node.kind === 'map' ? quotesOf(node.entries.map(({ keyNode }) => keyNode)) : 'plain';
  return `${writeString(key, style, true, keys)}${style.colon}${text}`;
}

/** A comment on the line, behind an item and perhaps its comma. */
function commentBehind(text: string, at: number): { end: number; hasComma: boolean } | null {
  const comment = /[ \t]*(,?)[ \t]+#/y;
  comment.lastIndex = at;
  const found = comment.exec(text);
  return found && { end: lineEnd(text, at), hasComma: found[1] === ',' };
}

/** Takes away what follows an item that stays; a comment behind that one stays too. */
function removeRun(text: string, from: number, to: number, isLast: boolean, depth: number): IChangeAt[] {
  const comment = commentBehind(text, from);
  if (!comment || comment.end >= to) return [{ from, to, insert: '', depth }];
  const comma = skipSpace(text, to);
  const hasComma = text[comma] === ',';
  if (!isLast || hasComma) {
    const own = commentBehind(text, comma + (hasComma ? 1 : 0));
    return [{ from: comment.end, to: own ? own.end : hasComma ? comma + 1 : to, insert: '', depth }];
  }
  const separator = text.indexOf(',', from);
  return [
    { from: separator, to: separator + 1, insert: '', depth },
    { from: comment.end, to: commentBehind(text, to)?.end ?? to, insert: '', depth }
  ];
}
