/**
 * A document as CWL sees it, over the tree of its text: maps and lists of ids alike, `$graph` unpacked, `$import` and aliases
 * followed. Read only and made anew after each change. Nodes may lie in another source than the document's: look at `node.source`.
 */
import type { Json, IMapNode, IScalarNode, ISource as IText, YamlNode } from '../text/node.js';
import type { ITypeHere } from '../types/type.js';

export type CwlVersion = 'v1.0' | 'v1.1' | 'v1.2';
export type ProcessClass = 'Workflow' | 'CommandLineTool' | 'ExpressionTool' | 'Operation';
export const MERGES = ['merge_nested', 'merge_flattened'] as const;
export const PICKS = ['first_non_null', 'the_only_non_null', 'all_non_null'] as const;
export const SCATTERS = ['dotproduct', 'nested_crossproduct', 'flat_crossproduct'] as const;

/** A value in the document. */
export interface IHere<T = Json> {
  value: T;
  node: YamlNode;
}

/** Something with an id. */
export interface INamed {
  /** Without `#` and without the ids around it; `''` for an item that has none, which is a problem of its own. */
  id: string;
  /** Where the id is written: a key of a map or the value of `id`. Null for none. */
  idNode: IScalarNode | null;
  /** What belongs to the id: a map, or the short form (a type, a source). */
  node: YamlNode;
}

export interface IPort extends INamed {
  type: ITypeHere;
  label: string | null;
  doc: string | null;
  /** As written: one IRI or expression, or several. */
  format: IHere | null;
  secondaryFiles: IHere | null;
  default: IHere | null;
}

/** A source of a step input or of a workflow output, as written and as found. */
export interface ILink {
  text: string;
  node: YamlNode;
  /** `unknown`: there is no such workflow input or step output. */
  to: { kind: 'input'; input: string } | { kind: 'step'; step: string; output: string } | { kind: 'unknown' };
}

export interface ISink {
  links: ILink[];
  /** Whether the sources are written as a list, which makes a list of one of them under linkMerge. */
  isList: boolean;
  linkMerge: IHere<string> | null;
  pickValue: IHere<string> | null;
}

export interface IWorkflowOutput extends IPort, ISink {}

export interface IStepInput extends INamed, ISink {
  valueFrom: IHere<string> | null;
  default: IHere | null;
  label: string | null;
}

/** Why what a step runs is not here. */
export type RunState = 'here' | 'none' | 'loading' | 'missing' | 'remote' | 'broken' | 'recursive' | 'not-a-process';

export interface IRun {
  /** As written, null for a process written in the step itself. */
  text: string | null;
  /** Absolute, with the fragment; null where there is none. */
  uri: string | null;
  node: YamlNode | null;
  state: RunState;
  /** A sentence, for whatever is not `here`. */
  why: string | null;
  /** For `here`, and for `recursive`. */
  process: IProcess | null;
}

export interface IStep extends INamed {
  run: IRun;
  in: IStepInput[];
  out: INamed[];
  scatter: IHere<string>[];
  scatterMethod: IHere<string> | null;
  when: IHere<string> | null;
  label: string | null;
  doc: string | null;
  requirements: IRequirement[];
  hints: IRequirement[];
}

export interface IRequirement {
  class: string;
  node: YamlNode;
  value: { [key: string]: Json };
}

export interface IProcess {
  /** `''` for a class that is not known or not there. */
  class: ProcessClass | '';
  /** Without `#`; `''` for none. */
  id: string;
  /** The source's URI, with the id as fragment in a packed document. */
  uri: string;
  source: IText;
  node: IMapNode;
  /** Where it is within its source. */
  path: (string | number)[];
  version: CwlVersion | null;
  label: string | null;
  doc: string | null;
  inputs: IPort[];
  /** Of a workflow they are `IWorkflowOutput`. */
  outputs: (IPort | IWorkflowOutput)[];
  /** Of a workflow alone. */
  steps: IStep[];
  requirements: IRequirement[];
  hints: IRequirement[];
}
