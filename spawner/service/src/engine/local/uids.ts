import { readJson, writeAtomically } from './files.js';
import { DomainError } from '../../domain/errors.js';

/**
 * One host uid per owner, for a hub that runs as root. The file is the only memory of who owns which files: an owner keeps a number for ever,
 * and a number is never given twice.
 */
export class UidMap {
  constructor(private readonly options: { file: string; base: number; count: number }) {}

  uidOf(owner: string): number {
    const { file, base, count } = this.options;
    const known = new Map(Object.entries(readJson<Record<string, number>>(file) ?? {}));
    const existing = known.get(owner);
    if (existing !== undefined) return existing;
    const next = Math.max(base - 1, ...known.values()) + 1;
    if (next >= base + count) {
      throw new DomainError('engine-down', 'There is no host user left for another owner.', {
        action: 'Ask the operator to enlarge the range of host users.'
      });
    }
    known.set(owner, next);
    writeAtomically(file, `${JSON.stringify(Object.fromEntries(known), null, 1)}\n`);
    return next;
  }
}
