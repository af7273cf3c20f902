import { closeSync, existsSync, fstatSync, openSync, readSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** More than any tail a person reads; bounds what is read of a log however long its lines are. */
const TAIL_BYTES = 64 * 1024;

/** The last lines of a log and, if it has just been rotated, of the file before it. Oldest first. */
export function readTail(log: string, lines: number): string[] {
  const newest = readEnd(log, TAIL_BYTES);
  const older = newest.length < TAIL_BYTES ? readEnd(`${log}.1`, TAIL_BYTES - newest.length) : Buffer.alloc(0);
  const text = Buffer.concat([older, newest]).toString('utf8');
  const all = text.split('\n');
  if (all.at(-1) === '') all.pop();
  return all.slice(-lines).map(line => line.replace(/\r$/, ''));
}

function readEnd(path: string, bytes: number): Buffer {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return Buffer.alloc(0);
  }
  try {
    const size = fstatSync(file).size;
    const buffer = Buffer.alloc(Math.min(size, bytes));
    const read = readSync(file, buffer, 0, buffer.length, size - buffer.length);
    return buffer.subarray(0, read);
  } finally {
    closeSync(file);
  }
}

/** A session's log begins anew; the one before is kept. */
export function keepPrevious(log: string): void {
  rmSync(`${log}.1`, { force: true });
  if (existsSync(log)) renameSync(log, `${log}.previous`);
}

/** Gives the log of a warm sandbox the name of its session's. `pointer` is where its writer looks before it begins another file. */
export function moveLog(from: string, to: string, pointer: string): string {
  keepPrevious(to);
  writeFileSync(pointer, `${to}\n`);
  if (existsSync(from)) renameSync(from, to);
  return to;
}
