import type { Clock } from '../../ports/clock.js';
import type { Store, UserRow } from '../../ports/store.js';
import type { Groups } from './groups.js';
import type { Logins } from './logins.js';
import { accessScope, groupsIn, intersect, roleScopes } from './scopes.js';
import { hashSecret } from './secrets.js';
import type { Principal, ServiceRecord } from './types.js';

/** Uses of a token, and signs of a user, closer together than this are written down once. Milliseconds. */
const TOUCH_INTERVAL = 60_000;

/** A program of the operator's with a token of its own, from the configuration. */
export interface ServiceAccount extends ServiceRecord {
  apiToken: string;
}

export interface PrincipalsOptions {
  store: Pick<Store, 'users' | 'tokens' | 'shares'>;
  clock: Clock;
  logins: Logins;
  groups: Groups;
  services?: readonly ServiceAccount[];
}

/** Who is asking, and what that is allowed at this moment: rights are looked up at each request, never kept with a token. */
export class Principals {
  private readonly services: Map<string, ServiceRecord>;

  constructor(private readonly options: PrincipalsOptions) {
    this.services = new Map((options.services ?? []).map(({ apiToken, ...service }) => [hashSecret(apiToken), service]));
  }

  /** All a user may do now: by role, and by what others share. */
  async scopesOf(user: Pick<UserRow, 'name' | 'role'>): Promise<string[]> {
    const groups = await this.options.groups.of(user.name);
    const shares = await this.options.store.shares.grantedTo(user.name, groups);
    return [...roleScopes(user.role, user.name), ...shares.map(share => accessScope(share.owner, share.server))];
  }

  async ofToken(token: string): Promise<Principal | null> {
    const { store, clock } = this.options;
    const hash = hashSecret(token);
    const service = this.services.get(hash);
    if (service) {
      return {
        kind: 'service', name: service.name, admin: false, scopes: service.scopes, members: await this.options.groups.membersOf(groupsIn(service.scopes)),
        tokenId: '', sessionId: null, expires: null, via: 'token', clientId: null
      };
    }
    const row = await store.tokens.findByHash(hash);
    const now = clock.now();
    if (!row || (row.expires !== null && row.expires <= now)) {
      return null;
    }
    const user = await store.users.get(row.owner);
    if (!user) {
      return null;
    }
    await this.note(row.lastUsed, () => store.tokens.touch(row.id, now));
    const common = { kind: 'user', name: row.owner, tokenId: row.id, sessionId: row.sessionId, expires: row.expires, via: 'token', clientId: row.clientId } as const;
    if (row.kind === 'server') {
      // What a session does by itself is no sign of its owner, and its rights are its own.
      return { ...common, admin: false, scopes: row.scopes };
    }
    await this.note(user.lastActivity, () => store.users.touch(user.name, now));
    const held = await this.scopesOf(user);
    const asked = row.scopes.includes('inherit') ? [...new Set([...row.scopes.filter(scope => scope !== 'inherit'), ...held])] : row.scopes;
    const members = await this.options.groups.membersOf(groupsIn(asked));
    return { ...common, admin: user.role === 'admin', scopes: intersect(asked, held, members), members };
  }

  async ofCookie(cookie: string): Promise<Principal | null> {
    const { store, clock, logins } = this.options;
    const row = await logins.find(cookie);
    const user = row && (await store.users.get(row.owner));
    if (!row || !user) {
      return null;
    }
    await this.note(user.lastActivity, () => store.users.touch(user.name, clock.now()));
    return {
      kind: 'user', name: user.name, admin: user.role === 'admin', scopes: await this.scopesOf(user), tokenId: '', sessionId: row.sessionId, expires: null, via: 'cookie', clientId: null
    };
  }

  listServices(): ServiceRecord[] {
    return [...this.services.values()];
  }

  private async note(last: number | null, write: () => Promise<void>): Promise<void> {
    if (last === null || this.options.clock.now() - last >= TOUCH_INTERVAL) {
      // A full disk must keep nobody out: the next use is written down again.
      await write().catch(() => undefined);
    }
  }
}
