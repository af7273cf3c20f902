import { open } from '../document.js';
import type { Edit, From, To } from '../edits/kinds.js';
import type { IProcess } from '../process/model.js';
import type { Json } from '../text/node.js';
import { parseSource } from '../text/tree.js';
import { STYLES, TOOL } from './edits-documents.js';
import { randomOf, type IRandom } from './random.js';

const TYPES: Json[] = ['File', 'string[]', 'int?', ['null', 'File'], { type: 'array', items: 'File' }, { type: 'enum', symbols: ['a', 'b'] }];
const EXPRESSIONS = ['$(inputs.reads)', '$(self)', '${ return inputs["x y"]; }', '$(inputs.a.b + 1)'];
const ODD = ['a/b', '', 'ü b', '__proto__', 'constructor', '1', 'yes', "it's", 'a: b', '~'];

/** An edit of a process that may well be refused. */
function editOf(process: IProcess, random: IRandom): Edit {
  const { below, chance, pick } = random;
  const name = (): string => (chance(0.15) ? pick(ODD) : `n${below(30)}`);
  const one = (items: readonly { id: string }[]): string => (items.length > 0 && chance(0.95) ? pick(items).id : name());
  const step = (): IProcess['steps'][number] | undefined => (process.steps.length > 0 ? pick(process.steps) : undefined);
  const within = (side: 'in' | 'out'): { step: string; at: string } => {
    const chosen = step();
    return { step: chosen?.id ?? 'none', at: one(chosen?.[side] ?? []) };
  };
  const inner = (): { step: string; input: string } => (({ step: id, at }) => ({ step: id, input: at }))(within('in'));
  const outer = (): { step: string; output: string } => (({ step: id, at }) => ({ step: id, output: at }))(within('out'));
  const from = (): From => (chance(0.5) ? { input: one(process.inputs) } : outer());
  const to = (): To => (chance(0.3) ? { output: one(process.outputs) } : inner());
  const link = (): { from: From; to: To } => {
    const input = inner();
    const found = process.steps.find(({ id }) => id === input.step)?.in.find(({ id }) => id === input.input)?.links[0]?.to;
    return { from: found?.kind === 'input' ? { input: found.input } : found?.kind === 'step' ? { step: found.step, output: found.output } : from(), to: input };
  };
  const id = (): string => one(process.steps);
  const edits: (() => Edit)[] = [
    () => ({ kind: 'add-step', id: name(), run: 'x.cwl', in: { a: one(process.inputs), b: { default: 1 } }, out: ['o'], after: chance(0.5) ? null : undefined }),
    () => ({ kind: 'remove-step', step: id() }), () => ({ kind: 'rename-step', step: id(), id: name() }), () => ({ kind: 'duplicate-step', step: id(), id: name() }),
    () => ({ kind: 'connect', from: from(), to: to(), replace: chance(0.3) }), () => ({ kind: 'connect', from: from(), to: to(), index: 0 }), () => ({ kind: 'disconnect', ...link() }),
    () => ({ kind: 'extract-steps', steps: [id(), id()], id: name() }),
    () => ({ kind: 'inline-step', step: process.steps.find(({ run }) => run.process?.class === 'Workflow')?.id ?? id() }),
    () => ({ kind: 'paste-steps', steps: { [name()]: { run: 'y.cwl', in: { a: one(process.inputs), b: 'nowhere' }, out: ['o'] } } }),
    () => ({ kind: 'set-run', step: id(), run: 'z.cwl' }),
    () => (({ step: at, input }) => ({ kind: 'set-scatter', step: at, scatter: chance(0.3) ? [] : [input] }) as const)(inner()),
    () => ({ kind: 'set-when', step: id(), when: chance(0.3) ? null : pick(EXPRESSIONS) }),
    () => ({ kind: 'set-link-merge', to: to(), linkMerge: pick(['merge_nested', 'merge_flattened', null]) }),
    () => ({ kind: 'set-pick-value', to: to(), pickValue: pick(['first_non_null', null]) }),
    () => ({ kind: 'set-value-from', ...inner(), valueFrom: chance(0.3) ? null : pick(EXPRESSIONS) }),
    () => ({ kind: 'set-step-default', ...inner(), default: pick<Json | undefined>([undefined, null, 1, 'x', { class: 'File', path: 'a' }]) }),
    () => ({ kind: 'add-step-input', step: id(), input: name() }), () => ({ kind: 'remove-step-input', ...inner() }), () => ({ kind: 'rename-step-input', ...inner(), id: name() }),
    () => ({ kind: 'add-step-output', step: id(), output: name() }), () => ({ kind: 'remove-step-output', ...outer() }), () => ({ kind: 'rename-step-output', ...outer(), id: name() }),
    () => ({ kind: 'add-input', id: name(), type: pick(TYPES), label: chance(0.5) ? 'A: b' : undefined, after: chance(0.5) ? null : undefined }),
    () => ({ kind: 'remove-input', id: one(process.inputs) }), () => ({ kind: 'rename-input', input: one(process.inputs), id: name() }),
    () => ({ kind: 'retype-input', input: one(process.inputs), type: pick(TYPES) }),
    () => ({ kind: 'add-output', id: name(), type: pick(TYPES), from: process.class === 'Workflow' ? from() : undefined }),
    () => ({ kind: 'remove-output', id: one(process.outputs) }), () => ({ kind: 'rename-output', output: one(process.outputs), id: name() }),
    () => ({ kind: 'set-label', label: pick([null, 'a: b', 'two\nlines']), step: chance(0.5) ? undefined : id() }), () => ({ kind: 'set-doc', doc: pick([null, 'two\nlines\n']) }),
    () => ({ kind: 'set-port-field', port: { input: one(process.inputs) }, field: pick(['label', 'format', 'default']), value: pick<Json | undefined>([undefined, 'x', ['a', 'b']]) }),
    () => ({ kind: 'set-requirement', class: pick(['DockerRequirement', 'ResourceRequirement']), value: pick<{ [key: string]: Json }>([{}, { coresMin: 2 }, { dockerPull: 'a:b' }]), as: pick(['requirement', 'hint']) }),
    () => ({ kind: 'remove-requirement', class: process.requirements[0]?.class ?? 'X', as: 'requirement' }),
    () => ({ kind: 'set-arguments', arguments: pick<Json[]>([[], ['a'], ['a', { position: 1 }, 'c']]) }), () => ({ kind: 'set-base-command', baseCommand: pick([null, 'a', ['a', 'b']]) })
  ];
  return pick(edits)();
}

