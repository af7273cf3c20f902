import type { Router } from 'express';
import { DomainError } from '../../domain/errors.js';
import type { Principal } from '../../services/identity/types.js';
import { requireScope } from '../auth.js';
import { bind, type Answer } from '../bind.js';
import type { Context } from '../context.js';
import { toServerModel } from '../models.js';
import { knownUser, sessionName } from '../names.js';

/** More time for a session that is about to be stopped. */
export function lifetimeRoutes(context: Context, router: Router): void {
  const extend = async (principal: Principal, owner: string, name: string, until: string): Promise<Answer> => {
    requireScope(principal, 'servers', { user: owner, server: name });
    await knownUser(context, owner);
    const session = context.lifetime ? await context.lifetime.extend({ owner, name, until: Date.parse(until) }) : await context.sessions.get(owner, name);
    if (!session) {
      throw new DomainError('unknown-session', 'There is no such session.', { action: 'Start it.' });
    }
    return { status: 200, body: toServerModel(session) };
  };
  bind(context, router, 'extendHome', ({ params, body, principal }) => extend(principal, params.name!, '', body.until));
  bind(context, router, 'extendSession', async ({ params, body, principal }) => extend(principal, params.name!, sessionName(params.server!), body.until));
}
