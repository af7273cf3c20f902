import { shownOf } from '../editor/canvas/shown';
import type { IShown } from '../editor/canvas/shown';
import { boxOf, METRICS, portsOf } from '../editor/layout/boxes';
import { Layouts } from '../editor/layout/places';
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

it('puts the next new node where it was dropped, and a renamed one where it was', async () => {
  const layouts = new Layouts(inRow, noPositions);
  const before = await layouts.places(shown());
  layouts.expect({ x: 7, y: 900 });
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

it('lets nothing new lie on another', () => {
  const boxes = new Map(['a', 'b', 'c'].map(id => [id, { width: 100, height: 50 }]));
  const corners = settle(boxes, [], id => (id === 'c' ? undefined : { x: 0, y: id === 'a' ? 0 : 60 }));
  expect(corners.get('c')!.y).toBeGreaterThanOrEqual(110);
});
