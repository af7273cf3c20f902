import type { StopOptions } from '../sessions/types.js';

const MINUTE = 60_000;

/** What the owner of a session that was due reads. */
type Because = NonNullable<StopOptions['because']>;

const ACTION = 'Start it again when you need it.';

export function idleReason(idleMs: number, now: number): Because {
  return { code: 'idle', message: `Stopped after ${duration(idleMs)} without activity at ${time(now)}. Files are kept.`, action: ACTION };
}

export function ageReason(maxAgeMs: number, now: number): Because {
  return { code: 'age', message: `Stopped at ${time(now)}: sessions end ${duration(maxAgeMs)} after their start. Files are kept.`, action: ACTION };
}

function time(now: number): string {
  return `${new Date(now).toISOString().slice(11, 16)} UTC`;
}

function duration(ms: number): string {
  const minutes = Math.round(ms / MINUTE);
  if (ms < MINUTE) {
    return count(Math.round(ms / 1000), 'second');
  }
  return minutes >= 120 && minutes % 60 === 0 ? count(minutes / 60, 'hour') : count(minutes, 'minute');
}

function count(n: number, unit: string): string {
  return `${n} ${unit}${n === 1 ? '' : 's'}`;
}
