import type { ServiceModel } from '@jupyter-datalabs/contract';
import type { Router } from 'express';
import { DomainError } from '../../domain/errors.js';
import { holds } from '../../services/identity/scopes.js';
import type { ServiceRecord } from '../../services/identity/types.js';
import { can, requireScope } from '../auth.js';
import { bind } from '../bind.js';
import type { Context } from '../context.js';

/** Programs of the operator's, from the configuration. */
export function serviceRoutes(context: Context, router: Router): void {
  const model = ({ name, url }: ServiceRecord): ServiceModel => ({ kind: 'service', name, admin: false, roles: [], url, prefix: null, command: [], pid: 0, info: {}, display: url !== null });

  bind(context, router, 'listServices', async ({ principal }) => {
    if (!holds(principal.scopes, 'list:services')) {
      throw new DomainError('forbidden', 'This needs the scope list:services, which you do not have.');
    }
    const visible = context.identity.services().filter(service => can(principal, 'list:services', { service: service.name }));
    return { status: 200, body: Object.fromEntries(visible.map(service => [service.name, model(service)])) };
  });

  bind(context, router, 'getService', async ({ params, principal }) => {
    const name = params.service!;
    requireScope(principal, 'read:services', { service: name });
    const service = context.identity.services().find(one => one.name === name);
    if (!service) {
      throw new DomainError('not-found', 'There is no such service.');
    }
    return { status: 200, body: model(service) };
  });
}
