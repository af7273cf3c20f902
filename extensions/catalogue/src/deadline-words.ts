import type { IDeadline } from '@jupyter-datalabs/hub-client';
import type { TranslationBundle } from '@jupyterlab/translation';

const MINUTE_MS = 60_000;

/** A time that is left or added, in whole minutes, or hours where there are many. */
export function durationText(trans: TranslationBundle, ms: number): string {
  const minutes = Math.ceil(ms / MINUTE_MS);
  if (ms > 0 && ms <= MINUTE_MS) {
    return trans.__('%1 s', Math.ceil(ms / 5000) * 5);
  }
  return minutes >= 120 ? trans.__('%1 h', Math.floor(minutes / 60)) : trans.__('%1 min', Math.max(0, minutes));
}

/** The line in the status bar. */
export function leftText(trans: TranslationBundle, { kind, at }: IDeadline, now: number): string {
  const left = at - now;
  if (left <= 0) {
    return kind === 'idle' ? trans.__('Idle stop now') : trans.__('Age stop now');
  }
  return kind === 'idle' ? trans.__('Idle stop in %1', durationText(trans, left)) : trans.__('Age stop in %1', durationText(trans, left));
}

/** What the deadline is, and what moves it. */
export function meaningText(trans: TranslationBundle, { kind, at }: IDeadline): string {
  const time = new Date(at).toLocaleString(undefined, { weekday: 'short', hour: '2-digit', minute: '2-digit' });
  return kind === 'idle'
    ? trans.__('Without activity this session is stopped on %1. Cells that run, terminals at work and files you save count as activity; an open page alone does not. Files are kept.', time)
    : trans.__('Sessions have a maximum age. This one is stopped on %1, also while it works: save what you need. Files are kept.', time);
}

/** Why there is no more time to be had. */
export function usedUpText(trans: TranslationBundle, { kind }: IDeadline): string {
  return kind === 'idle' ? trans.__('All extensions are used. Work in the session: that counts as activity.') : trans.__('All extensions are used. Stop the session and start it again when it suits you.');
}

/** The warning of a session; `title` where it is not the one the page runs in. */
export function warningText(trans: TranslationBundle, { kind, at }: IDeadline, title: string | null, now: number): string {
  const left = durationText(trans, at - now);
  if (kind === 'idle') {
    return title === null
      ? trans.__('This session will be stopped in %1, because nothing is done in it. Files are kept.', left)
      : trans.__('%1 will be stopped in %2, because nothing is done in it. Files are kept.', title, left);
  }
  return title === null
    ? trans.__('This session will be stopped in %1: it reaches its maximum age. Save your work.', left)
    : trans.__('%1 will be stopped in %2: it reaches its maximum age. Save your work.', title, left);
}

/** Said where the hub can no longer be asked: the session's own page lost its rights with it. */
export function stoppedText(trans: TranslationBundle, { kind }: IDeadline): string {
  return kind === 'idle'
    ? trans.__('This session was stopped, because nothing was done in it. Files are kept.')
    : trans.__('This session was stopped, because it had reached its maximum age. Files are kept.');
}
