import type { Edit, From, To } from '@jupyter-datalabs/cwl';
import type { TranslationBundle } from '@jupyterlab/translation';
import { short } from './words';

const MOST = 60;
const end = (at: From | To | { source: string }): string => Object.values(at).map(name => short(String(name), MOST)).join('/');

const removed = ({ length }: readonly Edit[], trans: TranslationBundle): string => trans._n('%1 removed', '%1 removed', length);

/** What edits have done, for who does not see it. */
export function doneText(edits: readonly Edit[], trans: TranslationBundle): string {
  const edit = edits[edits.length - 1];
  switch (edit?.kind) {
    case 'connect':
      return trans.__('%1 connected with %2', end(edit.from), end(edit.to));
    case 'disconnect':
      return edits.length > 1 ? removed(edits, trans) : trans.__('%1 disconnected from %2', end(edit.from), end(edit.to));
    case 'add-step':
    case 'add-input':
    case 'add-output':
      return trans.__('%1 added', short(edit.id, MOST));
    case 'remove-step':
    case 'remove-input':
    case 'remove-output':
      return removed(edits, trans);
    case 'duplicate-step':
      return trans._n('%1 copy added', '%1 copies added', edits.length);
    case 'paste-steps':
      return trans._n('%1 step pasted', '%1 steps pasted', Object.keys(edit.steps).length);
    default:
      return trans.__('Changed');
  }
}
