import { existsSync, watch } from 'node:fs';
import { join } from 'node:path';
import { cancelled, startFailure } from './failures.js';
import type { LiveSession } from './live-session.js';

/** Resolves once the socket is bound: the directory tells, nothing asks again and again. `onInside` is called once, when the sandbox exists. */
export async function entrance(
  session: LiveSession,
  options: { records: string; directory: string; socket: string; signal: AbortSignal; onInside: () => void }
): Promise<void> {
  const { directory, signal, onInside } = options;
  const socket = join(directory, options.socket);
  const done = new AbortController();
  try {
    const appeared = new Promise<'bound'>((resolve, reject) => {
      const look = () => existsSync(socket) && resolve('bound');
      const watcher = watch(directory, { signal: done.signal }, look);
      watcher.on('error', reject);
      look();
    });
    let told = false;
    const tell = () => {
      if (told) return;
      told = true;
      onInside();
    };
    const lookInside = () => session.refreshInner() && !done.signal.aborted && tell();
    watch(options.records, { signal: done.signal }, lookInside).on('error', () => undefined);
    lookInside();
    const aborted = new Promise<'aborted'>(resolve => {
      if (signal.aborted) resolve('aborted');
      signal.addEventListener('abort', () => resolve('aborted'), { once: true, signal: done.signal });
    });
    const outcome = await Promise.race([appeared, aborted, session.ended]);
    if (outcome === 'aborted') throw cancelled(signal);
    if (outcome !== 'bound') throw startFailure(outcome);
    tell();
  } finally {
    done.abort();
  }
}
