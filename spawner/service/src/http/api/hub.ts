import { buildOpenApi } from '@jupyter-datalabs/contract';
import type { Router } from 'express';
import { bind } from '../bind.js';
import type { Context } from '../context.js';

/** Release of JupyterHub whose API this is: clients and single-user servers compare it with their own. */
export const JUPYTERHUB_VERSION = '5.5.4';

/** What everybody may ask. */
export function hubRoutes(context: Context, router: Router): void {
  const openApi = buildOpenApi();
  bind(context, router, 'getVersion', async () => ({ status: 200, body: { version: JUPYTERHUB_VERSION } }));
  bind(context, router, 'getOpenApi', async () => ({ status: 200, body: openApi }));
}
