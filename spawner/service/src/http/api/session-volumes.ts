import type { Router } from 'express';
import type { Principal } from '../../services/identity/types.js';
import { requireScope } from '../auth.js';
import { bind, type Answer } from '../bind.js';
import type { Context } from '../context.js';
import { knownUser, sessionName } from '../names.js';

/** Volumes of sessions that run. */
export function sessionVolumeRoutes(context: Context, router: Router): void {
  const { mounts, logger } = context;

  const list = async (principal: Principal, owner: string, name: string): Promise<Answer> => {
    requireScope(principal, 'read:servers', { user: owner, server: name });
    await knownUser(context, owner);
    return { status: 200, body: { volumes: await mounts.list(owner, name) } };
  };
  const mount = async (principal: Principal, owner: string, name: string, volume: string): Promise<Answer> => {
    requireScope(principal, 'servers', { user: owner, server: name });
    await knownUser(context, owner);
    const body = await mounts.mount(owner, name, volume);
    if (principal.name !== owner) {
      logger.info({ by: principal.name, owner, session: name, volume }, 'volume mounted for somebody else');
    }
    return { status: 200, body };
  };
  const unmount = async (principal: Principal, owner: string, name: string, volume: string, force = false): Promise<Answer> => {
    requireScope(principal, 'servers', { user: owner, server: name });
    await knownUser(context, owner);
    await mounts.unmount(owner, name, volume, { force });
    if (principal.name !== owner) {
      logger.info({ by: principal.name, owner, session: name, volume, force }, 'volume taken out for somebody else');
    }
    return { status: 204 };
  };

  bind(context, router, 'listHomeVolumes', ({ params, principal }) => list(principal, params.name!, ''));
  bind(context, router, 'mountHomeVolume', ({ params, principal }) => mount(principal, params.name!, '', params.volume!));
  bind(context, router, 'unmountHomeVolume', ({ params, body, principal }) => unmount(principal, params.name!, '', params.volume!, body?.force));
  bind(context, router, 'listSessionVolumes', async ({ params, principal }) => list(principal, params.name!, sessionName(params.server!)));
  bind(context, router, 'mountSessionVolume', async ({ params, principal }) => mount(principal, params.name!, sessionName(params.server!), params.volume!));
  bind(context, router, 'unmountSessionVolume', async ({ params, body, principal }) => unmount(principal, params.name!, sessionName(params.server!), params.volume!, body?.force));
}
