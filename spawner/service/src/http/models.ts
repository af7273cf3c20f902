import type { Problem, ServerModel, Timeline as TimelineModel } from '@jupyter-datalabs/contract';
import type { TokenRecord } from '../services/identity/types.js';
import type { TokenModel } from '@jupyter-datalabs/contract';
import { holdsResources } from '../domain/session-state.js';
import type { SessionView, Timeline } from '../services/sessions/types.js';
import { toProblem } from './problems.js';

export function iso(time: number): string {
  return new Date(time).toISOString();
}

function isoOrNull(time: number | null): string | null {
  return time === null ? null : iso(time);
}

export function pendingOf(session: SessionView): 'spawn' | 'stop' | null {
  return session.state === 'starting' ? 'spawn' : session.state === 'stopping' ? 'stop' : null;
}

export function failureOf(session: SessionView): Problem | null {
  return session.failure && toProblem(session.failure);
}

/** Path of a session's API resource below /hub/api. */
function resource(session: SessionView): string {
  return `/users/${encodeURIComponent(session.owner)}/${session.name ? `servers/${encodeURIComponent(session.name)}` : 'server'}`;
}

/** Path of the page that shows a start. */
export function pendingPage(owner: string, name: string): string {
  return `/hub/spawn-pending/${encodeURIComponent(owner)}${name ? `/${encodeURIComponent(name)}` : ''}`;
}

export function toServerModel(session: SessionView): ServerModel {
  const running = holdsResources(session);
  return {
    name: session.name,
    display_name: session.title,
    full_name: `${session.owner}/${session.name}`,
    last_activity: isoOrNull(session.lastActivity),
    started: running ? iso(session.started) : null,
    pending: pendingOf(session),
    ready: session.state === 'ready',
    stopped: !running,
    url: session.url,
    user_options: { ...session.userOptions },
    progress_url: `/hub/api${resource(session)}/progress`,
    datalab: session.datalab,
    version: session.version,
    kind: session.kind,
    title: session.title,
    step: session.state === 'starting' ? (session.steps.at(-1)?.step ?? 'queued') : null,
    steps: session.steps.map(({ step, startedAt, endedAt }) => ({ step, startedAt: iso(startedAt), endedAt: isoOrNull(endedAt) })),
    ...(session.place && { place: session.place }),
    ...(session.state === 'starting' && session.medians?.length && { medians: session.medians }),
    ...(session.warm && { warm: true }),
    ...(session.without && { without: session.without }),
    ...(session.volumesChanged && { volumes_changed: iso(session.volumesChanged) }),
    ...(session.deadline && { deadline: { ...session.deadline, at: iso(session.deadline.at) } }),
    failure: failureOf(session)
  };
}

export function toTokenModel(token: TokenRecord): TokenModel {
  return {
    kind: 'api_token',
    id: token.id,
    user: token.owner,
    scopes: token.scopes,
    roles: [],
    note: token.note,
    created: iso(token.created),
    expires_at: isoOrNull(token.expires),
    last_activity: isoOrNull(token.lastUsed),
    session_id: token.sessionId,
    oauth_client: token.clientId
  };
}

export function toTimeline({ name, title, datalab, version, kind, state, started, ended, warm, steps, medians, reason }: Timeline): TimelineModel {
  return {
    name, title, datalab, version, kind, state, started: iso(started), ended: isoOrNull(ended), warm, medians, reason,
    steps: steps.map(({ step, startedAt, endedAt }) => ({ step, startedAt: iso(startedAt), endedAt: isoOrNull(endedAt) }))
  };
}

const texts = new WeakMap<SessionView, string>();

/** The model as JSON, written once however many streams are told: views are replaced, never changed. */
export function serverText(session: SessionView): string {
  let text = texts.get(session);
  if (text === undefined) {
    text = JSON.stringify(toServerModel(session));
    texts.set(session, text);
  }
  return text;
}
