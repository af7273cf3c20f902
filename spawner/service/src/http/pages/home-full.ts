import type { Request, Response } from 'express';
import type { DomainError } from '../../domain/errors.js';
import { HOME_FILES } from '../api/homes.js';
import { refreshXsrf } from '../auth.js';
import type { Context } from '../context.js';
import { toProblemOf } from '../problems.js';
import { html, sendPage, type Html } from './template.js';

/** A start that needs no room in the home. */
export function safeStart(options: { action: string; datalab: string; next?: string; volumes?: readonly string[]; xsrf: string; label?: string }): Html {
  const fields = { _xsrf: options.xsrf, datalab: options.datalab, safe: '1', next: options.next ?? '', ...(options.volumes && { volumes: options.volumes.join(',') }) };
  return html`<form method="post" action="${options.action}">${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button class="plain">${options.label ?? 'Safe start'}</button></form>`;
}

/** The answer to a start that was refused for want of room, with both ways on. */
export function sendHomeFull(context: Context, request: Request, response: Response, options: { user: string; owner: string; error: DomainError; action: string; datalab: string; next: string; volumes?: readonly string[] }): void {
  const problem = toProblemOf(options.error);
  const mine = options.user === options.owner;
  sendPage(response, {
    status: problem.status, title: problem.title, user: options.user,
    body: html`<section class="card"><h1>${problem.title}</h1>
<p>${problem.detail}</p>
<p class="next">${mine ? 'Make room first.' : `${options.owner} has to make room first.`} Or choose safe start: the session opens, but keeps no settings, histories and layouts, and files can be saved only once there is room.</p>
<div class="actions">${mine ? html`<a class="button" href="${HOME_FILES}">Files in your home</a>` : ''}${safeStart({ ...options, xsrf: refreshXsrf(context, request, response) })}</div></section>`
  });
}
