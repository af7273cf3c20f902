import { completionsAt } from '@jupyter-datalabs/cwl';
import type { ICompletion } from '@jupyter-datalabs/cwl';
import { autocompletion, insertCompletionText, pickedCompletion, startCompletion } from '@codemirror/autocomplete';
import type { Completion, CompletionSource } from '@codemirror/autocomplete';
import type { Extension } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import type { ICodeContext } from './context';

/** CodeMirror's bounds of what it adds to the order of completions. */
const MAX_BOOST = 99;
const WORD = /^[^\s,[\]{}"':]*$/;
/** Behind a word, and where a value begins; not behind the blanks that a line begins with. */
const INVITES = /([\p{L}\p{N}_$#./]|\S:\s+|[[,{]\s*|^\s*-\s+)$/u;

/**
 * The completer of JupyterLab serves notebooks, consoles and text editors, and asks kernels; nothing registers this editor there, so that the
 * completion of CodeMirror is the only one here.
 */
export function completion(context: ICodeContext): Extension {
  return autocompletion({ override: [sourceOf(context)], icons: false, maxRenderedOptions: 60, tooltipClass: () => 'jp-DatalabsPipeline-completions' });
}

export function sourceOf({ model, host }: ICodeContext): CompletionSource {
  return async ({ explicit, pos, state }) => {
    const line = state.doc.lineAt(pos);
    if (model.document.text.length !== state.doc.length || (!explicit && !INVITES.test(state.sliceDoc(Math.max(line.from, pos - 200), pos)))) {
      return null;
    }
    const { from, to, items } = await completionsAt(model.document, pos, typed => host.list(typed));
    return items.length ? { from, to, options: items.map(asOption), validFor: WORD } : null;
  };
}

function asOption(item: ICompletion, index: number): Completion {
  return { label: item.label, detail: item.detail, type: item.kind, boost: Math.max(-MAX_BOOST, MAX_BOOST - index), apply: insertion(item) };
}

/** Behind a field what it can be is shown at once, and behind a folder what is in it. */
const insertion = ({ insert, kind }: ICompletion) => (view: EditorView, picked: Completion, from: number, to: number): void => {
  view.dispatch({ ...insertCompletionText(view.state, insert, from, to), annotations: pickedCompletion.of(picked) });
  if (insert.endsWith(': ') || (kind === 'file' && insert.endsWith('/'))) {
    startCompletion(view);
  }
};
