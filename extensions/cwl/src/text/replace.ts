import type { Written } from './change.js';
import { flowStyleOf, lineIndent } from './flow.js';
import { columnOf, indentOf, lineEnd, lineStart, nextLine } from './lines.js';
import type { CollectionNode, IMapNode, Json, YamlNode } from './node.js';
import type { IAddition, IChangeAt } from './plan.js';
import { childrenOf, indexOfKey, isRaw, jsonOf } from './plan.js';
import { childLines, styleAmong, valueBehindDash, valueBehindKey, wantedFor } from './render.js';
import type { IStyle } from './style.js';
import { skipSpace } from './tree.js';
import type { IWrittenValue } from './write.js';
import { writeBlock, writeFlow } from './write.js';

/** What comes in the place of a node: a value, or a collection of these. */
export type Content = { value: Written } | IChildren;

interface IChildren {
  kind: CollectionNode['kind'];
  added: readonly IAddition[];
}

/** The same as one value. */
function asJson(content: Content): Json {
  if ('value' in content) return jsonOf(content.value);
  if (content.kind === 'seq') return content.added.map(({ value }) => jsonOf(value));
  const object = Object.create(null) as { [key: string]: Json };
  for (const { key, value } of content.added) object[key!] = jsonOf(value);
  return object;
}

/** The changes that put something in the place of a node. */
export function replaceNode(text: string, node: YamlNode, content: Content, style: IStyle, depth: number): IChangeAt[] {
  if (node.parent ? node.parent.flow : style.json) return replaceInFlow(text, node, content, style, depth);
  return node.parent ? replaceInBlock(text, node, node.parent, content, style, depth) : replaceRoot(text, node, content, style, depth);
}

function replaceRoot(text: string, node: YamlNode, content: Content, style: IStyle, depth: number): IChangeAt[] {
  const lines = rootLines(content, style);
  if (node.to > node.outerFrom) return [{ from: node.outerFrom, to: node.to, insert: lines.join(style.eol), depth }];
  const isAtStart = /^\ufeff?\s*$/.test(text.slice(lineStart(text, node.from), node.from));
  const at = isAtStart ? node.from : nextLine(text, node.from);
  return [{ from: at, to: at, insert: lines.map(line => line + style.eol).join(''), depth }];
}

function rootLines(content: Content, style: IStyle): string[] {
  if ('added' in content && content.added.length) return content.added.flatMap(({ key, value }) => childLines(null, key, value, 0, style));
  if ('value' in content && isRaw(content.value)) return content.value.raw.replace(/\r?\n$/, '').split(/\r\n|\n|\r/);
  const value = asJson(content);
  const isFull = value !== null && typeof value === 'object' && (Array.isArray(value) ? value.length : Object.keys(value).length) > 0;
  return isFull ? writeBlock(value, 0, style) : [writeFlow(value, style)];
}

function replaceInFlow(text: string, node: YamlNode, content: Content, base: IStyle, depth: number): IChangeAt[] {
  const style = node.parent ? flowStyleOf(node.parent, base) : base;
  // JSON that has lines keeps having them.
  const isSpread = style.json && /[\r\n]/.test(node.source.text.trim());
  const indent = isSpread ? lineIndent(text, node.from) : null;
  const insert = writeFlow(asJson(content), style, indent, wantedFor(node));
  if (node.to > node.outerFrom) return [{ from: node.outerFrom, to: node.to, insert, depth }];
  const before = text[node.from - 1];
  return [{ from: node.from, to: node.from, insert: before === ':' ? ` ${insert}` : `: ${insert}`, depth }];
}

/** How a node lies in its lines: what of it is on the line of its key or dash, and what below. */
interface ILayout {
  inline: { from: number; to: number };
  body: { from: number; to: number };
}

