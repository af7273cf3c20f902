import { ReactWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { HomeWatch } from './home-usage';
import { homeText } from './home-words';

/** Says in the status bar how much of the home is taken; a click leads to what takes it. */
export class HomeStatus extends ReactWidget {
  constructor(private readonly _watch: HomeWatch, private readonly _trans: TranslationBundle, private readonly _open: () => void) {
    super();
    this.addClass('jp-DatalabsHome');
    _watch.changed.connect(() => this.update(), this);
  }

  protected override render(): JSX.Element | null {
    const { usage } = this._watch;
    if (!usage || usage.used === null) {
      return null;
    }
    const isUrgent = usage.level !== 'fine' && usage.level !== 'unknown';
    return (
      <button
        type="button"
        className={`jp-DatalabsHome-button${isUrgent ? ' jp-mod-soon' : ''}`}
        title={[usage.message, this._trans.__('%1 bytes. Click to see and remove files.', usage.used)].filter(Boolean).join('\n')}
        onClick={() => this._open()}
      >
        {homeText(this._trans, usage)}
      </button>
    );
  }
}
