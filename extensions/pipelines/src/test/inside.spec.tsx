/** Edits of what is in a sub-workflow: written in its step, another process of the document, or in another file. */
import { YFile } from '@jupyter/ydoc';
import * as React from 'react';
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { addInput, connect, disconnect, duplicate, paste, reconnect, remove } from '../editor/canvas/actions';
import { Banner } from '../editor/canvas/empty';
import { isFit, reasonOf } from '../editor/canvas/compatible';
import { ViewContext } from '../editor/canvas/hooks';
import { GraphView } from '../editor/canvas/view';
import { Layouts } from '../editor/layout/places';
import { Inspector } from '../inspector/inspector';
import { PipelineModel } from '../model';
import { addTool } from '../palette/add';
import { Palette } from '../palette/palette';
import { inRow, noPositions, trans } from './graph-parts';
import { byText, fakeHost, fill, GREP, key, settle, shown } from './tools-fakes';

const NESTED = `cwlVersion: v1.2
class: Workflow
requirements: {SubworkflowFeatureRequirement: {}}
inputs: {a: File}
outputs: {}
steps:
  deep:   # written here
    run:
      class: Workflow
      inputs: {a: File}
      outputs: {}
      steps:
        first: {run: {class: CommandLineTool, inputs: {x: File}, outputs: {o: File}}, in: {x: a}, out: [o]}
        deeper:
          run:
            class: Workflow
            inputs: {a: File}
            outputs: {}
            steps:
              one: {run: {class: CommandLineTool, inputs: {x: File, y: File?}, outputs: {o: File}}, in: {x: a}, out: [o]}
              two: {run: {class: CommandLineTool, inputs: {x: File}, outputs: {o: File}}, in: {x: one/o}, out: [o]}
          in: {a: first/o}
          out: []
    in: {a: a}
    out: []
  other: {run: other.cwl, in: {a: a}, out: []}
  one: {run: {class: CommandLineTool, inputs: {x: File}, outputs: {o: File}}, in: {x: a}, out: [o]}
`;

const PACKED = `cwlVersion: v1.2
$graph:
- {id: main, class: Workflow, inputs: {a: File}, outputs: {}, steps: {s: {run: "#part", in: {a: a}, out: []}}}
- {id: part, class: Workflow, inputs: {a: File}, outputs: {}, steps: {t: {run: "#tool", in: {x: a}, out: []}}}
- {id: tool, class: CommandLineTool, inputs: {x: File}, outputs: {}}
`;

const OTHER = 'cwlVersion: v1.2\nclass: Workflow\ninputs: {a: File}\noutputs: {}\nsteps:\n  away: {run: {class: CommandLineTool, inputs: {x: File}, outputs: {}}, in: {x: a}, out: []}\n';

async function opened(source: string) {
  const text = YFile.create() as YFile;
  text.setSource(source);
  text.clearUndoHistory();
  const model = new PipelineModel({ text, uri: 'contents:///f/main.cwl', read: uri => (uri.endsWith('/f/other.cwl') ? Promise.resolve(OTHER) : Promise.reject(new Error('none'))) });
  await model.document.load();
  const view = new GraphView(model, trans, new Layouts(inRow, noPositions));
  const said: { text: string; file: string | null }[] = [];
  view.said.connect((_, one) => said.push(one));
  return { text, model, view, said };
}

const ONE = 'step:deep/step:deeper/step:one';
const TWO = 'step:deep/step:deeper/step:two';
const names = (view: GraphView, parent: string): string[] => view.graph.nodes.filter(node => node.parent === parent && node.kind === 'step').map(({ name }) => name);

