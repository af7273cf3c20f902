import type { To } from '../edits/kinds.js';
import { inPort, outputId, stepId } from '../graph/ids.js';
import type { Fix } from '../problem.js';
import { MERGES, PICKS } from '../process/model.js';
import type { ILink, ISink, IStep, IStepInput, IWorkflowOutput } from '../process/model.js';
import { isNo } from '../types/assign.js';
import type { Fit } from '../types/assign.js';
import { itemsOf, typeText, withoutNull } from '../types/format.js';
import { union } from '../types/parse.js';
import { writeType } from '../types/write.js';
import { inputEnd, sourceEnd } from './effective.js';
import type { IEnd, ISources } from './effective.js';
import { formatProblem, isFile, missingSecondaryFiles } from './files.js';
import { fitOfLink, takesArrays } from './link-fit.js';
import { mergeOf } from './merge.js';
import type { IMerging } from './merge.js';
import { editFix, listNames, portsOf, tell, wordFix } from './scope.js';
import type { IScope } from './scope.js';
import { nearest } from './nearest.js';

/** A sink with what is needed to judge its links. */
interface ISinkHere {
  scope: IScope;
  sources: ISources;
  sink: ISink;
  end: IEnd;
  merging: IMerging;
  to: To;
  /** In the graph. */
  node: string;
  /** For sentences. */
  name: string;
  step: IStep | null;
  input: IStepInput | null;
  output: IWorkflowOutput | null;
}

/** The sources of all step inputs and workflow outputs (CWL 1.2 Workflow, section 2.2 "Data links", 4.1.1 and 4.2.1.2). */
export function checkLinks(scope: IScope): void {
  const sources: ISources = { inputs: portsOf(scope.shared, scope.process).inputs, steps: scope.steps, shared: scope.shared };
  for (const step of scope.process.steps) {
    for (const input of step.in) {
      const end = inputEnd(scope.shared, step, input);
      const node = inPort(stepId(step.id, scope.within), input.id);
      const to = { step: step.id, input: input.id };
      const name = `${step.id}/${input.id}`;
      checkSink({ scope, sources, sink: input, end, merging: mergingOf(input), to, node, name, step, input, output: null });
    }
  }
  for (const output of scope.process.outputs) {
    if ('links' in output) {
      const end = { type: output.type.type, port: output, isConditional: false };
      const node = outputId(output.id, scope.within);
      const to = { output: output.id };
      const merging = mergingOf(output);
      checkSink({ scope, sources, sink: output, end, merging, to, node, name: output.id, step: null, input: null, output });
    }
  }
}

export function mergingOf(sink: ISink): IMerging {
  const { links, isList, linkMerge, pickValue } = sink;
  return { count: links.length, isList, linkMerge: linkMerge?.value ?? null, pickValue: pickValue?.value ?? null };
}

function checkSink(here: ISinkHere): void {
  const { sink, input, merging } = here;
  if (sink.links.length === 0 && here.output !== null && !sink.isList) {
    tellUnconnected(here, here.output);
    return;
  }
  const isMerged = mergeOf(merging) !== null;
  // What an expression makes of the sources is not known, nor what a method does that there is not.
  if (input?.valueFrom || !isOneOf(MERGES, merging.linkMerge) || !isOneOf(PICKS, merging.pickValue)) {
    sink.links.forEach(link => sourceEnd(here.sources, link.to) ?? checkUnknown(here, link));
    return;
  }
  if (merging.count > 1 && isMerged && merging.pickValue === null && !takesArrays(here.end.type)) {
    sink.links.forEach(link => sourceEnd(here.sources, link.to) ?? checkUnknown(here, link));
    tellMerge(here);
    return;
  }
  for (const link of sink.links) {
    const source = sourceEnd(here.sources, link.to);
    if (source === null) {
      checkUnknown(here, link);
    } else {
      checkLink(here, link, source);
    }
  }
}

const isOneOf = (known: readonly string[], word: string | null): boolean => word === null || known.includes(word);

function tellUnconnected({ scope, node }: ISinkHere, output: IWorkflowOutput): void {
  tell(scope, {
    code: 'unconnected-output', severity: 'warning', at: [output.idNode, output.node], node,
    message: `The output '${output.id}' must be connected to an input of the workflow or an output of a step by 'outputSource'.`
  });
}

