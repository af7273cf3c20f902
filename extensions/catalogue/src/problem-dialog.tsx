import { ProblemView } from '@jupyter-datalabs/ui';
import type { IProblem } from '@jupyter-datalabs/ui';
import { Dialog, ReactWidget, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

/** Shows a problem with its details unfolded. */
export function showProblem(title: string, problem: IProblem, trans: TranslationBundle): void {
  const body = ReactWidget.create(<ProblemView problem={problem} trans={trans} open />);
  body.addClass('jp-DatalabsProblemDialog');
  void showDialog({ title, body, buttons: [Dialog.okButton({ label: trans.__('Close') })] });
}
