import type { Datalab } from '@jupyter-datalabs/contract';
import type { HomeFile } from '../../ports/home-files.js';
import type { Level } from './levels.js';

/** What quotas count by. */
export interface HomeSizes {
  /** Bytes on the disk as last measured, however long ago; null: not known. Measures nothing: whoever pages through all users asks it of each. */
  of(user: string): number | null;
}

export interface HomeUsage {
  /** At least, while the size of a place is not known. */
  used: number | null;
  limit: number | null;
  free: number | null;
  level: Level;
  message: string | null;
  measured: number | null;
  homes: { datalab: string; bytes: number | null }[];
  resets: { id: string; datalab: string; when: number; bytes: number | null }[];
  /** Null: there is none yet. */
  workspace: { bytes: number | null } | null;
}

/** Which of a user's folders: `home/<datalab>`, `reset/<id>` or `workspace`. */
export type HomePlace = string;

export interface HomesService extends HomeSizes {
  /** Measured anew where it is older than that and there is time; milliseconds. */
  usage(user: string, options?: { maxAgeMs?: number }): Promise<HomeUsage>;
  /** Rejects with `home-full`. */
  admit(start: { owner: string; by?: string; datalab: Pick<Datalab, 'id'>; options: { safe?: boolean } }): Promise<void>;
  /** Sets a home aside. Rejects with `conflict` while a session has it, unless that is to be stopped first. */
  reset(options: { owner: string; datalab: string; stop?: boolean; by?: string; byAdmin?: boolean }): Promise<{ id: string | null }>;
  /** The largest things in a directory of a place; null: it could not be read. */
  largest(options: { owner: string; place: HomePlace; path: Buffer }): Promise<HomeFile[] | null>;
  /** `late`: it goes on. */
  remove(options: { owner: string; place: HomePlace; path: Buffer }): Promise<'gone' | 'left' | 'late'>;
}
