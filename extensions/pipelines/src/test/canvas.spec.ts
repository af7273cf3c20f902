import { addStep, aligned, connect, copied, disconnect, duplicate, paste, reconnect, relative, remove } from '../editor/canvas/actions';
import { isFit, reasonOf } from '../editor/canvas/compatible';
import { curve } from '../editor/canvas/curve';
import { flowEdges, flowNodes, withPath } from '../editor/canvas/flow';
import { walk, walkPorts } from '../editor/canvas/keys';
import { marksOf } from '../editor/canvas/marks';
import { pictureOf } from '../editor/canvas/picture';
import { found } from '../editor/canvas/search';
import { GROUP, groupPort, holderOf, pathOf, shownOf } from '../editor/canvas/shown';
import { nodeText } from '../editor/canvas/words';
import { freeName } from '../names';
import { trans, viewOf, WORKFLOW } from './graph-parts';

const manyInputs = `cwlVersion: v1.2
class: Workflow
inputs:
${Array.from({ length: 14 }, (_, index) => `  in${index}: File`).join('\n')}
outputs: {}
steps:
  a: {run: {class: CommandLineTool, inputs: {x: File, y: File}, outputs: {}}, in: {x: in0, y: in1}, out: []}
`;

describe('what is shown', () => {
  it('folds ports that nothing uses, and shows them when asked to', () => {
    const { view } = viewOf();
    const align = shownOf(view.graph).nodes.find(({ name }) => name === 'align')!;
    expect([align.inputs.map(({ name }) => name), align.folded]).toEqual([['reads', 'name'], 4]);
    const whole = shownOf(view.graph, { unfolded: new Set(['step:align']) }).nodes.find(({ name }) => name === 'align')!;
    expect([whole.inputs.length, whole.folded, whole.canFold]).toEqual([5, 0, true]);
    const kept = shownOf(view.graph, { kept: new Set(['step:align/in:seed']) }).nodes.find(({ name }) => name === 'align')!;
    expect(kept.inputs.map(({ name }) => name)).toContain('seed');
  });

  it('keeps what a step needs, and outputs of one that gives nothing to anything yet', () => {
    const step = (outputs: string, more = ''): string => `cwlVersion: v1.2
class: Workflow
inputs: {a: File}
outputs: {${more}}
steps:
  s: {run: {class: CommandLineTool, inputs: {x: File, y: File, p: int?, q: {type: int, default: 1}, r: string?}, outputs: {${outputs}}}, in: {x: a}, out: [o1]}
`;
    const card = (source: string): (string[] | number)[] => {
      const { inputs, outputs, folded } = shownOf(viewOf(source).view.graph).nodes.find(({ name }) => name === 's')!;
      return [inputs.map(({ name }) => name), outputs.map(({ name }) => name), folded];
    };
    expect(card(step('o1: File, o2: File'))).toEqual([['x', 'y'], ['o1', 'o2'], 3]);
    expect(card(step('o1: File, o2: File', 'end: {type: File, outputSource: s/o1}'))).toEqual([['x', 'y'], ['o1'], 4]);
    const many = Array.from({ length: 9 }, (_, index) => `o${index + 1}: File`).join(', ');
    expect(card(step(many))).toEqual([['x', 'y'], ['o1', 'o2', 'o3', 'o4', 'o5', 'o6'], 6]);
  });

  it('puts many inputs in one card, which can be closed', () => {
    const { view } = viewOf(manyInputs);
    const open = shownOf(view.graph);
    expect(open.nodes.map(({ id }) => id)).toEqual([GROUP, 'step:a']);
    expect(open.nodes[0]).toMatchObject({ folded: 12, isClosed: false });
    expect(open.edges.map(({ source }) => source)).toEqual([{ node: GROUP, port: 'input:in0/out:in0' }, { node: GROUP, port: 'input:in1/out:in1' }]);
    const closed = shownOf(view.graph, { closed: new Set([GROUP]) });
    expect(closed.edges.map(({ source }) => source.port)).toEqual([groupPort(GROUP), groupPort(GROUP)]);
    expect(shownOf(view.graph, { isGrouped: false }).nodes).toHaveLength(15);
    expect(holderOf(open, 'input:in0')?.id).toBe(GROUP);
  });

  it('shows what a step runs alone', () => {
    const { view } = viewOf();
    view.enter('step:deep');
    const shown = view.shown(view.graph, new Set());
    expect(shown.nodes.map(({ id, parent }) => [id, parent])).toEqual([['step:deep/input:table', null], ['step:deep/step:last', null], ['step:deep/output:end', null]]);
    expect(shown.edges).toHaveLength(2);
    expect(view.inside('step:deep').place).toEqual({ within: ['deep'] });
    view.enter(null);
    expect(view.shown(view.graph, new Set()).nodes.find(({ name }) => name === 'align')!.image).toBe('bwa:1');
  });

  it('goes back to what is there when what is shown alone is undone, but not while it is read', () => {
    const { view, text, said } = viewOf();
    expect(view.edit(null, { kind: 'extract-steps', steps: ['align', 'count'], id: 'both' })).toBe(true);
    view.enter('step:both');
    const changed = jest.fn();
    view.changed.connect(changed);
    view.model.undo();
    expect([view.scope, changed.mock.calls.length]).toEqual([null, 1]);
    expect(view.shown(view.graph, new Set()).nodes.map(({ name }) => name)).toContain('align');
    view.enter('step:deep');
    expect(view.edit({ parent: 'step:deep' }, { kind: 'extract-steps', steps: ['last'], id: 'inner' })).toBe(true);
    view.enter('step:deep/step:inner');
    view.model.undo();
    expect(view.scope).toBe('step:deep');
    expect(said.join()).not.toContain('cannot be changed');
    // Somebody is typing.
    const at = text.getSource().indexOf('steps:');
    text.updateSource(at, at, '}{');
    text.updateSource(at, at + 2, '');
    expect(view.scope).toBe('step:deep');
    const run = text.getSource().indexOf('  deep:\n    run:\n      class: Workflow');
    text.updateSource(run + '  deep:\n    run:\n      class: '.length, run + '  deep:\n    run:\n      class: Workflow'.length, 'Operation');
    expect(view.scope).toBeNull();
  });

  it('follows the path of what is chosen both ways, and from a port its own edges alone', () => {
    const { view } = viewOf();
    const shown = shownOf(view.graph);
    const path = pathOf(shown, new Set(['step:count']));
    expect([...path.nodes].sort()).toEqual(['input:name', 'input:reads', 'output:table', 'step:align', 'step:count', 'step:deep']);
    expect([...pathOf(shown, new Set(['input:name/out:name'])).nodes]).toContain('step:deep');
    expect(pathOf(shown, new Set(['step:align/in:name'])).edges).toEqual(new Set(['input:name/out:name>step:align/in:name']));
  });
});

