/**
 * A YAML or JSON text as a tree whose nodes know their place in it. Nothing is expanded: an alias stays an alias, so
 * that a small text is a small tree, whatever it stands for.
 */

/** What YAML's core schema makes of a text (YAML 1.2.2, section 10.3), with merge keys. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** From the first character to the one after the last, as offsets in UTF-16 units. */
export interface IRange {
  from: number;
  to: number;
}

interface INodeBase extends IRange {
  /** The text it lies in. */
  readonly source: ISource;
  /** The map or list it lies in, null for the whole document. */
  readonly parent: CollectionNode | null;
  /** Key, or index, in the parent. */
  readonly key: string | number | null;
  /** Name after `&`, null for none. */
  readonly anchor: string | null;
  /** Tag as written, null for none. */
  readonly tag: string | null;
  /** Where anchor and tag begin; `from` where there are none. */
  readonly outerFrom: number;
}

export interface IScalarNode extends INodeBase {
  readonly kind: 'scalar';
  readonly value: null | boolean | number | string;
  readonly style: 'plain' | 'single' | 'double' | 'literal' | 'folded';
}

export interface IAliasNode extends INodeBase {
  readonly kind: 'alias';
  readonly name: string;
  /** What it stands for; null for a name that is not there, or that it lies in itself. */
  readonly target: YamlNode | null;
}

export interface IEntry {
  /** As text, whatever YAML makes of it; what `<<` brings in is not here. */
  readonly key: string;
  readonly keyNode: IScalarNode | IAliasNode;
  /** Of `key:` with nothing behind it, a scalar null of no length behind the colon. */
  readonly value: YamlNode;
}

export interface IMapNode extends INodeBase {
  readonly kind: 'map';
  readonly flow: boolean;
  /** In the order of the text, `<<` among them. */
  readonly entries: readonly IEntry[];
}

export interface ISeqNode extends INodeBase {
  readonly kind: 'seq';
  readonly flow: boolean;
  readonly items: readonly YamlNode[];
}

export type CollectionNode = IMapNode | ISeqNode;
export type YamlNode = IScalarNode | IAliasNode | IMapNode | ISeqNode;

/** Key, or index, at each step from the root. */
export type Path = readonly (string | number)[];

/** A text and what is in it. */
export interface ISource {
  readonly uri: string;
  readonly text: string;
  /** Null for a text that cannot be read at all, which `problems` then says. */
  readonly root: YamlNode | null;
}
