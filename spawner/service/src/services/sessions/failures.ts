import { DomainError } from '../../domain/errors.js';
import { sizeText } from '../../domain/sizes.js';
import type { SessionExit } from '../../ports/engine.js';
import type { Failure } from './types.js';

/** Lines of the log kept with a failure. */
export const LOG_LINES = 40;
export const TIMEOUT_ACTION = 'Try again; if it happens again, the log below says where it stopped.';

export function exitFailure(exit: SessionExit): Failure {
  const log = exit.logTail;
  if (exit.reason === 'out-of-memory') {
    return { code: 'out-of-memory', message: outOfMemory(exit.memory), action: 'Start it again and work on less at once, or ask for a bigger size.', log };
  }
  const how = exit.signal !== null ? `by signal ${exit.signal}` : exit.exitCode !== null ? `with exit code ${exit.exitCode}` : 'without a reason';
  return { code: 'crashed', message: `The session's program ended ${how}.`, action: 'Start it again; the log below says what it was doing.', log };
}

/** With the figures, where the engine has them. */
export function outOfMemory(memory: SessionExit['memory']): string {
  const sizes = memory ? ` of ${sizeText(memory.limitBytes)}; at its peak it used ${sizeText(memory.peakBytes)}` : '';
  return `The session was ended because it used more memory than its limit${sizes}.`;
}

/** Any error as what its owner reads; an unknown one keeps its text for the log only. */
export function toFailure(error: unknown, log: string[]): Failure {
  if (error instanceof DomainError) {
    return { code: error.code, message: error.message, action: error.details.action, log: error.details.log ?? log };
  }
  if (isFull(error)) {
    return { code: 'disk-full', message: "There is no room left on the hub's disk.", action: 'Free some space, then start it again.', log };
  }
  return { code: 'internal', message: 'The session could not be started because of an error in the hub.', action: 'Try again; the hub\'s log has the details.', log };
}

/** No room, as the file system says it or as SQLite does (SQLITE_FULL). */
function isFull(error: unknown): boolean {
  const { code, errcode } = (error ?? {}) as { code?: string; errcode?: number };
  return code === 'ENOSPC' || code === 'EDQUOT' || (code === 'ERR_SQLITE_ERROR' && errcode === 13);
}

export function isCancelled(error: unknown): boolean {
  return error instanceof DomainError && error.code === 'cancelled';
}
