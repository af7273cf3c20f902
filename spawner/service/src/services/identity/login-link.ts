import { DomainError } from '../../domain/errors.js';
import type { Role } from '../../domain/roles.js';
import type { Logins } from './logins.js';
import { hashSecret, newSecret, sameSecret, type RandomBytes } from './secrets.js';
import type { Login } from './types.js';
import type { Users } from './users.js';

export interface LoginLinkOptions {
  users: Users;
  logins: Logins;
  /** Who comes in with the link. */
  user: string;
  role?: Role;
  random: RandomBytes;
}

/** The link printed at start: whoever can read the hub's terminal is its user. */
export class LoginLink {
  /** Hash only, and in memory only: a link is never valid longer than the process that printed it. */
  private hash: string | null = null;

  constructor(private readonly options: LoginLinkOptions) {}

  /** Fresh one-time token; the one before stops working. */
  async renew(): Promise<string> {
    await this.arrive();
    const token = newSecret(this.options.random);
    this.hash = hashSecret(token);
    return token;
  }

  async login(token: string): Promise<Login> {
    if (this.hash === null || !sameSecret(hashSecret(token), this.hash)) {
      throw new DomainError('login-token-invalid', 'This login link has been used already or is no longer valid.', {
        action: 'Run "npm start" once more: beside a hub that runs it prints a fresh link.'
      });
    }
    // Used up before the first await: of two requests with the same link only one gets in.
    this.hash = null;
    await this.arrive();
    return this.options.logins.open(this.options.user);
  }

  private async arrive(): Promise<void> {
    const { users, user, role } = this.options;
    await users.ensure({ name: user, ...(role && { role }) });
  }
}
