import { Raw } from '../text/change.js';
import type { Written } from '../text/change.js';
import { columnOf, lineEnd, lineStart, previousLine } from '../text/lines.js';
import type { IMapNode, YamlNode } from '../text/node.js';
import { meaningOf } from './draft.js';

/** Where the lines of comments begin that stand right above an offset, at its column; the offset itself if there are none. */
function commentsAbove(text: string, at: number): number {
  const column = columnOf(text, at);
  let start = at;
  for (let line = previousLine(text, lineStart(text, at)); line >= 0; line = previousLine(text, line)) {
    const written = text.slice(line, lineEnd(text, line));
    if (!written.startsWith('#', column) || written.slice(0, column).trim() !== '') {
      break;
    }
    start = line + column;
  }
  return start;
}

/** Lines of a text from an offset on, without the indentation that the first one has; null if one of them has less. */
function outdented(text: string, from: number, to: number, column: number): string | null {
  const [first, ...rest] = text.slice(from, to).split(/\r\n|\n|\r/);
  const lines = rest.map(line => (line.slice(0, column).trim() === '' ? line.slice(column) : line.trimStart().startsWith('#') ? line.trimStart() : null));
  return lines.includes(null) ? null : [first, ...lines].join('\n');
}

/** Up to the end of the line, if nothing but a comment is left on it. */
function withComment(text: string, to: number): number {
  const end = lineEnd(text, to);
  return /^[ \t]+#/.test(text.slice(to, end)) ? end : to;
}

/** A block map as it is written, with the comments above its entry; its value alone where the text cannot stand elsewhere. */
export function rawOf(node: YamlNode, keyNode?: YamlNode | null): Written {
  const value = meaningOf(node);
  if (node.kind !== 'map' || node.flow || node.outerFrom !== node.from) {
    return value;
  }
  const { text } = node.source;
  const own = outdented(text, node.from, withComment(text, node.to), columnOf(text, node.from));
  if (own === null) {
    return value;
  }
  const head = entryStart(node, keyNode ?? null);
  const above = outdented(text, commentsAbove(text, head), head, columnOf(text, head)) ?? '';
  // What stands behind the key, on its line or on lines of their own.
  const [behind = '', ...between] = keyNode ? text.slice(keyNode.to, node.from).replace(/^\s*:/, '').split(/\r\n|\n|\r/) : [];
  const comments = between.map(line => line.trim()).filter(line => line.startsWith('#'));
  return new Raw([...comments, own].join('\n'), value, { above: above.split('\n').filter(line => line.trim() !== ''), behind: behind.trim() });
}

/** Where the entry of a map begins, or the dash of an item. */
function entryStart(node: IMapNode, keyNode: YamlNode | null): number {
  if (keyNode) {
    return keyNode.outerFrom;
  }
  const dash = node.source.text.lastIndexOf('-', node.from - 1);
  return dash < 0 ? node.from : dash;
}

/** Entries of a map or items of a list as they are written, one below the other, with their comments; null where that cannot be. */
export function rawEntries(nodes: readonly { node: YamlNode; idNode: YamlNode | null }[], form: 'map' | 'list'): string | null {
  const parts = nodes.map(({ node, idNode }) => {
    if (node.kind !== 'map' || node.flow || node.outerFrom !== node.from || (form === 'map' && idNode?.parent !== node.parent)) {
      return null;
    }
    const { text } = node.source;
    const head = entryStart(node, form === 'map' ? idNode : null);
    return outdented(text, commentsAbove(text, head), withComment(text, node.to), columnOf(text, head));
  });
  return parts.includes(null) ? null : parts.join('\n');
}
