import { IHub } from '@jupyter-datalabs/hub-client';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { DisposableDelegate, DisposableSet } from '@lumino/disposable';
import { CardCommand } from '../card-command';
import { moreOfCards } from '../card-more';
import { datalabOfCard } from '../pointed';
import { startWith } from '../start-with';
import { CommandIDs, ICatalogue } from '../tokens';

let made = new DisposableSet();

export const startWithPlugin: JupyterFrontEndPlugin<void> = {
  id: '@jupyter-datalabs/catalogue:start-with',
  description: 'Asks for the volumes and the name of a session before it is started.',
  autoStart: true,
  requires: [IHub, ICatalogue],
  optional: [ICommandPalette, ITranslator],
  activate: (app: JupyterFrontEnd, hub: IHub, catalogue: ICatalogue, palette: ICommandPalette | null, translator: ITranslator | null): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_datalabs');
    const { commands } = app;
    const own = (made = new DisposableSet());
    const category = trans.__('Datalabs');
    const ofCard = new CardCommand({ app, catalogue, category, trans });
    own.add(
      commands.addCommand(CommandIDs.startWith, {
        label: args => (args.choose ? trans.__('Start a datalab with…') : trans.__('Start with…')),
        caption: trans.__('Choose the volumes of the session and its name'),
        isEnabled: () => hub.available && catalogue.datalabs.length > 0,
        isVisible: ofCard.isVisible,
        describedBy: ofCard.describedBy,
        execute: async args => {
          const datalab = args.choose ? undefined : ofCard.datalabOf(args);
          if (datalab || args.choose) {
            // From the launcher in use a desktop takes its place, as from its card; elsewhere that changes nothing.
            const start = (what: object): void => void commands.execute(CommandIDs.open, { ...what, isLauncher: true });
            await startWith({ hub, datalabs: catalogue.datalabs, datalab, trans, start });
          }
        }
      })
    );
    own.add(app.contextMenu.addItem({ command: CommandIDs.startWith, selector: '.jp-LauncherCard', rank: 5 }));
    if (palette) {
      own.add(palette.addItem({ command: CommandIDs.startWith, args: { choose: true }, category }));
    }
    const title = (card: HTMLElement): string | undefined => {
      const datalab = datalabOfCard(card, catalogue, category);
      return datalab && hub.available ? trans.__('Start %1 with…', datalab.title) : undefined;
    };
    const more = (card: HTMLElement): void => {
      const datalab = datalabOfCard(card, catalogue, category);
      if (datalab) {
        void commands.execute(CommandIDs.startWith, { datalab: datalab.id });
      }
    };
    own.add(moreOfCards({ title, more }));
    const refresh = (): void => commands.notifyCommandChanged(CommandIDs.startWith);
    catalogue.changed.connect(refresh);
    own.add(new DisposableDelegate(() => catalogue.changed.disconnect(refresh)));
  },
  deactivate: () => made.dispose()
};