it('keeps nodes that are as before, so that they are not drawn again', async () => {
  const { view, text } = viewOf();
  const draw = async (before: ReturnType<typeof flowNodes>) => {
    const shown = view.shown(view.graph, new Set());
    return flowNodes(shown, await view.layouts.places(shown), marksOf([]), before);
  };
  const one = await draw([]);
  const at = text.getSource().indexOf('count:');
  text.updateSource(at + 6, at + 6, '\n    label: Count');
  const two = await draw(one);
  const same = two.filter((node, index) => node === one[index]).map(({ id }) => id);
  expect(same).toEqual(['input:reads', 'input:name', 'step:align', 'step:deep', 'output:table']);
  const shown = view.shown(view.graph, new Set());
  const path = pathOf(shown, new Set(['step:deep']));
  const edges = flowEdges(shown, path, []);
  expect(flowEdges(shown, path, edges).every((edge, index) => edge === edges[index])).toBe(true);
  expect(edges.filter(({ className }) => className!.includes('jp-mod-dim')).map(({ target }) => target)).toEqual(['output:table']);
  expect(withPath(two, path).filter(({ className }) => className).map(({ id }) => id)).toEqual(['output:table']);
});

it('leaves a node in the hand of who holds it', async () => {
  const { view } = viewOf();
  const shown = view.shown(view.graph, new Set());
  const places = await view.layouts.places(shown);
  const held = flowNodes(shown, places, marksOf([]), []).map(node => (node.id === 'step:count' ? { ...node, position: { x: 7, y: 9 }, dragging: true } : node));
  const problem = { code: 'x', uri: '', range: { from: 0, to: 0 }, position: { line: 1, column: 1 }, fixes: [], severity: 'error', message: 'one', node: 'step:count' };
  // Twice, as the second reader and cwltool each come with theirs.
  const once = flowNodes(shown, places, marksOf([problem] as never), held);
  const twice = flowNodes(shown, places, marksOf([]), once).find(({ id }) => id === 'step:count')!;
  expect([once.find(({ id }) => id === 'step:count')!.data.marks!.count, twice.position]).toEqual([1, { x: 7, y: 9 }]);
  // Let go, it is where its place is.
  const [at] = flowNodes(shown, places, marksOf([]), [{ ...twice, dragging: false }]).filter(({ id }) => id === 'step:count');
  expect(at!.position.y).toBe(places.get('step:count')!.y);
});

