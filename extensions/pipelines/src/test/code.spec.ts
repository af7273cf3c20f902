import { YFile } from '@jupyter/ydoc';
import { CompletionContext } from '@codemirror/autocomplete';
import { foldable } from '@codemirror/language';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { nullTranslator } from '@jupyterlab/translation';
import { extensionOf } from '../code';
import { sourceOf } from '../code/complete';
import type { ICodeContext } from '../code/context';
import { goToDefinition } from '../code/definition';
import { REST, shownId, writtenRange } from '../code/follow';
import { fold } from '../code/fold';
import { codeHostOf, offsetOf } from '../code/host';
import { tooltipOf } from '../code/hover';
import { DELAY, diagnosticsOf } from '../code/problems';
import { findUses } from '../code/uses';
import { PipelineModel } from '../model';

const TOOL = 'cwlVersion: v1.2\nclass: CommandLineTool\ninputs:\n  reads: File\noutputs:\n  bam: File\n';
const TEXT = `cwlVersion: v1.2
class: Workflow
inputs:
  fastq: File
  other: File
outputs:
  result:
    type: File
    outputSource: align/bma
steps:
  align:
    run: align.cwl
    in:
      reads: fastq
    out: [bam]
  second:
    run: align.cwl
    in: {
      reads: align/bam
      }
    out:
    - bam
`;

interface ISet extends ICodeContext {
  text: YFile;
  view: EditorView;
  opened: [string, unknown][];
}

const sets: ISet[] = [];

/** An editor of a pipeline; what is typed in it is in the document too, as JupyterLab's binding has it. */
async function made(source = TEXT): Promise<ISet> {
  const text = new YFile();
  text.setSource(source);
  text.clearUndoHistory();
  const model = new PipelineModel({ text, uri: 'contents:///w/main.cwl', read: () => Promise.resolve(TOOL) });
  await model.document.load();
  const opened: [string, unknown][] = [];
  const host = { trans: nullTranslator.load(''), open: (uri: string, range: unknown) => void opened.push([uri, range]), list: () => Promise.resolve(['align.cwl']) };
  const context: ICodeContext = { model, host };
  const bind = EditorView.updateListener.of(({ changes, docChanged }) => {
    if (docChanged) {
      text.transact(() => {
        let moved = 0;
        changes.iterChanges((from, to, _fromNew, _toNew, insert) => {
          text.updateSource(from + moved, to + moved, insert.toString());
          moved += insert.length - (to - from);
        });
      });
    }
  });
  const view = new EditorView({ state: EditorState.create({ doc: source, extensions: [bind, extensionOf(context)] }), parent: document.body });
  const set = { ...context, text, view, opened };
  sets.push(set);
  return set;
}

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['queueMicrotask'] });
});

afterEach(() => {
  for (const { view, model, text } of sets.splice(0)) {
    view.destroy();
    model.dispose();
    text.dispose();
  }
  jest.useRealTimers();
});

const at = ({ view }: ISet, part: string): number => view.state.doc.toString().indexOf(part) + 1;
const place = (set: ISet, part: string): void => set.view.dispatch({ selection: { anchor: at(set, part) } });
const marked = ({ view }: ISet, name: string): string[] =>
  [...view.dom.querySelectorAll(`.jp-DatalabsPipeline-${name}`)].map(node => node.textContent ?? '');

describe('completion', () => {
  const complete = async (set: ISet, offset: number, explicit = false) => sourceOf(set)(new CompletionContext(set.view.state, offset, explicit));

  it('offers sources where a value begins, and nothing where a line begins', async () => {
    const set = await made();
    const end = at(set, 'align/bma') + 8;
    const result = await complete(set, end);
    expect(result?.options).toContainEqual(expect.objectContaining({ label: 'align/bam', detail: 'File' }));
    expect(await complete(set, set.view.state.doc.length)).toBeNull();
    expect(await complete(set, set.view.state.doc.length, true)).not.toBeNull();
  });

  it('offers files', async () => {
    const set = await made();
    const result = await complete(set, at(set, 'align.cwl'));
    expect(result?.options.map(({ label }) => label)).toContain('align.cwl');
  });
});

describe('problems', () => {
  it('are marked when typing rests, with what mends them as one step of undo', async () => {
    const set = await made();
    expect(set.view.dom.querySelectorAll('.cm-lintRange')).toHaveLength(0);
    jest.advanceTimersByTime(DELAY);
    const wrong = diagnosticsOf(set).find(({ source }) => source === 'unknown-source')!;
    expect(set.view.state.sliceDoc(wrong.from, wrong.to)).toBe('align/bma');
    expect([...set.view.dom.querySelectorAll('.cm-lintRange-error')].map(node => node.textContent)).toContain('align/bma');
    const fix = wrong.actions![0]!;
    fix.apply(set.view, wrong.from, wrong.to);
    expect(set.model.document.text).toContain('outputSource: align/bam');
    set.text.undo();
    expect(set.text.getSource()).toBe(TEXT);
  });

  it('are mended where they are by then', async () => {
    const set = await made();
    const wrong = diagnosticsOf(set).find(({ source }) => source === 'unknown-source')!;
    set.view.dispatch({ changes: { from: 0, insert: '# first\n' } });
    wrong.actions![0]!.apply(set.view, wrong.from, wrong.to);
    expect(set.text.getSource()).toBe(`# first\n${TEXT.replace('align/bma', 'align/bam')}`);
  });
});

