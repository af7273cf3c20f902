import { exitFailure, LOG_LINES } from './failures.js';
import { key, type Entry, type Sessions } from './sessions.js';
import { enterStep, untilAnswers } from './start.js';
import { toView } from './stored.js';

/**
 * The engine is the truth. What it runs and the store knows by the same start is adopted; what the store calls running
 * and the engine does not know has ended; what neither a start nor a record explains is ended, as nobody could log in to it.
 */
export async function reconcile(sessions: Sessions, { startUp }: { startUp: boolean }): Promise<void> {
  const { engine, store, logger } = sessions.deps;
  if (startUp) {
    for (const view of (await store.list()).map(toView)) {
      const entry: Entry = { view, operation: null, target: null };
      sessions.entries.set(key(view.owner, view.name), entry);
    }
  }
  // Only those seen before the engine is asked, in the same state after its answer: a start in between is not a ghost.
  const before = new Map([...sessions.entries].filter(([, entry]) => entry.operation === null).map(([id, entry]) => [id, entry.view.startId]));
  const running = new Map((await engine.list()).map(session => [key(session.key.owner, session.key.name), session]));

  for (const [id, startId] of before) {
    const entry = sessions.entries.get(id);
    if (!entry || entry.operation !== null || entry.view.startId !== startId) {
      continue;
    }
    const found = running.get(id);
    if (found?.startId === startId) {
      if (startUp) {
        await adopt(sessions, entry, found.target);
      }
    } else if (startUp && entry.view.state === 'starting') {
      await sessions.dismantle(entry);
      await sessions.forget(entry);
      logger.info({ owner: entry.view.owner, session: entry.view.name }, 'a start interrupted by the end of the hub was cleaned up');
    } else if (entry.view.state === 'ready' || entry.view.state === 'starting') {
      const logTail = await engine.logTail(found?.key ?? { owner: entry.view.owner, name: entry.view.name }, LOG_LINES).catch(() => []);
      const failure = exitFailure({ key: { owner: entry.view.owner, name: entry.view.name }, startId, reason: 'crashed', exitCode: null, signal: null, logTail });
      await sessions.ended(entry, { ...failure, message: startUp ? 'The session ended while the hub was not running.' : 'The session ended unexpectedly.' });
    } else if (entry.view.state === 'stopping') {
      await sessions.dismantle(entry);
      await sessions.forget(entry);
    }
  }
  if (startUp) {
    for (const [id, session] of running) {
      if (sessions.entries.get(id)?.view.startId !== session.startId) {
        logger.warn({ owner: session.key.owner, session: session.key.name }, 'a session without a record was ended');
        await engine.stop(session.key, { graceMs: sessions.deps.stopGraceMs });
        await sessions.deps.doors.close(session.key);
      }
    }
  }
  await sessions.restoreRoutes();
}

/** A stop under way when the hub ended is finished; a start under way is waited for, as its owner still is. */
async function adopt(sessions: Sessions, entry: Entry, target: string): Promise<void> {
  const { logger, clock, startTimeoutMs, routes, doors } = sessions.deps;
  const { owner, name, state } = entry.view;
  if (state === 'stopping' || state === 'failed' || state === 'stopped') {
    await sessions.dismantle(entry);
    await (state === 'stopping' ? sessions.forget(entry) : sessions.save(entry));
    return;
  }
  await doors.open({ owner, name });
  entry.target = target;
  sessions.resting.wake(entry.view.url);
  await routes.set({ prefix: entry.view.url, target });
  if (state === 'ready') {
    logger.info({ owner, session: name }, 'session adopted');
    return;
  }
  const abort = new AbortController();
  const timer = new AbortController();
  clock.sleep(startTimeoutMs, timer.signal).then(
    () => abort.abort(),
    () => undefined
  );
  const done = untilAnswers(sessions, entry, { kind: entry.view.kind, health: null }, abort.signal)
    .then(async () => {
      enterStep(sessions, entry, 'ready');
      sessions.change(entry, { state: 'ready', failure: null });
      await sessions.save(entry);
      logger.info({ owner, session: name }, 'session adopted in the middle of its start');
    })
    .catch(async () => {
      await sessions.dismantle(entry).catch((error: unknown) => logger.warn({ err: error }, 'clean-up failed'));
      await sessions.forget(entry);
    })
    .finally(() => {
      timer.abort();
      if (entry.operation?.kind === 'start') {
        entry.operation = null;
      }
    });
  entry.operation = { kind: 'start', abort, done };
}
