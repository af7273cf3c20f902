import type { Json } from '../text/node.js';

/**
 * What can be done to a document, as plain data. `process` says to which process of a packed document, by its id; the one that
 * `graph` shows if not given. `within` goes on from there, to what a step runs, and what a step in that runs, if it is written in the
 * document too. Steps, inputs and outputs are named by their ids. `null` clears a field. Everything that refers to what is renamed or
 * removed follows.
 */
export type Edit = { process?: string; within?: readonly string[] } & (WorkflowEdit | PortEdit | StepEdit | FieldEdit | RequirementEdit | ToolEdit | PositionsEdit | MeaningEdit);

/** Which process or step a field or a requirement is of: none for the process itself. */
interface OfStep {
  step?: string;
}

/** An end of a connection: an input of the workflow, or an output of a step. */
export type From = { input: string } | { step: string; output: string };
/** The other end: an input of a step, or an output of the workflow. */
export type To = { step: string; input: string } | { output: string };

/** A type as written: `File[]?`, `{type: array, items: …}`. */
export type WrittenType = Json;

export type WorkflowEdit =
  | { kind: 'add-step'; id: string; run: Json; in?: { [input: string]: Json }; out?: string[]; label?: string; after?: string | null }
  /** With everything that is connected to it cut off. */
  | { kind: 'remove-step'; step: string }
  | { kind: 'rename-step'; step: string; id: string }
  /** With the same sources; comments and style come along. */
  | { kind: 'duplicate-step'; step: string; id: string }
  /** `index` among the sources, as the last if not given. With `replace` instead of the sources that are there. A step input or output that is not listed in the step is added. */
  | { kind: 'connect'; from: From; to: To; index?: number; replace?: boolean }
  /** `source`: as it is written, for one that leads nowhere. */
  | { kind: 'disconnect'; from: From | { source: string }; to: To }
  /** They become a workflow in a step of this id, written in it; what goes in and out of it keeps its names where they are free. */
  | { kind: 'extract-steps'; steps: string[]; id: string }
  /** The steps of the workflow that a step runs take its place, named `<step>_<their name>` where their own is taken. */
  | { kind: 'inline-step'; step: string }
  /** Steps as `copy` gave them, perhaps from another document; names that are taken get a number. */
  | { kind: 'paste-steps'; steps: { [id: string]: Json } };

export type PortEdit =
  | { kind: 'add-input'; id: string; type: WrittenType; label?: string; doc?: string; default?: Json; after?: string | null }
  | { kind: 'remove-input'; id: string }
  | { kind: 'rename-input'; input: string; id: string }
  | { kind: 'retype-input'; input: string; type: WrittenType }
  | { kind: 'add-output'; id: string; type: WrittenType; from?: From; label?: string; doc?: string; after?: string | null }
  | { kind: 'remove-output'; id: string }
  | { kind: 'rename-output'; output: string; id: string }
  | { kind: 'retype-output'; output: string; type: WrittenType };

export type StepEdit =
  | { kind: 'set-run'; step: string; run: Json }
  /** Inputs of the step; `[]` clears, and takes the method with it. */
  | { kind: 'set-scatter'; step: string; scatter: string[]; method?: 'dotproduct' | 'nested_crossproduct' | 'flat_crossproduct' | null }
  | { kind: 'set-when'; step: string; when: string | null }
  | { kind: 'set-link-merge'; to: To; linkMerge: 'merge_nested' | 'merge_flattened' | null }
  | { kind: 'set-pick-value'; to: To; pickValue: 'first_non_null' | 'the_only_non_null' | 'all_non_null' | null }
  | { kind: 'set-value-from'; step: string; input: string; valueFrom: string | null }
  /** A value of the step's own input; for that of a workflow input, `set-port-field`. */
  | { kind: 'set-step-default'; step: string; input: string; default: Json | undefined }
  | { kind: 'add-step-input'; step: string; input: string; value?: Json }
  | { kind: 'remove-step-input'; step: string; input: string }
  /** As what it runs calls it by another name now; `scatter` and expressions follow. */
  | { kind: 'rename-step-input'; step: string; input: string; id: string }
  | { kind: 'add-step-output'; step: string; output: string }
  | { kind: 'remove-step-output'; step: string; output: string }
  | { kind: 'rename-step-output'; step: string; output: string; id: string };

export type FieldEdit =
  | ({ kind: 'set-label'; label: string | null } & OfStep)
  | ({ kind: 'set-doc'; doc: string | null } & OfStep)
  | { kind: 'set-id'; id: string | null }
  | { kind: 'set-version'; version: 'v1.0' | 'v1.1' | 'v1.2' }
  /** A field of an input or output of the process; `undefined` clears, as null is a value of `default`. */
  | { kind: 'set-port-field'; port: { input: string } | { output: string }; field: PortField; value: Json | undefined };

export type PortField =
  | 'label' | 'doc' | 'format' | 'secondaryFiles' | 'streamable' | 'default' | 'loadContents' | 'loadListing' | 'inputBinding' | 'outputBinding';

export type RequirementEdit =
  /** `value` without `class`; it is written where requirements are, as a list or a map, and changed where it is there. `DockerRequirement` and `ResourceRequirement` are requirements like others. */
  | ({ kind: 'set-requirement'; class: string; value: { [key: string]: Json }; as: 'requirement' | 'hint' } & OfStep)
  | ({ kind: 'remove-requirement'; class: string; as: 'requirement' | 'hint' } & OfStep)
  /** One field of one that is there, or is added for it: `coresMin`, `dockerPull`; `undefined` clears. */
  | ({ kind: 'set-requirement-field'; class: string; field: string; value: Json | undefined; as: 'requirement' | 'hint' } & OfStep);

export type ToolEdit =
  | { kind: 'set-base-command'; baseCommand: string | string[] | null }
  /** All of them, in order: strings or bindings. Those that stay equal are not touched. */
  | { kind: 'set-arguments'; arguments: Json[] }
  | { kind: 'set-stdio'; stream: 'stdin' | 'stdout' | 'stderr'; value: string | null }
  | { kind: 'set-exit-codes'; field: 'successCodes' | 'temporaryFailCodes' | 'permanentFailCodes'; codes: number[] | null }
  | { kind: 'set-expression'; expression: string }
  /** Whatever field of the process has no edit of its own: `intent`, a field of an extension. */
  | { kind: 'set-field'; field: string; value: Json | undefined };

/** The middle of a node as it is drawn, in pixels. */
interface At {
  x: number;
  y: number;
}

export type PositionsEdit =
  /** Of these alone; others keep what they have. The namespace of the fields is declared where it is not yet. */
  | { kind: 'set-positions'; steps?: { [id: string]: At }; inputs?: { [id: string]: At }; outputs?: { [id: string]: At } }
  /** Of all processes that are written in the document. */
  | { kind: 'clear-positions' };

/** The whole document: what differs from this value is changed, all else stays as it is written. */
export type MeaningEdit = { kind: 'set-meaning'; value: Json };