it('draws around what stands between, until an end is moved', () => {
  const way = [{ x: 10, y: 0 }, { x: 20, y: 50 }, { x: 80, y: 50 }, { x: 90, y: 0 }];
  expect(curve({ x: 110, y: 100 }, { x: 190, y: 100 }, way)).toContain(' 120,150 ');
  expect(curve({ x: 10, y: 0 }, { x: 90, y: 30 }, way)).not.toContain('50,50');
  expect(curve({ x: 10, y: 0 }, { x: 90, y: 30 }, undefined).match(/C/g)).toHaveLength(1);
});

describe('connections', () => {
  it('are offered where types go together, and else said why not', () => {
    const { view } = viewOf();
    const targets = new Map(view.targetsOf('step:align/out:log').map(target => [target.port.id, target]));
    expect(isFit(targets.get('step:count/in:bams')!.fit)).toBe(true);
    expect(reasonOf(targets.get('step:align/in:name')!.fit)).toMatch(/circle/);
    expect(isFit(new Map(view.targetsOf('input:name/out:name').map(target => [target.port.id, target])).get('step:count/in:one')!.fit)).toBe(false);
    // Backwards, from an input to what comes before.
    expect(view.targetsOf('step:deep/in:table').every(({ side }) => side === 'out')).toBe(true);
  });

  it('are made, cut and undone, and the text has them', () => {
    const { view, text, said } = viewOf();
    expect(connect(view, 'step:count/in:one', 'step:align/out:log')).toBe(true);
    expect(text.getSource()).toContain('one: align/log');
    // Who does not see the line hears of it.
    expect(said.at(-1)).toBe('align/log connected with count/one');
    const edge = view.graph.edges.find(({ target }) => target.port === 'step:count/in:one')!;
    expect(disconnect(view, edge)).toBe(true);
    expect(said.at(-1)).toBe('align/log disconnected from count/one');
    expect(text.getSource()).not.toContain('align/log');
    view.model.undo();
    view.model.undo();
    expect(text.getSource()).toBe(WORKFLOW);
  });

  it('take the place of one that is there, where no list is wanted', () => {
    const { view, text } = viewOf(`cwlVersion: v1.2
class: Workflow
inputs: {a: File, b: File}
outputs: {}
steps:
  s: {run: {class: CommandLineTool, inputs: {x: File}, outputs: {}}, in: {x: a}, out: []}
`);
    expect(view.targetsOf('input:b/out:b')[0]).toMatchObject({ fit: 'yes', isReplacing: true });
    expect(connect(view, 'input:b/out:b', 'step:s/in:x')).toBe(true);
    expect(text.getSource()).toContain('in: {x: b}');
  });
});

