import { inputId, positionsOf } from '@jupyter-datalabs/cwl';
import type { Edit, EditResult, IProcess } from '@jupyter-datalabs/cwl';
import { Notification } from '@jupyterlab/apputils';
import type { PipelineModel } from '../../model';
import { partsOf, processIn } from '../canvas/lookup';
import { GROUP } from '../canvas/shown';
import type { GraphView } from '../canvas/view';
import { METRICS } from './boxes';
import { holderOf } from './places';
import type { ICorner } from './settle';
import { middleOf } from './spread';

/** Middles of the nodes of a workflow that the document has positions of, by their ids; `holder` is the step that runs it, null for the one at the top. */
export function suggested({ document, graph }: PipelineModel, holder: string | null): Map<string, ICorner> {
  const process = processIn(document, graph, holder);
  return new Map(process ? [...positionsOf(process)].map(([id, at]) => [holder === null ? id : `${holder}/${id}`, at]) : []);
}

const SHOWN_MS = 5_000;
const FIELDS = { step: 'steps', input: 'inputs', output: 'outputs' } as const;

/** Puts the places of all nodes into the document that are written in it, as one step of undo. */
export function writePositions(view: GraphView): void {
  const { model, layouts, trans } = view;
  const { document, graph } = model;
  const top = processIn(document, graph, null);
  const edits = new Map<IProcess, Extract<Edit, { kind: 'set-positions' }>>();
  const put = (process: IProcess, holder: string | null, kind: keyof typeof FIELDS, name: string, { x, y }: ICorner): void => {
    const within = holder === null ? [] : partsOf(holder).map(part => part.name);
    const edit = edits.get(process) ?? { kind: 'set-positions', process: top!.id, within };
    const middle = middleOf(kind);
    (edit[FIELDS[kind]] ??= {})[name] = { x: Math.round(x + middle.x), y: Math.round(y + middle.y) };
    edits.set(process, edit);
  };
  for (const [id, { x, y }] of layouts.kept) {
    const holder = holderOf(id);
    const process = processIn(document, graph, holder);
    const { kind, name } = partsOf(id).at(-1)!;
    // What is in other files has places of its own there.
    if (!top || process?.source !== top.source) {
      continue;
    }
    if (isKind(kind) && process[FIELDS[kind]].some(item => item.id === name)) {
      put(process, holder, kind, name, { x, y });
    } else if (id.endsWith(GROUP)) {
      // Other editors have no card for many inputs: there they stand one below the other.
      const inputs = process.inputs.filter(input => !layouts.kept.has(inputId(input.id, holder === null ? '' : `${holder}/`)));
      inputs.forEach((input, index) => put(process, holder, 'input', input.id, { x, y: y + index * (METRICS.endHeight + METRICS.gap) }));
    }
  }
  if (edits.size === 0) {
    view.say(trans.__('Nothing in this document has a place in a graph.'), true);
    return;
  }
  tell(view, model.applyAll([...edits.values()]), trans.__('Positions are in the document.'));
}

const isKind = (kind: string): kind is keyof typeof FIELDS => Object.hasOwn(FIELDS, kind);

export function removePositions(view: GraphView): void {
  const { model, trans } = view;
  const result = model.applyAll([{ kind: 'clear-positions' }]);
  const isChanged = result.ok && result.changes.length > 0;
  tell(view, result, isChanged ? trans.__('Positions are out of the document.') : trans.__('There are no positions in the document.'));
}

/** The graph stays as it is, and the code may not be seen. */
function tell(view: GraphView, result: EditResult, done: string): void {
  if (result.ok) {
    Notification.success(done, { autoClose: SHOWN_MS });
  } else {
    view.say(result.message, true);
  }
}
