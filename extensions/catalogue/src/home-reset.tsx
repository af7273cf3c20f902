import { toProblem } from '@jupyter-datalabs/hub-client';
import type { DatalabSummary, IHub } from '@jupyter-datalabs/hub-client';
import { Dialog, InputDialog, Notification, ReactWidget, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { tellFailure } from './problem-dialog';

/** How long it is said that it is done: without a time it is not shown at all. */
const DONE_MS = 6_000;

/** Asks, with what is kept and what is not, and sets the home of a datalab aside. True: it is done. */
export async function resetHome(options: { hub: IHub; datalab: { id: string; title: string }; trans: TranslationBundle }): Promise<boolean> {
  const { hub, datalab, trans } = options;
  const isUp = hub.sessions.values().some(session => session.datalab === datalab.id && !session.stopped);
  const body = ReactWidget.create(
    <>
      <p>{trans.__('The home of %1 is set aside, and its next start makes a new one: without your settings, installed packages and the files saved outside the workspace.', datalab.title)}</p>
      <p>{trans.__('Kept: everything in your workspace, the homes of the other datalabs, and the old home itself, which stays among your files until you remove it.')}</p>
      {isUp && <p>{trans.__('%1 runs now. It is stopped first, and what is not saved in it is lost.', datalab.title)}</p>}
    </>
  );
  body.addClass('jp-DatalabsHomeReset');
  const { button } = await showDialog({
    title: trans.__('Reset the environment of %1?', datalab.title),
    body,
    buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: isUp ? trans.__('Stop it and reset') : trans.__('Reset') })],
    defaultButton: 0
  });
  if (!button.accept) {
    return false;
  }
  try {
    const { id } = await hub.client.resetHome({ name: hub.user, datalab: datalab.id, body: isUp ? { stop: true } : {} });
    Notification.success(
      id === null ? trans.__('%1 has no home yet: there was nothing to reset.', datalab.title) : trans.__('The environment of %1 was reset. Its old home is kept among your files.', datalab.title),
      { autoClose: DONE_MS }
    );
    return true;
  } catch (error) {
    tellFailure(trans.__('The environment of %1 was not reset', datalab.title), toProblem(error), trans);
    return false;
  }
}

/** Asks which of the datalabs is meant; undefined: none. */
export async function chooseDatalab(datalabs: readonly DatalabSummary[], trans: TranslationBundle): Promise<DatalabSummary | undefined> {
  // Nothing keeps two from having one title.
  const names = datalabs.map(({ id, title }) => (datalabs.some(other => other.id !== id && other.title === title) ? `${title} (${id})` : title));
  const { value } = await InputDialog.getItem({ title: trans.__('Reset an environment'), label: trans.__('The environment of'), items: names, okLabel: trans.__('Next') });
  return value === null ? undefined : datalabs[names.indexOf(value)];
}
