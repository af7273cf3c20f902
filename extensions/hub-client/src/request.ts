import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { ProblemError, problemOf, unreachable } from './problem';

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
      throw new ProblemError(unreachable(error));
    }
    if (!response.ok) {
      const problem = problemOf(await response.json().catch(() => null), response.status);
      // In the place of a hub that is away its proxy answers, with a page of its own.
      const isProxy = problem.code === 'bad-answer' && response.status >= 502;
      throw new ProblemError(isProxy ? { ...unreachable(new Error(`HTTP status ${response.status}`)), status: response.status } : problem);
    }
    return response;
  };
}
