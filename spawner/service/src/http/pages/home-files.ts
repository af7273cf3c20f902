import type { Request, Response, Router } from 'express';
import { DomainError } from '../../domain/errors.js';
import { holdsResources } from '../../domain/session-state.js';
import { sizeText } from '../../domain/sizes.js';
import type { HomeFile } from '../../ports/home-files.js';
import { MOST_LISTED } from '../../services/homes/homes.js';
import type { HomePlace, HomesService, HomeUsage } from '../../services/homes/types.js';
import { HOME_FILES, homesOf } from '../api/homes.js';
import { refreshXsrf } from '../auth.js';
import { homeDatalab, sessionTitle, type Context } from '../context.js';
import { page } from './access.js';
import { field, formOf } from './forms.js';
import { safeStart } from './home-full.js';
import { html, sendMessage, sendPage, type Html } from './template.js';

/** Rows of the first look at everything. */
const MOST_SHOWN = 15;
/** Sizes older than that would not fit what is listed beside them, which is looked at now. */
const LOOKED_MS = 2000;
const SLASH = Buffer.from('/');

type Found = HomeFile & { place: HomePlace; path: Buffer };

/** What a user keeps at the hub, and how to remove some of it: without any session, which may be what has no room to start. */
export function homeFilesPages(context: Context, router: Router): void {
  router.get('/home-files', page(context, async (request, response, principal) => {
    const homes = homesOf(context);
    const owner = principal.name;
    const names = await titles(context);
    const place = typeof request.query.in === 'string' ? request.query.in : null;
    const xsrf = refreshXsrf(context, request, response);
    if (place !== null) {
      const path = decodePath(request.query.at);
      const found = await homes.largest({ owner, place, path });
      sendPage(response, { title: 'Files in your home', user: owner, body: directoryBody({ place, path, found: found && inside(place, path, found), names, xsrf }) });
      return;
    }
    const usage = await homes.usage(owner, { maxAgeMs: LOOKED_MS });
    const title = await sessionTitle(context, '');
    const home = await context.sessions.get(owner, '');
    // While the home runs there is nothing to start: the button would only open it, and not safely.
    const offered = usage.level === 'full' && !(home && holdsResources(home));
    const safe = offered && html`<p class="next">Safe start opens ${title} although nothing can be written: it keeps no settings, histories and layouts, and files can be saved only once there is room.</p>
<div class="actions">${safeStart({ action: `/hub/spawn/${encodeURIComponent(owner)}`, datalab: homeDatalab(context), xsrf, label: `Safe start of ${title}` })}</div>`;
    sendPage(response, {
      title: 'Files in your home', user: owner,
      body: html`${usageBody(usage, names, xsrf, safe)}
<section class="card"><h2>What takes the most room</h2>${filesTable(await everywhere(homes, owner, usage), names, xsrf, { withPlace: true, back: '' })}</section>`
    });
  }));

  router.post('/home-files/remove', formOf(context, async (request, response, principal) => {
    const owner = principal.name;
    const [place, path] = [field(request, 'in'), decodePath(field(request, 'at'))];
    const names = await titles(context);
    const back = backTo(request);
    const what = path.length === 0 ? placeTitle(place, names) : text(path.subarray(path.lastIndexOf(SLASH) + 1));
    if (field(request, 'sure') !== 'yes') {
      // As the list said: to find it out again may take as long as the list did.
      const bytes = /^\d{1,15}$/.exec(field(request, 'size'))?.[0] ?? null;
      sendQuestion(context, request, response, {
        user: owner, title: `Remove ${what}?`, action: '/hub/home-files/remove', fields: { in: place, at: encodePath(path), back }, button: 'Remove', back,
        body: html`<p>${path.length === 0 ? what : html`<code>${text(path)}</code> in ${placeTitle(place, names)}`}${bytes !== null && html`, ${size(Number(bytes))}`}</p>
<p>${field(request, 'kind') === 'file' ? 'The file is gone for good.' : 'It is gone for good, with everything in it.'}</p>`
      });
      return;
    }
    const outcome = await homesOf(context).remove({ owner, place, path });
    if (outcome === 'gone') {
      response.redirect(303, HOME_FILES + back);
      return;
    }
    sendMessage(response, {
      status: 200, user: owner, link: { href: HOME_FILES + back, label: 'Files in your home' }, title: outcome === 'late' ? 'Still removing' : 'Not all of it was removed',
      text: outcome === 'late' ? `${what} holds many files. They are being removed; this goes on when you leave this page.` : `Some of ${what} could not be removed: it may be in use, or is not yours.`,
      action: outcome === 'late' ? 'Come back in a few minutes.' : 'Stop your sessions and try again, or ask the operator.'
    });
  }));

  router.post('/home-files/reset', formOf(context, async (request, response, principal) => {
    const owner = principal.name;
    const datalab = field(request, 'datalab');
    const title = (await titles(context)).get(datalab) ?? datalab;
    const using = (await context.sessions.list(owner)).filter(session => session.datalab === datalab && holdsResources(session));
    if (field(request, 'sure') !== 'yes') {
      sendQuestion(context, request, response, {
        user: owner, title: `Reset the environment of ${title}?`, action: '/hub/home-files/reset', fields: { datalab, ...(using.length > 0 && { stop: 'yes' }) }, back: '',
        button: using.length > 0 ? 'Stop it and reset' : 'Reset',
        body: html`<p>Its home is set aside, and the next start makes a new one: without your settings, installed packages and the files you saved outside the workspace.</p>
<p><strong>Kept:</strong> everything in your workspace (<code>my_workspace</code>), the homes of the other datalabs, and the old home itself, which stays listed among your files until you remove it.</p>
${using.length > 0 && html`<p class="mistake">A session of it runs: ${using.map(session => session.title).join(', ')}. It is stopped first, and what is not saved in it is lost.</p>`}`
      });
      return;
    }
    await homesOf(context).reset({ owner, datalab, stop: field(request, 'stop') === 'yes' });
    response.redirect(303, HOME_FILES);
  }));
}

