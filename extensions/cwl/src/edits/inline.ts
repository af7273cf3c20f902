import type { Json } from '../text/node.js';
import { valueOf } from '../text/value.js';
import type { ILink, IPort, IProcess, IStep, IStepInput, IWorkflowOutput } from '../process/model.js';
import { refuse, type Draft, type Fields } from './draft.js';
import { absoluteIds } from './boundary.js';
import { addItems, holder, keyBefore, ORDERS, REQUIREMENTS, setFields, slot } from './items.js';
import type { Edit } from './kinds.js';
import { findStep, idsOf, freeId, linkText, sinksWith, stepMap, stepSink, stepsHolder, workflow, type ISinkPlace } from './lookup.js';
import { rawOf } from './raw.js';
import { need } from './requirements.js';

/** What comes into the sub-workflow, or goes out of it, as the sources of whoever takes it. */
interface ISources {
  texts: string[];
  isList: boolean;
  linkMerge: Json | undefined;
  pickValue: Json | undefined;
  default: Json | undefined;
}

const NOTHING: ISources = { texts: [], isList: false, linkMerge: undefined, pickValue: undefined, default: undefined };

const cannot = (why: string): never => refuse('cannot-inline', `${why} Change that first, or keep the sub-workflow.`);

function subWorkflow(draft: Draft, step: IStep): IProcess {
  const { run } = step;
  if (run.process === null || run.state === 'recursive') {
    return run.state === 'recursive'
      ? cannot(`Step '${step.id}' runs the workflow that it is in.`)
      : cannot(`What step '${step.id}' runs is not here. ${run.why ?? ''}`.trim());
  }
  if (run.process.class !== 'Workflow') {
    return refuse('not-a-workflow', `Step '${step.id}' does not run a workflow. Choose one that does.`);
  }
  if (run.process.source !== draft.source) {
    draft.place(run.process.node);
  }
  if (step.scatter.length > 0) {
    cannot(`Step '${step.id}' is scattered, and its steps would not be.`);
  }
  if (step.when) {
    cannot(`Step '${step.id}' has a condition, and its steps would not.`);
  }
  return run.process;
}

/** What the step gives to an input of the sub-workflow. */
function bindingOf(step: IStep, port: IPort): ISources {
  const input: IStepInput | undefined = step.in.find(({ id }) => id === port.id);
  if (input?.valueFrom) {
    return cannot(`The input '${port.id}' of step '${step.id}' is computed by 'valueFrom'.`);
  }
  for (const field of ['loadContents', 'loadListing']) {
    if (valueOf(port.node, field)) {
      return cannot(`The input '${port.id}' of the sub-workflow has '${field}'.`);
    }
  }
  return {
    texts: input?.links.map(({ text }) => text) ?? [],
    isList: input?.isList ?? false,
    linkMerge: input?.linkMerge?.value,
    pickValue: input?.pickValue?.value,
    default: input?.default ? input.default.value : port.default?.value
  };
}

/** One source and nothing that is done to it: it can stand wherever the name of the input or output does. */
const isSimple = (sources: ISources): boolean =>
  sources.texts.length === 1 && !sources.isList && sources.linkMerge === undefined && sources.pickValue === undefined && (sources.default ?? null) === null;

/** Gives a place the sources in the stead of one link, or of all its links; `of` gives what a link stands for, null for itself. */
function replaceLinks(draft: Draft, { sink, within, field }: ISinkPlace, of: (link: ILink) => ISources | null): void {
  const sources = sink.links.map(of);
  if (sources.every(found => found === null || isSimple(found))) {
    sink.links.forEach((link, index) => {
      const text = sources[index]?.texts[0] ?? link.text;
      if (text !== link.text) {
        draft.set(draft.place(link.node), text);
      }
    });
    return;
  }
  const [only] = sources;
  if (sources.length > 1 || !only || sink.isList || sink.linkMerge || sink.pickValue) {
    cannot(`'${sink.id}' takes several sources, or merges them, and one of them is not a plain source.`);
  } else {
    const { texts, isList, linkMerge, pickValue } = only;
    const value = texts.length === 0 ? undefined : isList ? texts : texts[0];
    if ((only.default ?? null) !== null && field === 'outputSource') {
      cannot(`The output '${sink.id}' would need a default.`);
    }
    setFields(draft, within, sink, {
      [field]: value, ...(linkMerge === undefined ? {} : { linkMerge }), ...(pickValue === undefined ? {} : { pickValue }),
      ...((only.default ?? null) === null ? {} : { default: only.default })
    });
  }
}

/** Requirements that are about a workflow's own form; the rest is for what its steps run. */
const OF_WORKFLOWS = new Set([
  'SubworkflowFeatureRequirement', 'ScatterFeatureRequirement', 'MultipleInputFeatureRequirement', 'StepInputExpressionRequirement',
  'InlineJavascriptRequirement'
]);

/** What the steps inherited from the sub-workflow and from the step, they have themselves. */
function handDown(draft: Draft, step: IStep, inner: IProcess, field: 'requirements' | 'hints'): void {
  const own = new Set(step[field].map(requirement => requirement.class));
  const inherited = new Map<string, Fields>();
  for (const { class: name, value } of inner[field]) {
    if (!OF_WORKFLOWS.has(name) || Object.hasOwn(value, 'expressionLib')) {
      const { class: _, ...fields } = value;
      inherited.set(name, fields);
    }
  }
  const missing = [...inherited].filter(([name]) => !own.has(name));
  if (missing.length > 0) {
    addItems(draft, holder(draft, stepMap(step), field, REQUIREMENTS, ORDERS.step), missing, 'map');
  }
}

