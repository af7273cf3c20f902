import { ILabShell } from '@jupyterlab/application';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { MainAreaWidget, Notification } from '@jupyterlab/apputils';
import { PageConfig } from '@jupyterlab/coreutils';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { Launcher } from '@jupyterlab/launcher';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { DisposableDelegate, DisposableSet } from '@lumino/disposable';
import { LauncherFolder } from '../launcher-folder';
import { placeNewFiles } from '../new-files';

/** How long it is said where a file went, in milliseconds. */
const NOTICE_MS = 6_000;

let made = new DisposableSet();

export const launcherFolderPlugin: JupyterFrontEndPlugin<void> = {
  id: '@jupyter-datalabs/volumes:launcher-folder',
  description: 'Keeps the launcher and new files in a folder that can be written to while the file browser shows an archive volume.',
  autoStart: true,
  requires: [ILabShell, IDefaultFileBrowser],
  optional: [ITranslator],
  activate: (app: JupyterFrontEnd, shell: ILabShell, browser: IDefaultFileBrowser, translator: ITranslator | null): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_datalabs');
    function* launchers(): Iterable<Launcher> {
      for (const widget of shell.widgets('main')) {
        if (widget instanceof MainAreaWidget && widget.content instanceof Launcher) {
          yield widget.content;
        }
      }
    }
    const folder = new LauncherFolder({
      shown: browser.model,
      contents: app.serviceManager.contents,
      launchers,
      start: PageConfig.getOption('preferredPath').replace(/^\/+/, '')
    });
    const apply = (): void => folder.apply();
    shell.layoutModified.connect(apply);
    const newFiles = placeNewFiles({
      commands: app.commands,
      placeFor: path => folder.placeFor(path),
      onMoved: (file, meant) =>
        void Notification.info(trans.__('%1 is read-only. The new file is %2.', `/${meant}`, file), { autoClose: NOTICE_MS })
    });
    made = DisposableSet.from([folder, newFiles, new DisposableDelegate(() => shell.layoutModified.disconnect(apply))]);
  },
  deactivate: () => made.dispose()
};
