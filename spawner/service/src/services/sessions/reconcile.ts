import { StartDeadlines } from './deadlines.js';
import { key, type Entry, type StartOperation } from './entries.js';
import { exitFailure, isCancelled, LOG_LINES, toFailure } from './failures.js';
import { inParallel } from './live-routes.js';
import type { RunningSession } from '../../ports/engine.js';
import type { Sessions, Pass } from './sessions.js';
import { enterStep, untilAnswers } from './start.js';
import { toView } from './stored.js';

/**
 * The engine is the truth. What it runs and memory or store know by the same start is adopted; what is called running
 * and the engine does not know has ended; what neither a start nor a record explains is ended, as nobody could log in to it.
 * Whatever changed since this look began is left for the next one.
 */
export async function reconcile(sessions: Sessions, { startUp }: { startUp: boolean }): Promise<void> {
  const { engine, store } = sessions.deps;
  const pass = sessions.beginPass();
  const begun = sessions.deps.clock.now();
  let ok = false;
  try {
    const known = startUp ? await remember(sessions) : [...sessions.entries.entries()];
    const settled = known.filter(([, entry]) => entry.operation === null);
    // What was noted so far is in `known` already.
    pass.keys.clear();
    const running = new Map((await engine.list()).map(session => [key(session.key.owner, session.key.name), session]));
    await inParallel(settled, async ([id, entry]) => {
      if (isUntouched(sessions, pass, id, entry)) {
        // One that cannot be settled must not keep the others from it; the next pass tries again.
        await settle(sessions, entry, running.get(id), startUp).catch((error: unknown) => warn(sessions, id, error));
      }
    });
    const strangers = [...running].filter(([id, session]) => sessions.entries.get(id)?.view.startId !== session.startId && !pass.keys.has(id));
    await inParallel(strangers, async ([id, session]) => {
      const row = await store.get(session.key.owner, session.key.name);
      if (pass.keys.has(id) || (sessions.entries.get(id)?.operation ?? null) !== null) {
        return;
      }
      const work = row?.startId === session.startId && !sessions.entries.has(id) ? recover(sessions, id, session) : remove(sessions, id, session);
      await work.catch((error: unknown) => warn(sessions, id, error));
    });
    ok = true;
  } finally {
    pass.end();
    sessions.deps.onPass?.({ ok, ms: sessions.deps.clock.now() - begun });
  }
  dismissOld(sessions);
  await sessions.restoreRoutes();
}

function warn({ deps }: Sessions, id: string, error: unknown): void {
  deps.logger.warn({ session: id, err: error }, 'a session could not be brought in line with what runs');
}

/** At start-up the store says what an earlier hub knew. */
async function remember(sessions: Sessions): Promise<[string, Entry][]> {
  await sessions.timelines.load().catch((error: unknown) => sessions.deps.logger.warn({ err: error }, 'earlier timelines were not read'));
  for (const view of (await sessions.deps.store.list()).map(toView)) {
    const id = key(view.owner, view.name);
    if (!sessions.entries.has(id)) {
      sessions.entries.set(id, { view, operation: null, target: null });
    }
  }
  return [...sessions.entries.entries()];
}

function isUntouched(sessions: Sessions, pass: Pass, id: string, entry: Entry): boolean {
  return sessions.entries.get(id) === entry && entry.operation === null && !pass.keys.has(id);
}

/** One that memory knows, and what the engine says of it. */
async function settle(sessions: Sessions, entry: Entry, found: RunningSession | undefined, startUp: boolean): Promise<void> {
  const { engine, logger } = sessions.deps;
  const { owner, name, startId, state } = entry.view;
  if (found?.startId === startId) {
    // A later pass finds it adopted already, unless that failed; one whose stop failed is its owner's to stop again.
    if (startUp || (state === 'ready' && entry.target === null)) {
      await adopt(sessions, entry, found.target);
    }
    return;
  }
  if (startUp && state === 'starting') {
    await cleared(sessions, entry, 'The hub was stopped during the start.');
    logger.info({ owner, session: name }, 'a start interrupted by the end of the hub was cleaned up');
  } else if (state === 'ready' || state === 'starting') {
    const logTail = found ? [] : await engine.logTail({ owner, name }, LOG_LINES).catch(() => []);
    // An exit may have been told meanwhile, and knows more.
    if (entry.operation !== null || sessions.entry(owner, name) !== entry || entry.view.startId !== startId || entry.view.state !== state) {
      return;
    }
    const failure = exitFailure({ key: { owner, name }, startId, reason: 'crashed', exitCode: null, signal: null, logTail });
    await sessions.ended(entry, { ...failure, message: startUp ? 'The session ended while the hub was not running.' : 'The session ended unexpectedly.' });
  } else if (state === 'stopping') {
    await cleared(sessions, entry, 'The session was stopped.');
  }
}

