import { idAt, rangeOf } from '@jupyter-datalabs/cwl';
import type { IGraph } from '@jupyter-datalabs/cwl';
import { StateEffect, StateField } from '@codemirror/state';
import type { Extension, Text } from '@codemirror/state';
import { Decoration, EditorView, ViewPlugin } from '@codemirror/view';
import type { DecorationSet } from '@codemirror/view';
import type { ICodeContext } from './context';
import { agrees } from './context';

/** The graph follows the cursor when it rests. In ms. */
export const REST = 150;
/** Of what is longer only the beginning is marked. */
const MAX_LINES = 400;

const line = Decoration.line({ class: 'jp-DatalabsPipeline-selected' });
const show = StateEffect.define<{ from: number; to: number } | null>();

const shown = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (marks, { changes, effects, newDoc }) => {
    const now = effects.find(effect => effect.is(show));
    return now ? linesIn(newDoc, now.value as { from: number; to: number } | null) : marks.map(changes);
  },
  provide: field => EditorView.decorations.from(field)
});

function linesIn(doc: Text, range: { from: number; to: number } | null): DecorationSet {
  if (!range) {
    return Decoration.none;
  }
  const first = doc.lineAt(range.from).number;
  const last = Math.min(doc.lineAt(range.to).number, first + MAX_LINES - 1);
  return Decoration.set(Array.from({ length: last - first + 1 }, (_, index) => line.range(doc.line(first + index).from)));
}

/** What is chosen in the graph is marked in the text, and what the cursor is in is chosen in the graph. */
export function follow(context: ICodeContext): Extension {
  const { model } = context;
  const plugin = ViewPlugin.define(view => {
    let timer = 0;
    let isOwn = false;
    const choose = (): void => {
      const id = agrees(context, view) ? shownId(model.graph, idAt(model.document, view.state.selection.main.head)) : null;
      // Between steps what was chosen last stays chosen.
      if (id !== null) {
        isOwn = true;
        model.select(id);
        isOwn = false;
      }
      mark();
    };
    const mark = (effects: readonly StateEffect<unknown>[] = []): void => {
      if (agrees(context, view)) {
        view.dispatch({ effects: [show.of(model.selected === null ? null : writtenRange(context, model.selected)), ...effects] });
      }
    };
    const onSelected = (): void => {
      const range = agrees(context, view) && model.selected !== null ? writtenRange(context, model.selected) : null;
      // Who is in the text is not moved about in it.
      mark(range && !isOwn && !view.hasFocus ? [EditorView.scrollIntoView(range.from, { y: 'start', yMargin: 48 })] : []);
    };
    model.selectedChanged.connect(onSelected);
    // What was chosen before there was any code; not at once, as a view that is being made takes no changes.
    timer = window.setTimeout(onSelected);
    return {
      update: ({ selectionSet, docChanged }) => {
        if ((selectionSet || docChanged) && view.hasFocus) {
          window.clearTimeout(timer);
          timer = window.setTimeout(choose, REST);
        }
      },
      destroy: () => {
        window.clearTimeout(timer);
        model.selectedChanged.disconnect(onSelected);
      }
    };
  });
  return [shown, plugin];
}

/** Where it is written, or else the step that it is a port of. */
export function writtenRange({ model }: ICodeContext, id: string): { from: number; to: number } | null {
  for (let at = id; at !== ''; at = outer(at)) {
    const range = rangeOf(model.document, at);
    if (range) {
      return range;
    }
  }
  return null;
}

const outer = (id: string): string => id.slice(0, Math.max(0, id.lastIndexOf('/')));

/** The node or port itself, or the innermost one around it that is drawn. */
export function shownId(graph: IGraph, id: string | null): string | null {
  const drawn = new Set(graph.nodes.flatMap(node => [node.id, ...node.inputs.map(port => port.id), ...node.outputs.map(port => port.id)]));
  for (let at = id ?? ''; at !== ''; at = outer(at)) {
    if (drawn.has(at)) {
      return at;
    }
  }
  return null;
}
