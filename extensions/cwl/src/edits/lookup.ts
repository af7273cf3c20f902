import type { IMapNode } from '../text/node.js';
import type { CwlVersion, ILink, INamed, IPort, IProcess, ISink, IStep, IStepInput, IWorkflowOutput } from '../process/model.js';
import { refuse, type Draft } from './draft.js';
import { holder, ORDERS, PORTS, STEPS, STEP_INPUTS, STEP_OUTPUTS, type IHolder } from './items.js';
import type { From, To } from './kinds.js';

const quote = (id: string): string => `'${id.length > 60 ? `${id.slice(0, 60)}…` : id}'`;

export function workflow(process: IProcess): void {
  if (process.class !== 'Workflow') {
    refuse('not-a-workflow', 'Only a workflow has steps and connections. Choose a workflow first.');
  }
}

export const findStep = (process: IProcess, id: string): IStep =>
  process.steps.find(step => step.id === id) ?? refuse('unknown-step', `There is no step ${quote(id)}. Choose one of the workflow's steps.`);

/** The map that a step is written as. */
export function stepMap(step: IStep): IMapNode {
  return step.node.kind === 'map' ? step.node : refuse('malformed', `Step ${quote(step.id)} is no map. Correct it in the text first.`);
}

export const findInput = (process: IProcess, id: string): IPort =>
  process.inputs.find(input => input.id === id) ?? refuse('unknown-input', `There is no input ${quote(id)}. Add it first, or choose another.`);

export const findOutput = (process: IProcess, id: string): IPort =>
  process.outputs.find(output => output.id === id) ?? refuse('unknown-output', `There is no output ${quote(id)}. Add it first, or choose another.`);

export const findStepInput = (step: IStep, id: string): IStepInput =>
  step.in.find(input => input.id === id) ?? refuse('unknown-step-input', `Step ${quote(step.id)} has no input ${quote(id)}. Add it to the step first.`);

export const findStepOutput = (step: IStep, id: string): INamed =>
  step.out.find(output => output.id === id) ?? refuse('unknown-step-output', `Step ${quote(step.id)} has no output ${quote(id)}. Add it to the step first.`);

/**
 * Refuses an id that would not stay one: `/` and `#` part ids, `?` and `:` make them URIs of another kind (Schema Salad 1.2, "Identifier
 * resolution"), and blanks at the ends get lost.
 */
