import type { Router } from 'express';
import { DomainError } from '../../domain/errors.js';
import { SESSION_COOKIE, clearLogin, cookieOf, isCrossSite, principalOfPage, safeNext, setLogin } from '../auth.js';
import type { Context } from '../context.js';
import { documentsOnly, page } from './access.js';
import { sendMessage } from './template.js';

/** Logging in and out, and the OAuth page that lets a browser into a session. */
export function loginPages(context: Context, router: Router): void {
  router.get('/login', async (request, response) => {
    documentsOnly(request);
    const next = safeNext(request.query.next, '/hub/');
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
    sendMessage(response, {
      status: 200,
      title: 'Log in',
      text: 'Open the link that the hub printed in its terminal when it started.',
      action: 'It works once. Stop and start the hub to get a fresh one: sessions that run are not touched.'
    });
  });

  router.get('/logout', async (request, response) => {
    if (isCrossSite(context, request)) {
      throw new DomainError('xsrf', 'A page of another site asked to log you out.', { action: 'Use the link on the page of your sessions.' });
    }
    const cookie = cookieOf(request, SESSION_COOKIE);
    if (cookie) {
      await context.identity.logout(cookie);
    }
    clearLogin(response);
    sendMessage(response, {
      status: 200,
      title: 'Logged out',
      text: 'Your sessions go on running.',
      action: 'To log in again, open the link that the hub prints at its next start.'
    });
  });

  router.get('/api/oauth2/authorize', page(context, async (request, response, principal) => {
    const query = Object.fromEntries(Object.entries(request.query).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
    const { location } = await context.oauth.authorize({ principal, query });
    response.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' }).redirect(302, location);
  }));
}
