import type { HomeUsage } from '@jupyter-datalabs/hub-client';
import type { TranslationBundle } from '@jupyterlab/translation';

const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'];

/** Bytes in the units that limits are given in. */
export function sizeText(bytes: number): string {
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1023.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** The line of the status bar. That it is nearly full is told by a word, too. */
export function homeText(trans: TranslationBundle, { used, limit, level }: HomeUsage): string {
  const figures = used === null ? '' : limit === null ? sizeText(used) : trans.__('%1 of %2', sizeText(used), sizeText(limit));
  switch (level) {
    case 'full':
      return trans.__('Home full: %1', figures);
    case 'critical':
    case 'warning':
      return trans.__('Home nearly full: %1', figures);
    default:
      return trans.__('Home: %1', figures);
  }
}
