import { createHubClient } from '@jupyter-datalabs/contract';
import type { HubClient } from '@jupyter-datalabs/contract';
import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import type { ServerConnection } from '@jupyterlab/services';
import { REFUSED_RETRY_MS } from './events';
import { isFinal, isRefusal, toProblem } from './problem';
import { createRequest } from './request';
import { SessionStore } from './sessions';
import { windowsOfBrowser } from './shared-events';
import type { IWindows } from './shared-events';
import type { IHub, IStartOptions } from './tokens';

/** The scope only the suite's own JupyterLabs carry. */
const SUITE_SCOPE = 'datalabs:read';
const PROBE_RETRY_MS = 5_000;
const ACCESS_TOKEN_SECONDS = 3_600;

/** Where this page says its hub is. */
export interface IHubConfig {
  host: string;
  prefix: string;
  user: string;
  sessionName: string;
}

export function hubConfigOfPage(): IHubConfig {
  return {
    host: PageConfig.getOption('hubHost'),
    prefix: PageConfig.getOption('hubPrefix'),
    user: PageConfig.getOption('hubUser'),
    sessionName: PageConfig.getOption('hubServerName')
  };
}

/** The hub over HTTP. Whoever makes it disposes it. */
export class Hub implements IHub {
  constructor(options: { config: IHubConfig; serverSettings: ServerConnection.ISettings; windows?: IWindows | null }) {
    const { config, serverSettings } = options;
    this.user = config.user;
    this.sessionName = config.sessionName;
    const origin = config.host || new URL(document.baseURI).origin;
    this._root = URLExt.join(origin, config.prefix.replace(/hub\/?$/, ''), '/');
    this.baseUrl = URLExt.join(origin, config.prefix, '/');
    const request = createRequest(this.baseUrl, serverSettings);
    const apiUrl = URLExt.join(this.baseUrl, 'api');
    this.client = createHubClient((url, init) => request(url.slice(apiUrl.length), init), { baseUrl: apiUrl });
    this.sessions = new SessionStore({
      request,
      user: this.user,
      baseUrl: this.baseUrl,
      windows: options.windows === undefined ? windowsOfBrowser() : options.windows
    });
    this.ready = config.prefix && config.user && serverSettings.token ? this._probe() : Promise.resolve();
  }

  readonly baseUrl: string;
  readonly client: HubClient;
  readonly ready: Promise<void>;
  readonly sessionName: string;
  readonly sessions: SessionStore;
  readonly user: string;

  get available(): boolean {
    return this._available;
  }

  get isDisposed(): boolean {
    return this.sessions.isDisposed;
  }

  dispose(): void {
    window.clearTimeout(this._retry);
    this.sessions.dispose();
  }

  async start(name: string, options: IStartOptions): Promise<void> {
    const model = await (name === ''
      ? this.client.startHome({ name: this.user, body: { ...options } })
      : this.client.startSession({ name: this.user, server: name, body: { ...options } }));
    this.sessions.accept(model);
  }

  async stop(name: string): Promise<void> {
    await (name === ''
      ? this.client.stopHome({ name: this.user })
      : this.client.stopSession({ name: this.user, server: name }));
  }

  sessionUrl(name: string, path = ''): string {
    const session = URLExt.join(this._root, 'user', encodeURIComponent(this.user), encodeURIComponent(name), '/');
    return path ? URLExt.join(session, path) : session;
  }

  pendingUrl(name: string): string {
    return URLExt.join(this.baseUrl, 'spawn-pending', encodeURIComponent(this.user), encodeURIComponent(name));
  }

  async mintAccessToken(session: string): Promise<string> {
    const { token } = await this.client.createToken({
      name: this.user,
      body: {
        scopes: [`access:servers!server=${this.user}/${session}`],
        expires_in: ACCESS_TOKEN_SECONDS,
        note: `Open ${session || 'home'} in JupyterLab`
      }
    });
    return token;
  }

  /** Asks who we are until the hub answers; a JupyterLab without the suite's scope stays an ordinary one. */
  private async _probe(): Promise<void> {
    while (!this.isDisposed) {
      try {
        const self = await this.client.getSelf({});
        this._available = self.scopes.includes(SUITE_SCOPE);
        break;
      } catch (error) {
        const problem = toProblem(error);
        if (this.isDisposed) {
          break;
        }
        this.sessions.onConnection(problem);
        if (isFinal(problem)) {
          break;
        }
        const wait = isRefusal(problem) ? REFUSED_RETRY_MS : PROBE_RETRY_MS;
        await new Promise<void>(resolve => (this._retry = window.setTimeout(resolve, wait)));
      }
    }
    if (this._available) {
      this.sessions.start();
    }
  }

  private _available = false;
  private _retry = 0;
  private readonly _root: string;
}
