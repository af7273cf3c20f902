import { buildGraph } from '../graph/index.js';
import type { IGraph, IGraphNode, IGraphOptions } from '../graph/model.js';
import { readProcesses } from '../process/index.js';
import { parseSource } from '../text/tree.js';

const graph = (text: string, options?: IGraphOptions): IGraph => buildGraph(readProcesses(parseSource(text, 'file:///w/main.cwl').source), options);
const nodeOf = (made: IGraph, id: string): IGraphNode => made.nodes.find(node => node.id === id)!;
const types = (ports: IGraphNode['inputs']): { [name: string]: string } => Object.fromEntries(ports.map(port => [port.name, port.typeText]));

const TOOL = '{class: CommandLineTool, inputs: {a: File, b: {type: int, default: 1}, c: string}, outputs: {x: File, y: "int[]"}}';

/** One step that runs the tool, with whatever else is given. */
const step = (more: string, run = TOOL): string => `
cwlVersion: v1.2
class: Workflow
inputs: {files: 'File[]', name: string, numbers: 'int[]'}
outputs: {out: {type: Any, outputSource: s/x}}
steps:
  s: {run: ${run}, in: {a: files, c: name}, out: [x, y]${more}}
`;

describe('the graph', () => {
  it('has inputs, steps and outputs in the order of the text, with ports and edges', () => {
    const made = graph(step(''));
    expect(made.nodes.map(({ id, kind }) => [id, kind])).toEqual([['input:files', 'input'], ['input:name', 'input'], ['input:numbers', 'input'], ['step:s', 'step'], ['output:out', 'output']]);
    const { inputs, outputs, run } = nodeOf(made, 'step:s');
    expect(inputs.map(port => [port.id, port.typeText, port.family, port.isConnected, port.hasDefault])).toEqual([
      ['step:s/in:a', 'File', 'file', true, false],
      ['step:s/in:b', 'int', 'number', false, true],
      ['step:s/in:c', 'string', 'string', true, false]
    ]);
    expect(outputs.map(port => [port.id, port.isArray, port.isConnected])).toEqual([['step:s/out:x', false, true], ['step:s/out:y', true, false]]);
    expect(run).toEqual({ class: 'CommandLineTool', text: null, uri: 'file:///w/main.cwl#s/run', state: 'here', why: null, canExpand: false, isExpanded: false });
    expect(made.edges.map(({ source, target, typeText }) => [source.port, target.port, typeText])).toEqual([
      ['input:files/out:files', 'step:s/in:a', 'File[]'],
      ['input:name/out:name', 'step:s/in:c', 'string'],
      ['step:s/out:x', 'output:out/in:out', 'File']
    ]);
  });

  it.each([
    ['', { x: 'File', y: 'int[]' }],
    [', when: $(true)', { x: 'File?', y: 'int[]?' }],
    [', scatter: a', { x: 'File[]', y: 'int[][]' }],
    [', scatter: a, when: $(true)', { x: '(File?)[]', y: '(int[]?)[]' }],
    [', scatter: [a, c], scatterMethod: dotproduct', { x: 'File[]', y: 'int[][]' }],
    [', scatter: [a, c], scatterMethod: flat_crossproduct', { x: 'File[]', y: 'int[][]' }],
    [', scatter: [a, c], scatterMethod: nested_crossproduct', { x: 'File[][]', y: 'int[][][]' }]
  ])('tells what a step with%s gives', (more, wanted) => {
    expect(types(nodeOf(graph(step(more)), 'step:s').outputs)).toEqual(wanted);
  });

  it('tells what a scattered step takes', () => {
    const { inputs, scatter } = nodeOf(graph(step(', scatter: [a, c], scatterMethod: dotproduct')), 'step:s');
    expect(inputs.map(port => [port.typeText, port.isScattered])).toEqual([['File[]', true], ['int', false], ['string[]', true]]);
    expect(scatter).toEqual({ ports: ['a', 'c'], method: 'dotproduct' });
  });

  it('shows linkMerge, pickValue, valueFrom and when', () => {
    const made = graph(`
cwlVersion: v1.2
class: Workflow
inputs: {p: File, q: File}
outputs: {o: {type: File, outputSource: [s/x, p], pickValue: first_non_null}}
steps:
  s:
    run: none.cwl
    when: $(inputs.w)
    in: {a: {source: [p, q, p], linkMerge: merge_flattened, valueFrom: '$(self[0])'}, w: {default: true}}
    out: [x]
`);
    expect(nodeOf(made, 'step:s')).toMatchObject({ when: '$(inputs.w)', inputs: [{ linkMerge: 'merge_flattened', valueFrom: '$(self[0])', hasDefault: true }, { hasDefault: true }] });
    expect(nodeOf(made, 'output:o').inputs[0].pickValue).toBe('first_non_null');
    expect(made.edges.map(({ index, linkMerge, pickValue }) => [index, linkMerge, pickValue])).toEqual([
      [0, 'merge_flattened', null], [1, 'merge_flattened', null], [2, 'merge_flattened', null], [0, null, 'first_non_null'], [1, null, 'first_non_null']
    ]);
    expect(new Set(made.edges.map(({ id }) => id)).size).toBe(5);
  });

  it('shows a step whose tool is not here with the ports that it names', () => {
    const { inputs, outputs, run } = nodeOf(graph(step('', 'gone.cwl')), 'step:s');
    expect([types(inputs), types(outputs)]).toEqual([{ a: 'File[]', c: 'string' }, { x: 'unknown', y: 'unknown' }]);
    expect(run).toMatchObject({ text: 'gone.cwl', uri: 'file:///w/gone.cwl', state: 'loading', class: '' });
  });

  it('has the ports that a step names besides those of its tool', () => {
    const { inputs, outputs } = nodeOf(graph(step('').replace('c: name}', 'extra: name}').replace('[x, y]', '[x, z]')), 'step:s');
    expect([types(inputs), types(outputs)]).toEqual([{ a: 'File', b: 'int', c: 'string', extra: 'string' }, { x: 'File', y: 'int[]', z: 'unknown' }]);
  });

  it('has no edge for a source that is not there', () => {
    const made = graph(step('').replace('a: files', 'a: nothing'));
    expect(made.edges.map(({ target }) => target.port)).toEqual(['step:s/in:c', 'output:out/in:out']);
    expect(nodeOf(made, 'step:s').inputs[0].isConnected).toBe(false);
  });

  it('keeps ids apart, whatever they have in them', () => {
    const made = graph(`
class: Workflow
inputs: [{id: a, type: File}, {id: a, type: File}, {id: 'b/c:d', type: File}, {id: __proto__, type: File}]
outputs: []
steps: [{id: s, in: [{id: x, source: a}, {id: x, source: b/c:d}], out: [o, o]}, {id: s, in: {y: __proto__}, out: []}, {id: 's:2', in: {}, out: []}, {in: [], out: []}]
`);
    const ids = [...made.nodes, ...made.edges, ...made.nodes.flatMap(node => [...node.inputs, ...node.outputs])].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(made.nodes.map(({ id }) => id)).toEqual(['input:a', 'input:a:2', 'input:b%2Fc%3Ad', 'input:__proto__', 'step:s', 'step:s:2', 'step:s%3A2', 'step:']);
    expect(made.edges.map(({ source, target }) => [source.node, target.port])).toEqual([
      ['input:a', 'step:s/in:x'], ['input:b%2Fc%3Ad', 'step:s/in:x:2'], ['input:__proto__', 'step:s:2/in:y']
    ]);
  });

  it('of a tool is one node with its ports', () => {
    const made = graph('class: CommandLineTool\nlabel: Sort\ndoc: [one, two]\ninputs: {a: File?}\noutputs: {o: stdout}\n');
    expect(made.process).toMatchObject({ class: 'CommandLineTool', label: 'Sort' });
    expect(made.nodes).toMatchObject([{ id: 'tool', name: 'main.cwl', label: 'Sort', doc: 'one\ntwo', inputs: [{ id: 'input:a', isOptional: true }], outputs: [{ id: 'output:o', family: 'file' }] }]);
  });

  it('shows the process of a packed document that is asked for', () => {
    const text = '$graph:\n- {id: a, class: CommandLineTool, inputs: {}, outputs: {}}\n- {id: main, class: Workflow, inputs: {}, outputs: {}, steps: {}}\n';
    expect([graph(text).process?.id, graph(text, { process: 'a' }).process?.id, graph(text, { process: 'b' }).process, graph('x').process]).toEqual(['main', 'a', null, null]);
  });

  it('is plain data', () => {
    const made = graph(step(', scatter: a'));
    expect(structuredClone(made)).toEqual(made);
  });
});

