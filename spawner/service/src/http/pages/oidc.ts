import type { Request, Response, Router } from 'express';
import { DomainError } from '../../domain/errors.js';
import type { OidcLoginService } from '../../services/identity/login/types.js';
import { cookieOf, isSecure, publicOrigin, setLogin } from '../auth.js';
import type { Context } from '../context.js';
import { toDomainError, toProblemOf } from '../problems.js';
import { documentsOnly } from './access.js';
import { nextPage } from './forms.js';
import { html, sendMessage, sendPage } from './template.js';

const START = '/hub/login/start';
const CALLBACK = '/hub/login/callback';

/** Login by an identity provider: there and back. */
export function oidcPages(context: Context, router: Router, oidc: OidcLoginService): void {
  router.get('/login/start', attempt(context, async (request, response) => {
    const next = nextPage(context, request);
    const { location, cookie } = await oidc.begin({ redirectUri: publicOrigin(context, request) + CALLBACK, next });
    response.cookie(cookie.name, cookie.value, { ...cookieScope(context, request), maxAge: cookie.maxAge });
    response.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' }).redirect(303, location);
  }));

  router.get('/login/callback', attempt(context, async (request, response) => {
    const { address, name, cookie } = wayBack(request);
    if (cookie !== undefined) {
      response.clearCookie(name, cookieScope(context, request));
    }
    const { login, next } = await oidc.finish({ address, cookie });
    setLogin(context, request, response, login);
    // Not a redirect: to the browser that would still be the provider's request, and what the hub does for its own pages alone would not be done.
    response.set({ 'Referrer-Policy': 'no-referrer', Refresh: `0;url=${next}` });
    sendPage(response, {
      title: 'Logged in',
      body: html`<section class="card narrow"><h1>Logged in</h1><p>Welcome, ${login.owner}.</p><p class="actions"><a class="button" href="${next}">Go on</a></p></section>`
    });
  }, request => oidc.nextOf(wayBack(request))));

  function wayBack(request: Request): { address: URL; name: string; cookie: string | undefined } {
    const address = new URL(request.originalUrl, 'http://hub.invalid');
    const name = oidc.cookieName(address.searchParams.get('state') ?? '');
    return { address, name, cookie: cookieOf(request, name) };
  }
}

export function sendOidcLogin(response: Response, oidc: OidcLoginService, next: string): void {
  sendPage(response, {
    title: 'Log in',
    body: html`<section class="card narrow"><h1>Log in</h1>
<p>This hub knows its users from ${oidc.name}.</p>
<p class="actions"><a class="button" href="${startAgain(next)}">Log in with ${oidc.name}</a></p></section>`
  });
}

/** Shows what went wrong with the one thing that helps: trying again. */
function attempt(context: Context, handler: (request: Request, response: Response) => Promise<void>, nextOf: (request: Request) => string | null = () => null) {
  return async (request: Request, response: Response): Promise<void> => {
    documentsOnly(request);
    try {
      await handler(request, response);
    } catch (thrown) {
      const error = toDomainError(thrown);
      if (!(thrown instanceof DomainError)) {
        throw thrown;
      }
      context.logger.info({ code: error.code, reason: error.message, cause: (error.details.cause as Error | undefined)?.message }, 'login not finished');
      const { status, title, detail } = toProblemOf(error);
      sendMessage(response, {
        status, title, text: detail, action: error.details.action,
        link: { href: startAgain(nextOf(request) ?? nextPage(context, request)), label: error.code === 'identity-provider-down' ? 'Retry' : 'Log in again' }
      });
    }
  };
}

function startAgain(next: string): string {
  return next === '/hub/' ? START : `${START}?next=${encodeURIComponent(next)}`;
}

function cookieScope(context: Context, request: Request): { path: string; httpOnly: true; sameSite: 'lax'; secure: boolean } {
  // Lax: the way back is a navigation from the provider's site, with which a strict cookie would not come.
  return { path: CALLBACK, httpOnly: true, sameSite: 'lax', secure: isSecure(context, request) };
}
