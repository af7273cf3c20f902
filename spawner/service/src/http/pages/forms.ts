import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import { DomainError } from '../../domain/errors.js';
import { checkXsrf, cookieOf, isCrossSite, isSecure, safeNext } from '../auth.js';
import type { Context } from '../context.js';
import { sessionOf } from '../doors.js';
import { toDomainError, toProblemOf } from '../problems.js';
import { documentsOnly, page, type PageHandler } from './access.js';
import { html, type Html } from './template.js';

const FORM_COOKIE = 'datalabs-form';

/** The cross-site token of a form that people fill in before they are logged in: known to this browser and to the hub's own page alone. */
export function formToken(context: Context, request: Request, response: Response): Html {
  let cookie = cookieOf(request, FORM_COOKIE);
  if (!cookie) {
    cookie = randomBytes(32).toString('base64url');
    response.cookie(FORM_COOKIE, cookie, { path: '/hub/', httpOnly: true, sameSite: 'lax', secure: isSecure(context, request) });
  }
  return html`<input type="hidden" name="_form" value="${context.identity.xsrfOf(cookie)}">`;
}

export function checkForm(context: Context, request: Request): void {
  documentsOnly(request);
  const cookie = cookieOf(request, FORM_COOKIE);
  if (isCrossSite(context, request) || !cookie || !context.identity.checkXsrf(cookie, field(request, '_form'))) {
    throw new DomainError('xsrf', 'This form comes from another page, or this browser keeps no cookies of this hub.', { action: 'Open the page again and try once more.' });
  }
}

/** Where to go after a login. A link on another site starts nothing by itself, nor by way of a login. */
export function nextPage(context: Context, request: Request): string {
  const next = safeNext(request.query.next, '/hub/');
  return /^\/hub\/spawn\b/.test(next) && isCrossSite(context, request) ? '/hub/home' : next;
}

export function field(request: Request, name: string): string {
  const value = (request.body as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value : '';
}

/** A form of somebody logged in. */
export function formOf(context: Context, handler: PageHandler): ReturnType<typeof page> {
  return page(context, async (request, response, principal) => {
    checkXsrf(context, request);
    await handler(request, response, principal);
  });
}

/** A page for admins. */
export function adminsOnly(handler: PageHandler): PageHandler {
  return async (request, response, principal) => {
    if (!principal.admin) {
      throw new DomainError('forbidden', 'This page is for admins of this hub.');
    }
    await handler(request, response, principal);
  };
}

/** What went wrong with a form, told above it; what is no mistake of the person's goes on to the page of errors. */
export function mistake(response: Response, thrown: unknown): { status: number; text: Html } {
  const error = toDomainError(thrown);
  if (error.code === 'internal' || error.code === 'xsrf') {
    throw thrown;
  }
  const problem = toProblemOf(error);
  if (error.details.retryAfter !== undefined) {
    response.set('Retry-After', String(error.details.retryAfter));
  }
  return { status: problem.status, text: html`<p class="mistake" role="alert">${error.message} ${error.details.action}</p>` };
}

/** The address a request came from: what the last of our own proxies saw. What stands before it in the header anybody can write. */
export function addressOf(request: Request, proxies: number): string {
  const session = sessionOf(request);
  if (session) {
    // At its own door a session can write whatever it likes into the header.
    return `session of ${session.owner}`;
  }
  const seen = String(request.headers['x-forwarded-for'] ?? '').split(',').map(part => part.trim()).filter(Boolean);
  return seen.at(-1 - proxies) ?? seen[0] ?? request.socket.remoteAddress ?? 'unknown';
}
