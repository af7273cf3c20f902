import { setImmediate } from 'node:timers/promises';

import type { Resolved, ResolveCode } from '@jupyter-datalabs/contract';

import type { Logger } from '../../telemetry/logger.js';
import type { VolumesKeeper } from '../volumes/types.js';
import type { Look, Match, Named } from './look.js';
import { downloadOf, isAllowed, known, match, MOST_CANDIDATES, type Candidate, type Known, type Matched } from './match.js';
import { ask } from './patterns.js';
import { picked, read, type Asked, type Picked } from './read.js';

/** So many references are worked on before others have their turn. */
const SLICE = 250;

export interface Question {
  user: string;
  references: readonly unknown[];
  session?: string | undefined;
  isConfined?: boolean;
  signal?: AbortSignal;
}

export interface ResolverService {
  /**
   * In the order of the references. Rejects as the list of mounts does where there is no such session. With `isConfined` no volume counts but those that the session
   * has. Once the signal is given it rejects, and nothing more is looked at.
   */
  resolve(question: Question): Promise<Resolved[]>;
}

/** Which file a reference means, as far as it is known yet; the same for all that say the same. */
interface Case {
  input: unknown;
  asked: Asked;
  matched: Matched;
  /** Of its candidates. */
  next: number;
  found: (Candidate & { others: number }) | null;
  /** What it most likely means, there or not. */
  place: Candidate | null;
  /** Titles of volumes that said nothing. */
  silent: Set<string>;
  /** Volumes whose names are not, or not all, known. */
  unlisted: { title: string; isMaking: boolean } | null;
}

/** From what archives say of a product to its file in a volume, as one user sees it. */
export class Resolver implements ResolverService {
  constructor(
    private readonly options: {
      volumes: Pick<VolumesKeeper, 'visible' | 'places'>;
      look: Look;
      match: Match;
      names: { find(volume: { name: string; source: string; parts: Known['parts'] }, wanted: readonly string[], signal?: AbortSignal): Promise<Named | null> };
      /** Volumes that a session has now. */
      mounted: (user: string, session: string) => Promise<string[]>;
      logger: Logger;
    }
  ) {}

  async resolve({ user, references, session, isConfined = false, signal }: Question): Promise<Resolved[]> {
    const mounted = session === undefined ? null : new Set(await this.options.mounted(user, session));
    const visible = await this.options.volumes.visible({ user });
    const volumes = visible.filter(({ entry }) => !isConfined || mounted?.has(entry.name)).map(known);
    const { picks, of } = await distinct(references, signal);
    const cases = await this.#cases(picks, volumes, signal);
    const byName = new Map(volumes.map(volume => [volume.name, volume]));
    const sources = await this.#sources(user, cases, byName);
    await this.#followPaths(cases, { byName, sources, signal });
    await this.#followNames(cases, { byName, sources, signal, mounted });
    const answers = await inSlices(cases, one => answer(one, { byName, mounted, isConfined }), signal);
    return of.map(index => answers[index]!);
  }

