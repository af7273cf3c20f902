import type { Fix, IProblem } from '@jupyter-datalabs/cwl';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import type { Action, Diagnostic } from '@codemirror/lint';
import type { Extension } from '@codemirror/state';
import { EditorView, ViewPlugin } from '@codemirror/view';
import type { ICodeContext } from './context';
import { agrees } from './context';
import { visit } from './visit';

/** Nobody waits for a check at every key. In ms. */
export const DELAY = 150;
/** A document in which all is wrong has no end of them. */
const MAX_PROBLEMS = 500;
const MAX_FIXES = 3;

/** Marks what is wrong, in the text and beside it, with what mends it. */
export function problems(context: ICodeContext): Extension {
  const plugin = ViewPlugin.define(view => {
    let timer = 0;
    const later = (): void => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => {
        if (agrees(context, view)) {
          view.dispatch(setDiagnostics(view.state, diagnosticsOf(context)));
        }
      }, DELAY);
    };
    context.model.changed.connect(later);
    later();
    return {
      destroy: () => {
        window.clearTimeout(timer);
        context.model.changed.disconnect(later);
      }
    };
  });
  return [plugin, lintGutter(), visit(context.host.trans)];
}

export function diagnosticsOf(context: ICodeContext): Diagnostic[] {
  const { document } = context.model;
  const { text, uri } = document;
  return context.model.problems
    .filter(problem => problem.uri === uri)
    .slice(0, MAX_PROBLEMS)
    .map(problem => {
      let actions: Action[] | null = null;
      return {
        from: Math.min(problem.range.from, text.length),
        to: Math.min(Math.max(problem.range.to, problem.range.from), text.length),
        severity: problem.severity,
        source: problem.code,
        message: problem.message,
        // When they are shown: what mends a text is found by trying.
        get actions() {
          return (actions ??= actionsOf(context, problem, text));
        }
      };
    });
}

/** In a document that no edit can change, as it cannot be read, changes of the text remain. */
function actionsOf(context: ICodeContext, problem: IProblem, text: string): Action[] {
  const isEditable = context.model.document.readOnly === null;
  return problem.fixes
    .filter(fix => isEditable || 'changes' in fix)
    .slice(0, MAX_FIXES)
    .map(({ label }) => ({
      name: label,
      apply: view => {
        const fix = fixNow(context, problem, text)?.fixes.find(one => one.label === label);
        if (fix) {
          carryOut(context, view, fix);
        }
      }
    }));
}

/** A fix counts from the text that was checked: for another it has to be found anew. */
function fixNow({ model }: ICodeContext, problem: IProblem, text: string): IProblem | undefined {
  return model.document.text === text ? problem : model.problems.find(({ code, message, node }) => code === problem.code && message === problem.message && node === problem.node);
}

/** One step of undo, whichever way. */
function carryOut({ model }: ICodeContext, view: EditorView, fix: Fix): void {
  if ('changes' in fix) {
    view.dispatch({ changes: fix.changes, userEvent: 'input' });
    return;
  }
  const result = model.apply(fix.edit);
  if (!result.ok) {
    view.dispatch({ effects: EditorView.announce.of(result.message) });
  }
}
