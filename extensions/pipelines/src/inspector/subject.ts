import type { ICwlDocument, IGraph, INamed, IPort, IProblem, IProcess, IStep, IStepInput, IWorkflowOutput, YamlNode } from '@jupyter-datalabs/cwl';
import { inside, nodeAtOffset } from '@jupyter-datalabs/cwl';
import { placeInside, placeOf } from '../inside';
import type { Place } from '../inside';

/** What the inspector shows. */
export type Subject =
  | { kind: 'process' }
  | { kind: 'input'; port: IPort }
  | { kind: 'output'; port: IPort | IWorkflowOutput }
  | { kind: 'step'; step: IStep }
  /** `input` is null for one that what is run has, and the step does not name. */
  | { kind: 'step-input'; step: IStep; name: string; input: IStepInput | null; port: IPort | null }
  | { kind: 'step-output'; step: IStep; name: string; output: INamed | null; port: IPort | null }
  /** It was there, or will be. */
  | { kind: 'gone' };

export interface ISubject {
  subject: Subject;
  /** In front of the ids of what is in that process. */
  within: string;
  /** The process it is part of; null where the document has none. */
  process: IProcess | null;
  /** As edits name that process; null for one that those of this document cannot change. */
  place: Place | null;
}

/** The process that the graph shows when nothing is expanded. */
export function shownProcess(document: ICwlDocument, graph: IGraph): IProcess | null {
  const { processes } = document;
  return processes.find(({ uri }) => uri === graph.process?.uri) ?? processes[0] ?? null;
}

/** What an id of the graph stands for. That of an edge stands for the port it ends in; null for the process that `scope` runs, a step. */
export function subjectOf(id: string | null, document: ICwlDocument, graph: IGraph, scope: string | null = null): ISubject {
  if (id === null && scope !== null) {
    const { subject, place } = subjectOf(scope, document, graph);
    if (subject.kind === 'step' && subject.step.run.process) {
      return { subject: { kind: 'process' }, process: subject.step.run.process, place: placeInside(document, place, subject.step), within: inside(scope) };
    }
  }
  const top = shownProcess(document, graph);
  const edge = id === null ? undefined : graph.edges.find(other => other.id === id);
  let at = edge ? edge.target.port : id;
  let process = top;
  let place = top && placeOf(document, top);
  let within = '';
  while (at !== null && process) {
    const [first, rest] = cut(at);
    const { kind, name, count } = readPart(first);
    switch (kind) {
      case 'tool':
        return { subject: { kind: 'process' }, process, place, within };
      case 'input':
      case 'output': {
        const port = pick<IPort | IWorkflowOutput>(kind === 'input' ? process.inputs : process.outputs, name, count);
        return { subject: port ? { kind, port } : { kind: 'gone' }, process, place, within };
      }
      case 'step': {
        const step = pick(process.steps, name, count);
        if (!step || rest === null) {
          return { subject: step ? { kind: 'step', step } : { kind: 'gone' }, process, place, within };
        }
        const inner = readPart(cut(rest)[0]);
        if (inner.kind === 'in' || inner.kind === 'out') {
          return { subject: portOf(step, inner), process, place, within };
        }
        process = step.run.process;
        // Edits find the first of several of one name.
        place = placeInside(document, count > 1 ? null : place, step);
        at = rest;
        within = inside(within + first);
        break;
      }
      default:
        return { subject: { kind: 'gone' }, process, place, within };
    }
  }
  return { subject: { kind: id === null ? 'process' : 'gone' }, process, place, within };
}

function portOf(step: IStep, { kind, name, count }: IPart): Subject {
  if (kind === 'in') {
    const input = pick(step.in, name, count);
    const port = pick(step.run.process?.inputs ?? [], name, 1);
    return input || port ? { kind: 'step-input', step, name, input, port } : { kind: 'gone' };
  }
  const output = pick(step.out, name, count);
  const port = pick(step.run.process?.outputs ?? [], name, 1);
  return output || port ? { kind: 'step-output', step, name, output, port } : { kind: 'gone' };
}

interface IPart {
  kind: string;
  name: string;
  /** From 1: which of those with the same id. */
  count: number;
}

function cut(id: string): [string, string | null] {
  const slash = id.indexOf('/');
  return slash < 0 ? [id, null] : [id.slice(0, slash), id.slice(slash + 1)];
}

function readPart(part: string): IPart {
  const [kind = '', name = '', count = '1'] = part.split(':');
  return { kind, name: decoded(name), count: Number(count) || 1 };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const pick = <T extends INamed>(items: readonly T[], name: string, count: number): T | null => items.filter(({ id }) => id === name)[count - 1] ?? null;

/** The text that a subject is written in. */
export function nodeOf(subject: Subject, process: IProcess | null): YamlNode | null {
  switch (subject.kind) {
    case 'process':
      return process?.node ?? null;
    case 'input':
    case 'output':
      return subject.port.node;
    case 'step':
      return subject.step.node;
    case 'step-input':
      return subject.input?.node ?? null;
    case 'step-output':
      return subject.output?.node ?? null;
    case 'gone':
      return null;
  }
}

/** What stands for the whole of a subject that is written in short. */
const SHORT: { [kind in Subject['kind']]?: string } = { input: 'type', output: 'type', 'step-input': 'source', 'step-output': 'id' };

/** Problems of a subject by the field they are in; under `''` those of none. */
export function problemsByField(problems: readonly IProblem[], { subject, process }: ISubject): Map<string, IProblem[]> {
  const found = new Map<string, IProblem[]>();
  const whole = nodeOf(subject, process);
  for (const problem of problems) {
    const field = whole && problem.uri.split('#')[0] === whole.source.uri.split('#')[0] ? fieldOf(problem, whole, SHORT[subject.kind] ?? '') : '';
    found.set(field, [...(found.get(field) ?? []), problem]);
  }
  return found;
}

function fieldOf(problem: IProblem, whole: YamlNode, short: string): string {
  let at = nodeAtOffset(whole.source, problem.range.from);
  if (at === whole && whole.kind !== 'map') {
    return short;
  }
  while (at && at.parent !== whole) {
    at = at.parent;
  }
  return at && typeof at.key === 'string' ? at.key : '';
}
