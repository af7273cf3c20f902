import type { IHub, ServerModel } from '@jupyter-datalabs/hub-client';
import type { IRunningSessions } from '@jupyterlab/running';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ISignal } from '@lumino/signaling';
import { stepText, volumesText } from './messages';
import { CommandIDs } from './tokens';
import type { ICatalogue } from './tokens';

/** The user's other sessions, for the Running sidebar. */
export class RunningDatalabs implements IRunningSessions.IManager {
  constructor(
    private readonly _options: {
      hub: IHub;
      catalogue: ICatalogue;
      commands: CommandRegistry;
      trans: TranslationBundle;
      stopIcon: LabIcon;
    }
  ) {
    const { trans } = _options;
    this.name = trans.__('Datalabs');
    this.shutdownLabel = trans.__('Stop');
    this.shutdownAllLabel = trans.__('Stop All');
    this.shutdownAllConfirmationText = trans.__('Stop all datalabs? What is not saved in them is lost.');
    this.shutdownItemIcon = _options.stopIcon;
  }

  readonly name: string;
  readonly shutdownAllConfirmationText: string;
  readonly shutdownAllLabel: string;
  readonly shutdownItemIcon: LabIcon;
  readonly shutdownLabel: string;

  get runningChanged(): ISignal<unknown, unknown> {
    return this._options.hub.sessions.changed;
  }

  running(): IRunningSessions.IRunningItem[] {
    return this._others().map(session => this._item(session));
  }

  refreshRunning(): void {
    // The hub's events keep the list; there is nothing to fetch.
  }

  shutdownAll(): void {
    for (const session of this._others()) {
      this._stop(session);
    }
  }

  private _others(): ServerModel[] {
    const { sessions, sessionName } = this._options.hub;
    return sessions.values().filter(s => s.name !== sessionName && (s.ready || s.pending !== null));
  }

  private _item(session: ServerModel): IRunningSessions.IRunningItem {
    const { catalogue, commands, trans } = this._options;
    return {
      context: 'datalab',
      icon: () => catalogue.icon(session.datalab),
      label: () => session.title,
      labelTitle: () => this._title(session),
      detail: () =>
        session.pending === 'spawn'
          ? stepText(trans, session.step)
          : session.pending === 'stop'
            ? trans.__('stopping')
            : '',
      open: () =>
        void commands.execute(CommandIDs.open, { datalab: session.datalab, session: session.name }),
      shutdown: () => this._stop(session)
    };
  }

  private _title(session: ServerModel): string {
    const { trans } = this._options;
    const started = session.started ? new Date(session.started).toLocaleString() : null;
    return [
      session.kind === 'desktop' ? trans.__('Desktop, opens as a panel') : trans.__('Opens in a new browser tab'),
      trans.__('Version %1', session.version),
      ...(started ? [trans.__('Started %1', started)] : []),
      ...volumesText(trans, session)
    ].join('\n');
  }

  private _stop(session: ServerModel): void {
    void this._options.commands.execute(CommandIDs.stop, { session: session.name });
  }
}
