import { inPort, inputId, inside, outPort, outputId, stepId, TOOL } from '../graph/ids.js';
import { uniqueIds } from '../graph/ports.js';
import type { ILink, INamed, IPort, IProcess, IStep, IStepInput } from '../process/model.js';
import type { IRange, ISource, YamlNode } from '../text/node.js';
import type { IState } from './state.js';

interface IPlaceBase extends IRange {
  /** In the graph of the document; null for what is in a process that is not shown in it. */
  id: string | null;
  process: IProcess;
}

/** Something with an id, or a process, and where it is written. `to` is the end of what belongs to it. */
export type IPlace = IPlaceBase & (
  | { kind: 'process' }
  | { kind: 'input' | 'output'; named: IPort }
  | { kind: 'step'; named: IStep; step: IStep }
  | { kind: 'in'; named: IStepInput; step: IStep }
  | { kind: 'out'; named: INamed; step: IStep }
);

export interface IWritten {
  /** Those around come before those in them. */
  places: readonly IPlace[];
  processes: readonly IProcess[];
  /** Each source that is written, with the workflow it is in. */
  links: readonly { link: ILink; process: IProcess; place: IPlace }[];
}

/** Distributes omission over the members of a union. */
type Bare<T> = T extends unknown ? Omit<T, 'from' | 'to'> : never;

const known = new WeakMap<readonly IProcess[], { source: ISource; written: IWritten }>();

/** What is written in the text itself, whether it is a process at its top, in a step, or in `$graph`. */
export function writtenIn({ source, processes }: IState): IWritten {
  const before = known.get(processes);
  if (before?.source === source) {
    return before.written;
  }
  const written = collect(source, processes);
  known.set(processes, { source, written });
  return written;
}

/** A process, and what its things are called in the graph. */
interface IWaiting {
  process: IProcess;
  /** In front of the ids of what is in a workflow. */
  within: string | null;
  /** The step that runs it; null for one that is shown by itself. */
  step: string | null;
}

function collect(source: ISource, processes: readonly IProcess[]): IWritten {
  const places: IPlace[] = [];
  const links: { link: ILink; process: IProcess; place: IPlace }[] = [];
  const seen = new Set<IProcess>();
  const add = (node: YamlNode, idNode: YamlNode | null, place: Bare<IPlace>): IPlace | null => {
    if (node.source !== source && idNode?.source !== source) {
      return null;
    }
    const nodes = [node, idNode].filter(one => one?.source === source) as YamlNode[];
    const from = behindIndent(source.text, Math.min(...nodes.map(one => one.outerFrom)));
    const made = { ...place, from, to: Math.max(...nodes.map(one => one.to)) } as IPlace;
    places.push(made);
    return made;
  };
  const link = (place: IPlace | null, process: IProcess, all: readonly ILink[]): void => {
    for (const one of place ? all : []) {
      if (one.node.source === source) {
        links.push({ link: one, process, place: place! });
      }
    }
  };
  const waiting: IWaiting[] = processes.map((process, index) => ({ process, within: index === 0 ? '' : null, step: null }));
  const later = waiting.splice(1);
  for (let next = waiting.shift() ?? later.shift(); next; next = waiting.shift() ?? later.shift()) {
    const { process, within, step: runBy } = next;
    if (seen.has(process)) {
      continue;
    }
    seen.add(process);
    const isWorkflow = process.class === 'Workflow';
    const give = uniqueIds();
    const idOf = (make: (name: string, around: string) => string, name: string): string | null => (within === null ? null : give(make(name, within)));
    const whole = runBy ?? (within === null || isWorkflow ? null : TOOL);
    add(process.node, null, { kind: 'process', id: whole, process });
    for (const named of process.inputs) {
      const id = runBy !== null && !isWorkflow ? give(inPort(runBy, named.id)) : idOf(inputId, named.id);
      add(named.node, named.idNode, { kind: 'input', id, process, named });
    }
    for (const step of process.steps) {
      const id = idOf(stepId, step.id);
      add(step.node, step.idNode, { kind: 'step', id, process, named: step, step });
      const port = uniqueIds();
      for (const named of step.in) {
        link(add(named.node, named.idNode, { kind: 'in', id: id && port(inPort(id, named.id)), process, named, step }), process, named.links);
      }
      for (const named of step.out) {
        add(named.node, named.idNode, { kind: 'out', id: id && port(outPort(id, named.id)), process, named, step });
      }
      const run = step.run.process;
      if (run && run.source === source && step.run.state === 'here') {
        (id === null ? later : waiting).push({ process: run, within: id && inside(id), step: id });
      }
    }
    for (const named of process.outputs) {
      const id = runBy !== null && !isWorkflow ? give(outPort(runBy, named.id)) : idOf(outputId, named.id);
      const place = add(named.node, named.idNode, { kind: 'output', id, process, named });
      link(place, process, 'links' in named ? named.links : []);
    }
  }
  return { places, processes: [...seen].filter(process => process.source === source), links };
}

/** Takes in the blanks before it in its line, and the dash of a list. */
function behindIndent(text: string, from: number): number {
  let at = from;
  while (at > 0 && ' \t-'.includes(text[at - 1]!)) {
    at--;
  }
  return at === 0 || '\r\n'.includes(text[at - 1]!) ? at : from;
}

/** The smallest place that an offset is in; null for none. */
export function placeAt(written: IWritten, offset: number): IPlace | null {
  let found: IPlace | null = null;
  for (const place of written.places) {
    if (place.from <= offset && offset <= place.to && (!found || place.to - place.from <= found.to - found.from)) {
      found = place;
    }
  }
  return found;
}

export const holds = (node: YamlNode | null, offset: number): boolean => node !== null && node.from <= offset && offset <= node.to;
