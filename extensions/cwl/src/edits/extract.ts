import { Raw } from '../text/change.js';
import type { Path } from '../text/node.js';
import type { ILink, IProcess, IStep } from '../process/model.js';
import { meaningOf, refuse, type Draft, type Fields } from './draft.js';
import { absoluteIds, typeOfLink, typeOfOutput } from './boundary.js';
import { inForm } from './connections.js';
import { collection, keyBefore, PORTS, slot, STEP_INPUTS, STEP_OUTPUTS } from './items.js';
import type { Edit } from './kinds.js';
import { checkId, findStep, freeId, portsHolder, sinksWith, stepsHolder, workflow } from './lookup.js';
import { rawEntries } from './raw.js';
import { relink } from './references.js';
import { need } from './requirements.js';

/** What goes over the boundary: by the source as it is short. */
type Crossing = Map<string, { name: string; link: ILink }>;

const shortOf = (to: ILink['to']): string => (to.kind === 'step' ? `${to.step}/${to.output}` : to.kind === 'input' ? to.input : '');

/** Refuses steps between which the data takes a way over others: the new step would need what it gives. */
function refuseDetour(process: IProcess, inside: ReadonlySet<string>): void {
  const feeds = new Map<string, string[]>();
  for (const step of process.steps) {
    for (const { to } of step.in.flatMap(input => input.links)) {
      if (to.kind === 'step') {
        const sinks = feeds.get(to.step) ?? [];
        feeds.set(to.step, sinks);
        sinks.push(step.id);
      }
    }
  }
  const outside = new Set([...inside].flatMap(id => feeds.get(id) ?? []).filter(id => !inside.has(id)));
  for (const id of outside) {
    for (const next of feeds.get(id) ?? []) {
      if (inside.has(next)) {
        refuse('would-make-cycle', `'${id}' comes between these steps. Take it too, or leave out those before or behind it.`);
      }
      outside.add(next);
    }
  }
}

/** What comes from a step within to one without, or to an output of the workflow. */
const goesOut = (inside: ReadonlySet<string>) => (to: ILink['to'], sink: IStep | null): boolean =>
  to.kind === 'step' && inside.has(to.step) && !(sink && inside.has(sink.id));

function crossings(draft: Draft, process: IProcess, inside: ReadonlySet<string>): { inputs: Crossing; outputs: Crossing } {
  const taken = new Set(inside);
  const [inputs, outputs]: [Crossing, Crossing] = [new Map(), new Map()];
  const add = (to: Crossing, link: ILink): void => {
    const short = shortOf(link.to);
    if (!to.has(short)) {
      const preferred = link.to.kind === 'step' ? link.to.output : short;
      const name = freeId(taken.has(preferred) && link.to.kind === 'step' ? `${link.to.step}_${preferred}` : preferred, taken);
      taken.add(name);
      to.set(short, { name, link });
    }
  };
  for (const { links } of sinksWith(draft, process, (_, sinkStep) => sinkStep !== null && inside.has(sinkStep.id))) {
    for (const link of links) {
      if (link.to.kind === 'unknown') {
        refuse('unknown-source', `There is no source '${link.text}'. Mend this connection first.`);
      }
      if (link.to.kind === 'input' || !inside.has(link.to.step)) {
        add(inputs, link);
      }
    }
  }
  taken.clear();
  inside.forEach(id => taken.add(id));
  for (const { links } of sinksWith(draft, process, goesOut(inside))) {
    links.forEach(link => add(outputs, link));
  }
  return { inputs, outputs };
}

export function extractSteps(draft: Draft, process: IProcess, edit: Extract<Edit, { kind: 'extract-steps' }>): void {
  workflow(process);
  edit.steps.forEach(id => findStep(process, id));
  const inside = new Set(edit.steps);
  const chosen = process.steps.filter(({ id }) => inside.has(id));
  if (chosen.length === 0) {
    refuse('nothing-chosen', 'No steps are chosen. Choose those that belong together.');
  }
  checkId(edit.id, process.steps.filter(({ id }) => !inside.has(id)), 'a step');
  refuseDetour(process, inside);
  const { inputs, outputs } = crossings(draft, process, inside);
  need(draft, process, 'SubworkflowFeatureRequirement');

  const within = stepsHolder(draft, process);
  const paths = chosen.map(step => slot(draft, within, step));
  const form = within.node?.kind === 'seq' ? 'list' : 'map';
  const raw = rawEntries(chosen, form);
  const values = chosen.map(({ node }, index): [string, Fields] => [String(paths[index].at(-1)), meaningOf(node) as Fields]);
  const plain = form === 'map' ? Object.fromEntries(values) : values.map(([, value]) => value);
  const portForm = portsHolder(draft, process, 'inputs').node?.kind === 'seq' ? 'list' : 'map';
  const fields: Fields = {
    run: {
      class: 'Workflow',
      inputs: collection(PORTS, [...inputs.values()].map(({ name, link }) => [name, { type: typeOfLink(process, link.to) }]), portForm),
      outputs: collection(PORTS, [...outputs].map(([short, { name, link }]) => [name, { type: outputType(process, link), outputSource: short }]), portForm),
      steps: raw === null ? plain : form === 'map' ? {} : []
    },
    in: collection(STEP_INPUTS, [...inputs.values()].map(({ name, link }) => [name, { source: link.text }]), inForm(process)),
    out: collection(STEP_OUTPUTS, [...outputs.values()].map(({ name }) => [name, {}]), 'list')
  };

  const [first] = paths;
  const container = first.slice(0, -1);
  const place = first.at(-1)!;
  let path: Path;
  if (typeof place === 'string') {
    path = [...container, edit.id];
    draft.set(path, fields, keyBefore(within, place));
  } else {
    path = first;
    draft.insert(container, place, { id: edit.id, ...fields });
  }
  // One of them may have the id that all of them get: the new step is in its place then.
  paths.filter(old => old.at(-1) !== path.at(-1) || typeof place === 'number').forEach(old => draft.remove(old));
  for (const { links } of sinksWith(draft, process, goesOut(inside))) {
    for (const link of links) {
      relink(draft, link, shortOf(link.to), `${edit.id}/${outputs.get(shortOf(link.to))!.name}`);
    }
  }

  draft.nextBatch();
  const stepsPath = [...path, 'run', 'steps'];
  if (raw !== null) {
    draft.set(stepsPath, new Raw(raw, plain));
    draft.nextBatch();
  }
  chosen.forEach((step, index) => {
    draft.moved(paths[index], [...stepsPath, form === 'map' ? paths[index].at(-1)! : index]);
    settle(draft, step, inputs);
  });
}

function outputType(process: IProcess, { to }: ILink): ReturnType<typeof typeOfOutput> {
  return to.kind === 'step' ? typeOfOutput(findStep(process, to.step), to.output) : typeOfLink(process, to);
}

/** The sources and ids of a step as they are in its new surroundings. */
function settle(draft: Draft, step: IStep, inputs: Crossing): void {
  for (const link of step.in.flatMap(input => input.links)) {
    const short = shortOf(link.to);
    const wanted = inputs.get(short)?.name ?? short;
    if (link.text !== wanted) {
      draft.set(draft.place(link.node), wanted);
    }
  }
  for (const { node, id } of absoluteIds(step)) {
    if (step.idNode !== node || typeof step.idNode.key !== 'string' || step.node.parent?.kind !== 'map') {
      draft.set(draft.place(node), id);
    }
  }
}
