import { columnOf, indentOf, lineEnd, lineStart, nextLine, previousLine, spaces } from './lines.js';
import type { CollectionNode } from './node.js';
import type { IAddition, IChangeAt, IWork } from './plan.js';
import { childrenOf } from './plan.js';
import { childLines } from './render.js';
import type { IStyle } from './style.js';
import { skipSpace } from './tree.js';

interface IRegion {
  /** Of the key or dash. */
  at: number;
  /** With the comments above it that are its own; `at` where other things are on its line before it. */
  from: number;
  /** Behind the break of its last line, and of comments below that are deeper than it. */
  to: number;
  ownLine: boolean;
}

/** The children of a block collection, by lines. `text` ends with a line break. */
export class BlockChildren {
  readonly column: number;
  private readonly regions: (IRegion | undefined)[] = [];

  constructor(
    private readonly text: string,
    readonly node: CollectionNode
  ) {
    this.column = columnOf(text, this.place(0));
  }

  get count(): number {
    return childrenOf(this.node).length;
  }

  /** Where the key or dash of a child is, or the question mark before a key. */
  place(index: number): number {
    const { node, text } = this;
    if (node.kind === 'map') return beforeMark(text, node.entries[index].keyNode.outerFrom);
    return index === 0 ? node.from : skipSpace(text, node.items[index - 1].to);
  }

  region(index: number): IRegion {
    return (this.regions[index] ??= this.measure(index));
  }

  private measure(index: number): IRegion {
    const { text, node, column } = this;
    const at = this.place(index);
    const start = lineStart(text, at);
    const ownLine = /^ *$/.test(text.slice(start, at));
    let from = ownLine ? start : at;
    if (ownLine && (index > 0 || node.parent)) {
      const bound = index > 0 ? childrenOf(node)[index - 1].to : 0;
      const isOwn = (line: number): boolean => line >= bound && this.isComment(line) && indentOf(text, line) === column;
      for (let line = previousLine(text, from); isOwn(line); line = previousLine(text, from)) from = line;
    }
    let to = nextLine(text, childrenOf(node)[index].to);
    while (to < text.length && this.isComment(to) && indentOf(text, to)! > column) to = nextLine(text, to);
    return { at, from, to, ownLine };
  }

  private isComment(line: number): boolean {
    return /^ *#(?!!)/.test(startOfLine(this.text, line));
  }

  /** Whether a blank line stands between any two. */
  get isSpaced(): boolean {
    if (this.count < 2) return false;
    for (let i = 1; i < Math.min(this.count, 9); i++) if (this.blanksAbove(i) === this.region(i).from) return false;
    return true;
  }

  /** Where the blank lines above a child begin. Those of a text block above are its own. */
  blanksAbove(index: number): number {
    let { from } = this.region(index);
    const bound = index > 0 ? childrenOf(this.node)[index - 1].to : -1;
    const isBlank = (line: number): boolean => line > bound && indentOf(this.text, line) === null;
    for (let above = previousLine(this.text, from); isBlank(above); above = previousLine(this.text, from)) from = above;
    return from;
  }

  /** Where the blank lines from here on end. */
  blanksBelow(line: number): number {
    let to = line;
    while (to < this.text.length && indentOf(this.text, to) === null) to = nextLine(this.text, to);
    return to;
  }
}

function beforeMark(text: string, key: number): number {
  let at = key;
  while (text[at - 1] === ' ') at--;
  return at < key && text[at - 1] === '?' ? at - 1 : key;
}

/** The start of a line: what a comment is told by. */
const startOfLine = (text: string, line: number): string => {
  let at = line;
  while (text.charCodeAt(at) === 32) at++;
  return text.slice(at, at + 2);
};

/** The changes for what is added to and removed from a block collection; at least one child stays. */
export function changeBlock(text: string, { node, added, removed }: IWork, style: IStyle, depth: number): IChangeAt[] {
  const children = new BlockChildren(text, node as CollectionNode);
  const changes: IChangeAt[] = [];
  const spaced = added.length > 0 && children.isSpaced;
  const linesOf = (addition: IAddition): string[] => childLines(node as CollectionNode, addition.key, addition.value, children.column, style);
  const block = (lines: string[]): string => lines.map(line => line + style.eol).join('');
  let first = 0;
  while (removed.has(first)) first++;
  const isCompact = !children.region(0).ownLine;
  const ahead: IAddition[] = [];
  for (const addition of added) {
    if (addition.after < 0 || (isCompact && addition.after < first)) ahead.push(addition);
    else {
      const at = children.region(addition.after).to;
      const isBlank = indentOf(text, previousLine(text, at)) === null;
      changes.push({ from: at, to: at, insert: (spaced && !isBlank ? style.eol : '') + block(linesOf(addition)), depth });
    }
  }
  if (isCompact) {
    if (ahead.length || first > 0) changes.push(...compactStart(text, children, first, ahead.map(linesOf), style, depth));
  } else {
    const at = children.region(0).from;
    for (const addition of ahead) changes.push({ from: at, to: at, insert: block(linesOf(addition)) + (spaced ? style.eol : ''), depth });
  }
  for (const index of removed) {
    if (isCompact && index < first) continue;
    const region = children.region(index);
    let { from, to } = region;
    const above = children.blanksAbove(index);
    const below = children.blanksBelow(to);
    if (index === 0) to = above === from && node.parent ? below : to;
    else if (above < from && (below > to || index === children.count - 1 || to === text.length)) from = above;
    changes.push({ from, to, insert: '', depth });
  }
  return changes;
}

/** What a collection begins with that stands behind a dash: everything before the child `first` becomes the new lines. */
function compactStart(text: string, children: BlockChildren, first: number, lines: string[][], style: IStyle, depth: number): IChangeAt[] {
  const from = children.place(0);
  const kept = children.region(first);
  const added = lines.flat().join(style.eol).trimStart();
  if (first === 0) return [{ from, to: from, insert: `${added}${style.eol}${spaces(children.column)}`, depth }];
  const hasComments = kept.from < lineStart(text, kept.at);
  if (!hasComments) return [{ from, to: kept.at, insert: added && `${added}${style.eol}${spaces(children.column)}`, depth }];
  let blank = from;
  while (!added && text[blank - 1] === ' ') blank--;
  const end = text.endsWith(style.eol, kept.from) ? kept.from - style.eol.length : lineEnd(text, from);
  return [{ from: blank, to: end, insert: added, depth }];
}
