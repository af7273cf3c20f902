import { ProblemView } from '@jupyter-datalabs/ui';
import type { IProblem } from '@jupyter-datalabs/ui';
import { Dialog, ReactWidget, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

/** Shows a problem with its details unfolded, and a button that reloads the page where that is what helps. */
export function showProblem(title: string, problem: IProblem, trans: TranslationBundle, options: { reload?: boolean } = {}): void {
  const body = ReactWidget.create(<ProblemView problem={problem} trans={trans} open />);
  body.addClass('jp-DatalabsProblemDialog');
  const close = Dialog.cancelButton({ label: trans.__('Close') });
  const reload = Dialog.okButton({ label: trans.__('Reload this page') });
  void showDialog({ title, body, buttons: options.reload ? [close, reload] : [close] }).then(({ button }) => {
    if (options.reload && button.accept) {
      window.location.reload();
    }
  });
}
