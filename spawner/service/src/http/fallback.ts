import { SESSION_NAME } from '@jupyter-datalabs/contract';
import type { Request, Response } from 'express';
import { DomainError } from '../domain/errors.js';
import { reservedName } from '../domain/names.js';
import { sessionTitle, type Context } from './context.js';
import { sendProblem, toProblemOf } from './problems.js';
import { spawnPath } from './pages/spawn.js';
import { html, sendPage } from './pages/template.js';

/**
 * Answers for a session the proxy has no route to: it is stopped. Programs get 424 as JSON, as from JupyterHub;
 * a person gets a page with a button. Nobody is identified here: the login cookie is not sent outside /hub/.
 */
export async function stoppedSession(context: Context, request: Request, response: Response): Promise<void> {
  const [, , owner = '', second = ''] = request.path.split('/').map(decode);
  const nobody = isRead(request) && !(await context.identity.user(owner));
  const error = nobody
    ? new DomainError('unknown-user', 'There is no such user.', { action: 'Check the address.' })
    : new DomainError('session-stopped', `${request.originalUrl.split('?', 1)[0]} belongs to a session that is not running.`, {
        action: `Start it at ${spawnPath(owner, '')}.`
      });
  if (!wantsPage(request)) {
    sendProblem(response, toProblemOf(error));
    return;
  }
  if (nobody) {
    throw error;
  }
  const name = SESSION_NAME.test(second) && reservedName(second) === null ? second : '';
  const next = encodeURIComponent(request.originalUrl);
  sendPage(response, {
    status: 424,
    title: 'Session not running',
    body: html`<section class="card"><h1>${await sessionTitle(context, name)} is not running</h1>
<p>It has been stopped, or it has not been started yet. Your files are safe.</p>
<p class="actions"><a class="button" href="${spawnPath(owner, name)}?next=${next}">Start</a><a class="button plain" href="/hub/home">Your sessions</a></p></section>`
  });
}

/** JupyterHub says of reading alone that there is no such user; what would change something just finds no server. */
function isRead({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD';
}

function wantsPage(request: Request): boolean {
  const mode = request.headers['sec-fetch-mode'];
  return (
    isRead(request) &&
    !/\/api(\/|$)/.test(request.path) &&
    (mode === undefined || mode === 'navigate') &&
    Boolean(request.headers.accept?.includes('text/html'))
  );
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '';
  }
}
