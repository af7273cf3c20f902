import type { IShownNode } from '../canvas/shown';
import { METRICS } from './boxes';
import type { IBox } from './boxes';
import { free } from './settle';
import type { ICorner } from './settle';

/** More would tear a graph apart: what still lies on another then goes below it. */
const MOST = 4;

/** From a node's corner to the middle of what it shows of itself folded: other editors keep the middle, and draw cards of other sizes. */
export function middleOf(kind: IShownNode['kind']): ICorner {
  return kind === 'step' ? { x: METRICS.width / 2, y: METRICS.header / 2 } : { x: METRICS.endWidth / 2, y: METRICS.endHeight / 2 };
}

interface ISpreadNode {
  id: string;
  kind: IShownNode['kind'];
  at: ICorner;
  box: IBox;
}

/** Corners of nodes whose middles are given for smaller ones perhaps: pulled apart until no card lies on another. */
export function spread(nodes: readonly ISpreadNode[]): Map<string, ICorner> {
  const scale = { x: 1, y: 1 };
  nodes.forEach((one, index) => {
    for (const other of nodes.slice(index + 1)) {
      const [across, down] = [needed(one, other, 'x', 'width'), needed(one, other, 'y', 'height')];
      // Apart in one direction is apart.
      if (across > 1 && down > 1) {
        const direction = across <= down ? 'x' : 'y';
        scale[direction] = Math.max(scale[direction], Math.min(across, down, MOST));
      }
    }
  });
  const boxes = new Map(nodes.map(({ id, box }) => [id, box]));
  const corners = new Map<string, ICorner>();
  for (const { id, kind, at, box } of nodes) {
    const middle = middleOf(kind);
    const corner = { x: Math.round(at.x * scale.x - middle.x), y: Math.round(at.y * scale.y - middle.y) };
    corners.set(id, free(corner, box, corners, boxes));
  }
  return corners;
}

/** By how much two middles have to be pulled apart in a direction for the cards not to meet in it. */
function needed(one: ISpreadNode, other: ISpreadNode, axis: 'x' | 'y', size: 'width' | 'height'): number {
  const [first, second] = one.at[axis] <= other.at[axis] ? [one, other] : [other, one];
  const apart = first.box[size] - middleOf(first.kind)[axis] + middleOf(second.kind)[axis];
  const distance = second.at[axis] - first.at[axis];
  return apart <= distance ? 1 : distance === 0 ? Infinity : apart / distance;
}
