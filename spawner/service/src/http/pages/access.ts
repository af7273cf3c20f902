import type { Request, RequestHandler, Response } from 'express';
import { DomainError } from '../../domain/errors.js';
import type { Principal } from '../../services/identity/types.js';
import { principalOfPage } from '../auth.js';
import type { Context } from '../context.js';

export type PageHandler = (request: Request, response: Response, principal: Principal) => Promise<void>;

/**
 * Refuses to give a page to a script. A session's own page has the same origin and could otherwise read the
 * cross-site token out of the hub's pages. Old browsers do not say what they ask for; they are let through.
 */
export function documentsOnly(request: Request): void {
  const destination = request.headers['sec-fetch-dest'];
  if (destination !== undefined && destination !== 'document') {
    throw new DomainError('forbidden', 'This address is a page: open it in a browser tab of its own.');
  }
}

/** A page for somebody logged in; others are sent to log in and come back. */
export function page(context: Context, handler: PageHandler): RequestHandler {
  return async (request, response) => {
    documentsOnly(request);
    const principal = await principalOfPage(context, request);
    if (!principal) {
      response.redirect(302, `/hub/login?next=${encodeURIComponent(request.originalUrl)}`);
      return;
    }
    await handler(request, response, principal);
  };
}
