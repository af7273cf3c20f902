import type { ICwlRunSummary } from '@jupyter-datalabs/hub-client';
import type { IGraph, IProblem } from '@jupyter-datalabs/cwl';
import type { TranslationBundle } from '@jupyterlab/translation';
import { CWLTOOL } from '../runs/foreign';
import type { ValidationState } from '../runs/validation';

export type ItemState = 'done' | 'todo' | 'note' | 'wrong' | 'busy' | 'later';

/** What a button of the checklist does. */
export type ItemAction =
  | { kind: 'select'; node: string }
  | { kind: 'add-input' | 'add-output' | 'show-palette' | 'validate' | 'show-problems' | 'show-run' };

export interface IItem {
  id: 'inputs' | 'steps' | 'connections' | 'outputs' | 'validate' | 'run' | 'publish';
  title: string;
  state: ItemState;
  /** A sentence: what is missing, or how it is. */
  text: string;
  action: { label: string; action: ItemAction } | null;
}

export interface ICycle {
  graph: IGraph;
  problems: readonly IProblem[];
  validation: { state: ValidationState; isStale: boolean; why: string | null };
  run: { state: 'loading' | 'ready' | 'failed' | 'missing'; last: Pick<ICwlRunSummary, 'state' | 'step'> | null };
  isReadOnly: boolean;
}

/** Problems of steps themselves, rather than of what goes in and out of them. */
const OF_STEPS = /^(?:run-|unused-step$|unknown-(?:field|class|symbol)$|missing-(?:field|id)$|duplicate-id$)/;
const OF_CONNECTIONS = new Set([
  'unknown-source', 'type-mismatch', 'type-may-mismatch', 'format-mismatch', 'missing-secondary-files', 'null-source', 'pick-value-single', 'link-merge-missing',
  'cycle', 'missing-step-input', 'unknown-step-input', 'unknown-expression-input', 'unknown-step-output', 'unknown-scatter', 'scatter-not-array', 'scatter-method-missing', 'unused-step-output'
]);
const RANKS = { error: 0, warning: 1, info: 2 };

type Part = 'inputs' | 'steps' | 'connections' | 'outputs' | 'validate';

/** Where in the cycle a problem is to be mended. */
export function partOf({ code, node }: Pick<IProblem, 'code' | 'node'>): Part {
  if (code === CWLTOOL) {
    return 'validate';
  }
  if (OF_CONNECTIONS.has(code)) {
    return 'connections';
  }
  if (node === null) {
    return 'validate';
  }
  if (node.startsWith('input:')) {
    return 'inputs';
  }
  if (node.startsWith('output:')) {
    return 'outputs';
  }
  return /\/(?:in|out):[^/]*$/.test(node) && !OF_STEPS.test(code) ? 'connections' : 'steps';
}

/** How far a document is on its way from nothing to something that others use. */
export function checklistOf(cycle: ICycle, trans: TranslationBundle): IItem[] {
  const { graph, problems, isReadOnly } = cycle;
  const parts = new Map<Part, IProblem[]>();
  for (const problem of [...problems].sort((one, other) => RANKS[one.severity] - RANKS[other.severity])) {
    const part = partOf(problem);
    parts.set(part, [...(parts.get(part) ?? []), problem]);
  }
  const top = graph.nodes.filter(({ parent }) => parent === null);
  const count = (kind: 'input' | 'step' | 'output'): number => top.filter(node => node.kind === kind).length;
  const [inputs, steps, outputs] = [count('input'), count('step'), count('output')];
  const nodes = new Set(graph.nodes.flatMap(({ id, inputs: ins, outputs: outs }) => [id, ...ins.map(port => port.id), ...outs.map(port => port.id)]));
  const found = (part: Part): Pick<IItem, 'state' | 'text' | 'action'> | null => problemItem(parts.get(part) ?? [], nodes, trans);
  const button = (label: string, action: ItemAction): IItem['action'] => (isReadOnly ? null : { label, action });

  const items: IItem[] = [];
  if (graph.process?.class === 'Workflow') {
    items.push({
      id: 'inputs',
      title: trans.__('Inputs'),
      ...(found('inputs') ??
        (inputs > 0
          ? done(trans._n('%1 input', '%1 inputs', inputs))
          : steps > 0 && !parts.has('connections')
            ? done(trans.__('The steps need none.'))
            : { state: 'todo', text: trans.__('What does the pipeline start from?'), action: button(trans.__('Add input'), { kind: 'add-input' }) }))
    });
    items.push({
      id: 'steps',
      title: trans.__('Steps'),
      ...(found('steps') ??
        (steps > 0
          ? done(trans._n('%1 step', '%1 steps', steps))
          : { state: 'todo', text: trans.__('There is nothing to do yet.'), action: button(trans.__('Add step'), { kind: 'show-palette' }) }))
    });
    const here = new Set(top.map(({ id }) => id));
    const links = graph.edges.filter(({ target }) => here.has(target.node)).length;
    items.push({
      id: 'connections',
      title: trans.__('Connections'),
      ...(found('connections') ??
        (links > 0
          ? done(trans._n('%1 connection', '%1 connections', links))
          : { state: steps > 0 && inputs + outputs > 0 ? 'todo' : 'later', text: trans.__('Nothing is connected yet.'), action: null }))
    });
    items.push({
      id: 'outputs',
      title: trans.__('Outputs'),
      ...(found('outputs') ??
        (outputs > 0
          ? done(trans._n('%1 output', '%1 outputs', outputs))
          : { state: 'todo', text: trans.__('Nothing of what is made is kept.'), action: button(trans.__('Add output'), { kind: 'add-output' }) }))
    });
  }
  items.push({ id: 'validate', title: trans.__('Validate'), ...validateItem(cycle, parts, trans) });
  items.push({ id: 'run', title: trans.__('Test run'), ...runItem(cycle, trans) });
  items.push({
    id: 'publish',
    title: trans.__('Publish'),
    state: 'later',
    text: trans.__('Pipelines cannot be published yet: the service for it is not there.'),
    action: null
  });
  return items;
}

