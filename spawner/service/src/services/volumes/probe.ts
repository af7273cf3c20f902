import { spawn } from 'node:child_process';

import type { Clock } from '../../ports/clock.js';

/** What stands at a path: `silent` where its storage does not answer, `unreadable` for any other failure. */
export type Found = 'directory' | 'other' | 'missing' | 'unreadable' | 'silent';
export type Probe = (source: string) => Promise<Found>;

/** A dead network mount must not hold up the list: after this long it counts as unreachable. */
const PROBE_MS = 2000;
const STAT = ['stat', '--dereference', '--format=%F', '--'];

/** Looks at one path that follow each other so closely are one, milliseconds: of many starts at once, each would have a process of its own for each volume. */
const SHARED_MS = 1000;

export function sharedProbe({ probe, clock, ms = SHARED_MS }: { probe: Probe; clock: Clock; ms?: number }): Probe {
  const looks = new Map<string, { since: number; found: Promise<Found> }>();
  return source => {
    const now = clock.now();
    const known = looks.get(source);
    if (known && Math.abs(now - known.since) < ms) {
      return known.found;
    }
    const found = probe(source);
    looks.set(source, { since: now, found });
    return found;
  };
}

/**
 * Looks at a path in a process of its own. A dead mount holds whoever asks in the kernel, where nothing can end it: in the hub that would be
 * one of its few threads for files, each time. One such process for each path is enough: while it lives, the path is known not to answer.
 */
export function childProbe(options: { clock: Clock; command?: string[]; timeoutMs?: number }): Probe {
  const { clock, command = STAT, timeoutMs = PROBE_MS } = options;
  const stuck = new Set<string>();
  return async source => {
    if (stuck.has(source)) {
      return 'silent';
    }
    const [program = '', ...rest] = [...command, source];
    const child = spawn(program, rest, { cwd: '/', env: { PATH: process.env['PATH'], LC_ALL: 'C' }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let complaint = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
    const ended = new Promise<Found>(resolve => {
      child.once('error', () => resolve('unreadable'));
      child.once('close', code => {
        if (code === 0) {
          resolve(output.trim() === 'directory' ? 'directory' : 'other');
        } else {
          resolve(/(?:No such file or directory|Not a directory)\s*$/.test(complaint) ? 'missing' : 'unreadable');
        }
      });
    });
    const done = new AbortController();
    const late = clock.sleep(timeoutMs, done.signal).then(
      () => 'silent' as const,
      () => 'silent' as const
    );
    const found = await Promise.race([ended, late]);
    done.abort();
    if (found === 'silent') {
      stuck.add(source);
      void ended.then(() => stuck.delete(source));
      child.kill('SIGKILL');
      // Nothing of it may keep a hub that stops.
      child.stdout.destroy();
      child.stderr.destroy();
      child.unref();
    }
    return found;
  };
}