describe('problems by the keyboard', () => {
  const press = ({ view }: ISet, key: string, more: KeyboardEventInit = {}): void =>
    void view.contentDOM.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));

  it('are gone to one after the other, told, and mended', async () => {
    const set = await made();
    jest.advanceTimersByTime(DELAY);
    const chosen = (): string => set.view.state.sliceDoc(set.view.state.selection.main.from, set.view.state.selection.main.to);
    const all = diagnosticsOf(set).map(({ from, to }) => set.view.state.sliceDoc(from, to)).sort();
    const visited = all.map(() => {
      press(set, 'F8');
      return chosen();
    });
    expect(visited.sort()).toEqual(all);
    while (chosen() !== 'align/bma') {
      press(set, 'F8', { shiftKey: true });
    }
    expect(document.querySelector('.jp-DatalabsPipeline-problem')?.textContent).toContain("'bma'");
    press(set, '.', { ctrlKey: true });
    expect(set.text.getSource()).toContain('outputSource: align/bam');
    expect(document.querySelector('.jp-DatalabsPipeline-problem')).toBeNull();
  });
});

describe('definitions and uses', () => {
  it('go to a place of the text and to other documents', async () => {
    const set = await made();
    place(set, 'fastq\n    out');
    goToDefinition(set, set.view);
    const { from, to } = set.view.state.selection.main;
    expect([set.view.state.sliceDoc(from, to), from < at(set, 'outputs')]).toEqual(['fastq', true]);
    place(set, 'align.cwl');
    goToDefinition(set, set.view);
    expect(set.opened).toEqual([['contents:///w/align.cwl', { from: 0, to: 16 }]]);
  });

  it('marks all uses until the text changes', async () => {
    const set = await made();
    place(set, 'bam]');
    findUses(set, set.view);
    expect(marked(set, 'use')).toEqual(['bam', 'align/bam']);
    set.view.dispatch({ changes: { from: 0, insert: '\n' } });
    expect(marked(set, 'use')).toEqual([]);
  });
});

describe('selections', () => {
  it('follow the cursor when it rests', async () => {
    const set = await made();
    set.view.focus();
    place(set, 'fastq\n    out');
    expect(set.model.selected).toBeNull();
    jest.advanceTimersByTime(REST);
    expect(set.model.selected).toBe('step:align/in:reads');
    expect(marked(set, 'selected')).toEqual(['      reads: fastq']);
    place(set, 'class');
    jest.advanceTimersByTime(REST);
    expect(set.model.selected).toBe('step:align/in:reads');
  });

  it('follow the graph, and leave focus and cursor where they are', async () => {
    const set = await made();
    const before = document.activeElement;
    set.model.select('step:align');
    expect(marked(set, 'selected')).toHaveLength(5);
    expect([document.activeElement, set.view.state.selection.main.head]).toEqual([before, 0]);
    set.model.select(null);
    expect(marked(set, 'selected')).toEqual([]);
  });

  it('are of what is drawn and of what is written', async () => {
    const set = await made();
    expect(shownId(set.model.graph, 'step:align/step:inner/in:x')).toBe('step:align');
    expect(writtenRange(set, 'step:align/step:inner')).toEqual(writtenRange(set, 'step:align'));
    expect(writtenRange(set, 'step:nothing')).toBeNull();
  });
});

describe('folds', () => {
  it('are of blocks, of lists as far left as their key, and of brackets', () => {
    const state = EditorState.create({ doc: TEXT, extensions: [fold] });
    const folded = (part: string): string | null => {
      const line = state.doc.lineAt(TEXT.indexOf(part));
      const range = foldable(state, line.from, line.to);
      return range && state.sliceDoc(range.from, range.to);
    };
    expect(folded('inputs:')).toBe('\n  fastq: File\n  other: File');
    expect(folded('    in: {')).toBe('\n      reads: align/bam\n      ');
    expect(folded('    out:\n')).toBe('\n    - bam');
    expect(folded('    out: [bam]')).toBeNull();
    expect(folded('class:')).toBeNull();
  });
});

describe('what a document says', () => {
  it('is text in tooltips', () => {
    const node = tooltipOf({ range: { from: 0, to: 1 }, title: '<img src=x>', lines: ['<b>bold</b>'] });
    expect(node.querySelector('img, b')).toBeNull();
    expect(node.textContent).toBe('<img src=x><b>bold</b>');
  });

  it('is found by its fragment', () => {
    expect(offsetOf('types:\n- name: a\n- {name: "ab"}\n- name: ab', 'x/ab')).toBe(20);
    expect(offsetOf('a: 1\nid: my-step', 'my-step')).toBe(5);
    expect(offsetOf('id: a\nid: "#a.b (c)-d"', 'a.b (c)-d')).toBe(6);
    expect(offsetOf('id: axb', 'a.b')).toBe(0);
    expect(offsetOf('a: 1', '')).toBe(0);
  });
});

it('lists what is beside a document, folders last, and nothing outside of the workspace', async () => {
  const models: { [path: string]: object[] } = { w: [{ type: 'file', name: 'b.cwl' }, { type: 'directory', name: 'a' }, { type: 'file', name: 'main.cwl' }, { type: 'file', name: 'x.txt' }] };
  const get = jest.fn((path: string) => Promise.resolve({ content: models[path] ?? [] }));
  const host = codeHostOf({ commands: { execute: jest.fn() }, contents: { get: get as never }, context: { path: 'w/main.cwl' }, trans: nullTranslator.load('') });
  expect(await host.list('b')).toEqual(['b.cwl', 'a/']);
  expect(await host.list('../../x')).toEqual([]);
  expect(await host.list('a/')).toEqual([]);
  expect(get).toHaveBeenCalledWith('w/a', { content: true });
});
