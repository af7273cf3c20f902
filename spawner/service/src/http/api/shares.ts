import type { ShareModel } from '@jupyter-datalabs/contract';
import type { Router } from 'express';
import { DomainError } from '../../domain/errors.js';
import { sessionPrefix } from '../../domain/names.js';
import type { ShareRow } from '../../ports/store.js';
import { accessScope } from '../../services/identity/scopes.js';
import type { Grantee, ShareCodeRecord } from '../../services/identity/shares.js';
import type { Principal } from '../../services/identity/types.js';
import { can, requireScope, unknownGroup, unknownUser } from '../auth.js';
import { bind } from '../bind.js';
import type { Context } from '../context.js';
import { iso } from '../models.js';
import { knownUser, sessionName } from '../names.js';
import { pageOf, paged, type Page } from '../pagination.js';

/** Shares, and links that make them. */
export function shareRoutes(context: Context, router: Router): void {
  const { shares, groups } = context.identity;

  const serverOf = async (owner: string, server: string): Promise<ShareModel['server']> => ({
    user: { name: owner }, name: server, url: sessionPrefix(owner, server), ready: (await context.sessions.get(owner, server))?.state === 'ready'
  });
  const model = async (share: ShareRow): Promise<ShareModel> => ({
    server: await serverOf(share.owner, share.server), scopes: [accessScope(share.owner, share.server)], kind: share.kind,
    user: share.kind === 'user' ? { name: share.grantee } : null, group: share.kind === 'group' ? { name: share.grantee } : null, created_at: iso(share.created)
  });
  const list = async (request: Parameters<typeof paged>[0], page: Page, all: ShareRow[]) =>
    paged(request, await Promise.all(all.slice(page.offset, page.offset + page.limit).map(model)), page, all.length);

  /** The session an address is about. The home is always there to be shared, another only while it is known. */
  const target = async (principal: Principal, scope: string, params: Record<string, string | undefined>): Promise<{ owner: string; server: string }> => {
    const owner = params.owner!;
    const server = params.server ? sessionName(params.server) : '';
    requireScope(principal, scope, { user: owner, server });
    await knownUser(context, owner);
    if (server && !(await context.sessions.get(owner, server)) && (await shares.list({ owner, server })).length === 0) {
      throw new DomainError('unknown-session', 'There is no such session.', { action: 'Start it first.' });
    }
    return { owner, server };
  };

  /** Whom a body names. Nobody finds out by sharing who is there. */
  const grantee = async (principal: Principal, body: { user?: string | null | undefined; group?: string | null | undefined }): Promise<Grantee> => {
    if (Boolean(body.user) === Boolean(body.group)) {
      throw new DomainError('bad-request', 'The body names either a user or a group.');
    }
    if (body.user) {
      if (!can(principal, 'read:users:name', { user: body.user }) || !(await context.identity.user(body.user))) {
        throw unknownUser();
      }
      return { kind: 'user', grantee: body.user };
    }
    if (!can(principal, 'read:groups:name', { group: body.group! }) || !(await groups.get(body.group!))) {
      throw unknownGroup();
    }
    return { kind: 'group', grantee: body.group! };
  };
  const checkScopes = (scopes: string[] | null | undefined, { owner, server }: { owner: string; server: string }): void => {
    const wrong = (scopes ?? []).filter(scope => scope !== 'access:servers' && scope !== accessScope(owner, server));
    if (wrong.length > 0) {
      throw new DomainError('bad-request', `Only access to the session itself can be shared, not ${wrong.join(', ')}.`, { action: `Ask for ${accessScope(owner, server)}.` });
    }
  };

  bind(context, router, 'getShares', async ({ params, query, principal, request }) => {
    const server = await target(principal, 'read:shares', params);
    return { status: 200, body: await list(request, pageOf(query), await shares.list(server)) };
  });

  bind(context, router, 'createShare', async ({ params, body, principal }) => {
    const server = await target(principal, 'shares', params);
    // The share dialog of somebody who may start and stop a session asks to share that, too; the answer says what was given.
    const control = `servers!server=${server.owner}/${server.server}`;
    const access = body.scopes?.includes(accessScope(server.owner, server.server));
    checkScopes(access ? body.scopes?.filter(scope => scope !== control) : body.scopes, server);
    const who = await grantee(principal, body);
    if (who.kind === 'user' && who.grantee === server.owner) {
      throw new DomainError('bad-request', 'The owner may enter anyway.');
    }
    return { status: 200, body: await model(await shares.grant({ ...server, ...who })) };
  });

  bind(context, router, 'revokeShare', async ({ params, body, principal }) => {
    const server = await target(principal, 'shares', params);
    checkScopes(body.scopes, server);
    await shares.revoke({ ...server, ...(await grantee(principal, body)) });
    return { status: 200, body: {} };
  });

  bind(context, router, 'revokeShares', async ({ params, principal }) => {
    const { owner, server } = await target(principal, 'shares', params);
    await shares.revokeAll(owner, server);
    return { status: 204 };
  });

  bind(context, router, 'listShares', async ({ params, query, principal, request }) => {
    requireScope(principal, 'read:shares', { user: params.owner! });
    await knownUser(context, params.owner!);
    return { status: 200, body: await list(request, pageOf(query), await shares.list({ owner: params.owner! })) };
  });

  bind(context, router, 'listReceivedShares', async ({ params, query, principal, request }) => {
    requireScope(principal, 'read:users:shares', { user: params.name! });
    await knownUser(context, params.name!);
    return { status: 200, body: await list(request, pageOf(query), await shares.grantedTo(params.name!)) };
  });

  const received = async (params: Record<string, string | undefined>): Promise<ShareRow> => {
    await knownUser(context, params.name!);
    const all = await shares.grantedTo(params.name!);
    const share = all.find(one => one.owner === params.owner && one.server === (params.server ?? ''));
    if (!share) {
      throw new DomainError('not-found', 'This session is not shared with this user.');
    }
    return share;
  };
  bind(context, router, 'getReceivedShare', async ({ params, principal }) => {
    requireScope(principal, 'read:users:shares', { user: params.name! });
    return { status: 200, body: await model(await received(params)) };
  });
  bind(context, router, 'leaveShare', async ({ params, principal }) => {
    requireScope(principal, 'users:shares', { user: params.name! });
    const { owner, server } = await received(params);
    await shares.revoke({ owner, server, kind: 'user', grantee: params.name! });
    return { status: 204 };
  });

  bind(context, router, 'listGroupShares', async ({ params, query, principal, request }) => {
    requireScope(principal, 'read:groups:shares', { group: params.group! });
    if (!(await groups.get(params.group!))) {
      throw unknownGroup();
    }
    return { status: 200, body: await list(request, pageOf(query), await shares.ofGroup(params.group!)) };
  });

  const codeModel = async (code: ShareCodeRecord) => ({
    id: code.id, server: await serverOf(code.owner, code.server), scopes: [accessScope(code.owner, code.server)], created_at: iso(code.created),
    expires_at: code.expires === null ? null : iso(code.expires), exchange_count: code.used, last_exchanged_at: code.lastUsed === null ? null : iso(code.lastUsed)
  });

  bind(context, router, 'listShareCodes', async ({ params, principal, request }) => {
    const { owner, server } = await target(principal, 'read:shares', params);
    const codes = await shares.codes(owner, server);
    return { status: 200, body: paged(request, await Promise.all(codes.map(codeModel)), { offset: 0, limit: Math.max(codes.length, 1) }, codes.length) };
  });

  bind(context, router, 'createShareCode', async ({ params, body, principal, request, response }) => {
    const server = await target(principal, 'shares', params);
    checkScopes(body?.scopes, server);
    const { code, record } = await shares.createCode({ ...server, expiresInSeconds: body?.expires_in });
    const accept = `/hub/accept-share?code=${encodeURIComponent(code)}`;
    const origin = context.config.publicUrl?.replace(/\/+$/, '') ?? `${request.protocol}://${request.headers.host ?? 'localhost'}`;
    response.set('Cache-Control', 'no-store');
    return { status: 200, body: { ...(await codeModel(record)), code, accept_url: accept, full_accept_url: origin + accept } };
  });

  bind(context, router, 'revokeShareCodes', async ({ params, query, principal }) => {
    const { owner, server } = await target(principal, 'shares', params);
    const removed = await shares.revokeCodes({ owner, server, ...query });
    if (removed === 0 && (query.id !== undefined || query.code !== undefined)) {
      throw new DomainError('not-found', 'There is no such link.');
    }
    return { status: 204 };
  });
}
