import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { ProblemError, problemOf } from './problem';

/** A request under the hub's API; resolves with an answer below 400, rejects with a ProblemError. */
export type HubRequest = (path: string, init?: RequestInit) => Promise<Response>;

/** Makes requests to `<baseUrl>api/…` with this JupyterLab's own token. */
export function createRequest(baseUrl: string, settings: ServerConnection.ISettings): HubRequest {
  // makeRequest refuses addresses outside baseUrl: the hub is not under the single-user server's.
  const hubSettings = ServerConnection.makeSettings({ ...settings, baseUrl, wsUrl: settings.wsUrl });
  return async (path, init = {}) => {
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(URLExt.join(baseUrl, 'api', path), init, hubSettings);
    } catch (error) {
      throw new ProblemError({
        code: 'hub-unreachable',
        status: 0,
        detail: 'The hub does not answer.',
        action: 'Check that it is running; the connection comes back by itself.',
        log: error instanceof Error ? error.message : undefined
      });
    }
    if (!response.ok) {
      throw new ProblemError(problemOf(await response.json().catch(() => null), response.status));
    }
    return response;
  };
}
