import { randomBytes } from 'node:crypto';
import { DomainError } from '../../domain/errors.js';
import type { Clock } from '../../ports/clock.js';
import type { Store, TokenRow } from '../../ports/store.js';
import { oauthClientId } from '../../domain/names.js';
import { accessScope, covers, selfScopes, serverScopes } from './scopes.js';
import { deriveXsrf, hashSecret, newSecret, sameSecret, type RandomBytes } from './secrets.js';
import type { HubIdentity, Login, Principal, TokenRecord, UserRecord } from './types.js';

const DAY = 24 * 3600 * 1000;
const LOGIN_LIFETIME = 14 * DAY;
/** Uses of a token, and signs of a user, closer together than this are written down once. */
const TOUCH_INTERVAL = 60_000;

export interface LocalIdentityOptions {
  store: Pick<Store, 'users' | 'tokens' | 'webSessions' | 'codes'>;
  clock: Clock;
  /** The one local user. */
  user: string;
  random?: RandomBytes;
}

/** Identity of a hub on one's own machine: one user, who logs in with a link printed at start. */
export class LocalIdentity implements HubIdentity {
  private readonly store: LocalIdentityOptions['store'];
  private readonly clock: Clock;
  private readonly user_: string;
  private readonly random: RandomBytes;
  /** Hash only, and in memory only: a link is never valid longer than the process that printed it. */
  private loginHash: string | null = null;

  constructor(options: LocalIdentityOptions) {
    this.store = options.store;
    this.clock = options.clock;
    this.user_ = options.user;
    this.random = options.random ?? randomBytes;
  }

  async newLoginToken(): Promise<string> {
    const now = this.clock.now();
    await this.store.users.ensure({ name: this.user_, admin: false, now });
    await this.store.tokens.removeExpired(now);
    await this.store.webSessions.removeExpired(now);
    await this.store.codes.removeExpired(now);
    const token = newSecret(this.random);
    this.loginHash = hashSecret(token);
    return token;
  }

  async login(token: string): Promise<Login> {
    const expected = this.loginHash;
    if (expected === null || !sameSecret(hashSecret(token), expected)) {
      throw new DomainError('login-token-invalid', 'This login link has been used already or is no longer valid.', {
        action: 'Stop and start the hub again: it prints a fresh link. Sessions that run are not touched.'
      });
    }
    // Used up before the first await: of two requests with the same link only one gets in.
    this.loginHash = null;
    const now = this.clock.now();
    await this.store.users.ensure({ name: this.user_, admin: false, now });
    await this.store.users.touch(this.user_, now);
    const login: Login = {
      owner: this.user_, cookie: newSecret(this.random), sessionId: this.random(16).toString('hex'), expires: now + LOGIN_LIFETIME
    };
    await this.store.webSessions.insert({ hash: hashSecret(login.cookie), owner: login.owner, sessionId: login.sessionId, created: now, expires: login.expires });
    return login;
  }

  async logout(cookie: string): Promise<void> {
    const hash = hashSecret(cookie);
    const row = await this.store.webSessions.findByHash(hash);
    if (row) {
      await this.store.webSessions.remove(hash);
      await this.store.codes.removeWhere({ sessionId: row.sessionId });
      await this.store.tokens.removeWhere({ sessionId: row.sessionId });
    }
  }

  async principalOfToken(token: string): Promise<Principal | null> {
    const row = await this.store.tokens.findByHash(hashSecret(token));
    const now = this.clock.now();
    if (!row || (row.expires !== null && row.expires <= now)) {
      return null;
    }
    const user = await this.store.users.get(row.owner);
    if (!user) {
      return null;
    }
    await this.note(row.lastUsed, () => this.store.tokens.touch(row.id, now));
    // What a session does by itself is no sign of its owner.
    if (row.kind !== 'server') {
      await this.note(user.lastActivity, () => this.store.users.touch(user.name, now));
    }
    return { name: row.owner, admin: user.admin, scopes: row.scopes, tokenId: row.id, sessionId: row.sessionId, expires: row.expires, via: 'token', clientId: row.clientId };
  }