describe('expanding', () => {
  const nested = (depth: number): string => (depth === 0 ? TOOL : `{class: Workflow, inputs: {f: File}, outputs: {o: {type: File, outputSource: t/x}}, steps: {t: {run: ${nested(depth - 1)}, in: {a: f}, out: [x]}}}`);
  const root = (depth: number): string => step('', nested(depth)).replace('a: files', 'f: files');

  it('shows what is in a step, with its own edges, and leaves the rest as it is', () => {
    const closed = graph(root(2));
    expect(nodeOf(closed, 'step:s').run).toMatchObject({ canExpand: true, isExpanded: false });
    const made = graph(root(2), { expand: new Set(['step:s', 'step:nothing']) });
    expect(made.nodes.slice(0, closed.nodes.length).map(({ id }) => id)).toEqual(closed.nodes.map(({ id }) => id));
    expect(made.nodes.slice(closed.nodes.length).map(({ id, parent, kind }) => [id, parent, kind])).toEqual([
      ['step:s/input:f', 'step:s', 'input'], ['step:s/step:t', 'step:s', 'step'], ['step:s/output:o', 'step:s', 'output']
    ]);
    expect(nodeOf(made, 'step:s').run).toMatchObject({ canExpand: true, isExpanded: true });
    expect(nodeOf(made, 'step:s/step:t').run).toMatchObject({ canExpand: true, isExpanded: false });
    expect(made.edges.slice(closed.edges.length).map(({ source, target }) => [source.port, target.port])).toEqual([
      ['step:s/input:f/out:f', 'step:s/step:t/in:a'], ['step:s/step:t/out:x', 'step:s/output:o/in:o']
    ]);
  });

  it('ends at eight levels', () => {
    const steps = (made: IGraph): number => made.nodes.filter(({ run }) => run?.isExpanded).length;
    expect([steps(graph(root(5), { expand: 'all' })), steps(graph(root(15), { expand: 'all' }))]).toEqual([5, 8]);
  });

  it('ends where a workflow runs itself', () => {
    const made = graph(`
cwlVersion: v1.2
$graph:
- {id: main, class: Workflow, inputs: {}, outputs: {}, steps: {a: {run: '#b', in: {}, out: []}, again: {run: '#main', in: {}, out: []}}}
- {id: b, class: Workflow, inputs: {}, outputs: {}, steps: {c: {run: '#main', in: {}, out: []}, d: {run: '#b', in: {}, out: []}}}
`, { expand: 'all' });
    expect(made.nodes.map(({ id, run }) => [id, run?.state, run?.isExpanded])).toEqual([
      ['step:a', 'here', true], ['step:again', 'recursive', false], ['step:a/step:c', 'recursive', false], ['step:a/step:d', 'recursive', false]
    ]);
  });

  it('ends at 5,000 nodes, though one workflow is run from everywhere', () => {
    const levels = Array.from({ length: 6 }, (_, level) => `- id: w${level}\n  class: Workflow\n  inputs: {}\n  outputs: {}\n  steps: {${Array.from({ length: 12 }, (_item, index) => `s${index}: {run: '#w${level + 1}', in: {}, out: []}`).join(', ')}}\n`);
    const made = graph(`cwlVersion: v1.2\n$graph:\n${levels.join('')}- {id: w6, class: CommandLineTool, inputs: {}, outputs: {}}\n`, { expand: 'all' });
    expect(made.nodes.length).toBeLessThanOrEqual(5_000);
    expect(made.nodes.length).toBeGreaterThan(4_900);
  });

  it('shows all of a document with more steps than that', () => {
    const steps = Array.from({ length: 6_000 }, (_, index) => `  s${index}: {run: t.cwl, in: {a: ${index ? `s${index - 1}/o` : 'x'}}, out: [o]}\n`).join('');
    const made = graph(`class: Workflow\ninputs: {x: File}\noutputs: {}\nsteps:\n${steps}`, { expand: 'all' });
    expect([made.nodes.length, made.edges.length]).toEqual([6_001, 6_000]);
  }, 60_000);
});
