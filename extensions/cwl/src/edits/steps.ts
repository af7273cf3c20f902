import type { Json } from '../text/node.js';
import { stringOf } from '../text/value.js';
import type { IProcess, IStep } from '../process/model.js';
import { fieldsOf, isFields, refuse, type Draft, type Fields } from './draft.js';
import { addItems, collection, inStyleOf, removeItems, renameItem, setField, setFields, slot, ORDERS, STEP_INPUTS, STEP_OUTPUTS } from './items.js';
import { ensureOutput, inForm, unscatter } from './connections.js';
import type { Edit } from './kinds.js';
import {
  checkId, findStep, findStepInput, findStepOutput, freeId, idsOf, inHolder, needVersion, outHolder, stepMap, stepsHolder, workflow
} from './lookup.js';
import { rawOf } from './raw.js';
import { cutAll, expressionsOfStep, moveIds, noteUses, relinkAll, renameStepInput, renameStepOutput, scopeOf } from './references.js';
import { need, needJavascript } from './requirements.js';

type Of<K extends Edit['kind']> = Extract<Edit, { kind: K }>;

/** The step behind which another one goes; `undefined` for at the end. */
function stepAfter(process: IProcess, after: string | null | undefined): IStep | null | undefined {
  return after === undefined || after === null ? after : findStep(process, after);
}

/** A sub-workflow takes a requirement, as far as it is known to be one. */
function needForRun(draft: Draft, process: IProcess, run: Json, step?: IStep): void {
  const packed = typeof run === 'string' && run.startsWith('#') ? draft.processes.find(({ id }) => id === run.slice(1)) : undefined;
  if (packed?.class === 'Workflow' || (isFields(run) && run.class === 'Workflow')) {
    need(draft, process, 'SubworkflowFeatureRequirement', step);
  }
}

export function addStep(draft: Draft, process: IProcess, edit: Of<'add-step'>): void {
  workflow(process);
  checkId(edit.id, process.steps, 'a step');
  const inputs = Object.entries(edit.in ?? {}).map(([id, value]): [string, Fields] => [id, isFields(value) ? value : { source: value }]);
  for (const [, fields] of inputs) {
    if (Array.isArray(fields.source) && fields.source.length > 1) {
      need(draft, process, 'MultipleInputFeatureRequirement');
    }
    if (fields.valueFrom !== undefined) {
      need(draft, process, 'StepInputExpressionRequirement');
      needJavascript(draft, process, fields.valueFrom);
    }
  }
  needForRun(draft, process, edit.run);
  const outputs = (edit.out ?? []).map((id): [string, Fields] => [id, {}]);
  const fields = fieldsOf({
    label: edit.label,
    run: edit.run,
    in: collection(STEP_INPUTS, inputs, inForm(process)),
    out: collection(STEP_OUTPUTS, outputs, 'list')
  });
  addItems(draft, stepsHolder(draft, process), [[edit.id, fields]], 'map', stepAfter(process, edit.after));
}

export function removeStep(draft: Draft, process: IProcess, { step: id }: Of<'remove-step'>): void {
  workflow(process);
  const step = findStep(process, id);
  removeItems(draft, stepsHolder(draft, process), [step]);
  cutAll(draft, process, to => to.kind === 'step' && to.step === id);
}

export function renameStep(draft: Draft, process: IProcess, { step: old, id }: Of<'rename-step'>): void {
  workflow(process);
  const step = findStep(process, old);
  checkId(id, process.steps, 'a step');
  renameItem(draft, stepsHolder(draft, process), step, id);
  relinkAll(draft, process, to => (to.kind === 'step' && to.step === old ? [`${old}/${to.output}`, `${id}/${to.output}`] : null));
  const scope = scopeOf(process);
  moveIds(draft, scope + old, scope + id);
}

export function duplicateStep(draft: Draft, process: IProcess, { step: old, id }: Of<'duplicate-step'>): void {
  workflow(process);
  const step = findStep(process, old);
  checkId(id, process.steps, 'a step');
  const within = stepsHolder(draft, process);
  const path = slot(draft, within, step);
  const place = path.at(-1)!;
  const container = path.slice(0, -1);
  const isKey = typeof place === 'string';
  const written = rawOf(step.node, isKey ? step.idNode : null);
  if (isKey) {
    draft.set([...container, id], written, place);
  } else {
    draft.insert(container, place + 1, written);
  }
  draft.nextBatch();
  draft.moved(path, isKey ? [...container, id] : [...container, place + 1]);
  if (!isKey) {
    renameItem(draft, within, step, id);
  }
  moveOwnIds(draft, step, id);
}