/** Refusals that tell of a fault of the edit, not of the document. */
const FAULTS = ['malformed-edit', 'would-break', 'conflict', 'not-found', 'exists', 'not-readable'];

const SEEDS = Array.from({ length: 5 }, (_, index) => index + 1);

describe.each(Object.entries({ ...STYLES, tool: TOOL }))('20 edits by chance: %s', (_, text) => {
  it.each(SEEDS)('are made or change nothing, leave what can be read, and are undone: seed %i', seed => {
    const random = randomOf(seed * 7919);
    const document = open(text, { uri: 'file:///w/main.cwl' });
    let made = 0;
    for (let count = 0; count < 20; count++) {
      const process = random.pick(document.processes);
      const edit: Edit = { ...(document.processes.length > 1 ? { process: process.id } : {}), ...editOf(process, random) };
      const before = document.text;
      const result = document.apply(edit);
      if (!result.ok) {
        expect([edit, FAULTS.includes(result.code) ? result : null]).toEqual([edit, null]);
        expect(document.text).toBe(before);
      } else if (document.text !== before) {
        made++;
      }
      expect(parseSource(document.text, 'file:///w/main.cwl').problems).toEqual([]);
      expect(document.readOnly).toBeNull();
    }
    expect(made).toBeGreaterThan(2);
    for (; made > 0; made--) {
      document.undo();
    }
    expect(document.text).toBe(text);
  });
});

/** What a workflow computes, by places instead of names. */
function shapeOf(process: IProcess): unknown {
  const inputs = process.inputs.map(({ id }) => id);
  const steps = process.steps.map(({ id }) => id);
  const ends = (item: object): unknown =>
    'links' in item
      ? (item as IProcess['steps'][number]['in'][number]).links.map(({ to }) => (
        to.kind === 'input' ? inputs.indexOf(to.input)
          : to.kind === 'step' ? [steps.indexOf(to.step), process.steps.find(({ id }) => id === to.step)?.out.findIndex(({ id }) => id === to.output)] : 'unknown'
      ))
      : null;
  return [process.steps.map(step => [step.in.map(ends), step.scatter.map(({ value }) => step.in.findIndex(({ id }) => id === value))]), process.outputs.map(ends)];
}

it.each(Object.entries(STYLES))('renaming everything keeps what is connected: %s', (_, text) => {
  const document = open(text, { uri: 'file:///w/main.cwl' });
  const shapes = (): unknown => document.processes.map(shapeOf);
  const before = shapes();
  const names = document.processes.map(({ id }) => id);
  document.processes.forEach(({ inputs, outputs, steps }, index) => {
    const process = names.length > 1 ? { process: names[index] } : {};
    const edits: Edit[] = [
      ...inputs.map(({ id }) => ({ ...process, kind: 'rename-input', input: id, id: `in ${id}` }) as const),
      ...outputs.map(({ id }) => ({ ...process, kind: 'rename-output', output: id, id: `out.${id}` }) as const),
      ...steps.map(({ id }) => ({ ...process, kind: 'rename-step', step: id, id: `é${id}` }) as const)
    ];
    for (const edit of edits) {
      expect(document.apply(edit)).toMatchObject({ ok: true });
    }
  });
  expect(shapes()).toEqual(before);
});
