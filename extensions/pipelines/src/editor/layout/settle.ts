import type { IGraphEdge } from '@jupyter-datalabs/cwl';
import { METRICS } from './boxes';
import type { IBox } from './boxes';

export interface ICorner {
  x: number;
  y: number;
}

/** Where a node was, and how large if that is known. */
export interface IKept extends ICorner {
  width?: number;
  height?: number;
}

/**
 * Corners of nodes of which most were there before: those stay, but make room for what grew and take it back from what
 * shrank; new ones go beside what they are connected to.
 */
export function settle(boxes: ReadonlyMap<string, IBox>, edges: readonly IGraphEdge[], known: (id: string) => IKept | undefined): Map<string, ICorner> {
  const corners = new Map<string, ICorner>();
  for (const id of boxes.keys()) {
    const kept = known(id);
    if (kept) {
      corners.set(id, { x: kept.x, y: kept.y });
    }
  }
  for (const [id, box] of boxes) {
    const kept = known(id);
    if (kept?.width !== undefined && kept.height !== undefined) {
      makeRoom(corners, id, { x: kept.x, y: kept.y, width: kept.width, height: kept.height }, box, boxes);
    }
  }
  for (const [id, box] of boxes) {
    if (!corners.has(id)) {
      corners.set(id, free(beside(id, box, edges, corners, boxes), box, corners, boxes));
    }
  }
  return corners;
}

function makeRoom(corners: Map<string, ICorner>, grown: string, before: Required<IKept>, box: IBox, boxes: ReadonlyMap<string, IBox>): void {
  const wider = box.width - before.width;
  const higher = box.height - before.height;
  if (wider === 0 && higher === 0) {
    return;
  }
  const own = corners.get(grown)!;
  const right = own.x + before.width;
  const bottom = own.y + before.height;
  const reach = own.x + Math.max(box.width, before.width);
  for (const [id, corner] of corners) {
    if (id === grown) {
      continue;
    }
    if (wider !== 0 && corner.x >= right) {
      corner.x += wider;
    } else if (higher !== 0 && corner.y >= bottom && corner.x < reach && corner.x + boxes.get(id)!.width > own.x) {
      corner.y += higher;
    }
  }
}

/** To the right of what comes before, or else to the left of what comes after. */
function beside(id: string, box: IBox, edges: readonly IGraphEdge[], corners: ReadonlyMap<string, ICorner>, boxes: ReadonlyMap<string, IBox>): ICorner {
  const at = (other: string): (ICorner & IBox)[] => (corners.has(other) ? [{ ...corners.get(other)!, ...boxes.get(other)! }] : []);
  const before = edges.filter(({ target }) => target.node === id).flatMap(({ source }) => at(source.node));
  const after = edges.filter(({ source }) => source.node === id).flatMap(({ target }) => at(target.node));
  const near = before.length > 0 ? before : after;
  if (near.length === 0) {
    const all = [...corners.keys()].flatMap(at);
    return { x: Math.min(0, ...all.map(({ x }) => x)), y: all.length === 0 ? 0 : Math.max(...all.map(({ y, height }) => y + height)) + METRICS.gap };
  }
  const y = Math.round(near.reduce((sum, other) => sum + other.y, 0) / near.length);
  return before.length > 0
    ? { x: Math.max(...before.map(other => other.x + other.width)) + METRICS.layerGap, y }
    : { x: Math.min(...after.map(other => other.x)) - METRICS.layerGap - box.width, y };
}

/** The first place down from there that nothing else is at. */
export function free(from: ICorner, box: IBox, corners: ReadonlyMap<string, ICorner>, boxes: ReadonlyMap<string, IBox>): ICorner {
  const corner = { ...from };
  const inWay = (): number | null => {
    for (const [id, other] of corners) {
      const { width, height } = boxes.get(id)!;
      const isOver = corner.x < other.x + width && other.x < corner.x + box.width && corner.y < other.y + height && other.y < corner.y + box.height;
      if (isOver) {
        return other.y + height + METRICS.gap;
      }
    }
    return null;
  };
  // Each turn passes one of the others at least.
  for (let below = inWay(); below !== null; below = inWay()) {
    corner.y = below;
  }
  return corner;
}
