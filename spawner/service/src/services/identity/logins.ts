import type { Clock } from '../../ports/clock.js';
import type { Store, WebSessionRow } from '../../ports/store.js';
import { deriveXsrf, hashSecret, newSecret, sameSecret, type RandomBytes } from './secrets.js';
import type { Login } from './types.js';
import type { Watchers } from './watchers.js';

const LIFETIME = 14 * 24 * 3600 * 1000;

export interface LoginsOptions {
  store: Pick<Store, 'users' | 'tokens' | 'webSessions' | 'codes'>;
  clock: Clock;
  random: RandomBytes;
  watchers: Watchers;
}

/** Browsers that are logged in, however they got in. */
export class Logins {
  constructor(private readonly options: LoginsOptions) {}

  /** Logs a browser in as a user who exists and has shown who it is. */
  async open(owner: string): Promise<Login> {
    const { store, clock, random } = this.options;
    const now = clock.now();
    await store.users.touch(owner, now);
    const login: Login = { owner, cookie: newSecret(random), sessionId: random(16).toString('hex'), expires: now + LIFETIME };
    await store.webSessions.insert({ hash: hashSecret(login.cookie), owner, sessionId: login.sessionId, created: now, expires: login.expires });
    return login;
  }

  /** The login a cookie stands for, while it lasts. */
  async find(cookie: string): Promise<WebSessionRow | null> {
    const row = await this.options.store.webSessions.findByHash(hashSecret(cookie));
    return row && row.expires > this.options.clock.now() ? row : null;
  }

  /** Ends the login of this cookie and every token issued to it. Idempotent. */
  async logout(cookie: string): Promise<void> {
    const { store, watchers } = this.options;
    const hash = hashSecret(cookie);
    const row = await store.webSessions.findByHash(hash);
    if (row) {
      await store.webSessions.remove(hash);
      await store.codes.removeWhere({ sessionId: row.sessionId });
      await store.tokens.removeWhere({ sessionId: row.sessionId });
      watchers.ended({ sessionId: row.sessionId });
    }
  }

  /** Ends every login of a user, with what was issued to browsers; tokens made by hand without an end live on. */
  async endAll(owner: string): Promise<void> {
    const { store, watchers } = this.options;
    await store.webSessions.removeOwner(owner);
    await store.codes.removeWhere({ owner });
    for (const token of await store.tokens.list(owner)) {
      if (token.kind === 'oauth' || token.sessionId !== null) {
        await store.tokens.remove(token.id);
        watchers.ended({ tokenId: token.id });
      }
    }
    watchers.ended({ name: owner, tokenId: '' });
  }

  /** Cross-site token that belongs to a login cookie. */
  xsrfOf(cookie: string): string {
    return deriveXsrf(cookie);
  }

  checkXsrf(cookie: string, value: string): boolean {
    return sameSecret(deriveXsrf(cookie), value);
  }
}
