import { randomBytes } from 'node:crypto';
import OAuth2Server from '@node-oauth/oauth2-server';
import { DomainError } from '../../domain/errors.js';
import type { Clock } from '../../ports/clock.js';
import type { Store, TokenRow } from '../../ports/store.js';
import type { OAuthAnswer, OAuthService } from './types.js';
import { sessionPrefix } from '../../domain/names.js';
import { allows, oauthScopes, visitorScopes } from './scopes.js';
import { hashSecret, newSecret, sameSecret, type RandomBytes } from './secrets.js';

/** Seconds. */
const CODE_LIFETIME = 300;
const TOKEN_LIFETIME = 14 * 24 * 3600;
/** Sessions register a path only, which OAuth's grammar does not allow; this origin stands in for the hub's own inside the library. */
const LOCAL = 'http://hub.invalid';
/** Expiry is judged by the injected clock; the library, which reads the real one, is shown a time that never passes. */
const NEVER = new Date(8.64e15);

export interface OAuthOptions {
  store: Pick<Store, 'users' | 'tokens' | 'codes'>;
  clock: Clock;
  /** Whether a session runs a datalab trusted with its owner's scopes. */
  isTrusted(owner: string, server: string): Promise<boolean>;
  random?: RandomBytes;
}

interface Client extends OAuth2Server.Client {
  owner: string;
  server: string;
}

/** OAuth 2 authorisation codes (RFC 6749 §4.1, RFC 7636): every session is a client, its server token the secret. */
export class SessionOAuth implements OAuthService {
  private readonly random: RandomBytes;

  constructor(private readonly options: OAuthOptions) {
    this.random = options.random ?? randomBytes;
  }

  async authorize({ principal, query, confirmed }: Parameters<OAuthService['authorize']>[0]): ReturnType<OAuthService['authorize']> {
    const client = await this.client(query.client_id ?? '');
    if (!client) {
      throw new DomainError('bad-request', 'The session that asks for access is not known. It has probably been stopped.', { action: 'Start it again from your sessions, at /hub/home.' });
    }
    if (principal.kind !== 'user' || !allows(principal.scopes, 'access:servers', { user: client.owner, server: client.server }, principal.members)) {
      throw new DomainError('forbidden', 'This session belongs to somebody else.', { action: 'Ask its owner to share it with you.' });
    }
    if (principal.name !== client.owner && !confirmed && !(await this.hasBeenIn(principal.name, client.id))) {
      return { confirm: { owner: client.owner, server: client.server } };
    }
    const request = new OAuth2Server.Request({ method: 'GET', headers: {}, query: withAbsoluteUri(query), body: {} });
    const response = new OAuth2Server.Response({ headers: {} });
    try {
      await this.server(principal.sessionId).authorize(request, response, {
        authenticateHandler: { handle: () => ({ name: principal.name }) }, allowEmptyState: true, authorizationCodeLifetime: CODE_LIFETIME
      });
    } catch (error) {
      // Never redirected: what is wrong here is the session's own request, and its page could only repeat it.
      throw new DomainError('bad-request', `The session's request for access is not valid: ${(error as Error).message}.`, { cause: error });
    }
    const location = response.get('location');
    return { location: location.startsWith(`${LOCAL}/`) ? location.slice(LOCAL.length) : location };
  }