async function titles(context: Context): Promise<Map<string, string>> {
  const { datalabs } = await context.catalogue.list();
  return new Map(datalabs.map(({ id, title }) => [id, title]));
}

/** The largest things of all places, those side by side first: what is in a large directory is one click away. */
async function everywhere(homes: HomesService, owner: string, usage: HomeUsage): Promise<Found[] | null> {
  const places: HomePlace[] = [...usage.homes.map(({ datalab }) => `home/${datalab}`), ...(usage.workspace === null ? [] : ['workspace'])];
  const root = Buffer.alloc(0);
  const lists = await Promise.all(places.map(place => homes.largest({ owner, place, path: root }).then(found => found && inside(place, root, found)).catch(() => null)));
  const found = lists.filter(list => list !== null).flat();
  return found.length === 0 && lists.length > 0 && lists.every(list => list === null) ? null : found.sort((a, b) => b.bytes - a.bytes).slice(0, MOST_SHOWN);
}

const inside = (place: HomePlace, path: Buffer, found: HomeFile[]): Found[] =>
  found.map(file => ({ ...file, place, path: path.length === 0 ? file.name : Buffer.concat([path, SLASH, file.name]) }));

function usageBody(usage: HomeUsage, names: Map<string, string>, xsrf: string, safe: Html | false): Html {
  const { used, limit, free } = usage;
  const partly = [...usage.homes, ...usage.resets, ...(usage.workspace ? [usage.workspace] : [])].some(({ bytes }) => bytes === null);
  const figures = used === null ? 'Being measured: reload the page in a minute.'
    : `${partly ? 'At least ' : ''}${sizeText(used)}${limit === null ? '' : ` of ${sizeText(limit)}`} used${partly ? '; the rest is being measured: reload the page in a minute' : ''}`;
  const row = (title: string, place: HomePlace, bytes: number | null, action: Html | string, note = ''): Html => html`<tr>
<td><a href="${placeLink(place)}">${title}</a>${note && html`<span class="soft">${note}</span>`}</td><td>${bytes === null ? html`<span class="soft">Being measured</span>` : size(bytes)}</td><td>${action}</td></tr>`;
  return html`<section class="card"><h1>Files in your home</h1>
<p>${figures}${free === null ? '' : html`<span class="soft">; ${sizeText(free)} free on the disk</span>`}</p>
${used !== null && limit !== null && html`<meter min="0" max="${limit}" low="${limit * 0.8}" high="${limit * 0.95}" optimum="0" value="${Math.min(used, limit)}" aria-label="Used">${figures}</meter>`}
${usage.message !== null && html`<p class="mistake" role="alert">${usage.message} Remove what you no longer need.</p>`}
<table><thead><tr><th scope="col">Place</th><th scope="col">Size</th><th scope="col"><span class="heard">Action</span></th></tr></thead><tbody>
${usage.workspace !== null && row('Workspace', 'workspace', usage.workspace.bytes, '', 'In every session, as my_workspace')}
${usage.homes.map(({ datalab, bytes }) => row(placeTitle(`home/${datalab}`, names), `home/${datalab}`, bytes, form('/hub/home-files/reset', { datalab }, 'Reset', `Reset the environment of ${names.get(datalab) ?? datalab}`, xsrf)))}
${usage.resets.map(({ id, when, bytes }) =>
    row(placeTitle(`reset/${id}`, names), `reset/${id}`, bytes, form('/hub/home-files/remove', { in: `reset/${id}`, at: '', back: '', size: String(bytes ?? ''), kind: 'directory' }, 'Remove', `Remove ${placeTitle(`reset/${id}`, names)}`, xsrf), `Set aside on ${day(when)}`))}
</tbody></table>
${safe}<div class="actions"><a class="button plain" href="/hub/home">Your sessions</a></div></section>`;
}

