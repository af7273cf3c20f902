import type { IHub } from '@jupyter-datalabs/hub-client';
import { chosenVolumes, isFinal, toProblem } from '@jupyter-datalabs/hub-client';
import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { stopIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { DisposableDelegate, DisposableSet } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';
import { problemIcon } from './icons';
import { captionOf, cardText, problemSentence } from './messages';
import type { Opener } from './opener';
import { showProblem, tellFailure } from './problem-dialog';
import { CommandIDs, HOME_DATALAB } from './tokens';
import type { ICatalogue } from './tokens';

const textArg = (args: ReadonlyPartialJSONObject, key: string): string | undefined =>
  typeof args[key] === 'string' ? (args[key] as string) : undefined;

/** The session a datalab opens in when nothing else is said: its id, or the home. */
export const sessionOf = (datalab: string): string => (datalab === HOME_DATALAB ? '' : datalab);

export function addCommands(options: {
  hub: IHub;
  catalogue: ICatalogue;
  commands: CommandRegistry;
  opener: Opener;
  trans: TranslationBundle;
  /** The launcher in use. */
  launcher?: () => IDisposable | null;
}): IDisposable {
  const { hub, catalogue, commands, opener, trans, launcher } = options;
  const disposables = new DisposableSet();

  disposables.add(
    commands.addCommand(CommandIDs.open, {
      label: args => {
        const datalab = catalogue.get(textArg(args, 'datalab') ?? '');
        if (!datalab) {
          return trans.__('Open a Datalab');
        }
        if (args.isLauncher) {
          return cardText(trans, datalab);
        }
        return args.isPalette ? trans.__('Open %1', datalab.title) : datalab.title;
      },
      caption: args => {
        const datalab = catalogue.get(textArg(args, 'datalab') ?? '');
        return datalab ? captionOf(datalab) : '';
      },
      icon: args => (args.isPalette ? undefined : catalogue.icon(textArg(args, 'datalab') ?? '')),
      isEnabled: args => hub.available && catalogue.get(textArg(args, 'datalab') ?? '') !== undefined,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            datalab: { type: 'string', description: trans.__('Id of the datalab') },
            session: { type: 'string', description: trans.__('Name of the session; the id of the datalab by default') },
            volumes: { type: 'array', items: { type: 'string' }, description: trans.__('Names of the volumes a new session has; all there are by default') },
            isPalette: { type: 'boolean', description: trans.__('Whether the command stands in the command palette') },
            isLauncher: { type: 'boolean', description: trans.__('Whether the command stands on a launcher card') }
          },
          required: ['datalab']
        }
      },
      execute: args => {
        const id = textArg(args, 'datalab') ?? '';
        const datalab = catalogue.get(id);
        if (!datalab) {
          Notification.error(trans.__('The hub has no datalab "%1".', id), { autoClose: false });
          return;
        }
        // Not awaited: the launcher refuses every other card until a command is done.
        const chosen = chosenVolumes({ user_options: args });
        void opener.open(chosen ? { ...datalab, chosen } : datalab, textArg(args, 'session') ?? sessionOf(id), args.isLauncher ? launcher?.() : null);
      }
    })
  );

  disposables.add(
    commands.addCommand(CommandIDs.stop, {
      label: args => {
        const title = hub.sessions.get(textArg(args, 'session') ?? '')?.title;
        return title ? trans.__('Stop %1', title) : trans.__('Stop a Datalab');
      },
      caption: trans.__('End the session; saved files stay'),
      icon: args => (args.isPalette ? undefined : stopIcon),
      isEnabled: args => hub.available && hub.sessions.get(textArg(args, 'session') ?? '') !== undefined,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            session: { type: 'string', description: trans.__('Name of the session') },
            isPalette: { type: 'boolean', description: trans.__('Whether the command stands in the command palette') }
          },
          required: ['session']
        }
      },
      execute: async args => {
        const name = textArg(args, 'session');
        if (name === undefined) {
          return;
        }
        const title = hub.sessions.get(name)?.title ?? name;
        try {
          await hub.stop(name);
        } catch (error) {
          tellFailure(trans.__('%1 was not stopped', title), toProblem(error), trans, [
            { label: trans.__('Try again'), displayType: 'accent', callback: () => void commands.execute(CommandIDs.stop, args) }
          ]);
        }
      }
    })
  );

  disposables.add(
    commands.addCommand(CommandIDs.showProblem, {
      label: args => {
        const what = hub.sessions.state === 'offline' ? trans.__('Waiting for the hub') : trans.__('Not available');
        return args.isLauncher ? `${what}\n${trans.__('Show why')}` : trans.__('Show Why Datalabs Are Not Available');
      },
      caption: () => (hub.sessions.problem ? problemSentence(hub.sessions.problem) : ''),
      icon: problemIcon,
      isEnabled: () => hub.sessions.problem !== null,
      describedBy: {
        args: {
          type: 'object',
          properties: { isLauncher: { type: 'boolean', description: trans.__('Whether the command stands on a launcher card') } }
        }
      },
      execute: () => {
        const { problem } = hub.sessions;
        if (problem) {
          showProblem(trans.__('Datalabs are not available'), problem, trans, { reload: isFinal(problem) });
        }
      }
    })
  );

  const refresh = (): void => {
    commands.notifyCommandChanged(CommandIDs.open);
    commands.notifyCommandChanged(CommandIDs.stop);
    commands.notifyCommandChanged(CommandIDs.showProblem);
  };
  catalogue.changed.connect(refresh);
  hub.sessions.changed.connect(refresh);
  disposables.add(
    new DisposableDelegate(() => {
      catalogue.changed.disconnect(refresh);
      hub.sessions.changed.disconnect(refresh);
    })
  );
  return disposables;
}
