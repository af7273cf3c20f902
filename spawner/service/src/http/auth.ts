import type { Request, Response } from 'express';
import { parseCookie } from 'cookie';
import { DomainError } from '../domain/errors.js';
import { oauthClientId } from '../domain/names.js';
import { allows, type ScopeTarget } from '../services/identity/scopes.js';
import type { Login, Principal } from '../services/identity/types.js';
import type { Context } from './context.js';
import { sessionOf } from './doors.js';

export const SESSION_COOKIE = 'datalabs-session';
const XSRF_COOKIE = '_xsrf';
/** JupyterHub's own: single-user servers key their cache by it, so that a new login is seen at once. */
const SESSION_ID_COOKIE = 'jupyterhub-session-id';
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

export function cookieOf(request: Request, name: string): string | undefined {
  return parseCookie(request.headers.cookie ?? '')[name];
}

/** Who is asking, by login cookie alone: for pages. Sessions have no cookie of their own, and are not to use anybody's. */
export async function principalOfPage(context: Context, request: Request): Promise<Principal | null> {
  const cookie = sessionOf(request) ? undefined : cookieOf(request, SESSION_COOKIE);
  return cookie ? context.identity.principalOfCookie(cookie) : null;
}

/** Who is asking the API, by token or by cookie with its cross-site token. Null: nobody known. */
export async function principalOfApi(context: Context, request: Request): Promise<Principal | null> {
  const header = request.headers.authorization;
  if (header !== undefined) {
    const match = /^(?:token|bearer)\s+(\S+)$/i.exec(header.trim());
    const principal = match ? await context.identity.principalOfToken(match[1]!) : null;
    return principal && isAtItsDoor(request, principal.clientId) ? principal : null;
  }
  const principal = await principalOfPage(context, request);
  if (principal) {
    // A page of a session has the hub's own origin: what it fetches carries the cookie, but it cannot know the cross-site token.
    const fetched = request.headers['sec-fetch-mode'] !== undefined && request.headers['sec-fetch-mode'] !== 'navigate';
    if (!SAFE_METHODS.has(request.method) || fetched) {
      checkXsrf(context, request);
    }
  }
  return principal;
}

/** A session may show its own secret and what was issued to its visitors or made by people, but nothing that belongs to another session. */
export function isAtItsDoor(request: Request, clientId: string | null): boolean {
  const caller = sessionOf(request);
  return caller === null || clientId === null || clientId === oauthClientId(caller.owner, caller.name);
}

/** Refuses a cookie-authenticated request that changes something unless it comes from the hub's own pages. */
export function checkXsrf(context: Context, request: Request): void {
  checkOrigin(context, request);
  const cookie = cookieOf(request, SESSION_COOKIE) ?? '';
  const body = request.body as Record<string, unknown> | undefined;
  const given = [request.headers['x-xsrftoken'], request.query[XSRF_COOKIE], request.is('application/x-www-form-urlencoded') ? body?.[XSRF_COOKIE] : undefined]
    .find(value => typeof value === 'string');
  if (typeof given !== 'string' || !context.identity.checkXsrf(cookie, given)) {
    throw new DomainError('xsrf', 'The cross-site token is missing or wrong.', { action: 'Reload the page and try again.' });
  }
}

/** Whether another site's page made the browser send this. */
export function isCrossSite(context: Context, request: Request): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) {
    return site !== 'same-origin' && site !== 'none';
  }
  const origin = request.headers.origin ?? request.headers.referer;
  if (origin === undefined) {
    return false;
  }
  const own = [request.headers.host, context.config.publicUrl ? new URL(context.config.publicUrl).host : undefined];
  return !URL.canParse(origin) || !own.includes(new URL(origin).host);
}

function checkOrigin(context: Context, request: Request): void {
  if (isCrossSite(context, request)) {
    throw new DomainError('xsrf', 'The request comes from a page of another site.', { action: 'Open the hub directly and try again.' });
  }
}

/** Whether the one who asks may do this there. */
export function can(principal: Principal, name: string, target: ScopeTarget = {}): boolean {
  return allows(principal.scopes, name, target, principal.members);
}

/**
 * Refuses what the one who asks may not do: with "not allowed" where the target is no secret, else with the very answer
 * that something unknown gets, so that nobody finds out who is there.
 */
export function requireScope(principal: Principal, name: string, target: ScopeTarget = {}): void {
  if (can(principal, name, target)) {
    return;
  }
  const own = principal.kind === 'user' && target.user === principal.name;
  if (target.user !== undefined && !own && !can(principal, 'read:users:name', { user: target.user })) {
    throw unknownUser();
  }
  if (target.group !== undefined && !can(principal, 'read:groups:name', { group: target.group })) {
    throw unknownGroup();
  }
  throw new DomainError('forbidden', `This needs the scope ${name}, which you do not have here.`);
}

export function unknownUser(): DomainError {
  return new DomainError('unknown-user', 'There is no such user.', { action: 'Check the name.' });
}

export function unknownGroup(): DomainError {
  return new DomainError('not-found', 'There is no such group.', { action: 'Check the name, or make the group first.' });
}

export function isSecure(context: Context, request: Request): boolean {
  return context.config.publicUrl?.startsWith('https:') === true || request.secure;
}

/** The address people use, without a path. */
export function publicOrigin(context: Context, request: Request): string {
  return context.config.publicUrl ? new URL(context.config.publicUrl).origin : `${request.protocol}://${request.headers.host ?? 'localhost'}`;
}

export function setLogin(context: Context, request: Request, response: Response, login: Login): void {
  const common = { sameSite: 'lax', secure: isSecure(context, request), expires: new Date(login.expires) } as const;
  response.cookie(SESSION_COOKIE, login.cookie, { ...common, httpOnly: true, path: '/hub/' });
  response.cookie(XSRF_COOKIE, context.identity.xsrfOf(login.cookie), { ...common, path: '/hub/', sameSite: 'lax' });
  response.cookie(SESSION_ID_COOKIE, login.sessionId, { ...common, httpOnly: true, path: '/' });
}

/** The cross-site token of this login, and its cookie in case the browser lost it. */
export function refreshXsrf(context: Context, request: Request, response: Response): string {
  const cookie = cookieOf(request, SESSION_COOKIE);
  if (!cookie) {
    return '';
  }
  const value = context.identity.xsrfOf(cookie);
  if (cookieOf(request, XSRF_COOKIE) !== value) {
    response.cookie(XSRF_COOKIE, value, { path: '/hub/', sameSite: 'lax', secure: isSecure(context, request) });
  }
  return value;
}

export function clearLogin(response: Response): void {
  response.clearCookie(SESSION_COOKIE, { path: '/hub/' });
  response.clearCookie(XSRF_COOKIE, { path: '/hub/' });
  response.clearCookie(SESSION_ID_COOKIE, { path: '/' });
}

/** The target of `next=` when it is a path on this origin, else the fallback. */
export function safeNext(value: unknown, fallback: string): string {
  // Browsers read a backslash as a slash and drop control characters, so either could hide `//host`.
  if (typeof value !== 'string' || !/^\/(?![/\\])/.test(value) || /[\\\p{Cc}]/u.test(value)) {
    return fallback;
  }
  const base = 'http://hub.invalid';
  const url = URL.canParse(value, base) ? new URL(value, base) : null;
  return url?.origin === base && !url.pathname.startsWith('//') ? url.pathname + url.search + url.hash : fallback;
}
