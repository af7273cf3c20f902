import type { Request, RequestHandler } from 'express';
import { DomainError } from '../domain/errors.js';
import { sendProblem, toProblemOf } from './problems.js';
import { spawnPath } from './pages/spawn.js';
import { html, sendPage } from './pages/template.js';

/**
 * Answers for a session the proxy has no route to: it is stopped. Programs get 424 as JSON, as from JupyterHub;
 * a person gets a page with a button. Nobody is identified here: the login cookie is not sent outside /hub/.
 */
export const stoppedSession: RequestHandler = (request, response) => {
  const [, , owner = '', second = ''] = request.path.split('/').map(decode);
  // `/user/<owner>/lab` may be a page of the home or a session called `lab`: only the suite's own names can be told apart.
  const error = new DomainError('session-stopped', `${request.originalUrl.split('?', 1)[0]} belongs to a session that is not running.`, {
    action: `Start it at ${spawnPath(owner, '')}.`
  });
  if (!wantsPage(request)) {
    sendProblem(response, toProblemOf(error));
    return;
  }
  const name = isPageOfHome(second) ? '' : second;
  const next = encodeURIComponent(request.originalUrl);
  sendPage(response, {
    status: 424,
    title: 'Session not running',
    body: html`<section class="card"><h1>${name || 'JupyterLab'} is not running</h1>
<p>It has been stopped, or it has not been started yet. Your files are safe.</p>
<p class="actions"><a class="button" href="${spawnPath(owner, name)}?next=${next}">Start</a><a class="button plain" href="/hub/home">Your sessions</a></p></section>`
  });
};

function wantsPage(request: Request): boolean {
  const mode = request.headers['sec-fetch-mode'];
  return (
    (request.method === 'GET' || request.method === 'HEAD') &&
    !/\/api(\/|$)/.test(request.path) &&
    (mode === undefined || mode === 'navigate') &&
    Boolean(request.headers.accept?.includes('text/html'))
  );
}

/** First path segments of JupyterLab itself, which therefore are no session's name here. */
const HOME_PAGES = new Set(['', 'lab', 'doc', 'tree', 'files', 'view', 'notebooks', 'edit', 'static', 'login', 'logout', 'oauth_callback', 'terminals', 'metrics', 'nbconvert', 'custom']);

function isPageOfHome(segment: string): boolean {
  return HOME_PAGES.has(segment) || !/^[a-z0-9][a-z0-9-]{0,62}$/.test(segment);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '';
  }
}
