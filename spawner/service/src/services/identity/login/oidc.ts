import { createHash } from 'node:crypto';
import { DomainError } from '../../../domain/errors.js';
import { isPersonName } from '../../../domain/names.js';
import type { Clock } from '../../../ports/clock.js';
import type { IdentityProvider, LoginSecrets, ProviderAnswer } from '../../../ports/identity-provider.js';
import type { IdentityRow, IdentityStore } from '../../../ports/store.js';
import type { Logger } from '../../../telemetry/logger.js';
import type { Login } from '../types.js';
import { claim, groupName, isAllowed, texts, userNameOf, type AllowRule, type Claims } from './claims.js';
import type { Sealer } from './sealer.js';
import type { Arrival, LoginCookie, LoginHost, OidcLoginService } from './types.js';

/** How long somebody may take at the provider: forgotten passwords, second factors. */
const LOGIN_MS = 15 * 60_000;
const COOKIE = 'datalabs-login-';

export interface OidcSettings {
  name: string;
  usernameClaim: string;
  usernameDomain: string | null;
  existingUsers: 'refuse' | 'adopt';
  allow: AllowRule[];
  allowAll: boolean;
  groupsClaim: string | null;
  admins: AllowRule | null;
  recheckMs: number;
  trustMs: number;
  logoutAtProvider: boolean;
}

export interface OidcLoginOptions {
  provider: IdentityProvider;
  identities: IdentityStore;
  host: LoginHost;
  sealer: Sealer;
  settings: OidcSettings;
  clock: Clock;
  logger: Logger;
}

/** What a browser carries, sealed, while it is at the provider. The hub remembers nothing of logins that never end. */
interface Underway extends LoginSecrets {
  redirectUri: string;
  next: string;
  expires: number;
}

