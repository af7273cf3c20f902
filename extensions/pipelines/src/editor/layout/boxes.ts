import type { IShownNode } from '../canvas/shown';
import { groupPort } from '../canvas/shown';
import { nameOf } from '../canvas/words';

/** In pixels at a zoom of 1; the style sheet draws to the same measures. */
export const METRICS = {
  least: 152, width: 232, header: 48, strip: 22, row: 22, foot: 8,
  endWidth: 176, endHeight: 30,
  groupWidth: 208, groupHeader: 34,
  inset: 32, frameHeader: 40, gap: 24, layerGap: 64
};

/** About how wide a character is of a port and of the name of a step; nothing is measured, so that sizes are known without a screen. */
const CHARACTER = { port: 6.6, name: 7.6 };
/** Beside the words of a row of ports, and of a head, each with its marks. */
const BESIDE = { ports: 52, head: 64, opener: 24, mark: 14 };
/** So much of where a tool is written makes a card wider. */
const RUN = { character: 5.8, most: 22 };
const STEP = 4;

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
  return { width: widthOf(node), height: METRICS.header + strips(node) * METRICS.strip + rows * METRICS.row + (rows > 0 ? METRICS.foot : 0) };
}

/** As wide as its words need, within bounds: names may be of any length, and what is short takes no room from the others. */
function widthOf(node: IShownNode): number {
  const long = (port: IShownNode['inputs'][number] | undefined): number =>
    port ? port.name.length * CHARACTER.port + BESIDE.mark * (Number(port.hasDefault || port.valueFrom !== null) + Number(port.isScattered)) : 0;
  const rows = Array.from({ length: Math.max(node.inputs.length, node.outputs.length) }, (_, index) => long(node.inputs[index]) + long(node.outputs[index]) + BESIDE.ports);
  const head = nameOf(node).length * CHARACTER.name + BESIDE.head + (node.run?.canExpand ? BESIDE.opener : 0);
  const run = Math.min(RUN.most, node.run?.text?.length ?? 0) * RUN.character + BESIDE.head + (node.image === null ? 0 : BESIDE.mark);
  return Math.min(METRICS.width, Math.ceil(Math.max(METRICS.least, head, run, ...rows) / STEP) * STEP);
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