const done = (text: string): Pick<IItem, 'state' | 'text' | 'action'> => ({ state: 'done', text, action: null });

/** The worst of several problems, with how many more there are. */
function problemItem(problems: readonly IProblem[], nodes: ReadonlySet<string>, trans: TranslationBundle): Pick<IItem, 'state' | 'text' | 'action'> | null {
  const worst = problems.find(({ severity }) => severity !== 'info');
  if (!worst) {
    return null;
  }
  const more = problems.filter(({ severity }) => severity !== 'info').length - 1;
  const text = worst.message.length > 300 ? `${worst.message.slice(0, 300)}…` : worst.message;
  const at = worst.node !== null && nodes.has(worst.node) ? worst.node : null;
  return {
    state: worst.severity === 'error' ? 'wrong' : 'note',
    text: more > 0 ? trans._n('%2 And %1 more.', '%2 And %1 more.', more, text) : text,
    action: at ? { label: trans.__('Show'), action: { kind: 'select', node: at } } : { label: trans.__('Show'), action: { kind: 'show-problems' } }
  };
}

function validateItem({ validation, problems }: ICycle, parts: ReadonlyMap<Part, IProblem[]>, trans: TranslationBundle): Pick<IItem, 'state' | 'text' | 'action'> {
  const { state, isStale, why } = validation;
  const ask: IItem['action'] = { label: trans.__('Validate'), action: { kind: 'validate' } };
  const show: IItem['action'] = { label: trans.__('Show'), action: { kind: 'show-problems' } };
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  if (state === 'busy') {
    return { state: 'busy', text: trans.__('cwltool is looking at it.'), action: null };
  }
  if (errors > 0) {
    return { state: 'wrong', text: trans._n('%1 error is left.', '%1 errors are left.', errors), action: show };
  }
  if (state === 'missing' || state === 'failed') {
    return { state: state === 'missing' ? 'later' : 'wrong', text: why ?? trans.__('cwltool could not be asked.'), action: state === 'failed' ? ask : null };
  }
  if (state === 'none' || isStale) {
    return {
      state: 'todo',
      text: isStale ? trans.__('Changed since cwltool looked at it; it looks again with the next save.') : trans.__('cwltool looks at it with each save.'),
      action: ask
    };
  }
  if (state === 'unknown') {
    return { state: 'note', text: trans.__('Valid as far as was looked: something lies on another host.'), action: show };
  }
  const warnings = parts.get('validate')?.length ?? 0;
  return state === 'invalid'
    ? { state: 'wrong', text: trans.__('cwltool says that it is not valid.'), action: show }
    : { ...done(trans.__('Valid for cwltool.')), action: warnings > 0 ? show : null };
}

function runItem({ run, problems, validation }: ICycle, trans: TranslationBundle): Pick<IItem, 'state' | 'text' | 'action'> {
  const open: IItem['action'] = { label: trans.__('Test run'), action: { kind: 'show-run' } };
  const show: IItem['action'] = { label: trans.__('Show'), action: { kind: 'show-run' } };
  if (run.state === 'missing') {
    return { state: 'later', text: validation.why ?? trans.__('This JupyterLab runs no pipelines.'), action: null };
  }
  switch (run.last?.state) {
    case 'running':
      return { state: 'busy', text: trans.__('It runs.'), action: show };
    case 'failed':
      return { state: 'wrong', text: run.last.step === null ? trans.__('The last one failed.') : trans.__('The last one, of the step %1, failed.', run.last.step), action: show };
    case 'done':
      return run.last.step === null
        ? { ...done(trans.__('The last one went through.')), action: show }
        : { state: 'todo', text: trans.__('The step %1 went through; now all of it.', run.last.step), action: open };
    default: {
      const isBroken = problems.some(({ severity }) => severity === 'error');
      return { state: isBroken ? 'later' : 'todo', text: isBroken ? trans.__('When the errors are mended.') : trans.__('Try it with small inputs.'), action: open };
    }
  }
}