export function checkId(id: string, others: readonly { id: string }[], what: string): void {
  // eslint-disable-next-line no-control-regex
  if (id === '' || id !== id.trim() || /[/#?:\x00-\x1f\x7f-\x9f\u2028\u2029]/.test(id)) {
    refuse('invalid-id', `${quote(id)} cannot be an id. Choose one that is not empty and has no '/', '#', '?', ':' or line break in it.`);
  }
  if (others.some(other => other.id === id)) {
    refuse('taken-id', `There is ${what} ${quote(id)} already. Choose another id.`);
  }
}

/** `id`, or with the first number from 2 that makes it a new one. */
export function freeId(id: string, taken: ReadonlySet<string>): string {
  let free = id;
  for (let count = 2; taken.has(free); count++) {
    free = `${id}_${count}`;
  }
  return free;
}

export const idsOf = (items: readonly INamed[]): Set<string> => new Set(items.map(({ id }) => id));

export const stepsHolder = (draft: Draft, process: IProcess): IHolder => holder(draft, process.node, 'steps', STEPS, ORDERS.process, process.steps);
export const portsHolder = (draft: Draft, process: IProcess, field: 'inputs' | 'outputs'): IHolder =>
  holder(draft, process.node, field, PORTS, ORDERS.process, process[field]);
export const inHolder = (draft: Draft, step: IStep): IHolder => holder(draft, stepMap(step), 'in', STEP_INPUTS, ORDERS.step, step.in);
export const outHolder = (draft: Draft, step: IStep): IHolder => holder(draft, stepMap(step), 'out', STEP_OUTPUTS, ORDERS.step, step.out);

/** A place that takes sources, as the item it is written in. */
export interface ISinkPlace {
  sink: ISink & INamed;
  within: IHolder;
  field: 'source' | 'outputSource';
  /** The step it belongs to, null for an output of the workflow. */
  step: IStep | null;
}

const isSink = (output: IPort): output is IWorkflowOutput => Object.hasOwn(output, 'links');

export function stepSink(draft: Draft, step: IStep, input: IStepInput): ISinkPlace {
  return { sink: input, within: inHolder(draft, step), field: 'source', step };
}

function outputSink(draft: Draft, process: IProcess, output: IPort): ISinkPlace {
  return isSink(output)
    ? { sink: output, within: portsHolder(draft, process, 'outputs'), field: 'outputSource', step: null }
    : refuse('not-a-workflow', 'Only an output of a workflow has a source. Choose a workflow first.');
}

export function findSink(draft: Draft, process: IProcess, to: To): ISinkPlace {
  if ('step' in to) {
    const step = findStep(process, to.step);
    return stepSink(draft, step, findStepInput(step, to.input));
  }
  return outputSink(draft, process, findOutput(process, to.output));
}

/** All sinks of a workflow that have a link that `wanted` picks, with those links. Nothing is looked up for the others. */
export function sinksWith(
  draft: Draft, process: IProcess, wanted: (to: ILink['to'], sinkStep: IStep | null) => boolean
): { place: ISinkPlace; links: ILink[] }[] {
  const found: { place: ISinkPlace; links: ILink[] }[] = [];
  for (const step of process.steps) {
    for (const input of step.in) {
      const links = input.links.filter(({ to }) => wanted(to, step));
      if (links.length > 0) {
        found.push({ place: stepSink(draft, step, input), links });
      }
    }
  }
  for (const output of process.outputs.filter(isSink)) {
    const links = output.links.filter(({ to }) => wanted(to, null));
    if (links.length > 0) {
      found.push({ place: outputSink(draft, process, output), links });
    }
  }
  return found;
}

export function isFrom(to: ILink['to'], from: From): boolean {
  return 'step' in from
    ? to.kind === 'step' && to.step === from.step && to.output === from.output
    : to.kind === 'input' && to.input === from.input;
}

const tailOf = (from: From): string => ('step' in from ? `${from.step}/${from.output}` : from.input);

/** The end of a link that is known, as an edit names it. */
const fromOf = (to: ILink['to']): From | null =>
  to.kind === 'input' ? { input: to.input } : to.kind === 'step' ? { step: to.step, output: to.output } : null;

/** A source as it is to be written, in the style that sources have in this workflow: `step/out`, `#step/out`, `#main/step/out`. */
export function linkText(process: IProcess, from: From): string {
  for (const { text, to } of linksOf(process)) {
    const known = fromOf(to);
    if (known && text.endsWith(tailOf(known))) {
      return text.slice(0, text.length - tailOf(known).length) + tailOf(from);
    }
  }
  return tailOf(from);
}

/** One by one, as mostly the first will do. */
export function* linksOf(process: IProcess): Generator<ILink> {
  for (const step of process.steps) {
    for (const input of step.in) {
      yield* input.links;
    }
  }
  for (const output of process.outputs) {
    if (isSink(output)) {
      yield* output.links;
    }
  }
}

/** All processes that are written in this document, within steps too. */
export function processesHere(draft: Draft): IProcess[] {
  const found = new Map<IMapNode, IProcess>();
  const waiting = [...draft.processes];
  for (let process = waiting.pop(); process; process = waiting.pop()) {
    if (process.source === draft.source && !found.has(process.node)) {
      found.set(process.node, process);
      for (const { run } of process.steps) {
        if (run.process) {
          waiting.push(run.process);
        }
      }
    }
  }
  return [...found.values()];
}

/** Steps of this document that run a process. */
export function callersOf(draft: Draft, process: IProcess): { process: IProcess; step: IStep }[] {
  return processesHere(draft).flatMap(caller =>
    caller.steps.filter(step => step.run.process?.node === process.node).map(step => ({ process: caller, step }))
  );
}

const RANK: readonly CwlVersion[] = ['v1.0', 'v1.1', 'v1.2'];

export function needVersion(process: IProcess, version: CwlVersion, what: string): void {
  if (process.version !== null && RANK.indexOf(process.version) < RANK.indexOf(version)) {
    refuse('needs-version', `${what} came with CWL ${version}, and this document is ${process.version}. Set its version to ${version} first.`);
  }
}
