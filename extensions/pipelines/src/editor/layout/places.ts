import type { IGraphEdge } from '@jupyter-datalabs/cwl';
import type { IShown, IShownNode } from '../canvas/shown';
import { boxOf, byParent, METRICS, portsOf } from './boxes';
import type { IBox, IPortPlace } from './boxes';
import type { IPositions } from './positions';
import { settle } from './settle';
import type { ICorner, IKept } from './settle';

/** Where a node is, from the corner of the node that it is inside of, and its ports from its own. */
export interface IPlace extends IBox, ICorner {
  ports: IPortPlace[];
}

export type Places = ReadonlyMap<string, IPlace>;

/** One level of a graph, as a layout engine takes it. */
export interface ILevel {
  nodes: (IBox & { id: string; end: 'first' | 'last' | null; ports: IPortPlace[] })[];
  edges: { id: string; source: string; target: string }[];
}

/** Corners of the nodes of a level, by id; and where edges go that must not run through other nodes, from end to end. */
export interface IArranged {
  corners: ReadonlyMap<string, ICorner>;
  ways: ReadonlyMap<string, ICorner[]>;
}

export type Arrange = (level: ILevel) => Promise<IArranged>;

/** With more that is new than this share, a level is arranged as a whole. */
const MOSTLY_NEW = 0.5;
const MOST_KNOWN = 200;

/**
 * Places of all nodes. What has a place keeps it: somebody may have put it there, and nothing jumps while a document changes. A level
 * that is new, or mostly so, is arranged as a whole, once for each shape of it; and so is one that nobody has moved anything in,
 * around a sub-workflow that is opened or folded.
 */
export class Layouts {
  constructor(
    private readonly _arrange: Arrange,
    private readonly _positions: IPositions
  ) {
    for (const [id, corner] of _positions.read()) {
      this._kept.set(id, corner);
      this._moved.add(id);
    }
  }

  /** The way of an edge as it was arranged; it holds as long as both its ends are where they were to each other. */
  way(edge: string): ICorner[] | undefined {
    return this._ways.get(edge);
  }

  async places(shown: IShown): Promise<Places> {
    const inside = byParent(shown.nodes);
    const frames = shown.nodes.flatMap(({ id, isFrame }) => (isFrame ? [id] : []));
    const turned = [...frames.filter(id => !this._frames.has(id)), ...[...this._frames].filter(id => !frames.includes(id))];
    const edges = edgesByParent(shown);
    const places = new Map<string, IPlace>();
    const fill = async (parent: string | null): Promise<IBox> => {
      const nodes = inside.get(parent) ?? [];
      const boxes = new Map<string, IBox>();
      const inner = new Map<string, Map<string, number>>();
      for (const node of nodes) {
        if (node.isFrame) {
          boxes.set(node.id, await fill(node.id));
          inner.set(node.id, framePorts(node, inside.get(node.id) ?? [], places));
        } else {
          boxes.set(node.id, boxOf(node));
        }
      }
      const corners = await this._corners(parent, nodes, boxes, inner, edges.get(parent) ?? [], turned);
      return parent === null ? this._put(nodes, boxes, corners, inner, places) : this._putInFrame(nodes, boxes, corners, inner, places);
    };
    await fill(null);
    for (const [id, { x, y, width, height }] of places) {
      this._kept.set(id, { x, y, width, height });
    }
    this._frames = new Set(frames);
    for (const [parent, nodes] of inside) {
      this._levels.set(parent, nodes.map(({ id }) => id));
    }
    return places;
  }

  /** Somebody put nodes there. */
  moved(corners: Iterable<readonly [string, ICorner]>): void {
    for (const [id, { x, y }] of corners) {
      const kept = this._kept.get(id);
      if (kept?.x !== x || kept.y !== y) {
        this._moved.add(id);
      }
      this._kept.set(id, { ...kept, x, y });
    }
    this._positions.write([...this._kept].map(([id, { x, y }]) => [id, { x: Math.round(x), y: Math.round(y) }]));
  }

  /** The next node that is not known yet goes there. */
  expect(corner: ICorner): void {
    this._expected = corner;
  }

