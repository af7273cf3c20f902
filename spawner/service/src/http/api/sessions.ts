import { type StartOptions } from '@jupyter-datalabs/contract';
import type { Response, Router } from 'express';
import { DomainError } from '../../domain/errors.js';
import type { Principal } from '../../services/identity/types.js';
import type { SessionView } from '../../services/sessions/types.js';
import { requireScope } from '../auth.js';
import { bind, type Answer } from '../bind.js';
import { homeDatalab, type Context } from '../context.js';
import { serverText, toServerModel, toTimeline } from '../models.js';
import { knownUser, sessionName } from '../names.js';
import { isLast, isSameProgress, pastTexts, progressText } from '../progress.js';
import { EventStreams } from '../sse.js';

/** Milliseconds a stop may take before the answer is "under way", as with JupyterHub. */
const SLOW_STOP = 10_000;

/** Starting, stopping and watching sessions. */
export function sessionRoutes(context: Context, router: Router): void {
  const streams = new EventStreams(context.clock, (principal, end) => context.identity.watch(principal, end));
  const start = async (principal: Principal, owner: string, name: string, body: StartOptions | undefined): Promise<Answer> => {
    requireScope(principal, 'servers', { user: owner, server: name });
    await knownUser(context, owner);
    const options = { ...body, datalab: body?.datalab ?? (name || homeDatalab(context)) };
    const { session } = await context.sessions.start({ owner, name, options, by: principal.name });
    return { status: session.state === 'ready' ? 201 : 202, body: toServerModel(session) };
  };

  const stop = async (principal: Principal, owner: string, name: string, how: { remove: boolean; force: boolean }): Promise<Answer> => {
    requireScope(principal, 'delete:servers', { user: owner, server: name });
    await knownUser(context, owner);
    const waiting = new AbortController();
    const slow = context.clock.sleep(SLOW_STOP, waiting.signal).then(() => null, () => null);
    try {
      const outcome = await Promise.race([context.sessions.stop({ owner, name, ...how, by: principal.name, byAdmin: principal.admin }), slow]);
      if (outcome?.stopped) {
        if (how.remove && name) {
          await context.identity.shares.revokeAll(owner, name);
        }
        return { status: 204 };
      }
    } finally {
      waiting.abort();
    }
    const session = await context.sessions.get(owner, name);
    return { status: 202, body: session && toServerModel(session) };
  };

  const progress = async (principal: Principal, owner: string, name: string, response: Response): Promise<undefined> => {
    requireScope(principal, 'read:servers', { user: owner, server: name });
    await knownUser(context, owner);
    if (!(await context.sessions.get(owner, name))) {
      throw new DomainError('unknown-session', 'There is no such session.', { action: 'Start it.' });
    }
    const stream = streams.begin(principal, response);
    let unsubscribe = (): void => undefined;
    let begun = false;
    let last: SessionView | null | undefined;
    const show = (session: SessionView | null): void => {
      if (stream.closed.aborted || (last && session && isSameProgress(last, session))) {
        return;
      }
      if (!begun && session) {
        pastTexts(session).forEach(missed => stream.sendText(missed));
      }
      begun = true;
      last = session;
      stream.sendText(progressText(session));
      if (isLast(session)) {
        stream.end();
        unsubscribe();
      }
    };
    unsubscribe = context.sessions.watch(owner, (changed, session) => {
      if (changed === name) {
        show(session);
      }
    });
    if (stream.closed.aborted) {
      unsubscribe();
    } else {
      stream.closed.addEventListener('abort', unsubscribe);
    }
    return undefined;
  };

  const how = (query: { remove?: string }, body: { remove?: boolean; force?: boolean } | undefined): { remove: boolean; force: boolean } => ({
    remove: body?.remove ?? (query.remove !== undefined && query.remove !== 'false' && query.remove !== '0'),
    force: body?.force ?? false
  });

  const timeline = async (principal: Principal, owner: string, name: string): Promise<Answer> => {
    requireScope(principal, 'read:servers', { user: owner, server: name });
    await knownUser(context, owner);
    const found = await context.sessions.timeline(owner, name);
    if (!found) {
      throw new DomainError('unknown-session', 'There is no such session, and none that ended is remembered.', { action: 'Start it.' });
    }
    return { status: 200, body: toTimeline(found) };
  };

  bind(context, router, 'startHome', ({ params, body, principal }) => start(principal, params.name!, '', body));
  bind(context, router, 'startSession', async ({ params, body, principal }) => start(principal, params.name!, sessionName(params.server!), body));
  bind(context, router, 'stopHome', ({ params, query, body, principal }) => stop(principal, params.name!, '', how(query, body)));
  bind(context, router, 'stopSession', async ({ params, query, body, principal }) => stop(principal, params.name!, sessionName(params.server!), how(query, body)));
  bind(context, router, 'getHomeTimeline', ({ params, principal }) => timeline(principal, params.name!, ''));
  bind(context, router, 'getSessionTimeline', async ({ params, principal }) => timeline(principal, params.name!, sessionName(params.server!)));
  bind(context, router, 'listTimelines', async ({ params, query, principal }) => {
    const owner = params.name!;
    requireScope(principal, 'read:servers', { user: owner });
    await knownUser(context, owner);
    const timelines = await context.sessions.listTimelines({ owner, limit: query.limit ?? 20 });
    return { status: 200, body: { timelines: timelines.map(toTimeline) } };
  });
  bind(context, router, 'watchHomeStart', ({ params, principal, response }) => progress(principal, params.name!, '', response));
  bind(context, router, 'watchSessionStart', async ({ params, principal, response }) => progress(principal, params.name!, sessionName(params.server!), response));

  bind(context, router, 'watchSessions', async ({ params, principal, response }) => {
    const owner = params.name!;
    requireScope(principal, 'read:servers', { user: owner });
    await knownUser(context, owner);
    const stream = streams.begin(principal, response);
    const send = (name: string, session: SessionView | null): void =>
      session ? stream.sendLatest(name, () => serverText(session), 'session') : stream.sendLatest(name, () => JSON.stringify({ name }), 'removed');
    // Watching begins before the snapshot is taken, so that nothing falls between the two; what comes meanwhile is sent after it.
    const early = new Map<string, SessionView | null>();
    let complete = false;
    const unsubscribe = context.sessions.watch(owner, (name, session) => (complete ? send(name, session) : void early.set(name, session)));
    stream.closed.addEventListener('abort', unsubscribe);
    try {
      const sessions = await context.sessions.list(owner);
      const shown = new Map(sessions.map(session => [session.name, serverText(session)]));
      stream.sendText(`{"sessions":[${[...shown.values()].join(',')}]}`, 'snapshot');
      complete = true;
      for (const [name, session] of early) {
        if (session ? serverText(session) !== shown.get(name) : shown.has(name)) {
          send(name, session);
        }
      }
    } catch (error) {
      // The headers are out: the client sees the end and connects again.
      context.logger.error({ err: error }, 'event stream failed');
      stream.end();
    }
    return undefined;
  });
}