/** Under an operation of its own, so that nobody starts or stops it in between. */
async function cleared(sessions: Sessions, entry: Entry, message: string): Promise<void> {
  const operation = { kind: 'stop' as const, done: Promise.resolve() };
  entry.operation = operation;
  operation.done = (async () => {
    await sessions.dismantle(entry);
    await sessions.forget(entry, { code: 'stopped', message });
  })();
  await operation.done.finally(() => {
    if (entry.operation === operation) {
      entry.operation = null;
    }
  });
}

/** It runs and its record is there, but memory had lost it. */
async function recover(sessions: Sessions, id: string, { key: { owner, name }, target, startId }: RunningSession): Promise<void> {
  const row = await sessions.deps.store.get(owner, name);
  if (row?.startId !== startId || sessions.entries.has(id)) {
    return;
  }
  const entry: Entry = { view: toView(row), operation: null, target: null };
  sessions.entries.set(id, entry);
  await adopt(sessions, entry, target);
  sessions.emit(entry.view);
}

/** Nobody can explain it. The name stays taken while it ends. */
async function remove(sessions: Sessions, id: string, { key: { owner, name }, startId }: RunningSession): Promise<void> {
  const { engine, doors, logger, stopGraceMs } = sessions.deps;
  logger.warn({ owner, session: name, startId }, 'a session without a record was ended');
  const entry = sessions.entries.get(id);
  const work = async (): Promise<void> => {
    await engine.stop({ owner, name }, { graceMs: stopGraceMs });
    await doors.close({ owner, name });
  };
  if (!entry) {
    await sessions.reserved({ owner, name }, work);
    return;
  }
  const operation = { kind: 'stop' as const, done: work() };
  entry.operation = operation;
  await operation.done.finally(() => {
    if (entry.operation === operation) {
      entry.operation = null;
    }
  });
}

/** A stop under way when the hub ended is finished; a start under way is waited for, as its owner still is. */
async function adopt(sessions: Sessions, entry: Entry, target: string): Promise<void> {
  const { logger, doors } = sessions.deps;
  const { owner, name, state } = entry.view;
  if (state === 'stopping') {
    await cleared(sessions, entry, 'The session was stopped.');
    return;
  }
  if (state === 'failed' || state === 'stopped') {
    await sessions.dismantle(entry);
    await sessions.save(entry);
    return;
  }
  await doors.open({ owner, name });
  entry.target = target;
  sessions.resting.wake(entry.view.url);
  // Its route is set with all others that are missing; a start is seen through it, so that one does not wait.
  if (state === 'ready') {
    logger.info({ owner, session: name }, 'session adopted');
    return;
  }
  finishStart(sessions, entry, target);
}

function finishStart(sessions: Sessions, entry: Entry, target: string): void {
  const { logger, clock, startTimeoutMs, routes } = sessions.deps;
  const { owner, name } = entry.view;
  const abort = new AbortController();
  const deadlines = new StartDeadlines({ clock, totalMs: startTimeoutMs, table: sessions.deadlines, expire: reason => abort.abort(reason) });
  deadlines.enter('listening');
  const work = async (): Promise<void> => {
    await routes.set({ prefix: entry.view.url, target });
    await untilAnswers(sessions, entry, { kind: entry.view.kind, health: null }, abort.signal);
    enterStep(sessions, entry, 'ready');
    sessions.change(entry, { state: 'ready', failure: null });
    await sessions.save(entry);
    logger.info({ owner, session: name }, 'session adopted in the middle of its start');
  };
  const failed = async (thrown: unknown): Promise<void> => {
    const reason: unknown = abort.signal.aborted ? abort.signal.reason : thrown;
    await sessions.dismantle(entry).catch((error: unknown) => logger.warn({ err: error }, 'clean-up failed'));
    if (!isCancelled(reason)) {
      sessions.fail(entry, toFailure(reason, await sessions.deps.engine.logTail({ owner, name }, LOG_LINES).catch(() => [])));
      await sessions.save(entry);
    } else if (entry.operation?.kind !== 'stop') {
      await sessions.forget(entry);
    }
  };
  const operation: StartOperation = {
    kind: 'start',
    abort,
    admitted: Promise.resolve(),
    done: work()
      .catch(failed)
      .catch((error: unknown) => logger.warn({ owner, session: name, err: error }, 'the state of the session was not stored'))
      .finally(() => {
        deadlines.clear();
        if (entry.operation === operation) {
          entry.operation = null;
        }
      })
  };
  entry.operation = operation;
}

/** A failure that nobody dismisses has a deadline too. Its timeline stays. */
function dismissOld(sessions: Sessions): void {
  const { clock, logger } = sessions.deps;
  for (const entry of sessions.entries.values()) {
    const { state, steps, started } = entry.view;
    const limit = state === 'failed' || state === 'stopped' ? sessions.deadlines[state] : null;
    const since = steps.at(-1)?.endedAt ?? started;
    // One whose stop failed may still run: it is not to be forgotten.
    if (limit !== null && entry.operation === null && entry.view.failure?.code !== 'engine-down' && clock.now() - since > limit) {
      sessions.forget(entry).catch((error: unknown) => logger.warn({ err: error }, 'an ended session was not forgotten'));
    }
  }
}
