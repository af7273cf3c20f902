import type { TranslationBundle } from '@jupyterlab/translation';
import type { IPipelineHost } from '../host';
import { relativeReference } from '../paths';

/** Asks for a file or folder of the workspace; its place is said relative to the document, as CWL has it. */
export function fileChooser(host: Pick<IPipelineHost, 'choose' | 'path'>, trans: TranslationBundle): (kind: 'File' | 'Directory') => Promise<string | null> {
  return async kind => {
    const chosen = await host.choose(kind === 'File' ? trans.__('Choose a file') : trans.__('Choose a folder'), { kind });
    return chosen === null ? null : relativeReference(host.path(), chosen);
  };
}
