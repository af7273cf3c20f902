import type { DatalabSummary } from '@jupyter-datalabs/hub-client';
import type { IHub, ServerModel } from '@jupyter-datalabs/hub-client';
import { hasCode, problemOf, toProblem } from '@jupyter-datalabs/hub-client';
import type { IProblemInfo } from '@jupyter-datalabs/hub-client';
import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import { progressOf, startingMessage } from './messages';
import { showProblem } from './problem-dialog';
import { CommandIDs } from './tokens';

/** A browser tab that was opened while the click still counted as one. */
export interface ITab {
  go(url: string): void;
  close(): void;
}

/** Opens an empty tab, or null where the browser does not allow it. */
export function openTab(): ITab | null {
  const tab = window.open('about:blank', '_blank');
  if (!tab) {
    return null;
  }
  tab.opener = null;
  return { go: url => tab.location.replace(url), close: () => tab.close() };
}

/** How long a success stays, in milliseconds. */
const SUCCESS_MS = 3_000;
const TICK_MS = 1_000;

export namespace Opener {
  export interface IOptions {
    hub: IHub;
    commands: CommandRegistry;
    trans: TranslationBundle;
    openTab?: () => ITab | null;
    now?: () => number;
  }
}

/** Starts sessions where needed, tells how it goes, and shows them. */
export class Opener {
  constructor(private readonly _options: Opener.IOptions) {
    this._openTab = _options.openTab ?? openTab;
    this._now = _options.now ?? Date.now;
  }

  /**
   * Open a datalab in a session of a name. The tab must open before anything is awaited, else the browser takes it
   * for an unwanted window; hence not `async`.
   */
  open(datalab: DatalabSummary, name: string): Promise<void> {
    const inTab = datalab.kind !== 'desktop';
    const tab = inTab ? this._openTab() : null;
    const { hub } = this._options;
    if (hub.sessions.get(name)?.ready) {
      return this._show(datalab, name, tab);
    }
    const running = this._starts.get(name);
    if (running) {
      tab?.go(hub.pendingUrl(name));
      return running;
    }
    const start = this._start(datalab, name, tab).finally(() => this._starts.delete(name));
    this._starts.set(name, start);
    return start;
  }

  private async _start(datalab: DatalabSummary, name: string, tab: ITab | null): Promise<void> {
    const { hub, trans } = this._options;
    const { title } = datalab;
    const since = this._now();
    let cancelled = false;
    const cancel: Notification.IAction = {
      label: trans.__('Cancel'),
      callback: () => {
        cancelled = true;
        // What is not there any more needs no stopping; a real refusal shows as the start going on.
        hub.stop(name).catch(error => console.warn('The start could not be cancelled', error));
      }
    };
    const state = (): Notification.IOptions<string> & { message: string } => {
      const session = hub.sessions.get(name);
      const seconds = Math.floor((this._now() - since) / 1000);
      return {
        message: startingMessage(trans, { title, session, seconds, offline: hub.sessions.state === 'offline' }),
        progress: progressOf(session),
        autoClose: false,
        actions: [cancel]
      };
    };
    const { message, ...options } = state();
    const id = Notification.emit(message, 'in-progress', options);
    const update = (): void => void Notification.update({ id, type: 'in-progress', ...state() });
    const tick = window.setInterval(update, TICK_MS);
    hub.sessions.changed.connect(update);
    try {
      await this._ask(datalab, name);
      if (!hub.sessions.get(name)?.ready) {
        tab?.go(hub.pendingUrl(name));
      }
      const end = await this._settled(name, () => cancelled);
      window.clearInterval(tick);
      hub.sessions.changed.disconnect(update);
      if (end === 'gone') {
        tab?.close();
        Notification.update({ id, type: 'info', message: trans.__('%1 was not started.', title), autoClose: SUCCESS_MS, actions: [], progress: undefined });
      } else if (end === 'ready') {
        const took = ((this._now() - since) / 1000).toFixed(1);
        const blocked = datalab.kind !== 'desktop' && tab === null;
        Notification.update({
          id,
          type: 'success',
          message: blocked
            ? trans.__('%1 is ready. The browser did not allow a new tab.', title)
            : trans.__('%1 is ready (%2 s).', title, took),
          autoClose: blocked ? false : SUCCESS_MS,
          progress: 1,
          actions: blocked ? [{ label: trans.__('Open %1', title), callback: () => void this.open(datalab, name) }] : []
        });
        await this._show(datalab, name, tab, blocked);
      } else {
        this._fail(id, datalab, name, end);
      }
    } catch (error) {
      tab?.close();
      this._fail(id, datalab, name, toProblem(error));
    } finally {
      window.clearInterval(tick);
      hub.sessions.changed.disconnect(update);
    }
  }

