import { YFile } from '@jupyter/ydoc';
import { nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { createRoot } from 'react-dom/client';
import type { Root } from 'react-dom/client';
import { Inspector } from '../inspector/inspector';
import type { IInspectorProps } from '../inspector/inspector';
import { PipelineModel } from '../model';

const { act } = React;
(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
const trans = nullTranslator.load('');

const WORKFLOW = `cwlVersion: v1.2
class: Workflow
label: Align # kept
requirements:
  ScatterFeatureRequirement: {}
inputs:
  reads:
    type: File
    label: <b>Reads</b>
  depth: int?
  others: File[]
outputs:
  result:
    type: File
    outputSource: align/bam
steps:
  align:
    run:
      class: CommandLineTool
      inputs:
        r: File
        more: File[]
      outputs:
        bam: File
    in:
      r: reads
      more: [reads, others]
    out: [bam]
`;

let root: Root | null = null;
let host: HTMLElement;
let file: YFile;
let model: PipelineModel;

async function show(text = WORKFLOW, selected: string | null = null, props: Partial<IInspectorProps> = {}): Promise<void> {
  file = YFile.create();
  file.setSource(text);
  file.clearUndoHistory();
  model = new PipelineModel({ text: file, uri: 'contents:///a.cwl', read: () => Promise.reject(new Error('none')) });
  model.select(selected);
  host = document.createElement('div');
  document.body.append(host);
  await act(async () => {
    root = createRoot(host);
    root.render(<Inspector model={model} trans={trans} {...props} />);
  });
}

afterEach(async () => {
  await act(async () => root?.unmount());
  host.remove();
  model.dispose();
});

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** By its label, as somebody who hears it finds it. */
function field(label: string): Control {
  const tied = [...host.querySelectorAll('label')].find(one => one.textContent?.trim() === label);
  const control = tied ? (tied.control ?? host.ownerDocument.getElementById(tied.htmlFor)) : null;
  return (control ?? host.querySelector(`:is(input, textarea, select)[aria-label="${label}"]`)) as Control;
}

const button = (label: string): HTMLButtonElement =>
  [...host.querySelectorAll('button')].find(one => (one.getAttribute('aria-label') ?? one.textContent) === label || one.textContent === label)!;

/** What a person does: React listens to the native setter's event. */
async function type(control: Control, value: string): Promise<void> {
  await act(async () => {
    control.focus();
    const proto = Object.getPrototypeOf(control) as object;
    Object.getOwnPropertyDescriptor(proto, 'value')!.set!.call(control, value);
    control.dispatchEvent(new Event(control instanceof HTMLSelectElement ? 'change' : 'input', { bubbles: true }));
  });
}

const press = (control: Element, key: string, also: KeyboardEventInit = {}): Promise<void> =>
  act(async () => void control.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...also })));
/** As a click on the heading does in a browser. */
const unfold = (title: string): Promise<void> =>
  act(async () => {
    const details = [...host.querySelectorAll('details')].find(one => one.querySelector('summary')!.textContent!.startsWith(title))!;
    details.open = true;
    details.dispatchEvent(new Event('toggle'));
  });
const click = (element: HTMLElement): Promise<void> => act(async () => element.click());

describe('an input that a step gets besides those of what it runs', () => {
  it('is added with a name and a source, as one step of undo, and shown', async () => {
    await show(WORKFLOW, 'step:align');
    await click(button('Add an input'));
    expect(host.ownerDocument.activeElement).toBe(field('Name of the new input'));
    await type(field('Name of the new input'), 'deep');
    await type(field('Source of the new input'), [...(field('Source of the new input') as HTMLSelectElement).options].find(({ text }) => text === 'depth')!.value);
    await press(field('Name of the new input'), 'Enter');
    expect(file.getSource()).toBe(WORKFLOW.replace('    out: [bam]', '      deep: depth\n    out: [bam]'));
    expect(model.selected).toBe('step:align/in:deep');
    await act(async () => model.undo());
    expect(file.getSource()).toBe(WORKFLOW);
  });

  it('may wait for its source, and one that is there is not added again', async () => {
    await show(WORKFLOW, 'step:align');
    await click(button('Add an input'));
    await click(button('Add'));
    expect(host.querySelector('[role="alert"]')!.textContent).toContain('needs a name');
    await type(field('Name of the new input'), 'more');
    await click(button('Add'));
    expect(host.querySelector('[role="alert"]')!.textContent).toContain('more');
    await type(field('Name of the new input'), 'deep');
    await click(button('Add'));
    expect(model.document.processes[0]!.steps[0]!.in.map(({ id }) => id)).toEqual(['r', 'more', 'deep']);
  });

  it('is not asked for when Escape is pressed', async () => {
    await show(WORKFLOW, 'step:align');
    await click(button('Add an input'));
    await press(field('Name of the new input'), 'Escape');
    expect(field('Name of the new input')).toBeNull();
    expect(host.ownerDocument.activeElement).toBe(button('Add an input'));
    expect(file.getSource()).toBe(WORKFLOW);
  });
});

