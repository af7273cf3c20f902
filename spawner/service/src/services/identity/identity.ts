import { randomBytes } from 'node:crypto';
import { DomainError } from '../../domain/errors.js';
import type { Role } from '../../domain/roles.js';
import type { Clock } from '../../ports/clock.js';
import type { Store } from '../../ports/store.js';
import { Groups } from './groups.js';
import { LoginLink } from './login-link.js';
import { Logins } from './logins.js';
import { Principals, type ServiceAccount } from './principals.js';
import type { RandomBytes } from './secrets.js';
import { Shares } from './shares.js';
import { Tokens } from './tokens.js';
import type { HubIdentity, Login, Principal, ServiceRecord, TokenRecord, UserRecord } from './types.js';
import { Users, type Homes } from './users.js';
import { Watchers } from './watchers.js';

export interface IdentityOptions {
  store: Pick<Store, 'users' | 'groups' | 'shares' | 'tokens' | 'webSessions' | 'codes'>;
  clock: Clock;
  /** Who comes in with the link printed at start. */
  user: string;
  /** That user's role; when not given, the one kept. */
  role?: Role;
  services?: readonly ServiceAccount[];
  homes?: Homes;
  random?: RandomBytes;
}

/** Identity of a hub, put together. */
export class Identity implements HubIdentity {
  readonly watchers: Watchers;
  readonly logins: Logins;
  readonly groups: Groups;
  readonly users: Users;
  readonly shares: Shares;
  private readonly principals: Principals;
  private readonly made: Tokens;
  private readonly link: LoginLink;

  constructor(private readonly options: IdentityOptions) {
    const { store, clock, services, homes, user, role, random = randomBytes } = options;
    const watchers = (this.watchers = new Watchers(clock));
    this.logins = new Logins({ store, clock, random, watchers });
    this.groups = new Groups({ store, clock });
    this.users = new Users({ store, clock, watchers, groups: this.groups, homes });
    this.shares = new Shares({ store, clock, random, watchers });
    this.principals = new Principals({ store, clock, logins: this.logins, groups: this.groups, services });
    this.made = new Tokens({
      store, clock, random, watchers,
      scopesOf: async name => {
        const found = await this.users.get(name);
        return found ? this.principals.scopesOf(found) : [];
      }
    });
    this.link = new LoginLink({ users: this.users, logins: this.logins, user, role, random });
  }

  async newLoginToken(): Promise<string> {
    const { store, clock } = this.options;
    const now = clock.now();
    await store.tokens.removeExpired(now);
    await store.webSessions.removeExpired(now);
    await store.codes.removeExpired(now);
    await store.shares.removeExpiredCodes(now);
    return this.link.renew();
  }

  login(token: string): Promise<Login> {
    return this.link.login(token);
  }
  logout(cookie: string): Promise<void> {
    return this.logins.logout(cookie);
  }
  principalOfToken(token: string): Promise<Principal | null> {
    return this.principals.ofToken(token);
  }
  principalOfCookie(cookie: string): Promise<Principal | null> {
    return this.principals.ofCookie(cookie);
  }
  xsrfOf(cookie: string): string {
    return this.logins.xsrfOf(cookie);
  }
  checkXsrf(cookie: string, value: string): boolean {
    return this.logins.checkXsrf(cookie, value);
  }
  watch(principal: Principal, end: () => void): () => void {
    return this.watchers.add(principal, end);
  }
  services(): ServiceRecord[] {
    return this.principals.listServices();
  }

  async issueServerToken(options: { owner: string; server: string; startId: string }): Promise<string> {
    // A start that was under way while its owner was deleted must not bring the name back.
    if (!(await this.users.get(options.owner))) {
      throw new DomainError('unknown-user', `There is no user ${options.owner}.`);
    }
    return this.made.issueToServer(options);
  }
  revokeServer(options: { owner: string; server: string }): Promise<void> {
    return this.made.revokeServer(options);
  }

  user(name: string): Promise<UserRecord | null> {
    return this.users.get(name);
  }
  touchUser(name: string, lastActivity: number): Promise<void> {
    return this.users.touch(name, lastActivity);
  }

  createToken(options: Parameters<HubIdentity['createToken']>[0]): Promise<{ token: string; record: TokenRecord }> {
    return this.made.create(options);
  }
  tokens(owner: string): Promise<TokenRecord[]> {
    return this.made.list(owner);
  }
  deleteToken(options: { owner: string; id: string }): Promise<boolean> {
    return this.made.remove(options);
  }
}
