import type { Written } from './change.js';
import { columnOf, spaces } from './lines.js';
import type { CollectionNode, IScalarNode, YamlNode } from './node.js';
import { childrenOf, isRaw, jsonOf } from './plan.js';
import type { IStyle } from './style.js';
import { parseSource } from './tree.js';
import type { IWrittenValue, Quote } from './write.js';
import { entryLines, itemLines, writeItemValue, writeScalar, writeString, writeValue } from './write.js';

/** How many siblings are looked at to see how things are written here. */
const LOOK = 16;

/** How strings are quoted that would not need it: the way that all of these are; `plain` if they differ. */
export function quotesOf(nodes: readonly YamlNode[]): Quote {
  const strings = nodes.slice(0, LOOK).filter((node): node is IScalarNode => node.kind === 'scalar' && typeof node.value === 'string');
  const [first] = strings;
  const isQuoted = first && (first.style === 'single' || first.style === 'double') && strings.every(({ style }) => style === first.style);
  return isQuoted ? (first.style as Quote) : 'plain';
}

/** The style of a document as it is among the children of a block collection. */
export function styleAmong(node: YamlNode | null, style: IStyle): IStyle {
  if (node?.kind !== 'map' || node.flow || !node.entries.length) return style;
  const { text } = node.source;
  const column = columnOf(text, node.entries[0].keyNode.outerFrom);
  const below = (kind: CollectionNode['kind']): number | null => {
    const like = node.entries.slice(0, LOOK).find(({ value }) => value.kind === kind && !value.flow)?.value;
    return like ? columnOf(text, like.from) - column : null;
  };
  return { ...style, step: Math.max(1, below('map') ?? style.step), listStep: Math.max(0, below('seq') ?? style.listStep) };
}

/** An anchor that is moved could take the place of another one. */
function hasAnchors(node: YamlNode): boolean {
  if (node.kind === 'alias' || node.anchor !== null) return true;
  if (node.kind === 'map') return node.entries.some(({ keyNode, value }) => hasAnchors(keyNode) || hasAnchors(value));
  return node.kind === 'seq' && node.items.some(hasAnchors);
}

/** A piece of YAML as it stands, moved to where it goes; null where it cannot just be moved. */
function moveRaw(raw: string, column: number, style: IStyle, isItem: boolean): IWrittenValue | null {
  const { source, problems } = parseSource(raw, '');
  const { root } = source;
  if (!root || problems.length || hasAnchors(root)) return null;
  const isBlock = (root.kind === 'map' || root.kind === 'seq') && !root.flow;
  const to = !isBlock ? column : isItem ? column + 2 : column + (root.kind === 'seq' ? style.listStep : style.step);
  const lines = raw.replace(/(?:\r\n|\n|\r)$/, '').split(/\r\n|\n|\r/).map(line => (line.trim() ? spaces(to) + line : ''));
  if (isBlock && !isItem) return { inline: '', body: lines };
  return { inline: lines[0].trimStart(), body: lines.slice(1) };
}

/** Behind the key at `column`. */
export function valueBehindKey(value: Written, key: string, column: number, style: IStyle, wanted?: Quote): IWrittenValue {
  const moved = isRaw(value) ? moveRaw(value.raw, column, style, false) : null;
  const behind = isRaw(value) && moved?.inline === '' ? value.comments.behind : '';
  return moved ? { ...moved, inline: moved.inline || behind } : writeValue(jsonOf(value), column, style, key, wanted);
}

/** Behind the dash at `column`. */
export function valueBehindDash(value: Written, column: number, style: IStyle, wanted?: Quote): IWrittenValue {
  return (isRaw(value) ? moveRaw(value.raw, column, style, true) : null) ?? writeItemValue(jsonOf(value), column, style, wanted);
}

/** The lines of a new child of a block collection; `key` is null in a list. */
export function childLines(node: CollectionNode | null, key: string | null, value: Written, column: number, base: IStyle): string[] {
  const wanted = node ? quotesOf(childrenOf(node)) : 'plain';
  const above = isRaw(value) ? value.comments.above.map(line => spaces(column) + line) : [];
  if (key === null) return [...above, ...itemLines(valueBehindDash(value, column, base, wanted), column)];
  const style = styleAmong(node, base);
  const keys = node?.kind === 'map' ? quotesOf(node.entries.map(({ keyNode }) => keyNode)) : 'plain';
  return [...above, ...entryLines(writeString(key, style, false, keys), valueBehindKey(value, key, column, style, wanted), column)];
}

/** A scalar in the place of another one, in the quotes that one has if it has a use for them. */
export function wantedFor(old: YamlNode): Quote {
  return old.kind === 'scalar' && typeof old.value === 'string' && (old.style === 'single' || old.style === 'double') ? old.style : 'plain';
}

/** A key in the place of another one. */
export function renamedKey(old: YamlNode, key: string, style: IStyle, inFlow: boolean): string {
  return writeScalar(key, style, inFlow, old.kind === 'scalar' && (old.style === 'single' || old.style === 'double') ? old.style : 'plain');
}
