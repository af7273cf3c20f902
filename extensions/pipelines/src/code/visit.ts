import { forEachDiagnostic, openLintPanel } from '@codemirror/lint';
import type { Diagnostic } from '@codemirror/lint';
import { StateEffect, StateField } from '@codemirror/state';
import type { Extension } from '@codemirror/state';
import { EditorView, keymap, showTooltip } from '@codemirror/view';
import type { Tooltip } from '@codemirror/view';
import type { TranslationBundle } from '@jupyterlab/translation';

interface IPlaced {
  from: number;
  to: number;
  problem: Diagnostic;
}

const show = StateEffect.define<Tooltip | null>();

/** What is told of the problem that was gone to, until the cursor or the text moves. */
const shown = StateField.define<Tooltip | null>({
  create: () => null,
  update: (tooltip, { docChanged, effects, selection }) => {
    const now = effects.find(effect => effect.is(show));
    return now ? (now.value as Tooltip | null) : docChanged || selection ? null : tooltip;
  },
  provide: field => showTooltip.from(field)
});

/**
 * Problems by the keyboard: the next, the one before, a list of all, and the first fix of the one at the cursor. The ways of @codemirror/lint
 * to the next one need a newer @codemirror/view than JupyterLab has.
 */
export function visit(trans: TranslationBundle): Extension {
  return [
    shown,
    keymap.of([
      { key: 'F8', run: view => go(view, trans, 1), preventDefault: true },
      { key: 'Shift-F8', run: view => go(view, trans, -1), preventDefault: true },
      { key: 'Mod-.', run: mend, preventDefault: true },
      { key: 'Mod-Shift-m', run: openLintPanel, preventDefault: true },
      { key: 'Escape', run: hide }
    ])
  ];
}

/** In the order of the text. */
function problemsIn(view: EditorView): IPlaced[] {
  const found: IPlaced[] = [];
  forEachDiagnostic(view.state, (problem, from, to) => found.push({ from, to, problem }));
  return found.sort((one, other) => one.from - other.from || one.to - other.to);
}

function go(view: EditorView, trans: TranslationBundle, direction: 1 | -1): boolean {
  const all = problemsIn(view);
  const { from } = view.state.selection.main;
  const next = direction > 0 ? (all.find(one => one.from > from) ?? all[0]) : (all.filter(one => one.from < from).at(-1) ?? all.at(-1));
  if (!next) {
    view.dispatch({ effects: EditorView.announce.of(trans.__('Nothing is wrong')) });
    return true;
  }
  const { problem } = next;
  const fix = problem.actions?.[0]?.name;
  const help = fix === undefined ? '' : trans.__('Press %1 for: %2', /Mac/.test(navigator.platform) ? '⌘.' : 'Ctrl+.', fix);
  view.dispatch({
    selection: { anchor: next.from, head: next.to },
    effects: [
      EditorView.scrollIntoView(next.from, { y: 'center' }),
      EditorView.announce.of(`${problem.message} ${help}`),
      show.of({ pos: next.from, end: next.to, above: true, create: () => ({ dom: tooltipOf(problem, help) }) })
    ],
    userEvent: 'select'
  });
  return true;
}

function tooltipOf(problem: Diagnostic, help: string): HTMLElement {
  const outer = document.createElement('div');
  outer.className = 'jp-DatalabsPipeline-problem';
  const node = document.createElement('div');
  node.className = `cm-diagnostic cm-diagnostic-${problem.severity}`;
  outer.append(node);
  for (const [name, text] of [['cm-diagnosticText', problem.message], ['jp-DatalabsPipeline-problemHelp', help]] as const) {
    if (text !== '') {
      const row = document.createElement('div');
      row.className = name;
      row.textContent = text;
      node.append(row);
    }
  }
  return outer;
}

/** Carries out the first fix of the problem that the cursor is at. */
function mend(view: EditorView): boolean {
  const { from, to } = view.state.selection.main;
  const at = problemsIn(view).find(one => one.from <= to && one.to >= from && (one.problem.actions?.length ?? 0) > 0);
  at?.problem.actions![0]!.apply(view, at.from, at.to);
  return at !== undefined;
}

function hide(view: EditorView): boolean {
  if (view.state.field(shown) === null) {
    return false;
  }
  view.dispatch({ effects: show.of(null) });
  return true;
}
