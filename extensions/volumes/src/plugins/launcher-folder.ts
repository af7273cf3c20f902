import { ILabShell } from '@jupyterlab/application';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { MainAreaWidget } from '@jupyterlab/apputils';
import { PageConfig } from '@jupyterlab/coreutils';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { Launcher } from '@jupyterlab/launcher';
import { DisposableDelegate, DisposableSet } from '@lumino/disposable';
import { LauncherFolder } from '../launcher-folder';

let made = new DisposableSet();

export const launcherFolderPlugin: JupyterFrontEndPlugin<void> = {
  id: '@jupyter-datalabs/volumes:launcher-folder',
  description: 'Keeps the launcher in a folder that can be written to while the file browser shows an archive volume.',
  autoStart: true,
  requires: [ILabShell, IDefaultFileBrowser],
  activate: (app: JupyterFrontEnd, shell: ILabShell, browser: IDefaultFileBrowser): void => {
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
    made = DisposableSet.from([folder, new DisposableDelegate(() => shell.layoutModified.disconnect(apply))]);
  },
  deactivate: () => made.dispose()
};
