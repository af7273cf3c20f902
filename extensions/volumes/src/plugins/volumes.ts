import { IHub } from '@jupyter-datalabs/hub-client';
import type { Volume } from '@jupyter-datalabs/hub-client';
import { ILayoutRestorer } from '@jupyterlab/application';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Clipboard, ICommandPalette, Notification } from '@jupyterlab/apputils';
import { PageConfig } from '@jupyterlab/coreutils';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { DisposableSet } from '@lumino/disposable';
import { unavailableText } from '../list';
import { VolumesModel } from '../model';
import { browserPath, mountedVolumes } from '../paths';
import { VolumesPanel } from '../widget';

namespace CommandIDs {
  export const show = 'datalabs-volumes:show-panel';
  /** Of JupyterLab's file browser. */
  export const openPath = 'filebrowser:open-path';
}

/** After JupyterLab's own panels. */
const SIDEBAR_RANK = 800;

let made = new DisposableSet();

export const volumesPlugin: JupyterFrontEndPlugin<void> = {
  id: '@jupyter-datalabs/volumes:plugin',
  description: 'Lists the mounted archive volumes in a sidebar panel and opens them in the file browser.',
  autoStart: true,
  requires: [IHub],
  optional: [ILayoutRestorer, ICommandPalette, ITranslator, IDefaultFileBrowser],
  activate: (
    app: JupyterFrontEnd,
    hub: IHub,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null,
    browser: IDefaultFileBrowser | null
  ): void => {
    const { commands, shell } = app;
    const trans = (translator ?? nullTranslator).load('jupyter_datalabs');
    const serverRoot = PageConfig.getOption('serverRoot');
    const model = new VolumesModel(hub, () => mountedVolumes(app.serviceManager.contents, serverRoot), trans);

    const open = (volume: Volume): void => {
      const path = browserPath(volume.path, serverRoot);
      if (!volume.available) {
        Notification.warning(`${volume.title}: ${unavailableText(volume, trans)}`);
      } else if (path === null || !commands.hasCommand(CommandIDs.openPath)) {
        Notification.warning(trans.__('The file browser does not show %1. Use the path in a notebook.', volume.path), {
          actions: [{ label: trans.__('Copy path'), callback: () => copyPath(volume) }]
        });
      } else {
        // The panel with the focus gives way to the file browser: the keyboard goes there too.
        void commands.execute(CommandIDs.openPath, { path }).then(() => {
          const files = browser?.node.querySelector<HTMLElement>('.jp-DirListing-content');
          (files?.querySelector<HTMLElement>('[tabindex="0"]') ?? files)?.focus();
        });
      }
    };
    const copyPath = (volume: Volume): void => {
      Clipboard.copyToSystem(volume.path);
      Notification.success(trans.__('Copied %1', volume.path), { autoClose: 2000 });
    };

    // A JupyterLab without the hub is left as it is: no tab that could only say so.
    const own = (made = new DisposableSet());
    own.add(model);
    void hub.ready.then(() => {
      if (own.isDisposed) {
        return;
      }
      // A hub that refuses this page is there all the same, and the panel says why it is empty.
      if (hub.available || hub.sessions.problem) {
        const panel = new VolumesPanel({ model, trans, actions: { open, copyPath } });
        shell.add(panel, 'left', { rank: SIDEBAR_RANK, type: 'Archive volumes' });
        restorer?.add(panel, panel.id);
        own.add(panel);
        commands.notifyCommandChanged(CommandIDs.show);
      }
    });
    own.add(
      commands.addCommand(CommandIDs.show, {
        label: trans.__('Show Archive Volumes'),
        describedBy: { args: { type: 'object', properties: {} } },
        isEnabled: () => hub.available,
        execute: () => shell.activateById('jp-datalabs-volumes')
      })
    );
    if (palette) {
      own.add(palette.addItem({ command: CommandIDs.show, category: trans.__('Datalabs') }));
    }
  },
  deactivate: () => made.dispose()
};