  async principalOfCookie(cookie: string): Promise<Principal | null> {
    const row = await this.store.webSessions.findByHash(hashSecret(cookie));
    if (!row || row.expires <= this.clock.now()) {
      return null;
    }
    const user = await this.store.users.get(row.owner);
    if (user) {
      await this.note(user.lastActivity, () => this.store.users.touch(user.name, this.clock.now()));
    }
    return user && { name: user.name, admin: user.admin, scopes: selfScopes(user.name), tokenId: '', sessionId: row.sessionId, expires: null, via: 'cookie', clientId: null };
  }

  xsrfOf(cookie: string): string {
    return deriveXsrf(cookie);
  }

  checkXsrf(cookie: string, value: string): boolean {
    return sameSecret(deriveXsrf(cookie), value);
  }

  async issueServerToken(options: { owner: string; server: string; startId: string }): Promise<string> {
    const { owner, server, startId } = options;
    await this.store.users.ensure({ name: owner, admin: false, now: this.clock.now() });
    // One secret for each client at a time: a token of an earlier start must not outlive it.
    await this.store.tokens.removeWhere({ owner, kind: 'server', server });
    const token = newSecret(this.random);
    await this.store.tokens.insert({
      ...this.newRow(token, owner), scopes: serverScopes(owner, server), kind: 'server', server, clientId: oauthClientId(owner, server), note: `Session start ${startId}`
    });
    return token;
  }

  async revokeServer(options: { owner: string; server: string }): Promise<void> {
    const { owner, server } = options;
    const clientId = oauthClientId(owner, server);
    await this.store.codes.removeWhere({ clientId });
    await this.store.tokens.removeWhere({ owner, server });
    await this.store.tokens.removeWhere({ clientId });
    // Entrance tickets of this session alone, such as a desktop panel's, end with it too.
    const ticket = accessScope(owner, server);
    for (const row of await this.store.tokens.list(owner)) {
      if (row.scopes.length > 0 && row.scopes.every(scope => scope === ticket)) {
        await this.store.tokens.remove(row.id);
      }
    }
  }

  async users(): Promise<UserRecord[]> {
    return this.store.users.list();
  }

  async user(name: string): Promise<UserRecord | null> {
    return this.store.users.get(name);
  }

  async touchUser(name: string, lastActivity: number): Promise<void> {
    await this.store.users.touch(name, lastActivity);
  }

  async createToken(options: Parameters<HubIdentity['createToken']>[0]): Promise<{ token: string; record: TokenRecord }> {
    const scopes = [...new Set(options.scopes ?? options.principal.scopes)];
    const excess = scopes.filter(scope => !covers(options.principal.scopes, scope));
    if (excess.length > 0) {
      throw new DomainError('forbidden', `These scopes are more than you have: ${excess.join(', ')}.`, { action: 'Ask for fewer scopes.' });
    }
    const token = newSecret(this.random);
    const now = this.clock.now();
    const { principal } = options;
    const asked = options.expiresInSeconds ? now + options.expiresInSeconds * 1000 : Infinity;
    // A token made with a token never outlives it, else a stolen short-lived one could be turned into one for ever.
    const ends = Math.min(asked, principal.expires ?? Infinity);
    const row: TokenRow = {
      ...this.newRow(token, options.owner), scopes, note: options.note || 'Requested via api',
      expires: ends === Infinity ? null : ends,
      // What is made in a browser's name ends when that browser logs out; what a person logged in asks for without an end lives on.
      sessionId: principal.via === 'token' || options.expiresInSeconds ? principal.sessionId : null
    };
    await this.store.tokens.insert(row);
    return { token, record: row };
  }

  async tokens(owner: string): Promise<TokenRecord[]> {
    const now = this.clock.now();
    return (await this.store.tokens.list(owner)).filter(row => row.expires === null || row.expires > now);
  }

  async deleteToken(options: { owner: string; id: string }): Promise<boolean> {
    const row = (await this.store.tokens.list(options.owner)).find(other => other.id === options.id);
    return row ? this.store.tokens.remove(row.id) : false;
  }

  private async note(last: number | null, write: () => Promise<void>): Promise<void> {
    if (last === null || this.clock.now() - last >= TOUCH_INTERVAL) {
      // A full disk must keep nobody out: the next use is written down again.
      await write().catch(() => undefined);
    }
  }

  private newRow(token: string, owner: string): TokenRow {
    return {
      id: `a${this.random(8).toString('hex')}`, hash: hashSecret(token), owner, scopes: [], kind: 'api', server: null, clientId: null, sessionId: null,
      created: this.clock.now(), expires: null, lastUsed: null, note: ''
    };
  }
}
