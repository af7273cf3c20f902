import { YFile } from '@jupyter/ydoc';
import { PipelineModel } from '../model';

const TOOL = 'cwlVersion: v1.2\nclass: CommandLineTool\ninputs:\n  text: File\noutputs:\n  count: File\n';
const TEXT = `cwlVersion: v1.2
class: Workflow
inputs:
  text: File
outputs: {}
steps:
  count:
    run: count.cwl
    in: {text: text}
    out: [count]
`;

interface IOpened {
  text: YFile;
  model: PipelineModel;
  files: Map<string, string>;
  /** Whatever was asked for, in turn. */
  asked: string[];
}

const models: PipelineModel[] = [];

async function opened(source = TEXT): Promise<IOpened> {
  const text = new YFile();
  text.setSource(source);
  text.clearUndoHistory();
  const files = new Map([['contents:///w/count.cwl', TOOL]]);
  const asked: string[] = [];
  const read = (uri: string): Promise<string> => {
    asked.push(uri);
    return files.has(uri) ? Promise.resolve(files.get(uri)!) : Promise.reject(new Error('none'));
  };
  const model = new PipelineModel({ text, uri: 'contents:///w/main.cwl', read });
  models.push(model);
  await model.document.load();
  return { text, model, files, asked };
}

afterEach(() => models.splice(0).forEach(model => model.dispose()));

/** What somebody types in an editor of the same document. */
const type = (text: YFile, before: string, insert: string): void => {
  const at = text.getSource().indexOf(before);
  text.transact(() => text.updateSource(at, at, insert));
};

const changed = (model: PipelineModel): Promise<void> =>
  new Promise(resolve => {
    const once = (): void => {
      model.changed.disconnect(once);
      resolve();
    };
    model.changed.connect(once);
  });

describe('one document in several views', () => {
  it('tells when there is nothing to undo any more, as JupyterLab forgets what it has done itself to open a document', async () => {
    const { text, model } = await opened();
    type(text, 'inputs:', '# read\n');
    expect(model.canUndo).toBe(true);
    const told = changed(model);
    text.clearUndoHistory();
    await told;
    expect(model.canUndo).toBe(false);
  });

  it('has nothing to undo when it is opened, and goes back through edits of text and graph in their order', async () => {
    const { text, model } = await opened();
    expect([model.canUndo, model.canRedo, text.getSource()]).toEqual([false, false, TEXT]);
    type(text, 'inputs:', '# typed\n');
    model.apply({ kind: 'add-input', id: 'pattern', type: 'string' });
    const two = text.getSource();
    type(text, 'outputs:', '# typed again\n');
    expect([model.canUndo, model.canRedo]).toEqual([true, false]);
    model.undo();
    expect(text.getSource()).toBe(two);
    model.undo();
    expect(text.getSource()).toBe(TEXT.replace('inputs:', '# typed\ninputs:'));
    expect(model.graph.nodes.map(({ id }) => id)).toEqual(['input:text', 'step:count']);
    text.undo();
    expect([text.getSource(), model.canUndo, model.canRedo]).toEqual([TEXT, false, true]);
    model.redo();
    model.redo();
    expect(text.getSource()).toBe(two);
    expect(model.document.text).toBe(two);
  });

  it('keeps what is typed at another place while an edit of the graph is on its way', async () => {
    const { text, model } = await opened();
    const edit = { kind: 'rename-input', input: 'text', id: 'catalogue' } as const;
    type(text, 'cwlVersion', '# of somebody else\n');
    expect(model.apply(edit).ok).toBe(true);
    expect(text.getSource()).toBe(`# of somebody else\n${TEXT.replace('  text: File', '  catalogue: File').replace('{text: text}', '{text: catalogue}')}`);
  });

  it('refuses an edit of what was changed in the text meanwhile, and says why', async () => {
    const { text, model } = await opened();
    const at = text.getSource().indexOf('count:\n');
    text.transact(() => text.updateSource(at, at + 5, 'lines'));
    const before = text.getSource();
    const result = model.apply({ kind: 'rename-step', step: 'count', id: 'number' });
    expect(result.ok ? '' : result.message).toMatch(/count/);
    expect([text.getSource(), model.document.text]).toEqual([before, before]);
    // Half typed, nothing can be known of it.
    type(text, 'inputs:', 'x: "');
    const broken = text.getSource();
    expect(model.apply({ kind: 'add-input', id: 'pattern', type: 'string' }).ok).toBe(false);
    expect(model.mend({ label: 'Add', edit: { kind: 'add-input', id: 'pattern', type: 'string' } })).toMatchObject({ ok: false });
    expect(text.getSource()).toBe(broken);
  });
});

