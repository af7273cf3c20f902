import { TIMELINES_KEPT, type TimelineRow, type TimelineStore } from '../../ports/store.js';

const newestFirst = (a: TimelineRow, b: TimelineRow): number => b.started - a.started || (a.startId < b.startId ? 1 : -1);

export function memoryTimelines(): TimelineStore {
  const rows = new Map<string, TimelineRow>();
  const find = (test: (row: TimelineRow) => boolean): TimelineRow[] => [...rows.values()].filter(test).sort(newestFirst);
  return {
    async write(given) {
      for (const row of structuredClone(given)) {
        rows.set(row.startId, row);
      }
      for (const owner of new Set(given.map(row => row.owner))) {
        find(row => row.owner === owner).slice(TIMELINES_KEPT).forEach(row => rows.delete(row.startId));
      }
    },
    async list({ owner, name, limit }) {
      return structuredClone(find(row => row.owner === owner && (name === undefined || row.name === name)).slice(0, limit));
    },
    async recent(limit) {
      const ready = find(({ steps }) => Array.isArray(steps) && steps.some(step => (step as { step?: unknown }).step === 'ready'));
      return structuredClone(ready.slice(0, limit));
    }
  };
}
