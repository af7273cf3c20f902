import type { IGraphEdge } from '@jupyter-datalabs/cwl';
import { Position } from '@xyflow/react';
import type { Edge, Node } from '@xyflow/react';
import type { IPortPlace } from '../layout/boxes';
import type { IPlace, Places } from '../layout/places';
import { partsOf } from './lookup';
import type { IMarks } from './marks';
import type { IShown, IShownNode } from './shown';

export type FlowNode = Node<{ node: IShownNode; marks: IMarks | null; ports: IPortPlace[] }>;
export type FlowEdge = Edge<{ edge: IGraphEdge }>;

const TYPES: Record<IShownNode['kind'], string> = { input: 'end', output: 'end', step: 'step', group: 'group' };

/** What is drawn, as the canvas takes it. Those that are as before are the same objects, so that they are not drawn again. */
export function flowNodes(shown: IShown, places: Places, marks: ReadonlyMap<string | null, IMarks>, before: readonly FlowNode[]): FlowNode[] {
  const olds = new Map(before.map(node => [node.id, node]));
  return shown.nodes.map(node => {
    const place = places.get(node.id)!;
    const old = olds.get(node.id);
    const own = marks.get(node.id) ?? null;
    const next = { node, marks: own, ports: node.isFrame ? place.ports : [] };
    const data = old && isSame(old.data, next) ? old.data : next;
    const made: FlowNode = {
      id: node.id,
      type: node.isFrame ? 'frame' : TYPES[node.kind],
      // What somebody holds stays in their hand.
      position: old?.dragging ? old.position : { x: place.x, y: place.y },
      width: place.width,
      height: place.height,
      measured: { width: place.width, height: place.height },
      // Known without measuring, so that edges are there at once.
      handles: handlesOf(node, place),
      data,
      selected: old?.selected ?? false,
      dragging: old?.dragging ?? false,
      className: old?.className,
      // What is at the edge of a frame stays there.
      draggable: node.parent === null || node.kind === 'step',
      ...(node.parent === null ? {} : { parentId: node.parent, extent: 'parent' as const }),
      zIndex: depthOf(node.id)
    };
    return old && isSameNode(old, made) ? old : made;
  });
}

const depthOf = (id: string): number => id.split('/').length - 1;

function handlesOf(node: IShownNode, { width, ports }: IPlace): FlowNode['handles'] {
  return ports.map(({ id, side, y }) => ({
    id,
    type: side === 'in' ? ('target' as const) : ('source' as const),
    position: side === 'in' ? Position.Left : Position.Right,
    x: side === 'in' ? 0 : width,
    y,
    width: 0,
    height: 0
  }));
}

const signatures = new WeakMap<object, string>();

function signature(data: object): string {
  let text = signatures.get(data);
  if (text === undefined) {
    text = JSON.stringify(data);
    signatures.set(data, text);
  }
  return text;
}

const isSame = (one: object, other: object): boolean => signature(one) === signature(other);

function isSameNode(old: FlowNode, made: FlowNode): boolean {
  return (
    old.data === made.data &&
    old.type === made.type &&
    old.parentId === made.parentId &&
    old.position.x === made.position.x &&
    old.position.y === made.position.y &&
    old.width === made.width &&
    old.height === made.height &&
    JSON.stringify(old.handles) === JSON.stringify(made.handles)
  );
}

/** Edges, of which those along the path of what is chosen stand out. */
export function flowEdges({ edges }: IShown, path: { edges: ReadonlySet<string> } | null, before: readonly FlowEdge[]): FlowEdge[] {
  const olds = new Map(before.map(edge => [edge.id, edge]));
  return edges.map(edge => {
    const className = `jp-mod-${edge.family}${path ? (path.edges.has(edge.id) ? ' jp-mod-lit' : ' jp-mod-dim') : ''}`;
    const old = olds.get(edge.id);
    if (old && old.className === className && old.source === edge.source.node && old.target === edge.target.node && isSame(old.data!.edge, edge)) {
      return old;
    }
    return {
      id: edge.id,
      type: 'link',
      source: edge.source.node,
      sourceHandle: edge.source.port,
      target: edge.target.node,
      targetHandle: edge.target.port,
      className,
      selected: old?.selected ?? false,
      zIndex: depthOf(edge.source.node),
      reconnectable: 'target' as const,
      ariaLabel: `${wordsOf(edge.source.port)} → ${wordsOf(edge.target.port)}`,
      data: { edge }
    };
  });
}

/** A port by the names that lead to it. */
const wordsOf = (port: string): string => partsOf(port).map(({ name }) => name).join(', ');

/** Nodes, of which those off the path step back. */
export function withPath(nodes: readonly FlowNode[], path: { nodes: ReadonlySet<string> } | null): FlowNode[] {
  return nodes.map(node => {
    // What is within a node on the path, or around it, is not off it.
    const isOff = path !== null && ![...path.nodes].some(id => id === node.id || id.startsWith(`${node.id}/`) || node.id.startsWith(`${id}/`));
    const className = isOff ? 'jp-mod-dim' : undefined;
    return node.className === className ? node : { ...node, className };
  });
}
