import { spawn } from 'node:child_process';

import type { Clock } from '../../ports/clock.js';

export interface Ended {
  /** Null where it could not be started or was killed. */
  code: number | null;
  output: string;
  /** The end of what it wrote about itself. */
  complaint: string;
}

export interface Child {
  /** Null: its time was over first, or it was given up. */
  answer: Promise<Ended | null>;
  /** One that storage holds in the kernel ends when the storage answers. */
  ended: Promise<Ended>;
  giveUp(): void;
}

/** A process of its own with a deadline, after which nothing of it keeps a hub that stops. */
export function startChild([program = '', ...rest]: readonly string[], { clock, timeoutMs }: { clock: Clock; timeoutMs: number }): Child {
  const child = spawn(program, rest, { cwd: '/', env: { PATH: process.env['PATH'], LC_ALL: 'C' }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-4000)));
  const ended = new Promise<Ended>(resolve => {
    child.once('error', () => resolve({ code: null, output, complaint }));
    child.once('close', code => resolve({ code, output, complaint }));
  });
  const done = new AbortController();
  const late = clock.sleep(timeoutMs, done.signal).then(
    () => null,
    () => null
  );
  const answer = Promise.race([ended, late]).then(first => {
    done.abort();
    if (first === null) {
      child.kill('SIGKILL');
      child.stdout.destroy();
      child.stderr.destroy();
      child.unref();
    }
    return first;
  });
  return { answer, ended, giveUp: () => done.abort() };
}
