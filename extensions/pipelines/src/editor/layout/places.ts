import type { IGraphEdge } from '@jupyter-datalabs/cwl';
import type { IShown, IShownNode } from '../canvas/shown';
import { boxOf, byParent, METRICS, portsOf } from './boxes';
import type { IBox, IPortPlace } from './boxes';
import type { IPositions } from './positions';
import { settle } from './settle';
import type { ICorner, IKept } from './settle';
import { spread } from './spread';

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
    private readonly _positions: IPositions,
    /** Middles of nodes that the document gives, of the workflow that a step runs, or of the one at the top. */
    private readonly _suggest: (holder: string | null) => ReadonlyMap<string, ICorner> = () => new Map()
  ) {
    this._ready = this._read();
  }

  /** Where nodes are, or were when they were seen last. */
  get kept(): ReadonlyMap<string, IKept> {
    return this._kept;
  }

  /** The way of an edge as it was arranged; it holds as long as both its ends are where they were to each other. */
  way(edge: string): ICorner[] | undefined {
    return this._ways.get(edge);
  }

  async places(shown: IShown): Promise<Places> {
    await this._ready;
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
    if (this._isRenamed && this._isWritten) {
      this._write();
    }
    this._isRenamed = false;
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
    this._write();
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
    this._isSuggesting = false;
    this._isWritten = false;
    this._positions.write([]);
  }

  private async _read(): Promise<void> {
    const corners = await this._positions.read();
    for (const [id, corner] of corners ?? []) {
      this._kept.set(id, corner);
      this._moved.add(id);
    }
    this._isWritten = this._kept.size > 0;
    this._isSuggesting = corners === null || this._isWritten;
  }

  private _write(): void {
    this._isWritten = true;
    this._positions.write([...this._kept].map(([id, { x, y }]) => [id, { x: Math.round(x), y: Math.round(y) }]));
  }

  private async _corners(
    parent: string | null, nodes: readonly IShownNode[], boxes: ReadonlyMap<string, IBox>, inner: ReadonlyMap<string, ReadonlyMap<string, number>>, edges: readonly IGraphEdge[],
    turned: readonly string[]
  ): Promise<Map<string, ICorner>> {
    this._takeSuggested(nodes, boxes);
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

  /** A level that nothing is known of is as the document says, if it says so of most of it. */
  private _takeSuggested(nodes: readonly IShownNode[], boxes: ReadonlyMap<string, IBox>): void {
    if (!this._isSuggesting || nodes.length === 0 || nodes.some(({ id }) => this._kept.has(id))) {
      return;
    }
    const known = this._suggest(holderOf(nodes[0]!.id));
    const found = nodes.flatMap(({ id, kind }) => (known.has(id) ? [{ id, kind, at: known.get(id)!, box: boxes.get(id)! }] : []));
    if (found.length > nodes.length * MOSTLY_NEW) {
      spread(found).forEach((corner, id) => this._kept.set(id, corner));
      found.forEach(({ id }) => this._moved.add(id));
    }
  }

  /** What has another name now stays where it was, with all that is in it. */
  private _inherit(parent: string | null, nodes: readonly IShownNode[], fresh: IShownNode[]): void {
    const here = new Set(nodes.map(({ id }) => id));
    const [gone, ...more] = (this._levels.get(parent) ?? []).filter(id => !here.has(id));
    const [next] = fresh;
    if (gone === undefined || next === undefined || more.length > 0 || fresh.length > 1 || holderOf(gone) !== holderOf(next.id) || kindOf(gone) !== kindOf(next.id)) {
      return;
    }
    for (const [id, kept] of [...this._kept]) {
      if (id === gone || id.startsWith(`${gone}/`)) {
        const renamed = next.id + id.slice(gone.length);
        this._kept.set(renamed, kept);
        if (this._moved.has(id)) {
          this._moved.add(renamed);
        }
      }
    }
    if (this._kept.has(next.id)) {
      fresh.pop();
      this._isRenamed = true;
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
  private _isRenamed = false;
  /** Not once everything has been arranged anew. */
  private _isSuggesting = false;
  /** Somebody has put nodes somewhere, now or before. */
  private _isWritten = false;
  private _kept = new Map<string, IKept>();
  private _known = new Map<string, Promise<IArranged>>();
  /** Who was where the last time. */
  private _levels = new Map<string | null, string[]>();
  /** What somebody has put where it is. */
  private _moved = new Set<string>();
  private readonly _ready: Promise<void>;
  private _ways = new Map<string, ICorner[]>();
}

/** The step that a node is in; null at the top. Names have no slash in ids. */
export function holderOf(id: string): string | null {
  const end = id.lastIndexOf('/');
  return end < 0 ? null : id.slice(0, end);
}

const kindOf = (id: string): string => id.slice(id.lastIndexOf('/') + 1).split(':')[0]!;

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
