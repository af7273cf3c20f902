import { basename, dirname } from 'node:path';

import { above } from '../volumes/access.js';
import type { VisibleVolume, VolumePart } from '../volumes/types.js';
import { decoded, encodePath, type Asked } from './read.js';

/** A volume somebody may see, as far as references speak of it. */
export interface Known {
  name: string;
  title: string;
  parts: VolumePart[];
  /** Without a slash at the end. */
  roots: string[];
  patterns: string[];
  download: string | null;
  /** What comes before and behind the one thing that `download` leaves open; null where there are several. */
  address: { open: 'path' | 'name'; before: string; behind: string } | null;
}

export interface Candidate {
  volume: string;
  /** In the volume; '' is its root. */
  path: string;
}

export interface Matched {
  /** Best first, all of what the user may see. */
  candidates: Candidate[];
  /** To be looked for by name alone. */
  names: string[];
  /** Titles of volumes of which it is not known whether its addresses are theirs. */
  unread: string[];
  bad: string | null;
}

/** What is said of one pattern and many URLs; `unread` those for which it takes too long. */
export type Said = ReadonlyMap<string, ReadonlyMap<string, { path?: string | undefined; name?: string | undefined } | 'unread'>>;

export const MOST_CANDIDATES = 16;
/** Where sessions have volumes, and where public code looks for them. */
const PLACES = ['/data/user/', '/media/home/data/', '/data/'];

export function known({ entry, parts }: VisibleVolume): Known {
  return {
    name: entry.name,
    title: entry.title,
    parts,
    roots: entry.roots.map(root => tidy(root)).filter((root): root is string => root !== null),
    patterns: entry.urls,
    download: entry.download ?? null,
    address: addressOf(entry.download ?? null)
  };
}

const nothing = (bad: string): Matched => ({ candidates: [], names: [], unread: [], bad });

