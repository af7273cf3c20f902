import { definitionAt } from '@jupyter-datalabs/cwl';
import { Prec } from '@codemirror/state';
import type { Extension } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import type { ICodeContext } from './context';
import { agrees } from './context';

/** F12, or a click with Control (Command on a Mac), goes to where it is defined what is named there. */
export function definition(context: ICodeContext): Extension {
  return [
    keymap.of([{ key: 'F12', run: view => goToDefinition(context, view), preventDefault: true }]),
    // Before CodeMirror adds a cursor, as it does for such a click where nothing is defined.
    Prec.highest(
      EditorView.domEventHandlers({
        mousedown: (event, view) => {
          const offset = event.button === 0 && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey ? view.posAtCoords(event) : null;
          return offset !== null && goTo(context, view, offset);
        },
        // Commands of the context menu are about what was clicked.
        contextmenu: (event, view) => {
          const offset = view.posAtCoords(event);
          const { main } = view.state.selection;
          if (offset !== null && (offset < main.from || offset > main.to)) {
            view.dispatch({ selection: { anchor: offset } });
          }
          return false;
        }
      })
    )
  ];
}

/** From where the cursor is. */
export function goToDefinition(context: ICodeContext, view: EditorView): boolean {
  if (!goTo(context, view, view.state.selection.main.head)) {
    view.dispatch({ effects: EditorView.announce.of(context.host.trans.__('Nothing that is defined elsewhere is named here')) });
  }
  return true;
}

function goTo(context: ICodeContext, view: EditorView, offset: number): boolean {
  const { document } = context.model;
  const found = agrees(context, view) ? definitionAt(document, offset) : null;
  if (!found) {
    return false;
  }
  if (found.uri === document.uri && found.range) {
    const { from, to } = found.range;
    view.dispatch({ selection: { anchor: from, head: to }, effects: EditorView.scrollIntoView(from, { y: 'center' }), userEvent: 'select' });
    view.focus();
  } else {
    context.host.open(found.uri, found.range);
  }
  return true;
}
