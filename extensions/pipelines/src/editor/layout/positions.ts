import type { ICorner } from './settle';

/** Keeps where somebody put the nodes of one document. */
export interface IPositions {
  read(): [string, ICorner][];
  write(corners: readonly [string, ICorner][]): void;
}

const PREFIX = 'jupyter-datalabs:pipelines:positions:';
/** Documents whose positions are kept, the last ones that somebody moved something in. */
const MOST_DOCUMENTS = 50;
/** Of one document. */
const MOST_NODES = 2_000;

/** In the browser, by document; the rest works as well where that is full or forbidden. */
export function browserPositions(uri: string, storage: () => Storage = () => localStorage): IPositions {
  const key = PREFIX + uri;
  return {
    read: () => {
      try {
        const { corners } = JSON.parse(storage().getItem(key) ?? '{}') as { corners?: unknown };
        return Array.isArray(corners) ? corners.filter(isCorner).map(([id, x, y]) => [id, { x, y }]) : [];
      } catch {
        return [];
      }
    },
    write: corners => {
      try {
        const kept = storage();
        kept.removeItem(key);
        if (corners.length > 0) {
          makeRoom(kept);
          kept.setItem(key, JSON.stringify({ at: Date.now(), corners: corners.slice(0, MOST_NODES).map(([id, { x, y }]) => [id, x, y]) }));
        }
      } catch {
        // Places are then those of this session alone.
      }
    }
  };
}

function isCorner(item: unknown): item is [string, number, number] {
  return Array.isArray(item) && typeof item[0] === 'string' && Number.isFinite(item[1]) && Number.isFinite(item[2]);
}

function makeRoom(storage: Storage): void {
  const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index)!).filter(key => key.startsWith(PREFIX));
  if (keys.length < MOST_DOCUMENTS) {
    return;
  }
  const at = (key: string): number => {
    try {
      return (JSON.parse(storage.getItem(key)!) as { at: number }).at;
    } catch {
      return 0;
    }
  };
  const oldest = keys.map(key => ({ key, at: at(key) })).sort((one, other) => one.at - other.at);
  for (const { key } of oldest.slice(0, keys.length - MOST_DOCUMENTS + 1)) {
    storage.removeItem(key);
  }
}