function checkUnknown({ scope, node, name }: ISinkHere, link: ILink): void {
  const { text } = link;
  // In a packed document sources are written with the id of the workflow: `#main/align/bam`.
  const prefix = text.startsWith(`#${scope.process.id}/`) ? `#${scope.process.id}/` : text.startsWith('#') ? '#' : '';
  const wanted = text.slice(prefix.length);
  const slash = wanted.lastIndexOf('/');
  const step = slash > 0 ? scope.steps.get(wanted.slice(0, slash)) : undefined;
  const output = wanted.slice(slash + 1);
  const isOfRun = step?.run.process && portsOf(scope.shared, step.run.process).outputs.has(output);
  const other = isOfRun ? null : nearestSource(scope, wanted, step ?? null);
  const why = isOfRun
    ? `The step '${step.id}' does not list its output '${output}' in 'out'.`
    : step !== undefined
      ? `The step '${step.id}' has no output '${output}'; it has ${listNames(step.out.map(({ id }) => id)) || 'none'}.`
      : `'${text}' is neither an input of the workflow nor an output of a step, which is written 'step/output'.`;
  tell(scope, {
    code: 'unknown-source', severity: 'error', at: [link.node], node,
    message: `The source of '${name}' is not there. ${why}`,
    fixes: [
      isOfRun ? editFix(scope, `Add '${output}' to the outputs of '${step.id}'`, { kind: 'add-step-output', step: step.id, output }) : null,
      other === null ? null : wordFix(scope, link.node, prefix + other)
    ]
  });
}

function nearestSource(scope: IScope, wanted: string, step: IStep | null): string | null {
  const { inputs, steps } = scope.process;
  scope.shared.guesses -= step === null ? inputs.length + steps.length : step.out.length;
  if (scope.shared.guesses < 0) {
    return null;
  }
  const outputs = (step === null ? steps : [step]).flatMap(({ id, out }) => out.map(output => `${id}/${output.id}`));
  return nearest(wanted, step === null ? [...inputs.map(({ id }) => id), ...outputs] : outputs);
}

function tellMerge(here: ISinkHere): void {
  const { scope, sink, name, end, to, node, merging } = here;
  const type = typeText(end.type);
  tell(scope, {
    code: 'link-merge-missing', severity: 'error', at: [sink.linkMerge?.node, sink.links[1].node], node,
    message: `'${name}' has ${merging.count} sources, which '${mergeOf(merging)}' merges into an array, but its type '${type}' is no array.`,
    fixes: [
      scope.version === 'v1.2' && merging.linkMerge === null
        ? editFix(scope, 'Pick the first that is not null', { kind: 'set-pick-value', to, pickValue: 'first_non_null' }) : null,
      scatterFix(here)
    ]
  });
}

function checkLink(here: ISinkHere, link: ILink, source: IEnd): void {
  const { scope, node, name, end, merging, step, input } = here;
  const isScattered = step !== null && step.scatter.some(({ value }) => value === input?.id);
  const fit = fitOfLink(source.type, end.type, merging);
  if (merging.pickValue !== null && merging.count === 1 && mergeOf(merging) === null && !takesArrays(source.type)) {
    tell(scope, {
      code: 'pick-value-single', severity: 'warning', at: [here.sink.pickValue?.node], node,
      message: `'pickValue' is used at '${name}', but its only source is no array.`,
      fixes: [editFix(scope, "Remove 'pickValue'", { kind: 'set-pick-value', to: here.to, pickValue: null })]
    });
  }
  if (isScattered && isNo(fit) && mergeOf(merging) === null && merging.pickValue === null && !takesArrays(source.type)) {
    tell(scope, {
      code: 'scatter-not-array', severity: 'error', at: [link.node], node,
      message: `'${name}' is scattered, so its source must be an array, but '${link.text}' is of type '${typeText(source.type)}'.`,
      fixes: [editFix(scope, `Do not scatter over '${input?.id}'`, unscatter(step, input?.id ?? ''))]
    });
  } else if (fit === 'yes') {
    checkFiles(here, link, source);
  } else {
    tellMismatch(here, link, source, fit);
  }
}

function tellMismatch(here: ISinkHere, link: ILink, source: IEnd, fit: Exclude<Fit, 'yes'>): void {
  const { scope, node, name, end, merging } = here;
  const from = `'${link.text}' of type '${typeText(source.type)}'`;
  const to = `'${name}' of type '${typeText(end.type)}'`;
  const how = mergeOf(merging) ? ` with ${mergeOf(merging)}` : '';
  if (isNo(fit)) {
    tell(scope, {
      code: 'type-mismatch', severity: 'error', at: [link.node], node,
      message: `The source ${from} is incompatible with ${to}${how}.${reason(fit.no)}`, fixes: mismatchFixes(here, link, source)
    });
    return;
  }
  const isNullOnly = fitOfLink(withoutNull(source.type), end.type, merging) === 'yes';
  // A step with a condition is often one that is skipped for just that null.
  const severity = isNullOnly && here.step !== null && here.step.when !== null ? 'info' : 'warning';
  const isByWhen = source.isConditional && isNullOnly;
  tell(scope, isByWhen
    ? {
        code: 'null-source', severity, at: [link.node], node,
        message: `The source '${link.text}' is null when its step is skipped, but ${to} must not be null.`, fixes: nullFixes(here)
      }
    : {
        code: 'type-may-mismatch', severity, at: [link.node], node,
        message: `The source ${from} may be incompatible with ${to}${how}.${reason(fit.maybe)}`, fixes: mismatchFixes(here, link, source)
      });
}

/** What says more than that the types are not compatible. */
const reason = (text: string): string => (text.startsWith('A source of type') ? '' : ` ${text}`);

