import { realpathSync } from 'node:fs';
import * as path from 'node:path';

/** Of the kernel and of what runs on the machine. Whoever reaches a socket there can use it, read-only mount or not. */
const SYSTEM = ['/proc', '/sys', '/dev', '/run'];
/** Disks of a desktop's users. */
const MEDIA = '/run/media';

/**
 * Which true paths no volume may have, whoever says so: those that are, hold or lie in what belongs to the hub or to the system. Where the hub is not
 * root, sessions could read there what the hub can, and speak with its sockets.
 */
export function closedPlaces({ hubPaths, sampleData }: { hubPaths: readonly string[]; sampleData: string }): (path: string) => boolean {
  const closed = [...SYSTEM, ...hubPaths.map(truePath)];
  const open = [MEDIA, truePath(sampleData)];
  return place => !open.some(one => isIn(place, one)) && closed.some(one => isIn(place, one) || isIn(one, place));
}

const isIn = (place: string, directory: string): boolean => place === directory || place.startsWith(directory === '/' ? directory : `${directory}/`);

/** Also of what does not exist yet. */
function truePath(place: string): string {
  try {
    return realpathSync(place);
  } catch {
    const parent = path.dirname(place);
    return parent === place ? place : path.join(truePath(parent), path.basename(place));
  }
}
