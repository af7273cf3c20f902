import type { ICorner } from '../layout/settle';

/** As far apart as this the ends are still where they were arranged. */
const SAME = 2;
const REACH = 0.5;

/**
 * A smooth line from port to port. It goes the way that was arranged for it, around what stands between, if its ends are where
 * they were to each other then; else straight on.
 */
export function curve(from: ICorner, to: ICorner, way: readonly ICorner[] | undefined): string {
  const points = [from, ...(way ? between(from, to, way) : []), to];
  let path = `M${from.x},${from.y}`;
  for (let index = 1; index < points.length; index += 1) {
    const [one, other] = [points[index - 1]!, points[index]!];
    // Backwards it takes a loop.
    const reach = other.x >= one.x ? (other.x - one.x) * REACH : Math.min(220, 40 + Math.abs(other.x - one.x) * 0.3);
    path += ` C${one.x + reach},${one.y} ${other.x - reach},${other.y} ${other.x},${other.y}`;
  }
  return path;
}

/** Nothing where an end has been moved up or down since, or beyond a bend. */
function between(from: ICorner, to: ICorner, way: readonly ICorner[]): ICorner[] {
  const [first, last] = [way[0]!, way[way.length - 1]!];
  const dy = from.y - first.y;
  if (Math.abs(to.y - last.y - dy) > SAME) {
    return [];
  }
  for (const dx of [to.x - last.x, from.x - first.x]) {
    const bends = way.slice(1, -1).map(({ x, y }) => ({ x: x + dx, y: y + dy }));
    if (bends[0]!.x >= from.x && bends[bends.length - 1]!.x <= to.x) {
      return bends;
    }
  }
  return [];
}
