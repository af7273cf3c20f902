import { isOptional, withoutNull } from '../types/format.js';
import { union } from '../types/parse.js';
import type { CwlType } from '../types/type.js';
import type { IHere, ILink, IPort, IProcess, IStep, IStepInput } from '../process/model.js';
import { byId, portsOf } from './scope.js';
import type { IShared } from './scope.js';

/** One end of a link: its type as it is in the workflow, and the port that declares it. */
export interface IEnd {
  type: CwlType;
  /** Null where it is not known. */
  port: IPort | null;
  /** Whether a `when` can make it null. */
  isConditional: boolean;
}

/** The shorthands for standard streams stand for files. */
const declared = ({ type: { type } }: IPort): CwlType =>
  (type.kind === 'primitive' && ['stdin', 'stdout', 'stderr'].includes(type.name) ? { kind: 'primitive', name: 'File' } : type);

const UNKNOWN: CwlType = { kind: 'unknown', text: '' };
const NULL: CwlType = { kind: 'primitive', name: 'null' };
const ANY: CwlType = { kind: 'primitive', name: 'Any' };

export const arrayOf = (items: CwlType): CwlType => ({ kind: 'array', items, name: null });
const orNull = (type: CwlType): CwlType => (isOptional(type) ? type : union([NULL, type]));

function wrapped(type: CwlType, times: number): CwlType {
  let whole = type;
  // A scatter of more levels than this is no workflow.
  for (let level = 0; level < Math.min(times, 32); level += 1) {
    whole = arrayOf(whole);
  }
  return whole;
}

/** What the links of a workflow start from. */
export interface ISources {
  inputs: ReadonlyMap<string, IPort>;
  steps: ReadonlyMap<string, IStep>;
  shared: Pick<IShared, 'ports'>;
}

export function sourcesOf(process: IProcess, shared: Pick<IShared, 'ports'>): ISources {
  return { inputs: portsOf(shared, process).inputs, steps: byId(process.steps), shared };
}

/** What a source gives; null for one that there is not. */
export function sourceEnd(sources: ISources, to: ILink['to']): IEnd | null {
  if (to.kind === 'input') {
    const port = sources.inputs.get(to.input);
    return port === undefined ? null : { type: filled(port.type.type, port.default), port, isConditional: false };
  }
  const step = to.kind === 'step' ? sources.steps.get(to.step) : undefined;
  return step === undefined || to.kind !== 'step' ? null : outputEnd(sources, step, to.output);
}

/** A value that is null or missing is replaced by the default (CWL 1.2 Workflow, section 4.1.2, `default`). */
const filled = (type: CwlType, fallback: IHere | null): CwlType =>
  (fallback === null || fallback.value === null ? type : withoutNull(type));

/**
 * An output of a step: an array for each level of scatter, and null, or an array of what may be null, where `when` can skip the step
 * (CWL 1.2 Workflow, section 4.2.1.3, "Scatter/gather" and "Conditional execution").
 */
function outputEnd(sources: ISources, step: IStep, output: string): IEnd {
  const { process } = step.run;
  const port = process === null ? undefined : portsOf(sources.shared, process).outputs.get(output);
  const isConditional = step.when !== null;
  const type = port === undefined || isLoop(step) ? UNKNOWN : declared(port);
  const one = isConditional && type.kind !== 'unknown' ? orNull(type) : type;
  return { type: wrapped(one, levels(step)), port: port ?? null, isConditional };
}

/** cwltool's extension, which may make arrays of all outputs. */
function isLoop(step: IStep): boolean {
  return [...step.requirements, ...step.hints].some(requirement => requirement.class.endsWith('Loop'))
    || (step.node.kind === 'map' && step.node.entries.some(({ key }) => key === 'loop'));
}

function levels(step: IStep): number {
  if (step.scatter.length === 0) {
    return 0;
  }
  return step.scatterMethod?.value === 'nested_crossproduct' ? step.scatter.length : 1;
}

/** What a step input takes: an array for each time that it is scattered. An input that the process does not have takes anything. */
export function inputEnd(shared: Pick<IShared, 'ports'>, step: IStep, input: Pick<IStepInput, 'id' | 'default'>): IEnd {
  const { process } = step.run;
  const port = process === null ? undefined : portsOf(shared, process).inputs.get(input.id);
  const type = port === undefined ? (process === null ? UNKNOWN : ANY) : port.default === null ? declared(port) : orNull(declared(port));
  const whole = wrapped(type, step.scatter.filter(name => name.value === input.id).length);
  return { type: input.default === null ? whole : orNull(whole), port: port ?? null, isConditional: false };
}