function layoutOf(text: string, node: YamlNode, behind: number, column: number): ILayout {
  const start = node.outerFrom;
  const startsBelow = /[\r\n]/.test(text.slice(behind, start));
  const isBlock = (node.kind === 'map' || node.kind === 'seq') && !node.flow;
  // Comments behind the last thing in it are its own.
  const bottom = isBlock ? commentsBelow(text, node.to, column) : node.to;
  if (node.to === start || startsBelow) {
    const end = lineEnd(text, behind);
    return { inline: { from: behind, to: behind }, body: { from: end, to: startsBelow ? bottom : end } };
  }
  const end = lineEnd(text, start);
  const isBlockScalar = node.kind === 'scalar' && (node.style === 'literal' || node.style === 'folded');
  if (isBlockScalar || node.from > end) {
    const header = /^(?:[&!]\S*[ \t]*)*(?:[|>][-+0-9]*)?/.exec(text.slice(start, end))![0].trimEnd();
    return { inline: { from: start, to: start + header.length }, body: { from: end, to: Math.max(end, bottom) } };
  }
  if (isBlock) return { inline: { from: start, to: bottom }, body: { from: bottom, to: bottom } };
  const last = lineEnd(text, node.to);
  return { inline: { from: start, to: node.to }, body: { from: last, to: last } };
}

/** Behind the comments below a line that are deeper than `column`, and behind that line's own; before the break. */
function commentsBelow(text: string, from: number, column: number): number {
  let end = from;
  for (let line = nextLine(text, from); line < text.length; line = nextLine(text, line)) {
    const indent = indentOf(text, line);
    if (indent === null || indent <= column || text[line + indent] !== '#') break;
    end = lineEnd(text, line);
  }
  return end;
}

function replaceInBlock(text: string, node: YamlNode, parent: CollectionNode, content: Content, style: IStyle, depth: number): IChangeAt[] {
  let behind: number;
  let column: number;
  let written: IWrittenValue;
  if (parent.kind === 'map') {
    const { key, keyNode } = parent.entries[entryIndex(parent, node)];
    behind = skipSpace(text, keyNode.to) + 1;
    column = columnOf(text, keyNode.outerFrom);
    written = writtenBehindKey(node, key, content, column, styleAmong(parent, style));
  } else {
    const index = node.key as number;
    const dash = index === 0 ? parent.from : skipSpace(text, childrenOf(parent)[index - 1].to);
    behind = dash + 1;
    column = columnOf(text, dash);
    written = writtenBehindDash(node, content, column, style);
  }
  const { inline, body } = layoutOf(text, node, behind, column);
  const changes: IChangeAt[] = [];
  if (!written.inline) changes.push({ from: inline.to > inline.from ? behind : inline.from, to: inline.to, insert: '', depth });
  else if (inline.to > inline.from) changes.push({ ...inline, insert: written.inline, depth });
  else changes.push({ ...inline, insert: ` ${written.inline}`, depth });
  changes.push({ ...body, insert: written.body.map(line => style.eol + line).join(''), depth });
  return changes;
}

const entryIndex = (map: IMapNode, node: YamlNode): number => {
  const index = indexOfKey(map, String(node.key));
  return map.entries[index]?.value === node ? index : map.entries.findIndex(({ value }) => value === node);
};

/** A list of words that begins in `[]` stays in brackets; so does what its like are written in. */
function staysInLine(node: YamlNode, content: IChildren, key: string | null, style: IStyle): boolean {
  if (!content.added.length) return true;
  const usual = key === null ? undefined : style.flow.get(key);
  const wasFlow = node.kind === 'seq' && node.flow;
  const value = asJson(content);
  const isFlat = Array.isArray(value) && value.every(item => item === null || typeof item !== 'object' && !String(item).includes('\n'));
  return usual ?? (wasFlow && isFlat) ? writeFlow(value, style).length <= 80 : false;
}

function writtenBehindKey(node: YamlNode, key: string, content: Content, column: number, style: IStyle): IWrittenValue {
  if ('value' in content) return valueBehindKey(content.value, key, column, style, wantedFor(node));
  if (staysInLine(node, content, key, style)) return { inline: inLine(content, style), body: [] };
  const inner = column + (content.kind === 'seq' ? style.listStep : style.step);
  return { inline: '', body: content.added.flatMap(({ key: own, value }) => childLines(null, own, value, inner, style)) };
}

function writtenBehindDash(node: YamlNode, content: Content, column: number, style: IStyle): IWrittenValue {
  if ('value' in content) return valueBehindDash(content.value, column, style, wantedFor(node));
  if (staysInLine(node, content, null, style)) return { inline: inLine(content, style), body: [] };
  const [first, ...body] = content.added.flatMap(({ key, value }) => childLines(null, key, value, column + 2, style));
  return { inline: first.trimStart(), body };
}

const inLine = (content: IChildren, style: IStyle): string =>
  content.added.length ? writeFlow(asJson(content), style) : content.kind === 'seq' ? '[]' : '{}';
