import { CodeEditor } from '@jupyterlab/codeeditor';
import type { IEditorServices } from '@jupyterlab/codeeditor';
import * as React from 'react';
import type { IDraft } from '../draft';

const MIME = 'text/javascript';
/** The lexer's name for what is no JavaScript. */
const WRONG = '⚠';

/** Finds the first place where the editor's own grammar sees no JavaScript; null for none. */
export type FindWrong = () => number | null;

/** A small editor of JupyterLab's own kind for a draft. */
export function Code(props: {
  draft: IDraft;
  label: string;
  editors: IEditorServices;
  described: string | undefined;
  isReadOnly: boolean;
  findWrong: React.MutableRefObject<FindWrong>;
}): JSX.Element {
  const { draft, label, editors, described, isReadOnly, findWrong } = props;
  const host = React.useRef<HTMLDivElement>(null);
  const editor = React.useRef<CodeEditor.IEditor | null>(null);
  const latest = React.useRef(draft);
  latest.current = draft;
  const isOwn = React.useRef(false);
  React.useEffect(() => {
    const model = new CodeEditor.Model({ mimeType: MIME });
    model.sharedModel.setSource(latest.current.text);
    const made = editors.factoryService.newInlineEditor({ host: host.current!, model, config: { lineNumbers: false, lineWrap: true, readOnly: isReadOnly } });
    editor.current = made;
    findWrong.current = () => made.getTokens().find(({ type, offset }) => type === WRONG && offset > 1)?.offset ?? null;
    model.sharedModel.changed.connect(() => {
      if (!isOwn.current) {
        latest.current.change(model.sharedModel.getSource());
      }
    });
    return () => {
      findWrong.current = () => null;
      editor.current = null;
      made.dispose();
      model.dispose();
    };
  }, [editors, isReadOnly, findWrong]);
  React.useEffect(() => {
    const shared = editor.current?.model.sharedModel;
    if (shared && shared.getSource() !== draft.text) {
      isOwn.current = true;
      shared.setSource(draft.text);
      isOwn.current = false;
    }
  }, [draft.text]);
  React.useEffect(() => {
    const content = host.current?.querySelector('.cm-content');
    content?.setAttribute('aria-label', label);
    if (described) {
      content?.setAttribute('aria-describedby', described);
    } else {
      content?.removeAttribute('aria-describedby');
    }
  }, [label, described]);
  const onKey = (event: React.KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      draft.restore();
    } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      // Before the editor, for which it begins a line.
      event.preventDefault();
      event.stopPropagation();
      draft.commit();
    }
  };
  return <div ref={host} className="jp-DatalabsPipeline-code" onKeyDownCapture={onKey} onBlur={() => draft.commit()} />;
}