describe('the inspector', () => {
  it('shows the workflow when nothing is chosen, and what is in it leads on', async () => {
    await show();
    expect(field('Label').value).toBe('Align');
    expect(field('CWL version').value).toBe('v1.2');
    await click([...host.querySelectorAll<HTMLButtonElement>('.jp-DatalabsPipeline-port')].find(one => one.textContent?.startsWith('align'))!);
    expect(model.selected).toBe('step:align');
    expect(field('Name').value).toBe('align');
    await click(button('Show the workflow'));
    expect(model.selected).toBeNull();
  });

  it.each([['cwlVersion: draft-3', 'draft-3'], ['# none', '']])('shows the version that the document says: %s', async (line, value) => {
    await show(WORKFLOW.replace('cwlVersion: v1.2', line));
    expect(field('CWL version').value).toBe(value);
  });

  it('writes a field with Enter as one step of undo, and nothing else of the text', async () => {
    await show();
    await type(field('Label'), 'Map');
    expect(file.getSource()).toBe(WORKFLOW);
    await press(field('Label'), 'Enter');
    expect(file.getSource()).toBe(WORKFLOW.replace('label: Align #', 'label: Map #'));
    await act(async () => model.undo());
    expect(file.getSource()).toBe(WORKFLOW);
    expect(field('Label').value).toBe('Align');
  });

  it('makes a step of undo of each field, however fast', async () => {
    await show();
    await type(field('Label'), 'Map');
    await press(field('Label'), 'Enter');
    await type(field('Description'), 'Maps reads.');
    await press(field('Description'), 'Enter', { ctrlKey: true });
    await act(async () => model.undo());
    expect(field('Label').value).toBe('Map');
    expect(field('Description').value).toBe('');
    await act(async () => model.undo());
    expect(file.getSource()).toBe(WORKFLOW);
  });

  it('writes a field when the focus goes, and gives it up with Escape', async () => {
    await show();
    await type(field('Label'), 'Other');
    await press(field('Label'), 'Escape');
    expect(field('Label').value).toBe('Align');
    await type(field('Label'), 'Map');
    await act(async () => field('Label').blur());
    expect(model.document.processes[0]!.label).toBe('Map');
  });

  it('keeps what is typed, and the focus, when it is refused, and says why', async () => {
    await show(WORKFLOW, 'input:reads');
    const name = field('Name');
    await type(name, 'depth');
    await press(name, 'Enter');
    expect(field('Name')).toBe(name);
    expect(name.value).toBe('depth');
    expect(document.activeElement).toBe(name);
    expect(host.querySelector('.jp-DatalabsPipeline-fieldRefusal')!.textContent).toMatch(/depth/);
    expect(name.getAttribute('aria-invalid')).toBe('true');
    expect(file.getSource()).toBe(WORKFLOW);
  });

  it('follows what it renames, with the focus where it was', async () => {
    await show(WORKFLOW, 'input:reads');
    const name = field('Name');
    await type(name, 'raw/reads');
    await press(name, 'Escape');
    await type(name, 'raw');
    await press(name, 'Enter');
    expect(model.selected).toBe('input:raw');
    expect(file.getSource()).toContain('more: [raw, others]');
    expect(field('Name')).toBe(name);
    expect(document.activeElement).toBe(name);
  });

  it('says what could not follow, until the next edit', async () => {
    await show(
      'cwlVersion: v1.2\nclass: CommandLineTool\nrequirements: {InlineJavascriptRequirement: {}}\nbaseCommand: cat\narguments: ["$(inputs[\'b\' + \'am\'].path)"]\ninputs:\n  bam: File\n  n: int\noutputs: {}\n',
      'input:bam'
    );
    const status = host.querySelector('[role=status]')!;
    expect(status.textContent).toBe('');
    await type(field('Name'), 'reads');
    await press(field('Name'), 'Enter');
    expect(model.selected).toBe('input:reads');
    expect(status.textContent).toMatch(/'bam'.*cannot be followed/);
    // What others find meanwhile is no edit.
    await act(async () => model.setForeignProblems('test', []));
    expect(status.textContent).not.toBe('');
    await type(field('Label'), 'Reads');
    await press(field('Label'), 'Enter');
    expect(status.textContent).toBe('');
    await act(async () => root!.render(<Inspector model={model} trans={trans} selection={['input:reads', 'input:n']} />));
    await click(button('Remove all'));
    expect(status.textContent).toMatch(/cannot be followed/);
  });

  it('follows a name that is undone, and done again', async () => {
    await show(WORKFLOW, 'input:reads');
    await type(field('Name'), 'raw');
    await press(field('Name'), 'Enter');
    await act(async () => model.undo());
    expect(model.selected).toBe('input:reads');
    await act(async () => model.redo());
    expect(model.selected).toBe('input:raw');
    expect(field('Name').value).toBe('raw');
  });

  it('keeps the focus when what has it goes, and undoes from the keyboard', async () => {
    await show(WORKFLOW, 'input:depth');
    const panel = host.querySelector('aside')!;
    const mend = button("Remove 'depth'");
    mend.focus();
    await click(mend);
    expect(file.getSource()).not.toContain('depth');
    expect(document.activeElement).toBe(panel);
    await press(panel, 'z', { ctrlKey: true });
    expect(file.getSource()).toBe(WORKFLOW);
    await press(panel, 'y', { ctrlKey: true });
    expect(file.getSource()).not.toContain('depth');
  });

  it('keeps what is typed when somebody else changes the same field, and says so', async () => {
    await show();
    await type(field('Label'), 'Mine');
    await act(async () => {
      const at = file.getSource().indexOf('Align');
      file.updateSource(at, at + 5, 'Theirs');
    });
    expect(field('Label').value).toBe('Mine');
    expect(host.textContent).toContain('Changed by somebody else meanwhile: Theirs');
    await press(field('Label'), 'Escape');
    expect(field('Label').value).toBe('Theirs');
  });

  it('shows labels as text', async () => {
    await show(WORKFLOW, 'input:reads');
    expect(host.querySelector('h2')!.textContent).toBe('<b>Reads</b>');
    expect(host.querySelector('b')).toBeNull();
  });

  it('moves sources, and removes them', async () => {
    await show(WORKFLOW, 'step:align/in:more');
    await click(button('Move others up'));
    expect(file.getSource()).toContain('more: [others, reads]');
    expect(document.activeElement?.textContent).toBe('others');
    await click(button('Remove others'));
    expect(model.document.processes[0]!.steps[0]!.in[1]!.links.map(({ text }) => text)).toEqual(['reads']);
    await type(field('Add source'), '1');
    expect(model.document.processes[0]!.steps[0]!.in[1]!.links).toHaveLength(2);
  });

  it('scatters over what is ticked', async () => {
    await show(WORKFLOW, 'step:align');
    await unfold('Scatter');
    await click([...host.querySelectorAll('label')].find(one => one.textContent === 'r')!);
    expect(file.getSource()).toContain('scatter: r');
  });

  it('sets an image, and resources, and turns a requirement into a hint', async () => {
    await show();
    await type(field('Add'), 'DockerRequirement');
    await type(field('Image'), 'debian:12');
    await press(field('Image'), 'Enter');
    expect(file.getSource()).toContain('dockerPull: debian:12');
    await type(field('Add'), 'ResourceRequirement');
    await type(field('Memory, MiB, at least'), '-1');
    await press(field('Memory, MiB, at least'), 'Enter');
    expect(host.textContent).toContain('Less than nothing');
    await type(field('Memory, MiB, at least'), '2048');
    await press(field('Memory, MiB, at least'), 'Enter');
    expect(model.document.processes[0]!.requirements.find(({ class: name }) => name === 'ResourceRequirement')!.value).toMatchObject({ ramMin: 2048 });
    const docker = [...host.querySelectorAll('details')].find(one => one.querySelector('summary')?.title === 'DockerRequirement')!;
    const needed = [...docker.querySelectorAll('select')].at(-1)!;
    await type(needed, 'hint');
    const [process] = model.document.processes;
    expect(process!.hints.map(({ class: name }) => name)).toEqual(['DockerRequirement']);
    expect(process!.requirements.some(({ class: name }) => name === 'DockerRequirement')).toBe(false);
    expect(file.getSource()).toBe(model.document.text);
  });

  it('puts a problem at its field, with what mends it', async () => {
    await show(WORKFLOW.replace('type: File\n    label', 'type: Fil\n    label'), 'input:reads');
    const at = host.querySelector('[data-field="type"] .jp-DatalabsPipeline-problems');
    expect(at!.textContent).toMatch(/Error.*Fil/);
    await show(WORKFLOW.replace('    outputSource', '    outputSorce'), 'output:result');
    await click([...host.querySelectorAll<HTMLButtonElement>('.jp-DatalabsPipeline-problems button')][0]!);
    expect(file.getSource()).toBe(WORKFLOW);
  });

  it('shows values without fields when the document cannot be changed', async () => {
    await show('cwlVersion: draft-3\nclass: Workflow\nlabel: Old\ninputs: []\noutputs: []\nsteps: []\n');
    expect(model.document.readOnly).not.toBeNull();
    expect(host.querySelector('input, textarea, select')).toBeNull();
    expect(host.textContent).toContain(model.document.readOnly!.message);
  });

  it('says how many are chosen, and removes all in one step', async () => {
    await show(WORKFLOW, null, { selection: ['input:depth', 'step:align'] });
    expect(host.querySelector('h2')!.textContent).toBe('2 chosen');
    await click(button('Remove all'));
    expect(model.document.processes[0]!.steps).toHaveLength(0);
    expect(model.document.processes[0]!.inputs.map(({ id }) => id)).toEqual(['reads', 'others']);
    await act(async () => model.undo());
    expect(file.getSource()).toBe(WORKFLOW);
  });

  it('edits a tool', async () => {
    await show('cwlVersion: v1.2\nclass: CommandLineTool\nbaseCommand: echo\ninputs:\n  m: string\noutputs: {}\n');
    await type(field('Command 1'), 'cat');
    await press(field('Command 1'), 'Enter');
    expect(file.getSource()).toContain('baseCommand: cat\n');
    await click(button('Add argument'));
    expect(document.activeElement).toBe(field('Arguments 1'));
    await type(field('Arguments 1'), '-n');
    await press(field('Arguments 1'), 'Enter');
    expect(model.document.processes[0]!.node.entries.some(({ key }) => key === 'arguments')).toBe(true);
    await type(field('Standard output'), 'out.txt');
    await act(async () => field('Standard output').blur());
    expect(file.getSource()).toContain('stdout: out.txt');
    await act(async () => model.select('input:m'));
    await unfold('On the command line');
    await click(field('Is an argument of the command'));
    expect(file.getSource()).toContain('position: 1');
  });

  it('edits what is in an expanded step where it is written', async () => {
    const packed = `cwlVersion: v1.2
$graph:
- class: Workflow
  id: main
  inputs: {x: int}
  outputs: {}
  steps:
    inner: {run: '#sub', in: {y: x}, out: []}
    own: {run: {class: Workflow, label: Own, inputs: {z: int}, outputs: {}, steps: {}}, in: {z: x}, out: []}
- class: Workflow
  id: sub
  inputs: {y: int}
  outputs: {}
  steps: {}
`;
    await show(packed, 'step:inner/input:y');
    await type(field('Label'), 'Y');
    await press(field('Label'), 'Enter');
    expect(model.document.processes.find(({ id }) => id === 'sub')!.inputs[0]!.label).toBe('Y');
    await type(field('Name'), 'w');
    await press(field('Name'), 'Enter');
    expect(model.selected).toBe('step:inner/input:w');
    expect(file.getSource()).toContain('in: {w: x}');
    await act(async () => model.select('step:own/input:z'));
    await type(field('Label'), 'Z');
    await press(field('Label'), 'Enter');
    expect(file.getSource()).toContain('inputs: {z: {type: int, label: Z}}');
    await act(async () => model.select('step:gone'));
    expect(host.textContent).toContain('not there any more');
  });

  it('shows the workflow that is entered', async () => {
    await show(WORKFLOW, null, { scope: 'step:align' });
    expect(host.textContent).toContain('CommandLineTool');
    expect(host.textContent).toContain('bam');
  });

  it('draws the first of very many', async () => {
    const inputs = Array.from({ length: 5000 }, (_, index) => `  i${index}: File\n`).join('');
    await show(WORKFLOW.replace('  reads:', `${inputs}  reads:`));
    expect(host.querySelectorAll('.jp-DatalabsPipeline-port').length).toBeLessThan(120);
    await click(button('Show all 5003'));
    expect(host.querySelectorAll('.jp-DatalabsPipeline-port').length).toBeGreaterThan(5000);
  });

  it('folds', async () => {
    const onFold = jest.fn();
    await show(WORKFLOW, null, { onFold });
    await click(button('Hide the inspector'));
    expect(onFold).toHaveBeenCalledWith(true);
    expect(host.querySelector('h2, label')).toBeNull();
  });
});

