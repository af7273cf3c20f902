import type { IMapNode, YamlNode } from '../text/node.js';
import { scalarText, type Follow, type IItem } from './follow.js';
import type { ILink, INamed, IRun, ISink, IStep, IStepInput } from './model.js';
import { readId, withinStep, type IScope, type LinkTargets } from './names.js';
import { here, hereText, readRequirements } from './ports.js';

export interface IReadStep {
  step: IStep;
  scope: IScope;
  /** What is written as `run`; null for nothing. */
  run: YamlNode | null;
}

/** A step, whose outputs sources can then name. Its links are found when those of all steps are known. */
export function readStep(follow: Follow, item: IItem, workflow: IScope, targets: LinkTargets): IReadStep {
  const map = item.node.kind === 'map' ? item.node : null;
  const isDraft = map !== null && isDraftStep(follow, map);
  const outItems = map ? follow.items(follow.fields(map).get(isDraft ? 'outputs' : 'out')?.value, 'id') : [];
  const inItems = map ? follow.items(follow.fields(map).get(isDraft ? 'inputs' : 'in')?.value, 'id') : [];
  const name = item.text ?? (isDraft ? draftName(outItems) : null);
  const { key, id } = name === null ? { key: workflow.fragment, id: '' } : readId(name, workflow);
  const scope = { ...withinStep(workflow, key), dotted: isDraft };
  const out = outItems.map(output => {
    const named = readNamed(output, scope);
    targets.add(named.key, { kind: 'step', step: id, output: named.named.id });
    return named.named;
  });
  const step: IStep = {
    id,
    idNode: item.idNode,
    node: item.node,
    run: noRun(null),
    in: inItems.map(input => readInput(follow, input, scope)),
    out,
    scatter: map ? readScatter(follow, map, scope) : [],
    scatterMethod: map && hereText(follow, map, 'scatterMethod'),
    when: map && hereText(follow, map, 'when'),
    label: map && follow.text(map, 'label'),
    doc: map && follow.text(map, 'doc'),
    requirements: map ? readRequirements(follow, map, 'requirements') : [],
    hints: map ? readRequirements(follow, map, 'hints') : []
  };
  return { step, scope, run: map ? follow.fields(map).get('run')?.value ?? null : null };
}

/** Steps of draft-2 and draft-3 have `inputs` and `outputs`. */
function isDraftStep(follow: Follow, map: IMapNode): boolean {
  const fields = follow.fields(map);
  return !fields.has('in') && !fields.has('out') && (fields.has('inputs') || fields.has('outputs'));
}

/** In draft-2 the id of a step may stand in those of its outputs alone. */
function draftName(outputs: readonly IItem[]): string | null {
  return /^(#[^./]+)\./.exec(outputs[0]?.text ?? '')?.[1] ?? null;
}

function readNamed({ text, idNode, node }: IItem, scope: IScope): { named: INamed; key: string } {
  const { key, id } = text === null ? { key: '', id: '' } : readId(text, scope);
  return { named: { id, idNode, node }, key };
}

function readInput(follow: Follow, item: IItem, step: IScope): IStepInput {
  const { named } = readNamed(item, step);
  const map = item.node.kind === 'map' ? item.node : null;
  const source = map ? follow.fields(map).get('source')?.value ?? null : item.node === item.idNode ? null : item.node;
  const sink = readSink(follow, map, source);
  // Written out, as there are tens of thousands of them in a large document.
  return {
    id: named.id,
    idNode: named.idNode,
    node: named.node,
    links: sink.links,
    isList: sink.isList,
    linkMerge: sink.linkMerge,
    pickValue: sink.pickValue,
    valueFrom: map && hereText(follow, map, 'valueFrom'),
    default: map && here(follow, map, 'default'),
    label: map && follow.text(map, 'label')
  };
}

const NOT_YET: ILink['to'] = { kind: 'unknown' };

/** The sources at a step input or a workflow output, as they are written. */
export function readSink(follow: Follow, map: IMapNode | null, source: YamlNode | null): ISink {
  const whole = follow.node(source);
  return {
    links: follow.list(source).flatMap(node => (
      node.kind !== 'scalar' || node.value === null ? [] : [{ text: scalarText(node), node, to: NOT_YET }]
    )),
    isList: whole?.kind === 'seq',
    linkMerge: map && hereText(follow, map, 'linkMerge'),
    pickValue: map && hereText(follow, map, 'pickValue')
  };
}

/** The ids of the inputs, short. */
function readScatter(follow: Follow, map: IMapNode, step: IScope): IStep['scatter'] {
  return follow.list(follow.fields(map).get('scatter')?.value ?? null).flatMap(node => (
    node.kind !== 'scalar' || node.value === null ? [] : [{ value: readId(scalarText(node), step).id, node }]
  ));
}

export function findLinks(sink: ISink, targets: LinkTargets, workflow: IScope): void {
  for (const link of sink.links) {
    link.to = targets.find(link.text, workflow);
  }
}

export const noRun = (node: YamlNode | null): IRun =>
  ({ text: null, uri: null, node, state: 'none', why: 'It does not say what it runs.', process: null });
