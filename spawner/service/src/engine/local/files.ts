import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { DomainError } from '../../domain/errors.js';
import { run } from './process.js';

/** Milliseconds that a removal may take. */
const REMOVAL = 120_000;
/** Bytes: less than what any server writes at its start. */
const NO_ROOM = 2 ** 20;

/** Whole or not at all, and readable by the hub only. */
export function writeAtomically(path: string, text: string, mode = 0o600): void {
  const draft = `${path}.tmp`;
  const file = openSync(draft, 'w', mode);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}

export function readJson<T>(path: string): T | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch {
    return null;
  }
}

/**
 * Removes what a session could write in; never rejects. By a process of its own: a session can leave a million files, directories that are closed to their
 * owner, and some nested deeper than a path is long, none of which may hold up the hub or take it along.
 */
export async function removeTree(path: string): Promise<void> {
  await run('rm', ['-rf', '--one-file-system', path], REMOVAL);
  if (existsSync(path)) {
    await run('chmod', ['-R', 'u+rwx', path], REMOVAL);
    await run('rm', ['-rf', '--one-file-system', path], REMOVAL);
  }
}

/** Whether a process of that uid (and no group) can reach the path itself: every directory above it lets others pass. */
export function isReachable(path: string, uid: number): boolean {
  let parent = path;
  while (parent !== '/') {
    parent = parent.slice(0, Math.max(1, parent.lastIndexOf('/')));
    if (!existsSync(parent)) return false;
    const stat = statSync(parent);
    if ((stat.mode & (stat.uid === uid ? 0o100 : 0o001)) === 0) return false;
  }
  return true;
}

/** Failures of the file system as the user meets them. A full disk that the home lies on is one that its owner can do something about. */
export async function asDomainError(error: unknown, home?: string): Promise<DomainError> {
  const failure = toFailure(error);
  return failure.code === 'disk-full' && home !== undefined && (await isFull(home)) ? homeFull(failure.details.cause, failure.details.log) : failure;
}

async function isFull(path: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize < NO_ROOM;
  } catch {
    return false;
  }
}

function toFailure(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const { code, syscall } = error as NodeJS.ErrnoException;
  // Linux calls its table of watches "no space left on device".
  if (code === 'ENOSPC' && syscall === 'watch') {
    return new DomainError('engine-down', 'This machine allows no more files to be watched, which every session needs.', {
      action: 'Whoever runs the hub can raise fs.inotify.max_user_watches with sysctl.',
      cause: error
    });
  }
  if (code === 'EDQUOT') return homeFull(error);
  if (code === 'ENOSPC') return diskFull(error);
  return new DomainError('internal', 'The session could not be prepared.', {
    action: 'Look into the hub’s log, then start the session again.',
    log: [String((error as Error).message ?? error)],
    cause: error
  });
}

/** Of a home rather than of the hub's own disk: its owner can do something about it. */
export function homeFull(cause?: unknown, log?: string[]): DomainError {
  return new DomainError('home-full', 'Nothing more can be written to your home, so the session could not start.', {
    action: 'Make room in “Files in your home”, or choose safe start, which writes nothing there by itself.',
    cause,
    log
  });
}

export function diskFull(cause?: unknown, log?: string[]): DomainError {
  return new DomainError('disk-full', 'The disk of the hub is full, so the session could not start.', {
    action: 'Free some space in the state directory, then start the session again.',
    cause,
    log
  });
}
