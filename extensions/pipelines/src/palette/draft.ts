import type { Json } from '@jupyter-datalabs/cwl';
import { readCommand, toolFields, valueOf } from './command';
import type { IParameter } from './notebook';
import { freeName } from '../names';
import { toYaml } from './yaml';

/** What a person fills in to make a tool. */
export interface IToolDraft {
  kind: 'command' | 'notebook' | 'container' | 'datalab';
  command: string;
  /** Types by placeholder, or by parameter of the notebook, where they are not those found. */
  types: { [input: string]: string };
  /** Patterns of the files that it makes, separated by spaces. */
  outputs: string;
  image: string;
  /** The notebook as seen from the new tool, and what was found in it. */
  notebook: { reference: string; name: string; parameters: readonly IParameter[] } | null;
  datalab: { id: string; title: string; version: string } | null;
}

export const TYPES = ['File', 'Directory', 'string', 'int', 'double', 'boolean', 'File[]', 'string[]'] as const;

/** Inputs of a draft, each with its type. */
export function inputsOf(draft: IToolDraft): { name: string; type: string }[] {
  if (draft.kind === 'notebook') {
    return (draft.notebook?.parameters ?? []).map(({ name, type }) => ({ name, type: draft.types[name] ?? type }));
  }
  return readCommand(draft.command).inputs.map(({ name, type }) => ({ name, type: draft.types[name] ?? type ?? 'File' }));
}

/** Whether there is enough for a tool; `broken` is a command that no shell would read. */
export function draftState(draft: IToolDraft): 'ready' | 'broken' | 'command' | 'image' | 'notebook' | 'datalab' {
  if (draft.kind === 'notebook') {
    return draft.notebook ? 'ready' : 'notebook';
  }
  if (draft.kind === 'container' && !draft.image.trim()) {
    return 'image';
  }
  if (draft.kind === 'datalab' && !draft.datalab) {
    return 'datalab';
  }
  const command = readCommand(draft.command);
  return command.isBroken ? 'broken' : command.words.length === 0 ? 'command' : 'ready';
}

/** The tool as a document. */
export function toolText(draft: IToolDraft): string {
  return toYaml({ cwlVersion: 'v1.2', class: 'CommandLineTool', ...(draft.kind === 'notebook' ? notebookTool(draft) : commandTool(draft)) });
}

function commandTool(draft: IToolDraft): { [field: string]: Json } {
  const command = readCommand(draft.command);
  const types = new Map(inputsOf(draft).map(({ name, type }) => [name, type]));
  const { requirements, ...fields } = toolFields(command, types);
  const image: { [name: string]: Json } = draft.kind === 'container' ? { DockerRequirement: { dockerPull: draft.image.trim() } } : {};
  const needs = { ...(requirements as { [name: string]: Json } | undefined), ...image };
  const { datalab } = draft;
  const outputs: { [id: string]: Json } = {};
  for (const [field, written] of [['stdout', command.stdout], ['stderr', command.stderr]] as const) {
    if (written) {
      outputs[freeIn(outputs, idOf(valueOf(written, types), field === 'stdout' ? 'output' : 'log'))] = { type: field };
    }
  }
  return {
    ...(draft.kind === 'datalab' && datalab
      ? { doc: `Runs in the datalab ${datalab.title}.`, hints: { SoftwareRequirement: { packages: { [datalab.id]: { version: [datalab.version] } } } } }
      : {}),
    ...(Object.keys(needs).length > 0 ? { requirements: needs } : {}),
    ...fields,
    outputs: { ...outputs, ...found(draft.outputs, outputs) }
  };
}

function notebookTool(draft: IToolDraft): { [field: string]: Json } {
  const { reference, name } = draft.notebook!;
  const values = new Map(draft.notebook!.parameters.map(parameter => [parameter.name, parameter.value]));
  const inputs: { [id: string]: Json } = {};
  const given: Json[] = [];
  for (const { name: input, type } of inputsOf(draft)) {
    const isPath = type === 'File' || type === 'Directory';
    inputs[input] = isPath ? { type } : { type, default: values.get(input) ?? null };
    // `-r` takes a value as it is; `-y` reads it, and with it numbers and lists keep their types.
    given.push(
      ...(isPath || type === 'string'
        ? ['-r', input, { valueFrom: `$(inputs.${input}${isPath ? '.path' : ''})` }]
        : [{ prefix: '-y', valueFrom: `${input}: $(inputs.${input})` }])
    );
  }
  const notebook = freeIn(inputs, 'notebook');
  const executed = { type: 'File', outputBinding: { glob: name } };
  const outputs: { [id: string]: Json } = { executed };
  return {
    doc: `Runs the notebook ${name} with papermill.`,
    baseCommand: 'papermill',
    arguments: [{ valueFrom: `$(inputs.${notebook}.path)` }, name, ...given],
    inputs: { [notebook]: { type: 'File', default: { class: 'File', location: reference } }, ...inputs },
    outputs: { ...outputs, ...found(draft.outputs, outputs) }
  };
}

/** Outputs of patterns: one that fits many files is a list. */
function found(patterns: string, taken: { [id: string]: Json }): { [id: string]: Json } {
  const outputs: { [id: string]: Json } = {};
  for (const glob of patterns.split(/[\s,]+/).filter(Boolean)) {
    const isMany = /[*?[]/.test(glob);
    const id = freeIn({ ...taken, ...outputs }, idOf(glob, 'files'));
    outputs[id] = { type: glob.endsWith('/') ? 'Directory' : isMany ? 'File[]' : 'File', outputBinding: { glob: glob.replace(/\/$/, '') } };
  }
  return outputs;
}

const idOf = (file: string, otherwise: string): string =>
  file.includes('$(')
    ? otherwise
    : file.replace(/\/$/, '').replace(/^.*\//, '').replace(/\.[^.]*$/, '').replace(/\W+/g, '_').replace(/^_+|_+$/g, '').replace(/^(?=\d)/, '_') || otherwise;

const freeIn = (taken: { [id: string]: Json }, id: string): string => freeName(id, new Set(Object.keys(taken)));
