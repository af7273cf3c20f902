import type { HomeUsage as HomeUsageModel } from '@jupyter-datalabs/contract';
import type { Router } from 'express';
import { DomainError } from '../../domain/errors.js';
import type { HomesService, HomeUsage } from '../../services/homes/types.js';
import { requireScope } from '../auth.js';
import { bind } from '../bind.js';
import type { Context } from '../context.js';
import { iso } from '../models.js';
import { knownUser } from '../names.js';

export const HOME_FILES = '/hub/home-files';

/** The durable files of users. Who may start sessions there may see and reset what they run in. */
export function homeRoutes(context: Context, router: Router): void {
  bind(context, router, 'getHomeUsage', async ({ params, principal }) => {
    const owner = params.name!;
    requireScope(principal, 'servers', { user: owner });
    await knownUser(context, owner);
    return { status: 200, body: toHomeUsage(await homesOf(context).usage(owner)) };
  });

  bind(context, router, 'resetHome', async ({ params, body, principal }) => {
    const owner = params.name!;
    requireScope(principal, 'servers', { user: owner });
    await knownUser(context, owner);
    return { status: 200, body: await homesOf(context).reset({ owner, datalab: params.datalab!, stop: body?.stop ?? false, by: principal.name, byAdmin: principal.admin }) };
  });
}

export function homesOf(context: Context): HomesService {
  if (!context.homes) {
    throw new DomainError('not-found', 'This hub keeps no homes.');
  }
  return context.homes;
}

function toHomeUsage(usage: HomeUsage): HomeUsageModel {
  return {
    ...usage,
    workspace: usage.workspace?.bytes ?? null,
    measured: usage.measured === null ? null : iso(usage.measured),
    resets: usage.resets.map(reset => ({ ...reset, when: iso(reset.when) })),
    page: HOME_FILES
  };
}
