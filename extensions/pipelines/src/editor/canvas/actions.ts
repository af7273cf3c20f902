import { inputId, inside, open, outputId, stepId, toJson, writeType } from '@jupyter-datalabs/cwl';
import type { CwlType, Edit, IGraphEdge, IGraphNode, Json, WrittenType } from '@jupyter-datalabs/cwl';
import { freeName } from '../../names';
import { relativePath } from '../../paths';
import { fromOf, nodeOf, portHere, stepOf, toOf } from './lookup';
import type { GraphView } from './view';

/** What people do with what they have chosen; the same for mouse, keys and list. */

export function connect(view: GraphView, one: string, other: string): boolean {
  const { graph } = view;
  const [first, second] = [portHere(graph, one), portHere(graph, other)];
  if (!first || !second || first.side === second.side || isBetweenLevels(view, one, other)) {
    return false;
  }
  const [source, target] = first.side === 'out' ? [first, second] : [second, first];
  return view.edit(target.node, { kind: 'connect', from: fromOf(source), to: toOf(target), ...replacing(view, one, other) });
}

/** What is connected to a port that takes one thing gives way to what is connected to it now. */
const replacing = (view: GraphView, one: string, other: string): { replace?: true } =>
  view.targetsOf(one).some(({ port, isReplacing }) => isReplacing && port.id === other) ? { replace: true } : {};

/** Said, where that is why two ports are not to be connected. */
function isBetweenLevels(view: GraphView, one: string, other: string): boolean {
  const why = view.betweenLevels(one, other);
  if (why !== null) {
    view.say(why, true);
  }
  return why !== null;
}

/** An input or an output of the workflow that a port of a step is connected to, named after it and of its type. */
export function connectNew(view: GraphView, port: string): boolean {
  const here = portHere(view.graph, port);
  if (!here || here.node.kind !== 'step') {
    return false;
  }
  const { node, side } = here;
  const { name, isConnected } = here.port;
  const taken = new Set(view.graph.nodes.filter(({ parent }) => parent === node.parent).map(other => other.name));
  const id = taken.has(name) && side === 'out' ? freeName(`${node.name}_${name}`, taken) : freeName(name, taken);
  const type = writtenOutside(here.port.type);
  const edits: Edit[] =
    side === 'out'
      ? [{ kind: 'add-output', id, type, from: fromOf(here) }]
      : [{ kind: 'add-input', id, type }, { kind: 'connect', from: { input: id }, to: toOf(here), ...(isConnected ? { replace: true } : {}) }];
  const isDone = view.edit(node, ...edits);
  if (isDone) {
    const within = node.parent === null ? undefined : inside(node.parent);
    view.model.select(side === 'out' ? outputId(id, within) : inputId(id, within));
  }
  return isDone;
}

/** An input or an output of the workflow that is shown, or that a step runs, to be named and connected. */
export function addEnd(view: GraphView, kind: 'input' | 'output', parent: string | null): boolean {
  const id = freeName(kind, new Set(view.graph.nodes.filter(node => node.parent === parent).map(({ name }) => name)));
  const isDone = view.edit({ parent }, kind === 'input' ? { kind: 'add-input', id, type: 'File' } : { kind: 'add-output', id, type: 'File' });
  if (isDone) {
    view.model.select((kind === 'input' ? inputId : outputId)(id, parent === null ? undefined : inside(parent)));
  }
  return isDone;
}

/** A type as an input or output of a workflow has it: what a tool prints is a file there, and what nobody knows may be anything. */
const writtenOutside = (type: CwlType): WrittenType =>
  type.kind === 'unknown' ? 'Any' : type.kind === 'primitive' && /^std/.test(type.name) ? 'File' : writeType(type);

const disconnectEdit = (view: GraphView, edge: IGraphEdge): Edit[] => {
  const { graph } = view;
  const [source, target] = [portHere(graph, edge.source.port), portHere(graph, edge.target.port)];
  return source && target ? [{ kind: 'disconnect', from: fromOf(source), to: toOf(target) }] : [];
};

