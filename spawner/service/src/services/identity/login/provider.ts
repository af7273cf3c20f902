import * as oidc from 'openid-client';
import { DomainError } from '../../../domain/errors.js';
import type { Clock } from '../../../ports/clock.js';
import type { IdentityProvider, LoginSecrets, ProviderAnswer } from '../../../ports/identity-provider.js';
import type { Logger } from '../../../telemetry/logger.js';
import { claim, type Claims } from './claims.js';

/** How long what is known about a provider is good before it is asked again; while it does not answer, the old goes on. */
const METADATA_MS = 3600_000;
/** Pauses between the tries to reach a provider that is down. */
const RETRY_MS = [2000, 5000, 15_000, 60_000];
/** Clocks further apart than this make the times in a token worthless. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;
const CLOCK_TOLERANCE = CLOCK_TOLERANCE_MS / 1000;
const CHECK_ISSUER = 'Ask the operator of this hub to check login.issuer. Sessions that run are not touched.';
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

export interface ProviderOptions {
  issuer: string;
  clientId: string;
  clientSecret: string | null;
  scopes: string[];
  /** Claims that are fetched from the user-info endpoint when the ID token has not got them all. */
  wantedClaims: string[];
  /** Of each conversation, all its requests together. */
  timeoutMs: number;
  clock: Clock;
  logger: Logger;
}

/** An OpenID Connect provider (Core 1.0, Discovery 1.0): authorisation code with PKCE, state and nonce. */
export class OpenIdProvider implements IdentityProvider {
  readonly issuer: string;
  private metadata: { server: oidc.ServerMetadata; at: number } | null = null;
  private keys: oidc.ExportedJWKSCache | undefined;
  private learning: Promise<oidc.ServerMetadata> | null = null;
  private readonly closed = new AbortController();

  constructor(private readonly options: ProviderOptions) {
    this.issuer = options.issuer;
  }

  async open(): Promise<string | null> {
    const problem = await this.tryToLearn();
    if (problem !== null) {
      void this.keepTrying();
    }
    return problem;
  }

  close(): void {
    this.closed.abort();
  }

  newSecrets(): LoginSecrets {
    return { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier: oidc.randomPKCECodeVerifier() };
  }

