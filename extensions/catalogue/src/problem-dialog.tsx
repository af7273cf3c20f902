import { ProblemView } from '@jupyter-datalabs/ui';
import type { IProblem } from '@jupyter-datalabs/ui';
import type { IProblemInfo } from '@jupyter-datalabs/hub-client';
import { Dialog, Notification, ReactWidget, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { failureText } from './messages';

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

/** Tells what has failed, with what can be done about it, and all that the hub said of it. */
export function tellFailure(failed: string, problem: IProblemInfo, trans: TranslationBundle, actions: Notification.IAction[] = []): void {
  const details: Notification.IAction = {
    label: problem.log ? trans.__('Show log') : trans.__('Show details'),
    callback: event => {
      // What helps stands on the message, which is needed once this is read.
      event.preventDefault();
      showProblem(failed, problem, trans);
    }
  };
  Notification.error(failureText(trans, failed, problem), { autoClose: false, actions: [...actions, details] });
}