/** Where it may lie, and what to look for. Pure: nothing is touched. */
export function match(asked: Asked, volumes: readonly Known[], said: Said): Matched {
  if (asked.bad !== null) {
    return nothing(asked.bad);
  }
  const found: Candidate[] = [];
  const names = [...asked.names];
  const unread = new Set<string>();
  let strays = 0;
  for (const one of asked.paths) {
    const path = tidy(one);
    if (path === null) {
      strays++;
    } else {
      found.push(...placed(path, volumes), ...rooted(path.startsWith('/') ? path : `/${path}`, volumes));
    }
  }
  for (const url of asked.urls) {
    const plain = decoded(url);
    for (const { name: volume, title, patterns, address } of volumes) {
      const open = address && plain !== null ? between(plain, address) : null;
      const path = open === null || address!.open === 'name' ? null : tidy(open);
      if (path !== null) {
        found.push({ volume, path: path.replace(/^\//, '') });
      } else if (open !== null) {
        names.push(open);
      }
      for (const pattern of patterns) {
        const groups = said.get(pattern)?.get(url);
        if (groups === 'unread') {
          unread.add(title);
          continue;
        }
        const path = groups?.path === undefined ? null : tidy(decoded(groups.path) ?? '..');
        if (path !== null) {
          found.push({ volume, path: path.replace(/^\//, '') });
        }
        const name = groups?.name === undefined ? null : decoded(groups.name);
        if (name !== null) {
          names.push(name);
        }
      }
    }
  }
  const usable = names.filter(isName);
  if (strays > 0 && found.length === 0 && usable.length === 0 && asked.urls.length === 0) {
    return nothing('Its path has ".." in it.');
  }
  if (asked.paths.length === 0 && asked.urls.length === 0 && usable.length === 0) {
    return nothing('It is no name that a file can have.');
  }
  const byName = new Map(volumes.map(volume => [volume.name, volume]));
  const candidates = unique(found.flatMap(({ volume, path }) => packed(path).map(one => ({ volume, path: one })))).filter(({ volume, path }) => isAllowed(byName.get(volume)!, path));
  return { candidates: candidates.slice(0, MOST_CANDIDATES), names: [...new Set(usable.flatMap(inEitherCase).flatMap(packed))], unread: [...unread], bad: null };
}

/** Also where links lead: what is hidden is not found by another name. */
export function isAllowed({ parts }: Pick<Known, 'parts'>, path: string): boolean {
  return above(parts, path).allowed;
}

export function downloadOf({ download }: Known, path: string): string | null {
  if (download === null) {
    return null;
  }
  const folder = dirname(path);
  const values: Record<string, string> = { path, folder: folder === '.' ? '' : folder, name: basename(path) };
  return download.replace(/\{(path|folder|name)\}/g, (_, key: string) => encodePath(values[key]!));
}

/** The address of a file of the volume, from both ends: what somebody else has made by it is a file of the volume. */
function addressOf(download: string | null): Known['address'] {
  const [before, open, behind, ...more] = download?.split(/\{(path|name)\}/) ?? [];
  if (behind === undefined || more.length > 0 || download!.includes('{folder}')) {
    return null;
  }
  // In the form that addresses come in, which a letter in the open place does not change.
  const whole = `${before}x${behind}`;
  const plain = URL.canParse(whole) ? decoded(new URL(whole).href) : null;
  const plainBehind = decoded(behind);
  return plain === null || plainBehind === null || !plain.endsWith(`x${plainBehind}`)
    ? null
    : { open: open as 'path' | 'name', before: plain.slice(0, plain.length - plainBehind.length - 1), behind: plainBehind };
}

function between(text: string, { before, behind }: { before: string; behind: string }): string | null {
  const isSo = text.length > before.length + behind.length && text.startsWith(before) && text.endsWith(behind);
  return isSo ? text.slice(before.length, text.length - behind.length) : null;
}

/** Without empty and "." parts; null where ".." would lead elsewhere. */
function tidy(path: string): string | null {
  const parts = path.split('/').filter(part => part !== '' && part !== '.');
  return parts.includes('..') ? null : (path.startsWith('/') ? '/' : '') + parts.join('/');
}

function isName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !name.includes('/') && Buffer.byteLength(name) <= 255;
}

/** By the paths of sessions; without a slash in front by the volume's own name. */
function placed(path: string, volumes: readonly Known[]): Candidate[] {
  const place = path.startsWith('/') ? PLACES.find(one => path.startsWith(one)) : '';
  if (place === undefined) {
    return [];
  }
  const [volume = '', ...rest] = path.slice(place.length).split('/');
  return volumes.some(({ name }) => name === volume) ? [{ volume, path: rest.join('/') }] : [];
}

/** By the archive's own paths, the longest root first. */
function rooted(path: string, volumes: readonly Known[]): Candidate[] {
  return volumes
    .flatMap(({ name: volume, roots }) => roots.filter(root => path === root || path.startsWith(`${root}/`)).map(root => ({ volume, root })))
    .sort((a, b) => b.root.length - a.root.length)
    .map(({ volume, root }) => ({ volume, path: path.slice(root.length + 1) }));
}

/** Archives speak of FITS files whether they keep them packed or not. */
function packed(path: string): string[] {
  const other = /\.fits$/i.test(path) ? `${path}.gz` : /\.fits\.gz$/i.test(path) ? path.slice(0, -3) : null;
  return other === null ? [path] : [path, other];
}

/** People write what archives keep in small letters in capitals. */
function inEitherCase(name: string): string[] {
  return name === name.toUpperCase() && name !== name.toLowerCase() ? [name, name.toLowerCase()] : [name];
}

function unique(candidates: Candidate[]): Candidate[] {
  const seen = new Set<string>();
  return candidates.filter(({ volume, path }) => {
    const key = `${volume}\0${path}`;
    return !seen.has(key) && seen.add(key);
  });
}
