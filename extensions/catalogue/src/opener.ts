import type { DatalabSummary } from '@jupyter-datalabs/hub-client';
import type { IHub, ServerModel } from '@jupyter-datalabs/hub-client';
import { chosenVolumes, hasCode, problemOf, toProblem } from '@jupyter-datalabs/hub-client';
import type { IProblemInfo } from '@jupyter-datalabs/hub-client';
import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { IDisposable } from '@lumino/disposable';
import { problemSentence, progressOf, startingMessage } from './messages';
import { tellFailure } from './problem-dialog';
import { ProgressToast } from './progress-toast';
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

/** What has to be known of a datalab to open it: of one that runs, its session tells. */
export type IOpenable = Pick<DatalabSummary, 'id' | 'title' | 'kind'> & {
  /** Names of the volumes it shall have; left out, all there are, or those of a start that failed. */
  chosen?: string[];
};

/** How long a message stays that asks for nothing, in milliseconds. */
const INFO_MS = 3_000;
const TICK_MS = 1_000;
/** A start that takes no longer, as of a session that was kept warm, needs no message, in milliseconds. */
const MESSAGE_DELAY_MS = 300;

export namespace Opener {
  export interface IOptions {
    hub: IHub;
    commands: CommandRegistry;
    trans: TranslationBundle;
    openTab?: () => ITab | null;
    now?: () => number;
    /** How long a start may take before a message tells of it, in milliseconds. */
    messageDelay?: number;
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
   * for an unwanted window; hence not `async`. A launcher it was opened from gives its place to a panel.
   */
  open(datalab: IOpenable, name: string, launcher: IDisposable | null = null): Promise<void> {
    const { hub } = this._options;
    const other = this._otherThan(datalab, name);
    if (other) {
      return this._offerOther(datalab, name, other);
    }
    const tab = this._tabFor(datalab);
    if (hub.sessions.get(name)?.ready) {
      return this._show(datalab, name, tab, launcher);
    }
    const running = this._starts.get(Private.key(datalab, name));
    if (running) {
      tab?.go(hub.pendingUrl(name));
      return running;
    }
    return this._begin(datalab, name, this._start(datalab, name, tab, launcher));
  }

  private _begin(datalab: IOpenable, name: string, work: Promise<void>): Promise<void> {
    const key = Private.key(datalab, name);
    const start = work.finally(() => this._starts.delete(key));
    this._starts.set(key, start);
    return start;
  }

  private _tabFor(datalab: IOpenable): ITab | null {
    return datalab.kind === 'desktop' ? null : this._openTab();
  }

  /** The session of the name when it runs, or starts, another datalab. */
  private _otherThan(datalab: IOpenable, name: string): ServerModel | null {
    const session = this._options.hub.sessions.get(name);
    const isUp = session?.ready || session?.pending === 'spawn';
    return session && isUp && session.datalab !== datalab.id ? session : null;
  }

  private async _offerOther(datalab: IOpenable, name: string, session: ServerModel): Promise<void> {
    const { trans } = this._options;
    const other = { id: session.datalab, title: session.title, kind: session.kind };
    Notification.warning(trans.__('%1 was not opened: the session "%2" runs %3.', datalab.title, name, other.title), {
      autoClose: false,
      actions: [
        { label: trans.__('Open %1', other.title), displayType: 'accent', callback: () => void this.open(other, name) },
        {
          label: trans.__('Stop it and start %1', datalab.title),
          caption: trans.__('What is not saved in %1 is lost', other.title),
          displayType: 'warn',
          callback: () => void this._replace(datalab, name)
        }
      ]
    });
  }

  /** Stop what runs under the name, and start the datalab there. Not `async`, for the tab's sake. */
  private _replace(datalab: IOpenable, name: string): Promise<void> {
    const running = this._starts.get(Private.key(datalab, name));
    if (running) {
      return running;
    }
    const tab = this._tabFor(datalab);
    const { hub } = this._options;
    const replace = async (): Promise<void> => {
      try {
        await hub.stop(name);
        await this._until(() => (this._otherThan(datalab, name) ? null : true));
      } catch (error) {
        tab?.close();
        this._fail(datalab, name, toProblem(error));
        return;
      }
      await this._start(datalab, name, tab);
    };
    return this._begin(datalab, name, replace());
  }

  private async _start(datalab: IOpenable, name: string, tab: ITab | null, launcher: IDisposable | null = null): Promise<void> {
    const { hub, trans } = this._options;
    const { title } = datalab;
    const since = this._now();
    let cancelled = false;
    const asked = this._ask(datalab, name);
    const cancel: Notification.IAction = {
      label: trans.__('Cancel'),
      callback: () => {
        cancelled = true;
        void this._cancel(asked, datalab, name);
      }
    };
    const toast = new ProgressToast(() => {
      const session = hub.sessions.get(name);
      const seconds = Math.floor((this._now() - since) / 1000);
      return {
        message: startingMessage(trans, { title, session, seconds, offline: hub.sessions.state === 'offline' }),
        progress: progressOf(session),
        autoClose: false,
        actions: [cancel]
      };
    }, this._options.messageDelay ?? MESSAGE_DELAY_MS);
    const update = (): void => toast.update();
    const tick = window.setInterval(update, TICK_MS);
    hub.sessions.changed.connect(update);
    const done = (): void => {
      window.clearInterval(tick);
      hub.sessions.changed.disconnect(update);
      // What comes next is a message of its own: an update is lost on one that the user has hidden. A session that shows
      // itself needs no message on top of it at all.
      toast.dispose();
    };
    try {
      await asked;
      if (!cancelled && !hub.sessions.get(name)?.ready) {
        tab?.go(hub.pendingUrl(name));
      }
      const end = await this._settled(name, () => cancelled);
      done();
      if (end === 'gone' || cancelled) {
        tab?.close();
        Notification.info(trans.__('%1 was not started.', title), { autoClose: INFO_MS });
      } else if (end === 'ready') {
        await this._show(datalab, name, tab, launcher);
      } else if (end === 'untold') {
        const why = problemSentence(hub.sessions.problem!);
        Notification.warning(trans.__('%1 was asked for, but the hub does not tell this window how it goes. %2', title, why), { autoClose: false });
      } else {
        this._fail(datalab, name, end);
      }
    } catch (error) {
      done();
      tab?.close();
      const other = hasCode(error, 'already-running') ? this._otherThan(datalab, name) : null;
      await (other ? this._offerOther(datalab, name, other) : this._fail(datalab, name, toProblem(error)));
    }
  }

