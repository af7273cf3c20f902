import { DomainError } from '../../domain/errors.js';
import type { HomeFile } from '../../ports/home-files.js';
import type { HomesService, HomeUsage } from '../../services/homes/types.js';

const MIB = 2 ** 20;

/** Homes as a test sets them. */
export class FakeHomes implements HomesService {
  full: HomeUsage = {
    used: 90 * MIB, limit: 100 * MIB, free: 900 * MIB, level: 'warning', message: 'Your home is nearly full: 90.0 MiB of 100 MiB are used.', measured: Date.parse('2026-03-01T11:59:00Z'),
    homes: [{ datalab: 'topcat', bytes: 60 * MIB }], resets: [{ id: 'topcat 2026-02-01T10-20-30-000Z', datalab: 'topcat', when: Date.parse('2026-02-01T10:20:30Z'), bytes: 20 * MIB }], workspace: { bytes: 10 * MIB }
  };
  files: HomeFile[] | null = [{ name: Buffer.from('<b>cache'), bytes: 50 * MIB, isDirectory: true }, { name: Buffer.from([0x61, 0xff]), bytes: 5 * MIB, isDirectory: false }];
  outcome: 'gone' | 'left' | 'late' = 'gone';
  readonly asked: object[] = [];

  of(): number | null {
    return this.full.used;
  }
  async usage(): Promise<HomeUsage> {
    return this.full;
  }
  async admit(): Promise<void> {
    throw new DomainError('home-full', 'Your home is full.', { action: 'Make room.' });
  }
  async reset(options: { owner: string; datalab: string; stop?: boolean }): Promise<{ id: string }> {
    this.asked.push({ reset: options });
    return { id: 'topcat 2026' };
  }
  async largest(options: { owner: string; place: string; path: Buffer }): Promise<HomeFile[] | null> {
    this.asked.push({ largest: { ...options, path: options.path.toString('latin1') } });
    return this.files;
  }
  async remove(options: { owner: string; place: string; path: Buffer }): Promise<'gone' | 'left' | 'late'> {
    this.asked.push({ remove: { ...options, path: options.path.toString('latin1') } });
    return this.outcome;
  }
}
