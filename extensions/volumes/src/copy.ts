import { ProblemError, toProblem } from '@jupyter-datalabs/hub-client';
import type { HomeUsage, ICopyJob, VolumeFiles } from '@jupyter-datalabs/hub-client';
import { sizeText } from '@jupyter-datalabs/ui';
import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { UUID } from '@lumino/coreutils';
import { baseName, join, readable } from './paths';
import type { IPlace } from './paths';
import { problemText } from './words';

export interface ICopyOptions {
  files: readonly IPlace[];
  /** A folder of the workspace, '' for its top. */
  to: string;
  api: Pick<VolumeFiles, 'copy' | 'job' | 'cancel'>;
  /** What the quota leaves; rejects, or gives null limits, where there is none. */
  usage: () => Promise<Pick<HomeUsage, 'used' | 'limit'>>;
  /** Shows a file, by its path in the workspace. */
  show: (path: string) => void;
  /** Resolves when it is time to look again. */
  wait?: () => Promise<void>;
  trans: TranslationBundle;
}

/**
 * Copies files into the workspace, with one message that tells how far it is, and how it ended. Resolves with the path of the
 * first copy in the workspace: nothing is overwritten. Null when there is none, which the message has said.
 */
export async function copyToWorkspace(options: ICopyOptions): Promise<string | null> {
  const { files, api, trans, wait = () => new Promise(resolve => window.setTimeout(resolve, POLL_MS)) } = options;
  const what = files.length === 1 ? readable(baseName(files[0]!.path)) : trans._n('%1 file', '%1 files', files.length);
  const id = Notification.emit(trans.__('Copying %1 to your workspace', what), 'in-progress', { autoClose: false, progress: 0 });
  const end = (message: string, type: 'success' | 'error' | 'info', actions: Notification.IAction[] = []): void => {
    Notification.update({ id, message, type, actions, autoClose: type === 'error' ? false : DONE_MS, progress: undefined });
  };
  try {
    const room = await roomOf(options.usage);
    const job = await api.copy({ volume: files[0]!.volume, paths: files.map(({ path }) => path), to: options.to, key: UUID.uuid4(), ...(room === null ? {} : { room }) });
    const cancel = { label: trans.__('Cancel'), callback: (event: MouseEvent) => {
      // The message stays, and tells how it ended.
      event.preventDefault();
      void api.cancel(job).catch(() => undefined);
    } };
    let state: ICopyJob;
    while ((state = await api.job(job)).state === 'running') {
      const message = state.total > 0
        ? trans.__('Copying %1 to your workspace: %2 of %3', what, sizeText(state.done), sizeText(state.total))
        : trans.__('Copying %1 to your workspace', what);
      Notification.update({ id, message, actions: [cancel], autoClose: false, progress: state.total > 0 ? Math.min(1, state.done / state.total) : 0 });
      await wait();
    }
    if (state.state === 'done') {
      const [name] = state.names ?? [];
      const path = name === undefined ? null : join(options.to, name);
      const skipped = state.skipped > 0 ? ` ${trans._n('%1 link was left out.', '%1 links were left out.', state.skipped)}` : '';
      end(`${trans.__('Copied %1 to your workspace.', what)}${skipped}`, 'success', path === null ? [] : [{ label: trans.__('Show'), callback: () => options.show(path) }]);
      return path;
    } else if (state.state === 'cancelled') {
      end(trans.__('The copy of %1 was cancelled; nothing of it was kept.', what), 'info');
    } else {
      throw new ProblemError(state.problem ?? { code: 'internal', status: 0, detail: '' });
    }
  } catch (error) {
    end(`${trans.__('%1 was not copied.', what)} ${problemText(toProblem(error))}`.trimEnd(), 'error');
  }
  return null;
}

const DONE_MS = 8_000;
/** How often it is looked how far it is. */
const POLL_MS = 500;

/** Bytes that the quota leaves; null where there is none, or nobody tells: the disk's room is looked at all the same. */
async function roomOf(usage: ICopyOptions['usage']): Promise<number | null> {
  try {
    const { used, limit } = await usage();
    return limit === null || used === null ? null : Math.max(0, Math.floor(limit - used));
  } catch {
    return null;
  }
}
