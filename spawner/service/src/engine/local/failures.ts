import { DomainError } from '../../domain/errors.js';
import { sizeText } from '../../domain/sizes.js';
import type { SessionExit } from '../../ports/engine.js';
import { diskFull, homeFull } from './files.js';

/** Why a sandbox ended before its entrance existed, as the user meets it. */
export function startFailure(exit: SessionExit): DomainError {
  const log = exit.logTail;
  const says = (pattern: RegExp) => log.some(line => pattern.test(line));
  if (exit.reason === 'out-of-memory') {
    const { memory } = exit;
    const figures = memory ? ` Its limit is ${sizeText(memory.limitBytes)}; at its peak it used ${sizeText(memory.peakBytes)}.` : '';
    return new DomainError('out-of-memory', `The session ran out of memory while it started.${figures}`, { action: 'Choose a larger size.', log });
  }
  // Of the home or the workspace: nothing else here has a quota.
  if (says(/Disk quota exceeded/)) return homeFull(undefined, log);
  if (says(/No space left on device/)) return diskFull(undefined, log);
  if (says(/^datalabs: pasta/)) {
    return new DomainError('egress-unavailable', 'The network of this session could not be set up.', {
      action: 'Ask the operator to look at the log; a datalab without network still starts.',
      log
    });
  }
  if (says(/^bwrap: (Can't (find source path|bind mount)|Can't get type of source)|^mount: /)) {
    return new DomainError('volume-unreachable', 'A directory of this session could not be mounted.', {
      action: 'Ask the operator to check the volume named in the log, or start without it.',
      log
    });
  }
  const program = exit.exitCode === 127 ? first(log, /^datalab: \d+: (?:exec: )?(\S+): not found$/) : null;
  if (program !== null) {
    return new DomainError('image-missing', `The program of this datalab is not there: ${program}.`, { action: 'Ask the author of the datalab to check its command, or the operator to install it.', log });
  }
  const tool = first(log, /(?:failed to execute|exec:) (bwrap|tini|prlimit|socat|unshare|setpriv)\b/) ?? first(log, /(?:^|: )(bwrap|tini|prlimit|socat|unshare|setpriv): (?:command )?not found/);
  if (tool !== null) {
    return new DomainError('engine-down', `Sessions cannot start here: the program ${tool} is not installed any more.`, { action: 'Ask the operator to install it again; “npm start” names the package.', log });
  }
  if (says(/^(bwrap|setpriv|unshare|sh): /) && exit.exitCode !== 0) {
    return new DomainError('sandbox-unavailable', 'The sandbox of this session could not be made.', {
      action: 'Ask the operator to run the hub’s check of this machine; the log says what failed.',
      log
    });
  }
  const how = exit.signal !== null ? `by signal ${exit.signal}` : exit.exitCode !== null ? `with exit code ${exit.exitCode}` : 'without a reason';
  return new DomainError('crashed', `The session's program ended ${how} before it was ready.`, {
    action: 'Look at its log, then start it again.',
    log
  });
}

function first(log: string[], pattern: RegExp): string | null {
  return log.map(line => pattern.exec(line)?.[1]).find(found => found !== undefined) ?? null;
}

export function cancelled(signal: AbortSignal): DomainError {
  if (signal.reason instanceof DomainError) return signal.reason;
  return new DomainError('cancelled', 'The start was cancelled.', { action: 'Start the session again when you need it.', cause: signal.reason });
}

export function alreadyRunning(): DomainError {
  return new DomainError('already-running', 'This session runs already.', { action: 'Open it, or stop it first.' });
}

export function notRunning(): DomainError {
  return new DomainError('unknown-session', 'This session does not run.', { action: 'Start it first.' });
}
