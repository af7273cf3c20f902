import { DomainError } from '../../domain/errors.js';
import { holdsResources } from '../../domain/session-state.js';
import type { Entry, StopOperation } from './entries.js';
import type { Sessions } from './sessions.js';
import type { StopOptions } from './types.js';

/** Cancels a start or stops what runs; joins the stop that is under way, and makes it one without grace where asked. */
export async function stop(sessions: Sessions, { owner, name, remove, force, by, byAdmin, because }: StopOptions): Promise<{ stopped: boolean }> {
  const entry = sessions.entry(owner, name);
  if (!entry) {
    return { stopped: false };
  }
  if (force) {
    entry.force = true;
  }
  if (entry.operation?.kind === 'stop') {
    if (force) {
      entry.operation.kill?.();
    }
    await entry.operation.done;
    return { stopped: true };
  }
  const ended = !holdsResources(entry.view);
  // One whose stop failed may still run, whatever it is called.
  if (ended && entry.operation === null && !remove && entry.view.failure?.code !== 'engine-down') {
    return { stopped: true };
  }
  const starting = entry.operation;
  const other = by !== undefined && by !== owner ? by : null;
  entry.reason = {
    code: 'stopped',
    message: `${starting ? 'The start was cancelled' : 'The session was stopped'}${other === null ? '' : ` by ${other}${byAdmin ? ', an administrator' : ''}`}.`,
    ...(other !== null && { by: other }),
    ...because
  };
  sessions.change(entry, { state: 'stopping', place: null });
  const operation: StopOperation = { kind: 'stop', done: Promise.resolve() };
  entry.operation = operation;
  operation.done = stopNow(sessions, entry, starting?.kind === 'start' ? starting : null, operation);
  await operation.done;
  return { stopped: true };
}

async function stopNow(sessions: Sessions, entry: Entry, starting: { abort: AbortController; done: Promise<void> } | null, operation: StopOperation): Promise<void> {
  const { logger } = sessions.deps;
  const { owner, name } = entry.view;
  try {
    const kills: Promise<unknown>[] = [];
    operation.kill = () => {
      const killed = sessions.deps.engine.stop({ owner, name }, { graceMs: 0 });
      kills.push(killed.catch((error: unknown) => logger.warn({ owner, session: name, err: error }, 'force-stop failed')));
    };
    await bounded(sessions, entry, operation, async () => {
      if (starting) {
        starting.abort.abort(new DomainError('cancelled', entry.reason?.message ?? 'The start was cancelled.', { action: 'Start it again when you need it.' }));
        await starting.done;
      }
      // So that the next hub finishes a stop in which this one is killed. A full disk does not keep anything running.
      await sessions.save(entry).catch((error: unknown) => logger.warn({ owner, session: name, err: error }, 'the stop was not stored'));
      logger.info({ owner, session: name }, 'session stopping');
      await sessions.dismantle(entry);
      operation.kill = undefined;
      await Promise.all(kills);
    });
    await sessions.forget(entry, entry.reason);
  } catch (error) {
    // It may still run: say so instead of pretending that it ended.
    if (entry.operation === operation) {
      entry.operation = null;
    }
    sessions.fail(entry, { code: 'engine-down', message: `The session could not be stopped: ${String((error as Error).message)}`, action: 'Try to stop it again.' });
    logger.error({ owner, session: name, err: error }, 'stop failed');
    throw error;
  }
}

/** The deadline of a stop: first the grace is over, then it is given up, so that its owner can act again. */
async function bounded(sessions: Sessions, entry: Entry, operation: StopOperation, work: () => Promise<void>): Promise<void> {
  const { clock, stopGraceMs } = sessions.deps;
  const { stopping } = sessions.deadlines;
  const timer = new AbortController();
  const late = (async (): Promise<'late'> => {
    await clock.sleep(stopGraceMs + (stopping ?? 0), timer.signal);
    entry.force = true;
    operation.kill?.();
    await clock.sleep(stopping ?? 0, timer.signal);
    return 'late';
  })();
  late.catch(() => undefined);
  try {
    if ((await Promise.race([work(), late])) === 'late') {
      throw new DomainError('engine-down', 'the engine did not end it in time.');
    }
  } finally {
    timer.abort();
  }
}

/** Takes away everything a session has. Idempotent. Rejects when that takes longer than any stop may. */
export async function dismantle(sessions: Sessions, entry: Entry): Promise<void> {
  const { clock, stopGraceMs } = sessions.deps;
  const timer = new AbortController();
  const late = clock.sleep(stopGraceMs + 2 * (sessions.deadlines.stopping ?? 0), timer.signal).then(() => {
    throw new DomainError('engine-down', 'the engine did not end it in time.');
  });
  late.catch(() => undefined);
  try {
    await Promise.race([takeAway(sessions, entry), late]);
  } finally {
    timer.abort();
  }
}

async function takeAway(sessions: Sessions, entry: Entry): Promise<void> {
    const { engine, routes, identity, doors, stopGraceMs } = sessions.deps;
    const { owner, name } = entry.view;
    entry.target = null;
    // A proxy that is down has no route to lose, and the check of the routes repeats this one.
    const gone = name === '' ? routes.remove(entry.view.url) : sessions.resting.rest(entry.view.url);
    const route = gone.catch((error: unknown) => sessions.deps.logger.warn({ err: error }, 'route not removed'));
    // What could not be ended keeps its door: it may still run, and be stopped later.
    const ended = engine.stop({ owner, name }, { graceMs: entry.force ? 0 : stopGraceMs }).then(() => doors.close({ owner, name }));
    const results = await Promise.allSettled([ended, identity.revokeServer({ owner, server: name }), route]);
    const failed = results.find(result => result.status === 'rejected');
    if (failed) {
      throw failed.reason;
    }
}
