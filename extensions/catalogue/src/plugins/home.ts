import { IHub } from '@jupyter-datalabs/hub-client';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { URLExt } from '@jupyterlab/coreutils';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { DisposableSet } from '@lumino/disposable';
import { CardCommand } from '../card-command';
import { warnOfFullHome } from '../home-notices';
import { chooseDatalab, resetHome } from '../home-reset';
import { HomeStatus } from '../home-status';
import { HomeWatch } from '../home-usage';
import { CommandIDs, ICatalogue } from '../tokens';

let made = new DisposableSet();

export const homePlugin: JupyterFrontEndPlugin<void> = {
  id: '@jupyter-datalabs/catalogue:home',
  description: 'Shows how full the home is, leads to the files in it, and resets the environment of a datalab.',
  autoStart: true,
  requires: [IHub, ICatalogue],
  optional: [IStatusBar, ICommandPalette, ITranslator],
  activate: (app: JupyterFrontEnd, hub: IHub, catalogue: ICatalogue, statusBar: IStatusBar | null, palette: ICommandPalette | null, translator: ITranslator | null): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_datalabs');
    const { commands } = app;
    const own = (made = new DisposableSet());
    const category = trans.__('Datalabs');
    let watch: HomeWatch | null = null;
    const ofCard = new CardCommand({ app, catalogue, category, trans });
    own.add(
      commands.addCommand(CommandIDs.resetHome, {
        label: args => (args.choose ? trans.__('Reset a Datalab’s Environment…') : trans.__('Reset Environment…')),
        caption: trans.__('Set the home of this datalab aside and begin with a new one; the workspace is kept'),
        isEnabled: () => hub.available,
        isVisible: ofCard.isVisible,
        describedBy: ofCard.describedBy,
        execute: async args => {
          const datalab = args.choose ? await chooseDatalab(catalogue.datalabs, trans) : ofCard.datalabOf(args);
          if (datalab && (await resetHome({ hub, datalab, trans }))) {
            await watch?.refresh();
          }
        }
      })
    );
    own.add(
      commands.addCommand(CommandIDs.showHomeFiles, {
        label: trans.__('Files in Your Home'),
        caption: trans.__('What takes room, and old homes; opens in a new browser tab'),
        isEnabled: () => hub.available,
        describedBy: { args: { type: 'object', properties: {} } },
        execute: () => void window.open(URLExt.join(hub.baseUrl, 'home-files'), '_blank', 'noopener')
      })
    );
    own.add(
      commands.addCommand(CommandIDs.refreshHome, {
        label: trans.__('Look at the Size of Your Home Again'),
        isEnabled: () => watch !== null,
        describedBy: { args: { type: 'object', properties: {} } },
        execute: () => watch?.refresh()
      })
    );
    own.add(app.contextMenu.addItem({ command: CommandIDs.resetHome, selector: '.jp-LauncherCard', rank: 10 }));
    if (palette) {
      own.add(palette.addItem({ command: CommandIDs.showHomeFiles, category }));
      own.add(palette.addItem({ command: CommandIDs.resetHome, args: { choose: true }, category }));
    }
    void hub.ready.then(() => {
      if (!hub.available || own.isDisposed) {
        return;
      }
      const mine = (watch = new HomeWatch(hub));
      own.add(mine);
      const open = (): void => void commands.execute(CommandIDs.showHomeFiles);
      warnOfFullHome({ hub, watch: mine, commands, trans });
      if (statusBar) {
        const item = new HomeStatus(mine, trans, open);
        own.add(item);
        own.add(
          statusBar.registerStatusItem('@jupyter-datalabs/catalogue:home', {
            item, align: 'right', rank: 11, isActive: () => (mine.usage?.used ?? null) !== null, activeStateChanged: mine.changed
          })
        );
      }
    });
  },
  deactivate: () => made.dispose()
};
