import type { IGraph, IGraphEdge, IGraphNode, IGraphPort } from '@jupyter-datalabs/cwl';

/** A node as it is drawn: some ports may be folded away, and many inputs stand together in one card. */
export interface IShownNode extends Omit<IGraphNode, 'kind'> {
  kind: IGraphNode['kind'] | 'group';
  /** A step with what is in it around. */
  isFrame: boolean;
  /** How many ports are folded away. */
  folded: number;
  /** It has unused ports that are shown and could be folded. */
  canFold: boolean;
  /** Of a group: only its head is shown. */
  isClosed: boolean;
  /** The container image that a tool runs in. */
  image: string | null;
}

export interface IShown {
  nodes: IShownNode[];
  edges: IGraphEdge[];
}

export interface IShownOptions {
  /** The expanded step that is shown alone. */
  scope?: string | null;
  /** Nodes with all their ports. */
  unfolded?: ReadonlySet<string>;
  /** Ports that stay, used or not: somebody has to look at them. */
  kept?: ReadonlySet<string>;
  /** Inputs in one card; from `MANY` on if not said. */
  isGrouped?: boolean | null;
  /** Groups of which only the head is shown. */
  closed?: ReadonlySet<string>;
  imageOf?: (step: string) => string | null;
}

/** From so many inputs on they stand in one card. */
export const MANY = 10;
/** Fewer unused ports than this are not worth a row that says so. */
const WORTH_FOLDING = 2;
/** Of a step that gives nothing to anything yet so many outputs stay, so that a line can start from them. */
const OUTPUTS_TO_START = 6;
export const GROUP = 'group:inputs';

/** What is drawn of a graph. */
export function shownOf(graph: IGraph, options: IShownOptions = {}): IShown {
  const { scope = null, closed = new Set<string>() } = options;
  const level = scope === null ? graph.nodes : graph.nodes.filter(({ id }) => id.startsWith(`${scope}/`));
  const parents = new Set(level.map(({ parent }) => parent));
  const nodes = level.map(node => shownNode({ ...node, parent: node.parent === scope ? null : node.parent }, parents.has(node.id), options));
  const ids = new Set(level.map(({ id }) => id));
  const edges = graph.edges.filter(({ source, target }) => ids.has(source.node) && ids.has(target.node));
  const inputs = nodes.filter(({ kind, parent }) => kind === 'input' && parent === null);
  if (!(options.isGrouped ?? inputs.length >= MANY) || inputs.length < 2) {
    return { nodes, edges };
  }
  const id = scope === null ? GROUP : `${scope}/${GROUP}`;
  const group = groupOf(id, inputs, closed.has(id), options);
  const grouped = new Set(inputs.map(input => input.id));
  return {
    nodes: [group, ...nodes.filter(node => !grouped.has(node.id))],
    edges: edgesFromGroup(edges, grouped, group)
  };
}

/** What runs needs a value for it; that of an unknown type is none of what runs. */
const isRequired = (port: IGraphPort): boolean => !port.isOptional && !port.hasDefault && port.type.kind !== 'unknown';

function shownNode(node: IGraphNode, isFrame: boolean, { unfolded, kept, imageOf }: IShownOptions): IShownNode {
  const plain = { ...node, isFrame, folded: 0, canFold: false, isClosed: false, image: node.kind === 'step' ? (imageOf?.(node.id) ?? null) : null };
  if (node.kind !== 'step' || isFrame) {
    return plain;
  }
  const isUsed = (port: IGraphPort): boolean => port.isConnected || port.valueFrom !== null || port.isScattered || (kept?.has(port.id) ?? false);
  const inputs = node.inputs.filter(port => isUsed(port) || isRequired(port));
  const used = node.outputs.filter(isUsed);
  const outputs = used.some(port => port.isConnected) ? used : node.outputs.filter((port, index) => index < OUTPUTS_TO_START || used.includes(port));
  const unused = node.inputs.length + node.outputs.length - inputs.length - outputs.length;
  // With no port in sight at all there would be nothing left to connect.
  if (unused < WORTH_FOLDING || inputs.length + outputs.length === 0) {
    return plain;
  }
  return unfolded?.has(node.id) ? { ...plain, canFold: true } : { ...plain, inputs, outputs, folded: unused };
}

function groupOf(id: string, inputs: readonly IShownNode[], isClosed: boolean, { unfolded, kept }: IShownOptions): IShownNode {
  const ports = inputs.flatMap(({ outputs }) => outputs);
  const used = ports.filter(port => port.isConnected || (kept?.has(port.id) ?? false));
  const unused = ports.length - used.length;
  const canFold = unused >= WORTH_FOLDING && used.length > 0;
  const isFolded = canFold && !unfolded?.has(id);
  return {
    id,
    kind: 'group',
    parent: null,
    name: '',
    label: '',
    doc: '',
    inputs: [],
    outputs: isFolded ? used : ports,
    run: null,
    scatter: null,
    when: null,
    isFrame: false,
    folded: isFolded ? unused : 0,
    canFold: canFold && !isFolded,
    isClosed,
    image: null
  };
}

/** The port of a group that shows none of its own. */
export const groupPort = (group: string): string => `${group}/out`;

function edgesFromGroup(edges: readonly IGraphEdge[], grouped: ReadonlySet<string>, { id, isClosed }: IShownNode): IGraphEdge[] {
  const targets = new Set<string>();
  return edges.flatMap(edge => {
    if (!grouped.has(edge.source.node)) {
      return [edge];
    }
    if (!isClosed) {
      return [{ ...edge, source: { ...edge.source, node: id } }];
    }
    if (targets.has(edge.target.port)) {
      return [];
    }
    targets.add(edge.target.port);
    return [{ ...edge, source: { node: id, port: groupPort(id) } }];
  });
}

/** The node that a node, a port or a group's row is drawn in; null where it is not drawn. */
export function holderOf({ nodes }: IShown, id: string): IShownNode | null {
  return nodes.find(node => node.id === id || node.outputs.some(port => port.id === id || port.id.startsWith(`${id}/out:`)) || node.inputs.some(port => port.id === id)) ?? null;
}

/** All that comes before and after what is chosen: ids of edges and nodes. */
export function pathOf({ edges }: IShown, chosen: ReadonlySet<string>): { nodes: Set<string>; edges: Set<string> } {
  const path = { nodes: new Set(chosen), edges: new Set<string>() };
  for (const [from, to] of [['source', 'target'], ['target', 'source']] as const) {
    const leaving = new Map<string, IGraphEdge[]>();
    for (const edge of edges) {
      const at = chosen.has(edge[from].port) ? edge[from].port : edge[from].node;
      leaving.set(at, [...(leaving.get(at) ?? []), edge]);
    }
    const todo = [...chosen];
    const seen = new Set(chosen);
    for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
      for (const edge of leaving.get(id) ?? []) {
        path.edges.add(edge.id);
        path.nodes.add(edge[to].node);
        if (!seen.has(edge[to].node)) {
          seen.add(edge[to].node);
          todo.push(edge[to].node);
        }
      }
    }
  }
  return path;
}