export function inlineStep(draft: Draft, process: IProcess, { step: id }: Extract<Edit, { kind: 'inline-step' }>): void {
  workflow(process);
  const step = findStep(process, id);
  const inner = subWorkflow(draft, step);
  if (inner.version !== process.version) {
    cannot(`The sub-workflow is of CWL ${inner.version ?? 'no version'}, and this one of ${process.version ?? 'none'}.`);
  }
  const bindings = new Map(inner.inputs.map(port => [port.id, port]));
  const taken = idsOf(process.steps);
  taken.delete(id);
  const names = new Map<string, string>();
  for (const { id: name } of inner.steps) {
    const free = freeId(taken.has(name) ? `${id}_${name}` : name, taken);
    taken.add(free);
    names.set(name, free);
  }

  /** What a link within the sub-workflow comes to outside. */
  const outside = ({ to, text }: ILink): ISources => {
    if (to.kind === 'input') {
      return bindingOf(step, bindings.get(to.input)!);
    }
    return to.kind === 'step'
      ? { ...NOTHING, texts: [linkText(process, { step: names.get(to.step)!, output: to.output })] }
      : cannot(`There is no source '${text}' in the sub-workflow.`);
  };
  const given = new Map(inner.outputs.map(output => [output.id, output as IWorkflowOutput]));
  const ofOutput = ({ to }: ILink): ISources | null => {
    if (to.kind !== 'step' || to.step !== id) {
      return null;
    }
    const output = given.get(to.output);
    if (!output) {
      return cannot(`The sub-workflow has no output '${to.output}'.`);
    }
    const found = output.links.map(outside);
    if (found.length === 1 && !output.isList && !output.linkMerge && !output.pickValue) {
      return found[0];
    }
    if (!found.every(isSimple)) {
      return cannot(`The output '${output.id}' of the sub-workflow takes an input that is not a plain source.`);
    }
    return {
      texts: found.map(({ texts }) => texts[0]),
      isList: output.isList, linkMerge: output.linkMerge?.value, pickValue: output.pickValue?.value, default: undefined
    };
  };

  const all = [...inner.requirements, ...inner.hints, ...step.requirements, ...step.hints];
  all.filter(requirement => OF_WORKFLOWS.has(requirement.class)).forEach(requirement => need(draft, process, requirement.class));
  for (const { place } of sinksWith(draft, process, to => to.kind === 'step' && to.step === id)) {
    replaceLinks(draft, place, ofOutput);
  }

  const within = stepsHolder(draft, process);
  const path = slot(draft, within, step);
  const place = path.at(-1)!;
  const container = path.slice(0, -1);
  const innerSteps = stepsHolder(draft, inner);
  const from = inner.steps.map(innerStep => slot(draft, innerSteps, innerStep));
  const before = typeof place === 'string' ? keyBefore(within, place) : null;
  inner.steps.forEach((innerStep, index) => {
    const written = rawOf(innerStep.node, typeof from[index].at(-1) === 'string' ? innerStep.idNode : null);
    if (typeof place === 'string') {
      draft.set([...container, names.get(innerStep.id)!], written, before);
    } else {
      draft.insert(container, place, written);
    }
  });
  // One of them may have the id of the step: it is in its place then.
  if (typeof place === 'number' || ![...names.values()].includes(place)) {
    draft.remove(path);
  }

  draft.nextBatch();
  const bearer = mergedRequirements(step, inner);
  inner.steps.forEach((innerStep, index) => {
    const to = [...container, typeof place === 'string' ? names.get(innerStep.id)! : place + index];
    draft.moved(from[index], to);
    nameAnew(draft, innerStep, from[index], typeof place === 'string', names.get(innerStep.id)!);
    for (const input of innerStep.in) {
      replaceLinks(draft, stepSink(draft, innerStep, input), outside);
    }
    handDown(draft, innerStep, bearer, 'requirements');
    handDown(draft, innerStep, bearer, 'hints');
  });
  if (step.run.text !== null) {
    draft.notes.add(`The sub-workflow '${inner.id}' stays in the document. Remove it if nothing else runs it.`);
  }
}

/** The nearer one wins: that of the sub-workflow over that of the step. */
const mergedRequirements = (step: IStep, inner: IProcess): IProcess => ({
  ...inner, requirements: [...step.requirements, ...inner.requirements], hints: [...step.hints, ...inner.hints]
});

/** The ids of a step where it is now. */
function nameAnew(draft: Draft, step: IStep, from: readonly (string | number)[], isKey: boolean, name: string): void {
  const wasKey = typeof from.at(-1) === 'string';
  if (isKey && !wasKey) {
    draft.remove([...from, 'id']);
  } else if (!isKey && (wasKey || step.id !== name)) {
    draft.set([...from, 'id'], name, null);
  }
  for (const { node, id } of absoluteIds(step)) {
    if (node !== step.idNode) {
      draft.set(draft.place(node), id);
    } else if (!wasKey && !isKey) {
      draft.set([...from, 'id'], name);
    }
  }
}
