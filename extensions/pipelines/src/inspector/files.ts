import type { TranslationBundle } from '@jupyterlab/translation';
import type { IPipelineHost } from '../host';

/** Asks for a file or folder of the workspace; its place is said relative to the document, as CWL has it. */
export function fileChooser(host: Pick<IPipelineHost, 'choose' | 'path'>, trans: TranslationBundle): (kind: 'File' | 'Directory') => Promise<string | null> {
  return async kind => {
    const chosen = await host.choose(kind === 'File' ? trans.__('Choose a file') : trans.__('Choose a folder'), { kind });
    return chosen === null ? null : relative(host.path(), chosen);
  };
}

/** From one file of the server to another, as part of a URI. */
export function relative(from: string, to: string): string {
  const above = from.split('/').slice(0, -1);
  const parts = to.split('/');
  let shared = 0;
  while (shared < above.length && shared < parts.length - 1 && above[shared] === parts[shared]) {
    shared += 1;
  }
  return [...above.slice(shared).map(() => '..'), ...parts.slice(shared).map(encodeURIComponent)].join('/');
}
