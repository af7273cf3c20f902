import { toProblem } from '@jupyter-datalabs/hub-client';
import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { MOST_CHOSEN } from './browser/folder';
import type { Views } from './browser/views';
import type { IChosen, IVolumeFile } from './tokens';
import { problemText } from './words';

/** What is chosen, and the sentences that are said when that cannot be found out. */
export class Chosen implements IChosen {
  constructor(
    private readonly _views: Pick<Views, 'chosen' | 'known'>,
    private readonly _volume: () => string | undefined,
    private readonly _trans: TranslationBundle
  ) {}

  known(): IVolumeFile[] {
    return this._views.known();
  }

  async files(): Promise<IVolumeFile[]> {
    try {
      const files = await this._views.chosen();
      if (files === null) {
        Notification.warning(this._trans.__('More than %1 entries are selected. Select fewer, or take their folder.', MOST_CHOSEN));
      }
      return files ?? [];
    } catch (error) {
      Notification.error(problemText(toProblem(error)));
      return [];
    }
  }

  volume(): string | undefined {
    return this._volume();
  }
}