function nullFixes(here: ISinkHere): (Fix | null)[] {
  const { scope, merging, to, end, output } = here;
  const pickValue = takesArrays(end.type) ? 'all_non_null' : 'first_non_null';
  return [
    merging.count > 1 && merging.pickValue === null
      ? editFix(scope, `Set 'pickValue' to ${pickValue}`, { kind: 'set-pick-value', to, pickValue }) : null,
    output === null || merging.count > 1
      ? null : editFix(scope, `Make '${output.id}' optional`, { kind: 'retype-output', output: output.id, type: optionalType(end) })
  ];
}

function optionalType(end: IEnd): ReturnType<typeof writeType> {
  return writeType(union([{ kind: 'primitive', name: 'null' }, end.type]));
}

function mismatchFixes(here: ISinkHere, link: ILink, source: IEnd): (Fix | null)[] {
  const { scope, merging, end, to, output, step } = here;
  const isPlain = mergeOf(merging) === null && merging.pickValue === null;
  const fitsBy = (linkMerge: string): boolean => fitOfLink(source.type, end.type, { ...merging, linkMerge }) === 'yes';
  const flat = mergeOf(merging) === 'merge_nested' && fitsBy('merge_flattened');
  const nested = here.sink.isList && isPlain && fitsBy('merge_nested');
  const items = itemsOf(source.type);
  const isScatter = isPlain && items !== null && fitOfLink(items, end.type, merging) === 'yes';
  return [
    isScatter ? scatterFix(here) : null,
    flat ? editFix(scope, 'Merge the arrays into one', { kind: 'set-link-merge', to, linkMerge: 'merge_flattened' }) : null,
    nested ? editFix(scope, 'Make an array of the source', { kind: 'set-link-merge', to, linkMerge: 'merge_nested' }) : null,
    output !== null && isPlain && source.type.kind !== 'unknown'
      ? editFix(scope, retypeLabel(output.id, source), { kind: 'retype-output', output: output.id, type: writeType(source.type) })
      : null,
    step !== null && isPlain && link.to.kind === 'input' && end.port !== null && isOnlyUse(here, link.to.input)
      ? editFix(scope, retypeLabel(link.to.input, end), { kind: 'retype-input', input: link.to.input, type: writeType(end.type) })
      : null
  ];
}

const retypeLabel = (id: string, { type }: IEnd): string => `Change the type of '${id}' to '${typeText(type)}'`;

/** Whether nothing else in the workflow uses the input, which another type would break. */
function isOnlyUse({ scope }: ISinkHere, input: string): boolean {
  scope.shared.guesses -= scope.process.steps.length;
  if (scope.shared.guesses < 0) {
    return false;
  }
  let uses = 0;
  const count = ({ links }: ISink): void => links.forEach(({ to }) => {
    uses += to.kind === 'input' && to.input === input ? 1 : 0;
  });
  scope.process.steps.forEach(step => step.in.forEach(count));
  scope.process.outputs.forEach(output => 'links' in output && count(output));
  return uses === 1;
}

/** Of a step that is not scattered yet. */
function scatterFix({ scope, step, input }: ISinkHere): Fix | null {
  return step === null || input === null || step.scatter.length > 0
    ? null
    : editFix(scope, `Scatter '${step.id}' over '${input.id}'`, { kind: 'set-scatter', step: step.id, scatter: [input.id] });
}

function unscatter(step: IStep, input: string): { kind: 'set-scatter'; step: string; scatter: string[] } {
  return { kind: 'set-scatter', step: step.id, scatter: step.scatter.map(({ value }) => value).filter(name => name !== input) };
}

function checkFiles(here: ISinkHere, link: ILink, source: IEnd): void {
  const { scope, node, name, end } = here;
  if (source.port === null || end.port === null || !isFile(source.port.type.type) || !isFile(end.port.type.type)) {
    return;
  }
  const format = formatProblem(source.port, end.port);
  if (format !== null) {
    tell(scope, { code: 'format-mismatch', severity: 'warning', at: [link.node], node, message: `At '${name}': ${format}` });
  }
  const missing = missingSecondaryFiles(source.port, end.port);
  if (missing.length > 0) {
    tell(scope, {
      code: 'missing-secondary-files', severity: 'warning', at: [link.node], node,
      message: `'${name}' requires the secondary files ${listNames(missing)}, which the source '${link.text}' does not declare.`,
      fixes: [declareFix(here, link, source, missing)]
    });
  }
}

function declareFix({ scope }: ISinkHere, link: ILink, source: IEnd, missing: string[]): Fix | null {
  const given = source.port?.secondaryFiles?.value ?? [];
  const value = [...(Array.isArray(given) ? given : [given]), ...missing];
  return link.to.kind !== 'input'
    ? null
    : editFix(scope, `Declare them at '${link.to.input}'`, {
        kind: 'set-port-field', port: { input: link.to.input }, field: 'secondaryFiles', value
      });
}

