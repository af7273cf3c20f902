import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DomainError } from '../../domain/errors.js';
import { readJson, writeAtomically } from './files.js';

/** Between the ranges that systemd, Debian and container tools hand out and the largest number that every program understands. */
const FIRST = 1_900_000_000;
const BLOCKS = 24_000;
const BLOCK_SIZE = 10_000;

/**
 * One host uid per owner, for a hub that runs as root. The file is the only memory of who owns which files: an owner keeps a number for ever,
 * and a number is never given twice. Hubs side by side take their numbers from blocks that the state directory's path picks, so that the owners of one are not those
 * of the other on the disk; should two ever pick the same, their sandboxes still see nothing of each other.
 */
export class UidMap {
  private readonly file: string;
  private readonly block: number;

  constructor(stateDir: string) {
    this.file = join(stateDir, 'uids.json');
    this.block = FIRST + (createHash('sha256').update(stateDir).digest().readUInt32BE() % BLOCKS) * BLOCK_SIZE;
  }

  /** The lowest number. A state directory that was moved stays in the block it had. */
  get first(): number {
    const known = this.read();
    return known.size === 0 ? this.block : Math.min(...known.values());
  }

  uidOf(owner: string): number {
    const known = this.read();
    const existing = known.get(owner);
    if (existing !== undefined) return existing;
    const next = Math.max(this.first - 1, ...known.values()) + 1;
    if (next >= this.first + BLOCK_SIZE) {
      throw new DomainError('engine-down', 'There is no host user left for another owner.', {
        action: 'Ask the operator to start another hub with a state directory of its own.'
      });
    }
    known.set(owner, next);
    writeAtomically(this.file, `${JSON.stringify(Object.fromEntries(known), null, 1)}\n`);
    return next;
  }

  private read(): Map<string, number> {
    return new Map(Object.entries(readJson<Record<string, number>>(this.file) ?? {}));
  }
}
