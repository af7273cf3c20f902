import type { IFileEntry, IProblemInfo, Volume } from '@jupyter-datalabs/hub-client';
import type { TranslationBundle } from '@jupyterlab/translation';
import { isPlain, readable } from './paths';

const MINUTE = 60_000;

/** How long, in words: in the largest unit of which it is one. */
export function durationText(ms: number, trans: TranslationBundle): string {
  const minutes = Math.floor(ms / MINUTE);
  if (minutes < 1) {
    return trans.__('less than a minute');
  }
  if (minutes < 60) {
    return trans._n('%1 minute', '%1 minutes', minutes);
  }
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? trans._n('%1 hour', '%1 hours', hours) : trans._n('%1 day', '%1 days', Math.floor(hours / 24));
}

/** How long ago a folder was read. */
export function ageText(at: number, now: number, trans: TranslationBundle): string {
  return now - at < MINUTE ? trans.__('Read just now') : trans.__('Read %1 ago', durationText(now - at, trans));
}

/** What the storage of a volume is like, and since when; null when there is nothing to say. */
export function stateText(volume: Pick<Volume, 'state' | 'since'>, now: number, trans: TranslationBundle): string | null {
  const word = { ok: null, slow: trans.__('Slow'), unreachable: trans.__('Unreachable'), stale: trans.__('Cut off') }[volume.state];
  if (word === null || volume.since === null) {
    return word;
  }
  return trans.__('%1 for %2', word, durationText(Math.max(0, now - Date.parse(volume.since)), trans));
}

/** Of a volume that is not available and that this session has: to be bound is not to be there, and the other way round. */
export const keepsText = (trans: TranslationBundle): string => trans.__('This session has it mounted, and may still read it.');

/** What happened, and what to do about it. */
export const problemText = ({ detail, action }: Pick<IProblemInfo, 'detail' | 'action'>): string => [detail, action].filter(Boolean).join(' ');

/** Why nothing is known about an entry, in two words; null when something is. */
export function entryProblem(entry: IFileEntry, trans: TranslationBundle): string | null {
  if (entry.broken) {
    return trans.__('Broken link');
  }
  switch (entry.problem) {
    case undefined:
      return null;
    case 'permission-denied':
      return trans.__('No access');
    case 'not-found':
      return trans.__('Gone');
    case 'outside-volume':
      return trans.__('Leads out of the volume');
    case 'link-loop':
      return trans.__('Link to itself');
    default:
      return trans.__('Not readable');
  }
}

const whole = new Intl.NumberFormat('en');

/** With separators, as long numbers are read. */
export const countText = (count: number): string => whole.format(count);

/** Day and time as archives write them, to the second or, with 16 characters, to the minute. */
export const exactTime = (ms: number, length = 19): string => `${new Date(ms).toISOString().slice(0, length).replace('T', ' ')} UTC`;

/** The day of that time. */
export const dayText = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** A part of a name; `escaped` ones are written in place of what could not be seen. */
export interface INamePart {
  text: string;
  escaped: boolean;
}

/** A name with everything visible in it that would not be. */
export function nameParts(name: string): INamePart[] {
  if (isPlain(name)) {
    return [{ text: name, escaped: false }];
  }
  const parts: INamePart[] = [];
  for (const character of name) {
    const text = readable(character);
    const escaped = text !== character;
    const last = parts.at(-1);
    if (last && last.escaped === escaped) {
      last.text += text;
    } else {
      parts.push({ text, escaped });
    }
  }
  return parts;
}
