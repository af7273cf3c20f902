import type { Datalab } from '@jupyter-datalabs/contract';

import { DomainError } from '../../domain/errors.js';
import { isCancelled, LOG_LINES, TIMEOUT_ACTION, toFailure } from './failures.js';
import type { Entry, Sessions } from './sessions.js';
import { sessionSpec } from './spec.js';
import type { Step } from './types.js';

const PROBE_INTERVAL_MS = 20;

/**
 * One start, from the click to an answer through the public address. Never rejects: it leaves the entry ready, failed,
 * or (cancelled) with nothing running, for the stop that cancelled it to forget.
 */
export async function runStart(sessions: Sessions, entry: Entry, datalab: Datalab, abort: AbortController): Promise<void> {
  const { deps } = sessions;
  const { owner, name, startId } = entry.view;
  const { signal } = abort;
  const timer = new AbortController();
  // One deadline over everything, so that no step can be stuck for ever.
  deps.clock.sleep(deps.startTimeoutMs, timer.signal).then(
    () => abort.abort(new DomainError('timeout', `The session was not ready after ${Math.round(deps.startTimeoutMs / 1000)} s.`, { action: TIMEOUT_ACTION })),
    () => undefined
  );
  try {
    logStep(sessions, entry, 'queued');
    // Before anything starts, so that a hub killed from here on finds its own half-started session again.
    await sessions.save(entry);
    const volumes = await deps.volumes.mounts({ user: owner });
    signal.throwIfAborted();
    const token = await deps.identity.issueServerToken({ owner, server: name, startId });
    const spec = sessionSpec(
      { owner, name, startId, datalab, token, volumes, allowedScopes: deps.allowedScopes({ owner, name, datalab: datalab.id }) },
      deps.settings()
    );
    signal.throwIfAborted();
    await deps.doors.open({ owner, name });
    const running = await deps.engine.start(spec, { signal, onStep: step => enterStep(sessions, entry, step) });
    signal.throwIfAborted();
    entry.target = running.target;
    sessions.resting.wake(entry.view.url);
    await deps.routes.set({ prefix: entry.view.url, target: running.target });
    await untilAnswers(sessions, entry, datalab, signal);
    enterStep(sessions, entry, 'ready');
    sessions.change(entry, { state: 'ready', failure: null });
    deps.logger.info({ owner, session: name, datalab: datalab.id, ms: deps.clock.now() - entry.view.started }, 'session ready');
    await sessions.save(entry);
  } catch (thrown) {
    await abandon(sessions, entry, signal.aborted ? signal.reason : thrown);
  } finally {
    timer.abort();
  }
}

/** Ends the step under way at the time the next one begins. */
export function enterStep(sessions: Sessions, entry: Entry, step: Step): void {
  if (entry.view.steps.at(-1)?.step === step) {
    return;
  }
  const now = sessions.deps.clock.now();
  const steps = entry.view.steps.map(timing => (timing.endedAt === null ? { ...timing, endedAt: now } : timing));
  sessions.change(entry, { steps: [...steps, { step, startedAt: now, endedAt: step === 'ready' ? now : null }] });
  logStep(sessions, entry, step);
}

/** The last of these lines is where a hub that was killed had come to. */
function logStep({ deps }: Sessions, { view }: Entry, step: Step): void {
  deps.logger.info({ owner: view.owner, session: view.name, startId: view.startId, step }, 'start step');
}

/** Readiness is an answer through the public route, looked for every 20 ms without back-off. */
export async function untilAnswers(sessions: Sessions, entry: Entry, datalab: Pick<Datalab, 'kind' | 'health'>, signal: AbortSignal): Promise<void> {
  const { probe, clock } = sessions.deps;
  const below = datalab.kind === 'web' && datalab.health ? datalab.health.replace(/^\/+/, '') : 'api';
  for (;;) {
    signal.throwIfAborted();
    const status = await abortable(probe(entry.view.url + below, signal), signal);
    // While a proxy has just come back without this route, others answer: the hub (424), or the home (404).
    const stranger = status === 424 || (status === 404 && datalab.kind !== 'web');
    if (status !== null && status < 500 && !stranger) {
      return;
    }
    await clock.sleep(PROBE_INTERVAL_MS, signal);
  }
}

async function abandon(sessions: Sessions, entry: Entry, reason: unknown): Promise<void> {
  const { engine, logger, identity } = sessions.deps;
  const { owner, name } = entry.view;
  const cancelled = isCancelled(reason);
  const log = cancelled ? [] : await engine.logTail({ owner, name }, LOG_LINES).catch(() => []);
  try {
    await sessions.dismantle(entry);
  } catch (error) {
    logger.error({ owner, session: name, err: error }, 'clean-up after a failed start failed');
    await identity.revokeServer({ owner, server: name }).catch(() => undefined);
  }
  try {
    if (cancelled) {
      // The stop that cancelled forgets it, at its very end: until then the name is not free for another start.
      // Without one the hub is closing, and a later hub must not take it for a crash.
      if (entry.operation?.kind !== 'stop') {
        await sessions.forget(entry);
      }
      return;
    }
    const failure = toFailure(reason, log);
    logger.warn({ owner, session: name, datalab: entry.view.datalab, code: failure.code, err: reason }, 'start failed');
    const now = sessions.deps.clock.now();
    const steps = entry.view.steps.map(timing => (timing.endedAt === null ? { ...timing, endedAt: now } : timing));
    sessions.change(entry, { state: 'failed', failure, steps });
    await sessions.save(entry);
  } catch (error) {
    // A store that cannot write (a full disk) must not hide why the start failed: memory has it.
    logger.error({ owner, session: name, err: error }, 'the state of the session was not stored');
  }
}

function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

