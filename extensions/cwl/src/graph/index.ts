/**
 * What the editor draws of a document: `buildGraph(readProcesses(source, files), options)`. Inputs, steps and outputs in the order of the
 * text; what is in expanded steps follows, level by level, its edges among its own nodes: the ports of an expanded step and the inputs and
 * outputs within it have the same names. Links to what is not there have no edge. A document that is no workflow is one
 * node, `tool`, whose ports are called as the inputs and outputs of a workflow are.
 */
import type { ILink, IProcess, ISink, IStep, IStepInput } from '../process/model.js';
import type { CwlType } from '../types/type.js';
import { inPort, inputId, inside, outPort, outputId, stepId, TOOL } from './ids.js';
import type { IGraph, IGraphNode, IGraphOptions, IGraphPort } from './model.js';
import { port, stepInputs, stepOutputs, TypeLook, uniqueIds, UNKNOWN } from './ports.js';

const MAX_DEPTH = 8;
const MAX_NODES = 5_000;

/** A workflow that is to be shown, and the workflows around it. */
interface ILevel {
  process: IProcess;
  parent: string | null;
  /** From the outermost. */
  around: readonly IProcess[];
}

export function buildGraph(processes: readonly IProcess[], options: IGraphOptions = {}): IGraph {
  const process = options.process === undefined ? processes[0] : processes.find(({ id }) => id === options.process);
  if (!process) {
    return { process: null, nodes: [], edges: [] };
  }
  const { id, uri, label, doc } = process;
  const shown = { class: process.class, id, uri, label: label ?? id, doc: doc ?? '' };
  if (process.class !== 'Workflow') {
    return { process: shown, nodes: [toolNode(process)], edges: [] };
  }
  const graph = new GraphBuilder(options.expand ?? new Set());
  graph.build(process);
  return { process: shown, nodes: graph.nodes, edges: graph.edges };
}

/** A tool as if it were a step that nothing is connected to. */
function toolNode(process: IProcess): IGraphNode {
  const look = new TypeLook();
  const give = uniqueIds();
  const name = process.id || decodedName(process.uri);
  return {
    id: TOOL,
    kind: 'step',
    parent: null,
    name,
    label: process.label ?? name,
    doc: process.doc ?? '',
    inputs: process.inputs.map(({ id, type, default: value }) =>
      port(look, { id: give(inputId(id)), name: id, type: type.type, hasDefault: value !== null })),
    outputs: process.outputs.map(({ id, type }) => port(look, { id: give(outputId(id)), name: id, type: type.type })),
    run: { class: process.class, text: null, uri: process.uri, state: 'here', why: null, canExpand: false, isExpanded: false },
    scatter: null,
    when: null
  };
}

