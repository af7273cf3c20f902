import type { Quota } from '@jupyter-datalabs/contract';
import { effectiveQuota } from '../../services/quotas/effective.js';

const quota = (given: Partial<Quota>): Quota => ({ sessions: null, cpu: null, memory: null, home: null, ...given });
const NONE = quota({});

interface Case {
  title: string;
  own?: Partial<Quota>;
  groups?: Record<string, Partial<Quota>>;
  fallback?: Partial<Quota>;
  effective: Partial<Record<keyof Quota, [number | string, string]>>;
}

const CASES: Case[] = [
  { title: 'nothing anywhere is no limit', effective: {} },
  { title: 'the default holds where nobody says more', fallback: { sessions: 2, home: '20Gi' }, effective: { sessions: [2, 'default'], home: ['20Gi', 'default'] } },
  { title: 'an entry that says nothing is like none', own: {}, groups: { a: {} }, fallback: { cpu: 4 }, effective: { cpu: [4, 'default'] } },
  { title: 'a group goes before the default, also when it allows less', groups: { a: { sessions: 1 } }, fallback: { sessions: 5 }, effective: { sessions: [1, 'group:a'] } },
  { title: 'the most generous of the groups counts', groups: { a: { sessions: 1 }, b: { sessions: 3 }, c: { sessions: 2 } }, effective: { sessions: [3, 'group:b'] } },
  { title: 'each key may come from another group', groups: { a: { sessions: 1, cpu: 8 }, b: { sessions: 3, cpu: 2 } }, effective: { sessions: [3, 'group:b'], cpu: [8, 'group:a'] } },
  { title: 'amounts are compared, not texts', groups: { a: { memory: '9Gi', home: '1000M' }, b: { memory: '10Gi', home: '1G' } }, effective: { memory: ['10Gi', 'group:b'], home: ['1000M', 'group:a'] } },
  { title: 'a group that says nothing of a key takes no limit away', groups: { a: { sessions: 2 }, b: { cpu: 4 } }, effective: { sessions: [2, 'group:a'], cpu: [4, 'group:b'] } },
  { title: 'the first by name of equal groups is named', groups: { b: { sessions: 2 }, a: { sessions: 2 } }, effective: { sessions: [2, 'group:a'] } },
  { title: 'the own entry goes before all, also when it allows less', own: { sessions: 1 }, groups: { a: { sessions: 9 } }, fallback: { sessions: 5 }, effective: { sessions: [1, 'user'] } },
  { title: 'nothing at all can be allowed', own: { sessions: 0, cpu: 0, memory: '0' }, fallback: { sessions: 5 }, effective: { sessions: [0, 'user'], cpu: [0, 'user'], memory: ['0', 'user'] } },
  { title: 'the own entry says something of one key alone', own: { cpu: 2 }, groups: { a: { cpu: 8, memory: '8Gi' } }, fallback: { sessions: 2 }, effective: { cpu: [2, 'user'], memory: ['8Gi', 'group:a'], sessions: [2, 'default'] } }
];

it.each(CASES)('$title', ({ own, groups = {}, fallback = {}, effective }) => {
  const result = effectiveQuota({
    own: own === undefined ? null : quota(own), groups: new Map(Object.entries(groups).map(([name, given]) => [name, quota(given)])), fallback: quota(fallback)
  });
  const expected = Object.fromEntries(Object.keys(NONE).map(key => {
    const found = effective[key as keyof Quota];
    return [key, found ? { value: found[0], origin: found[1] } : null];
  }));
  expect(result).toEqual(expected);
});
