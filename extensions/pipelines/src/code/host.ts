import type { IRange } from '@jupyter-datalabs/cwl';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { DocumentRegistry, IDocumentWidget } from '@jupyterlab/docregistry';
import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import { MessageLoop } from '@lumino/messaging';
import type { Widget } from '@lumino/widgets';
import { pathOf } from '../files';
import { resolved } from '../paths';
import { PipelineContent } from '../widget';
import type { ICodeHost } from './context';

const RUNNABLE = /\.(cwl|ya?ml|json)$/i;
const MAX_FILES = 500;

/** JupyterLab, as the code of a document uses it. */
export function codeHostOf(options: {
  commands: Pick<CommandRegistry, 'execute'>;
  contents: Pick<Contents.IManager, 'get'>;
  context: Pick<DocumentRegistry.Context, 'path'>;
  trans: TranslationBundle;
}): ICodeHost {
  const { commands, contents, context, trans } = options;
  return {
    trans,
    open: (uri, range) => {
      const path = pathOf(uri);
      if (path !== null) {
        void (commands.execute('docmanager:open', { path }) as Promise<unknown>).then(widget => showPlace(widget, uri, range));
      }
    },
    list: async typed => {
      const folder = typed.slice(0, typed.lastIndexOf('/') + 1);
      const path = resolved(context.path, folder);
      if (path === null) {
        return [];
      }
      const { content } = (await contents.get(path, { content: true })) as { content: Contents.IModel[] | null };
      const own = context.path.split('/').at(-1);
      return (content ?? [])
        .filter(({ type, name }) => type === 'directory' || (RUNNABLE.test(name) && !(folder === '' && name === own)))
        .sort((one, other) => Number(one.type === 'directory') - Number(other.type === 'directory') || one.name.localeCompare(other.name))
        .slice(0, MAX_FILES)
        .map(({ type, name }) => folder + name + (type === 'directory' ? '/' : ''));
    }
  };
}

/** A pipeline is shown with its code then, and another text in its own editor. */
async function showPlace(widget: unknown, uri: string, range: IRange | null): Promise<void> {
  const { content, context } = (widget ?? {}) as Partial<IDocumentWidget<Widget & { editor?: CodeEditor.IEditor }>>;
  await context?.ready;
  if (content?.isDisposed) {
    return;
  }
  if (content instanceof PipelineContent && content.view === 'graph') {
    content.view = 'split';
  }
  const editor = content instanceof PipelineContent ? content.code.editor : content?.editor;
  if (!editor || editor.isDisposed) {
    return;
  }
  const offset = range?.from ?? offsetOf(editor.model.sharedModel.getSource(), uri.split('#')[1] ?? '');
  const position = editor.getPositionAt(offset);
  if (position) {
    // The document is brought to the front by a message, which would take the focus away again.
    MessageLoop.flush();
    editor.setCursorPosition(position);
    editor.revealPosition(position);
    editor.focus();
  }
}

/** Where a fragment is written as an id or a name; the beginning for none. With `u`, only what has a meaning can have it taken away. */
export function offsetOf(text: string, fragment: string): number {
  const name = fragment.split('/').at(-1)!;
  const found = name === '' ? null : new RegExp(`\\b(?:id|name)["']?:\\s*["']?#?${name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}(?=["'\\s,}]|$)`, 'um').exec(text);
  return found?.index ?? 0;
}