describe.each([
  ['shown alone', (view: GraphView) => view.enter('step:deep/step:deeper')],
  ['shown where it is', (view: GraphView) => ['step:deep', 'step:deep/step:deeper'].forEach(step => view.model.expand(step, true))]
])('what is written in a step, %s', (_, show) => {
  it('is changed by what changes the rest, each as one step of undo', async () => {
    const { text, view, model } = await opened(NESTED);
    show(view);
    const acts: (() => boolean)[] = [
      () => remove(view, [TWO], []),
      () => remove(view, [ONE, TWO], []),
      () => duplicate(view, [ONE, TWO]),
      () => disconnect(view, view.graph.edges.find(({ target }) => target.port === `${TWO}/in:x`)!),
      () => connect(view, 'step:deep/step:deeper/input:a/out:a', `${ONE}/in:y`),
      () => reconnect(view, view.graph.edges.find(({ target }) => target.port === `${TWO}/in:x`)!, 'step:deep/step:deeper/input:a/out:a', `${TWO}/in:x`)
    ];
    for (const one of acts) {
      expect(one()).toBe(true);
      expect(text.getSource()).not.toBe(NESTED);
      // The step of the same name outside stays as it is.
      expect(text.getSource()).toContain(NESTED.slice(NESTED.indexOf('  other:')));
      model.undo();
      expect(text.getSource()).toBe(NESTED);
    }
  });

  it('lights up what fits in it alone, and refuses what is at another level with the reason', async () => {
    const { text, view, said } = await opened(NESTED);
    show(view);
    view.model.expand('step:deep', true);
    const targets = view.targetsOf('step:deep/step:deeper/input:a/out:a');
    expect(targets.map(({ port, fit }) => [port.id, isFit(fit)])).toEqual([[`${ONE}/in:x`, false], [`${ONE}/in:y`, true], [`${TWO}/in:x`, true]]);
    expect(connect(view, 'input:a/out:a', `${ONE}/in:y`)).toBe(false);
    expect(said.at(-1)!.text).toMatch(/different workflows/);
    expect(view.betweenLevels('input:a/out:a', `${ONE}/in:y`)).toMatch(/through an input or output/);
    expect(remove(view, [ONE, 'step:one'], [])).toBe(false);
    expect(said.at(-1)!.text).toMatch(/different workflows/);
    expect(duplicate(view, [ONE, 'step:one'])).toBe(false);
    expect(text.getSource()).toBe(NESTED);
  });

  it('takes what is pasted or added beside what is chosen in it', async () => {
    const { view, model } = await opened(NESTED);
    show(view);
    model.select(ONE);
    expect(paste(view, 'steps:\n  one: {run: z.cwl, in: {}, out: []}\n')).toBe(true);
    model.select(ONE);
    const contents = fakeHost({ 'f/my grep.cwl': GREP }).contents;
    const added = jest.fn();
    const result = await addTool(model, { contents, document: 'f/main.cwl', path: 'f/my grep.cwl', at: { ...view.target(view.here), added } });
    expect(added.mock.calls).toEqual([['step:deep/step:deeper/step:my_grep']]);
    expect(result).toMatchObject({ ok: true, node: 'step:deep/step:deeper/step:my_grep' });
    expect(model.selected).toBe('step:deep/step:deeper/step:my_grep');
    expect(names(view, 'step:deep/step:deeper')).toEqual(['one', 'two', 'one_2', 'my_grep']);
    expect(model.document.text).toContain('run: my%20grep.cwl');
  });
});

it('carries all of several edits out, or nothing', async () => {
  const { model, text } = await opened(NESTED);
  const within = ['deep'];
  expect(model.applyAll([{ kind: 'remove-step', within, step: 'first' }, { kind: 'remove-step', within, step: 'nobody' }])).toMatchObject({ ok: false });
  expect([text.getSource(), text.canUndo()]).toEqual([NESTED, false]);
});

it('takes inputs where it is shown alone', async () => {
  const { view, text } = await opened(NESTED);
  view.enter('step:deep');
  expect(addInput(view, 'more', 'File')).toBe(true);
  expect(text.getSource()).toContain('      inputs: {a: File, more: File}');
});

it('changes other processes of the document through the steps that run them', async () => {
  const { view, text, model } = await opened(PACKED);
  view.enter('step:s');
  expect(duplicate(view, ['step:s/step:t'])).toBe(true);
  expect(names(view, 'step:s')).toEqual(['t', 't_copy']);
  model.undo();
  expect(remove(view, ['step:s/step:t'], [])).toBe(true);
  expect(text.getSource()).toContain('id: main, class: Workflow, inputs: {a: File}, outputs: {}, steps: {s:');
});

it('marks what is wrong in another process of the document in the step that runs it', async () => {
  const { model } = await opened(`${PACKED.replace('steps: {t: {run: "#tool", in: {x: a}, out: []}}', 'steps: {s: {run: "#tool", in: {x: nothing}, out: []}}')}- {id: alone, class: Workflow, inputs: {a: File}, outputs: {}, steps: {s: {run: "#tool", in: {x: nobody}, out: []}}}\n`);
  const found = model.problems.filter(({ code }) => code === 'unknown-source').map(({ message, node }) => [node, /nothing|nobody/.exec(message)![0]]);
  expect(found).toEqual([['step:s/step:s/in:x', 'nothing'], [null, 'nobody']]);
});

it('does not take the first of two steps of one name for the second', async () => {
  const step = '- {id: deep, in: {}, out: [], run: {class: Workflow, inputs: {}, outputs: {}, steps: {first: {run: x.cwl, in: {}, out: []}}}}\n';
  const { view, text, said } = await opened(`cwlVersion: v1.2\nclass: Workflow\ninputs: {}\noutputs: {}\nsteps:\n${step}${step}`);
  const before = text.getSource();
  view.enter('step:deep:2');
  expect(names(view, 'step:deep:2')).toEqual(['first']);
  expect(remove(view, ['step:deep:2/step:first'], [])).toBe(false);
  expect(said.at(-1)!.text).toMatch(/name of another one/);
  expect(text.getSource()).toBe(before);
});