describe('types', () => {
  const typeIn = (): string => /reads:\n {4}type: ?([^]*?)\n {4}label/.exec(file.getSource())![1]!;

  it('become optional and lists in the short form', async () => {
    await show(WORKFLOW, 'input:reads');
    await click(field('Optional'));
    expect(typeIn()).toBe('File?');
    await type(field('List'), '1');
    expect(typeIn()).toBe('File[]?');
    await type(field('Type'), 'string');
    expect(typeIn()).toBe('string[]?');
    await type(field('List'), '2');
    await click(field('Optional'));
    expect(model.document.processes[0]!.inputs[0]!.type.value).toMatchObject({ type: 'array', items: { type: 'array', items: 'string' } });
  });

  it('become records, enums and unions', async () => {
    await show(WORKFLOW, 'input:reads');
    await type(field('Type'), '=record');
    await click(button('Add field'));
    await type(field('Name of field 1'), 'left');
    await press(field('Name of field 1'), 'Enter');
    expect(model.document.processes[0]!.inputs[0]!.type.value).toEqual({ type: 'record', fields: { left: 'File', field_2: 'string' } });
    await type(field('Type'), '=enum');
    await type(field('Symbol 1'), 'fast');
    await press(field('Symbol 1'), 'Enter');
    await click(button('Add symbol'));
    expect(model.document.processes[0]!.inputs[0]!.type.value).toEqual({ type: 'enum', symbols: ['fast', 'symbol'] });
    await type(field('Type'), 'File');
    await type(field('Type'), '=union');
    expect(model.document.processes[0]!.inputs[0]!.type.value).toEqual(['File', 'string']);
  });

  it('that say more than a form can show stay as text', async () => {
    const rich = WORKFLOW.replace('type: File\n    label', 'type: {type: record, fields: {a: {type: File, inputBinding: {position: 1}}}}\n    label');
    await show(rich, 'input:reads');
    expect(field('Type').tagName).toBe('TEXTAREA');
    expect(field('Type').value).toContain('inputBinding');
  });
});

