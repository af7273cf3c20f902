import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { DisposableSet } from '@lumino/disposable';
import type { CodeAction } from '../code';
import { CommandIDs } from '../tokens';
import { PipelineWidget } from '../widget';

let made = new DisposableSet();

export const codePlugin: JupyterFrontEndPlugin<void> = {
  id: '@jupyter-datalabs/pipelines:code',
  description: 'Commands for the code of pipelines: where something is defined, and where it is used.',
  autoStart: true,
  optional: [ITranslator, IEditorLanguageRegistry],
  activate: (app: JupyterFrontEnd, translator: ITranslator | null, languages: IEditorLanguageRegistry | null): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_datalabs');
    const { commands, shell } = app;
    const current = (): PipelineWidget | null => (shell.currentWidget instanceof PipelineWidget ? shell.currentWidget : null);
    const add = (id: string, action: CodeAction, label: string, caption: string): void =>
      void made.add(
        commands.addCommand(id, {
          label,
          caption,
          describedBy: { args: { type: 'object', properties: {} } },
          isEnabled: () => (current()?.content.view ?? 'graph') !== 'graph',
          execute: async () => {
            const widget = current();
            const { run } = await import('../code');
            if (widget && !widget.isDisposed) {
              run(action, widget.content.code.editor);
            }
          }
        })
      );
    made = new DisposableSet();
    // Else the ordinary text editor takes it for plain text, and says so to all that show the document.
    const yaml = languages?.findByMIME('text/x-yaml');
    if (yaml && !languages?.findByExtension('cwl')) {
      languages!.addLanguage({ name: 'CWL', displayName: trans.__('CWL'), mime: 'text/x-cwl', extensions: ['cwl'], load: () => yaml.load!() });
    }
    add(CommandIDs.goToDefinition, 'definition', trans.__('Go to Definition'), trans.__('Show where it is defined what is named here'));
    add(CommandIDs.findUses, 'uses', trans.__('Find All Uses'), trans.__('Mark all places that name what is named here'));
  },
  deactivate: () => made.dispose()
};
