import { SESSION_NAME, type Datalab } from '@jupyter-datalabs/contract';

import { DomainError } from '../../domain/errors.js';
import { reservedName } from '../../domain/names.js';
import type { RunningSession, SessionSpec } from '../../ports/engine.js';
import type { AwayVolume } from '../volumes/types.js';
import { StartDeadlines } from './deadlines.js';
import type { Entry } from './entries.js';
import { isCancelled, LOG_LINES, toFailure } from './failures.js';
import type { Place, Ticket } from './queue.js';
import type { Sessions } from './sessions.js';
import { sessionSpec } from './spec.js';
import type { StartOptions, Step } from './types.js';

/** Milliseconds between two looks whether a server answers: most do within the first few. */
const PROBE_FIRST_MS = 5;
const PROBE_INTERVAL_MS = 20;
/** Of many starts at once each is looked for the more seldom, as the looking takes from their processors; up to so many times. */
const PROBE_SELDOM = 2;

/** One start, and what its steps share. */
export interface Start {
  sessions: Sessions;
  entry: Entry;
  datalab: Datalab;
  options: StartOptions;
  by?: string;
  abort: AbortController;
}

/** Rejects a name that no session can have. */
export function checkName(name: string): void {
  if (name !== '' && !SESSION_NAME.test(name)) {
    throw new DomainError('invalid-name', 'A session name is made of lower case letters, digits and "-", begins with a letter or digit, and has at most 63 of them.', {
      action: 'Choose another name.'
    });
  }
  const reserved = reservedName(name);
  if (reserved !== null) {
    throw new DomainError('invalid-name', `"${name}" ${reserved} and cannot be the name of a session.`, { action: 'Choose another name.' });
  }
}

/** First of all: may it be? Rejects with the refusal. What it gives is a claim to a turn. */
export async function admitted({ sessions, entry, datalab, options, by, abort }: Start): Promise<Ticket> {
  const { owner, name } = entry.view;
  return sessions.inTurnOf(owner, async () => {
    abort.signal.throwIfAborted();
    await sessions.deps.admission?.admit({ owner, name, datalab, options, ...(by !== undefined && by !== owner && { by }), others: sessions.holding(owner, entry) });
    abort.signal.throwIfAborted();
    const ticket = sessions.queue.enter({ owner, signal: abort.signal, onPlace: place => tellPlace(sessions, entry, place) });
    entry.admitted = true;
    return ticket;
  });
}

/**
 * Then the start itself, from its turn to an answer through the public address. Never rejects: it leaves the entry ready, failed,
 * or (cancelled) with nothing running, for the stop that cancelled it to forget.
 */
export async function runStart(start: Start, ticket: Ticket): Promise<void> {
  const { sessions, entry, datalab, abort } = start;
  const { deps } = sessions;
  const { owner, name } = entry.view;
  const { signal } = abort;
  const deadlines = new StartDeadlines({ clock: deps.clock, totalMs: deps.startTimeoutMs, table: sessions.deadlines, expire: reason => abort.abort(reason) });
  const enter = (step: Step): void => {
    if (step !== 'ready' && !signal.aborted) {
      deadlines.enter(step);
    }
    enterStep(sessions, entry, step);
  };
  try {
    deadlines.enter('queued');
    logStep(sessions, entry, 'queued');
    await ticket.turn;
    enter('placing');
    const spec = await abortable(prepare(start), signal);
    signal.throwIfAborted();
    await abortable(deps.doors.open({ owner, name }), signal);
    const running = await launch(start, spec, enter);
    sessions.change(entry, { warm: running.warm === true });
    signal.throwIfAborted();
    await abortable(connect(sessions, entry, running), signal);
    await untilAnswers(sessions, entry, datalab, signal);
    deadlines.clear();
    enter('ready');
    sessions.change(entry, { state: 'ready', failure: null });
    deps.logger.info({ owner, session: name, datalab: datalab.id, ms: deps.clock.now() - entry.view.started }, 'session ready');
    sessions.timelines.ready(entry.view);
    await sessions.save(entry);
  } catch (thrown) {
    await abandon(sessions, entry, signal.aborted ? signal.reason : thrown);
  } finally {
    deadlines.clear();
    ticket.leave();
  }
}

function tellPlace(sessions: Sessions, entry: Entry, place: Place): void {
  const shown = entry.view.place;
  if (entry.view.state === 'starting' && (place.place !== shown?.place || place.of !== shown.of)) {
    sessions.change(entry, { place });
  }
}

