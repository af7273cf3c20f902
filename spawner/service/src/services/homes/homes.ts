import * as path from 'node:path';
import type { Datalab } from '@jupyter-datalabs/contract';
import { DomainError } from '../../domain/errors.js';
import { holdsResources, type RunState } from '../../domain/session-state.js';
import { sizeText } from '../../domain/sizes.js';
import type { Clock } from '../../ports/clock.js';
import type { HomeFile, HomeFiles, HomeRoom } from '../../ports/home-files.js';
import { levelOfDisk, levelOfUse, worse, type Disk } from './levels.js';
import type { HomesService, HomeUsage } from './types.js';

/** Where homes that were set aside lie. No datalab can be called that. */
const RESET = '.reset';
/** Things listed of one directory. */
export const MOST_LISTED = 200;
/** Milliseconds: a figure this young is good enough; one this old says nothing about a start; what a start waits for a new one; what the next walk waits for one; what a page waits for a removal; what a disk may take to say how full it is. */
const FRESH_MS = 60_000;
const STALE_MS = 3_600_000;
const START_MS = 3_000;
const WALK_MS = 60_000;
const REMOVE_MS = 20_000;
const DISK_MS = 2_000;
/** Figures kept; users whose homes are walked or wait for it; looks that a disk may leave unanswered before nobody is asked any more. */
const MOST_KNOWN = 20_000;
const MOST_WALKS = 200;
const MOST_SILENT = 8;
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
    list(owner: string): Promise<{ name: string; datalab: string; title: string; state: RunState }[]>;
    stop(options: { owner: string; name: string; by?: string; byAdmin?: boolean }): Promise<unknown>;
  };
  /** Lets go of what waits with this home open. */
  release: (user: string, datalab: string) => Promise<void>;
  clock: Clock;
  logger: { warn(fields: object, message: string): void; info(fields: object, message: string): void };
}

interface Measured {
  at: number;
  total: number;
  /** By path on the host. */
  sizes: Map<string, number>;
}

type Found = Map<string, Disk | null>;
/** By path on the host. */
type Places = Map<string, string>;

interface Walk {
  user: string;
  /** A start waits for it. */
  urgent: boolean;
  begun: boolean;
  measured: Promise<Measured | null>;
  end: (measured: Measured | null) => void;
}

/** What users keep: how much it is, how some of it is removed, and how a home begins anew. */
export class Homes implements HomesService {
  readonly #measured = new Map<string, Measured>();
  /** By user, under way and waiting. One at a time: they share the disk with the sessions. */
  readonly #walks = new Map<string, Walk>();
  #walking = false;
  readonly #looks = new Map<string, Promise<Found>>();
  #silent = 0;
  /** Looks and removals under way, by user. */
  readonly #busy = new Map<string, number>();

  constructor(private readonly options: HomesOptions) {}

  of(user: string): number | null {
    return this.#measured.get(user)?.total ?? null;
  }

