import type { Entry } from './entries.js';
import type { Sessions } from './sessions.js';

/** Calls to the proxy at a time. */
const AT_A_TIME = 16;

/** Adds missing routes, mends wrong ones, deletes stale ones; what a stop is taking away, and a start has not given yet, is left alone. */
export async function checkRoutes(sessions: Sessions): Promise<void> {
  const { routes, logger, hubTarget } = sessions.deps;
  const { entries, resting } = sessions;
  try {
    const changed = sessions.beginPass();
    const present = new Map((await routes.list()).map(route => [route.prefix, route.target]));
    const missing = [...entries.values()].filter(
      // A start that has its route already needs it back too: its readiness is seen through it.
      ({ view, target, operation }) => target !== null && operation?.kind !== 'stop' && present.get(view.url) !== target
    );
    await inParallel(missing, async entry => {
      const { target } = entry;
      if (target === null) {
        return;
      }
      await routes.set({ prefix: entry.view.url, target });
      if (entry.target !== target) {
        await routes.remove(entry.view.url);
      }
    });
    const byPrefix = new Map([...entries.values()].filter(entry => entry.operation !== null || entry.target !== null).map(entry => [entry.view.url, entry]));
    // A session that began and ended meanwhile took its route away itself.
    const alone = (prefix: string): boolean => !byPrefix.has(prefix) && !changed.urls.has(prefix);
    for (const [prefix, target] of present) {
      if (prefix.startsWith('/user/') && alone(prefix)) {
        // One that leads to the hub is kept, be it that an earlier hub made it.
        await (target === hubTarget ? resting.note(prefix) : routes.remove(prefix));
      }
    }
    for (const prefix of resting.prefixes) {
      if (!present.has(prefix) && alone(prefix)) {
        await resting.rest(prefix);
      }
    }
    changed.end();
  } catch (error) {
    logger.warn({ err: error }, 'the routes could not be checked');
  }
}

/**
 * Web applications report nothing: what reaches them through the proxy is their activity, as in JupyterHub. The proxy takes the making of a route for
 * activity, too: one that is started again puts a stop off by an idle time, at most.
 */
export async function noteProxied(sessions: Sessions): Promise<void> {
  const isWeb = ({ view }: Entry): boolean => view.kind === 'web' && view.state === 'ready';
  if (![...sessions.entries.values()].some(isWeb)) {
    return;
  }
  const seen = new Map((await sessions.deps.routes.list()).map(route => [route.prefix, route]));
  for (const entry of [...sessions.entries.values()].filter(isWeb)) {
    const { owner, name, url } = entry.view;
    const route = seen.get(url);
    // A session that ended leaves a route to the hub, on which tabs left open go on asking.
    if (route && route.lastActivity !== null && route.target === entry.target) {
      await sessions.activity({ owner, servers: [{ name, lastActivity: route.lastActivity }] });
    }
  }
}

export async function inParallel<T>(items: T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items].reverse();
  await Promise.all(
    Array.from({ length: Math.min(AT_A_TIME, left.length) }, async () => {
      for (let item = left.pop(); item !== undefined; item = left.pop()) {
        await work(item);
      }
    })
  );
}
