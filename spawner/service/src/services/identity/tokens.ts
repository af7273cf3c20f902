import { DomainError } from '../../domain/errors.js';
import { oauthClientId } from '../../domain/names.js';
import { ROLES, type Role } from '../../domain/roles.js';
import type { Clock } from '../../ports/clock.js';
import type { Store, TokenRow } from '../../ports/store.js';
import { accessScope, covers, filled, isScope, roleScopes, serverScopes, type Members } from './scopes.js';
import { hashSecret, newSecret, type RandomBytes } from './secrets.js';
import type { Principal, TokenRecord } from './types.js';
import type { Watchers } from './watchers.js';

export interface TokensOptions {
  store: Pick<Store, 'users' | 'tokens' | 'codes'>;
  clock: Clock;
  random: RandomBytes;
  watchers: Watchers;
  /** All a user may do now. */
  scopesOf(user: string): Promise<string[]>;
}

export interface NewTokenOptions {
  principal: Principal;
  owner: string;
  scopes?: readonly string[];
  /** JupyterHub's older way to say scopes. */
  roles?: readonly string[];
  expiresInSeconds?: number | null;
  note?: string;
}

/** Tokens: made by people, and issued to sessions. Kept as hashes only. */
export class Tokens {
  constructor(private readonly options: TokensOptions) {}

  /** Rejects with `forbidden` when it asks for more than the asker or the owner has. Without scopes: all the asker has. */
  async create(asked: NewTokenOptions): Promise<{ token: string; record: TokenRecord }> {
    const { store, clock, random } = this.options;
    const { principal, owner } = asked;
    const own = principal.kind === 'user' && principal.name === owner;
    const held = own ? null : await this.options.scopesOf(owner);
    const wanted = this.wanted(asked, held);
    const unknown = wanted.filter(scope => scope !== 'inherit' && !isScope(scope));
    if (unknown.length > 0) {
      throw new DomainError('bad-request', `There is no such scope: ${unknown.join(', ')}.`, { action: 'The operator guide lists the scopes.' });
    }
    // "Whatever the owner may do" is measured by what that is now.
    const measured = wanted.includes('inherit') ? [...wanted.filter(scope => scope !== 'inherit'), ...(held ?? (await this.options.scopesOf(owner)))] : wanted;
    refuseExcess(measured, principal.scopes, principal.members, 'you have');
    if (held) {
      refuseExcess(measured, held, undefined, `${owner} has`);
    }
    const token = newSecret(random);
    const now = clock.now();
    const ends = Math.min(
      asked.expiresInSeconds ? now + asked.expiresInSeconds * 1000 : Infinity,
      // A token made with a token never outlives it, else a stolen short-lived one could be turned into one for ever.
      principal.expires ?? Infinity
    );
    const row: TokenRow = {
      ...this.newRow(token, owner), scopes: wanted, note: asked.note || 'Requested via api', expires: ends === Infinity ? null : ends,
      // What is made in a browser's name ends when that browser logs out; what a person logged in asks for without an end lives on.
      sessionId: own && (principal.via === 'token' || asked.expiresInSeconds) ? principal.sessionId : null
    };
    await store.tokens.insert(row);
    return { token, record: row };
  }

  async list(owner: string): Promise<TokenRecord[]> {
    const now = this.options.clock.now();
    return (await this.options.store.tokens.list(owner)).filter(row => row.expires === null || row.expires > now);
  }

  /** Idempotent: false when there was none. */
  async remove({ owner, id }: { owner: string; id: string }): Promise<boolean> {
    const row = (await this.options.store.tokens.list(owner)).find(other => other.id === id);
    this.options.watchers.ended({ tokenId: id });
    return row ? this.options.store.tokens.remove(row.id) : false;
  }

  async issueToServer({ owner, server, startId }: { owner: string; server: string; startId: string }): Promise<string> {
    const { store, random } = this.options;
    // One secret for each client at a time: a token of an earlier start must not outlive it.
    await store.tokens.removeWhere({ owner, kind: 'server', server });
    const token = newSecret(random);
    await store.tokens.insert({
      ...this.newRow(token, owner), scopes: serverScopes(owner, server), kind: 'server', server, clientId: oauthClientId(owner, server), note: `Session start ${startId}`
    });
    return token;
  }

  /** Everything issued to or through a session. */
  async revokeServer({ owner, server }: { owner: string; server: string }): Promise<void> {
    const { store, watchers } = this.options;
    const clientId = oauthClientId(owner, server);
    await store.codes.removeWhere({ clientId });
    await store.tokens.removeWhere({ owner, server });
    await store.tokens.removeWhere({ clientId });
    watchers.ended({ clientId });
    // Entrance tickets of this session alone, such as a desktop panel's, end with it too.
    const ticket = accessScope(owner, server);
    for (const row of await store.tokens.list(owner)) {
      if (row.scopes.length > 0 && row.scopes.every(scope => scope === ticket)) {
        await store.tokens.remove(row.id);
        watchers.ended({ tokenId: row.id });
      }
    }
  }

  private wanted({ principal, owner, scopes, roles }: NewTokenOptions, held: string[] | null): string[] {
    if (scopes === undefined && roles === undefined) {
      return held ? ['inherit'] : [...new Set(principal.scopes)];
    }
    const ofRoles = (roles ?? []).flatMap(role => {
      if (role === 'token') {
        return ['inherit'];
      }
      if (!(ROLES as readonly string[]).includes(role)) {
        throw new DomainError('bad-request', `There is no role ${role.slice(0, 80)}.`, { action: `Roles are ${ROLES.join(', ')}; better name scopes.` });
      }
      return roleScopes(role as Role, owner);
    });
    return [...new Set([...(scopes ?? []).flatMap(scope => (scope === 'self' ? roleScopes('user', owner) : [filled(scope, owner)])), ...ofRoles])];
  }

  private newRow(token: string, owner: string): TokenRow {
    return {
      id: `a${this.options.random(8).toString('hex')}`, hash: hashSecret(token), owner, scopes: [], kind: 'api', server: null, clientId: null, sessionId: null,
      created: this.options.clock.now(), expires: null, lastUsed: null, note: ''
    };
  }
}

function refuseExcess(scopes: readonly string[], held: readonly string[], members: Members | undefined, whose: string): void {
  const excess = scopes.filter(scope => !covers(held, scope, members));
  if (excess.length > 0) {
    throw new DomainError('forbidden', `These scopes are more than ${whose}: ${excess.join(', ')}.`, { action: 'Ask for fewer scopes.' });
  }
}
