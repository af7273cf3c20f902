import type { Response, Router } from 'express';
import { DomainError } from '../../domain/errors.js';
import { SESSION_COOKIE, clearLogin, cookieOf, isCrossSite, principalOfPage, publicOrigin, setLogin } from '../auth.js';
import type { Context } from '../context.js';
import { documentsOnly } from './access.js';
import { accountPages, sendPasswordLogin } from './accounts.js';
import { nextPage } from './forms.js';
import { oidcPages, sendOidcLogin } from './oidc.js';
import { sendMessage } from './template.js';

/** Logging in and out. */
export function loginPages(context: Context, router: Router): void {
  const { oidc, accounts } = context.login ?? {};
  const loggedOut = (response: Response): void =>
    sendMessage(response, {
      status: 200,
      title: 'Logged out',
      text: 'Your sessions go on running.',
      ...(oidc || accounts ? { link: { href: '/hub/login', label: 'Log in' } } : { action: 'To log in again, open the link that the hub prints at its next start.' })
    });
  if (oidc) {
    oidcPages(context, router, oidc);
  }
  if (accounts) {
    accountPages(context, router, accounts);
  }

  router.get('/login', async (request, response) => {
    documentsOnly(request);
    const next = nextPage(context, request);
    const { token } = request.query;
    // A preview or prefetch of the link must not use it up.
    const looking = request.method === 'HEAD' || [request.headers['sec-purpose'], request.headers.purpose].some(value => String(value).includes('prefetch'));
    if (typeof token === 'string' && token !== '' && !looking) {
      try {
        setLogin(context, request, response, await context.identity.login(token));
        response.set('Referrer-Policy', 'no-referrer').redirect(302, next);
        return;
      } catch (error) {
        // The same link opened again in the browser that is in already: nothing is wrong.
        if (!(error instanceof DomainError) || !(await principalOfPage(context, request))) {
          throw error;
        }
      }
    }
    if (await principalOfPage(context, request)) {
      response.redirect(302, next);
      return;
    }
    if (oidc) {
      sendOidcLogin(response, oidc, next);
      return;
    }
    if (accounts) {
      sendPasswordLogin(context, request, response, { next });
      return;
    }
    sendMessage(response, {
      status: 200,
      title: 'Log in',
      text: 'Open the link that the hub printed in its terminal when it started.',
      action: 'It works once. Running "npm start" once more, beside the hub, prints a fresh one.'
    });
  });

  router.get('/logout', async (request, response) => {
    if (isCrossSite(context, request)) {
      throw new DomainError('xsrf', 'A page of another site asked to log you out.', { action: 'Use the link on the page of your sessions.' });
    }
    const cookie = cookieOf(request, SESSION_COOKIE);
    const principal = await principalOfPage(context, request);
    if (cookie) {
      await context.identity.logout(cookie);
    }
    clearLogin(response);
    const away = principal && (await oidc?.leave({ owner: principal.name, returnTo: `${publicOrigin(context, request)}/hub/logged-out` }));
    if (away) {
      response.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' }).redirect(303, away);
      return;
    }
    loggedOut(response);
  });
  router.get('/logged-out', (_request, response) => loggedOut(response));
}
