import { buildOpenApi } from '@jupyter-datalabs/contract';
import type { Router } from 'express';
import { requireScope } from '../auth.js';
import { bind } from '../bind.js';
import type { Context } from '../context.js';

/** Release of JupyterHub whose API this is: clients and single-user servers compare it with their own. */
export const JUPYTERHUB_VERSION = '5.5.4';

/** Of the route table, which does not change while a program runs. */
let description: ReturnType<typeof buildOpenApi> | null = null;

/** The hub itself. */
export function hubRoutes(context: Context, router: Router): void {
  const openApi = (description ??= buildOpenApi());
  const { version } = openApi.info as { version: string };
  bind(context, router, 'getVersion', async () => ({ status: 200, body: { version: JUPYTERHUB_VERSION } }));
  bind(context, router, 'getOpenApi', async () => ({ status: 200, body: openApi }));

  bind(context, router, 'getInfo', async ({ principal }) => {
    requireScope(principal, 'read:hub');
    const program = { class: 'jupyter-datalabs', version };
    // Where JupyterHub names its Python, there is none to name.
    return { status: 200, body: { version: JUPYTERHUB_VERSION, python: '', sys_executable: '', authenticator: program, spawner: program, program } };
  });

  bind(context, router, 'listProxyRoutes', async ({ principal }) => {
    requireScope(principal, 'proxy');
    const routes = (await context.routes?.list()) ?? [];
    return { status: 200, body: Object.fromEntries(routes.map(({ prefix, target }) => [prefix, { routespec: prefix, target, data: {} }])) };
  });
}
