import type { IShown, IShownNode } from './shown';
import type { Places } from '../layout/places';

export type Arrow = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

/**
 * The node that an arrow key leads to: left and right along edges, the one that is nearest in height; up and down among what stands in
 * the same column. Without a node to start from the first.
 */
export function walk(shown: IShown, places: Places, from: string | null, arrow: Arrow): string | null {
  const at = from === null ? undefined : shown.nodes.find(({ id }) => id === from);
  if (!at) {
    return [...shown.nodes].sort((one, other) => spot(places, one).x - spot(places, other).x || spot(places, one).y - spot(places, other).y)[0]?.id ?? null;
  }
  const here = spot(places, at);
  if (arrow === 'ArrowLeft' || arrow === 'ArrowRight') {
    const [own, other] = arrow === 'ArrowRight' ? (['source', 'target'] as const) : (['target', 'source'] as const);
    const linked = new Set(shown.edges.filter(edge => edge[own].node === at.id).map(edge => edge[other].node));
    const found = nearest(shown.nodes.filter(({ id }) => linked.has(id)), node => Math.abs(spot(places, node).y - here.y));
    // From a frame into what is in it.
    return found ?? (at.isFrame && arrow === 'ArrowRight' ? (shown.nodes.find(({ parent }) => parent === at.id)?.id ?? null) : null);
  }
  const down = arrow === 'ArrowDown' ? 1 : -1;
  const beside = shown.nodes.filter(node => {
    const there = spot(places, node);
    return node.id !== at.id && node.parent === at.parent && (there.y - here.y) * down > 0 && there.x < here.x + here.width && here.x < there.x + there.width;
  });
  return nearest(beside, node => Math.abs(spot(places, node).y - here.y));
}

const spot = (places: Places, { id }: IShownNode): { x: number; y: number; width: number } => places.get(id) ?? { x: 0, y: 0, width: 0 };

function nearest(nodes: readonly IShownNode[], distance: (node: IShownNode) => number): string | null {
  let best: IShownNode | null = null;
  for (const node of nodes) {
    if (best === null || distance(node) < distance(best)) {
      best = node;
    }
  }
  return best?.id ?? null;
}

/** The port that an arrow key leads to, within one node: inputs at the left, outputs at the right. */
export function walkPorts(node: IShownNode, from: string | null, arrow: Arrow): string | null {
  const { inputs, outputs } = node;
  const isIn = inputs.some(({ id }) => id === from);
  const side = isIn ? inputs : outputs;
  const index = side.findIndex(({ id }) => id === from);
  switch (arrow) {
    case 'ArrowDown':
    case 'ArrowUp':
      return side[index + (arrow === 'ArrowDown' ? 1 : -1)]?.id ?? from;
    case 'ArrowLeft':
      return isIn ? from : (inputs[Math.min(index, inputs.length - 1)]?.id ?? from);
    case 'ArrowRight':
      return isIn ? (outputs[Math.min(index, outputs.length - 1)]?.id ?? from) : from;
  }
}
