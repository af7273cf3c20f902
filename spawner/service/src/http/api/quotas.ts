import type { Router } from 'express';
import type { Principal } from '../../services/identity/types.js';
import { requireScope, unknownGroup } from '../auth.js';
import { bind } from '../bind.js';
import type { Context } from '../context.js';
import { knownUser } from '../names.js';

/** What users and groups may have at the same time. */
export function quotaRoutes(context: Context, router: Router): void {
  const { quotas } = context;
  const about = async (principal: Principal, scope: string, name: string): Promise<string> => {
    requireScope(principal, scope, { user: name });
    return (await knownUser(context, name)).name;
  };
  const group = async (principal: Principal, scope: string, name: string): Promise<string> => {
    requireScope(principal, scope, { group: name });
    if (!(await context.identity.groups.get(name))) {
      throw unknownGroup();
    }
    return name;
  };
  const changed = (principal: Principal, fields: object): void => context.logger.info({ by: principal.name, ...fields }, 'quota changed');

  bind(context, router, 'getUserQuota', async ({ params, principal }) => ({ status: 200, body: await quotas.ofUser(await about(principal, 'read:users', params.name!)) }));

  bind(context, router, 'setUserQuota', async ({ params, body, principal }) => {
    const user = await about(principal, 'admin:users', params.name!);
    await quotas.set('user', user, body);
    changed(principal, { user, quota: body });
    return { status: 200, body: await quotas.ofUser(user) };
  });

  bind(context, router, 'deleteUserQuota', async ({ params, principal }) => {
    const user = await about(principal, 'admin:users', params.name!);
    await quotas.remove('user', user);
    changed(principal, { user, quota: null });
    return { status: 204 };
  });

  bind(context, router, 'getGroupQuota', async ({ params, principal }) => ({
    status: 200, body: { own: await quotas.ofGroup(await group(principal, 'read:groups', params.group!)) }
  }));

  bind(context, router, 'setGroupQuota', async ({ params, body, principal }) => {
    const name = await group(principal, 'admin:groups', params.group!);
    await quotas.set('group', name, body);
    changed(principal, { group: name, quota: body });
    return { status: 200, body: { own: await quotas.ofGroup(name) } };
  });

  bind(context, router, 'deleteGroupQuota', async ({ params, principal }) => {
    const name = await group(principal, 'admin:groups', params.group!);
    await quotas.remove('group', name);
    changed(principal, { group: name, quota: null });
    return { status: 204 };
  });
}
