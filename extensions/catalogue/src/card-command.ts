import type { DatalabSummary } from '@jupyter-datalabs/hub-client';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyJSONObject, ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { datalabOfCard } from './pointed';
import type { ICatalogue } from './tokens';

/** What commands have in common that are about the datalab of a card, of one that is named, or of one that they ask for. */
export class CardCommand {
  constructor(private readonly _options: { app: JupyterFrontEnd; catalogue: ICatalogue; category: string; trans: TranslationBundle }) {
    const { trans } = _options;
    this.describedBy = {
      args: {
        type: 'object',
        properties: {
          datalab: { type: 'string', description: trans.__('Id of the datalab; that of the card under the pointer by default') },
          choose: { type: 'boolean', description: trans.__('Whether to ask which datalab is meant') }
        }
      }
    };
  }

  readonly describedBy: { args: ReadonlyJSONObject };

  readonly isVisible = (args: ReadonlyPartialJSONObject): boolean => args.choose === true || typeof args.datalab === 'string' || this.datalabOf({}) !== undefined;

  /** The one that is named, else that of the card under the pointer. */
  datalabOf({ datalab }: ReadonlyPartialJSONObject): DatalabSummary | undefined {
    const { app, catalogue, category } = this._options;
    if (typeof datalab === 'string') {
      return catalogue.get(datalab);
    }
    const card = app.contextMenuHitTest(node => node.classList.contains('jp-LauncherCard'));
    return card ? datalabOfCard(card, catalogue, category) : undefined;
  }
}