  /** Ask for the session; one that is just being stopped is waited for first. */
  private async _ask(datalab: IOpenable, name: string): Promise<void> {
    const { hub } = this._options;
    const safe = this._safe.delete(Private.key(datalab, name));
    const before = hub.sessions.get(name);
    const volumes = datalab.chosen ?? (before?.failure && before.datalab === datalab.id ? chosenVolumes(before) : undefined);
    const options = { datalab: datalab.id, ...(safe && { safe }), ...(volumes && { volumes }) };
    try {
      await hub.start(name, options);
    } catch (error) {
      if (!hasCode(error, 'stop-pending')) {
        throw error;
      }
      await this._until(() => (hub.sessions.get(name)?.pending === 'stop' ? null : true));
      await hub.start(name, options);
    }
  }

  /** Stops what was asked for, but not before the hub knows of it: it could start after all. */
  private async _cancel(asked: Promise<void>, datalab: IOpenable, name: string): Promise<void> {
    const { hub, trans } = this._options;
    try {
      await asked;
    } catch {
      return; // Refused: there is nothing to stop, and the start itself tells why.
    }
    try {
      await hub.stop(name);
    } catch (error) {
      const problem = toProblem(error);
      if (problem.code !== 'unknown-session') {
        tellFailure(trans.__('The start of %1 was not cancelled', datalab.title), problem, trans);
      }
    }
  }

  /** How the start ended. */
  private _settled(name: string, isCancelled: () => boolean): Promise<'ready' | 'gone' | 'untold' | IProblemInfo> {
    const { sessions } = this._options.hub;
    return this._until(() => {
      const session: ServerModel | undefined = sessions.get(name);
      if (sessions.state === 'refused') {
        return 'untold';
      }
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

  private async _show(datalab: IOpenable, name: string, tab: ITab | null, launcher: IDisposable | null): Promise<void> {
    const { hub, commands, trans } = this._options;
    const { title } = datalab;
    if (datalab.kind !== 'desktop') {
      if (tab) {
        tab.go(hub.sessionUrl(name));
      } else {
        Notification.warning(trans.__('%1 is ready. The browser did not allow a new tab for it.', title), {
          autoClose: false,
          actions: [{ label: trans.__('Open %1', title), callback: () => void this.open(datalab, name) }]
        });
      }
    } else if (commands.hasCommand(CommandIDs.openDesktop)) {
      await commands.execute(CommandIDs.openDesktop, { session: name, title });
      launcher?.dispose();
    } else {
      Notification.error(trans.__('%1 runs, but the extension that shows desktops is disabled.', title), { autoClose: false });
    }
  }

  private _fail(datalab: IOpenable, name: string, problem: IProblemInfo): void {
    const { commands, trans } = this._options;
    const { title } = datalab;
    const again = { label: trans.__('Try again'), displayType: 'accent', callback: () => void this.open(datalab, name) } as const;
    const running = { label: trans.__('Show what runs'), displayType: 'accent', callback: () => void commands.execute(CommandIDs.showRunning) } as const;
    // Against a limit nothing helps before something is stopped.
    const next = problem.code === 'quota' && commands.hasCommand(CommandIDs.showRunning) ? running : again;
    const isHomeFull = problem.code === 'home-full';
    tellFailure(trans.__('%1 did not start', title), problem, trans, isHomeFull ? this._waysOutOfFullHome(datalab, name) : [next]);
    if (isHomeFull && commands.hasCommand(CommandIDs.refreshHome)) {
      void commands.execute(CommandIDs.refreshHome);
    }
  }

  private _waysOutOfFullHome(datalab: IOpenable, name: string): Notification.IAction[] {
    const { commands, trans } = this._options;
    const safely = (): void => {
      this._safe.add(Private.key(datalab, name));
      void this.open(datalab, name);
    };
    return [
      { label: trans.__('Make room'), caption: trans.__('See and remove the files in your home'), displayType: 'accent', callback: () => void commands.execute(CommandIDs.showHomeFiles) },
      { label: trans.__('Safe start'), caption: trans.__('Keeps no settings and histories; writes nothing to the home by itself'), callback: safely }
    ];
  }

  private readonly _now: () => number;
  /** Starts to be asked for as safe ones, once. */
  private readonly _safe = new Set<string>();
  private readonly _openTab: () => ITab | null;
  /** By datalab and session. */
  private readonly _starts = new Map<string, Promise<void>>();
}

namespace Private {
  export const key = (datalab: IOpenable, name: string): string => JSON.stringify([datalab.id, name]);
}
