import type { Router } from 'express';
import { DomainError } from '../../domain/errors.js';
import { requireScope } from '../auth.js';
import { bind } from '../bind.js';
import type { Context } from '../context.js';

/** Archive volumes. */
export function volumeRoutes(context: Context, router: Router): void {
  const { volumes, logger } = context;

  bind(context, router, 'listVolumes', async ({ principal }) => {
    requireScope(principal, 'datalabs:read');
    return { status: 200, body: { volumes: await volumes.list({ user: principal.name }) } };
  });

  bind(context, router, 'getVolume', async ({ params, principal }) => {
    requireScope(principal, 'datalabs:read');
    return { status: 200, body: await volumes.get({ user: principal.name, name: params.volume! }) };
  });

  bind(context, router, 'listAllVolumes', async ({ principal }) => {
    requireScope(principal, 'read:hub');
    return { status: 200, body: { volumes: await volumes.listAll(), removed: await volumes.removed(), problem: volumes.problem() } };
  });

  bind(context, router, 'setVolume', async ({ params, body, principal }) => {
    requireScope(principal, 'admin:volumes');
    if (body.name !== params.volume) {
      throw new DomainError('bad-request', `The entry is of the volume "${body.name}", the address of "${params.volume}".`, { action: 'Use the same name in both; a volume is renamed by a new entry and by removing the one before.' });
    }
    const listed = await volumes.set(body);
    logger.info({ by: principal.name, volume: body.name, entry: body }, 'volume changed');
    return { status: 200, body: listed };
  });

  bind(context, router, 'deleteVolume', async ({ params, principal }) => {
    requireScope(principal, 'admin:volumes');
    await volumes.remove(params.volume!);
    logger.info({ by: principal.name, volume: params.volume! }, 'volume removed');
    return { status: 204 };
  });

  bind(context, router, 'restoreVolume', async ({ params, principal }) => {
    requireScope(principal, 'admin:volumes');
    const listed = await volumes.restore(params.volume!);
    logger.info({ by: principal.name, volume: params.volume! }, 'volume as in the file again');
    return { status: 200, body: listed };
  });

  bind(context, router, 'probeVolume', async ({ params, principal }) => {
    requireScope(principal, 'admin:volumes');
    return { status: 200, body: await volumes.probe(params.volume!) };
  });
}
