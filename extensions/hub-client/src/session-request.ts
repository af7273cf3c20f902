import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { ProblemError, problemOf } from './problem';
import type { IProblemInfo } from './problem';

/** Asks the session's own Jupyter server. Every failure is a ProblemError. */
export async function askSession<T>(
  settings: ServerConnection.ISettings,
  path: string,
  init: { method: string; body?: string; signal?: AbortSignal },
  read: (response: Response) => Promise<T>
): Promise<T> {
  let response: Response | undefined;
  try {
    response = await ServerConnection.makeRequest(URLExt.join(settings.baseUrl, path), init, settings);
    if (response.ok) {
      return await read(response);
    }
  } catch (error) {
    throw new ProblemError(init.signal?.aborted ? cancelled() : response && error instanceof SyntaxError ? unreadable(response.status) : silent(error));
  }
  throw new ProblemError(problemOf(await response.json().catch(() => null), response.status, 'session'));
}

function cancelled(): IProblemInfo {
  return { code: 'cancelled', status: 0, detail: 'This was cancelled.' };
}

function unreadable(status: number): IProblemInfo {
  return { code: 'bad-answer', status, detail: 'The answer of the session cannot be read.', action: 'Try again; if it stays so, restart the session.' };
}

function silent(cause: unknown): IProblemInfo {
  return {
    code: 'session-unreachable',
    status: 0,
    detail: 'The session does not answer.',
    action: 'Check that it is running, then try again.',
    log: cause instanceof Error ? cause.message : undefined
  };
}