  /** What was measured, or is about to be, is not the user's any more. */
  forget(user: string): void {
    this.#measured.delete(user);
    // One that waits will look at what there is then.
    if (this.#walks.get(user)?.begun) this.#walks.delete(user);
  }

  async usage(user: string, { maxAgeMs = FRESH_MS }: { maxAgeMs?: number } = {}): Promise<HomeUsage> {
    const { limitOf } = this.options;
    const found = await this.#look(user);
    const places = this.#placesIn(user, found);
    const [limit, disk] = [await limitOf(user), tightest(found, [...places.keys(), this.#workspace(user)])];
    const known = this.#measured.get(user);
    const measured = this.#age(known) <= maxAgeMs && covers(known, places) ? known : ((await this.#within(START_MS, this.#measureAll(user, places))) ?? this.#measured.get(user));
    const bytes = (source: string): number | null => measured?.sizes.get(source) ?? null;
    const sizes = [...places.keys()].map(bytes).filter(size => size !== null);
    const used = measured && (sizes.length > 0 || places.size === 0) ? sizes.reduce((sum, size) => sum + size, 0) : null;
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
      resets: resets.sort((a, b) => b.when - a.when), workspace: places.has(this.#workspace(user)) ? { bytes: bytes(this.#workspace(user)) } : null
    };
  }

  async admit({ owner, by, datalab, options }: { owner: string; by?: string; datalab: Pick<Datalab, 'id'>; options: { safe?: boolean } }): Promise<void> {
    if (options.safe) {
      return;
    }
    const limit = await this.options.limitOf(owner);
    const found = await this.#look(owner, limit === null ? datalab.id : undefined).catch(() => null);
    if (limit !== null) {
      const places: Places = found ? this.#placesIn(owner, found) : new Map();
      const known = this.#measured.get(owner);
      let used = known?.total ?? null;
      const age = this.#age(known);
      // Somebody near the limit may have made room since; nobody else who was measured lately waits.
      if (age > STALE_MS || !covers(known, places) || levelOfUse(used, limit) !== 'fine') {
        used = ((await this.#within(START_MS, this.#measureAll(owner, places, true))) ?? this.#measured.get(owner))?.total ?? used;
      } else if (age > FRESH_MS) {
        void this.#measure(owner);
      }
      if (levelOfUse(used, limit) === 'full') {
        throw full(useSentence(used!, limit, by && owner), by);
      }
    }
    const paths = [path.join(this.options.folder, owner, datalab.id), this.#workspace(owner)];
    const disk = found && tightest(found, paths);
    if (levelOfDisk(disk) === 'full') {
      throw full(diskSentence(disk!, by && owner), by);
    }
  }

  async reset({ owner, datalab, stop = false, by, byAdmin }: Parameters<HomesService['reset']>[0]): Promise<{ id: string | null }> {
    const { folder, files, sessions, release, clock, logger } = this.options;
    if (!DATALAB.test(datalab)) {
      throw new DomainError('unknown-datalab', 'There is no such datalab.');
    }
    const inUse = async (): Promise<{ name: string; title: string }[]> =>
      (await sessions.list(owner)).filter(session => session.datalab === datalab && holdsResources(session));
    if (stop) {
      for (const { name } of await inUse()) await sessions.stop({ owner, name, by, byAdmin });
    }
    return this.options.inTurnOf(owner, async () => {
      const [using] = await inUse();
      if (using) {
        throw new DomainError('conflict', `The environment of ${using.title} cannot be reset while a session of it runs.`, { action: 'Stop the session first.' });
      }
      await release(owner, datalab);
      const id = `${datalab} ${new Date(clock.now()).toISOString().replace(/[:.]/g, '-')}`;
      const moved = await files.move(path.join(folder, owner, datalab), path.join(folder, owner, RESET, id)).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code !== 'EBUSY') throw cause;
        throw new DomainError('conflict', 'This home lies on a disk of its own and cannot be set aside.', { action: 'Ask the operator to do it.', cause });
      });
      // What was made ready meanwhile may have the old one open.
      await release(owner, datalab);
      if (moved) logger.info({ owner, datalab }, 'home set aside');
      this.forget(owner);
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
    const removal = this.#counted(owner, () => (whole ? files.removeRoom(room) : files.remove(room, where))).finally(() => this.forget(owner));
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

  /** Rejects with `volume-unreachable`. One at a time for each user; of a disk that does not answer a few are asked in all. With a datalab: its disks alone. */
  async #look(user: string, datalab?: string): Promise<Found> {
    const { folder, files, logger } = this.options;
    const key = datalab === undefined ? user : `${user} ${datalab}`;
    let look = this.#looks.get(key);
    if (!look && this.#silent < MOST_SILENT) {
      look = files.look({ home: path.join(folder, user), workspace: this.#workspace(user), ...(datalab !== undefined && { datalab }) }).finally(() => this.#looks.delete(key));
      this.#looks.set(key, look);
      const ended = look.then(() => undefined, (error: unknown) => logger.warn({ user, err: error }, 'the disk of a home failed'));
      void this.#within(DISK_MS, ended.then(() => true)).then(async inTime => {
        if (inTime) return;
        this.#silent++;
        await ended;
        this.#silent--;
      });
    }
    const found = look && (await this.#within(DISK_MS, look).catch(() => null));
    if (!found) {
      throw new DomainError('volume-unreachable', 'The disk of the home does not answer.', { action: 'Try again in a minute. If it lasts, tell whoever runs the hub.' });
    }
    return found;
  }

  /** By path on the host: what of a user's there is. */
  #placesIn(user: string, found: Found): Places {
    const home = path.join(this.options.folder, user);
    const places: Places = new Map();
    for (const source of [...found.keys()].sort()) {
      const name = path.basename(source);
      if (path.dirname(source) === home && DATALAB.test(name)) places.set(source, `home/${name}`);
      else if (path.dirname(source) === path.join(home, RESET)) places.set(source, `reset/${name}`);
      else if (source === this.#workspace(user)) places.set(source, 'workspace');
    }
    return places;
  }

  /** The folder of a place that is there. */
  async #room(owner: string, place: string): Promise<HomeRoom> {
    for (const [source, known] of this.#placesIn(owner, await this.#look(owner))) {
      if (known === place) return { owner, source };
    }
    throw new DomainError('not-found', 'There is no such place among your files.', { action: 'Reload the page.' });
  }

  #age(known: Measured | undefined): number {
    return known ? Math.abs(this.options.clock.now() - known.at) : Infinity;
  }

  /** One that is joined may have begun before some of the places were there. */
  async #measureAll(user: string, places: Places, urgent = false): Promise<Measured | null> {
    const measured = await this.#measure(user, urgent);
    return measured && !covers(measured, places) ? this.#measure(user, urgent) : measured;
  }

  /** Joined while one is under way, however long, or waits. Null: it failed, or too many wait. */
  #measure(user: string, urgent = false): Promise<Measured | null> {
    let walk = this.#walks.get(user);
    if (!walk) {
      if (this.#walks.size >= MOST_WALKS) {
        const last = urgent ? [...this.#walks.values()].findLast(other => !other.begun && !other.urgent) : undefined;
        if (!last) return Promise.resolve(null);
        this.#walks.delete(last.user);
        last.end(null);
      }
      let end: Walk['end'] = () => undefined;
      const measured = new Promise<Measured | null>(resolve => (end = resolve));
      walk = { user, urgent, begun: false, measured, end };
      this.#walks.set(user, walk);
    }
    walk.urgent ||= urgent;
    this.#next();
    return walk.measured;
  }

  /** Those that a start waits for come first. */
  #next(): void {
    const waiting = [...this.#walks.values()].filter(walk => !walk.begun);
    const walk = waiting.find(({ urgent }) => urgent) ?? waiting[0];
    if (this.#walking || !walk) return;
    walk.begun = this.#walking = true;
    const sized = this.#size(walk);
    void sized.then(walk.end);
    // One that takes long goes on, but holds up the others no longer.
    void this.#within(WALK_MS, sized).then(() => {
      this.#walking = false;
      this.#next();
    });
  }

  async #size(walk: Walk): Promise<Measured | null> {
    const { files, clock, logger } = this.options;
    const { user } = walk;
    const mine = (): boolean => this.#walks.get(user) === walk;
    try {
      const sizes = await files.sizes([...this.#placesIn(user, await this.#look(user)).keys()]);
      const measured = { at: clock.now(), total: [...sizes.values()].reduce((sum, size) => sum + size, 0), sizes };
      if (mine()) {
        this.#measured.delete(user);
        this.#measured.set(user, measured);
        if (this.#measured.size > MOST_KNOWN) this.#measured.delete(this.#measured.keys().next().value!);
      }
      return measured;
    } catch (error) {
      logger.warn({ user, err: error }, 'a home was not measured');
      return null;
    } finally {
      if (mine()) this.#walks.delete(user);
    }
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

function covers(measured: Measured | undefined, places: Places): boolean {
  return measured !== undefined && [...places.keys()].every(source => measured.sizes.has(source));
}

/** The disk with the least room of those that paths lie on, or would if they were there. */
function tightest(found: Found, paths: string[]): Disk | null {
  const disks = paths.map(one => {
    let existing = one;
    while (existing !== path.dirname(existing) && !found.has(existing)) existing = path.dirname(existing);
    return found.get(existing) ?? null;
  });
  return disks.reduce((least, disk) => (disk && (!least || disk.free < least.free) ? disk : least), null);
}

/** To its owner, who can make room; to anybody else who asked, who cannot. */
function full(sentence: string, by: string | undefined): DomainError {
  const action = by === undefined ? 'Make room in “Files in your home”, or choose safe start, which writes nothing there by itself.' : 'Ask them to make room, or choose safe start, which writes nothing there by itself.';
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
