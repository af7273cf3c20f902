import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { DomainError } from '../../domain/errors.js';
import { run } from './process.js';

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
 * Removes what a session could write in; never rejects. Node gives up on directories that are closed to their owner, and on those nested deeper than a path
 * is long: both are easily made, and a session that cannot be cleared away would take the hub along.
 */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch {
    await run('chmod', ['-R', 'u+rwx', path]);
    await run('rm', ['-rf', '--one-file-system', path]);
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

/** Failures of the file system as the user meets them. */
export function asDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(error);
  return new DomainError('internal', 'The session could not be prepared.', {
    action: 'Look into the hub’s log, then start the session again.',
    log: [String((error as Error).message ?? error)],
    cause: error
  });
}

export function diskFull(cause?: unknown, log?: string[]): DomainError {
  return new DomainError('disk-full', 'The disk of the hub is full, so the session could not start.', {
    action: 'Free some space in the state directory, then start the session again.',
    cause,
    log
  });
}
