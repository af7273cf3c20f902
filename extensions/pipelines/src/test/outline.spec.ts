import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import { Outline } from '../outline';
import type { PipelineModel } from '../model';
import type { PipelineWidget } from '../widget';
import { viewOf } from './graph-parts';

const modelOf = (text: string): PipelineModel => viewOf(text).view.model;
const trans = nullTranslator.load('jupyter_datalabs');

const WORKFLOW = `cwlVersion: v1.2
class: Workflow
inputs:
  image: File
outputs:
  count:
    type: int
    outputSource: both/count
steps:
  both:
    in: { image: image }
    out: [count]
    run:
      class: Workflow
      inputs: { image: File }
      outputs: { count: { type: int, outputSource: look/count } }
      steps:
        look:
          in: { image: image }
          out: [count]
          run: { class: CommandLineTool, inputs: { image: File }, outputs: { count: int }, baseCommand: wc }
`;

/** The widget of a document whose graph comes later. */
function widgetOf() {
  const content = { model: null as PipelineModel | null, modelChanged: new Signal<object, void>({}) };
  const widget = Object.assign(new Widget(), { content }) as unknown as PipelineWidget;
  widget.title.label = 'count.cwl';
  return { widget, fill: (model: PipelineModel) => { content.model = model; content.modelChanged.emit(); } };
}

const settled = async (): Promise<void> => {
  await Promise.resolve();
  await Promise.resolve();
};

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

it('lists inputs, steps with what is shown in them, and outputs, and follows the text', async () => {
  const { widget, fill } = widgetOf();
  const outline = new Outline(widget, trans);
  outline.isActive = true;
  const model = modelOf(WORKFLOW);
  const lines = (): string[] => outline.headings.map(({ text, level }) => `${level} ${text}`);
  fill(model);
  await settled();
  expect(lines()).toEqual(['1 Inputs', '2 image', '1 Steps', '2 both', '1 Outputs', '2 count']);
  model.expand('step:both', true);
  jest.advanceTimersByTime(300);
  await settled();
  expect(lines()).toContain('3 look');
  model.apply({ kind: 'rename-input', input: 'image', id: 'frame' });
  jest.advanceTimersByTime(300);
  await settled();
  expect(lines()[1]).toBe('2 frame');
  outline.dispose();
});

it('chooses in the graph what is chosen in it, and shows what is chosen there', async () => {
  const { widget, fill } = widgetOf();
  const outline = new Outline(widget, trans);
  outline.isActive = true;
  const model = modelOf(WORKFLOW);
  fill(model);
  await settled();
  outline.setActiveHeading(outline.headings.find(({ text }) => text === 'both')!);
  expect(model.selected).toBe('step:both');
  model.select('output:count');
  expect(outline.activeHeading?.text).toBe('count');
  // A title is nothing to choose.
  outline.setActiveHeading(outline.headings[0]!);
  expect(model.selected).toBe('output:count');
  outline.dispose();
});

it('lists what a tool takes and gives', async () => {
  const { widget, fill } = widgetOf();
  const outline = new Outline(widget, trans);
  outline.isActive = true;
  fill(modelOf('cwlVersion: v1.2\nclass: CommandLineTool\nbaseCommand: ls\ninputs: { folder: Directory }\noutputs: { names: stdout }\n'));
  await settled();
  expect(outline.headings.map(({ text, id }) => [text, id])).toEqual([['Inputs', undefined], ['folder', 'input:folder'], ['Outputs', undefined], ['names', 'output:names']]);
  outline.dispose();
});
