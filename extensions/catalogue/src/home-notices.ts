import type { HomeUsage, IHub } from '@jupyter-datalabs/hub-client';
import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { HomeWatch } from './home-usage';
import { CommandIDs } from './tokens';

const ORDER: readonly HomeUsage['level'][] = ['unknown', 'fine', 'warning', 'critical', 'full'];

/** Warns once for each level that the home reaches, and again after there was room in between; says what a safe start means. */
export function warnOfFullHome(options: { hub: IHub; watch: HomeWatch; commands: CommandRegistry; trans: TranslationBundle }): void {
  const { hub, watch, commands, trans } = options;
  const clean: Notification.IAction = {
    label: trans.__('Files in your home'),
    displayType: 'accent',
    callback: () => void commands.execute(CommandIDs.showHomeFiles)
  };
  let told: HomeUsage['level'] = 'fine';
  let last: string | null = null;
  watch.changed.connect(() => {
    const { level, message } = watch.usage!;
    if (message !== null && ORDER.indexOf(level) > ORDER.indexOf(told)) {
      if (last !== null) {
        Notification.dismiss(last);
      }
      last = Notification.emit(trans.__('%1 Remove what you no longer need.', message), level === 'full' ? 'error' : 'warning', { autoClose: false, actions: [clean] });
    }
    told = level === 'unknown' ? told : level;
  });
  const tellSafe = (): void => {
    const own = hub.sessions.get(hub.sessionName);
    if (!own) {
      return;
    }
    hub.sessions.changed.disconnect(tellSafe);
    if (own.user_options.safe === true) {
      Notification.info(trans.__('Safe start: this session keeps no settings, histories and layouts. Files are saved as far as there is room.'), {
        autoClose: false,
        actions: [clean]
      });
    }
  };
  hub.sessions.changed.connect(tellSafe);
  tellSafe();
}
