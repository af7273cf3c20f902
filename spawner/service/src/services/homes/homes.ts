import * as path from 'node:path';
import type { Datalab } from '@jupyter-datalabs/contract';
import { DomainError } from '../../domain/errors.js';
import type { Clock } from '../../ports/clock.js';
import type { HomeFile, HomeFiles, HomeRoom } from '../../ports/home-files.js';
import { levelOfDisk, levelOfUse, sizeText, worse, type Disk } from './levels.js';
import type { HomesService, HomeUsage } from './types.js';

/** Where homes that were set aside lie. No datalab can be called that. */
const RESET = '.reset';
/** Things listed of one directory. */
export const MOST_LISTED = 200;
/** Milliseconds: a figure this young is good enough; what a start waits for a new one; what the next walk waits for one; what a page waits for a removal; what a disk may take to say how full it is. */
const FRESH_MS = 60_000;
const START_MS = 3_000;
const WALK_MS = 60_000;
const REMOVE_MS = 20_000;
const DISK_MS = 1_000;
/** Looks and removals of one user at the same time; the first page takes one for each home. */
const MOST_BUSY = 24;
/** Mount points: a session's volumes and workspace hang on them. */
const MOUNTED = new Set(['my_workspace', 'notebooks', 'data']);
const DATALAB = /^[a-z0-9][a-z0-9._-]{0,99}$/;

export interface HomesOptions {
  /** `<folder>/<user>/<datalab>`, and `<workspaces>/<user>`. */
  folder: string;
  workspaces: string;
  files: HomeFiles;
  /** Bytes that a user may keep; null: no limit. */
  limitOf: (user: string) => Promise<number | null>;
  /** Runs a task while none of the user's starts is admitted. */
  inTurnOf: <T>(user: string, task: () => Promise<T>) => Promise<T>;
  sessions: {
    list(owner: string): Promise<{ name: string; datalab: string; title: string; state: string }[]>;
    stop(options: { owner: string; name: string }): Promise<unknown>;
  };
  /** Lets go of what waits with the user's homes open. */
  release: (user: string) => Promise<void>;
  clock: Clock;
  logger: { warn(fields: object, message: string): void; info(fields: object, message: string): void };
}

interface Measured {
  at: number;
  total: number;
  /** By path on the host. */
  sizes: Map<string, number>;
}

/** What users keep: how much it is, how some of it is removed, and how a home begins anew. */
export class Homes implements HomesService {
  readonly #measured = new Map<string, Measured>();
  readonly #measuring = new Map<string, Promise<Measured>>();
  /** One walk at a time: they share the disk with the sessions. */
  #walk: Promise<void> = Promise.resolve();
  /** Looks and removals under way, by user. */
  readonly #busy = new Map<string, number>();

  constructor(private readonly options: HomesOptions) {}

  of(user: string): number | null {
    const known = this.#measured.get(user);
    if (!known || this.options.clock.now() - known.at > FRESH_MS) {
      void this.#measure(user);
    }
    return known?.total ?? null;
  }

