import { IHub } from '@jupyter-datalabs/hub-client';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { DisposableSet } from '@lumino/disposable';
import { DeadlineNotices } from '../deadline-notices';
import { DeadlineStatus } from '../deadline-status';
import { Deadlines } from '../deadlines';

/** Beginning of the ids of docked desktops; the rest is the session's name. */
const DESKTOP_ID = 'jp-datalabs-desktop-';

let made = new DisposableSet();

export const deadlinePlugin: JupyterFrontEndPlugin<void> = {
  id: '@jupyter-datalabs/catalogue:deadline',
  description: 'Shows when this session is due to be stopped, warns, and asks for more time.',
  autoStart: true,
  requires: [IHub],
  optional: [IStatusBar, ITranslator],
  activate: (app: JupyterFrontEnd, hub: IHub, statusBar: IStatusBar | null, translator: ITranslator | null): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_datalabs');
    const own = (made = new DisposableSet());
    void hub.ready.then(() => {
      if (!hub.available || own.isDisposed) {
        return;
      }
      const shown = (): string[] =>
        [...app.shell.widgets('main')].filter(({ id }) => id.startsWith(DESKTOP_ID)).map(({ id }) => id.slice(DESKTOP_ID.length));
      const deadlines = new Deadlines({ hub, shown });
      own.add(deadlines);
      const notices = new DeadlineNotices({ hub, deadlines, trans });
      void notices.tellLast().catch((error: unknown) => console.warn('How the last session ended is not known.', error));
      if (statusBar) {
        const item = new DeadlineStatus(deadlines, trans, () => notices.dismissAll());
        own.add(item);
        own.add(
          statusBar.registerStatusItem('@jupyter-datalabs/catalogue:deadline', {
            item, align: 'right', rank: 10, isActive: () => deadlines.own !== null, activeStateChanged: deadlines.changed
          })
        );
      }
    });
  },
  deactivate: () => made.dispose()
};
