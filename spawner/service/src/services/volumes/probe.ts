import type { Clock } from '../../ports/clock.js';
import { startChild, type Ended } from './child.js';

/** What stands at a path: `closed` where it is not for volumes, `silent` where its storage does not answer, `stale` where its server knows nothing of the mount, `unreadable` for any other failure. */
export type Found = 'directory' | 'closed' | 'other' | 'missing' | 'unreadable' | 'silent' | 'stale';
export type Probe = (source: string) => Promise<Found>;
/** Where paths in a directory lead: `missing` also stands for what is no directory, `link` for what is reached through one. */
export type Placed = 'fine' | 'link' | 'missing';
export type PrefixProbe = (source: string, prefixes: readonly string[]) => Promise<Placed[] | 'silent'>;

/** A dead network mount must not hold up the list: after this long it counts as unreachable. */
const PROBE_MS = 2000;
/** The kind of what is there, and its true path. */
const LOOK = ['sh', '-c', 'stat --dereference --format=%F -- "$1" && exec readlink -e -n -- "$1"', 'datalab-volume'];
/** The true path of each argument, or nothing where there is none. */
const RESOLVE = ['sh', '-c', 'for path; do readlink -e -z -- "$path" || printf "\\000"; done', 'datalab-volume'];

/** Looks at one path that follow each other so closely are one, milliseconds: of many starts at once, each would have a process of its own for each volume. */
const SHARED_MS = 1000;

export function sharedProbe<T>({ probe, clock, ms = SHARED_MS }: { probe: (source: string) => Promise<T>; clock: Clock; ms?: number }): (source: string, options?: { fresh?: boolean }) => Promise<T> {
  const looks = new Map<string, { since: number; found: Promise<T> }>();
  return (source, { fresh = false } = {}) => {
    const now = clock.now();
    const known = looks.get(source);
    if (!fresh && known && Math.abs(now - known.since) < ms) {
      return known.found;
    }
    const found = probe(source);
    looks.set(source, { since: now, found });
    return found;
  };
}

export function childProbe(options: { clock: Clock; command?: string[]; timeoutMs?: number; isClosed?: (path: string) => boolean }): Probe {
  const { command = LOOK, isClosed = () => false } = options;
  const ask = childAsker(options);
  return async source => {
    const answer = await ask([...command, source]);
    if (answer === null) {
      return 'silent';
    }
    const { code, output, complaint } = answer;
    if (code === 0) {
      const [kind = '', ...lines] = output.split('\n');
      return kind !== 'directory' ? 'other' : isClosed(lines.join('\n')) ? 'closed' : 'directory';
    }
    if (/(?:Stale file handle|Transport endpoint is not connected)\s*$/.test(complaint)) {
      return 'stale';
    }
    return /(?:No such file or directory|Not a directory)\s*$/.test(complaint) ? 'missing' : 'unreadable';
  };
}

export function childPrefixProbe(options: { clock: Clock; timeoutMs?: number }): PrefixProbe {
  const ask = childAsker(options);
  return async (source, prefixes) => {
    // "/." is there in directories alone.
    const answer = await ask([...RESOLVE, `${source}/.`, ...prefixes.map(prefix => `${source}/${prefix}/.`)]);
    if (answer === null) {
      return 'silent';
    }
    const [root = '', ...found] = answer.output.split('\0');
    return prefixes.map((prefix, index) => {
      const path = found[index] ?? '';
      return path === '' ? 'missing' : path === `${root === '/' ? '' : root}/${prefix}` ? 'fine' : 'link';
    });
  };
}

/**
 * Has a process of its own look. A dead mount holds whoever asks in the kernel, where nothing can end it: in the hub that would be one of its
 * few threads for files, each time. One such process for each question is enough: while it lives, the path is known not to answer (null).
 */
function childAsker({ clock, timeoutMs = PROBE_MS }: { clock: Clock; timeoutMs?: number }): (command: string[]) => Promise<Ended | null> {
  const stuck = new Set<string>();
  return async command => {
    const question = command.join('\0');
    if (stuck.has(question)) {
      return null;
    }
    const child = startChild(command, { clock, timeoutMs });
    const answer = await child.answer;
    if (answer === null) {
      stuck.add(question);
      void child.ended.then(() => stuck.delete(question));
    }
    return answer;
  };
}