describe('connections that are moved', () => {
  const TAKEN = `cwlVersion: v1.2
class: Workflow
inputs: {a: File, b: File, c: File}
outputs: {}
steps:
  one: {run: {class: CommandLineTool, inputs: {x: File, y: File}, outputs: {}}, in: {x: a, y: b}, out: []}
`;

  it('take the place of what their new port had, where it takes one thing', () => {
    const { view, text } = viewOf(TAKEN);
    expect(reconnect(view, view.graph.edges[0]!, 'input:a/out:a', 'step:one/in:y')).toBe(true);
    expect(text.getSource()).toContain('in: {x: {}, y: a}');
    expect(text.getSource()).not.toContain('Requirement');
  });

  it('leave the other sources of their port alone', () => {
    const { view, text } = viewOf(TAKEN.replace('x: File', 'x: "File[]"').replace('x: a', 'x: [a, b]'));
    expect(reconnect(view, view.graph.edges[0]!, 'input:c/out:c', 'step:one/in:x')).toBe(true);
    expect(text.getSource()).toContain('x: [b, c]');
  });
});

describe('steps', () => {
  it('are removed, several as one step of undo', () => {
    const { view, text, said } = viewOf();
    expect(remove(view, ['step:count', 'step:deep'], [])).toBe(true);
    expect(said).toEqual(['2 removed']);
    expect(view.graph.nodes.filter(({ kind }) => kind === 'step').map(({ name }) => name)).toEqual(['align']);
    view.model.undo();
    expect(text.getSource()).toBe(WORKFLOW);
  });

  it('are copied as CWL, and pasted elsewhere under free names with what they run', () => {
    const one = viewOf('cwlVersion: v1.2\nclass: Workflow\ninputs: {}\noutputs: {}\nsteps:\n  a: {run: ../tools/x.cwl, in: {}, out: []}\n').view;
    const text = copied(one, ['step:a'])!;
    expect(text).toContain('contents:///tools/x.cwl');
    const other = viewOf('cwlVersion: v1.2\nclass: Workflow\ninputs: {}\noutputs: {}\nsteps:\n  a: {run: y.cwl, in: {}, out: []}\n');
    expect(paste(other.view, text)).toBe(true);
    expect(other.view.graph.nodes.map(({ run }) => run!.text)).toEqual(['y.cwl', '../tools/x.cwl']);
    expect(paste(other.view, 'steps:\n  b: {run: z.cwl, in: {}, out: []}\n')).toBe(true);
    expect(other.view.graph.nodes).toHaveLength(3);
    expect(paste(other.view, 'hello')).toBe(false);
    expect(other.said.at(-1)).toMatch(/no steps/);
  });

  it('are duplicated and added under free names', () => {
    const { view } = viewOf();
    expect(duplicate(view, ['step:count'])).toBe(true);
    expect(view.model.selected).toBe('step:count_copy');
    expect(addStep(view, 'count.cwl')).toBe(true);
    expect(view.graph.nodes.filter(({ kind }) => kind === 'step').map(({ name }) => name).sort()).toEqual(['align', 'count', 'count_2', 'count_copy', 'deep']);
    expect(freeName('a', new Set(['a', 'a_2']))).toBe('a_3');
  });

  it('name files beside the document, as URIs do', () => {
    expect(relative('contents:///a/b.cwl', 'contents:///a/my%20tools/n%231.cwl')).toBe('my%20tools/n%231.cwl');
    expect(relative('contents:///a/b.cwl', 'contents:///a/c/d.cwl#x')).toBe('c/d.cwl#x');
    expect(relative('contents:///a/b.cwl', 'contents:///a/b.cwl#tool')).toBe('#tool');
    expect(relative('contents:///a/b.cwl', 'https://example.org/t.cwl')).toBe('https://example.org/t.cwl');
  });
});