const decodedName = (uri: string): string => uri.replace(/^.*\/(?=.)/s, '').replace(/#.*$/s, '');

/** What inputs and outputs of a workflow do not have. */
const end = (): Pick<IGraphNode, 'inputs' | 'outputs' | 'run' | 'scatter' | 'when'> =>
  ({ inputs: [], outputs: [], run: null, scatter: null, when: null });

class GraphBuilder {
  readonly nodes: IGraphNode[] = [];
  readonly edges: IGraph['edges'] = [];
  private readonly look = new TypeLook();
  private readonly giveNode = uniqueIds();
  private readonly giveEdge = uniqueIds();
  /** Nodes of all levels that are or will be shown. */
  private planned = 0;

  constructor(private readonly expand: ReadonlySet<string> | 'all') {}

  build(process: IProcess): void {
    this.hasRoom(process);
    const levels: ILevel[] = [{ process, parent: null, around: [] }];
    // The list grows while it is gone through.
    for (const level of levels) {
      levels.push(...this.level(level));
    }
  }

  /** Adds what is in a workflow; gives the workflows in it that are to be shown too. */
  private level({ process, parent, around }: ILevel): ILevel[] {
    const within = parent === null ? '' : inside(parent);
    const targets = new Targets();
    const path = [...around, process];
    const inner: ILevel[] = [];
    const give = this.giveNode;

    for (const { id: name, label, doc, type, default: value } of process.inputs) {
      const id = give(inputId(name, within));
      const output = port(this.look, { id: outPort(id, name), name, type: type.type, hasDefault: value !== null });
      targets.addInput(name, { node: id, port: output });
      this.nodes.push({ ...end(), id, kind: 'input', parent, name, label: label ?? name, doc: doc ?? '', outputs: [output] });
    }
    const ids = process.steps.map(step => give(stepId(step.id, within)));
    process.steps.forEach((step, index) => {
      targets.addStep(step.id, ids[index], stepOutputs(step, ids[index], this.look));
    });
    process.steps.forEach((step, index) => {
      const id = ids[index];
      const ports = stepInputs(step, id, this.look, input => targets.typeOf(input));
      const node = this.stepNode(step, id, parent, ports.map(([made]) => made), targets.outputsOf(id));
      this.nodes.push(node);
      for (const [made, input] of ports) {
        if (input) {
          this.connect(input, { node: id, port: made }, targets);
        }
      }
      const run = step.run.process;
      if (run?.class === 'Workflow' && step.run.state === 'here' && !path.includes(run) && path.length <= MAX_DEPTH) {
        const isExpanded = (this.expand === 'all' || this.expand.has(id)) && this.hasRoom(run);
        node.run = { ...node.run!, canExpand: true, isExpanded };
        inner.push(...(isExpanded ? [{ process: run, parent: id, around: path }] : []));
      }
    });
    for (const output of process.outputs) {
      const id = give(outputId(output.id, within));
      const sink = 'links' in output ? output : undefined;
      const input = port(this.look, { id: inPort(id, output.id), name: output.id, type: output.type.type, sink });
      const { label, doc } = output;
      this.nodes.push({ ...end(), id, kind: 'output', parent, name: output.id, label: label ?? output.id, doc: doc ?? '', inputs: [input] });
      if (sink) {
        this.connect(sink, { node: id, port: input }, targets);
      }
    }
    return inner;
  }

  /** Takes the room that a workflow needs, if there is so much. */
  private hasRoom({ inputs, steps, outputs }: IProcess): boolean {
    const count = this.planned + inputs.length + steps.length + outputs.length;
    this.planned = count > MAX_NODES ? this.planned : count;
    return count <= MAX_NODES;
  }

  private stepNode(step: IStep, id: string, parent: string | null, inputs: IGraphPort[], outputs: IGraphPort[]): IGraphNode {
    const { process, text, uri, state, why } = step.run;
    const ports = step.scatter.map(({ value }) => value);
    return {
      id,
      kind: 'step',
      parent,
      name: step.id,
      label: step.label ?? step.id,
      doc: step.doc ?? process?.doc ?? '',
      inputs,
      outputs,
      run: { class: process?.class ?? '', text, uri, state, why, canExpand: false, isExpanded: false },
      scatter: ports.length > 0 ? { ports, method: step.scatterMethod?.value ?? null } : null,
      when: step.when?.value ?? null
    };
  }

  private connect(sink: ISink, target: IEnd, targets: Targets): void {
    sink.links.forEach(({ to }, index) => {
      const source = targets.find(to);
      if (source) {
        source.port.isConnected = true;
        target.port.isConnected = true;
        const { typeText, family } = this.look.of(source.port.type);
        this.edges.push({
          id: this.giveEdge(`${source.port.id}>${target.port.id}`),
          source: { node: source.node, port: source.port.id },
          target: { node: target.node, port: target.port.id },
          index,
          linkMerge: sink.linkMerge?.value ?? null,
          pickValue: sink.pickValue?.value ?? null,
          typeText,
          family
        });
      }
    });
  }
}

/** A port and the node that it is at. */
interface IEnd {
  node: string;
  port: IGraphPort;
}

/** What links of one workflow lead to. Of two with the same id it is the first. */
class Targets {
  private readonly inputs = new Map<string, IEnd>();
  private readonly steps = new Map<string, Map<string, IEnd>>();
  private readonly outputs = new Map<string, IGraphPort[]>();

  addInput(name: string, end: IEnd): void {
    if (!this.inputs.has(name)) {
      this.inputs.set(name, end);
    }
  }

  addStep(name: string, node: string, outputs: IGraphPort[]): void {
    this.outputs.set(node, outputs);
    const ends = this.steps.get(name) ?? new Map<string, IEnd>();
    this.steps.set(name, ends);
    for (const output of outputs) {
      if (!ends.has(output.name)) {
        ends.set(output.name, { node, port: output });
      }
    }
  }

  outputsOf(node: string): IGraphPort[] {
    return this.outputs.get(node) ?? [];
  }

  find(to: ILink['to']): IEnd | undefined {
    switch (to.kind) {
      case 'input':
        return this.inputs.get(to.input);
      case 'step':
        return this.steps.get(to.step)?.get(to.output);
      case 'unknown':
        return undefined;
    }
  }

  /** Of an input that what the step runs does not have: that of its only source. */
  typeOf({ links }: IStepInput): CwlType {
    return (links.length === 1 && this.find(links[0].to)?.port.type) || UNKNOWN;
  }
}
