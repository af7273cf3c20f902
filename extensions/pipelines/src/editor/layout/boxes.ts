import type { IShownNode } from '../canvas/shown';
import { groupPort } from '../canvas/shown';

/** In pixels at a zoom of 1; the style sheet draws to the same measures. */
export const METRICS = {
  width: 220, header: 48, strip: 22, row: 22, foot: 8,
  endWidth: 164, endHeight: 30,
  groupWidth: 208, groupHeader: 34,
  inset: 32, frameHeader: 40, gap: 24, layerGap: 68
};

export interface IBox {
  width: number;
  height: number;
}

/** What stands between the head of a step and its ports. */
export function strips(node: IShownNode): number {
  return (node.scatter ? 1 : 0) + (hasState(node) ? 1 : 0);
}

/** What the step runs is not there, which its card says. */
export function hasState({ run }: IShownNode): boolean {
  return run !== null && run.state !== 'here' && run.state !== 'loading';
}

const hasFoldRow = (node: IShownNode): boolean => node.folded > 0 || node.canFold;

/** How large a node is that shows no others inside; known without drawing it, so that it can be placed first. */
export function boxOf(node: IShownNode): IBox {
  if (node.kind === 'group') {
    const rows = node.isClosed ? 0 : node.outputs.length + (hasFoldRow(node) ? 1 : 0);
    return { width: METRICS.groupWidth, height: METRICS.groupHeader + rows * METRICS.row + (rows > 0 ? METRICS.foot : 0) };
  }
  if (node.kind !== 'step') {
    return { width: METRICS.endWidth, height: METRICS.endHeight };
  }
  const rows = Math.max(node.inputs.length, node.outputs.length) + (hasFoldRow(node) ? 1 : 0);
  return { width: METRICS.width, height: METRICS.header + strips(node) * METRICS.strip + rows * METRICS.row + (rows > 0 ? METRICS.foot : 0) };
}

export interface IPortPlace {
  id: string;
  side: 'in' | 'out';
  /** The middle, from the top of its node. */
  y: number;
}

/** Where the ports of a node are. Those of a frame are where it shows the inputs and outputs that they lead to: `inner` tells. */
export function portsOf(node: IShownNode, inner?: ReadonlyMap<string, number>): IPortPlace[] {
  const y = (id: string, index: number): number => {
    if (node.isFrame) {
      return inner?.get(id) ?? METRICS.frameHeader / 2;
    }
    switch (node.kind) {
      case 'step':
        return METRICS.header + strips(node) * METRICS.strip + (index + 0.5) * METRICS.row;
      case 'group':
        return METRICS.groupHeader + (index + 0.5) * METRICS.row;
      default:
        return METRICS.endHeight / 2;
    }
  };
  if (node.kind === 'group' && node.isClosed) {
    return [{ id: groupPort(node.id), side: 'out', y: METRICS.groupHeader / 2 }];
  }
  return [
    ...node.inputs.map(({ id }, index) => ({ id, side: 'in' as const, y: y(id, index) })),
    ...node.outputs.map(({ id }, index) => ({ id, side: 'out' as const, y: y(id, index) }))
  ];
}

/** Nodes by the node that they are inside of; `null` for the top. */
export function byParent(nodes: readonly IShownNode[]): Map<string | null, IShownNode[]> {
  const found = new Map<string | null, IShownNode[]>();
  for (const node of nodes) {
    const group = found.get(node.parent);
    if (group) {
      group.push(node);
    } else {
      found.set(node.parent, [node]);
    }
  }
  return found;
}