/** Everything the engine needs to know. Whoever is waited for here may never answer: the deadline ends the waiting. */
async function prepare({ sessions, entry, datalab, options, abort: { signal } }: Start): Promise<SessionSpec> {
  const { deps } = sessions;
  const { owner, name, startId } = entry.view;
  // Before anything starts, so that a hub killed from here on finds its own half-started session again.
  await sessions.save(entry);
  const { mounts: volumes, away } = await deps.volumes.mounts({ user: owner, ...(options.volumes && { names: options.volumes }) });
  requireVolumes(datalab, away);
  if (away.length > 0) {
    sessions.change(entry, { without: away.map(volume => ({ volume: volume.name, title: volume.title, reason: volume.reason })) });
    deps.logger.warn({ owner, session: name, startId, volumes: away.map(volume => volume.name) }, 'session starts without volumes');
  }
  signal.throwIfAborted();
  const token = await deps.identity.issueServerToken({ owner, server: name, startId });
  return sessionSpec({ owner, name, startId, datalab, token, volumes, allowedScopes: deps.allowedScopes({ owner, name, datalab: datalab.id }), ...(options.safe && { safe: true }) }, deps.settings());
}

/** A datalab about a volume is of no use without it; one that its owner may not see or has not chosen, or that is not there at all, is no part of it. */
function requireVolumes(datalab: Datalab, away: AwayVolume[]): void {
  const gone = away.find(volume => datalab.volumes.includes(volume.name));
  if (gone) {
    throw new DomainError('volume-unreachable', `The volume "${gone.name}" that ${datalab.title} works on is not reachable: ${gone.reason}`, {
      action: 'Try again later, or tell the operator of this hub; other datalabs can be started meanwhile.'
    });
  }
}

/** The one place where something begins to run. */
function launch({ sessions, abort: { signal } }: Start, spec: SessionSpec, enter: (step: Step) => void): Promise<RunningSession> {
  return sessions.deps.engine.start(spec, { signal, onStep: enter });
}

async function connect(sessions: Sessions, entry: Entry, { target }: RunningSession): Promise<void> {
  entry.target = target;
  sessions.resting.wake(entry.view.url);
  await sessions.deps.routes.set({ prefix: entry.view.url, target });
}

/** Ends the step under way at the time the next one begins. */
export function enterStep(sessions: Sessions, entry: Entry, step: Step): void {
  if (entry.view.steps.at(-1)?.step === step || entry.view.state !== 'starting') {
    return;
  }
  const now = sessions.deps.clock.now();
  const steps = entry.view.steps.map(timing => (timing.endedAt === null ? { ...timing, endedAt: now } : timing));
  sessions.change(entry, { steps: [...steps, { step, startedAt: now, endedAt: step === 'ready' ? now : null }], ...(entry.view.place && { place: null }) });
  logStep(sessions, entry, step);
}

/** The last of these lines is where a hub that was killed had come to. */
function logStep({ deps }: Sessions, { view }: Entry, step: Step): void {
  deps.logger.info({ owner: view.owner, session: view.name, startId: view.startId, step }, 'start step');
}

/** Readiness is an answer through the public route, looked for every 20 ms at least, and with others under way half as often. */
export async function untilAnswers(sessions: Sessions, entry: Entry, datalab: Pick<Datalab, 'kind' | 'health'>, signal: AbortSignal): Promise<void> {
  const { probe, clock } = sessions.deps;
  const below = datalab.kind === 'web' && datalab.health ? datalab.health.replace(/^\/+/, '') : 'api';
  for (let pause = PROBE_FIRST_MS; ; pause = Math.min(2 * pause, PROBE_INTERVAL_MS)) {
    signal.throwIfAborted();
    const status = await abortable(probe(entry.view.url + below, signal), signal);
    // While a proxy has just come back without this route, others answer: the hub (424), or the home (404).
    const stranger = status === 424 || (status === 404 && datalab.kind !== 'web');
    if (status !== null && status < 500 && !stranger) {
      return;
    }
    await clock.sleep(pause * Math.min(PROBE_SELDOM, Math.max(1, sessions.queue.starting)), signal);
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
    sessions.reconcileSoon();
  }
  try {
    if (cancelled) {
      // The stop that cancelled forgets it, at its very end: until then the name is not free for another start.
      // Without one the hub is closing, and a later hub must not take it for a crash.
      if (entry.operation?.kind !== 'stop') {
        await sessions.forget(entry, { code: 'stopped', message: 'The hub was stopped during the start.' });
      }
      return;
    }
    const failure = toFailure(reason, log);
    logger.warn({ owner, session: name, datalab: entry.view.datalab, code: failure.code, err: reason }, 'start failed');
    sessions.fail(entry, failure);
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
