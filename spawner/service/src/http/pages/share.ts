import type { Request, Response, Router } from 'express';
import { sessionPrefix } from '../../domain/names.js';
import type { Principal } from '../../services/identity/types.js';
import { checkXsrf, refreshXsrf, safeNext } from '../auth.js';
import type { Context } from '../context.js';
import { page } from './access.js';
import { html, sendPage, type Html } from './template.js';

type Fields = Record<string, string>;

function texts(source: unknown): Fields {
  return Object.fromEntries(Object.entries((source ?? {}) as object).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** Letting visitors into somebody's session: the OAuth page, and links that were sent around. */
export function sharePages(context: Context, router: Router): void {
  const authorize = async (request: Request, response: Response, principal: Principal, query: Fields, confirmed: boolean): Promise<void> => {
    const answer = await context.oauth.authorize({ principal, query, confirmed });
    if ('location' in answer) {
      response.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' }).redirect(confirmed ? 303 : 302, answer.location);
      return;
    }
    const { owner, server } = answer.confirm;
    ask(context, request, response, principal, {
      title: `Enter ${owner}'s session?`, button: 'Enter', action: '/hub/api/oauth2/authorize', fields: query,
      text: html`<p><strong>${server || 'JupyterLab'}</strong> runs in the name of <strong>${owner}</strong>. It will learn that you are <strong>${principal.name}</strong>. Its owner decides which pages it shows, and while one is open it can do on this hub what you can: enter only if you trust <strong>${owner}</strong>.</p>
<p class="soft">What you do there is done with the files and rights of ${owner}.</p>`
    });
  };
  router.get('/api/oauth2/authorize', page(context, (request, response, principal) => authorize(request, response, principal, texts(request.query), false)));
  router.post('/api/oauth2/authorize', page(context, async (request, response, principal) => {
    checkXsrf(context, request);
    const { _xsrf: _checked, ...query } = texts(request.body);
    await authorize(request, response, principal, query, true);
  }));

  router.get('/accept-share', page(context, async (request, response, principal) => {
    const { code = '', next = '' } = texts(request.query);
    const { owner, server } = await context.identity.shares.findCode(code);
    if (owner === principal.name) {
      response.redirect(302, sessionPrefix(owner, server));
      return;
    }
    ask(context, request, response, principal, {
      title: `${owner} shares a session with you`, button: 'Accept', action: '/hub/accept-share', fields: { code, next },
      text: html`<p>You can enter <strong>${server || 'JupyterLab'}</strong> of <strong>${owner}</strong> while it runs, until ${owner} withdraws it.</p>`
    });
  }));
  router.post('/accept-share', page(context, async (request, response, principal) => {
    checkXsrf(context, request);
    const { code = '', next } = texts(request.body);
    const { owner, server } = await context.identity.shares.acceptCode(code, principal.name);
    response.redirect(303, safeNext(next, sessionPrefix(owner, server)));
  }));
}

/** What others share with somebody, for the page of sessions; nothing when there is nothing. */
export async function sharedWith(context: Context, user: string): Promise<Html | ''> {
  const shares = await context.identity.shares.grantedTo(user);
  const places = new Map(shares.filter(share => share.owner !== user).map(({ owner, server }) => [sessionPrefix(owner, server), { owner, server }]));
  if (places.size === 0) {
    return '';
  }
  const rows = await Promise.all(
    [...places].map(async ([url, { owner, server }]) => {
      const session = await context.sessions.get(owner, server);
      const title = session?.title ?? (server || 'JupyterLab');
      const runs = session?.state === 'ready' && session.kind !== 'desktop';
      return html`<tr><td>${runs ? html`<a href="${url}">${title}</a>` : title}</td><td>${owner}</td><td>${runs ? 'Running' : 'Not running'}</td><td></td></tr>`;
    })
  );
  return html`<section class="card"><h2>Shared with you</h2>
<table><thead><tr><th scope="col">Session</th><th scope="col">Owner</th><th scope="col">State</th><td></td></tr></thead><tbody>${rows}</tbody></table></section>`;
}

function ask(
  context: Context, request: Request, response: Response, principal: Principal,
  question: { title: string; text: Html; button: string; action: string; fields: Fields }
): void {
  const xsrf = refreshXsrf(context, request, response);
  const hidden = Object.entries({ ...question.fields, _xsrf: xsrf }).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
  sendPage(response, {
    title: question.title, user: principal.name,
    body: html`<section class="card"><h1>${question.title}</h1>
${question.text}
<form method="post" action="${question.action}" class="actions">${hidden}
<button>${question.button}</button><a class="button plain" href="/hub/home">Your sessions</a></form></section>`
  });
}
