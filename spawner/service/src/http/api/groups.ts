import type { GroupModel } from '@jupyter-datalabs/contract';
import type { Router } from 'express';
import { DomainError } from '../../domain/errors.js';
import type { GroupRecord } from '../../services/identity/groups.js';
import { groupsHeld } from '../../services/identity/scopes.js';
import type { Principal } from '../../services/identity/types.js';
import { can, requireScope, unknownGroup } from '../auth.js';
import { bind } from '../bind.js';
import type { Context } from '../context.js';
import { pageOf, paged, wantsPage } from '../pagination.js';

/** Groups of users. */
export function groupRoutes(context: Context, router: Router): void {
  const { groups } = context.identity;
  const known = async (name: string): Promise<GroupRecord> => {
    const group = await groups.get(name);
    if (!group) {
      throw unknownGroup();
    }
    return group;
  };
  const model = async (principal: Principal, name: string): Promise<GroupModel> => {
    const group = await known(name);
    return { kind: 'group', name, ...(can(principal, 'read:groups', { group: name }) && { users: group.members, properties: group.properties, roles: [] }) };
  };

  bind(context, router, 'listGroups', async ({ principal, query, request }) => {
    const only = groupsHeld(principal.scopes, 'list:groups');
    if (only?.length === 0) {
      throw new DomainError('forbidden', 'This needs the scope list:groups, which you do not have.');
    }
    const page = pageOf(query);
    const { items, total } = await groups.page({ ...page, ...(only && { only }) });
    const models = await Promise.all(items.map(group => model(principal, group.name)));
    return { status: 200, body: wantsPage(request) ? paged(request, models, page, total) : models };
  });

  bind(context, router, 'createGroups', async ({ body, principal }) => {
    requireScope(principal, 'admin:groups');
    const made = [];
    for (const name of new Set(body.groups)) {
      if (!(await groups.get(name))) {
        await groups.create(name);
        made.push(await model(principal, name));
      }
    }
    if (made.length === 0) {
      throw new DomainError('conflict', 'All these groups are there already.');
    }
    return { status: 201, body: made };
  });

  bind(context, router, 'getGroup', async ({ params, principal }) => {
    requireScope(principal, 'read:groups:name', { group: params.group! });
    return { status: 200, body: await model(principal, params.group!) };
  });

  bind(context, router, 'createGroup', async ({ params, body, principal }) => {
    requireScope(principal, 'admin:groups', { group: params.group! });
    await groups.create(params.group!, body?.users, body?.properties);
    return { status: 201, body: await model(principal, params.group!) };
  });

  bind(context, router, 'deleteGroup', async ({ params, principal }) => {
    requireScope(principal, 'delete:groups', { group: params.group! });
    await known(params.group!);
    for (const share of await context.identity.shares.ofGroup(params.group!)) {
      await context.identity.shares.revoke(share);
    }
    await groups.remove(params.group!);
    return { status: 204 };
  });

  bind(context, router, 'addToGroup', async ({ params, body, principal }) => {
    requireScope(principal, 'groups', { group: params.group! });
    await known(params.group!);
    await groups.add(params.group!, body.users);
    return { status: 200, body: await model(principal, params.group!) };
  });

  bind(context, router, 'removeFromGroup', async ({ params, body, principal }) => {
    requireScope(principal, 'groups', { group: params.group! });
    await known(params.group!);
    await groups.drop(params.group!, body.users);
    return { status: 200, body: await model(principal, params.group!) };
  });

  bind(context, router, 'setGroupProperties', async ({ params, body, principal }) => {
    requireScope(principal, 'groups', { group: params.group! });
    await known(params.group!);
    await groups.setProperties(params.group!, body);
    return { status: 200, body: await model(principal, params.group!) };
  });
}