  /** Everything is arranged anew. */
  forget(): void {
    this._kept.clear();
    this._moved.clear();
    this._levels.clear();
    this._ways.clear();
    this._positions.write([]);
  }

  private async _corners(
    parent: string | null, nodes: readonly IShownNode[], boxes: ReadonlyMap<string, IBox>, inner: ReadonlyMap<string, ReadonlyMap<string, number>>, edges: readonly IGraphEdge[],
    turned: readonly string[]
  ): Promise<Map<string, ICorner>> {
    const fresh = nodes.filter(({ id }) => !this._kept.has(id));
    this._inherit(parent, nodes, fresh);
    if (fresh.length > 0 && this._expected) {
      this._moved.add(fresh.at(-1)!.id);
      this._kept.set(fresh.pop()!.id, this._expected);
      this._expected = null;
    }
    if (fresh.length > Math.max(1, nodes.length * MOSTLY_NEW) || (fresh.length > 0 && fresh.length === nodes.length)) {
      const corners = await this._arranged(levelOf(nodes, boxes, inner, edges));
      return new Map(corners);
    }
    // What is opened or folded here, or in something that is here.
    const holder = nodes.find(({ id }) => this._kept.has(id) && turned.some(other => other === id || other.startsWith(`${id}/`)));
    if (holder && fresh.length === 0 && !nodes.some(({ id }) => this._moved.has(id))) {
      const corners = await this._arranged(levelOf(nodes, boxes, inner, edges));
      return inPlace(corners, holder.id, this._kept.get(holder.id)!);
    }
    return settle(boxes, edges, id => this._kept.get(id));
  }

  /** What has another name now stays where it was. */
  private _inherit(parent: string | null, nodes: readonly IShownNode[], fresh: IShownNode[]): void {
    const here = new Set(nodes.map(({ id }) => id));
    const gone = (this._levels.get(parent) ?? []).filter(id => !here.has(id));
    const kindOf = (id: string): string => id.slice(parent === null ? 0 : parent.length + 1).split(':')[0]!;
    if (fresh.length === 1 && gone.length === 1 && kindOf(gone[0]!) === kindOf(fresh[0]!.id) && this._kept.has(gone[0]!)) {
      this._kept.set(fresh.pop()!.id, this._kept.get(gone[0]!)!);
    }
  }

  private _put(nodes: readonly IShownNode[], boxes: ReadonlyMap<string, IBox>, corners: ReadonlyMap<string, ICorner>, inner: ReadonlyMap<string, ReadonlyMap<string, number>>, places: Map<string, IPlace>): IBox {
    for (const node of nodes) {
      places.set(node.id, { ...(corners.get(node.id) ?? { x: 0, y: 0 }), ...boxes.get(node.id)!, ports: portsOf(node, inner.get(node.id)) });
    }
    return { width: 0, height: 0 };
  }

  /** The inputs of what is in a frame stand at its left edge, the outputs at its right: they are where it is connected. */
  private _putInFrame(nodes: readonly IShownNode[], boxes: ReadonlyMap<string, IBox>, corners: ReadonlyMap<string, ICorner>, inner: ReadonlyMap<string, ReadonlyMap<string, number>>, places: Map<string, IPlace>): IBox {
    const at = nodes.map(node => ({ node, ...(corners.get(node.id) ?? { x: 0, y: 0 }), ...boxes.get(node.id)! }));
    const steps = at.filter(({ node }) => node.kind === 'step');
    const [inputs, outputs] = [at.some(({ node }) => node.kind === 'input'), at.some(({ node }) => node.kind === 'output')];
    const left = (inputs ? METRICS.endWidth + METRICS.layerGap / 2 : METRICS.inset) - Math.min(...steps.map(({ x }) => x), Infinity);
    const top = METRICS.frameHeader + METRICS.inset / 2 - Math.min(...at.map(({ y }) => y), Infinity);
    const dx = Number.isFinite(left) ? left : 0;
    const dy = Number.isFinite(top) ? top : 0;
    const right = Math.max(0, ...steps.map(({ x, width }) => x + dx + width)) + (outputs ? METRICS.endWidth + METRICS.layerGap / 2 : METRICS.inset);
    const width = Math.max(METRICS.width, right, (inputs ? METRICS.endWidth : 0) + METRICS.layerGap + (outputs ? METRICS.endWidth : 0));
    const height = Math.max(METRICS.frameHeader + METRICS.inset, ...at.map(({ y, height: own }) => y + dy + own)) + METRICS.inset / 2;
    for (const { node, x, y, ...box } of at) {
      const corner = { x: node.kind === 'input' ? 0 : node.kind === 'output' ? width - box.width : x + dx, y: y + dy };
      places.set(node.id, { ...corner, width: box.width, height: box.height, ports: portsOf(node, inner.get(node.id)) });
    }
    return { width, height };
  }