it('aligns and spreads', () => {
  const boxes = [{ id: 'a', x: 0, y: 0, width: 10, height: 10 }, { id: 'b', x: 5, y: 40, width: 20, height: 10 }, { id: 'c', x: 100, y: 90, width: 10, height: 10 }];
  expect(aligned(boxes, 'right').map(([, { x }]) => x)).toEqual([100, 90, 100]);
  expect(aligned(boxes, 'across').map(([id, { x }]) => [id, x])).toEqual([['a', 0], ['b', 45], ['c', 100]]);
});

it('walks along edges, within a column, and among ports', async () => {
  const { view } = viewOf();
  const shown = view.shown(view.graph, new Set());
  const places = await view.layouts.places(shown);
  expect(walk(shown, places, null, 'ArrowRight')).toBe('input:reads');
  expect(walk(shown, places, 'input:reads', 'ArrowRight')).toBe('step:align');
  expect(walk(shown, places, 'step:align', 'ArrowRight')).toBe('step:count');
  expect(walk(shown, places, 'step:count', 'ArrowLeft')).toBe('step:align');
  const align = shown.nodes.find(({ name }) => name === 'align')!;
  expect(walkPorts(align, 'step:align/in:reads', 'ArrowDown')).toBe('step:align/in:name');
  expect(walkPorts(align, 'step:align/in:name', 'ArrowRight')).toBe('step:align/out:bam');
});

it('finds steps, ports and types', () => {
  const { view } = viewOf();
  const shown = shownOf(view.graph);
  expect(found(shown, 'COUNT')).toEqual(['step:count']);
  expect(found(shown, 'string')).toEqual(['input:name', 'step:align/in:name']);
  expect(found(shown, ' ')).toEqual([]);
  expect(nodeText(shown.nodes[0]!, trans)).toBe('Input reads, File[]');
});

it('counts problems at the node and at the port, the worst first', () => {
  const at = { code: 'x', uri: '', range: { from: 0, to: 0 }, position: { line: 1, column: 1 }, fixes: [] };
  const marks = marksOf([
    { ...at, severity: 'info', message: 'one', node: 'step:a' },
    { ...at, severity: 'error', message: 'two', node: 'step:a/in:x' },
    { ...at, severity: 'warning', message: 'three', node: null }
  ] as never);
  expect(marks.get('step:a')).toEqual({ count: 2, worst: 'error', messages: ['one', 'two'], first: 'step:a/in:x', ports: { 'step:a/in:x': { worst: 'error', messages: ['two'] } } });
  expect(marks.get(null)!.count).toBe(1);
});

it('makes a picture with text as text, whatever a label says', async () => {
  const { view } = viewOf();
  view.model.expand('step:deep', true);
  const shown = view.shown(view.graph, new Set());
  const look = { font: 'a"b', paper: '#fff', card: '#fff', border: '#000', text: '#000', quiet: '#666', accent: '#00f', families: {}, measure: (text: string) => text.length * 6, way: () => undefined };
  const { svg } = pictureOf(shown, await view.layouts.places(shown), look);
  const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml');
  expect(parsed.querySelector('parsererror')).toBeNull();
  expect(parsed.querySelector('b')).toBeNull();
  expect([...parsed.querySelectorAll('text')].map(({ textContent }) => textContent)).toContain('Align <b>reads</b>');
  expect(parsed.querySelectorAll('path').length).toBeGreaterThanOrEqual(shown.edges.length);
});

it('says what could not follow what was removed, and nothing over it', () => {
  const { view, said } = viewOf(`cwlVersion: v1.2
class: Workflow
requirements: {StepInputExpressionRequirement: {}}
inputs: {a: File}
outputs: {}
steps:
  s: {run: {class: Workflow, inputs: {x: File, y: string}, outputs: {}, steps: {}}, in: {x: a, y: {valueFrom: $(inputs.x.path)}}, out: []}
`);
  view.enter('step:s');
  expect(remove(view, ['step:s/input:x'], [])).toBe(true);
  expect(said).toEqual([expect.stringContaining('still names')]);
});
