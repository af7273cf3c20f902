import type { TimelineStore } from './ports/store.js';
import type { Routes } from './ports/routes.js';
import type { Sessions } from './services/sessions/sessions.js';
import type { VolumesKeeper } from './services/volumes/types.js';
import type { Metrics } from './telemetry/metrics.js';

/** The same store, of whose timelines the metrics hear too: each start is written there when it is ready and when it has ended. */
export function countedTimelines(store: TimelineStore, metrics: Metrics): TimelineStore {
  const seen = new WeakSet<object>();
  return {
    list: options => store.list(options),
    recent: limit => store.recent(limit),
    write: rows => {
      // What could not be written comes again, the same.
      const fresh = rows.filter(row => !seen.has(row));
      fresh.forEach(row => seen.add(row));
      metrics.startsKept(fresh);
      return store.write(rows);
    }
  };
}

/** Lets the metrics look at what the hub does, when somebody asks. Returns how to end it. */
export function observe(metrics: Metrics, { sessions, routes, volumes }: { sessions: Sessions; routes: Routes; volumes: Pick<VolumesKeeper, 'states'> }): () => void {
  metrics.watch({
    sessions: async () => (await Promise.all(sessions.owners().map(owner => sessions.list(owner)))).flat(),
    queue: () => ({ waiting: sessions.queue.waiting, starting: sessions.queue.starting }),
    volumes: () => volumes.states()
  });
  return routes.onReset(() => metrics.proxyRestarted());
}