  async token({ headers, form }: { headers: Record<string, string>; form: Record<string, string> }): Promise<OAuthAnswer> {
    const request = new OAuth2Server.Request({
      method: 'POST', query: {}, body: withAbsoluteUri(form),
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '1', 'transfer-encoding': 'chunked', ...pick(headers, 'authorization') }
    });
    const response = new OAuth2Server.Response({ headers: {} });
    try {
      await this.server(null).token(request, response, { accessTokenLifetime: TOKEN_LIFETIME });
    } catch (error) {
      if (!(error instanceof OAuth2Server.OAuthError)) {
        throw error;
      }
      if (error.code >= 500) {
        throw new DomainError('internal', 'The token could not be issued.', { cause: error });
      }
    }
    return { status: response.status ?? 200, headers: response.headers ?? {}, body: response.body as unknown };
  }

  /** Whether a browser of this visitor holds a token of the session: then it was confirmed before. */
  private async hasBeenIn(visitor: string, clientId: string): Promise<boolean> {
    const now = this.options.clock.now();
    return (await this.options.store.tokens.list(visitor)).some(row => row.kind === 'oauth' && row.clientId === clientId && (row.expires ?? Infinity) > now);
  }

  private server(sessionId: string | null): OAuth2Server {
    return new OAuth2Server({ model: this.model(sessionId) });
  }

  private async client(id: string): Promise<Client | null> {
    const row = id ? await this.options.store.tokens.findClient(id) : null;
    if (!row || row.server === null) {
      return null;
    }
    return {
      id, owner: row.owner, server: row.server, grants: ['authorization_code'], redirectUris: [`${LOCAL}${sessionPrefix(row.owner, row.server)}oauth_callback`]
    };
  }

  private model(sessionId: string | null): OAuth2Server.AuthorizationCodeModel {
    const { store, clock } = this.options;
    /** Login each redeemed code came from, so that the token ends with it. */
    let codeSession: string | null = null;
    return {
      getClient: async (id, secret) => {
        const client = await this.client(id);
        // null: authorisation, no secret asked for. undefined: a token request that relies on PKCE alone, which is not enough here.
        if (!client || secret === null) {
          return client ?? undefined;
        }
        const row = await store.tokens.findClient(id);
        return row && typeof secret === 'string' && sameSecret(hashSecret(secret), row.hash) ? client : undefined;
      },
      validateScope: async (user, client, requested) => {
        const { owner, server } = client as Client;
        const visitor = user.name as string;
        const role = (await store.users.get(visitor))?.role;
        const allowed = visitor === owner ? oauthScopes({ owner, server, trusted: await this.options.isTrusted(owner, server), role }) : visitorScopes({ owner, server, visitor });
        return requested?.length ? requested.filter(scope => allowed.includes(scope)) : allowed;
      },
      generateAuthorizationCode: async () => newSecret(this.random),
      saveAuthorizationCode: async (code, client, user) => {
        await store.codes.insert({
          hash: hashSecret(code.authorizationCode), clientId: client.id, owner: user.name as string, redirectUri: code.redirectUri, scopes: code.scope ?? [],
          codeChallenge: code.codeChallenge ?? null, codeChallengeMethod: code.codeChallengeMethod ?? null, sessionId, expires: clock.now() + CODE_LIFETIME * 1000
        });
        return { ...code, client, user };
      },
      getAuthorizationCode: async text => {
        const row = await store.codes.findByHash(hashSecret(text));
        const client = row && (await this.client(row.clientId));
        if (!row || !client || row.expires <= clock.now()) {
          return undefined;
        }
        codeSession = row.sessionId;
        return {
          authorizationCode: text, expiresAt: NEVER, redirectUri: row.redirectUri, scope: row.scopes, client, user: { name: row.owner },
          ...(row.codeChallenge ? { codeChallenge: row.codeChallenge, codeChallengeMethod: row.codeChallengeMethod ?? 'S256' } : {})
        };
      },
      revokeAuthorizationCode: code => store.codes.remove(hashSecret(code.authorizationCode)),
      generateAccessToken: async () => newSecret(this.random),
      // JupyterHub's clients log in again instead of refreshing; no token is made that nobody uses.
      generateRefreshToken: async () => '',
      saveToken: async (token, client, user) => {
        const { owner, server } = client as Client;
        const row: TokenRow = {
          id: `a${this.random(8).toString('hex')}`, hash: hashSecret(token.accessToken), owner: user.name as string, scopes: token.scope ?? [], kind: 'oauth',
          // A visitor's belongs to the session by its client alone: it has nothing to do with the visitor's own session of that name.
          server: user.name === owner ? server : null,
          clientId: client.id, sessionId: codeSession, created: clock.now(), expires: clock.now() + TOKEN_LIFETIME * 1000, lastUsed: null, note: `Browser in ${sessionPrefix(owner, server)}`
        };
        await store.tokens.insert(row);
        return { accessToken: token.accessToken, accessTokenExpiresAt: token.accessTokenExpiresAt, scope: token.scope, client, user };
      },
      getAccessToken: async () => undefined
    };
  }
}

/** A redirect to a path on the hub's own origin becomes the absolute address the library wants. Anything else is left for it to refuse. */
function withAbsoluteUri(parameters: Record<string, string>): Record<string, string> {
  const uri = parameters.redirect_uri;
  return uri?.startsWith('/') && !uri.startsWith('//') ? { ...parameters, redirect_uri: LOCAL + uri } : parameters;
}

function pick(headers: Record<string, string>, name: string): Record<string, string> {
  return headers[name] === undefined ? {} : { [name]: headers[name] };
}