describe('what is in another file', () => {
  it('is refused with the file that it is in, which can be opened', async () => {
    const { view, said, text, model } = await opened(NESTED);
    const open = jest.fn();
    view.open = open;
    view.enter('step:other');
    expect(remove(view, ['step:other/step:away'], [])).toBe(false);
    expect(said.at(-1)).toMatchObject({ text: expect.stringMatching(/other\.cwl/), file: 'contents:///f/other.cwl' });
    expect(reasonOf(view.targetsOf('step:other/input:a/out:a')[0]!.fit)).toMatch(/other\.cwl/);
    const added = jest.fn();
    const result = await addTool(model, { contents: fakeHost({}).contents, document: 'f/main.cwl', path: 'x.cwl', at: { ...view.target(view.scope), added } });
    expect(result).toMatchObject({ ok: false, file: 'contents:///f/other.cwl' });
    expect(added).not.toHaveBeenCalled();
    expect(text.getSource()).toBe(NESTED);
    const { node, remove: away } = await shown(<ViewContext.Provider value={view}><Banner /></ViewContext.Provider>);
    expect(node.textContent).toContain('other.cwl');
    byText(node, 'button', 'Open').click();
    expect(open).toHaveBeenCalledWith('contents:///f/other.cwl');
    await away();
  });

  it('is said in the palette too, with a way there', async () => {
    const { host, model, open } = fakeHost({ 'f/main.cwl': NESTED, 'f/other.cwl': OTHER, 'f/grep.cwl': GREP }, 'f/main.cwl');
    await model.document.load();
    const view = new GraphView(model, trans, new Layouts(inRow, noPositions));
    view.enter('step:other');
    const { node, remove: away } = await shown(<Palette model={model} host={host} trans={trans} where={() => view.target(view.here)} />);
    await fill(node.querySelector('input')!, 'grep');
    await key(node.querySelector('input')!, 'Enter');
    expect(node.querySelector('[role=alert]')!.textContent).toMatch(/other\.cwl/);
    await settle(() => byText(node, '[role=alert] button', 'Open').click());
    expect(open).toHaveBeenCalledWith('f/other.cwl', 'File');
    view.enter('step:deep');
    await key(node.querySelector('input')!, 'Enter');
    expect(names(view, 'step:deep')).toEqual(['first', 'deeper', 'grep']);
    await away();
  });
});

describe('the inspector', () => {
  async function inspect(selected: string | null, props: { scope?: string; selection?: string[]; open?: (uri: string) => void } = {}) {
    const all = await opened(NESTED);
    all.model.select(selected);
    const host = document.body.appendChild(document.createElement('div'));
    const root = createRoot(host);
    await act(async () => root.render(<Inspector model={all.model} trans={trans} {...props} />));
    const leave = (): void => {
      act(() => root.unmount());
      host.remove();
    };
    return { ...all, host, leave };
  }
  const click = (host: HTMLElement, label: string): Promise<void> => act(async () => byText(host, 'button', label).click());

  it('renames, and changes fields, of what is written in a step', async () => {
    const { host, text, model, leave } = await inspect(ONE);
    const name = host.querySelector<HTMLInputElement>('[data-field=id] input')!;
    await fill(name, 'eins');
    await key(name, 'Enter');
    expect(text.getSource()).toContain('two: {run: {class: CommandLineTool, inputs: {x: File}, outputs: {o: File}}, in: {x: eins/o}, out: [o]}');
    expect(model.selected).toBe('step:deep/step:deeper/step:eins');
    await act(async () => model.undo());
    expect(text.getSource()).toBe(NESTED);
    leave();
  });

  it('makes a sub-workflow of steps in one, and puts its steps in its place again', async () => {
    const { host, text, model, leave } = await inspect(ONE, { selection: [ONE, TWO] });
    await click(host, 'Make a sub-workflow');
    expect(model.selected).toBe('step:deep/step:deeper/step:group');
    expect(model.document.check().filter(({ severity }) => severity === 'error')).toEqual([]);
    await act(async () => model.undo());
    expect(text.getSource()).toBe(NESTED);
    leave();
    const again = await inspect('step:deep/step:deeper');
    await click(again.host, 'Put its steps');
    expect(names(again.view, 'step:deep')).toEqual([]);
    again.view.enter('step:deep');
    expect(names(again.view, 'step:deep')).toEqual(['first', 'one', 'two']);
    await act(async () => again.model.undo());
    expect(again.text.getSource()).toBe(NESTED);
    again.leave();
  });

  it('says why several at different levels have no buttons', async () => {
    const { host, leave } = await inspect(null, { selection: [ONE, 'step:one'] });
    expect(host.textContent).toContain('different workflows');
    leave();
  });

  it('offers the file of what is in another one', async () => {
    const open = jest.fn();
    const { host, leave } = await inspect('step:other/step:away', { open });
    expect(host.querySelector('[data-field=id] input')).toBeNull();
    expect(host.textContent).toContain('f/other.cwl');
    await click(host, 'Open');
    expect(open).toHaveBeenCalledWith('contents:///f/other.cwl');
    leave();
  });

  it('mends problems in a sub-workflow there', async () => {
    const { host, text, model, leave } = await inspect(TWO);
    await click(host, "Remove 'two'");
    expect(text.getSource()).not.toContain('two:');
    await act(async () => model.undo());
    expect(text.getSource()).toBe(NESTED);
    leave();
  });
});