  private async _arranged(level: ILevel): Promise<IArranged['corners']> {
    const { corners, ways } = await this._arrangedOnce(level);
    ways.forEach((way, id) => this._ways.set(id, way));
    return corners;
  }

  private _arrangedOnce(level: ILevel): Promise<IArranged> {
    const key = JSON.stringify(level);
    let arranged = this._known.get(key);
    if (!arranged) {
      arranged = this._arrange(level);
      this._known.set(key, arranged);
      arranged.catch(() => this._known.delete(key));
      if (this._known.size > MOST_KNOWN) {
        this._known.delete(this._known.keys().next().value!);
      }
    }
    return arranged;
  }

  private _expected: ICorner | null = null;
  /** Sub-workflows that were open the last time. */
  private _frames: ReadonlySet<string> = new Set();
  private _kept = new Map<string, IKept>();
  private _known = new Map<string, Promise<IArranged>>();
  /** Who was where the last time. */
  private _levels = new Map<string | null, string[]>();
  /** What somebody has put where it is. */
  private _moved = new Set<string>();
  private _ways = new Map<string, ICorner[]>();
}

/** All moved together so that one of them is where it was: what somebody looks at stays under their eyes. */
function inPlace(corners: ReadonlyMap<string, ICorner>, id: string, at: ICorner): Map<string, ICorner> {
  const now = corners.get(id) ?? at;
  return new Map([...corners].map(([other, { x, y }]) => [other, { x: x + at.x - now.x, y: y + at.y - now.y }]));
}

/** Where the ports of a frame are: at the inputs and outputs that stand on its edges. */
function framePorts(frame: IShownNode, nodes: readonly IShownNode[], places: Places): Map<string, number> {
  const found = new Map<string, number>();
  const put = (kind: 'input' | 'output', ports: IShownNode['inputs']): void => {
    for (const port of ports) {
      const end = nodes.find(node => node.kind === kind && node.name === port.name);
      const place = end && places.get(end.id);
      if (place) {
        found.set(port.id, place.y + place.height / 2);
      }
    }
  };
  put('input', frame.inputs);
  put('output', frame.outputs);
  return found;
}

function edgesByParent({ nodes, edges }: IShown): Map<string | null, IGraphEdge[]> {
  const parents = new Map(nodes.map(({ id, parent }) => [id, parent]));
  const found = new Map<string | null, IGraphEdge[]>();
  for (const edge of edges) {
    const parent = parents.get(edge.source.node);
    if (parent !== undefined && parent === parents.get(edge.target.node)) {
      const group = found.get(parent);
      if (group) {
        group.push(edge);
      } else {
        found.set(parent, [edge]);
      }
    }
  }
  return found;
}

function levelOf(nodes: readonly IShownNode[], boxes: ReadonlyMap<string, IBox>, inner: ReadonlyMap<string, ReadonlyMap<string, number>>, edges: readonly IGraphEdge[]): ILevel {
  return {
    nodes: nodes.map(node => ({
      id: node.id,
      ...boxes.get(node.id)!,
      end: node.kind === 'input' || node.kind === 'group' ? 'first' : node.kind === 'output' ? 'last' : null,
      ports: portsOf(node, inner.get(node.id))
    })),
    edges: edges.map(({ id, source, target }) => ({ id, source: source.port, target: target.port }))
  };
}
