import type { Router } from 'express';
import { requireScope } from '../auth.js';
import { bind } from '../bind.js';
import type { Context } from '../context.js';
import { knownUser } from '../names.js';

/** What is likely to be started next. Asks for the right to start it, as it costs as much for a while. */
export function warmRoutes(context: Context, router: Router): void {
  bind(context, router, 'warmDatalab', async ({ params, body, principal }) => {
    const owner = params.name!;
    requireScope(principal, 'servers', { user: owner });
    await knownUser(context, owner);
    await context.warm?.pointedAt(owner, body.datalab);
    return { status: 202 };
  });
}
