import type { HomeUsage } from '@jupyter-datalabs/hub-client';
import { sizeText } from '@jupyter-datalabs/ui';
import type { TranslationBundle } from '@jupyterlab/translation';

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
