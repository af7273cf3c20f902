import type { Json } from '../text/node.js';
import { followAlias, valueOf } from '../text/value.js';
import type { INamed, IProcess, IStep } from '../process/model.js';
import { meaningOf, refuse, type Draft } from './draft.js';
import { addItems, setFields } from './items.js';
import type { Edit, From, To } from './kinds.js';
import {
  checkId, findInput, findOutput, findSink, findStep, inHolder, isFrom, linkText, needVersion, outHolder, stepMap, workflow, type ISinkPlace
} from './lookup.js';
import { cut } from './references.js';
import { need } from './requirements.js';

type Of<K extends Edit['kind']> = Extract<Edit, { kind: K }>;

/** Whether data goes from `start` to `end`, over any steps. */
function leadsTo(process: IProcess, start: string, end: string): boolean {
  const next = new Map<string, string[]>();
  for (const step of process.steps) {
    for (const { to } of step.in.flatMap(input => input.links)) {
      if (to.kind === 'step') {
        const sinks = next.get(to.step);
        if (sinks) {
          sinks.push(step.id);
        } else {
          next.set(to.step, [step.id]);
        }
      }
    }
  }
  const seen = new Set([start]);
  for (const at of seen) {
    if (at === end) {
      return true;
    }
    next.get(at)?.forEach(step => seen.add(step));
  }
  return false;
}

/** Adds an id to what a step gives, if it is not among it. */
export function ensureOutput(draft: Draft, step: IStep, id: string): void {
  if (!step.out.some(output => output.id === id)) {
    checkId(id, [], '');
    addItems(draft, outHolder(draft, step), [[id, {}]], 'list');
  }
}

/** How the steps of a workflow write their inputs, for one that has none yet. */
export function inForm(process: IProcess, besides?: IStep): 'map' | 'list' {
  const other = process.steps.find(step => step !== besides && valueOf(step.node, 'in'));
  return other && valueOf(other.node, 'in')?.kind === 'seq' ? 'list' : 'map';
}

/** What `from` names is there, and an output that a step does not list is added. */
export function useSource(draft: Draft, process: IProcess, from: From): void {
  if ('input' in from) {
    findInput(process, from.input);
  } else {
    ensureOutput(draft, findStep(process, from.step), from.output);
  }
}

function refuseCycle(process: IProcess, from: From, to: To): void {
  if (!('step' in from) || !('step' in to)) {
    return;
  }
  if (from.step === to.step) {
    refuse('self-connection', `Step '${to.step}' cannot take its own output. Connect it to another step.`);
  }
  if (leadsTo(process, to.step, from.step)) {
    refuse('would-make-cycle', `'${from.step}' already needs what '${to.step}' gives, so this would go in a circle. Cut that connection first.`);
  }
}

export function connect(draft: Draft, process: IProcess, edit: Of<'connect'>): void {
  const { from, to } = edit;
  workflow(process);
  if ('step' in to) {
    findStep(process, to.step);
  } else {
    findOutput(process, to.output);
  }
  refuseCycle(process, from, to);
  useSource(draft, process, from);
  const text = linkText(process, from);
  if ('step' in to) {
    const step = findStep(process, to.step);
    if (!step.in.some(input => input.id === to.input)) {
      checkId(to.input, [], '');
      addItems(draft, inHolder(draft, step), [[to.input, { source: text }]], inForm(process, step));
      return;
    }
  }
  addSource(draft, process, findSink(draft, process, to), from, text, edit);
}

function addSource(
  draft: Draft, process: IProcess, place: ISinkPlace, from: From, text: string, { index, replace }: { index?: number; replace?: boolean }
): void {
  const { sink, within, field, step } = place;
  if (!replace && sink.links.some(link => isFrom(link.to, from))) {
    refuse('already-connected', 'These are connected already. Choose another source.');
  }
  const written = sourcesOf(sink, field, within.kind.predicate);
  if (replace || !written || (written.kind === 'scalar' && written.value === null) || (written.kind === 'seq' && written.items.length === 0 && !sink.isList)) {
    setFields(draft, within, sink, { [field]: text });
    return;
  }
  if (written.kind === 'seq') {
    const count = written.items.length;
    draft.insert(draft.place(written), Math.max(0, Math.min(index ?? count, count)), text);
    if (count === 0) {
      return;
    }
  } else {
    const list: Json[] = [meaningOf(written)];
    list.splice(Math.max(0, index ?? 1), 0, text);
    setFields(draft, within, sink, { [field]: list });
  }
  need(draft, process, 'MultipleInputFeatureRequirement', step ?? undefined);
}

/** What is written as source, in a field or as the short form. */
function sourcesOf(sink: INamed, field: string, predicate: string | null): ReturnType<typeof valueOf> {
  if (sink.node.kind === 'map') {
    return valueOf(sink.node, field);
  }
  return predicate === field ? followAlias(sink.node) : null;
}

export function disconnect(draft: Draft, process: IProcess, { from, to }: Of<'disconnect'>): void {
  workflow(process);
  const place = findSink(draft, process, to);
  const links = place.sink.links.filter(link => ('source' in from ? link.text === from.source : isFrom(link.to, from)));
  if (links.length === 0) {
    refuse('not-connected', 'These are not connected. Choose a connection that is there.');
  }
  cut(draft, place, links);
}

export function setMerge(draft: Draft, process: IProcess, edit: Of<'set-link-merge'> | Of<'set-pick-value'>): void {
  workflow(process);
  const { sink, within, step } = findSink(draft, process, edit.to);
  if (edit.kind === 'set-link-merge') {
    setFields(draft, within, sink, { linkMerge: edit.linkMerge ?? undefined });
    if (edit.linkMerge) {
      need(draft, process, 'MultipleInputFeatureRequirement', step ?? undefined);
    }
    return;
  }
  if (edit.pickValue) {
    needVersion(process, 'v1.2', 'pickValue');
  }
  setFields(draft, within, sink, { pickValue: edit.pickValue ?? undefined });
}

/** Fields of a step that name its inputs no longer do. */
export function unscatter(draft: Draft, step: IStep, input: string): void {
  const gone = step.scatter.filter(({ value }) => value === input);
  if (gone.length === 0) {
    return;
  }
  const map = stepMap(step);
  if (gone.length === step.scatter.length) {
    draft.remove([...draft.place(map), 'scatter']);
    if (step.scatterMethod) {
      draft.remove([...draft.place(map), 'scatterMethod']);
    }
  } else {
    gone.forEach(({ node }) => draft.remove(draft.place(node)));
  }
}