/** Login by an OpenID Connect provider, and the question, before each start, whether the person may still log in there. */
export class OidcLogin implements OidcLoginService {
  /** States that have come back, until they expire: a login is finished once. */
  private readonly finished = new Map<string, number>();
  /** One question at a time for each user: providers end a login whose refresh token is used twice. */
  private readonly asking = new Map<string, Promise<void>>();

  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: OidcLoginOptions) {}

  get name(): string {
    return this.options.settings.name;
  }

  cookieName(state: string): string {
    // One for each login under way: a browser that restores several tabs begins several.
    return COOKIE + createHash('sha256').update(state).digest('hex').slice(0, 12);
  }

  async begin({ redirectUri, next }: { redirectUri: string; next: string }): Promise<{ location: string; cookie: LoginCookie }> {
    const { provider, sealer, clock } = this.options;
    const secrets = provider.newSecrets();
    const location = await provider.authorize({ redirectUri, secrets });
    const underway: Underway = { ...secrets, redirectUri, next, expires: clock.now() + LOGIN_MS };
    const name = this.cookieName(secrets.state);
    return { location: location.href, cookie: { name, value: sealer.seal(JSON.stringify(underway), name), maxAge: LOGIN_MS } };
  }

  nextOf({ address, cookie }: { address: URL; cookie: string | undefined }): string | null {
    return this.opened(address.searchParams.get('state') ?? '', cookie)?.next ?? null;
  }

  async finish({ address, cookie }: { address: URL; cookie: string | undefined }): Promise<{ login: Login; next: string }> {
    const { provider, host, clock, logger } = this.options;
    const underway = this.takeUp(address.searchParams.get('state') ?? '', cookie);
    // The address the provider was told, not the one this request claims to have come by.
    const back = new URL(underway.redirectUri);
    back.search = address.search;
    const answer = await provider.redeem({ address: back, secrets: underway });
    const now = clock.now();
    // One after the other: of two tabs in which somebody logs in for the first time, the second is that same user.
    const found = this.last.then(() => this.userOf(answer, now));
    this.last = found.catch(() => undefined);
    const user = await found;
    logger.info({ user, issuer: answer.issuer }, 'login by identity provider');
    return { login: await host.open(user), next: underway.next };
  }

  async leave({ owner, returnTo }: { owner: string | null; returnTo: string }): Promise<string | null> {
    const { provider, identities, sealer, settings } = this.options;
    if (!settings.logoutAtProvider) {
      return null;
    }
    const row = owner === null ? null : await identities.ofUser(owner);
    const idToken = row?.idToken ? sealer.open(row.idToken, sealedFor(row)) : null;
    return provider.endSession({ idToken, returnTo })?.href ?? null;
  }

  async mayStart(user: string): Promise<void> {
    const { identities, clock, settings } = this.options;
    const row = await identities.ofUser(user);
    // A user who has never come by this provider cannot be asked about there; somebody else starts it for them.
    if (!row || clock.now() - row.checked < settings.recheckMs) {
      return;
    }
    const asked = this.asking.get(user) ?? this.ask(row).finally(() => this.asking.delete(user));
    this.asking.set(user, asked);
    await asked;
  }

  private async ask(row: IdentityRow): Promise<void> {
    const { provider, identities, host, sealer, clock, settings, logger } = this.options;
    const refreshToken = row.refreshToken && row.issuer === provider.issuer ? sealer.open(row.refreshToken, sealedFor(row)) : null;
    const trusted = clock.now() - row.checked < settings.trustMs;
    if (refreshToken === null) {
      if (!trusted) {
        throw new DomainError('login-ended', `Your login at ${settings.name} is too long ago.`, { action: 'Log out and log in again. Sessions that run are not touched.' });
      }
      return;
    }
    try {
      const answer = await provider.refresh({ refreshToken, subject: row.subject });
      // First of all the new token: the old one is worth nothing from here on.
      await identities.update(row.user, { ...this.sealed(answer, row), checked: clock.now() });
      // A provider need not repeat the claims at a refresh; what it does not say has not changed.
      if (claim(answer.claims, settings.usernameClaim) !== undefined) {
        await this.admit(answer.claims, row.user);
      }
    } catch (error) {
      if (!(error instanceof DomainError)) {
        throw error;
      }
      if (error.code === 'login-ended' || error.code === 'login-refused') {
        logger.info({ user: row.user, issuer: row.issuer, code: error.code }, 'identity provider ends a login');
        // Nothing is trusted any more until the person has logged in again.
        await identities.update(row.user, { refreshToken: null, checked: 0 });
        await host.endLogins(row.user);
        throw error;
      }
      logger.warn({ user: row.user, code: error.code, reason: error.message }, 'identity provider cannot be asked');
      if (!trusted) {
        throw error;
      }
    }
  }

  private opened(state: string, cookie: string | undefined): Underway | null {
    const text = state && cookie ? this.options.sealer.open(cookie, this.cookieName(state)) : null;
    return text === null ? null : (JSON.parse(text) as Underway);
  }

  /** The login that this state belongs to, in this browser, for the first time. */
  private takeUp(state: string, cookie: string | undefined): Underway {
    const now = this.options.clock.now();
    const underway = this.opened(state, cookie);
    if (!underway || underway.state !== state) {
      throw new DomainError('login-failed', 'This login was not begun in this browser, or too long ago.', { action: 'Log in again; if it comes back, allow cookies for this hub.' });
    }
    if (underway.expires <= now) {
      throw new DomainError('login-failed', 'This login took too long.', { action: 'Log in again.' });
    }
    for (const [known, expires] of this.finished) {
      if (expires > now) {
        break;
      }
      this.finished.delete(known);
    }
    if (this.finished.has(state)) {
      throw new DomainError('login-failed', 'This login has been finished already.', { action: 'Log in again.' });
    }
    this.finished.set(state, underway.expires);
    return underway;
  }

  /** The user this person is: by the subject once known, else by the name, which must not be anybody else's. */
  private async userOf(answer: ProviderAnswer, now: number): Promise<string> {
    const { identities, host, settings } = this.options;
    const name = userNameOf(answer.claims, settings);
    this.requireAllowed(answer.claims);
    const known = await identities.find(answer.issuer, answer.subject);
    if (known) {
      await identities.update(known.user, { ...this.sealed(answer, known), checked: now });
      await this.admit(answer.claims, known.user);
      return known.user;
    }
    if (settings.existingUsers === 'refuse' && (await host.nameTaken(name))) {
      throw taken(name);
    }
    // Bound first, and only then told apart: nobody changes the groups of a name that turns out to be another's.
    await host.arrive({ name });
    const row = { issuer: answer.issuer, subject: answer.subject, user: name, created: now, checked: now };
    if (!(await identities.insert({ ...row, refreshToken: null, idToken: null, ...this.sealed(answer, row) }))) {
      throw taken(name);
    }
    await this.admit(answer.claims, name);
    return name;
  }

  private requireAllowed(claims: Claims): void {
    const { settings } = this.options;
    if (settings.allowAll || isAllowed(claims, settings.allow, settings.groupsClaim)) {
      return;
    }
    const missing = absent(claims, settings.allow.map(rule => rule.claim)).map(name => `"${name}"`).join(', ');
    throw new DomainError('login-refused', `Your account at ${settings.name} is not among those that may use this hub${missing && `: the provider did not say its ${missing}`}.`, {
      action: missing ? 'Ask the operator of this hub to look at login.allow and login.scopes, then log in again.' : 'Ask the operator of this hub, then log in again.'
    });
  }

  private async admit(claims: Claims, user: string): Promise<void> {
    const { host, settings, logger } = this.options;
    this.requireAllowed(claims);
    const groups = settings.groupsClaim === null ? [] : texts(claims, settings.groupsClaim);
    const leftOut = groups.filter(name => !isPersonName(groupName(name))).slice(0, 20);
    const missing = absent(claims, [settings.groupsClaim, settings.admins?.claim]);
    if (leftOut.length > 0 || missing.length > 0) {
      logger.info({ user, leftOut, missing }, 'groups that can be none here were left out, or claims did not come');
    }
    const text = (name: string): string | undefined => texts(claims, name)[0]?.slice(0, 200);
    const arrival: Arrival = {
      name: user,
      ...(settings.admins ? { admin: isAllowed(claims, [settings.admins], settings.groupsClaim) } : {}),
      displayName: text('name'),
      email: text('email'),
      ...(settings.groupsClaim ? { groups: groups.map(groupName) } : {})
    };
    await host.arrive(arrival);
  }

  /** What is kept of an answer. A token that did not come again stays as it was. */
  private sealed(answer: ProviderAnswer, row: Pick<IdentityRow, 'issuer' | 'subject'>): Partial<Pick<IdentityRow, 'refreshToken' | 'idToken'>> {
    const { sealer } = this.options;
    const seal = (text: string): string => sealer.seal(text, sealedFor(row));
    return { ...(answer.refreshToken ? { refreshToken: seal(answer.refreshToken) } : {}), ...(answer.idToken ? { idToken: seal(answer.idToken) } : {}) };
  }
}

function sealedFor({ issuer, subject }: Pick<IdentityRow, 'issuer' | 'subject'>): string {
  return `${issuer}\n${subject}`;
}

/** Those of the claims that did not come. */
function absent(claims: Claims, names: readonly (string | null | undefined)[]): string[] {
  return [...new Set(names)].filter(name => typeof name === 'string' && claim(claims, name) === undefined) as string[];
}

function taken(name: string): DomainError {
  return new DomainError('login-refused', `The user name "${name}" belongs to somebody else on this hub.`, {
    action: 'Ask the operator of this hub: a user made beforehand is handed over with login.existingUsers.'
  });
}
