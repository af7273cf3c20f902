import { usesAt } from '@jupyter-datalabs/cwl';
import { StateEffect, StateField } from '@codemirror/state';
import type { Extension } from '@codemirror/state';
import { Decoration, EditorView, keymap } from '@codemirror/view';
import type { DecorationSet } from '@codemirror/view';
import type { ICodeContext } from './context';
import { agrees } from './context';

const mark = Decoration.mark({ class: 'jp-DatalabsPipeline-use' });
const show = StateEffect.define<DecorationSet>();

/** The places where one thing is named, until the text changes or somebody presses Escape. */
const shown = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (uses, { docChanged, effects }) => {
    const now = effects.find(effect => effect.is(show));
    return now ? (now.value as DecorationSet) : docChanged ? Decoration.none : uses;
  },
  provide: field => EditorView.decorations.from(field)
});

export function uses(context: ICodeContext): Extension {
  return [
    shown,
    keymap.of([
      { key: 'Shift-F12', run: view => findUses(context, view), preventDefault: true },
      { key: 'Escape', run: hideUses }
    ])
  ];
}

/** Marks all places that name what the cursor is on, and tells how many there are. */
export function findUses(context: ICodeContext, view: EditorView): boolean {
  const { trans } = context.host;
  const ranges = agrees(context, view) ? usesAt(context.model.document, view.state.selection.main.head).filter(({ from, to }) => from < to) : [];
  const told = ranges.length ? trans._n('%1 place names this', '%1 places name this', ranges.length) : trans.__('Nothing is named here');
  view.dispatch({ effects: [show.of(Decoration.set(ranges.map(({ from, to }) => mark.range(from, to)), true)), EditorView.announce.of(told)] });
  return true;
}

function hideUses(view: EditorView): boolean {
  if (view.state.field(shown).size === 0) {
    return false;
  }
  view.dispatch({ effects: show.of(Decoration.none) });
  return true;
}
