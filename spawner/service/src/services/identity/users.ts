import { DomainError } from '../../domain/errors.js';
import { NAME_RULE, foldName, isPersonName } from '../../domain/names.js';
import type { Role } from '../../domain/roles.js';
import type { Clock } from '../../ports/clock.js';
import type { GroupSource, Store, UserQuery, UserRow } from '../../ports/store.js';
import type { Groups } from './groups.js';
import type { UserRecord } from './types.js';
import type { Watchers } from './watchers.js';

/** Directories of users, as far as names are concerned. */
export interface Homes {
  exists(user: string): Promise<boolean>;
  /** Moves what is left of a deleted user aside, so that the next of that name does not inherit it. */
  retire(user: string): Promise<void>;
}

export interface UsersOptions {
  store: Pick<Store, 'users'>;
  groups: Groups;
  clock: Clock;
  watchers: Watchers;
  homes?: Homes;
}

export interface Arrival {
  name: string;
  role?: Role;
  displayName?: string | null;
  email?: string | null;
  /** All groups of this source; those of the other stay. */
  groups?: { names: readonly string[]; source: GroupSource };
}

const toRecord = (row: UserRow): UserRecord => ({ ...row, admin: row.role === 'admin' });

/** The people of this hub. */
export class Users {
  constructor(private readonly options: UsersOptions) {}

  async get(name: string): Promise<UserRecord | null> {
    const row = name.length <= 255 ? await this.options.store.users.get(name) : null;
    return row && toRecord(row);
  }

  async page(query: UserQuery): Promise<{ items: UserRecord[]; total: number }> {
    const { rows, total } = await this.options.store.users.page(query);
    return { items: rows.map(toRecord), total };
  }

  /** Creates the user or brings up to date what is said. Rejects with `invalid-name`, or `name-taken` for a name that is another's but for case or Unicode form. */
  async ensure({ name, role, displayName, email, groups }: Arrival): Promise<UserRecord> {
    const { store, clock } = this.options;
    const known = await store.users.get(name);
    if (!known) {
      await this.checkNew([name]);
      await store.users.ensure({ name, role, now: clock.now() }).catch(takenSince);
    } else if (known.role === 'admin' && role !== undefined && role !== 'admin') {
      this.options.watchers.ended({ name });
    }
    await store.users.update(name, { role, displayName, email });
    if (groups) {
      await this.options.groups.replaceOf(name, groups.names, groups.source);
    }
    return (await this.get(name))!;
  }

  /** Creates those that are not there yet, all or none. Rejects with `conflict` when there is nothing to create. */
  async create(names: readonly string[], role: Role): Promise<UserRecord[]> {
    const { store, clock } = this.options;
    const asked = [...new Set(names)];
    const alike = await store.users.alike(asked.filter(name => name.length <= 255));
    const known = new Set(alike.map(user => user.name));
    const fresh = asked.filter(name => !known.has(name));
    if (fresh.length === 0) {
      throw new DomainError('conflict', asked.length === 1 ? `There is a user ${asked[0]} already.` : 'All these users are there already.', { action: 'Choose another name.' });
    }
    check(fresh, alike);
    const now = clock.now();
    await store.users.insertMany(fresh.map(name => ({ name, role })), now).catch(takenSince);
    return fresh.map(name => ({ name, role, admin: role === 'admin', displayName: null, email: null, created: now, lastActivity: null }));
  }

  async setRole(name: string, role: Role): Promise<void> {
    await this.options.store.users.update(name, { role });
    // Streams opened with more rights come back with those that are left.
    this.options.watchers.ended({ name });
  }

  /** Rejects with `conflict` once the user has files: they lie under the name, and sessions find them by it. */
  async rename(from: string, to: string): Promise<void> {
    const alike = (await this.options.store.users.alike([to])).filter(user => user.name !== from);
    if (alike.some(user => user.name === to)) {
      throw new DomainError('conflict', `There is a user ${to} already.`, { action: 'Choose another name.' });
    }
    check([to], alike);
    if (await this.options.homes?.exists(from)) {
      throw new DomainError('conflict', `${from} has files at this hub, which belong to that name.`, { action: 'Make a new user, and copy the files with the help of the operator.' });
    }
    await this.options.store.users.rename(from, to).catch(takenSince);
    this.options.watchers.ended({ name: from });
  }

  /** With logins, tokens, groups and shares: from here on nothing begins in this name. The caller then ends the sessions and retires the home. Idempotent. */
  async remove(name: string): Promise<void> {
    await this.options.store.users.remove(name);
    this.options.watchers.ended({ name });
  }

  /** Moves the files of a user who has been removed aside. */
  async retireHome(name: string): Promise<void> {
    await this.options.homes?.retire(name);
  }

  async touch(name: string, at: number): Promise<void> {
    await this.options.store.users.touch(name, at);
  }

  private async checkNew(names: readonly string[]): Promise<void> {
    check(names, await this.options.store.users.alike(names.filter(name => name.length <= 255)));
  }
}

/** Refuses names that nobody may have, or that look like one that somebody has. */
function check(names: readonly string[], alike: readonly { name: string }[]): void {
  const taken = new Map(alike.map(user => [foldName(user.name), user.name]));
  for (const name of names) {
    const other = name.length <= 255 ? taken.get(foldName(name)) : undefined;
    if (other !== undefined) {
      throw new DomainError('name-taken', `The name ${name} differs from ${other} in upper and lower case or in the form of its letters only.`, { action: 'Choose another name.' });
    }
    if (!isPersonName(name)) {
      throw new DomainError('invalid-name', `A user name ${NAME_RULE}.`, { action: 'Choose another name.' });
    }
    taken.set(foldName(name), name);
  }
}

/** Somebody else took the name between the look and the act. */
function takenSince(error: unknown): never {
  if (error instanceof Error && error.message.includes('UNIQUE')) {
    throw new DomainError('name-taken', 'The name, or one like it, has been taken at this very moment.', { action: 'Look at the list of users, then choose another name.', cause: error });
  }
  throw error;
}