  async usage(user: string): Promise<HomeUsage> {
    const { limitOf } = this.options;
    const places = await this.#places(user);
    const [limit, disk] = [await limitOf(user), await this.#tightest([...places.keys(), this.#workspace(user)])];
    const known = this.#measured.get(user);
    const fresh = known && this.options.clock.now() - known.at <= FRESH_MS;
    const measured = fresh ? known : ((await this.#within(START_MS, this.#measure(user))) ?? known);
    const used = measured?.total ?? null;
    const bytes = (source: string): number | null => measured?.sizes.get(source) ?? null;
    const [byUse, byDisk] = [levelOfUse(used, limit), levelOfDisk(disk)];
    const level = worse(byUse, byDisk);
    const homes: HomeUsage['homes'] = [];
    const resets: HomeUsage['resets'] = [];
    for (const [source, place] of places) {
      if (place.startsWith('home/')) homes.push({ datalab: place.slice('home/'.length), bytes: bytes(source) });
      if (place.startsWith('reset/')) resets.push({ ...resetOf(place.slice('reset/'.length)), bytes: bytes(source) });
    }
    const message = level === 'fine' || level === 'unknown' ? null : levelOfUse(used, limit) === level ? useSentence(used!, limit!) : diskSentence(disk!);
    return {
      used, limit, free: disk?.free ?? null, level, message, measured: measured?.at ?? null, homes,
      resets: resets.sort((a, b) => b.when - a.when), workspace: bytes(this.#workspace(user))
    };
  }

  async admit({ owner, by, datalab, options }: { owner: string; by?: string; datalab: Pick<Datalab, 'id'>; options: { safe?: boolean } }): Promise<void> {
    if (options.safe) {
      return;
    }
    const limit = await this.options.limitOf(owner);
    if (limit !== null) {
      let used = this.of(owner);
      // Somebody near the limit may have made room since; nobody else waits.
      if (used === null || levelOfUse(used, limit) !== 'fine') {
        used = (await this.#within(START_MS, this.#measure(owner)))?.total ?? used;
      }
      if (levelOfUse(used, limit) === 'full') {
        throw full(useSentence(used!, limit, by && owner), by);
      }
    }
    const disk = await this.#tightest([path.join(this.options.folder, owner, datalab.id), this.#workspace(owner)]);
    if (levelOfDisk(disk) === 'full') {
      throw full(diskSentence(disk!, by && owner), by);
    }
  }

  async reset({ owner, datalab, stop = false }: { owner: string; datalab: string; stop?: boolean }): Promise<{ id: string | null }> {
    const { folder, files, sessions, release, clock, logger } = this.options;
    if (!DATALAB.test(datalab)) {
      throw new DomainError('unknown-datalab', 'There is no such datalab.');
    }
    const inUse = async (): Promise<{ name: string; title: string }[]> =>
      (await sessions.list(owner)).filter(session => session.datalab === datalab && ['starting', 'ready', 'stopping'].includes(session.state));
    if (stop) {
      for (const { name } of await inUse()) await sessions.stop({ owner, name });
    }
    return this.options.inTurnOf(owner, async () => {
      await release(owner);
      const [using] = await inUse();
      if (using) {
        throw new DomainError('conflict', `The environment of ${using.title} cannot be reset while a session of it runs.`, { action: 'Stop the session first.' });
      }
      const id = `${datalab} ${new Date(clock.now()).toISOString().replace(/[:.]/g, '-')}`;
      const moved = await files.move(path.join(folder, owner, datalab), path.join(folder, owner, RESET, id)).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code !== 'EBUSY') throw cause;
        throw new DomainError('conflict', 'This home lies on a disk of its own and cannot be set aside.', { action: 'Ask the operator to do it.', cause });
      });
      if (moved) logger.info({ owner, datalab }, 'home set aside');
      this.#measured.delete(owner);
      return { id: moved ? id : null };
    });
  }

  async largest({ owner, place, path: where }: { owner: string; place: string; path: Buffer }): Promise<HomeFile[] | null> {
    const room = await this.#room(owner, place);
    checkPath(where);
    const found = await this.#counted(owner, () => this.options.files.largest(room, where, MOST_LISTED));
    return found && found.filter(file => !isMountPoint(place, where, file.name));
  }

  async remove({ owner, place, path: where }: { owner: string; place: string; path: Buffer }): Promise<'gone' | 'left' | 'late'> {
    const { files, logger } = this.options;
    const room = await this.#room(owner, place);
    checkPath(where);
    const whole = where.length === 0;
    if ((whole && !place.startsWith('reset/')) || (!where.includes('/') && isMountPoint(place, Buffer.alloc(0), where))) {
      throw new DomainError('bad-request', 'This belongs to every session and cannot be removed.', { action: 'Remove what is in it.' });
    }
    const removal = this.#counted(owner, () => (whole ? files.removeRoom(room) : files.remove(room, where))).finally(() => this.#measured.delete(owner));
    removal.catch((error: unknown) => logger.warn({ owner, err: error }, 'files of a home were not removed'));
    const gone = await this.#within(REMOVE_MS, removal);
    return gone === null ? 'late' : gone ? 'gone' : 'left';
  }

  /** Each is a process or more: nobody has many at the same time. */
  async #counted<T>(owner: string, work: () => Promise<T>): Promise<T> {
    const count = this.#busy.get(owner) ?? 0;
    if (count >= MOST_BUSY) {
      throw new DomainError('too-many', 'Too many of your files are being looked at or removed at the same time.', { action: 'Try again in a minute.', retryAfter: 60 });
    }
    this.#busy.set(owner, count + 1);
    return work().finally(() => {
      const left = this.#busy.get(owner)! - 1;
      if (left > 0) this.#busy.set(owner, left);
      else this.#busy.delete(owner);
    });
  }

  #workspace(user: string): string {
    return path.join(this.options.workspaces, user);
  }

