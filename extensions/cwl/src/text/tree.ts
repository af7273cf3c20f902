import { CHOMPING_MODE, COLLECTION_STYLE, EVENT_ID, SCALAR_STYLE, YAMLException, getScalarValue, parseEvents } from 'js-yaml';
import type { AliasEvent, DocumentEvent, MappingEvent, ScalarEvent, SequenceEvent } from 'js-yaml';
import type { CollectionNode, IAliasNode, IEntry, IMapNode, IRange, IScalarNode, ISeqNode, ISource, YamlNode } from './node.js';
import { resolveScalar } from './scalar.js';

/** Something wrong with the text itself. `range` is the place, `entry` the map entry it is about, `tabs` where tabs are. */
export interface ITextProblem {
  code: 'yaml-syntax' | 'several-documents' | 'duplicate-key' | 'unknown-anchor' | 'tab';
  message: string;
  range: IRange;
  entry?: { map: IMapNode; index: number };
  tabs?: number[];
}

export interface IParsed {
  source: ISource;
  problems: ITextProblem[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type OpenMap = Mutable<IMapNode> & { entries: IEntry[] };
type OpenSeq = Mutable<ISeqNode> & { items: YamlNode[] };

interface IFrame {
  node: OpenMap | OpenSeq;
  /** The key that waits for its value. */
  keyNode: IScalarNode | IAliasNode | null;
  keys: Set<string> | null;
}

const STYLES: Record<number, IScalarNode['style']> = {
  [SCALAR_STYLE.PLAIN]: 'plain',
  [SCALAR_STYLE.SINGLE_QUOTED]: 'single',
  [SCALAR_STYLE.DOUBLE_QUOTED]: 'double',
  [SCALAR_STYLE.LITERAL_BLOCK]: 'literal',
  [SCALAR_STYLE.FOLDED_BLOCK]: 'folded'
};

/** Deeper than any document that means something, and shallow enough to walk by recursion. */
const MAX_DEPTH = 100;
/** Of one kind; a text with more of them is wrong everywhere. */
const MAX_PROBLEMS = 100;

const aliasesOf = new WeakMap<YamlNode, IAliasNode[]>();

/** The aliases that stand for a node. */
export const aliasesTo = (node: YamlNode): readonly IAliasNode[] => aliasesOf.get(node) ?? [];

/** The tree of a text, and what is wrong with the text. Never throws. */
export function parseSource(text: string, uri: string): IParsed {
  const source: Mutable<ISource> = { uri, text, root: null };
  try {
    const builder = new TreeBuilder(source);
    builder.build();
    return { source, problems: builder.problems };
  } catch (error) {
    source.root = null;
    return { source, problems: [syntaxProblem(error, text)] };
  }
}

function syntaxProblem(error: unknown, text: string): ITextProblem {
  const { reason, mark } = error as Partial<YAMLException>;
  const from = Math.max(0, Math.min(mark?.position ?? 0, text.length));
  const rest = /^[^\r\n]*/.exec(text.slice(from, from + 200))![0];
  return {
    code: 'yaml-syntax',
    message: `This is not YAML from here on: ${reason ?? 'it cannot be read'}.`,
    range: { from, to: from + rest.length }
  };
}

/** Goes over blanks, line breaks, comments and the given characters. */
export function skipSpace(text: string, from: number, also = ''): number {
  let at = from;
  for (;;) {
    const c = text[at];
    if (c === ' ' || c === '\t' || c === '\n' || c === '\r' || c === '\ufeff') at++;
    else if (c === '#' && (at === 0 || /[\s\ufeff]/.test(text[at - 1]))) {
      while (at < text.length && text[at] !== '\n' && text[at] !== '\r') at++;
    } else if (c !== undefined && also.includes(c)) at++;
    else return at;
  }
}

/** Makes nodes of the parser's events, which tell where things begin, but not all of where they end. */
class TreeBuilder {
  readonly problems: ITextProblem[] = [];
  private readonly stack: IFrame[] = [];
  private readonly anchors = new Map<string, YamlNode>();
  private readonly text: string;
  /** Behind what was last read. */
  private at = 0;
  private documents = 0;

  constructor(private readonly source: Mutable<ISource>) {
    this.text = source.text;
  }

  build(): void {
    let depth = 0;
    for (const event of parseEvents(this.text, { maxDepth: MAX_DEPTH })) {
      if (event.type === EVENT_ID.DOCUMENT) {
        depth = 0;
        if (++this.documents > 1) break;
        this.start(event);
        continue;
      }
      if (event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.MAPPING) {
        depth++;
        this.open(event);
      } else if (event.type === EVENT_ID.SCALAR) this.scalar(event);
      else if (event.type === EVENT_ID.ALIAS) this.alias(event);
      else if (depth-- > 0) this.close();
      else this.at = skipSpace(this.text, this.at);
    }
    if (this.documents > 1) {
      const range = { from: this.at, to: Math.min(this.at + 3, this.text.length) };
      this.report('several-documents', 'There are several documents in this text; only the first is shown.', range);
    }
    if (!this.source.root && this.documents === 0) {
      const from = this.text.length;
      this.source.root = { ...this.base(null, null), kind: 'scalar', style: 'plain', value: null, from, to: from, outerFrom: from };
    }
    this.findTabs();
  }

  /** Goes behind the marker that a document may begin with. */
  private start(event: DocumentEvent): void {
    if (!event.explicitStart) return;
    const marker = /^\ufeff?---(?=[\s]|$)/gm;
    marker.lastIndex = this.at;
    this.at = marker.exec(this.text) ? marker.lastIndex : this.at;
  }

  private report(code: ITextProblem['code'], message: string, range: IRange, entry?: ITextProblem['entry']): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push({ code, message, range, entry });
  }

  private base(anchor: string | null, tag: string | null) {
    const frame = this.stack.at(-1);
    const key = !frame ? null : frame.node.kind === 'seq' ? frame.node.items.length : frame.keyNode ? this.keyText(frame.keyNode) : null;
    return { source: this.source, parent: (frame?.node as CollectionNode | undefined) ?? null, key, anchor, tag };
  }

  private properties(event: ScalarEvent | MappingEvent | SequenceEvent) {
    const anchor = event.anchorStart < 0 ? null : this.text.slice(event.anchorStart, event.anchorEnd);
    const tag = event.tagStart < 0 ? null : this.text.slice(event.tagStart, event.tagEnd);
    const starts = [event.anchorStart - 1, event.tagStart].filter(start => start >= 0);
    return { anchor, tag, from: starts.length ? Math.min(...starts) : -1, to: Math.max(event.anchorEnd, event.tagEnd) };
  }

  private keyText(node: IScalarNode | IAliasNode): string {
    const read = node.kind === 'alias' ? node.target : node;
    if (read?.kind !== 'scalar') return node.kind === 'alias' ? `*${node.name}` : '';
    return typeof read.value === 'string' ? read.value : read.source.text.slice(read.from, read.to);
  }

  private open(event: MappingEvent | SequenceEvent): void {
    this.refuseAsKey(event.start);
    const own = this.properties(event);
    const from = event.start;
    const flow = event.style === COLLECTION_STYLE.FLOW;
    const shared = { ...this.base(own.anchor, own.tag), from, to: from, outerFrom: own.from < 0 ? from : own.from, flow };
    const node: OpenMap | OpenSeq = event.type === EVENT_ID.MAPPING ? { ...shared, kind: 'map', entries: [] } : { ...shared, kind: 'seq', items: [] };
    // Not yet among the anchors: an alias within has no target.
    this.stack.push({ node, keyNode: null, keys: null });
    this.at = this.hasBrackets(node) ? from + 1 : from;
  }

  /** Not those in block style, nor a single pair in a flow list, `[a: b]`. */
  private hasBrackets(node: OpenMap | OpenSeq): boolean {
    return node.flow && this.text[node.from] === (node.kind === 'map' ? '{' : '[');
  }

  private close(): void {
    const { node } = this.stack.pop()!;
    if (this.hasBrackets(node)) {
      const end = skipSpace(this.text, this.at, node.kind === 'map' ? ',?:' : ',?');
      this.at = end + 1;
      node.to = this.at;
    } else {
      node.to = Math.max(node.from, this.at);
    }
    this.place(node as YamlNode);
  }

  private scalar(event: ScalarEvent): void {
    const own = this.properties(event);
    let from: number;
    let to: number;
    if (event.valueStart < 0) {
      from = own.to >= 0 ? own.to : this.behindIndicator();
      to = from;
    } else if (event.style === SCALAR_STYLE.PLAIN) {
      from = event.valueStart;
      to = event.valueEnd;
    } else if (event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED) {
      from = event.valueStart - 1;
      to = event.valueEnd + 1;
    } else {
      from = skipSpace(this.text, own.to >= 0 ? own.to : this.behindIndicator());
      to = this.blockEnd(event);
    }
    const style = STYLES[event.style];
    const text = event.valueStart < 0 ? '' : getScalarValue(this.text, event);
    const node: IScalarNode = {
      ...this.base(own.anchor, own.tag),
      kind: 'scalar',
      from,
      to,
      outerFrom: own.from < 0 ? from : own.from,
      style,
      value: resolveScalar(text, style === 'plain', own.tag)
    };
    this.at = to;
    this.place(node);
  }

  /** Behind the last line that counts, without its line break: of `|+` all of them count. */
  private blockEnd(event: ScalarEvent): number {
    let to = event.valueEnd;
    if (event.chomping !== CHOMPING_MODE.KEEP) {
      while (to > event.valueStart && ' \t\r\n'.includes(this.text[to - 1])) to--;
      // Blanks at the end of the last line with text are part of it.
      while (to < event.valueEnd && to > event.valueStart && this.text[to] !== '\n' && this.text[to] !== '\r') to++;
    } else if (this.text[to - 1] === '\n') to -= this.text[to - 2] === '\r' ? 2 : 1;
    else if (this.text[to - 1] === '\r') to--;
    // Nothing in it: the end of the header.
    if (to <= event.valueStart && /[\r\n]/.test(this.text[to - 1] ?? '')) {
      to = event.valueStart;
      while (/[\r\n]/.test(this.text[to - 1])) to--;
    }
    return to;
  }

  private alias(event: AliasEvent): void {
    const name = this.text.slice(event.anchorStart, event.anchorEnd);
    const target = this.anchors.get(name) ?? null;
    const from = event.anchorStart - 1;
    const node: IAliasNode = { ...this.base(null, null), kind: 'alias', from, to: event.anchorEnd, outerFrom: from, name, target };
    if (target) {
      const known = aliasesOf.get(target);
      if (known) known.push(node);
      else aliasesOf.set(target, [node]);
    } else {
      this.report('unknown-anchor', `Nothing before this is called &${name}, or it would lie within itself.`, { from, to: node.to });
    }
    this.at = node.to;
    this.place(node);
  }

  /** Behind the colon, dash or question mark that comes next, if one does. */
  private behindIndicator(): number {
    const frame = this.stack.at(-1);
    if (!frame) return this.at;
    const next = skipSpace(this.text, this.at, frame.node.flow && !frame.keyNode ? ',' : '');
    const c = this.text[next];
    const isOwn = frame.node.kind === 'seq' ? c === '-' && !frame.node.flow : frame.keyNode ? c === ':' : c === '?';
    return isOwn ? next + 1 : this.at;
  }

  private refuseAsKey(from: number): void {
    const frame = this.stack.at(-1);
    if (frame?.node.kind === 'map' && !frame.keyNode) YAMLException.throwAt(this.text, from, 'a list or a map cannot be a key here');
  }

  /** Puts a finished node where it belongs. */
  private place(node: YamlNode): void {
    if (node.anchor !== null) this.anchors.set(node.anchor, node);
    const frame = this.stack.at(-1);
    if (!frame) this.source.root = node;
    else if (frame.node.kind === 'seq') frame.node.items.push(node);
    else if (frame.keyNode) {
      this.addEntry(frame, frame.node, frame.keyNode, node);
      frame.keyNode = null;
    } else frame.keyNode = node as IScalarNode | IAliasNode;
  }

  private addEntry(frame: IFrame, map: OpenMap, keyNode: IScalarNode | IAliasNode, value: YamlNode): void {
    const key = this.keyText(keyNode);
    (keyNode as Mutable<IScalarNode>).key = key;
    frame.keys ??= new Set();
    if (frame.keys.has(key)) {
      const message = `The key \`${key}\` is there twice; readers of YAML refuse that or take one of them.`;
      this.report('duplicate-key', message, { from: keyNode.from, to: keyNode.to }, { map, index: map.entries.length });
    }
    frame.keys.add(key);
    map.entries.push({ key, keyNode, value });
  }

  /** Tabs between things: js-yaml reads them as blanks, while PyYAML, ruamel and so cwltool refuse them. */
  private findTabs(): void {
    if (!this.source.root || !this.text.includes('\t')) return;
    const tabs = tabsBetween(this.text, this.source.root);
    if (!tabs.length) return;
    const message = 'There is a tab between the things of this line; YAML readers such as that of cwltool refuse it.';
    this.report('tab', message, { from: tabs[0], to: tabs[0] + 1 });
    this.problems.at(-1)!.tabs = tabs;
  }
}

/** Where tabs are that belong to no scalar and no comment. */
function tabsBetween(text: string, root: YamlNode): number[] {
  const tabs: number[] = [];
  let at = 0;
  const gap = (to: number) => {
    for (; at < to; at++) {
      if (text[at] === '#' && (at === 0 || /\s/.test(text[at - 1]))) while (at + 1 < to && text[at] !== '\n' && text[at] !== '\r') at++;
      else if (text[at] === '\t') tabs.push(at);
    }
  };
  const walk = (node: YamlNode): void => {
    if (node.kind === 'seq') node.items.forEach(walk);
    else if (node.kind === 'map') {
      for (const { keyNode, value } of node.entries) {
        walk(keyNode);
        walk(value);
      }
    } else {
      gap(node.from);
      at = Math.max(at, node.to);
    }
  };
  walk(root);
  gap(text.length);
  return tabs;
}