/** Ids within a step that have its own in them, as they are under another. */
function moveOwnIds(draft: Draft, step: IStep, id: string): void {
  const named = [...step.in, ...step.out].map(({ id: tail, idNode }) => ({ tail, node: idNode }));
  const scattered = step.scatter.map(({ value, node }) => ({ tail: value, node }));
  for (const { tail, node } of [...named, ...scattered]) {
    const text = stringOf(node);
    if (node && text?.includes('#') && text.endsWith(`${step.id}/${tail}`)) {
      draft.set(draft.place(node), inStyleOf(text, `${step.id}/${tail}`, `${id}/${tail}`));
    }
  }
}

export function pasteSteps(draft: Draft, process: IProcess, { steps }: Of<'paste-steps'>): void {
  workflow(process);
  const taken = idsOf(process.steps);
  const names = new Map<string, string>();
  for (const id of Object.keys(steps)) {
    checkId(id, [], '');
    const free = freeId(id, taken);
    taken.add(free);
    names.set(id, free);
  }
  const known = new Set([...process.inputs.map(({ id }) => id), ...process.steps.flatMap(step => step.out.map(output => `${step.id}/${output.id}`))]);
  /** A source as it is here; `undefined` for what is not here. */
  const source = (text: Json): Json | undefined => {
    if (typeof text !== 'string') {
      return undefined;
    }
    const slash = text.lastIndexOf('/');
    const step = slash < 0 ? '' : text.slice(0, slash).replace(/^[^#]*#/, '').replace(/^.*\//, '');
    const renamed = names.get(step);
    if (renamed !== undefined) {
      return `${renamed}/${text.slice(slash + 1)}`;
    }
    if (known.has(text.replace(/^#/, ''))) {
      return text;
    }
    draft.notes.add('Sources that are not in this workflow were left out. Connect those inputs anew.');
    return undefined;
  };
  const items = Object.entries(steps).map(([id, value]): [string, Fields] => {
    if (!isFields(value)) {
      return refuse('malformed', `'${id}' is no step. Copy it again.`);
    }
    const { id: _, ...fields } = value;
    needForRun(draft, process, fields.run);
    if (fields.scatter !== undefined) {
      need(draft, process, 'ScatterFeatureRequirement');
    }
    const inputs = itemsOf(fields.in).map(([name, input]): [string, Fields] => {
      if (input.valueFrom !== undefined) {
        need(draft, process, 'StepInputExpressionRequirement');
        needJavascript(draft, process, input.valueFrom);
      }
      if (input.pickValue !== undefined) {
        needVersion(process, 'v1.2', 'pickValue');
      }
      if (Array.isArray(input.source)) {
        const sources = input.source.map(source).filter(text => text !== undefined);
        if (sources.length > 1) {
          need(draft, process, 'MultipleInputFeatureRequirement');
        }
        return [name, fieldsOf({ ...input, source: sources.length > 0 ? sources : undefined })];
      }
      return [name, fieldsOf({ ...input, source: input.source === undefined ? undefined : source(input.source) })];
    });
    needJavascript(draft, process, fields.when);
    if (fields.when !== undefined) {
      needVersion(process, 'v1.2', 'when');
    }
    const settled: Fields = { ...fields, in: collection(STEP_INPUTS, inputs, inForm(process)) };
    for (const field of ['out', 'scatter']) {
      if (settled[field] !== undefined) {
        settled[field] = withoutScope(settled[field]);
      }
    }
    return [names.get(id)!, settled];
  });
  addItems(draft, stepsHolder(draft, process), items, 'map');
}

/** Absolute ids, short: they were those of another step. */
function withoutScope(value: Json): Json {
  if (Array.isArray(value)) {
    return value.map(withoutScope);
  }
  if (isFields(value) && typeof value.id === 'string') {
    return { ...value, id: withoutScope(value.id) };
  }
  return typeof value === 'string' && value.includes('#') ? value.replace(/^.*[#/]/, '') : value;
}

/** Inputs of a step as a map or a list gives them. */
function itemsOf(value: Json | undefined): [string, Fields][] {
  if (Array.isArray(value)) {
    return value.flatMap((item): [string, Fields][] => {
      if (!isFields(item) || typeof item.id !== 'string') {
        return [];
      }
      const { id, ...fields } = item;
      return [[id.replace(/^.*[#/]/, ''), fields]];
    });
  }
  return isFields(value) ? Object.entries(value).map(([id, item]) => [id, isFields(item) ? item : { source: item }]) : [];
}

export function setRun(draft: Draft, process: IProcess, { step: id, run }: Of<'set-run'>): void {
  workflow(process);
  const step = findStep(process, id);
  setField(draft, stepMap(step), 'run', run, ORDERS.step);
  needForRun(draft, process, run, step);
}

export function setScatter(draft: Draft, process: IProcess, { step: id, scatter, method }: Of<'set-scatter'>): void {
  workflow(process);
  const step = findStep(process, id);
  const map = stepMap(step);
  scatter.forEach(input => findStepInput(step, input));
  if (new Set(scatter).size < scatter.length) {
    refuse('twice', 'An input can be scattered over only once. Name each input once.');
  }
  const asWritten = scatter.map(input => writtenScatter(step, input));
  const wasList = step.scatter.length > 0 && typeof step.scatter[0].node.key === 'number';
  setField(draft, map, 'scatter', asWritten.length === 0 ? undefined : asWritten.length === 1 && !wasList ? asWritten[0] : asWritten, ORDERS.step);
  const kept = scatter.length === 0 ? null : method === undefined ? (step.scatterMethod?.value ?? null) : method;
  setField(draft, map, 'scatterMethod', kept ?? (scatter.length > 1 ? 'dotproduct' : undefined), ORDERS.step);
  if (scatter.length > 0) {
    need(draft, process, 'ScatterFeatureRequirement', step);
  }
}

/** As the input's own id is written, if that is absolute. */
function writtenScatter(step: IStep, id: string): string {
  const text = findStepInput(step, id).idNode?.value;
  return typeof text === 'string' && text.includes('#') ? text : id;
}

export function setWhen(draft: Draft, process: IProcess, { step: id, when }: Of<'set-when'>): void {
  workflow(process);
  const step = findStep(process, id);
  if (when !== null) {
    needVersion(process, 'v1.2', 'when');
    needJavascript(draft, process, when, step);
  }
  setField(draft, stepMap(step), 'when', when ?? undefined, ORDERS.step);
}

export function setValueFrom(draft: Draft, process: IProcess, { step: id, input, valueFrom }: Of<'set-value-from'>): void {
  workflow(process);
  const step = findStep(process, id);
  const item = findStepInput(step, input);
  setFields(draft, inHolder(draft, step), item, { valueFrom: valueFrom ?? undefined });
  if (valueFrom !== null) {
    need(draft, process, 'StepInputExpressionRequirement', step);
    needJavascript(draft, process, valueFrom, step);
  }
}

export function editStepInput(
  draft: Draft, process: IProcess, edit: Of<'set-step-default'> | Of<'add-step-input'> | Of<'remove-step-input'> | Of<'rename-step-input'>
): void {
  workflow(process);
  const step = findStep(process, edit.step);
  const within = inHolder(draft, step);
  if (edit.kind === 'add-step-input') {
    checkId(edit.input, step.in, 'an input');
    const fields: Fields = edit.value === undefined ? {} : isFields(edit.value) ? edit.value : { source: edit.value };
    addItems(draft, within, [[edit.input, fields]], inForm(process, step));
    return;
  }
  const input = findStepInput(step, edit.input);
  if (edit.kind === 'set-step-default') {
    setFields(draft, within, input, { default: edit.default });
  } else if (edit.kind === 'rename-step-input') {
    checkId(edit.id, step.in, 'an input');
    renameStepInput(draft, step, input, edit.id);
  } else {
    removeItems(draft, within, [input]);
    unscatter(draft, step, input.id);
    const others = { ...step, in: step.in.filter(other => other !== input) };
    noteUses(draft, expressionsOfStep(others), input.id);
  }
}

export function editStepOutput(draft: Draft, process: IProcess, edit: Of<'add-step-output'> | Of<'remove-step-output'> | Of<'rename-step-output'>): void {
  workflow(process);
  const step = findStep(process, edit.step);
  if (edit.kind === 'add-step-output') {
    checkId(edit.output, step.out, 'an output');
    ensureOutput(draft, step, edit.output);
    return;
  }
  const output = findStepOutput(step, edit.output);
  if (edit.kind === 'rename-step-output') {
    checkId(edit.id, step.out, 'an output');
    renameStepOutput(draft, process, step, output, edit.id);
  } else {
    removeItems(draft, outHolder(draft, step), [output]);
    cutAll(draft, process, to => to.kind === 'step' && to.step === step.id && to.output === output.id);
  }
}

