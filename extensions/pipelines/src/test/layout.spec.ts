import { shownOf } from '../editor/canvas/shown';
import type { IShown } from '../editor/canvas/shown';
import { boxOf, METRICS, portsOf } from '../editor/layout/boxes';
import { Layouts } from '../editor/layout/places';
import type { Arrange } from '../editor/layout/places';
import type { Corners } from '../editor/layout/positions';
import { settle } from '../editor/layout/settle';
import { inRow, noPositions, viewOf, WORKFLOW } from './graph-parts';

const shown = (source = WORKFLOW, expand: string[] = []): IShown => {
  const { view } = viewOf(source);
  expand.forEach(id => view.model.expand(id, true));
  return shownOf(view.graph);
};

it('knows the size of a card and its ports without drawing it', () => {
  const align = shown().nodes.find(({ id }) => id === 'step:align')!;
  // Two ports in use, a strip for scatter, a row for the three that are folded.
  expect(boxOf(align).height).toBe(METRICS.header + METRICS.strip + 3 * METRICS.row + METRICS.foot);
  const named = (label: string): number => boxOf({ ...align, label }).width;
  expect(named('x'.repeat(30))).toBeGreaterThan(named('x'));
  expect([named('x') >= METRICS.least, named('x'.repeat(10_000))]).toEqual([true, METRICS.width]);
  expect(portsOf(align)[0]).toEqual({ id: 'step:align/in:reads', side: 'in', y: METRICS.header + METRICS.strip + METRICS.row / 2 });
});

it('arranges a level once, and leaves it when something is added', async () => {
  const arrange = jest.fn(inRow);
  const layouts = new Layouts(arrange, noPositions);
  const before = await layouts.places(shown());
  expect(arrange).toHaveBeenCalledTimes(1);
  const after = await layouts.places(shown(WORKFLOW.replace('steps:\n', 'steps:\n  more:\n    run: {class: CommandLineTool, inputs: {bam: File}, outputs: {}}\n    in: {bam: align/bam}\n    out: []\n')));
  expect(arrange).toHaveBeenCalledTimes(1);
  for (const [id, place] of before) {
    expect(after.get(id)).toMatchObject({ x: place.x, y: place.y });
  }
  const [more, align] = [after.get('step:more')!, after.get('step:align')!];
  expect(more.x).toBeGreaterThanOrEqual(align.x + align.width);
});