export function disconnect(view: GraphView, edge: IGraphEdge): boolean {
  return view.edit(nodeOf(view.graph, edge.target.node), ...disconnectEdit(view, edge));
}

/** Takes the end of an edge to another port. */
export function reconnect(view: GraphView, edge: IGraphEdge, source: string, target: string): boolean {
  const [from, to] = [portHere(view.graph, source), portHere(view.graph, target)];
  return from !== null && to !== null && !isBetweenLevels(view, source, target) &&
    view.edit(to.node, ...disconnectEdit(view, edge), {
      kind: 'connect', from: fromOf(from), to: toOf(to),
      // Another source of the same port stands beside the others, as the one before did.
      ...(target === edge.target.port ? {} : replacing(view, source, target))
    });
}

/** Nodes, and edges that are not theirs anyway. */
export function remove(view: GraphView, nodes: readonly string[], edges: readonly IGraphEdge[]): boolean {
  const chosen = nodes.flatMap(id => nodeOf(view.graph, id) ?? []);
  const gone = new Set(nodes);
  const cut = edges.filter(({ source, target }) => !gone.has(source.node) && !gone.has(target.node));
  const edits: Edit[] = [
    ...cut.flatMap(edge => disconnectEdit(view, edge)),
    ...chosen.map((node): Edit => {
      switch (node.kind) {
        case 'step':
          return { kind: 'remove-step', step: node.name };
        case 'input':
          return { kind: 'remove-input', id: node.name };
        case 'output':
          return { kind: 'remove-output', id: node.name };
      }
    })
  ];
  const at = chosen[0] ?? (cut[0] && nodeOf(view.graph, cut[0].target.node)) ?? null;
  if (edits.length === 0 || !isOneLevel(view, [...chosen, ...cut.flatMap(edge => nodeOf(view.graph, edge.target.node) ?? [])])) {
    return false;
  }
  const isDone = view.edit(at, ...edits);
  if (isDone) {
    view.model.select(null);
  }
  return isDone;
}

/** Edits go to one workflow at a time; said, where they would not. */
function isOneLevel(view: GraphView, nodes: readonly IGraphNode[]): boolean {
  const isOne = nodes.every(({ parent }) => parent === nodes[0]!.parent);
  if (!isOne) {
    view.say(view.trans.__('These are in different workflows. Choose what is in one of them.'), true);
  }
  return isOne;
}

const stepNames = (view: GraphView, parent: string | null): Set<string> => new Set(view.graph.nodes.filter(node => node.kind === 'step' && node.parent === parent).map(({ name }) => name));

export function duplicate(view: GraphView, nodes: readonly string[]): boolean {
  const steps = nodes.flatMap(id => nodeOf(view.graph, id) ?? []).filter(({ kind }) => kind === 'step');
  const at = steps[0];
  if (!at || !isOneLevel(view, steps)) {
    return false;
  }
  const taken = stepNames(view, at.parent);
  const edits = steps.map(({ name }): Extract<Edit, { kind: 'duplicate-step' }> => {
    const id = freeName(`${name}_copy`, taken);
    taken.add(id);
    return { kind: 'duplicate-step', step: name, id };
  });
  const isDone = view.edit(at, ...edits);
  if (isDone && edits.length === 1) {
    view.model.select(stepId(edits[0]!.id, at.parent === null ? undefined : inside(at.parent)));
  }
  return isDone;
}

const FROM = '# copied from ';

/** Steps as a small workflow of their own, which any CWL editor takes; null for none. */
export function copied(view: GraphView, nodes: readonly string[]): string | null {
  const { document } = view.model;
  const steps: { [id: string]: Json } = {};
  for (const node of nodes.flatMap(id => nodeOf(view.graph, id) ?? [])) {
    const step = node.kind === 'step' ? stepOf(document, view.graph, node) : null;
    const value = step && toJson(step.node);
    if (step && value && typeof value === 'object' && !Array.isArray(value)) {
      const { id: _id, ...rest } = value;
      // What it runs is named from the file that it came from.
      steps[node.name] = step.run.text !== null && step.run.uri !== null ? { ...rest, run: step.run.uri } : rest;
    }
  }
  if (Object.keys(steps).length === 0) {
    return null;
  }
  return `${FROM}${document.uri}\n${JSON.stringify({ cwlVersion: 'v1.2', class: 'Workflow', inputs: {}, outputs: {}, steps }, null, 2)}\n`;
}

