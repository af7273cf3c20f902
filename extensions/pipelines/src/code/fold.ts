import { foldService } from '@codemirror/language';
import type { EditorState, Extension, Text } from '@codemirror/state';

/** Where a bracket is closed is looked for so far, in UTF-16 units. */
const MAX_FLOW = 100_000;
const BLANK = -1;

interface ILines {
  /** Blanks that each line begins with; -1 for one that has nothing in it, or a comment alone. */
  indents: Int32Array;
  /** Whether it is an item of a list. */
  dashes: Uint8Array;
}

/** By the text, as every line that is to be seen asks for them at every change. */
const known = new WeakMap<Text, ILines>();

function linesOf(doc: Text): ILines {
  let lines = known.get(doc);
  if (!lines) {
    lines = { indents: new Int32Array(doc.lines + 1), dashes: new Uint8Array(doc.lines + 1) };
    let number = 0;
    for (const line of doc.iterLines()) {
      number += 1;
      let indent = 0;
      while (line.charCodeAt(indent) === 32) {
        indent += 1;
      }
      const first = line[indent];
      lines.indents[number] = first === undefined || first === '#' || first === '\r' ? BLANK : indent;
      lines.dashes[number] = first === '-' && (line[indent + 1] ?? ' ') === ' ' ? 1 : 0;
    }
    known.set(doc, lines);
  }
  return lines;
}

/** JupyterLab reads YAML by colours alone: what belongs together is told by indentation, and in flow style by brackets. */
export const fold: Extension = foldService.of((state, from) => flowRange(state, from) ?? blockRange(state, from));

function blockRange({ doc }: EditorState, from: number): { from: number; to: number } | null {
  const line = doc.lineAt(from);
  const { indents, dashes } = linesOf(doc);
  const indent = indents[line.number]!;
  if (indent === BLANK) {
    return null;
  }
  // A list may stand as far left as the key that it belongs to.
  const withItems = dashes[line.number] === 0 && /:\s*(#.*)?$/.test(line.text);
  let last = line.number;
  for (let number = line.number + 1; number <= doc.lines; number++) {
    const inner = indents[number]!;
    if (inner !== BLANK && !(inner > indent || (withItems && inner === indent && dashes[number] === 1))) {
      break;
    }
    last = inner === BLANK ? last : number;
  }
  return last > line.number ? { from: line.to, to: doc.line(last).to } : null;
}

/** From the last bracket that a line opens and does not close, to where it is closed. */
function flowRange({ doc }: EditorState, from: number): { from: number; to: number } | null {
  const line = doc.lineAt(from);
  const open = lastOpen(line.text);
  if (open < 0) {
    return null;
  }
  const start = line.from + open;
  const end = closedAt(doc.sliceString(start, Math.min(doc.length, start + MAX_FLOW)));
  return end > 0 && start + end > line.to ? { from: start + 1, to: start + end } : null;
}

function lastOpen(line: string): number {
  const open: number[] = [];
  for (const { char, at } of brackets(line)) {
    if (char === '[' || char === '{') {
      open.push(at);
    } else {
      open.pop();
    }
  }
  return open.at(-1) ?? -1;
}

/** Of a text that begins with a bracket, where that is closed; -1 for nowhere. */
function closedAt(text: string): number {
  let depth = 0;
  for (const { char, at } of brackets(text)) {
    depth += char === '[' || char === '{' ? 1 : -1;
    if (depth === 0) {
      return at;
    }
  }
  return -1;
}

/** Those that are in no string and no comment, and begin a value or end one. */
function* brackets(text: string): Generator<{ char: string; at: number }> {
  const token = /"(?:[^"\\]|\\[^])*"|(?<![^\s,[{:])'[^']*'|(?<!\S)#[^\n]*|[[\]{}]/g;
  for (const { 0: char, index } of text.matchAll(token)) {
    // `$(inputs.a[0])` and `${…}` are a part of a word.
    if (char.length === 1 && !((char === '[' || char === '{') && /[^\s,[{:-]/.test(text[index - 1] ?? ' '))) {
      yield { char, at: index };
    }
  }
}
