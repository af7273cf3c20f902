import { parseSource, toJson } from '@jupyter-datalabs/cwl';
import { toProblem } from '@jupyter-datalabs/hub-client';
import type { ICwlUpgrade } from '@jupyter-datalabs/hub-client';
import { Notification, showErrorMessage } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { isNotFound } from './files';
import type { IPipelineHost } from './host';
import type { PipelineModel } from './model';

/** More are counted, not told. */
const MOST_TOLD = 5;
const LONGEST_NAME = 60;
const SHOWN_MS = 5_000;

type Host = Pick<IPipelineHost, 'contents' | 'open' | 'path'> & { tools: Pick<IPipelineHost['tools'], 'upgrade'> };

/** Whether there is a way from this document to CWL v1.2: `copy` for one that can only be written anew, null for none. */
export function upgradeOf({ document }: PipelineModel): 'here' | 'copy' | null {
  const { readOnly, processes } = document;
  if (readOnly) {
    return readOnly.code === 'draft' ? 'copy' : null;
  }
  const version = processes[0]?.version;
  return version === 'v1.0' || version === 'v1.1' ? 'here' : null;
}

/**
 * Makes a document CWL v1.2, as cwl-upgrader says. It writes everything anew, and loses comments. Of v1.0 and v1.1 little has to change: only what
 * means something else then is changed in the text, as one edit, and all comments stay. Where that cannot be, and for drafts, of which most
 * changes, what it writes becomes a document beside the old one.
 */
export async function upgrade(model: PipelineModel, host: Host, trans: TranslationBundle): Promise<void> {
  const way = upgradeOf(model);
  if (way === null) {
    return;
  }
  const { text, uri } = model.document;
  try {
    const upgraded = await host.tools.upgrade({ path: host.path(), text });
    if (model.isDisposed) {
      return;
    }
    if (model.document.text !== text) {
      Notification.warning(trans.__('The document has changed while it was upgraded. Upgrade it again.'), { autoClose: SHOWN_MS });
      return;
    }
    if (way === 'here') {
      const { root } = parseSource(upgraded.text, uri).source;
      const result = root && model.apply({ kind: 'set-meaning', value: toJson(root) });
      if (result?.ok) {
        tell(trans.__('The document is CWL v1.2 now.'), { ...upgraded, lost: [] }, trans);
        return;
      }
    }
    const path = await saveBeside(host, upgraded.text);
    host.open(path, 'File');
    tell(trans.__('%1 is CWL v1.2. The old document is as it was.', nameOf(path)), upgraded, trans);
  } catch (error) {
    const { detail, action } = toProblem(error);
    await showErrorMessage(trans.__('The document could not be upgraded'), [detail, action].filter(Boolean).join(' '));
  }
}

/** `name-v1.2.cwl`, or the first of `name-v1.2-2.cwl`, … that is not taken. */
async function saveBeside({ contents, path }: Host, content: string): Promise<string> {
  const base = path().replace(/\.[^./]*$/, '');
  let free = `${base}-v1.2.cwl`;
  for (let count = 2; await isTaken(contents, free); count += 1) {
    free = `${base}-v1.2-${count}.cwl`;
  }
  await contents.save(free, { type: 'file', format: 'text', content });
  return free;
}

async function isTaken(contents: Host['contents'], path: string): Promise<boolean> {
  try {
    await contents.get(path, { content: false });
    return true;
  } catch (error) {
    if (isNotFound(error)) {
      return false;
    }
    throw error;
  }
}

const nameOf = (path: string): string => path.replace(/^.*\//, '').slice(0, LONGEST_NAME);

/** What is done, and what is left to do: each by itself, as JupyterLab cuts long notifications off. */
function tell(done: string, { lost, targets }: ICwlUpgrade, trans: TranslationBundle): void {
  Notification.success(done, { autoClose: SHOWN_MS });
  if (lost.length > 0) {
    const lines = lost.slice(0, MOST_TOLD).map(({ line }) => line).join(', ');
    const message = trans._n('A comment of the old document is not in it: line %2.', '%1 comments of the old document are not in it: lines %2.', lost.length, lost.length > MOST_TOLD ? `${lines}…` : lines);
    Notification.warning(message, { autoClose: false });
  }
  if (targets.length > 0) {
    const [first] = targets;
    const names = nameOf(first!) + (targets.length > 1 ? trans._n(' and %1 other', ' and %1 others', targets.length - 1) : '');
    Notification.warning(trans.__('What it runs stays as it is: %1. Upgrade that, too.', names), { autoClose: false });
  }
}
