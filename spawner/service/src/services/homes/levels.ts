export type Level = 'unknown' | 'fine' | 'warning' | 'critical' | 'full';
export interface Disk {
  total: number;
  free: number;
}

const ORDER: readonly Level[] = ['unknown', 'fine', 'warning', 'critical', 'full'];
const MB = 1e6;

/** By what a user may keep. */
export function levelOfUse(used: number | null, limit: number | null): Level {
  if (limit === null) return 'fine';
  if (used === null) return 'unknown';
  return used >= limit ? 'full' : used >= limit * 0.95 ? 'critical' : used >= limit * 0.8 ? 'warning' : 'fine';
}

/** By what is left of the disk: a share of a small one, an amount of a large one. */
export function levelOfDisk(disk: Disk | null): Level {
  if (disk === null) return 'unknown';
  const below = (share: number, bytes: number): boolean => disk.free < Math.min(disk.total * share, bytes);
  return below(0.02, 200 * MB) ? 'full' : below(0.05, 1000 * MB) ? 'critical' : 'fine';
}

export function worse(a: Level, b: Level): Level {
  return ORDER.indexOf(a) >= ORDER.indexOf(b) ? a : b;
}