  /** Ask for the session; one that is just being stopped is waited for first. */
  private async _ask(datalab: DatalabSummary, name: string): Promise<void> {
    const { hub } = this._options;
    try {
      await hub.start(name, { datalab: datalab.id });
    } catch (error) {
      if (!hasCode(error, 'stop-pending')) {
        throw error;
      }
      await this._until(() => (hub.sessions.get(name)?.pending === 'stop' ? null : true));
      await hub.start(name, { datalab: datalab.id });
    }
  }

  /** How the start ended. */
  private _settled(name: string, isCancelled: () => boolean): Promise<'ready' | 'gone' | IProblemInfo> {
    const { sessions } = this._options.hub;
    return this._until(() => {
      const session: ServerModel | undefined = sessions.get(name);
      if (sessions.state !== 'ready') {
        return null;
      }
      if (session?.ready) {
        return 'ready';
      }
      if (session?.failure && session.pending === null) {
        return isCancelled() || session.failure.code === 'cancelled' ? 'gone' : problemOf(session.failure, 0);
      }
      return session && session.pending !== null ? null : 'gone';
    });
  }

  /** Resolves with the first value that is not null, tried now and after every change of the sessions. */
  private _until<T>(attempt: () => T | null): Promise<T> {
    const { sessions } = this._options.hub;
    return new Promise(resolve => {
      const check = (): void => {
        const value = attempt();
        if (value !== null) {
          sessions.changed.disconnect(check);
          resolve(value);
        }
      };
      sessions.changed.connect(check);
      check();
    });
  }

  private async _show(datalab: DatalabSummary, name: string, tab: ITab | null, quiet = false): Promise<void> {
    const { hub, commands, trans } = this._options;
    const { title } = datalab;
    if (datalab.kind !== 'desktop') {
      if (tab) {
        tab.go(hub.sessionUrl(name));
      } else if (!quiet) {
        Notification.warning(trans.__('The browser did not allow a new tab for %1.', title), {
          autoClose: false,
          actions: [{ label: trans.__('Open %1', title), callback: () => void this.open(datalab, name) }]
        });
      }
    } else if (commands.hasCommand(CommandIDs.openDesktop)) {
      await commands.execute(CommandIDs.openDesktop, { session: name, title });
    } else {
      Notification.error(trans.__('%1 runs, but the extension that shows desktops is disabled.', title), { autoClose: false });
    }
  }

  private _fail(id: string, datalab: DatalabSummary, name: string, problem: IProblemInfo): void {
    const { trans } = this._options;
    const actions: Notification.IAction[] = [
      {
        label: trans.__('Try again'),
        displayType: 'accent',
        callback: () => void this.open(datalab, name)
      },
      {
        label: problem.log ? trans.__('Show log') : trans.__('Show details'),
        callback: () => showProblem(trans.__('%1 did not start', datalab.title), problem, trans)
      }
    ];
    const sentence = trans.__('%1 did not start. %2', datalab.title, problem.detail);
    Notification.update({ id, type: 'error', message: sentence, autoClose: false, actions, progress: undefined });
  }

  private readonly _now: () => number;
  private readonly _openTab: () => ITab | null;
  private readonly _starts = new Map<string, Promise<void>>();
}