describe('defaults', () => {
  it('are written by their type', async () => {
    await show(WORKFLOW, 'input:depth');
    await type(field('Default'), '1.5');
    await press(field('Default'), 'Enter');
    expect(host.textContent).toContain('no whole number');
    await type(field('Default'), '3');
    await press(field('Default'), 'Enter');
    expect(model.document.processes[0]!.inputs[1]!.default?.value).toBe(3);
  });

  it('of lists and records are written item by item and field by field', async () => {
    const text = WORKFLOW.replace('  others: File[]', '  others:\n    type: {type: array, items: int}\n    default: [1, 2]\n  more:\n    type: {type: record, fields: {n: int, s: "string?", l: "string[]"}}');
    await show(text, 'input:others');
    const value = (at: number): unknown => model.document.processes[0]!.inputs[at]!.default?.value;
    await type(field('Default 2'), 'x');
    await press(field('Default 2'), 'Enter');
    expect(host.textContent).toContain('no whole number');
    await type(field('Default 2'), '7');
    await press(field('Default 2'), 'Enter');
    await click(button('Add'));
    await click(button('Move Default 3 up'));
    expect(value(2)).toEqual([1, 0, 7]);
    await click(button('Remove Default 1'));
    expect(value(2)).toEqual([0, 7]);
    await click(button('Clear'));
    expect(value(2)).toBeUndefined();
    await act(async () => model.select('input:more'));
    await type(field('n'), '3');
    await press(field('n'), 'Enter');
    await type(field('s'), 'a: b');
    await press(field('s'), 'Enter');
    await click(button('Add'));
    await type(field('l 1'), 'z');
    await press(field('l 1'), 'Enter');
    expect(value(3)).toEqual({ n: 3, s: 'a: b', l: ['z'] });
    await type(field('n'), '');
    await press(field('n'), 'Enter');
    expect(value(3)).toEqual({ s: 'a: b', l: ['z'] });
    // What is no list stays what it is, as text.
    await show(WORKFLOW.replace('  others: File[]', '  others: {type: "int[]", default: {a: 1}}'), 'input:others');
    expect(field('Default').tagName).toBe('TEXTAREA');
  });

  it('of files are chosen', async () => {
    const choose = jest.fn(async () => 'data/a%20b.txt');
    await show(WORKFLOW, 'input:reads', { choose });
    await click(button('Choose file…'));
    expect(choose).toHaveBeenCalledWith('File');
    expect(model.document.processes[0]!.inputs[0]!.default?.value).toEqual({ class: 'File', location: 'data/a%20b.txt' });
    expect(field('Default').value).toBe('data/a%20b.txt');
    await click(button('Clear'));
    expect(file.getSource()).toBe(WORKFLOW);
  });
});

