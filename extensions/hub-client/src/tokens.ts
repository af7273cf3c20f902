import type { DatalabSummary, HomeUsage, HubClient, ServerModel, Step, Volume, VolumeDetail } from '@jupyter-datalabs/contract';
import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import type { IProblemInfo } from './problem';

/** How much of the live list of sessions can be believed. `refused`: the hub answers, but not to this page. */
export type SessionStoreState = 'loading' | 'ready' | 'offline' | 'refused';

/** The live list of the user's sessions; the home JupyterLab has the name ''. */
export interface ISessionStore {
  /** Emitted after every change of `state` or of a session. */
  readonly changed: ISignal<ISessionStore, void>;
  readonly state: SessionStoreState;
  /** Why the list is `offline` or `refused`, else null. */
  readonly problem: IProblemInfo | null;
  values(): readonly ServerModel[];
  get(name: string): ServerModel | undefined;
}

/** What to start in a session. */
export interface IStartOptions {
  /** The id of the datalab. */
  datalab: string;
  version?: string;
  /** Nothing is written to the home by itself: for one that is full. */
  safe?: boolean;
  /** Names of the volumes it has; left out, all that its user may see. */
  volumes?: string[];
}

/** The hub this JupyterLab was started by. */
export interface IHub extends IDisposable {
  /** Whether there is a hub at all and this JupyterLab may use it. Settled once `ready` is resolved. */
  readonly available: boolean;
  /** Resolved, never rejected, once it is known whether the hub is available. */
  readonly ready: Promise<void>;
  /** The hub's name of the user. */
  readonly user: string;
  /** The name of the session this JupyterLab runs in; '' is the home. */
  readonly sessionName: string;
  /** The hub's prefix on this page's origin or the configured host, with a slash at the end. */
  readonly baseUrl: string;
  readonly client: HubClient;
  readonly sessions: ISessionStore;
  /**
   * Ask for a session; resolves when the hub accepted. `sessions` tells how it goes on. Running already is no error, unless
   * it is another datalab that runs under the name: that rejects with `already-running`.
   */
  start(name: string, options: IStartOptions): Promise<void>;
  /** Stop a session, or cancel its start; resolves when the hub accepted. */
  stop(name: string): Promise<void>;
  /** Absolute URL of a session, or of a path under it: `sessionUrl('topcat', 'vnc')`. */
  sessionUrl(name: string, path?: string): string;
  /** Absolute URL of the page that follows a start and then shows the session. */
  pendingUrl(name: string): string;
  /** A short-lived token that opens one session and nothing else. */
  mintAccessToken(session: string): Promise<string>;
}

export const IHub = new Token<IHub>(
  '@jupyter-datalabs/hub-client:IHub',
  'The hub behind this JupyterLab: its typed client, the live list of sessions, and start and stop of sessions.'
);

export type { DatalabSummary, HomeUsage, HubClient, ServerModel, Step, Volume, VolumeDetail };
