import type { Request, Response, Router } from 'express';
import { DomainError } from '../../domain/errors.js';
import { sessionPrefix } from '../../domain/names.js';
import type { Principal } from '../../services/identity/types.js';
import { checkXsrf, isCrossSite, refreshXsrf, requireScope, safeNext } from '../auth.js';
import { homeDatalab, sessionTitle, type Context } from '../context.js';
import { pendingPage } from '../models.js';
import { knownUser, sessionName } from '../names.js';
import { page } from './access.js';
import { accountLinks } from './accounts.js';
import { sendHomeFull } from './home-full.js';
import { homeBody, pendingBody } from './home.js';
import { sharedWith } from './share.js';
import { html, sendPage } from './template.js';

/** Where a page is about: the user's own home unless the address says more. */
function target(request: Request, principal: Principal): { owner: string; name: string } {
  const { owner, server } = request.params as { owner?: string; server?: string };
  return { owner: owner ?? principal.name, name: server ? sessionName(server) : '' };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Pages that start, show and stop sessions. */
export function spawnPages(context: Context, router: Router): void {
  const begin = async (request: Request, response: Response, principal: Principal, source: Record<string, unknown>): Promise<void> => {
    const { owner, name } = target(request, principal);
    requireScope(principal, 'servers', { user: owner, server: name });
    await knownUser(context, owner);
    const next = safeNext(source.next, '');
    const session = await context.sessions.get(owner, name);
    if (session?.state === 'ready') {
      response.redirect(302, next || session.url);
      return;
    }
    if (session?.state !== 'starting') {
      const datalab = text(source.datalab) ?? session?.datalab ?? (name || homeDatalab(context));
      const version = text(source.version);
      // None is a choice, too; one that failed is tried again with what was chosen for it.
      const volumes = typeof source.volumes === 'string' ? source.volumes.split(',').filter(Boolean) : session?.datalab === datalab ? session.userOptions.volumes : undefined;
      const started = context.sessions.start({ owner, name, by: principal.name, options: { datalab, ...(version ? { version } : {}), ...(volumes && { volumes }), ...(text(source.safe) && { safe: true }) } });
      const full = await started.then(() => null, (error: unknown) => (error instanceof DomainError && error.code === 'home-full' ? error : Promise.reject(error)));
      if (full) {
        sendHomeFull(context, request, response, { user: principal.name, owner, error: full, action: spawnPath(owner, name), datalab, next, ...(volumes && { volumes }) });
        return;
      }
    }
    response.redirect(302, `${pendingPage(owner, name)}${next ? `?next=${encodeURIComponent(next)}` : ''}`);
  };

  const spawn = page(context, async (request, response, principal) => {
    if (!isCrossSite(context, request)) {
      await begin(request, response, principal, request.query);
      return;
    }
    // A link on somebody else's page must not start anything by itself.
    const { owner, name } = target(request, principal);
    const given = ['datalab', 'version', 'volumes', 'safe', 'next'].filter(key => typeof request.query[key] === 'string');
    const hidden = given.map(key => html`<input type="hidden" name="${key}" value="${request.query[key] as string}">`);
    sendPage(response, {
      title: 'Start a session',
      user: principal.name,
      body: html`<section class="card"><h1>Start ${await sessionTitle(context, text(request.query.datalab) ?? name)}?</h1>
<p>A link on another site asks to start this session.</p>
<form method="post" action="${spawnPath(owner, name)}" class="actions">
<input type="hidden" name="_xsrf" value="${refreshXsrf(context, request, response)}">${hidden}
<button>Start</button><a class="button plain" href="/hub/home">Your sessions</a></form></section>`
    });
  });
  const spawnForm = page(context, async (request, response, principal) => {
    checkXsrf(context, request);
    await begin(request, response, principal, (request.body ?? {}) as Record<string, unknown>);
  });
  for (const path of ['/spawn', '/spawn/:owner', '/spawn/:owner/:server']) {
    router.get(path, spawn);
    router.post(path, spawnForm);
  }
  router.get('/', page(context, async (request, response) => {
    const query = new URL(request.originalUrl, 'http://hub.invalid').search;
    response.redirect(302, `/hub/spawn${query}`);
  }));

  const pending = page(context, async (request, response, principal) => {
    const { owner, name } = target(request, principal);
    requireScope(principal, 'read:servers', { user: owner, server: name });
    await knownUser(context, owner);
    const session = await context.sessions.get(owner, name);
    const next = safeNext(request.query.next, '');
    if (session?.state === 'ready') {
      response.redirect(302, next || session.url);
      return;
    }
    const retry = `${spawnPath(owner, name)}${next ? `?next=${encodeURIComponent(next)}` : ''}`;
    if (!session || session.state === 'stopped' || session.state === 'stopping') {
      response.redirect(302, '/hub/home');
      return;
    }
    const resource = `/hub/api/users/${encodeURIComponent(owner)}/${name ? `servers/${encodeURIComponent(name)}` : 'server'}/progress`;
    const xsrf = refreshXsrf(context, request, response);
    sendPage(response, {
      title: `Starting ${session.title}`, user: principal.name, script: 'pending.js',
      body: pendingBody({ owner, name, title: session.title, progress: resource, next, xsrf, retry, now: context.clock.now() })
    });
  });
  router.get('/spawn-pending/:owner', pending);
  router.get('/spawn-pending/:owner/:server', pending);

  router.get('/home', page(context, async (request, response, principal) => {
    const sessions = await context.sessions.list(principal.name);
    void context.warm?.arrived(principal.name);
    sendPage(response, { title: 'Your sessions', user: principal.name, body: html`${homeBody(principal.name, sessions, refreshXsrf(context, request, response), [...accountLinks(context, principal), ...(context.homes ? [{ href: '/hub/home-files', label: 'Files in your home' }] : [])])}${await sharedWith(context, principal.name)}` });
  }));

  router.post('/stop', page(context, async (request, response, principal) => {
    checkXsrf(context, request);
    const { owner, server } = (request.body ?? {}) as { owner?: unknown; server?: unknown };
    const name = text(server) ? sessionName(text(server)!) : '';
    requireScope(principal, 'delete:servers', { user: text(owner) ?? principal.name, server: name });
    await context.sessions.stop({ owner: text(owner) ?? principal.name, name, remove: true });
    response.redirect(303, '/hub/home');
  }));

  // A link that fits everybody: continues in the asker's own home, started first when it has to be.
  const redirect = page(context, async (request, response, principal) => {
    const rest = /^\/hub\/user-redirect\/*(.*)$/s.exec(request.originalUrl)?.[1] ?? '';
    const address = safeNext(sessionPrefix(principal.name, '') + rest, sessionPrefix(principal.name, ''));
    const session = await context.sessions.get(principal.name, '');
    response.redirect(302, session?.state === 'ready' ? address : `/hub/spawn?next=${encodeURIComponent(address)}`);
  });
  router.get('/user-redirect', redirect);
  router.get('/user-redirect/*rest', redirect);
}

export function spawnPath(owner: string, name: string): string {
  return `/hub/spawn/${encodeURIComponent(owner)}${name ? `/${encodeURIComponent(name)}` : ''}`;
}

/** The error of a page that does not exist. */
export function notFound(): DomainError {
  return new DomainError('not-found', 'There is nothing at this address.', { action: 'Check the address, or go on from your sessions.' });
}
