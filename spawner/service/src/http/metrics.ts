import type { Express, Request, Response, Router } from 'express';
import { DomainError } from '../domain/errors.js';
import { principalOfApi, requireScope } from './auth.js';
import type { Context } from './context.js';
import { sendProblem, toDomainError, toProblemOf } from './problems.js';

/** Starts of sessions, in the API. */
const STARTS = new Set(['POST /hub/api/users/:name/server', 'POST /hub/api/users/:name/servers{/:server}', 'POST /hub/api/users/:name/servers/:server', 'POST /hub/api/users/:name/servers/{:server}']);

const isStream = (response: Response): boolean => String(response.getHeader('content-type') ?? '').startsWith('text/event-stream');

/** Counts every request, and shows what was counted at `/hub/metrics` to those who hold `read:metrics`, as JupyterHub does. */
export function metricsRoutes(context: Context, app: Express, hub: Router): void {
  const { metrics } = context;
  if (!metrics) {
    return;
  }
  const open = new Set<Response>();
  metrics.watchHttp(() => {
    const streams = [...open].filter(isStream).length;
    return { inFlight: open.size - streams, streams };
  });
  app.use((request, response, next) => {
    const begun = performance.now();
    open.add(response);
    response.once('close', () => {
      open.delete(response);
      const route = templateOf(request);
      metrics.answered({
        method: request.method, route, status: response.statusCode, seconds: isStream(response) ? null : (performance.now() - begun) / 1000,
        problem: typeof response.locals['problem'] === 'string' ? response.locals['problem'] : null, start: STARTS.has(`${request.method} ${route}`)
      });
    });
    next();
  });
  hub.get('/metrics', async (request, response) => {
    try {
      const principal = await principalOfApi(context, request);
      if (!principal) {
        throw new DomainError('unauthenticated', 'Metrics need a token with the scope read:metrics.', { action: 'Make one as an admin, or declare a service with that scope in the configuration.' });
      }
      requireScope(principal, 'read:metrics');
      response.set('Cache-Control', 'no-store').type(metrics.contentType).send(await metrics.text());
    } catch (error) {
      // What reads this is a program, whatever it says it accepts.
      const known = toDomainError(error);
      if (known.code === 'internal') {
        context.logger.error({ err: error }, 'metrics could not be shown');
      }
      sendProblem(response, toProblemOf(known));
    }
  });
}

/** The pattern of the route that answered, never the address itself: that one has names in it, and there is no end to them. */
function templateOf(request: Request): string {
  const pattern: unknown = (request.route as { path?: unknown } | undefined)?.path;
  const [where] = request.originalUrl.split('?', 1) as [string];
  if (typeof pattern !== 'string') {
    return /^\/user\//.test(where) ? '/user/*' : 'none';
  }
  const prefix = where === '/hub/api' || where.startsWith('/hub/api/') ? '/hub/api' : where === '/hub' || where.startsWith('/hub/') ? '/hub' : '';
  return pattern.startsWith(prefix) && prefix !== '' && pattern.startsWith(`${prefix}/`) ? pattern : `${prefix}${pattern}`;
}