  /** By path on the host: what of a user's there is. */
  async #places(user: string): Promise<Map<string, string>> {
    const { folder, files } = this.options;
    const places = new Map<string, string>();
    for (const name of (await files.names(path.join(folder, user))).sort()) {
      if (DATALAB.test(name)) places.set(path.join(folder, user, name), `home/${name}`);
    }
    for (const name of await files.names(path.join(folder, user, RESET))) places.set(path.join(folder, user, RESET, name), `reset/${name}`);
    if ((await files.names(this.options.workspaces)).includes(user)) places.set(this.#workspace(user), 'workspace');
    return places;
  }

  /** The folder of a place that is there. */
  async #room(owner: string, place: string): Promise<HomeRoom> {
    for (const [source, known] of await this.#places(owner)) {
      if (known === place) return { owner, source };
    }
    throw new DomainError('not-found', 'There is no such place among your files.', { action: 'Reload the page.' });
  }

  /** Joined while one is under way, however long: a disk that does not answer is asked once. */
  #measure(user: string): Promise<Measured | null> {
    const running = this.#measuring.get(user);
    if (running) {
      return running.catch(() => null);
    }
    const before = this.#walk;
    let free = (): void => undefined;
    this.#walk = new Promise(resolve => (free = resolve));
    const walk = async (): Promise<Measured> => {
      await before;
      const walking = this.#places(user).then(places => this.options.files.sizes([...places.keys()]));
      // One that takes long goes on, but holds up the others no longer.
      void this.#within(WALK_MS, walking).catch(() => null).then(free);
      const sizes = await walking;
      const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
      const measured = { at: this.options.clock.now(), total, sizes };
      this.#measured.set(user, measured);
      return measured;
    };
    const measuring = walk().finally(() => this.#measuring.delete(user));
    this.#measuring.set(user, measuring);
    return measuring.catch((error: unknown) => {
      this.options.logger.warn({ user, err: error }, 'a home was not measured');
      return null;
    });
  }

  /** The disk with the least room of those that paths lie on. */
  async #tightest(paths: string[]): Promise<Disk | null> {
    const disks = await Promise.all(paths.map(one => this.#within(DISK_MS, this.options.files.disk(one))));
    return disks.reduce((least, disk) => (disk && (!least || disk.free < least.free) ? disk : least), null);
  }

  async #within<T>(ms: number, promise: Promise<T>): Promise<T | null> {
    const done = new AbortController();
    const late = this.options.clock.sleep(ms, done.signal).then(() => null, () => null);
    try {
      return await Promise.race([promise, late]);
    } finally {
      done.abort();
    }
  }
}

/** To its owner, who can make room; to anybody else who asked, who cannot. */
function full(sentence: string, by: string | undefined): DomainError {
  const action = by === undefined ? 'Make room on the page “Files in your home” of the hub (/hub/home-files), or choose safe start, which writes nothing there by itself.' : 'Ask them to make room, or choose safe start, which writes nothing there by itself.';
  return new DomainError('home-full', sentence, { action });
}

function useSentence(used: number, limit: number, owner?: string): string {
  return `${owner === undefined ? 'Your home' : `The home of ${owner}`} ${used >= limit ? 'is full' : 'is nearly full'}: ${sizeText(used)} of ${sizeText(limit)} are used.`;
}

function diskSentence({ total, free }: Disk, owner?: string): string {
  return `The disk of ${owner === undefined ? 'your home' : `the home of ${owner}`} is ${levelOfDisk({ total, free }) === 'full' ? 'full' : 'nearly full'}: ${sizeText(free)} of ${sizeText(total)} are free.`;
}

function resetOf(id: string): { id: string; datalab: string; when: number } {
  const [, datalab = id, day = '', hour = '0', minute = '0', second = '0'] = /^(\S+) (\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)/.exec(id) ?? [];
  return { id, datalab, when: Date.parse(`${day}T${hour}:${minute}:${second}Z`) || 0 };
}

/** The sandbox holds whatever a path says; this only keeps "." and ".." from meaning something else than the page shows. */
function checkPath(where: Buffer): void {
  const parts = where.length === 0 ? [] : where.toString('latin1').split('/');
  if (where.length > 4096 || where.includes(0) || parts.some(part => part === '' || part === '.' || part === '..')) {
    throw new DomainError('bad-request', 'This is not the path of a file.');
  }
}

function isMountPoint(place: string, where: Buffer, name: Buffer): boolean {
  return place.startsWith('home/') && where.length === 0 && MOUNTED.has(name.toString());
}
