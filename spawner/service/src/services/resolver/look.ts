import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import type { Clock } from '../../ports/clock.js';
import type { VolumePart } from '../volumes/types.js';

/**
 * Of each path what it truly is, from the volume's root on, and then the places that links on the way led through; or null where nothing is or it leads out.
 * `silent` when the storage says nothing.
 */
export type Look = (source: string, paths: readonly string[], signal?: AbortSignal) => Promise<(string[] | null)[] | 'silent'>;

/** Of each pattern [index of the address, path, name] where it fits, or that it takes too long. */
export type Match = (patterns: readonly string[], urls: readonly string[], signal?: AbortSignal) => Promise<([number, string | undefined, string | undefined][] | 'slow')[] | 'silent'>;

/** Of each name its paths; null where the volume has not been indexed. */
export interface Named {
  /** Milliseconds since the epoch. */
  at: number;
  complete: boolean;
  hits: string[][];
}

const SCRIPT = fileURLToPath(new URL('../../../helpers/look.mjs', import.meta.url));
/** A storage that has said nothing for so long holds up nobody any longer. */
const LOOK_MS = 2000;
/** Paths for which it has that time: a storage far away is slow, not dead. */
const AT_ONCE = 1000;
/** Kept for the next question so long. */
const IDLE_MS = 60_000;
const THREADS = '64';

interface Helper {
  child: ChildProcess;
  waiting: Map<number, (answer: unknown) => void>;
  /** It has not answered once: it gets no more questions, and ends with its last one. */
  isRetired: boolean;
}

/** Looks at files in a process of its own: what hangs there in the kernel holds nothing here, and the work for many is done beside the hub's. */
export class Looker {
  #helper: Helper | null = null;
  #last = 0;
  #idle: AbortController | null = null;

  constructor(private readonly options: { clock: Clock; node?: string; timeoutMs?: number }) {}

  look: Look = async (source, paths, signal) => {
    const found: (string[] | null)[] = [];
    for (let at = 0; at < paths.length; at += AT_ONCE) {
      signal?.throwIfAborted();
      const answer = (await this.#ask({ look: { source, paths: paths.slice(at, at + AT_ONCE) } })) as (string[] | null)[] | null | 'silent';
      if (answer === null || answer === 'silent') {
        return 'silent';
      }
      found.push(...answer);
    }
    return found;
  };

  match: Match = async (patterns, urls, signal) => {
    signal?.throwIfAborted();
    return (await this.#ask({ match: { patterns, urls } })) as Awaited<ReturnType<Match>>;
  };

  /** Of each name the first few that these parts show. */
  async names({ file, source, parts }: { file: string; source: string; parts: readonly VolumePart[] }, wanted: readonly string[], signal?: AbortSignal): Promise<Named | null> {
    const found: Named = { at: 0, complete: true, hits: [] };
    for (let at = 0; at < wanted.length; at += AT_ONCE) {
      signal?.throwIfAborted();
      const answer = (await this.#ask({ names: { file, source, parts, wanted: wanted.slice(at, at + AT_ONCE) } })) as Named | null | 'silent';
      if (answer === null || answer === 'silent') {
        return null;
      }
      Object.assign(found, { at: answer.at, complete: answer.complete });
      found.hits.push(...answer.hits);
    }
    return found;
  }

  close(): void {
    this.#idle?.abort();
    if (this.#helper) {
      this.#end(this.#helper);
    }
  }

  async #ask(question: object): Promise<unknown> {
    const { clock, timeoutMs = LOOK_MS } = this.options;
    this.#idle?.abort();
    this.#idle = null;
    const helper = (this.#helper ??= this.#start());
    const id = ++this.#last;
    const answered = new Promise<unknown>(resolve => helper.waiting.set(id, resolve));
    helper.child.send({ id, ...question }, error => error && helper.waiting.get(id)?.('silent'));
    const done = new AbortController();
    const late = clock.sleep(timeoutMs, done.signal).then(
      () => {
        this.#retire(helper);
        return 'silent';
      },
      () => 'silent'
    );
    const answer = await Promise.race([answered, late]);
    done.abort();
    helper.waiting.delete(id);
    if (helper.waiting.size === 0) {
      if (helper.isRetired) {
        this.#end(helper);
      } else {
        this.#rest(helper);
      }
    }
    return answer;
  }

  #start(): Helper {
    const child = spawn(this.options.node ?? process.execPath, [SCRIPT], {
      cwd: '/',
      env: { PATH: process.env['PATH'], UV_THREADPOOL_SIZE: THREADS },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced'
    });
    const helper: Helper = { child, waiting: new Map(), isRetired: false };
    child.on('message', ({ id, answer }: { id: number; answer: unknown }) => helper.waiting.get(id)?.(answer));
    const gone = (): void => {
      this.#retire(helper);
      helper.waiting.forEach(answer => answer('silent'));
    };
    child.once('error', gone);
    child.once('exit', gone);
    // It keeps no hub that stops; who waits for an answer has a timer.
    child.unref();
    child.channel?.unref();
    return helper;
  }

  #retire(helper: Helper): void {
    helper.isRetired = true;
    if (this.#helper === helper) {
      this.#helper = null;
    }
  }

  #rest(helper: Helper): void {
    const idle = new AbortController();
    this.#idle = idle;
    void this.options.clock.sleep(IDLE_MS, idle.signal).then(
      () => this.#helper === helper && helper.waiting.size === 0 && this.#end(helper),
      () => undefined
    );
  }

  #end(helper: Helper): void {
    this.#retire(helper);
    if (helper.child.connected) {
      helper.child.disconnect();
    }
    helper.child.kill('SIGKILL');
  }
}
