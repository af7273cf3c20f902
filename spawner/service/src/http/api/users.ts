import type { SelfModel, UserModel } from '@jupyter-datalabs/contract';
import type { Router } from 'express';
import { DomainError } from '../../domain/errors.js';
import { allows, holds } from '../../services/identity/scopes.js';
import type { Principal, UserRecord } from '../../services/identity/types.js';
import { requireScope } from '../auth.js';
import { bind } from '../bind.js';
import type { Context } from '../context.js';
import { toUserModel } from '../models.js';
import { knownUser } from '../names.js';

/** A clock that runs ahead by more than this, in milliseconds, is wrong: JupyterHub's limit. */
const CLOCK_TOLERANCE = 59 * 60_000;

/** Users, the one who asks, and their activity. */
export function userRoutes(context: Context, router: Router): void {
  const model = async (principal: Principal, user: UserRecord): Promise<UserModel> => {
    const sessions = allows(principal.scopes, 'read:servers', { user: user.name }) ? await context.sessions.list(user.name) : null;
    return toUserModel(user, sessions);
  };

  bind(context, router, 'getSelf', async ({ principal }) => {
    const user = await knownUser(context, principal.name);
    const body: SelfModel = {
      server: null,
      servers: {},
      ...(await model(principal, user)),
      session_id: principal.sessionId,
      token_id: principal.tokenId || null,
      scopes: principal.scopes,
      user_info: { name: user.name, display_name: user.name, initials: initials(user.name), avatar_url: null, color: null }
    };
    return { status: 200, body };
  });

  bind(context, router, 'listUsers', async ({ principal, query, request }) => {
    if (!holds(principal.scopes, 'list:users')) {
      throw new DomainError('forbidden', 'This needs the scope list:users, which you do not have.');
    }
    const visible = (await context.identity.users()).filter(user => allows(principal.scopes, 'list:users', { user: user.name }));
    const models = await Promise.all(visible.map(user => model(principal, user)));
    const matching = models.filter(user => inState(user, query.state) && (!query.name_filter || user.name.includes(query.name_filter)));
    const offset = query.offset ?? 0;
    const limit = query.limit ?? 50;
    const items = matching.slice(offset, offset + limit);
    if (!request.headers.accept?.includes('application/jupyterhub-pagination+json')) {
      return { status: 200, body: items };
    }
    const more = offset + limit < matching.length;
    const search = new URLSearchParams({ offset: String(offset + limit), limit: String(limit), ...(query.state ? { state: query.state } : {}) });
    const next = more ? { offset: offset + limit, limit, url: `${request.protocol}://${request.headers.host}/hub/api/users?${search.toString()}` } : null;
    return { status: 200, body: { items, _pagination: { offset, limit, total: matching.length, next } } };
  });

  bind(context, router, 'getUser', async ({ params, principal }) => {
    requireScope(principal, 'read:users', { user: params.name! });
    return { status: 200, body: await model(principal, await knownUser(context, params.name!)) };
  });

  bind(context, router, 'postActivity', async ({ params, body, principal }) => {
    const owner = params.name!;
    const servers = Object.entries(body.servers ?? {}).map(([name, { last_activity }]) => ({ name, lastActivity: time(context, last_activity) }));
    const lastActivity = body.last_activity === undefined ? null : time(context, body.last_activity);
    if (servers.length === 0 && lastActivity === null) {
      throw new DomainError('bad-request', 'The body says nothing: it needs last_activity, servers or both.');
    }
    if (servers.length === 0) {
      requireScope(principal, 'users:activity', { user: owner });
    }
    for (const { name } of servers) {
      requireScope(principal, 'users:activity', { user: owner, server: name });
    }
    await knownUser(context, owner);
    try {
      await context.sessions.activity({ owner, servers });
    } catch (error) {
      if (error instanceof DomainError && error.code === 'unknown-session') {
        throw new DomainError('bad-request', error.message, { cause: error });
      }
      throw error;
    }
    if (lastActivity !== null) {
      await context.identity.touchUser(owner, lastActivity);
    }
    return { status: 200 };
  });
}

/** An ISO 8601 time, UTC where it names no zone, as JupyterHub reads it. One that is a little ahead is now, so that no clock keeps a session looking used. */
function time(context: Context, text: string): number {
  const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(text) ? text : `${text}Z`;
  const value = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/.test(text) ? Date.parse(zoned) : NaN;
  const now = context.clock.now();
  if (Number.isNaN(value) || value - now > CLOCK_TOLERANCE) {
    throw new DomainError('bad-request', 'last_activity is not a time in ISO 8601, or it lies in the future.');
  }
  return Math.min(value, now);
}

function inState(user: UserModel, state: string | undefined): boolean {
  const servers = Object.values(user.servers ?? {});
  switch (state) {
    case 'ready':
      return servers.some(server => server.ready);
    case 'active':
      return servers.some(server => !server.stopped);
    case 'inactive':
      return servers.every(server => server.stopped);
    default:
      return true;
  }
}

function initials(name: string): string {
  return name.slice(0, 2).toUpperCase();
}