function directoryBody(options: { place: HomePlace; path: Buffer; found: Found[] | null; names: Map<string, string>; xsrf: string }): Html {
  const { place, path, names } = options;
  const parts = path.length === 0 ? [] : split(path);
  const crumbs = parts.map((part, index) => {
    const label = text(part);
    return index === parts.length - 1 ? html` / <span aria-current="page">${label}</span>` : html` / <a href="${placeLink(place, join(parts.slice(0, index + 1)))}">${label}</a>`;
  });
  return html`<section class="card"><h1>Files in your home</h1>
<nav aria-label="Path"><span><a href="${HOME_FILES}">All places</a> / ${parts.length === 0 ? html`<span aria-current="page">${placeTitle(place, names)}</span>` : html`<a href="${placeLink(place)}">${placeTitle(place, names)}</a>`}${crumbs}</span></nav>
${filesTable(options.found, names, options.xsrf, { withPlace: false, back: placeLink(place, path).slice(HOME_FILES.length) })}</section>`;
}

function filesTable(found: Found[] | null, names: Map<string, string>, xsrf: string, { withPlace, back }: { withPlace: boolean; back: string }): Html {
  if (found === null) {
    return html`<p class="next">This directory could not be read in time, or is not there any more. Try again, or look at the one above.</p>`;
  }
  if (found.length === 0) {
    return html`<p class="next">Nothing here.</p>`;
  }
  const rows = found.map(file => {
    const label = html`${text(file.name)}${file.isDirectory ? '/' : ''}`;
    return html`<tr><td>${file.isDirectory ? html`<a href="${placeLink(file.place, file.path)}">${label}</a>` : label}${withPlace && html`<span class="soft">${placeTitle(file.place, names)}</span>`}</td>
<td>${size(file.bytes)}</td><td>${form('/hub/home-files/remove', { in: file.place, at: encodePath(file.path), back, size: String(file.bytes), kind: file.isDirectory ? 'directory' : 'file' }, 'Remove', `Remove ${text(file.path)}`, xsrf)}</td></tr>`;
  });
  return html`<table><thead><tr><th scope="col">Name</th><th scope="col">Size</th><th scope="col"><span class="heard">Action</span></th></tr></thead><tbody>${rows}</tbody></table>
${found.length >= MOST_LISTED && html`<p class="soft">The ${MOST_LISTED} largest are shown.</p>`}`;
}

function form(action: string, fields: Record<string, string>, button: string, label: string, xsrf: string): Html {
  return html`<form method="post" action="${action}">${Object.entries({ _xsrf: xsrf, ...fields }).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button class="plain" aria-label="${label}">${button}</button></form>`;
}

/** Nothing is removed by one click. */
function sendQuestion(
  context: Context, request: Request, response: Response,
  question: { user: string; title: string; body: Html; action: string; fields: Record<string, string>; button: string; back: string }
): void {
  const fields = { _xsrf: refreshXsrf(context, request, response), ...question.fields, sure: 'yes' };
  sendPage(response, {
    title: question.title, user: question.user,
    body: html`<section class="card"><h1>${question.title}</h1>${question.body}
<form method="post" action="${question.action}" class="actions">${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button>${question.button}</button><a class="button plain" href="${HOME_FILES + question.back}">Cancel</a></form></section>`
  });
}

function placeTitle(place: HomePlace, names: Map<string, string>): string {
  if (place === 'workspace') {
    return 'Workspace';
  }
  const id = place.slice(place.indexOf('/') + 1).split(' ')[0]!;
  return `${place.startsWith('reset/') ? 'Old home' : 'Home'} of ${names.get(id) ?? id}`;
}

function placeLink(place: HomePlace, path: Buffer = Buffer.alloc(0)): string {
  return `${HOME_FILES}?in=${encodeURIComponent(place)}${path.length === 0 ? '' : `&at=${encodePath(path)}`}`;
}

function backTo(request: Request): string {
  const back = field(request, 'back');
  return /^\?in=[\w%.~&=-]*$/.test(back) ? back : '';
}

/** Names are bytes, not always text: addresses carry them as they are. */
const encodePath = (path: Buffer): string => path.toString('base64url');
function decodePath(value: unknown): Buffer {
  if (value === undefined || typeof value === 'string') {
    return Buffer.from(value ?? '', 'base64url');
  }
  throw new DomainError('bad-request', 'The address is not valid.');
}
const split = (path: Buffer): Buffer[] => path.toString('latin1').split('/').map(part => Buffer.from(part, 'latin1'));
const join = (parts: Buffer[]): Buffer => Buffer.from(parts.map(part => part.toString('latin1')).join('/'), 'latin1');

/** A name may hold what would break the line, or turn around what follows. */
const text = (name: Buffer): string => name.toString().replace(/\p{C}/gu, '\u{FFFD}');

const size = (bytes: number): Html => html`<span class="figure" title="${bytes} bytes">${sizeText(bytes)}</span>`;

const day = (time: number): string => new Date(time).toISOString().slice(0, 16).replace('T', ' at ') + ' UTC';
