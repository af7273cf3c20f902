import type { IDeadline } from '@jupyter-datalabs/hub-client';
import type { TranslationBundle } from '@jupyterlab/translation';

const MINUTE_MS = 60_000;
/** From so many hours on minutes are of no interest. */
const MANY_HOURS = 10;

/** A time that is left or added, in whole minutes, and hours where there are many. */
export function durationText(trans: TranslationBundle, ms: number): string {
  const minutes = Math.ceil(ms / MINUTE_MS);
  if (ms > 0 && ms <= MINUTE_MS) {
    return trans.__('%1 s', Math.ceil(ms / 5000) * 5);
  }
  if (minutes < 120) {
    return trans.__('%1 min', Math.max(0, minutes));
  }
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours >= MANY_HOURS) {
    return trans.__('%1 h', Math.round(minutes / 60));
  }
  return rest === 0 ? trans.__('%1 h', hours) : trans.__('%1 h %2 min', hours, rest);
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

/** The warning of a session; `title` where it is not the one the page runs in. By the clock: it stands while time goes by. */
export function warningText(trans: TranslationBundle, { kind, at }: IDeadline, title: string | null): string {
  const time = new Date(at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
  if (kind === 'idle') {
    return title === null
      ? trans.__('This session will be stopped at %1, because nothing is done in it. Files are kept.', time)
      : trans.__('%1 will be stopped at %2, because nothing is done in it. Files are kept.', title, time);
  }
  return title === null
    ? trans.__('This session will be stopped at %1: it reaches its maximum age. Save your work.', time)
    : trans.__('%1 will be stopped at %2: it reaches its maximum age. Save your work.', title, time);
}

/** Said where the hub can no longer be asked: the session's own page lost its rights with it. */
export function stoppedText(trans: TranslationBundle, { kind }: IDeadline): string {
  return kind === 'idle'
    ? trans.__('This session was stopped, because nothing was done in it. Files are kept.')
    : trans.__('This session was stopped, because it had reached its maximum age. Files are kept.');
}