describe('files that a document names', () => {
  it('are read anew when they change, come or go', async () => {
    const { model, files, asked } = await opened();
    const ports = (): string[] => model.graph.nodes.find(({ id }) => id === 'step:count')!.outputs.map(({ name }) => name);
    expect(ports()).toEqual(['count']);
    files.set('contents:///w/count.cwl', TOOL.replace('count: File', 'count: File\n  log: File'));
    let next = changed(model);
    model.reread('contents:///w/count.cwl');
    await next;
    expect(ports()).toEqual(['count', 'log']);
    files.clear();
    next = changed(model);
    model.reread('contents:///w/count.cwl');
    await next;
    expect(model.graph.nodes.find(({ id }) => id === 'step:count')!.run!.state).toBe('missing');
    const reads = asked.length;
    model.reread('contents:///w/other.cwl');
    model.reread('contents:///w/main.cwl');
    await model.document.load();
    expect(asked).toHaveLength(reads);
  });

  it('are what others said of the document about, where it is after it was moved', async () => {
    const { model } = await opened();
    const [said] = model.document.check();
    const range = { from: 0, to: 3 };
    model.setForeignProblems('cwltool', [
      { ...said, code: 'cwltool', severity: 'error', message: 'Of this', uri: model.document.uri, range, position: { line: 1, column: 1 }, node: null, fixes: [] },
      { ...said, code: 'cwltool', severity: 'error', message: 'Of another', uri: 'contents:///w/count.cwl', range, position: { line: 1, column: 1 }, node: null, fixes: [] }
    ]);
    model.moveTo('contents:///w/new.cwl');
    expect(model.problems.filter(({ code }) => code === 'cwltool').map(({ uri }) => uri)).toEqual(['contents:///w/new.cwl', 'contents:///w/count.cwl']);
  });

  it('are asked no more once it is closed', async () => {
    const { model, asked } = await opened();
    const reads = asked.length;
    model.dispose();
    model.reread('contents:///w/count.cwl');
    await model.document.load();
    expect(asked).toHaveLength(reads);
  });

  it('are looked for from where the document is after it was moved', async () => {
    const { text, model, files, asked } = await opened();
    files.set('contents:///w/new/count.cwl', TOOL);
    const next = changed(model);
    model.moveTo('contents:///w/new/main.cwl');
    await next;
    await model.document.load();
    expect(asked.at(-1)).toBe('contents:///w/new/count.cwl');
    expect([model.graph.nodes.find(({ id }) => id === 'step:count')!.run!.state, text.getSource(), model.canUndo]).toEqual(['here', TEXT, false]);
  });

  it('and cannot be had, are marked, and the rest works', async () => {
    const { model, text } = await opened(TEXT.replace('count.cwl', 'http://unreachable.invalid/count.cwl').replace('out: [count]', 'out: [count]\n  gone: {run: gone.cwl, in: {}, out: [x]}'));
    const states = model.graph.nodes.flatMap(({ id, run }) => (run ? [[id, run.state, run.why !== null]] : []));
    expect(states).toEqual([['step:count', 'remote', true], ['step:gone', 'missing', true]]);
    expect(model.problems.map(({ code, node }) => [code, node]).filter(([code]) => code!.startsWith('run-'))).toEqual([['run-remote', 'step:count'], ['run-missing', 'step:gone']]);
    expect(model.apply({ kind: 'connect', from: { step: 'count', output: 'count' }, to: { step: 'gone', input: 'y' } }).ok).toBe(true);
    expect(text.getSource()).toContain('y: count/count');
  });
});