describe('trying an expression', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());
  const pause = (): Promise<void> => act(() => jest.advanceTimersByTimeAsync(1000));

  it('runs what the user opened, typed or asked for, and nothing that somebody else changes meanwhile', async () => {
    const evaluate = jest.fn((..._: unknown[]) => Promise.resolve({ kind: 'value', json: '1' }));
    const written = (when: string): string => WORKFLOW.replace('cwlVersion', 'requirements: {InlineJavascriptRequirement: {}}\ncwlVersion').replace(/^requirements:\n.*\n/m, '').replace('    out: [bam]', `    when: ${when}\n    out: [bam]`);
    await show(written('$(inputs.a)'), 'step:align', { evaluator: { evaluate, dispose: () => undefined } as never });
    await pause();
    expect(evaluate).not.toHaveBeenCalled();
    const trial = [...host.querySelectorAll('details')].find(one => one.querySelector('summary')?.textContent === 'Try it on samples')!;
    await act(async () => {
      trial.open = true;
      trial.dispatchEvent(new Event('toggle'));
    });
    await pause();
    expect(evaluate.mock.calls.map(([text]) => text)).toEqual(['$(inputs.a)']);

    await act(async () => file.setSource(written('$(inputs.evil)')));
    await pause();
    expect(evaluate).toHaveBeenCalledTimes(1);
    await act(async () => button('Evaluate').click());
    await pause();
    expect(evaluate.mock.calls.at(-1)![0]).toBe('$(inputs.evil)');

    await act(async () => file.setSource(written('$(inputs.evil)').replace('InlineJavascriptRequirement: {}', 'InlineJavascriptRequirement: {expressionLib: [evil()]}')));
    await pause();
    expect(evaluate).toHaveBeenCalledTimes(2);

    const control = [...host.querySelectorAll('textarea')].find(one => one.value === '$(inputs.evil)')!;
    await act(async () => {
      Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')!.set!.call(control, '$(inputs.b)');
      control.dispatchEvent(new Event('input', { bubbles: true }));
    });
    await pause();
    expect(evaluate.mock.calls.map(([text]) => text)).toEqual(['$(inputs.a)', '$(inputs.evil)', '$(inputs.b)']);
  });
});