it('puts a new node where it was dropped, and a renamed one where it was', async () => {
  const layouts = new Layouts(inRow, noPositions);
  const before = await layouts.places(shown());
  layouts.put('step:more', { x: 7, y: 900 });
  const dropped = await layouts.places(shown(WORKFLOW.replace('steps:\n', 'steps:\n  more: {run: x.cwl, in: {}, out: []}\n')));
  expect(dropped.get('step:more')).toMatchObject({ x: 7, y: 900 });
  await layouts.places(shown());
  const renamed = await layouts.places(shown(WORKFLOW.replace('  count:', '  counted:').replace(/count\//g, 'counted/')));
  expect(renamed.get('step:counted')!.x).toBe(before.get('step:count')!.x);
});

it('makes room for a step that is unfolded, and shows its inputs and outputs at its edges', async () => {
  const layouts = new Layouts(inRow, noPositions);
  const before = await layouts.places(shown());
  const after = await layouts.places(shown(WORKFLOW, ['step:deep']));
  const frame = after.get('step:deep')!;
  expect(after.get('step:deep/input:table')!.x).toBe(0);
  const end = after.get('step:deep/output:end')!;
  expect(end.x + end.width).toBe(frame.width);
  expect(frame.ports.find(({ id }) => id === 'step:deep/in:table')!.y).toBe(after.get('step:deep/input:table')!.y + METRICS.endHeight / 2);
  const wider = frame.width - before.get('step:deep')!.width;
  expect(wider).toBeGreaterThan(0);
  expect(after.get('step:align')!.x).toBe(before.get('step:align')!.x);
  expect(after.get('output:table')!.x).toBe(before.get('output:table')!.x + wider);
  const folded = await layouts.places(shown());
  expect(folded.get('output:table')!.x).toBe(before.get('output:table')!.x);
});

it('is arranged around a sub-workflow that is opened and folded, as long as nobody has put anything anywhere', async () => {
  const arrange = jest.fn(inRow);
  const layouts = new Layouts(arrange, noPositions);
  const before = await layouts.places(shown());
  const opened = await layouts.places(shown(WORKFLOW, ['step:deep']));
  const tops = [...before.keys()];
  expect(arrange.mock.calls.at(-1)![0].nodes.map(({ id }) => id).sort()).toEqual([...tops].sort());
  // What somebody has opened stays where it was.
  expect(opened.get('step:deep')).toMatchObject({ x: before.get('step:deep')!.x, y: before.get('step:deep')!.y });
  expect(await layouts.places(shown())).toEqual(before);
  const times = arrange.mock.calls.length;
  layouts.moved(tops.map(id => [id, id === 'step:align' ? { x: 3, y: 400 } : before.get(id)!]));
  const put = await layouts.places(shown(WORKFLOW, ['step:deep']));
  expect(arrange).toHaveBeenCalledTimes(times);
  expect(put.get('step:align')).toMatchObject({ x: 3, y: 400 });
});

describe('what is written', () => {
  const RENAMED = WORKFLOW.replace('  count:', '  counted:').replace(/count\//g, 'counted/');
  const WITHOUT = WORKFLOW.replace(/ {2}deep:[^]*/, '');
  const kept = (read: Corners | null = null) => {
    const write = jest.fn<void, [Corners, readonly string[]]>();
    const layouts = new Layouts(inRow, { read: () => read, write });
    const last = (): { [id: string]: unknown } => Object.fromEntries(write.mock.calls.at(-1)![0]);
    return { layouts, write, last, moved: () => write.mock.calls.at(-1)![1] };
  };
  const at = { x: 5, y: 500 };

  it('says what was moved since', async () => {
    const { layouts, moved } = kept([['step:align', { x: 1, y: 1 }]]);
    const places = await layouts.places(shown());
    layouts.moved([...places].map(([id, place]) => [id, id === 'step:count' ? at : place]));
    expect(moved()).toEqual(['step:count']);
    layouts.moved([['step:align', at], ['step:count', at]]);
    expect(moved()).toEqual(['step:align']);
    await layouts.places(shown(RENAMED));
    expect(moved()).toEqual(['step:counted']);
    layouts.put('step:more', at);
    await layouts.places(shown(RENAMED.replace('steps:\n', 'steps:\n  more: {run: x.cwl, in: {}, out: []}\n')));
    expect(moved()).toEqual(['step:more']);
  });

  it('is what is there, with what is in a step that is folded; what comes back is where it was', async () => {
    const { layouts, last } = kept([['step:gone', at], ['step:gone/step:in', at], ['step:deep/step:last', { x: 44, y: 4 }], ['step:deep/step:deeper/step:x', at], ['input:name', at]]);
    await layouts.places(shown());
    layouts.moved([['step:deep', at]]);
    expect(Object.keys(last()).sort()).toEqual(['input:name', 'input:reads', 'output:table', 'step:align', 'step:count', 'step:deep', 'step:deep/step:deeper/step:x', 'step:deep/step:last']);
    await layouts.places(shown(WORKFLOW, ['step:deep']));
    layouts.moved([['step:align', at]]);
    expect(Object.keys(last())).not.toContain('step:deep/step:deeper/step:x');
    await layouts.places(shown(WITHOUT));
    layouts.moved([['step:align', { x: 1, y: 1 }]]);
    expect(Object.keys(last()).filter(id => id.includes('deep'))).toEqual([]);
    expect((await layouts.places(shown())).get('step:deep')).toMatchObject(at);
    expect(last()['step:deep']).toEqual(at);
    expect(last()['step:deep/step:last']).toBeDefined();
  });

  it('has all of the document where a part of it is shown alone, and inputs that stand in one card', async () => {
    const { layouts, last } = kept();
    await layouts.places(shown());
    const { view } = viewOf();
    view.model.expand('step:deep', true);
    await layouts.places(shownOf(view.graph, { scope: 'step:deep' }));
    layouts.moved([['step:deep/step:last', at]]);
    expect(Object.keys(last())).toEqual(expect.arrayContaining(['input:name', 'step:align', 'step:deep', 'step:deep/step:last']));
    await layouts.places(shownOf(viewOf().view.graph, { isGrouped: true }));
    layouts.moved([['group:inputs', at]]);
    expect(Object.keys(last())).toEqual(expect.arrayContaining(['input:name', 'input:reads', 'group:inputs']));
    await layouts.places(shown());
    layouts.moved([['step:align', at]]);
    expect(last()['group:inputs']).toEqual(at);
  });

  it('has a step that was renamed and moved where it is when its name is taken back', async () => {
    const { layouts, last } = kept();
    await layouts.places(shown());
    await layouts.places(shown(RENAMED));
    layouts.moved([['step:counted', at]]);
    expect(Object.keys(last())).not.toContain('step:count');
    expect((await layouts.places(shown())).get('step:count')).toMatchObject(at);
    expect(Object.keys(last())).not.toContain('step:counted');
  });
});

describe('while another is arranged', () => {
  const turn = (): Promise<void> => new Promise(resolve => setTimeout(resolve));
  const waiting = () => {
    const waits: (() => void)[] = [];
    const arrange = jest.fn<ReturnType<Arrange>, Parameters<Arrange>>(level => new Promise(resolve => waits.push(() => resolve(inRow(level)))));
    const layouts = new Layouts(arrange, noPositions);
    return { layouts, arrange, next: async () => (await turn(), waits.shift()!(), turn()) };
  };

  it('only what is wanted last counts', async () => {
    const { layouts, arrange, next } = waiting();
    const small = shown(WORKFLOW.replace(/ {2}count:[^]*/, ''));
    const first = layouts.places(small);
    await turn();
    const [second, third] = [layouts.places(shown(WORKFLOW.replace('  deep:', '  depth:'))), layouts.places(shown())];
    await next();
    await Promise.all([first, second]);
    expect([...layouts.kept.keys()]).toEqual([]);
    await next();
    const last = await third;
    expect(arrange.mock.calls.map(([{ nodes }]) => nodes.length)).toEqual([small.nodes.length, shown().nodes.length]);
    expect(Object.fromEntries([...layouts.kept].map(([id, { x }]) => [id, x]))).toEqual(Object.fromEntries([...last].map(([id, { x }]) => [id, x])));
  });

  it('what is moved stays there, and what is forgotten is forgotten', async () => {
    const { layouts, next } = waiting();
    const first = layouts.places(shown());
    await next();
    await first;
    const opened = layouts.places(shown(WORKFLOW, ['step:deep']));
    await turn();
    layouts.moved([['step:align', { x: 3, y: 400 }]]);
    await next();
    expect((await opened).get('step:align')).toMatchObject({ x: 3, y: 400 });
    expect(layouts.kept.get('step:align')).toMatchObject({ x: 3, y: 400 });
    layouts.forget();
    const again = layouts.places(shown(WORKFLOW.replace('  deep:', '  depth:')));
    await turn();
    layouts.forget();
    await next();
    await again;
    expect([...layouts.kept.keys()]).toEqual([]);
  });

  it('one that cannot be arranged keeps none from it', async () => {
    const arrange = jest.fn(inRow).mockRejectedValueOnce(new Error('no'));
    const layouts = new Layouts(arrange, noPositions);
    await expect(layouts.places(shown())).rejects.toThrow('no');
    expect((await layouts.places(shown())).size).toBe(shown().nodes.length);
  });
});

it('lets nothing new lie on another', () => {
  const boxes = new Map(['a', 'b', 'c'].map(id => [id, { width: 100, height: 50 }]));
  const corners = settle(boxes, [], id => (id === 'c' ? undefined : { x: 0, y: id === 'a' ? 0 : 60 }));
  expect(corners.get('c')!.y).toBeGreaterThanOrEqual(110);
});
