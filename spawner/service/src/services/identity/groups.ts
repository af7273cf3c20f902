import { DomainError } from '../../domain/errors.js';
import { NAME_RULE, isPersonName } from '../../domain/names.js';
import type { Clock } from '../../ports/clock.js';
import type { GroupRow, GroupSource, Store } from '../../ports/store.js';
import type { Members } from './scopes.js';

export interface GroupRecord extends GroupRow {
  members: string[];
}

/** Groups of users: made here, or named by the identity provider. */
export class Groups {
  constructor(private readonly options: { store: Pick<Store, 'groups' | 'users'>; clock: Clock }) {}

  async get(name: string): Promise<GroupRecord | null> {
    const { groups } = this.options.store;
    const row = name.length <= 255 ? await groups.get(name) : null;
    return row && { ...row, members: await groups.members(name) };
  }

  async page(query: { offset: number; limit: number; only?: readonly string[] }): Promise<{ items: GroupRow[]; total: number }> {
    const { rows, total } = await this.options.store.groups.page(query);
    return { items: rows, total };
  }

  /** Rejects with `conflict` when there is one already, `unknown-user` when a member is not known. */
  async create(name: string, members: readonly string[] = [], properties: Record<string, unknown> = {}): Promise<GroupRecord> {
    if (!isPersonName(name)) {
      throw new DomainError('invalid-name', `A group name ${NAME_RULE}.`, { action: 'Choose another name.' });
    }
    await this.checkMembers(members);
    if (!(await this.options.store.groups.insert({ name, properties, created: this.options.clock.now() }))) {
      throw new DomainError('conflict', `There is a group ${name} already.`, { action: 'Choose another name.' });
    }
    await this.options.store.groups.add(name, members, 'local');
    return (await this.get(name))!;
  }

  async setProperties(name: string, properties: Record<string, unknown>): Promise<void> {
    await this.options.store.groups.setProperties(name, properties);
  }

  /** With its memberships and what was shared with it. */
  async remove(name: string): Promise<boolean> {
    return this.options.store.groups.remove(name);
  }

  async add(name: string, members: readonly string[]): Promise<void> {
    await this.checkMembers(members);
    await this.options.store.groups.add(name, members, 'local');
  }

  async drop(name: string, members: readonly string[]): Promise<void> {
    await this.options.store.groups.drop(name, members);
  }

  /** Sorted names. */
  async of(user: string): Promise<string[]> {
    return (await this.options.store.groups.of([user])).get(user) ?? [];
  }

  async ofMany(users: readonly string[]): Promise<Map<string, string[]>> {
    return this.options.store.groups.of(users);
  }

  async membersOf(names: readonly string[]): Promise<Members | undefined> {
    if (names.length === 0) {
      return undefined;
    }
    return new Map(await Promise.all(names.map(async name => [name, new Set(await this.options.store.groups.members(name))] as const)));
  }

  /** Makes a user's groups of one source exactly these; groups nobody has made yet are made, names no group can have left out. */
  async replaceOf(user: string, names: readonly string[], source: GroupSource): Promise<void> {
    const { store, clock } = this.options;
    const possible = [...new Set(names.map(name => name.normalize('NFKC')))].filter(isPersonName);
    for (const name of possible) {
      await store.groups.insert({ name, properties: {}, created: clock.now() });
    }
    await store.groups.replace(user, possible, source);
  }

  private async checkMembers(members: readonly string[]): Promise<void> {
    for (const member of members) {
      if (member.length > 255 || !(await this.options.store.users.get(member))) {
        throw new DomainError('unknown-user', `There is no user ${member.slice(0, 80)}.`, { action: 'Create the user first.' });
      }
    }
  }
}
