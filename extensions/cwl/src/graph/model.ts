/** What the editor draws. Plain data: it can go to a worker. */
import type { CwlType } from '../types/type.js';
import type { RunState } from '../process/model.js';

/** The family that colours a port. */
export type TypeFamily = 'file' | 'directory' | 'string' | 'number' | 'boolean' | 'enum' | 'record' | 'any' | 'mixed';

export interface IGraphPort {
  /** Unique in the graph: see `ids.ts`. */
  id: string;
  name: string;
  /** As it is outside of the step: of what a scattered step takes apart or gives, arrays; of what a conditional step gives, optional. */
  type: CwlType;
  /** For people: `File[]?`. */
  typeText: string;
  family: TypeFamily;
  isArray: boolean;
  isOptional: boolean;
  /** Of an input: the value comes from something else than a link. */
  hasDefault: boolean;
  valueFrom: string | null;
  linkMerge: string | null;
  pickValue: string | null;
  /** A scattered step takes this one apart. */
  isScattered: boolean;
  isConnected: boolean;
}

export interface IGraphNode {
  id: string;
  kind: 'input' | 'output' | 'step';
  /** The step or workflow it lies in when it was expanded; null at the top. */
  parent: string | null;
  name: string;
  label: string;
  doc: string;
  /** Inputs of a step and of a workflow output; outputs of a step and of a workflow input. */
  inputs: IGraphPort[];
  outputs: IGraphPort[];
  /** Of steps. */
  run: { class: string; text: string | null; uri: string | null; state: RunState; why: string | null; canExpand: boolean; isExpanded: boolean } | null;
  scatter: { ports: string[]; method: string | null } | null;
  when: string | null;
}

export interface IGraphEdge {
  id: string;
  /** Node and port. */
  source: { node: string; port: string };
  target: { node: string; port: string };
  /** Which of the target's sources, from 0. */
  index: number;
  linkMerge: string | null;
  pickValue: string | null;
  typeText: string;
  family: TypeFamily;
}

export interface IGraph {
  /** Of the process shown; null where the document has none that can be drawn. */
  process: { class: string; id: string; uri: string; label: string; doc: string } | null;
  nodes: IGraphNode[];
  edges: IGraphEdge[];
}

export interface IGraphOptions {
  /** Ids of step nodes that are shown with what is in them, or `all`. Never deeper than 8, nor over 5,000 nodes. */
  expand?: ReadonlySet<string> | 'all';
  /** Which process of a packed document; `main`, or else the first workflow, or else the first, if not given. */
  process?: string;
}
