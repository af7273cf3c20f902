/*
 * cwltool in the user's session, asked through the session's own Jupyter server: verdicts on documents, test runs, upgrades.
 * Paths are those of the contents API: relative to the server's root.
 */
import { URLExt } from '@jupyterlab/coreutils';
import type { ServerConnection } from '@jupyterlab/services';
import { hasCode, isProblemError, ProblemError } from './problem';
import { askSession } from './session-request';

export interface ICwlMessage {
  severity: 'error' | 'warning' | 'information';
  message: string;
  /** What it is said within, from the outermost. */
  detail: string[];
  /** As the contents API calls it, absolute for one that lies elsewhere; null where nothing is known about the place. */
  file: string | null;
  /** Both from 1. */
  line: number | null;
  column: number | null;
  /** The step of the document that it is about. */
  step?: string;
}

export interface ICwlVerdict {
  /** `unknown`: something that lies elsewhere was not looked at. */
  verdict: 'valid' | 'invalid' | 'unknown';
  messages: ICwlMessage[];
  /** Addresses that were not looked at: elsewhere on the network, or outside the root of the server. */
  refused: string[];
  /** Whether there is a Node that expressions were looked at with. */
  javascript: boolean;
  /** Its version. */
  cwltool: string;
  /** What the verdict rests on. */
  files: string[];
  /** Of the text that was looked at. */
  sha256: string;
  cached: boolean;
}

export interface ICwlUpgrade {
  from: string;
  text: string;
  /** Comments that are not in the new text; `line` from 1. */
  lost: { line: number; comment: string }[];
  /** What it runs and imports: those documents stay as they are. */
  targets: string[];
}

export type CwlRunState = 'running' | 'done' | 'failed' | 'cancelled';
export type CwlJobState = CwlRunState | 'skipped';

/** A test run as the list of them tells. Times are milliseconds since 1970. */
export interface ICwlRunSummary {
  id: string;
  /** The document. */
  path: string;
  process: string | null;
  /** The one step that is run alone. */
  step: string | null;
  state: CwlRunState;
  started: number;
  ended: number | null;
  exitCode: number | null;
  /** Where its log and its outputs are; null where the contents API does not reach. */
  folder: string | null;
  error: string | null;
}

export interface ICwlStepRun {
  name: string;
  /** Its name, after those of the steps it lies in: `align/sort`. */
  step: string;
  /** How often it has begun, for one that scatters. */
  begun: number;
  state: CwlJobState;
  started: number | null;
  ended: number | null;
}

export interface ICwlJob {
  name: string;
  tool: string;
  /** As in ICwlStepRun; null for a tool that is run alone. */
  step: string | null;
  /** Which element of each step of the path it is, from 0. */
  index: number[];
  state: CwlJobState;
  started: number | null;
  ended: number | null;
}

export interface ICwlRun extends ICwlRunSummary {
  steps: ICwlStepRun[];
  jobs: ICwlJob[];
  /** Images of tools that ran without them, as a session has no containers. */
  passedOver: { image: string | null; step: string | null }[];
  /** As cwltool gives them; each File and Directory with its path for the contents API, `contents`, null where that does not reach. */
  outputs: unknown;
  /** The part of the log that was asked for: `offset` is where the next begins, `size` how long all of it is, in bytes. */
  log?: { offset: number; text: string; size: number };
}

export interface ICwlRunQuery {
  path: string;
  process?: string;
  step?: string;
  /** Values by the inputs' ids, paths in them relative to the document; or the path of a file with them. */
  inputs?: { [input: string]: unknown } | string;
  outdir?: string;
  /** 16 to 64 of `0-9a-f-`: asked again with the same, as browsers do on a lost connection, it is the same run. */
  key?: string;
}

interface IOptions {
  /** Gives the request up, on the server too. */
  signal?: AbortSignal;
}

/** The code of every failure where the server has no CWL tools at all. */
export const NO_CWL = 'no-cwl-tools';

/** The only place that asks a session's server about CWL. Every failure is a ProblemError. */
export class CwlTools {
  constructor(private readonly _settings: ServerConnection.ISettings) {}

  /** Has the process started that validates: the first verdict takes seconds otherwise. */
  async prepare(): Promise<void> {
    await this._ask('POST', 'prepare', {});
  }

  /** `text` in the place of what is in the file. An older request about the same document is given up, with the code `cancelled`. */
  validate(query: { path: string; text?: string }, options?: IOptions): Promise<ICwlVerdict> {
    return this._ask('POST', 'validate', query, options);
  }

  upgrade(query: { path: string; text?: string }, options?: IOptions): Promise<ICwlUpgrade> {
    return this._ask('POST', 'upgrade', query, options);
  }

  /** All that the server knows of, the last one first. */
  async runs(options?: IOptions): Promise<ICwlRunSummary[]> {
    return (await this._ask<{ runs: ICwlRunSummary[] }>('GET', 'runs', undefined, options)).runs;
  }

  start(query: ICwlRunQuery): Promise<ICwlRun> {
    return this._ask('POST', 'runs', query);
  }

  /** With `offset`, its log from this byte on, at most 256 KiB of it. */
  run(id: string, { offset, signal }: IOptions & { offset?: number } = {}): Promise<ICwlRun> {
    const query = offset === undefined ? '' : URLExt.objectToQueryString({ offset });
    return this._ask('GET', `runs/${encodeURIComponent(id)}${query}`, undefined, { signal });
  }

  cancel(id: string): Promise<ICwlRun> {
    return this._ask('DELETE', `runs/${encodeURIComponent(id)}`);
  }

  private async _ask<T>(method: string, path: string, body?: object, { signal }: IOptions = {}): Promise<T> {
    const init = { method, ...(body ? { body: JSON.stringify(body) } : {}), ...(signal ? { signal } : {}) };
    try {
      return await askSession(this._settings, `datalabs/cwl/${path}`, init, async response => (await response.json()) as T);
    } catch (error) {
      // The tools answer with problems; a plain 404 is the server's own, which does not know the address.
      if (isProblemError(error) && error.problem.status === 404 && hasCode(error, 'bad-answer')) {
        throw new ProblemError({
          code: NO_CWL,
          status: 404,
          detail: 'This JupyterLab has no CWL tools.',
          action: 'Open the pipeline in a JupyterLab of the platform to validate and to run it.'
        });
      }
      throw error;
    }
  }
}
