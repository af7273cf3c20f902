import { DomainError } from '../../../domain/errors.js';
import { foldName, isPersonName, NAME_RULE } from '../../../domain/names.js';
import { ROLES, type Role } from '../../../domain/roles.js';
import type { Clock } from '../../../ports/clock.js';
import type { InvitationRow, Store } from '../../../ports/store.js';
import type { Logger } from '../../../telemetry/logger.js';
import { hashSecret, newSecret } from '../secrets.js';
import type { Login } from '../types.js';
import { Attempts } from './attempts.js';
import { requireGoodPassword, type Passwords } from './passwords.js';
import type { AccountsService, AccountView, InvitationView, LoginHost } from './types.js';

export interface AccountsOptions {
  store: Pick<Store, 'accounts' | 'invitations' | 'users'>;
  passwords: Passwords;
  host: Pick<LoginHost, 'open' | 'endLogins' | 'ensureUser'>;
  invitationMs: number;
  clock: Clock;
  logger: Logger;
}

/** Local accounts: a person is invited by link, chooses a password, and logs in with it. */
export class Accounts implements AccountsService {
  private readonly byAccount: Attempts;
  private readonly byAddress: Attempts;

  constructor(private readonly options: AccountsOptions) {
    this.byAccount = new Attempts(options.clock, { free: 5, firstMs: 5000, longestMs: 15 * 60_000 });
    // A whole institute can share one address.
    this.byAddress = new Attempts(options.clock, { free: 30, firstMs: 5000, longestMs: 15 * 60_000 });
  }

  async login({ user, password, address }: { user: string; password: string; address: string }): Promise<Login> {
    const { store, host, logger } = this.options;
    const name = await this.check({ user, password, address });
    if (name === null || !(await store.users.get(name))) {
      logger.info({ address }, 'login refused');
      throw new DomainError('wrong-password', 'User name or password is wrong.', { action: 'Try again, or ask an admin of this hub for a new link.' });
    }
    return host.open(name);
  }

  async invite({ user, role, createdBy }: { user: string; role: string; createdBy: string }): Promise<{ token: string; invitation: InvitationView }> {
    const { store, clock, invitationMs } = this.options;
    if (!isPersonName(user)) {
      throw new DomainError('invalid-name', `A user name ${NAME_RULE}.`, { action: 'Choose another name.' });
    }
    if (!ROLES.includes(role as Role)) {
      throw new DomainError('bad-request', `The role is one of ${ROLES.join(', ')}.`);
    }
    const [alike] = await store.users.alike([user]);
    if (alike && alike.name !== user) {
      throw new DomainError('conflict', `There is a user "${alike.name}", which differs in case or form only.`, { action: 'Choose another name, or invite that user.' });
    }
    const now = clock.now();
    const token = newSecret();
    const row: InvitationRow = { hash: hashSecret(token), user, role: role as Role, createdBy, created: now, expires: now + invitationMs };
    await store.invitations.removeExpired(now);
    await store.invitations.put(row);
    return { token, invitation: await this.view(row) };
  }

  async invitation(token: string): Promise<InvitationView> {
    const row = await this.options.store.invitations.find(hashSecret(token));
    if (!row || row.expires <= this.options.clock.now()) {
      throw invalid();
    }
    return this.view(row);
  }

  async accept({ token, password, address }: { token: string; password: string; address: string }): Promise<Login> {
    const { store, passwords, host, clock, logger } = this.options;
    this.byAddress.begin(address);
    const { user, renews } = await this.invitation(token);
    requireGoodPassword(password, user);
    const hash = await passwords.hash(password);
    const row = await store.invitations.find(hashSecret(token));
    // Taken after all that can be refused, and by one of several that use the link at once.
    if (!row || !(await store.invitations.take(row.hash))) {
      throw invalid();
    }
    const existing = await store.users.get(user);
    // A new password for somebody takes no right away.
    const role = existing && ROLES.indexOf(existing.role) > ROLES.indexOf(row.role) ? existing.role : row.role;
    await host.ensureUser({ name: user, role });
    await store.accounts.set({ user, password: hash, changed: clock.now() });
    await host.endLogins(user);
    this.byAddress.undo(address);
    this.byAccount.succeed(foldName(user));
    logger.info({ user, renews }, 'invitation accepted');
    return host.open(user);
  }

  async changePassword({ user, current, password, address }: { user: string; current: string; password: string; address: string }): Promise<Login> {
    const { store, passwords, host, clock, logger } = this.options;
    requireGoodPassword(password, user);
    if ((await this.check({ user, password: current, address })) === null) {
      throw new DomainError('wrong-password', 'The current password is wrong.', { action: 'Try again, or ask an admin of this hub for a new link.' });
    }
    await store.accounts.set({ user, password: await passwords.hash(password), changed: clock.now() });
    // Whoever knew the old password is out.
    await host.endLogins(user);
    logger.info({ user }, 'password changed');
    return host.open(user);
  }

  async list(): Promise<{ accounts: AccountView[]; invitations: InvitationView[] }> {
    const { store, clock } = this.options;
    const rows = (await store.invitations.list()).filter(row => row.expires > clock.now());
    return {
      accounts: (await store.accounts.list()).map(({ user, changed }) => ({ user, changed })),
      invitations: await Promise.all(rows.map(row => this.view(row)))
    };
  }

  async withdraw(user: string): Promise<void> {
    await this.options.store.invitations.removeUser(user);
  }

  /** The account's name when the password is right; null takes as long. */
  private async check({ user, password, address }: { user: string; password: string; address: string }): Promise<string | null> {
    const { store, passwords } = this.options;
    const key = foldName(user.slice(0, 200));
    this.byAddress.begin(address);
    this.byAccount.begin(key);
    // People type their name as they like; the account's own spelling is what counts from here on.
    const [known] = user.length <= 200 ? await store.users.alike([user]) : [];
    const account = known ? await store.accounts.get(known.name) : null;
    const { ok, outdated } = await passwords.verify(password.slice(0, 4096), account?.password ?? null);
    if (!ok || !account) {
      return null;
    }
    this.byAccount.succeed(key);
    this.byAddress.undo(address);
    if (outdated) {
      await store.accounts.set({ ...account, password: await passwords.hash(password) });
    }
    return account.user;
  }

  private async view({ user, role, createdBy, created, expires }: InvitationRow): Promise<InvitationView> {
    return { user, role, createdBy, created, expires, renews: (await this.options.store.accounts.get(user)) !== null };
  }
}

function invalid(): DomainError {
  return new DomainError('invitation-invalid', 'This invitation has been used already, has expired, or has been replaced by a newer one.', {
    action: 'Ask an admin of this hub for a new link.'
  });
}
