import type { UserModel } from '@jupyter-datalabs/contract';
import { holdsResources } from '../../domain/session-state.js';
import type { Principal, UserRecord } from '../../services/identity/types.js';
import { can } from '../auth.js';
import type { Context } from '../context.js';
import { iso, pendingOf, toServerModel } from '../models.js';

/** Users as far as the one who asks may know them. */
export async function userModels(context: Context, principal: Principal, users: readonly UserRecord[], withStopped = false): Promise<UserModel[]> {
  const named = users.filter(user => can(principal, 'read:users:groups', { user: user.name })).map(user => user.name);
  const groups = named.length > 0 ? await context.identity.groups.ofMany(named) : new Map<string, string[]>();
  return Promise.all(users.map(user => model(context, principal, user, { groups: groups.get(user.name) ?? [], withStopped })));
}

export async function userModel(context: Context, principal: Principal, user: UserRecord, withStopped = false): Promise<UserModel> {
  return (await userModels(context, principal, [user], withStopped))[0]!;
}

export function rolesOf({ role }: UserRecord): string[] {
  return role === 'user' ? ['user'] : ['user', role];
}

async function model(context: Context, principal: Principal, user: UserRecord, { groups, withStopped }: { groups: string[]; withStopped: boolean }): Promise<UserModel> {
  const target = { user: user.name };
  const may = (scope: string): boolean => can(principal, scope, target);
  const readable = (await context.sessions.list(user.name)).filter(session => (withStopped || holdsResources(session)) && can(principal, 'read:servers', { ...target, server: session.name }));
  const sessions = readable.length > 0 || may('read:servers') ? readable : null;
  const home = sessions?.find(session => session.name === '');
  return {
    kind: 'user',
    name: user.name,
    ...(may('read:users') && { admin: user.admin, display_name: user.displayName, created: iso(user.created) }),
    ...(may('read:users:groups') && { groups }),
    ...((may('read:roles:users') || may('read:users')) && { roles: rolesOf(user) }),
    ...(may('read:users:activity') && { last_activity: user.lastActivity === null ? null : iso(user.lastActivity) }),
    ...(sessions && {
      server: home?.state === 'ready' ? home.url : null,
      pending: home ? pendingOf(home) : null,
      servers: Object.fromEntries(sessions.map(session => [session.name, toServerModel(session)]))
    })
  };
}
