import { createHash, randomUUID } from 'node:crypto';
import {
  mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync
} from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { root, stamps, tools } from './paths.mjs';
import { readWords, startTime } from './process.mjs';

/**
 * Hash of names and contents, so that a step is redone when what it was made of changes.
 *
 * @param {string[]} paths Files or directories below the repository; a missing one counts as empty.
 * @param {(name: string) => boolean} [skip] Names of directories and files to leave out.
 */
export function hashOf(paths, skip = () => false, extra = '') {
  const hash = createHash('sha256').update(extra);
  const visit = path => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory()) {
      for (const name of readdirSync(path).sort()) {
        if (!skip(name)) {
          visit(join(path, name));
        }
      }
    } else if (stat?.isFile()) {
      hash.update(`${relative(root, path)}\0${stat.size}\0`).update(readFileSync(path));
    }
  };
  paths.map(path => join(root, path)).forEach(visit);
  return hash.digest('hex');
}

function stampPath(name) {
  return join(stamps, name);
}

export function readStamp(name) {
  try {
    return readFileSync(stampPath(name), 'utf8');
  } catch {
    return '';
  }
}

/** Before a step: without its stamp, whatever an interruption leaves behind is wiped by the next run. */
export function clearStamp(name) {
  rmSync(stampPath(name), { force: true });
}

/** After a step. A rename, so that the stamp is whole or absent. */
export function writeStamp(name, value) {
  mkdirSync(stamps, { recursive: true });
  const temporary = `${stampPath(name)}.${process.pid}`;
  writeFileSync(temporary, value);
  renameSync(temporary, stampPath(name));
}

/** Prints the step while it runs and its time when it is done. */
export async function announce(title, work) {
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
  const live = process.stdout.isTTY;
  let last = '';
  const draw = () => {
    const width = (process.stdout.columns ?? 80) - 1;
    process.stdout.write(`\r\x1b[K${`… ${title} ${seconds()} s  ${last}`.slice(0, width)}`);
  };
  const say = live ? undefined : setInterval(() => console.log(`  … ${title}: ${seconds()} s so far`), 30_000);
  const timer = live ? setInterval(draw, 200) : say;
  if (live) {
    draw();
  } else {
    console.log(`… ${title}`);
  }
  try {
    await work(line => {
      last = line;
    });
    console.log(`${live ? '\r\x1b[K' : ''}✓ ${title} (${seconds()} s)`);
  } catch (error) {
    console.log(`${live ? '\r\x1b[K' : ''}✗ ${title} (${seconds()} s)`);
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** One set-up at a time: a second one waits for the first, and takes over from a dead one. */
export async function withLock(work) {
  mkdirSync(tools, { recursive: true });
  const lock = join(tools, 'setup.lock');
  const mine = join(tools, `setup.lock.${randomUUID()}`);
  mkdirSync(mine);
  writeFileSync(join(mine, 'owner'), `${process.pid} ${startTime(process.pid)}`);
  const giveUp = () => rmSync(mine, { recursive: true, force: true });
  process.once('exit', giveUp);
  let told = false;
  for (;;) {
    try {
      // Fails while the other directory exists, since that one is never empty.
      renameSync(mine, lock);
      break;
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST'].includes(error.code)) {
        throw error;
      }
    }
    const [pid, start] = readOwner(lock);
    if (pid && startTime(pid) === start) {
      if (!told) {
        console.log(`Another set-up (process ${pid}) is running; waiting for it.`);
        told = true;
      }
      await delay(200);
    } else if (pid) {
      const stale = join(tools, `setup.lock.${randomUUID()}`);
      try {
        renameSync(lock, stale);
        // Somebody may have replaced the stale lock by a live one in between: give that one back.
        if (readOwner(stale).join() !== [pid, start].join()) {
          renameSync(stale, lock);
        } else {
          rmSync(stale, { recursive: true });
        }
      } catch {
        // Another waiter was quicker.
      }
    }
  }
  process.removeListener('exit', giveUp);
  const release = () => rmSync(lock, { recursive: true, force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.removeListener('exit', release);
    release();
  }
}

const readOwner = lock => readWords(join(lock, 'owner'));
