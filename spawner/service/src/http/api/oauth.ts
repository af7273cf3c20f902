import type { Router } from 'express';
import { DomainError } from '../../domain/errors.js';
import { isAtItsDoor } from '../auth.js';
import { bind } from '../bind.js';
import type { Context } from '../context.js';

/** The token endpoint. The authorisation endpoint is a page: see pages/. */
export function oauthRoutes(context: Context, router: Router): void {
  bind(context, router, 'exchangeCode', async ({ request, response, body }) => {
    if (body.client_id !== undefined && !isAtItsDoor(request, body.client_id)) {
      throw new DomainError('forbidden', 'A session logs in as itself only.');
    }
    const authorization = request.headers.authorization;
    const answer = await context.oauth.token({ headers: authorization === undefined ? {} : { authorization }, form: body });
    // OAuth's own error form (RFC 6749 §5.2), which its clients know, instead of a problem.
    response.status(answer.status).set({ ...answer.headers, 'Cache-Control': 'no-store' }).json(answer.body);
    return undefined;
  });
}
