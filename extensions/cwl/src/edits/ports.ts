import type { Json } from '../text/node.js';
import type { IPort, IProcess } from '../process/model.js';
import { fieldsOf, refuse, type Draft } from './draft.js';
import { addItems, removeItems, renameItem, setFields } from './items.js';
import { unscatter, useSource } from './connections.js';
import type { Edit, PortEdit } from './kinds.js';
import { callersOf, checkId, findInput, findOutput, inHolder, linkText, outHolder, portsHolder, workflow } from './lookup.js';
import {
  cutAll, expressionsOf, expressionsOfStep, moveIds, noteUses, relinkAll, renameInExpressions, renameStepInput, renameStepOutput, scopeOf
} from './references.js';
import { needJavascript } from './requirements.js';

type Of<K extends Edit['kind']> = Extract<Edit, { kind: K }>;

export function editPort(draft: Draft, process: IProcess, edit: PortEdit): void {
  switch (edit.kind) {
    case 'add-input':
    case 'add-output':
      return addPort(draft, process, edit);
    case 'remove-input':
      return removeInput(draft, process, findInput(process, edit.id));
    case 'remove-output':
      return removeOutput(draft, process, findOutput(process, edit.id));
    case 'rename-input':
      return renameInput(draft, process, findInput(process, edit.input), edit.id);
    case 'rename-output':
      return renameOutput(draft, process, findOutput(process, edit.output), edit.id);
    case 'retype-input':
      return setFields(draft, portsHolder(draft, process, 'inputs'), findInput(process, edit.input), { type: edit.type });
    case 'retype-output':
      return setFields(draft, portsHolder(draft, process, 'outputs'), findOutput(process, edit.output), { type: edit.type });
  }
}

function addPort(draft: Draft, process: IProcess, edit: Of<'add-input'> | Of<'add-output'>): void {
  const side = edit.kind === 'add-input' ? 'inputs' : 'outputs';
  const others: readonly IPort[] = process[side];
  checkId(edit.id, others, side === 'inputs' ? 'an input' : 'an output');
  let outputSource: Json | undefined;
  if (edit.kind === 'add-output' && edit.from) {
    workflow(process);
    useSource(draft, process, edit.from);
    outputSource = linkText(process, edit.from);
  }
  const fields = fieldsOf({
    type: edit.type, label: edit.label, doc: edit.doc, outputSource, default: edit.kind === 'add-input' ? edit.default : undefined
  });
  const { after } = edit;
  const behind = after === undefined || after === null ? after : (side === 'inputs' ? findInput : findOutput)(process, after);
  addItems(draft, portsHolder(draft, process, side), [[edit.id, fields]], 'map', behind);
}

function removeInput(draft: Draft, process: IProcess, input: IPort): void {
  removeItems(draft, portsHolder(draft, process, 'inputs'), [input]);
  cutAll(draft, process, to => to.kind === 'input' && to.input === input.id);
  const others = { ...process, inputs: process.inputs.filter(other => other !== input) };
  noteUses(draft, process.class === 'Workflow' ? expressionsOf(others) : expressionsOfTool(process, input), input.id);
  for (const { step } of callersOf(draft, process)) {
    const item = step.in.find(({ id }) => id === input.id);
    if (item) {
      removeItems(draft, inHolder(draft, step), [item]);
      unscatter(draft, step, input.id);
      noteUses(draft, expressionsOfStep({ ...step, in: step.in.filter(other => other !== item) }), input.id);
    }
  }
}

/** All but what goes with the input itself. */
function expressionsOfTool(process: IProcess, input: IPort): Parameters<typeof noteUses>[1] {
  return process.node.entries.flatMap(({ key, value }) =>
    key === 'inputs' ? process.inputs.filter(other => other !== input).map(({ node }) => node) : NOT_EVALUATED.has(key) ? [] : [value]
  );
}

const NOT_EVALUATED = new Set(['id', 'label', 'doc', 'class']);

function removeOutput(draft: Draft, process: IProcess, output: IPort): void {
  removeItems(draft, portsHolder(draft, process, 'outputs'), [output]);
  for (const { process: caller, step } of callersOf(draft, process)) {
    const item = step.out.find(({ id }) => id === output.id);
    if (item) {
      removeItems(draft, outHolder(draft, step), [item]);
      cutAll(draft, caller, to => to.kind === 'step' && to.step === step.id && to.output === output.id);
    }
  }
}

function renameInput(draft: Draft, process: IProcess, input: IPort, id: string): void {
  checkId(id, process.inputs, 'an input');
  renameItem(draft, portsHolder(draft, process, 'inputs'), input, id);
  relinkAll(draft, process, to => (to.kind === 'input' && to.input === input.id ? [input.id, id] : null));
  const scope = scopeOf(process);
  moveIds(draft, scope + input.id, scope + id);
  renameInExpressions(draft, expressionsOf(process), input.id, id);
  for (const { step } of callersOf(draft, process)) {
    const item = step.in.find(other => other.id === input.id);
    if (item) {
      renameStepInput(draft, step, item, id);
    }
  }
}

function renameOutput(draft: Draft, process: IProcess, output: IPort, id: string): void {
  checkId(id, process.outputs, 'an output');
  renameItem(draft, portsHolder(draft, process, 'outputs'), output, id);
  if (process.class === 'ExpressionTool') {
    draft.notes.add(`The expression has to give '${id}' instead of '${output.id}'. Change it too.`);
  }
  for (const { process: caller, step } of callersOf(draft, process)) {
    const item = step.out.find(other => other.id === output.id);
    if (item) {
      renameStepOutput(draft, caller, step, item, id);
    }
  }
}

/** Fields that only some ports have (CWL 1.2 CommandLineTool, sections 5.1 and 5.2; Workflow, section 4.1). */
export function setPortField(draft: Draft, process: IProcess, { port, field, value }: Of<'set-port-field'>): void {
  const isInput = 'input' in port;
  if (!isInput && (field === 'default' || field === 'inputBinding' || field === 'loadContents' || field === 'loadListing')) {
    refuse('not-a-field', `An output has no '${field}'. Set it on an input.`);
  }
  if (field === 'outputBinding' && (isInput || process.class !== 'CommandLineTool')) {
    refuse('not-a-field', "Only an output of a command line tool has an 'outputBinding'. Choose one of those.");
  }
  const item = isInput ? findInput(process, port.input) : findOutput(process, port.output);
  setFields(draft, portsHolder(draft, process, isInput ? 'inputs' : 'outputs'), item, { [field]: value });
  if (field !== 'label' && field !== 'doc' && field !== 'default') {
    needJavascript(draft, process, value);
  }
}
