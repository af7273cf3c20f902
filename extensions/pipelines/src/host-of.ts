import { CwlTools } from '@jupyter-datalabs/hub-client';
import type { IHub } from '@jupyter-datalabs/hub-client';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { FileDialog } from '@jupyterlab/filebrowser';
import type { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { codeHostOf } from './code/host';
import type { IPipelineHost } from './host';

/** JupyterLab, as the tools around the graph of a document use it. It lives as long as the document's context. */
export function hostOf(options: { app: JupyterFrontEnd; context: DocumentRegistry.Context; browser: IDefaultFileBrowser | null; hub: IHub | null; trans: TranslationBundle }): IPipelineHost {
  const { app, context, browser, hub, trans } = options;
  const { commands, serviceManager } = app;
  const saved = new Signal<IPipelineHost, void>({} as IPipelineHost);
  context.saveState.connect((_, state) => {
    if (state === 'completed') {
      saved.emit();
    }
  });
  const chooseAll: IPipelineHost['chooseAll'] = async (title, { kind = 'File', endings } = {}) => {
    if (!browser) {
      return [];
    }
    const { manager } = browser.model;
    const defaultPath = context.path.split('/').slice(0, -1).join('/');
    const { button, value } = await (kind === 'Directory'
      ? FileDialog.getExistingDirectory({ manager, title, defaultPath })
      : FileDialog.getOpenFiles({
          manager,
          title,
          defaultPath,
          filter: ({ type, name }) => (type === 'directory' || !endings || endings.some(ending => name.toLowerCase().endsWith(ending)) ? {} : null)
        }));
    // Without a choice the dialog gives the folder that it shows.
    return button.accept ? (value ?? []).filter(({ type }) => (kind === 'Directory') === (type === 'directory')).map(({ path }) => path) : [];
  };
  return {
    contents: serviceManager.contents,
    tools: new CwlTools(serviceManager.serverSettings),
    hub,
    path: () => context.path,
    saved,
    isDirty: () => context.model.dirty,
    save: () => context.save(),
    open: (path, kind) => void commands.execute(kind === 'File' ? 'docmanager:open' : 'filebrowser:go-to-path', { path }),
    showPlace: (uri, range) => codeHostOf({ commands, contents: serviceManager.contents, context, trans }).open(uri, range),
    choose: async (...asked) => (await chooseAll(...asked))[0] ?? null,
    chooseAll
  };
}