  async #cases(picks: readonly Picked[], volumes: readonly Known[], signal: AbortSignal | undefined): Promise<Case[]> {
    const asked = await inSlices(picks, read, signal);
    const urls = [...new Set(asked.flatMap(one => one.urls))];
    const patterns = urls.length === 0 ? [] : volumes.flatMap(volume => volume.patterns);
    const onSlow = (pattern: string): void => {
      const of = volumes.find(volume => volume.patterns.includes(pattern));
      this.options.logger.warn({ volume: of?.name, pattern }, 'a pattern of URLs takes too long and was passed over');
    };
    const said = await ask(this.options.match, { patterns, urls, onSlow, signal });
    return inSlices(asked, (one, index) => {
      const matched = match(one, volumes, said);
      return { input: picks[index]!.shown, asked: one, matched, next: 0, found: null, place: matched.candidates[0] ?? null, silent: new Set<string>(), unlisted: null };
    }, signal);
  }

  /** Where the volumes in question lie, of those that answer. */
  async #sources(user: string, cases: readonly Case[], byName: ReadonlyMap<string, Known>): Promise<Map<string, string>> {
    const wanted = new Set(cases.flatMap(({ matched }) => (matched.names.length > 0 ? [...byName.keys()] : matched.candidates.map(({ volume }) => volume))));
    if (wanted.size === 0) {
      return new Map();
    }
    // What has died since is found out below.
    const places = await this.options.volumes.places({ user, names: [...wanted] });
    return new Map(places.map(({ name, source }) => [name, source]));
  }

  /** The first candidate of each, all volumes at once; then the next one of those that had no luck. */
  async #followPaths(cases: readonly Case[], { byName, sources, signal }: Where): Promise<void> {
    for (let open = cases.filter(hasNext); open.length > 0; open = open.filter(hasNext)) {
      const groups = new Map<string, Case[]>();
      for (const one of open) {
        const { volume } = one.matched.candidates[one.next]!;
        const group = groups.get(volume);
        if (group) {
          group.push(one);
        } else {
          groups.set(volume, [one]);
        }
      }
      await Promise.all(
        [...groups].map(async ([name, group]) => {
          const volume = byName.get(name)!;
          const real = await this.#real(volume, { sources, signal }, group.map(one => one.matched.candidates[one.next]!.path));
          await inSlices(group, (one, index) => {
            const candidate = one.matched.candidates[one.next++]!;
            if (real === 'silent') {
              one.silent.add(volume.title);
            } else if (isThere(volume, real[index]!)) {
              one.found = { ...candidate, others: 0 };
            }
          }, signal);
        })
      );
    }
  }

  async #followNames(cases: readonly Case[], { byName, sources, signal, mounted }: Where & { mounted: ReadonlySet<string> | null }): Promise<void> {
    const open = cases.filter(({ found, matched }) => found === null && matched.names.length > 0);
    const wanted = [...new Set(open.flatMap(({ matched }) => matched.names))];
    if (wanted.length === 0) {
      return;
    }
    const at = new Map(wanted.map((name, index) => [name, index]));
    // Of several files of a name, the one that the session has is the one to say.
    const volumes = [...byName.values()].sort((a, b) => Number(mounted?.has(b.name) ?? false) - Number(mounted?.has(a.name) ?? false));
    const lists = await Promise.all(
      volumes.map(async volume => {
        const source = sources.get(volume.name);
        const named = source === undefined ? null : await this.options.names.find({ name: volume.name, source, parts: volume.parts }, wanted, signal);
        return { volume, isSilent: source === undefined, named };
      })
    );
    await inSlices(open, one => {
      // What the index says is as old as the index: each is looked at like any other path.
      one.matched = { ...one.matched, candidates: [] };
      one.next = 0;
      for (const { volume, isSilent, named } of lists) {
        if (isSilent) {
          one.silent.add(volume.title);
        } else if (!named?.complete) {
          one.unlisted ??= { title: volume.title, isMaking: named === null };
        }
      }
      const hits = lists.map(({ volume, named }) => one.matched.names.flatMap(name => named?.hits[at.get(name)!] ?? []).map(path => ({ volume: volume.name, path })));
      // No volume crowds out another.
      const each = Math.ceil(MOST_CANDIDATES / Math.max(1, hits.filter(found => found.length > 0).length));
      one.matched.candidates = hits.flatMap(found => found.slice(0, each));
    }, signal);
    const first = new Map(open.map(one => [one, one.matched.candidates]));
    await this.#followPaths(open, { byName, sources, signal });
    for (const [one, candidates] of first) {
      if (one.found) {
        one.found.others = candidates.length - one.next;
      }
    }
  }

  async #real({ name }: Known, { sources, signal }: Pick<Where, 'sources' | 'signal'>, paths: string[]): Promise<(string[] | null)[] | 'silent'> {
    const source = sources.get(name);
    if (source === undefined) {
      return 'silent';
    }
    const found = await this.options.look(source, paths, signal);
    if (found === 'silent') {
      // Once is enough for one request.
      sources.delete(name);
    }
    return found;
  }
}