  async authorize({ redirectUri, secrets }: { redirectUri: string; secrets: LoginSecrets }): Promise<URL> {
    return this.converse(async config =>
      oidc.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri, scope: this.options.scopes.join(' '), state: secrets.state, nonce: secrets.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(secrets.verifier), code_challenge_method: 'S256',
        // OpenID Connect Core 11: without it a provider may leave out the refresh token that offline_access asks for.
        ...(this.options.scopes.includes('offline_access') ? { prompt: 'consent' } : {})
      })
    );
  }

  async redeem({ address, secrets }: { address: URL; secrets: LoginSecrets }): Promise<ProviderAnswer> {
    return this.converse(async config => {
      const tokens = await oidc.authorizationCodeGrant(config, address, { expectedState: secrets.state, expectedNonce: secrets.nonce, pkceCodeVerifier: secrets.verifier, idTokenExpected: true });
      return this.answer(config, tokens, tokens.claims()!.sub);
    });
  }

  async refresh({ refreshToken, subject }: { refreshToken: string; subject: string }): Promise<ProviderAnswer> {
    return this.converse(async config => {
      const tokens = await oidc.refreshTokenGrant(config, refreshToken).catch((error: unknown) => {
        // RFC 6749 5.2: the grant is expired, revoked, or belongs to an account that is closed. All else says nothing about the person.
        if (error instanceof oidc.ResponseBodyError && error.error === 'invalid_grant') {
          throw new DomainError('login-ended', 'Your login at the identity provider has ended, or your account there is closed.', {
            action: 'Log out and log in again. If that is refused, ask who runs the identity provider.', cause: error
          });
        }
        throw error;
      });
      const claims = tokens.claims();
      if (claims && claims.sub !== subject) {
        throw new DomainError('login-ended', 'The identity provider answered for somebody else.', { action: 'Log out and log in again.' });
      }
      return this.answer(config, tokens, subject);
    });
  }

  endSession({ idToken, returnTo }: { idToken: string | null; returnTo: string }): URL | null {
    if (!this.metadata?.server.end_session_endpoint) {
      return null;
    }
    const config = this.configuration(this.metadata.server, this.closed.signal);
    return oidc.buildEndSessionUrl(config, { post_logout_redirect_uri: returnTo, ...(idToken ? { id_token_hint: idToken } : {}) });
  }

  private async answer(config: oidc.Configuration, tokens: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers, subject: string): Promise<ProviderAnswer> {
    let claims: Claims = { ...tokens.claims() };
    const missing = this.options.wantedClaims.some(name => claim(claims, name) === undefined);
    if (missing && config.serverMetadata().userinfo_endpoint) {
      claims = { ...(await oidc.fetchUserInfo(config, tokens.access_token, subject)), ...claims };
    }
    return { issuer: this.issuer, subject, claims, refreshToken: tokens.refresh_token ?? null, idToken: tokens.id_token ?? null };
  }

  /** One conversation within one total deadline, its failures told in the hub's words. */
  private async converse<T>(talk: (config: oidc.Configuration) => Promise<T>): Promise<T> {
    return this.withinDeadline(async signal => {
      const config = this.configuration(await this.known(), signal);
      try {
        return await talk(config);
      } finally {
        this.keys = oidc.getJwksCache(config) ?? this.keys;
      }
    });
  }

  private async withinDeadline<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { clock, timeoutMs } = this.options;
    const abort = new AbortController();
    const timer = new AbortController();
    const late = clock.sleep(timeoutMs, timer.signal).then(() => {
      const error = this.down(`it did not answer within ${Math.round(timeoutMs / 1000)} s`);
      abort.abort(error);
      throw error;
    });
    // The loser of the race is nobody's business.
    late.catch(() => undefined);
    try {
      return await Promise.race([work(AbortSignal.any([abort.signal, this.closed.signal])), late]);
    } catch (error) {
      throw this.translate(error);
    } finally {
      timer.abort();
      abort.abort();
    }
  }

  private configuration(server: oidc.ServerMetadata, signal: AbortSignal): oidc.Configuration {
    const { clientId, clientSecret } = this.options;
    const config = new oidc.Configuration(server, clientId, { [oidc.clockTolerance]: CLOCK_TOLERANCE }, this.clientAuth(server, clientSecret));
    config[oidc.customFetch] = this.fetcher(signal);
    if (this.keys) {
      oidc.setJwksCache(config, this.keys);
    }
    // The ID token comes by a direct connection already; its signature is checked besides.
    oidc.enableNonRepudiationChecks(config);
    if (isLoopback(this.issuer)) {
      oidc.allowInsecureRequests(config);
    }
    return config;
  }

  private clientAuth(server: oidc.ServerMetadata, secret: string | null): oidc.ClientAuth {
    if (secret === null) {
      return oidc.None();
    }
    const methods = server.token_endpoint_auth_methods_supported;
    return methods && !methods.includes('client_secret_basic') ? oidc.ClientSecretPost(secret) : oidc.ClientSecretBasic(secret);
  }

  /** Requests that end with the conversation, and a look at the provider's clock on each answer. */
  private fetcher(signal: AbortSignal): oidc.CustomFetch {
    return async (url, init) => {
      const both = init.signal ? AbortSignal.any([init.signal, signal]) : signal;
      const response = await fetch(url, { ...init, body: init.body as RequestInit['body'], signal: both }).catch((error: unknown) => {
        throw signal.reason instanceof DomainError ? signal.reason : this.down('no connection', error);
      });
      const date = Date.parse(response.headers.get('date') ?? '');
      if (Math.abs(date - this.options.clock.now()) > CLOCK_TOLERANCE_MS) {
        throw skew(date - this.options.clock.now());
      }
      return response;
    };
  }

  /** What is known of the provider; asked for when nothing is known yet or it is old. */
  private async known(): Promise<oidc.ServerMetadata> {
    if (this.metadata && this.options.clock.now() - this.metadata.at < METADATA_MS) {
      return this.metadata.server;
    }
    try {
      return await this.learn();
    } catch (error) {
      if (this.metadata) {
        return this.metadata.server;
      }
      throw error;
    }
  }

  /** Several that want to know wait for one answer. */
  private learn(): Promise<oidc.ServerMetadata> {
    this.learning ??= this.withinDeadline(async signal => {
      const { issuer, clientId, clientSecret, timeoutMs, clock } = this.options;
      const config = await oidc.discovery(new URL(issuer), clientId, clientSecret ?? undefined, undefined, {
        [oidc.customFetch]: this.fetcher(signal), timeout: timeoutMs / 1000 + 1, execute: isLoopback(issuer) ? [oidc.allowInsecureRequests] : []
      });
      const server: oidc.ServerMetadata = { ...config.serverMetadata() };
      this.metadata = { server, at: clock.now() };
      return server;
    }).finally(() => {
      this.learning = null;
    });
    return this.learning;
  }

  private async tryToLearn(): Promise<string | null> {
    try {
      await this.learn();
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  }

  private async keepTrying(): Promise<void> {
    const { clock, logger } = this.options;
    for (let attempt = 0; !this.closed.signal.aborted && this.metadata === null; attempt++) {
      await clock.sleep(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]!, this.closed.signal).catch(() => undefined);
      if (this.closed.signal.aborted || this.metadata !== null) {
        return;
      }
      const problem = await this.tryToLearn();
      logger.info({ issuer: this.issuer, problem }, problem === null ? 'identity provider answers' : 'identity provider does not answer');
    }
  }

  private translate(error: unknown): DomainError {
    // The library wraps what its fetch rejected with.
    for (let cause = error; cause instanceof Error; cause = cause.cause) {
      if (cause instanceof DomainError) {
        return cause;
      }
    }
    const { code, name, cause: answered } = (error ?? {}) as { code?: string; name?: string; cause?: unknown };
    const failed = (message: string): DomainError => new DomainError('login-failed', message, { action: 'Try again.', cause: error });
    switch (true) {
      case error instanceof oidc.AuthorizationResponseError:
        return failed(error.error === 'access_denied' ? 'The identity provider did not let you in, or you cancelled there.' : `The identity provider ended the login with an error (${error.error.slice(0, 60)}).`);
      // RFC 6749 5.2; the user-info endpoint challenges by "bearer".
      case error instanceof oidc.ResponseBodyError && error.error === 'invalid_client':
      case error instanceof oidc.WWWAuthenticateChallengeError && error.cause.every(({ scheme }) => scheme !== 'bearer'):
        return new DomainError('login-failed', "The identity provider does not accept this hub's client id and secret.", {
          action: 'Ask the operator of this hub to look at login.clientId and login.clientSecret.', cause: error
        });
      case error instanceof oidc.ResponseBodyError:
        return failed(
          error.error === 'invalid_grant' ? 'This login has been used already or took too long.' : `The identity provider refused this hub's request (${error.error.slice(0, 60)}).`
        );
      case code === 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED':
        return skew(null, error);
      case code === 'OAUTH_TIMEOUT' || code === 'OAUTH_ABORT' || name === 'AbortError':
        return this.down('the connection ended', error);
      case answered instanceof Response && answered.status >= 500:
        return this.down(`it answers with an error (${answered.status})`, error);
      // While nothing is known of the provider, this is what was learnt.
      case code === 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED' && this.metadata === null:
        return this.down('it calls itself otherwise than login.issuer in the configuration of this hub', error, CHECK_ISSUER);
      case code !== undefined && this.metadata === null:
        return this.down('there is no OpenID Connect provider at login.issuer', error, CHECK_ISSUER);
      case code === 'OAUTH_RESPONSE_IS_NOT_CONFORM' || code === 'OAUTH_RESPONSE_IS_NOT_JSON' || code === 'OAUTH_PARSE_ERROR':
        return this.down('it answers with something else than it should', error);
      default:
        return failed('The answer of the identity provider does not belong to this login.');
    }
  }

  private down(why: string, cause?: unknown, action = 'Try again in a minute. Sessions that run are not touched.'): DomainError {
    return new DomainError('identity-provider-down', `The identity provider ${new URL(this.issuer).host} cannot be asked: ${why}.`, { action, cause });
  }
}

/** Only there may a provider be spoken to without TLS. */
export function isLoopback(url: string): boolean {
  return URL.canParse(url) && new URL(url).protocol === 'http:' && LOOPBACK.has(new URL(url).hostname);
}

function skew(ms: number | null, cause?: unknown): DomainError {
  const apart = ms === null ? 'are too far apart' : `are ${Math.round(Math.abs(ms) / 60_000)} minutes apart`;
  return new DomainError('clock-skew', `The clocks of this hub and of the identity provider ${apart}, so that no login can be checked.`, {
    action: 'Tell the operator of this hub: its machine needs the right time (NTP).', cause
  });
}
