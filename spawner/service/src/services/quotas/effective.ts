import { memoryBytes, type EffectiveQuota, type Quota } from '@jupyter-datalabs/contract';

type Key = keyof Quota;

/** What is compared, and counted against. */
export function amountOf(value: number | string): number {
  return typeof value === 'string' ? memoryBytes(value) : value;
}

/** Key by key: the user's own entry, else the most generous of the groups', else the default. The first of equal groups is named. */
export function effectiveQuota({ own, groups, fallback }: { own: Quota | null; groups: ReadonlyMap<string, Quota>; fallback: Quota }): EffectiveQuota {
  const find = <K extends Key>(key: K): { value: NonNullable<Quota[K]>; origin: string } | null => {
    const mine = own?.[key] ?? null;
    if (mine !== null) {
      return { value: mine, origin: 'user' };
    }
    let best: { value: NonNullable<Quota[K]>; origin: string } | null = null;
    for (const name of [...groups.keys()].sort()) {
      const value = groups.get(name)![key];
      if (value !== null && (best === null || amountOf(value) > amountOf(best.value))) {
        best = { value, origin: `group:${name}` };
      }
    }
    const common = fallback[key];
    return best ?? (common === null ? null : { value: common, origin: 'default' });
  };
  return { sessions: find('sessions'), cpu: find('cpu'), memory: find('memory'), home: find('home') };
}