/** For one request. */
interface Where {
  byName: ReadonlyMap<string, Known>;
  /** Without those that have said nothing meanwhile. */
  sources: Map<string, string>;
  signal: AbortSignal | undefined;
}

const hasNext = ({ found, next, matched }: Case): boolean => found === null && next < matched.candidates.length;

/** What lies in a part that one may not see is not there, nor is what leads into one, through one or out of the volume. */
function isThere(volume: Known, real: string[] | null): boolean {
  return real !== null && isAllowed(volume, real[0]!) && real.slice(1).every(place => isPassable(volume, place));
}

/** Sessions also have the directories above what they see. */
function isPassable(volume: Known, place: string): boolean {
  return isAllowed(volume, place) || volume.parts.some(({ prefix, allowed }) => allowed && prefix.startsWith(`${place}/`));
}

function answer(one: Case, { byName, mounted, isConfined }: { byName: ReadonlyMap<string, Known>; mounted: ReadonlySet<string> | null; isConfined: boolean }): Resolved {
  const { input, asked, matched, found } = one;
  const place = found ?? one.place;
  const volume = place && byName.get(place.volume)!;
  const isMounted = mounted && volume !== null && mounted.has(volume.name);
  const fallbackUrl = asked.fallback ?? (volume && place ? downloadOf(volume, place.path) : null);
  const said = (code: ResolveCode, message: string): Resolved => ({
    input,
    volume: volume?.name ?? null,
    path: place && ['/data', place.volume, ...(place.path === '' ? [] : [place.path])].join('/'),
    exists: found !== null,
    hdu: asked.hdu,
    mounted: isMounted,
    why: { code, message },
    fallbackUrl
  });
  if (matched.bad !== null) {
    return said('bad-reference', matched.bad);
  }
  if (found && volume) {
    const where = `It is in ${volume.title}`;
    const choice = found.others > 0 ? `; ${found.others + 1}${found.others + 1 >= MOST_CANDIDATES ? ' or more' : ''} files have this name, and this is the first of them` : '';
    return isMounted === false ? said('not-mounted', `${where}, which this session does not have${choice}. Mount it.`) : said('ok', `${where}${choice}.`);
  }
  const [silent] = one.silent;
  if (silent !== undefined) {
    return said('unreachable', `It may be in ${silent}, which does not answer at present. Try again later.`);
  }
  const download = fallbackUrl === null ? '' : ' It can be downloaded.';
  if (volume) {
    return said('not-there', `${volume.title} has no such file.${download}`);
  }
  if (one.unlisted) {
    const { title, isMaking } = one.unlisted;
    return said('not-indexed', isMaking ? `The file names of ${title} are being listed. Ask again in a minute, or give its path.` : `${title} has more files than are listed by name. Give its path.`);
  }
  const [unread] = matched.unread;
  if (unread !== undefined) {
    return said('unreachable', `It may be in ${unread}: reading its address took too long. Try again, or give its path.`);
  }
  return said('not-hosted', isConfined ? `No volume of this session has it. "Resolve archive reference…" in JupyterLab looks in all that you may see, and mounts.${download}` : `No volume that you may see has it.${download}`);
}

/** What is asked, each once, and of each reference which that is. */
async function distinct(references: readonly unknown[], signal: AbortSignal | undefined): Promise<{ picks: Picked[]; of: number[] }> {
  const picks: Picked[] = [];
  const seen = new Map<string, number>();
  const of = await inSlices(references, reference => {
    const pick = picked(reference);
    // What was cut differs in what is not seen any more, and is answered alike.
    const key = JSON.stringify(pick);
    const index = seen.get(key) ?? picks.push(pick) - 1;
    seen.set(key, index);
    return index;
  }, signal);
  return { picks, of };
}

async function inSlices<T, R>(items: readonly T[], work: (item: T, index: number) => R, signal?: AbortSignal): Promise<R[]> {
  const done: R[] = [];
  for (const [index, item] of items.entries()) {
    if (index > 0 && index % SLICE === 0) {
      await setImmediate();
      signal?.throwIfAborted();
    }
    done.push(work(item, index));
  }
  return done;
}
