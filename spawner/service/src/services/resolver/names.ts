import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Clock } from '../../ports/clock.js';
import type { Logger } from '../../telemetry/logger.js';
import { startChild, type Child } from '../volumes/child.js';
import type { VolumePart } from '../volumes/types.js';
import type { Looker, Named } from './look.js';

const SCRIPT = fileURLToPath(new URL('../../../helpers/names.mjs', import.meta.url));
/** Entries of a volume whose names are listed; one with more has the rest unlisted. */
export const MOST_NAMES = 2_000_000;
/** Older lists are made anew when they are asked for; until it is done the old one answers. */
const FRESH_MS = 6 * 3600_000;
/** What is asked for is made anew long before. */
const UNASKED_MS = 7 * 24 * 3600_000;
/** After a failure not before. */
const PAUSE_MS = 300_000;
/** A small volume is listed while one waits. */
const PATIENCE_MS = 700;
/** A storage that dies meanwhile must not keep the others from being listed. */
const LONGEST_MS = 1800_000;

/** Which file names there are in which volume: made when first asked for, in a process of its own, kept in the state directory. */
export class NameIndex {
  readonly #building = new Map<string, Promise<void>>();
  readonly #failed = new Map<string, number>();
  #queue: Promise<void> = Promise.resolve();
  #child: Child | null = null;
  #isClosed = false;

  constructor(
    private readonly options: { folder: string; looker: Looker; clock: Clock; logger: Logger; most?: number; node?: string }
  ) {}

  /** Null where there is no list yet. */
  async find({ name, source, parts }: { name: string; source: string; parts: readonly VolumePart[] }, wanted: readonly string[], signal?: AbortSignal): Promise<Named | null> {
    const { clock, looker } = this.options;
    const file = path.join(this.options.folder, `${name}.sqlite`);
    const known = await looker.names({ file, source, parts }, wanted, signal);
    if (known && clock.now() - known.at < FRESH_MS) {
      return known;
    }
    const built = this.#build(file, source);
    if (known) {
      return known;
    }
    const done = new AbortController();
    const late = clock.sleep(PATIENCE_MS, done.signal).catch(() => undefined);
    await Promise.race([built, late]);
    done.abort();
    return looker.names({ file, source, parts }, wanted, signal);
  }

  /** Resolves once what is being made now is there, whether or not it went well. */
  async settled(): Promise<void> {
    await this.#queue;
  }

  #build(file: string, source: string): Promise<void> {
    const { clock, logger } = this.options;
    const under = this.#building.get(file);
    if (under || clock.now() - (this.#failed.get(file) ?? -Infinity) < PAUSE_MS) {
      return under ?? Promise.resolve();
    }
    // One at a time: it is work for the storage, and nobody waits for it.
    const built = this.#queue
      .then(() => this.#run(file, source))
      .catch((error: unknown) => {
        this.#failed.set(file, clock.now());
        logger.warn({ source, err: error }, 'names of a volume were not listed');
      })
      .finally(() => this.#building.delete(file));
    this.#building.set(file, built);
    this.#queue = built;
    return built;
  }

  async #run(file: string, source: string): Promise<void> {
    const { clock, folder, most = MOST_NAMES, node = process.execPath } = this.options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await this.#tidy();
    if (this.#isClosed) {
      return;
    }
    this.#child = startChild([node, SCRIPT, source, file, String(most), String(clock.now())], { clock, timeoutMs: LONGEST_MS });
    const answer = await this.#child.answer;
    this.#child = null;
    if (answer?.code !== 0 && !this.#isClosed) {
      throw new Error(answer?.complaint.trim() || 'it was not done in time, or not begun');
    }
  }

  /** Lists that nobody asks for: their volumes may be gone. */
  async #tidy(): Promise<void> {
    const { clock, folder } = this.options;
    for (const name of await readdir(folder)) {
      const file = path.join(folder, name);
      const about = await stat(file).catch(() => null);
      if (about && clock.now() - about.mtimeMs > UNASKED_MS) {
        await rm(file, { force: true });
      }
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#child?.giveUp();
  }
}
