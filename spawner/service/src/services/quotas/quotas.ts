import { memoryBytes, type EffectiveQuota, type Quota, type UserQuota } from '@jupyter-datalabs/contract';

import { holdsResources } from '../../domain/session-state.js';
import type { Store } from '../../ports/store.js';
import type { CatalogueService } from '../catalogue/types.js';
import type { HomeSizes } from '../homes/types.js';
import { resourcesOf } from '../sessions/resources.js';
import type { Admission, SessionView } from '../sessions/types.js';
import { amountOf, effectiveQuota } from './effective.js';
import { YOU, somebody, tooManySessions, tooMuch } from './refusals.js';
import type { QuotaService } from './types.js';

interface QuotasDependencies {
  store: Store['quotas'];
  groupsOf(user: string): Promise<string[]>;
  sessionsOf(owner: string): Promise<SessionView[]>;
  catalogue: Pick<CatalogueService, 'get'>;
  /** Holds where neither the user's entry nor a group's says anything. */
  fallback: Quota;
  homes?: HomeSizes;
}

interface Footprint {
  cpu: number;
  memory: number;
}

/** CPUs are added up from decimal fractions. */
const rounded = (cpu: number): number => Math.round(cpu * 1000) / 1000;

export class Quotas implements QuotaService {
  constructor(private readonly deps: QuotasDependencies) {}

  async effective(user: string): Promise<EffectiveQuota> {
    return this.effectiveWith(user, await this.deps.store.get('user', user));
  }

  async ofUser(user: string): Promise<UserQuota> {
    const own = await this.deps.store.get('user', user);
    const held = (await this.deps.sessionsOf(user)).filter(holdsResources);
    const { cpu, memory } = await this.sum(held);
    return {
      own,
      effective: await this.effectiveWith(user, own),
      used: { sessions: held.length, cpu, memoryBytes: memory, homeBytes: this.deps.homes?.of(user) ?? null }
    };
  }

  async ofGroup(group: string): Promise<Quota | null> {
    return this.deps.store.get('group', group);
  }

  async set(kind: 'user' | 'group', name: string, quota: Quota): Promise<void> {
    await this.deps.store.set(kind, name, quota);
  }

  async remove(kind: 'user' | 'group', name: string): Promise<void> {
    await this.deps.store.remove(kind, name);
  }

  async admit({ owner, by, datalab, others }: Parameters<Admission['admit']>[0]): Promise<void> {
    const whom = by === undefined ? YOU : somebody(owner);
    const { sessions, cpu, memory } = await this.effective(owner);
    if (sessions && others.length >= sessions.value) {
      throw tooManySessions(whom, others, sessions);
    }
    if (!cpu && !memory) {
      return;
    }
    const held = await this.sum(others);
    const needed: Footprint = { cpu: datalab.resources.cpu, memory: memoryBytes(datalab.resources.memory) };
    for (const [what, limit] of [['cpu', cpu], ['memory', memory]] as const) {
      const value = limit && amountOf(limit.value);
      if (limit && rounded(held[what] + needed[what]) > value!) {
        throw tooMuch(whom, what, { title: datalab.title, needed: needed[what], held: held[what], others, limit: { value: value!, origin: limit.origin } });
      }
    }
  }

  private async effectiveWith(user: string, own: Quota | null): Promise<EffectiveQuota> {
    const groups = await this.deps.groupsOf(user);
    return effectiveQuota({ own, groups: await this.deps.store.ofGroups(groups), fallback: this.deps.fallback });
  }

  private async sum(views: readonly SessionView[]): Promise<Footprint> {
    const all = await Promise.all(views.map(view => this.footprint(view)));
    return { cpu: rounded(all.reduce((sum, { cpu }) => sum + cpu, 0)), memory: all.reduce((sum, { memory }) => sum + memory, 0) };
  }

  private async footprint(view: SessionView): Promise<Footprint> {
    const known = await resourcesOf(view, this.deps.catalogue);
    return known ? { cpu: known.cpu, memory: memoryBytes(known.memory) } : { cpu: 0, memory: 0 };
  }
}
