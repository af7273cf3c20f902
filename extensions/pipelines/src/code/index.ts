/** The code of a pipeline: an extension of JupyterLab's own editor, brought when the first pipeline is open. */
import { Compartment } from '@codemirror/state';
import type { Extension } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { CodeMirrorEditor } from '@jupyterlab/codemirror';
import { DisposableDelegate } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';
import { completion } from './complete';
import type { ICodeContext } from './context';
import { definition, goToDefinition } from './definition';
import { fold } from './fold';
import { follow } from './follow';
import { hover } from './hover';
import { problems } from './problems';
import { findUses, uses } from './uses';

export type { ICodeContext, ICodeHost } from './context';
export { codeHostOf } from './host';

export const extensionOf = (context: ICodeContext): Extension => [
  completion(context),
  hover(context),
  problems(context),
  definition(context),
  uses(context),
  fold,
  follow(context)
];

const contexts = new WeakMap<CodeEditor.IEditor, ICodeContext>();

/** Teaches an editor CWL. Disposing takes it back. */
export function attachCode(editor: CodeEditor.IEditor, context: ICodeContext): IDisposable {
  const view = viewOf(editor);
  const place = new Compartment();
  (editor as CodeMirrorEditor).injectExtension(place.of(extensionOf(context)));
  contexts.set(editor, context);
  return new DisposableDelegate(() => {
    contexts.delete(editor);
    if (!editor.isDisposed) {
      view.dispatch({ effects: place.reconfigure([]) });
    }
  });
}

const viewOf = (editor: CodeEditor.IEditor): EditorView => (editor as CodeMirrorEditor).editor;

const ACTIONS = { definition: goToDefinition, uses: findUses };
export type CodeAction = keyof typeof ACTIONS;

/** What a command asks for, where the cursor is. */
export function run(action: CodeAction, editor: CodeEditor.IEditor): void {
  const context = contexts.get(editor);
  if (context) {
    ACTIONS[action](context, viewOf(editor));
  }
}
