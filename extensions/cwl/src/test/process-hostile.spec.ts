import { buildGraph } from '../graph/index.js';
import type { IProcess } from '../process/model.js';
import { linksOf, loaded, view } from './views.js';

describe('input that nobody means well', () => {
  it.each([
    '', 'null', '[]', '[[]]', '{}', '12', 'class: 3', '- - -', '$graph: 3', '$graph: {class: Workflow}',
    'class: Workflow\nsteps: [1, null, [2], {in: 3, out: {a: 1}, run: [x]}]\ninputs: 3\noutputs: [x]',
    'class: Workflow\nrequirements: 3\nhints: [x, {class: [1]}]\nsteps: {a: 1, b: [], c: {scatter: {x: 1}, in: {x: {source: {y: 1}}}}}',
    'class: &a [*a]', '<<: *x\nclass: Workflow',
    '$import: main.cwl', '$graph: [{$import: main.cwl}]', 'class: Workflow\ninputs: {$import: "#x"}\nid: x',
    '$namespaces: [1]\n$base: {}\nclass: Workflow', '%', '\u0000'
  ])('is read as something: %j', text => {
    expect(() => buildGraph(view(text), { expand: 'all' })).not.toThrow();
  });

  it('such as aliases that stand for billions is not followed to its end', () => {
    const levels = Array.from({ length: 12 }, (_, level) => `x${level + 1}: &x${level + 1} [${Array(9).fill(`*x${level}`).join(', ')}]`);
    const text = `class: CommandLineTool\nx0: &x0 [lol]\n${levels.join('\n')}\ninputs: {a: {type: *x12, default: *x12}}\noutputs: *x12\nrequirements: *x12\n`;
    const [process] = view(text);
    expect(process.inputs).toHaveLength(1);
    expect(process.requirements.length).toBeLessThan(200_000);
  });

  it('such as ten thousand imports of one file, or steps that all merge a large map', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => `i${index}: File`).join(', ');
    const steps = Array.from({ length: 2_000 }, (_, index) => `  s${index}: {<<: *d}\n`).join('');
    const [merged] = view(`class: Workflow\nx: &d {in: &i {${many}}, run: {class: CommandLineTool, inputs: *i}}\ninputs: {}\nsteps:\n${steps}`);
    const read = merged.steps.map(step => step.in.length).reduce((sum, count) => sum + count, 0);
    expect([read > 50_000, read < 200_000]).toEqual([true, true]);
    const [imported] = await loaded(
      `class: Workflow\ninputs: [${Array(5_000).fill('{$import: i.yml}').join(', ')}]\n`, { 'i.yml': `[${Array(5_000).fill('{id: a, type: File}').join(', ')}]` }
    );
    expect([imported.inputs.length > 50_000, imported.inputs.length < 200_000]).toEqual([true, true]);
  }, 60_000);

  it('such as lists ten thousand deep, or ids of a million parts', () => {
    expect(view(`class: Workflow\ninputs: ${'['.repeat(10_000)}`)).toEqual([]);
    const long = 'a/'.repeat(500_000);
    const steps = Array.from({ length: 2_000 }, (_, index) => `  s${index}: {in: {x: nothing, y: ${index ? `s${index - 1}/o` : 'z'}}, out: [o]}\n`).join('');
    const [process] = view(`class: Workflow\nid: ${long}\ninputs: {z: File}\nsteps:\n${steps}`);
    expect(process.steps.map(({ in: [x, y] }) => [...linksOf(x), ...linksOf(y)]).slice(0, 2)).toEqual([['?', 'z'], ['?', 's0.o']]);
    const ports = Array.from({ length: 2_000 }, (_, index) => `i${index}: {}`).join(', ');
    const graph = buildGraph(view(`class: Workflow\ninputs: {}\nsteps: [{id: ${long}, in: {${ports}}}, {id: ${long}b, in: {${ports}}}]\n`));
    expect(graph.nodes.map(({ name, inputs }) => [name.length, new Set(inputs.map(({ id }) => id)).size])).toEqual([[1_000_000, 2_000], [1_000_001, 2_000]]);
  }, 60_000);

  it('such as workflows in workflows as deep as the parser goes', () => {
    const depth = 30;
    const text = `${'{class: Workflow, inputs: {}, outputs: {}, steps: {s: {in: {}, out: [], run: '.repeat(depth)}x.cwl${'}}}'.repeat(depth)}`;
    let count = 0;
    for (let process: IProcess | null = view(text)[0]; process; process = process.steps[0]?.run.process ?? null) {
      count++;
    }
    expect(count).toBe(depth);
  });

  it('such as a chain of thousands of packed workflows, and a ring of them', () => {
    const count = 2_000;
    const chain = (next: (index: number) => number): string => `cwlVersion: v1.2\n$graph:\n${Array.from({ length: count }, (_, index) =>
      `- {id: w${index}, class: Workflow, inputs: {}, outputs: {}, steps: {s: {run: '#w${next(index)}', in: {}, out: []}}}\n`).join('')}`;
    const states = (text: string): string[] => view(text).map(({ steps: [step] }) => step.run.state).filter(state => state !== 'here');
    expect(states(chain(index => index + 1))).toEqual(['missing']);
    expect(states(chain(index => (index + 1) % count))).toEqual(['recursive']);
    expect(buildGraph(view(chain(index => (index + 1) % count)), { expand: 'all' }).nodes).toHaveLength(9);
  }, 60_000);
});