const WORKFLOW = 'cwlVersion: v1.2\nclass: Workflow\ninputs: {}\noutputs: {}\n';

/** Steps of a text, a whole document or its `steps:` alone. */
export function paste(view: GraphView, text: string): boolean {
  const { uri } = view.model.document;
  const steps: { [id: string]: Json } = {};
  for (const whole of [text, WORKFLOW + text]) {
    for (const step of open(whole, { uri }).processes[0]?.steps ?? []) {
      const value = toJson(step.node);
      if (step.id && value && typeof value === 'object' && !Array.isArray(value)) {
        const { id: _id, ...rest } = value;
        steps[step.id] = typeof rest['run'] === 'string' ? { ...rest, run: relative(uri, rest['run']) } : rest;
      }
    }
    if (Object.keys(steps).length > 0) {
      return view.edit({ parent: view.here }, { kind: 'paste-steps', steps });
    }
  }
  view.say(view.trans.__('There are no steps in what was copied.'), true);
  return false;
}

/** As a document names a file beside it, escaped as URIs are; what lies elsewhere keeps its whole name. */
export function relative(from: string, to: string): string {
  const [document] = from.split('#') as [string];
  const origin = (uri: string): string => uri.split('/').slice(0, 3).join('/');
  if (!/^[a-z][\w+.-]*:\/\//i.test(to) || origin(document) !== origin(to)) {
    return to;
  }
  const [target, fragment] = to.split('#') as [string, string?];
  return target === document ? `#${fragment ?? ''}` : relativePath(document, to);
}

/** A step that runs what is named so. */
export function addStep(view: GraphView, run: string): boolean {
  const base = run.replace(/^.*[/#]/, '').replace(/\.[^.]*$/, '').replace(/[^\w-]+/g, '_') || 'step';
  return view.edit(null, { kind: 'add-step', id: freeName(base, stepNames(view, view.scope)), run });
}

export function addInput(view: GraphView, id: string, type: string): boolean {
  return view.edit(null, { kind: 'add-input', id, type });
}

export type Align = 'left' | 'right' | 'top' | 'bottom' | 'across' | 'down';

interface IBoxAt {
  id: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Corners of nodes in line, or at equal distances: `across` and `down`. */
export function aligned(boxes: readonly IBoxAt[], how: Align): [string, { x: number; y: number }][] {
  const [left, top] = [Math.min(...boxes.map(({ x }) => x)), Math.min(...boxes.map(({ y }) => y))];
  const [right, bottom] = [Math.max(...boxes.map(({ x, width }) => x + width)), Math.max(...boxes.map(({ y, height }) => y + height))];
  const spread = (at: 'x' | 'y', size: 'width' | 'height', from: number, to: number): [string, { x: number; y: number }][] => {
    const inOrder = [...boxes].sort((one, other) => one[at] - other[at]);
    const gap = (to - from - inOrder.reduce((sum, box) => sum + box[size], 0)) / (inOrder.length - 1);
    let next = from;
    return inOrder.map(({ id, x, y, ...box }) => {
      const corner = { x, y, [at]: Math.round(next) };
      next += box[size] + gap;
      return [id, corner];
    });
  };
  switch (how) {
    case 'left':
      return boxes.map(({ id, y }) => [id, { x: left, y }]);
    case 'right':
      return boxes.map(({ id, y, width }) => [id, { x: right - width, y }]);
    case 'top':
      return boxes.map(({ id, x }) => [id, { x, y: top }]);
    case 'bottom':
      return boxes.map(({ id, x, height }) => [id, { x, y: bottom - height }]);
    case 'across':
      return spread('x', 'width', left, right);
    case 'down':
      return spread('y', 'height', top, bottom);
  }
}
