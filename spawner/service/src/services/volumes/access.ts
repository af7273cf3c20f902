import type { VolumeEntry } from '@jupyter-datalabs/contract';

import type { VolumePart } from './types.js';

const depth = (prefix: string): number => (prefix === '' ? 0 : prefix.split('/').length);

/** What of a volume somebody in these groups sees. The rule with the longest prefix decides; a rule that changes nothing is no part. */
export function partsFor({ groups, rules }: Pick<VolumeEntry, 'groups' | 'rules'>, of: ReadonlySet<string>): VolumePart[] {
  const isAllowed = (wanted: readonly string[]): boolean => wanted.length === 0 || wanted.some(group => of.has(group));
  const parts: VolumePart[] = [{ prefix: '', allowed: isAllowed(groups) }];
  for (const rule of [...rules].sort((a, b) => depth(a.prefix) - depth(b.prefix) || (a.prefix < b.prefix ? -1 : 1))) {
    const allowed = isAllowed(rule.groups);
    if (above(parts, rule.prefix).allowed !== allowed) {
      parts.push({ prefix: rule.prefix, allowed });
    }
  }
  return parts;
}

/** The part that decides about a path. */
export function above(parts: readonly VolumePart[], path: string): VolumePart {
  const holding = parts.filter(({ prefix }) => prefix === '' || path === prefix || path.startsWith(`${prefix}/`));
  return holding.reduce((best, part) => (part.prefix.length > best.prefix.length ? part : best));
}

export const seesAny = (parts: readonly VolumePart[]): boolean => parts.some(({ allowed }) => allowed);
