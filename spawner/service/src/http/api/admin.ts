import { buildOpenApi, type HubOverview, type ListedVolume, type OwnedSession } from '@jupyter-datalabs/contract';
import type { Router } from 'express';
import { DomainError } from '../../domain/errors.js';
import { holds, usersIn } from '../../services/identity/scopes.js';
import type { Principal } from '../../services/identity/types.js';
import { findSessions, isSortKey, stateOf, type SessionState } from '../../services/sessions/find.js';
import { resourcesOf } from '../../services/sessions/resources.js';
import type { SessionView } from '../../services/sessions/types.js';
import { requireScope } from '../auth.js';
import { bind } from '../bind.js';
import type { Context } from '../context.js';
import { iso, toServerModel } from '../models.js';
import { pageOf, paged } from '../pagination.js';
import { JUPYTERHUB_VERSION } from './hub.js';

/** For those who look after the hub: what everybody runs, and how the hub itself is. */
export function adminRoutes(context: Context, router: Router): void {
  const begun = context.clock.now();
  const { version } = buildOpenApi().info as { version: string };

  bind(context, router, 'findSessions', async ({ principal, query, request }) => {
    const owners = seen(principal);
    const page = pageOf(query);
    const [, minus, sort = 'owner'] = /^(-?)(.*)$/.exec(query.sort ?? 'owner') ?? [];
    if (!isSortKey(sort)) {
      throw new DomainError('bad-request', 'sort is one of owner, title, state, requested, last_activity and place, with - before it for the other direction.');
    }
    const { items, total } = await findSessions(context.sessions, { ...page, search: query.search, state: query.state, sort, descending: minus === '-', owners });
    return { status: 200, body: paged(request, await Promise.all(items.map(view => owned(view, context))), page, total) };
  });

  bind(context, router, 'getOverview', async ({ principal }) => {
    requireScope(principal, 'read:hub');
    const counts: Record<SessionState, number> = { queued: 0, starting: 0, ready: 0, stopping: 0, stopped: 0, failed: 0 };
    for (const owner of context.sessions.owners()) {
      for (const view of await context.sessions.list(owner)) {
        counts[stateOf(view)]++;
      }
    }
    const { total } = await context.identity.users.page({ offset: 0, limit: 1 });
    const [about, routes, { problems }, volumes] = await Promise.all([
      context.about?.(), context.routes?.list().catch(() => null) ?? null, context.catalogue.list(), volumeWarnings(context)
    ]);
    const unread = problems.map(({ file, line, message }) => `The datalab ${file} cannot be offered: ${line === null ? '' : `line ${line}: `}${message}`);
    const body: HubOverview = {
      version, jupyterhub: JUPYTERHUB_VERSION,
      started: iso(begun), uptime_seconds: Math.round((context.clock.now() - begun) / 1000),
      engine: about?.engine ?? null, login: context.config.login?.kind ?? null,
      proxy: about && routes ? { address: about.proxy, routes: routes.length } : null,
      versions: about?.versions ?? [],
      users: total, sessions: counts, max_starting: about?.maxStarting ?? null,
      warnings: [...(about?.warnings ?? []), ...unread, ...volumes]
    };
    return { status: 200, body };
  });
}

async function volumeWarnings({ volumes }: Context): Promise<string[]> {
  let all: ListedVolume[];
  try {
    all = await volumes.listAll();
  } catch (error) {
    return [error instanceof DomainError ? `${error.message} No session starts until it is mended. ${error.details.action ?? ''}`.trim() : 'The list of volumes cannot be read.'];
  }
  const file = volumes.problem();
  return [
    ...(file === null ? [] : [file]),
    ...all.flatMap(({ title, available, reason }) => (available ? [] : [`The volume ${title} is not available: ${reason ?? 'its storage gives no reason.'}`])),
    ...all.flatMap(({ title, absent_groups: groups }) => groups.map(group => `The volume ${title} is for the group "${group}", which does not exist. Correct its entry or make the group.`))
  ];
}

/** Whose sessions the one who asks may see; null: everybody's. Somebody who may see no more than the own ones has another route for them. */
function seen(principal: Principal): string[] | null {
  const owners = holds(principal.scopes, 'list:users') ? usersIn(principal.scopes, 'read:servers', principal.members) : [];
  if (owners !== null && owners.every(name => principal.kind === 'user' && name === principal.name)) {
    throw new DomainError('forbidden', 'This needs the scopes list:users and read:servers for others, which you do not have.', { action: 'Ask an admin.' });
  }
  return owners;
}

async function owned(view: SessionView, { catalogue }: Context): Promise<OwnedSession> {
  const resources = await resourcesOf(view, catalogue);
  return {
    ...toServerModel(view), owner: view.owner, state: stateOf(view), requested: iso(view.started), resources: resources && { cpu: resources.cpu, memory: resources.memory }
  };
}
