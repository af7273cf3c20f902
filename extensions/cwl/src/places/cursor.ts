/** Makes a text that is being typed one that can be read: a word stands where the cursor is, as a key or as a value. */
import type { IScalarNode, ISource, YamlNode } from '../text/node.js';
import { nodeAtOffset } from '../text/value.js';
import { parseSource } from '../text/tree.js';
import { isKey } from './definition.js';

/** No document has it. */
const MARK = 'cwl7place';

export interface ICursor {
  /** Of the word that is being typed. */
  from: number;
  to: number;
  /** What of it is there, before the cursor. */
  typed: string;
  /** In quotes already. */
  quote: string;
  /** What the word can be: each with a tree that it is in. */
  readings: readonly { node: IScalarNode; isKey: boolean }[];
  /** A colon follows already. */
  hasColon: boolean;
}

/** Null within a comment or a text of several lines. */
export function cursorAt(text: string, offset: number, uri: string): ICursor | null {
  const start = lastBreak(text, offset);
  const rest = /^[^\r\n]*/.exec(text.slice(offset, offset + 1_000))![0];
  const line = text.slice(start, offset);
  const before = /[^\s,[\]{}"']*$/.exec(line.slice(-1_000))![0];
  const typed = before.replace(/^.*:(?=$)/s, '');
  const from = offset - typed.length;
  const to = offset + /^[^\s,[\]{}"':#]*/.exec(rest)![0].length;
  const lead = text.slice(start, from);
  if (/(^|\s)#/.test(lead.replace(/"[^"]*"|'[^']*'/g, ''))) {
    return null;
  }
  const quote = /["']$/.exec(lead)?.[0] ?? '';
  const behind = text.slice(to, offset + rest.length);
  const hasColon = /^["']?\s*:(\s|$)/.test(behind);
  const isOpen = quote !== '' && !behind.includes(quote);
  const isBare = /^\s*(- +)*["']?$/.test(lead);
  const head = text.slice(0, from);
  const tail = text.slice(to);
  const closed = isOpen ? quote : '';
  // A blank, for a value that is typed right behind its colon.
  const gap = lead.endsWith(':') ? ' ' : '';
  const readings: { node: IScalarNode; isKey: boolean }[] = [];
  const read = (word: string, after: string): boolean => {
    const node = markIn(parseSource(head + gap + word + after, uri).source, from + gap.length);
    if (node && node.style !== 'literal' && node.style !== 'folded' && !readings.some(one => one.isKey === isKey(node))) {
      readings.push({ node, isKey: isKey(node) });
    }
    return node !== null;
  };
  const end = /^[^\r\n]*/.exec(tail)![0].length;
  const brackets = closing(lead);
  const attempts = (word: string): boolean =>
    read(word, tail) ||
    (brackets !== '' && read(word, brackets + tail.slice(end))) ||
    // What is behind may be broken too, and so may the rest of the line.
    read(word, brackets);
  if (isBare && !hasColon) {
    attempts(`${MARK}${closed}${quote !== '' && !isOpen ? '' : ':'}`);
  }
  attempts(MARK + closed);
  return { from, to, typed, quote, readings, hasColon };
}

function lastBreak(text: string, offset: number): number {
  return Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
}

/** The brackets that a line has opened so far, closed. */
function closing(line: string): string {
  const open: string[] = [];
  for (const char of line.replace(/"[^"]*"|'[^']*'/g, '')) {
    if (char === '[' || char === '{') {
      open.unshift(char === '[' ? ']' : '}');
    } else if (char === open[0]) {
      open.shift();
    }
  }
  return open.join('');
}

function markIn(source: ISource, at: number): IScalarNode | null {
  const node: YamlNode | null = nodeAtOffset(source, at + 1);
  return node?.kind === 'scalar' && typeof node.value === 'string' && node.value.startsWith(MARK) ? node : null;
}
