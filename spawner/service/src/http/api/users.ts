import type { Role, SelfModel } from '@jupyter-datalabs/contract';
import type { Router } from 'express';
import { DomainError } from '../../domain/errors.js';
import { expand, holds, mayGive, usersIn } from '../../services/identity/scopes.js';
import type { Principal } from '../../services/identity/types.js';
import { requireScope } from '../auth.js';
import { bind } from '../bind.js';
import type { Context } from '../context.js';
import { knownUser } from '../names.js';
import { pageOf, paged, wantsPage } from '../pagination.js';
import { rolesOf, userModel, userModels } from './user-models.js';

/** A clock that runs ahead by more than this, in milliseconds, is wrong: JupyterHub's limit. */
const CLOCK_TOLERANCE = 59 * 60_000;

/** Users, the one who asks, and their activity. */
export function userRoutes(context: Context, router: Router): void {
  bind(context, router, 'getSelf', async ({ principal }) => {
    const common = { session_id: principal.sessionId, token_id: principal.tokenId || null, scopes: expand(principal.scopes) };
    if (principal.kind === 'service') {
      const body: SelfModel = {
        kind: 'service', name: principal.name, admin: false, groups: [], roles: [], ...common, user_info: info(principal.name, principal.name)
      };
      return { status: 200, body };
    }
    const user = await knownUser(context, principal.name);
    const body: SelfModel = {
      server: null, servers: {}, admin: user.admin, groups: await context.identity.groups.of(user.name), roles: rolesOf(user), ...(await userModel(context, principal, user)),
      kind: 'user', ...common, user_info: info(user.name, user.displayName ?? user.name)
    };
    return { status: 200, body };
  });

  bind(context, router, 'listUsers', async ({ principal, query, request }) => {
    if (!holds(principal.scopes, 'list:users')) {
      throw new DomainError('forbidden', 'This needs the scope list:users, which you do not have.');
    }
    const page = pageOf(query);
    const state = await stateFilter(context, query.state);
    const visible = usersIn(principal.scopes, 'list:users', principal.members);
    const only = visible && state.only ? visible.filter(name => state.only!.includes(name)) : (visible ?? state.only);
    const { items, total } = await context.identity.users.page({
      ...page, ...sorting(query.sort), ...(query.name_filter && { nameFilter: query.name_filter }), ...(only && { only }), ...(state.without && { without: state.without })
    });
    const models = await userModels(context, principal, items, withStopped(query));
    return { status: 200, body: wantsPage(request) ? paged(request, models, page, total) : models };
  });

  bind(context, router, 'createUsers', async ({ body, principal }) => {
    requireScope(principal, 'admin:users');
    const role = roleOf(body) ?? 'user';
    checkGift(principal, role);
    const created = await context.identity.users.create(body.usernames, role);
    return { status: 201, body: await userModels(context, principal, created) };
  });

  bind(context, router, 'createUser', async ({ params, body, principal }) => {
    requireScope(principal, 'admin:users', { user: params.name! });
    const role = roleOf(body ?? {}) ?? 'user';
    checkGift(principal, role);
    const [created] = await context.identity.users.create([params.name!], role);
    return { status: 201, body: await userModel(context, principal, created!) };
  });

  bind(context, router, 'getUser', async ({ params, query, principal }) => {
    requireScope(principal, 'read:users:name', { user: params.name! });
    return { status: 200, body: await userModel(context, principal, await knownUser(context, params.name!), withStopped(query)) };
  });

  bind(context, router, 'modifyUser', async ({ params, body, principal }) => {
    const name = params.name!;
    requireScope(principal, 'admin:users', { user: name });
    const user = await knownUser(context, name);
    const role = roleOf(body);
    if (role !== undefined && role !== user.role) {
      notOneself(principal, name, 'change your own role');
      checkGift(principal, role);
      checkGift(principal, user.role);
      await context.identity.users.setRole(name, role);
    }
    if (body.name !== undefined && body.name !== name) {
      notOneself(principal, name, 'rename yourself');
      if ((await context.sessions.list(name)).length > 0) {
        throw new DomainError('conflict', `${name} has sessions, whose addresses contain the name.`, { action: 'Stop them first.' });
      }
      await context.identity.users.rename(name, body.name);
    }
    return { status: 200, body: await userModel(context, principal, await knownUser(context, body.name ?? name)) };
  });

  bind(context, router, 'deleteUser', async ({ params, principal }) => {
    const name = params.name!;
    requireScope(principal, 'delete:users', { user: name });
    // One whose sessions could not be ended the last time is known no longer, but not done with.
    if ((await context.sessions.list(name)).length === 0) {
      await knownUser(context, name);
    }
    notOneself(principal, name, 'delete yourself');
    // The user first: else something new could begin, or be made ready, while the sessions end.
    await context.identity.users.remove(name);
    for (const session of await context.sessions.list(name)) {
      await context.sessions.stop({ owner: name, name: session.name, remove: true });
    }
    // With what the ends of the sessions have written down.
    await context.identity.users.remove(name);
    await context.identity.users.retireHome(name);
    return { status: 204 };
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

/** Whether sessions that have failed, and wait for somebody to see why, are among those of a user. */
function withStopped({ include_stopped_servers: text = '0' }: { include_stopped_servers?: string | undefined }): boolean {
  return !['0', 'false'].includes(text.toLowerCase());
}

/** Users by what their sessions do, as JupyterHub tells them apart. */
async function stateFilter(context: Context, state: string | undefined): Promise<{ only?: string[]; without?: string[] }> {
  if (state === undefined || state === 'all') {
    return {};
  }
  if (state !== 'ready' && state !== 'active' && state !== 'inactive') {
    throw new DomainError('bad-request', 'state is one of ready, active, inactive and all.');
  }
  const found: string[] = [];
  for (const owner of context.sessions.owners()) {
    const sessions = await context.sessions.list(owner);
    if (sessions.some(session => session.state === 'ready' || (state !== 'ready' && (session.state === 'starting' || session.state === 'stopping')))) {
      found.push(owner);
    }
  }
  return state === 'inactive' ? { without: found } : { only: found };
}

/** `name`, `id` (= in the order of creation) or `last_activity`; `-` turns the order around. */
function sorting(text: string | undefined): { sort?: 'name' | 'created' | 'lastActivity'; descending?: boolean } {
  const columns = { name: 'name', id: 'created', last_activity: 'lastActivity' } as const;
  const key = (text ?? 'name').replace(/^-/, '');
  if (!Object.hasOwn(columns, key)) {
    throw new DomainError('bad-request', 'sort is one of name, id and last_activity, with - before it for the other direction.');
  }
  return { sort: columns[key as keyof typeof columns], descending: text?.startsWith('-') ?? false };
}

/** JupyterHub knows one role by a flag. */
function roleOf({ admin, role }: { admin?: boolean | undefined; role?: Role | undefined }): Role | undefined {
  return role ?? (admin === undefined ? undefined : admin ? 'admin' : 'user');
}

/** Who may make users may not make more of them than itself: a token for that alone would be one for everything. */
function checkGift(principal: Principal, role: Role): void {
  if (!mayGive(principal.scopes, role)) {
    throw new DomainError('forbidden', `The role ${role} can be given and taken only by who may do all that it may.`, { action: 'Ask an admin.' });
  }
}

/** So that a hub is never left without anybody who may mend it. */
function notOneself(principal: Principal, name: string, what: string): void {
  if (principal.kind === 'user' && principal.name === name) {
    throw new DomainError('bad-request', `You cannot ${what}.`, { action: 'Ask another admin.' });
  }
}

function info(name: string, display: string): SelfModel['user_info'] {
  return { name, display_name: display, initials: [...display].slice(0, 2).join('').toUpperCase(), avatar_url: null, color: null };
}
