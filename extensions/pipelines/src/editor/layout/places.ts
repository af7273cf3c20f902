import type { IGraphEdge } from '@jupyter-datalabs/cwl';
import { GROUP } from '../canvas/shown';
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
    this._turn = this._read();
  }

  /** Where nodes are, or were when they were seen last. */
  get kept(): ReadonlyMap<string, IKept> {
    return this._kept;
  }

  /** The way of an edge as it was arranged; it holds as long as both its ends are where they were to each other. */
  way(edge: string): ICorner[] | undefined {
    return this._ways.get(edge);
  }

  /** One after the other, as each goes on from the last. What is outdated before it is done is not kept, and not begun if it waits. */
  places(shown: IShown): Promise<Places> {
    const call = (this._calls += 1);
    const places = this._turn.then(() => (call === this._calls ? this._placesOf(shown) : this._places));
    this._turn = places.catch(() => undefined);
    return places;
  }

  private async _placesOf(shown: IShown): Promise<Places> {
    const [call, age] = [this._calls, this._age];
    this._touched.clear();
    this._renamed.clear();
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
    if (call === this._calls && age === this._age) {
      this._take(shown, inside, places);
    }
    return places;
  }

  private _take({ nodes }: IShown, inside: ReadonlyMap<string | null, readonly IShownNode[]>, places: Map<string, IPlace>): void {
    // Under another name now, which may be taken back.
    this._renamed.forEach(id => [this._kept, this._moved, this._mine].forEach(known => known.delete(id)));
    for (const [id, place] of places) {
      const { x, y } = this._touched.has(id) ? this._kept.get(id)! : place;
      places.set(id, { ...place, x, y });
      this._kept.set(id, { x, y, width: place.width, height: place.height });
    }
    this._places = places;
    this._frames = new Set(nodes.flatMap(({ id, isFrame }) => (isFrame ? [id] : [])));
    this._here = new Map();
    for (const { id } of nodes) {
      const holder = holderOf(id);
      this._here.set(holder, (this._here.get(holder) ?? new Set()).add(id));
    }
    for (const [parent, level] of inside) {
      this._levels.set(parent, level.map(({ id }) => id));
    }
    if (this._isWritten && nodes.some(({ id }) => this._unwritten.has(id))) {
      this._write();
    }
  }

  /** Somebody put nodes there. */
  moved(corners: Iterable<readonly [string, ICorner]>): void {
    for (const [id, { x, y }] of corners) {
      const kept = this._kept.get(id);
      if (kept?.x !== x || kept.y !== y) {
        this._mark(id);
      }
      this._kept.set(id, { ...kept, x, y });
    }
    this._write();
  }

  /** A node that was just added, and is not drawn yet, goes there. */
  put(id: string, { x, y }: ICorner): void {
    this._kept.set(id, { x, y });
    this._mark(id);
    this._unwritten.add(id);
  }

  /** Everything is arranged anew. */
  forget(): void {
    this._age += 1;
    this._kept.clear();
    [this._moved, this._mine, this._touched, this._unmerged, this._unwritten].forEach(ids => ids.clear());
    this._levels.clear();
    this._ways.clear();
    this._isSuggesting = false;
    this._isWritten = false;
    this._positions.write([], []);
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
    const here = [...this._kept].filter(([id]) => this._isHere(id));
    this._unwritten = new Set(this._kept.keys());
    here.forEach(([id]) => this._unwritten.delete(id));
    this._positions.write(here.map(([id, { x, y }]) => [id, { x: Math.round(x), y: Math.round(y) }]), [...this._unmerged]);
    this._unmerged.clear();
  }

  private _mark(id: string): void {
    [this._moved, this._mine, this._touched, this._unmerged].forEach(ids => ids.add(id));
  }

  /** Whether a node is in the document, as far as is shown: what is in a step that is folded is, as long as that is. */
  private _isHere(id: string): boolean {
    const holder = holderOf(id);
    const level = this._here.get(holder);
    if (!level) {
      return holder === null || this._isHere(holder);
    }
    const group = holder === null ? GROUP : `${holder}/${GROUP}`;
    return level.has(id) || id === group || (level.has(group) && kindOf(id) === 'input');
  }

  private async _corners(
    parent: string | null, nodes: readonly IShownNode[], boxes: ReadonlyMap<string, IBox>, inner: ReadonlyMap<string, ReadonlyMap<string, number>>, edges: readonly IGraphEdge[],
    turned: readonly string[]
  ): Promise<Map<string, ICorner>> {
    this._takeSuggested(nodes, boxes);
    const fresh = nodes.filter(({ id }) => !this._kept.has(id));
    this._inherit(parent, nodes, fresh);
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
        this._renamed.add(id);
        this._unwritten.add(renamed);
        [this._moved, this._mine].filter(ids => ids.has(id)).forEach(ids => ids.add(renamed));
        if (this._mine.has(id)) {
          this._unmerged.add(renamed);
        }
      }
    }
    if (this._kept.has(next.id)) {
      fresh.pop();
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

  /** How often everything was forgotten. */
  private _age = 0;
  private _calls = 0;
  /** Sub-workflows that were open the last time. */
  private _frames: ReadonlySet<string> = new Set();
  /** All that was shown the last time, by the step that it is in. */
  private _here = new Map<string | null, Set<string>>();
  /** Not once everything has been arranged anew. */
  private _isSuggesting = false;
  /** Somebody has put nodes somewhere, now or before. */
  private _isWritten = false;
  /** Also of what is gone, which may come back. */
  private _kept = new Map<string, IKept>();
  private _known = new Map<string, Promise<IArranged>>();
  /** Who was where the last time. */
  private _levels = new Map<string | null, string[]>();
  /** What was moved in this session. */
  private _mine = new Set<string>();
  /** What somebody has put where it is. */
  private _moved = new Set<string>();
  private _places: Places = new Map();
  /** Names that have become others since the last time. */
  private _renamed = new Set<string>();
  /** What was moved while the others are arranged. */
  private _touched = new Set<string>();
  private _turn: Promise<unknown>;
  /** What was moved in this session and not written since. */
  private _unmerged = new Set<string>();
  /** What was not among what was written last: it was gone, had another name, or is new. */
  private _unwritten = new Set<string>();
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
