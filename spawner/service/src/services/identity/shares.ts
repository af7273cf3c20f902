import { DomainError } from '../../domain/errors.js';
import { oauthClientId } from '../../domain/names.js';
import type { Clock } from '../../ports/clock.js';
import type { ShareCodeRow, ShareRow, Store } from '../../ports/store.js';
import { hashSecret, newSecret, type RandomBytes } from './secrets.js';
import type { Watchers } from './watchers.js';

/** Seconds a share code lives unless said otherwise: JupyterHub's. */
const CODE_LIFETIME = 24 * 3600;

export interface SharesOptions {
  store: Pick<Store, 'shares' | 'groups' | 'tokens' | 'codes'>;
  clock: Clock;
  random: RandomBytes;
  watchers: Watchers;
}

export type Grantee = Pick<ShareRow, 'kind' | 'grantee'>;
export type ShareCodeRecord = Omit<ShareCodeRow, 'hash'>;

/** Who may enter a session besides its owner. */
export class Shares {
  constructor(private readonly options: SharesOptions) {}

  async list(filter: { owner: string; server?: string }): Promise<ShareRow[]> {
    return this.options.store.shares.list(filter);
  }

  /** Idempotent. */
  async grant(share: Omit<ShareRow, 'created'>): Promise<ShareRow> {
    return this.options.store.shares.grant({ ...share, created: this.options.clock.now() });
  }

  /** With the tokens by which visitors were in through it. Idempotent. */
  async revoke(share: Omit<ShareRow, 'created'>): Promise<boolean> {
    const revoked = await this.options.store.shares.revoke(share);
    const { owner, server, kind, grantee } = share;
    await this.shutOut(owner, server, kind === 'user' ? [grantee] : await this.options.store.groups.members(grantee));
    return revoked;
  }

  async revokeAll(owner: string, server: string): Promise<void> {
    const { store } = this.options;
    const shares = await store.shares.list({ owner, server });
    await store.shares.removeServer(owner, server);
    for (const { kind, grantee } of shares) {
      await this.shutOut(owner, server, kind === 'user' ? [grantee] : await store.groups.members(grantee));
    }
  }

  /** What a user may enter, by name or through a group. */
  async grantedTo(user: string): Promise<ShareRow[]> {
    const { store } = this.options;
    return store.shares.grantedTo(user, (await store.groups.of([user])).get(user) ?? []);
  }

  async ofGroup(group: string): Promise<ShareRow[]> {
    return this.options.store.shares.ofGroup(group);
  }

  /** A link that gives access to whoever opens it; the code itself is known from here on to its maker only. */
  async createCode(options: { owner: string; server: string; expiresInSeconds?: number | null }): Promise<{ code: string; record: ShareCodeRecord }> {
    const { store, clock, random } = this.options;
    const code = newSecret(random);
    const now = clock.now();
    const lifetime = options.expiresInSeconds === undefined || options.expiresInSeconds === null ? CODE_LIFETIME : options.expiresInSeconds;
    const record: ShareCodeRecord = {
      id: `sc_${random(8).toString('hex')}`, owner: options.owner, server: options.server, created: now, expires: lifetime > 0 ? now + lifetime * 1000 : null, used: 0, lastUsed: null
    };
    await store.shares.removeExpiredCodes(now);
    await store.shares.insertCode({ ...record, hash: hashSecret(code) });
    return { code, record };
  }

  async codes(owner: string, server: string): Promise<ShareCodeRecord[]> {
    const now = this.options.clock.now();
    return (await this.options.store.shares.codes(owner, server)).filter(code => code.expires === null || code.expires > now);
  }

  /** One by its id or the code itself, else all of the session. */
  async revokeCodes(filter: { owner: string; server: string; id?: string; code?: string }): Promise<number> {
    const { owner, server, id, code } = filter;
    return this.options.store.shares.removeCodes({ owner, server, ...(id !== undefined && { id }), ...(code !== undefined && { hash: hashSecret(code) }) });
  }

  /** What a code opens. Rejects with `not-found`. */
  async findCode(code: string): Promise<ShareCodeRecord> {
    const row = code.length <= 255 ? await this.options.store.shares.findCode(hashSecret(code)) : null;
    if (!row || (row.expires !== null && row.expires <= this.options.clock.now())) {
      throw new DomainError('not-found', 'This link has been withdrawn, or its time is up.', { action: 'Ask whoever sent it for a new one.' });
    }
    return row;
  }

  async acceptCode(code: string, user: string): Promise<ShareRow> {
    const row = await this.findCode(code);
    if (row.owner === user) {
      throw new DomainError('bad-request', 'This session is your own: you need no link to enter it.', { action: 'Open it from the page of your sessions.' });
    }
    await this.options.store.shares.useCode(row.id, this.options.clock.now());
    return this.grant({ owner: row.owner, server: row.server, kind: 'user', grantee: user });
  }

  /** Of those who may not enter any longer, what their browsers were let in with. Somebody may still enter through a group. */
  private async shutOut(owner: string, server: string, users: readonly string[]): Promise<void> {
    const { store, watchers } = this.options;
    const clientId = oauthClientId(owner, server);
    for (const user of users) {
      if (user !== owner && !(await this.grantedTo(user)).some(share => share.owner === owner && share.server === server)) {
        for (const token of (await store.tokens.list(user)).filter(row => row.clientId === clientId)) {
          await store.tokens.remove(token.id);
          watchers.ended({ tokenId: token.id });
        }
      }
    }
  }
}
