import type { Contents } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import type { IPipelineHost } from '../host';
import { removePositions, suggested, writePositions } from '../editor/layout/in-document';
import { Layouts } from '../editor/layout/places';
import { formatPositions, parsePositions } from '../editor/layout/positions';
import { Sidecar } from '../editor/layout/sidecar';
import { shownOf } from '../editor/canvas/shown';
import { GraphView } from '../editor/canvas/view';
import type { PipelineModel } from '../model';
import { inRow, trans, viewOf, WORKFLOW } from './graph-parts';

/** Files as JupyterLab's contents manager has them, with what it tells of them. */
class Files {
  constructor(readonly texts: { [path: string]: string } = {}) {}
  readonly fileChanged = new Signal<this, Contents.IChangedArgs>(this);
  isReadOnly = false;
  /** The server does not answer as it should. */
  isAway = false;
  readonly written: string[] = [];
  /** Of what is not of the size of its text. */
  readonly sizes: { [path: string]: number | null } = {};
  readonly contentsOf: string[] = [];

  get = async (path: string, { content }: Contents.IFetchOptions = {}): Promise<Contents.IModel> => {
    const text = this.texts[path];
    if (text === undefined || this.isAway) {
      throw Object.assign(new Error('refused'), { response: { status: this.isAway ? 503 : 404 } });
    }
    const size = path in this.sizes ? this.sizes[path] : text.length;
    if (content === false) {
      return { path, size, content: null } as unknown as Contents.IModel;
    }
    this.contentsOf.push(path);
    return { path, size, content: text } as Contents.IModel;
  };
  save = async (path: string, { content }: Partial<Contents.IModel> = {}): Promise<Contents.IModel> => {
    if (this.isReadOnly) {
      throw new Error('403');
    }
    this.written.push(path);
    this.texts[path] = content as string;
    return { path } as Contents.IModel;
  };
  delete = async (path: string): Promise<void> => {
    delete this.texts[path];
    this.fileChanged.emit({ type: 'delete', oldValue: { path }, newValue: null });
  };
  rename = async (from: string, to: string): Promise<Contents.IModel> => {
    if (this.texts[to] !== undefined || this.texts[from] === undefined) {
      throw new Error('409');
    }
    this.texts[to] = this.texts[from];
    delete this.texts[from];
    this.fileChanged.emit({ type: 'rename', oldValue: { path: from }, newValue: { path: to } });
    return { path: to } as Contents.IModel;
  };
}

const SIDE = 'a/w.cwl.layout.json';
const nodesOf = (text: string | undefined): unknown => (text === undefined ? null : (JSON.parse(text) as { nodes: unknown }).nodes);

function opened(files: Files, { path = 'a/w.cwl', isInDocument = false } = {}) {
  const at = { path };
  const changed = new Signal<unknown, void>({});
  const onRefused = jest.fn();
  const sidecar = new Sidecar({
    host: { path: () => at.path, contents: files as unknown as IPipelineHost['contents'] },
    model: { changed } as unknown as PipelineModel,
    isInDocument: () => isInDocument,
    onRefused
  });
  return { sidecar, at, changed, onRefused };
}

const later = (): Promise<void> => jest.advanceTimersByTimeAsync(10_000);

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe('positions beside the document', () => {
  it('are written a while after something was moved, all at once, and read again', async () => {
    const files = new Files();
    const { sidecar } = opened(files);
    expect(await sidecar.read()).toBeNull();
    await later();
    expect(files.written).toEqual([]);
    sidecar.write([['step:b', { x: 1, y: 2 }], ['step:a', { x: 3, y: -4 }]], ['step:b']);
    sidecar.write([['step:b', { x: 5, y: 2 }], ['step:a', { x: 3, y: -4 }]], ['step:b']);
    await later();
    expect(files.written).toEqual([SIDE]);
    expect(files.texts[SIDE]).toBe('{\n  "nodes": {\n    "step:a": [3, -4],\n    "step:b": [5, 2]\n  }\n}\n');
    expect(await opened(files).sidecar.read()).toEqual([['step:a', { x: 3, y: -4 }], ['step:b', { x: 5, y: 2 }]]);
    await later();
    expect(files.written).toEqual([SIDE]);
  });

  it.each([495_000_000, null])('are not read from a file of %s bytes, which the server would have to hold', async size => {
    const files = new Files({ [SIDE]: '{"nodes": {"step:a": [1, 2]}}' });
    files.sizes[SIDE] = size;
    const { sidecar } = opened(files);
    expect(await sidecar.read()).toBeNull();
    sidecar.write([['step:a', { x: 5, y: 2 }]], ['step:a']);
    await later();
    expect(files.contentsOf).toEqual([]);
    expect(nodesOf(files.texts[SIDE])).toEqual({ 'step:a': [5, 2] });
  });

  it('are written at once when the document is closed', async () => {
    const files = new Files();
    const { sidecar } = opened(files);
    await sidecar.read();
    sidecar.write([['step:a', { x: 1, y: 1 }]], ['step:a']);
    sidecar.dispose();
    await jest.advanceTimersByTimeAsync(0);
    expect(nodesOf(files.texts[SIDE])).toEqual({ 'step:a': [1, 1] });
  });

  it('are of each node what was moved last, whoever did', async () => {
    const files = new Files({ [SIDE]: formatPositions(new Map([['a', { x: 0, y: 0 }], ['b', { x: 0, y: 0 }], ['c', { x: 0, y: 0 }]])) });
    const [one, other] = [opened(files).sidecar, opened(files).sidecar];
    await Promise.all([one.read(), other.read()]);
    one.write([['a', { x: 1, y: 1 }], ['b', { x: 0, y: 0 }], ['c', { x: 0, y: 0 }]], ['a']);
    await later();
    other.write([['a', { x: 0, y: 0 }], ['b', { x: 2, y: 2 }], ['c', { x: 0, y: 0 }]], ['b']);
    await later();
    expect(nodesOf(files.texts[SIDE])).toEqual({ a: [1, 1], b: [2, 2], c: [0, 0] });
    one.write([['a', { x: 1, y: 1 }], ['b', { x: 0, y: 0 }], ['c', { x: 3, y: 3 }]], ['c']);
    await later();
    expect(nodesOf(files.texts[SIDE])).toEqual({ a: [1, 1], b: [2, 2], c: [3, 3] });
    other.write([['a', { x: 4, y: 4 }], ['b', { x: 2, y: 2 }], ['c', { x: 0, y: 0 }]], ['a']);
    await later();
    one.write([['a', { x: 1, y: 1 }], ['b', { x: 5, y: 5 }], ['c', { x: 3, y: 3 }]], ['b']);
    await later();
    expect(nodesOf(files.texts[SIDE])).toEqual({ a: [4, 4], b: [5, 5], c: [3, 3] });
  });

  it('are of both of two who open a document that has none yet', async () => {
    const files = new Files();
    const [one, other] = [opened(files).sidecar, opened(files).sidecar];
    await Promise.all([one.read(), other.read()]);
    one.write([['a', { x: 1, y: 1 }], ['b', { x: 0, y: 0 }]], ['a']);
    await later();
    other.write([['a', { x: 0, y: 0 }], ['b', { x: 2, y: 2 }]], ['b']);
    await later();
    expect(nodesOf(files.texts[SIDE])).toEqual({ a: [1, 1], b: [2, 2] });
  });

  it('that come late count, but for what was moved here', async () => {
    const files = new Files({ [SIDE]: formatPositions(new Map([['a', { x: 7, y: 7 }], ['b', { x: 8, y: 8 }], ['deep/c', { x: 9, y: 9 }]])) });
    const { get } = files;
    let answer = (): void => undefined;
    files.get = path => new Promise(resolve => (answer = () => resolve(get(path))));
    const { sidecar } = opened(files);
    const read = sidecar.read();
    await later();
    expect(await read).toBeNull();
    answer();
    files.get = get;
    sidecar.write([['a', { x: 0, y: 0 }], ['b', { x: 1, y: 1 }], ['d', { x: 2, y: 2 }]], ['b']);
    await later();
    expect(nodesOf(files.texts[SIDE])).toEqual({ a: [7, 7], b: [1, 1], d: [2, 2], 'deep/c': [9, 9] });
  });

  it('are all those here where the document is saved in the place of another', async () => {
    const files = new Files({ 'c.cwl.layout.json': formatPositions(new Map([['a', { x: 7, y: 7 }], ['z', { x: 8, y: 8 }]])) });
    const { sidecar, at, changed } = opened(files);
    await sidecar.read();
    sidecar.write([['a', { x: 1, y: 1 }], ['b', { x: 0, y: 0 }]], ['b']);
    await later();
    at.path = 'c.cwl';
    changed.emit();
    await later();
    expect(nodesOf(files.texts['c.cwl.layout.json'])).toEqual({ a: [1, 1], b: [0, 0] });
  });

  it('lose what is not in the document any more', async () => {
    const files = new Files({ [SIDE]: formatPositions(new Map([['a', { x: 0, y: 0 }], ['old', { x: 0, y: 0 }]])) });
    const { sidecar } = opened(files);
    await sidecar.read();
    files.texts[SIDE] = formatPositions(new Map([['a', { x: 0, y: 0 }], ['old', { x: 0, y: 0 }], ['theirs', { x: 3, y: 3 }]]));
    sidecar.write([['a', { x: 1, y: 1 }]], ['a']);
    await later();
    expect(nodesOf(files.texts[SIDE])).toEqual({ a: [1, 1], theirs: [3, 3] });
  });

  it('count as moved until they are written', async () => {
    const files = new Files({ [SIDE]: formatPositions(new Map([['a', { x: 0, y: 0 }]])) });
    const { sidecar } = opened(files);
    await sidecar.read();
    files.isReadOnly = true;
    sidecar.write([['a', { x: 1, y: 1 }], ['b', { x: 0, y: 0 }]], ['a']);
    await later();
    files.isReadOnly = false;
    sidecar.write([['a', { x: 1, y: 1 }], ['b', { x: 2, y: 2 }]], ['b']);
    await later();
    expect(nodesOf(files.texts[SIDE])).toEqual({ a: [1, 1], b: [2, 2] });
  });

  it('are none once all has been arranged anew; the file says so where the document has positions', async () => {
    const files = new Files({ [SIDE]: formatPositions(new Map([['a', { x: 1, y: 1 }]])) });
    const { sidecar } = opened(files);
    await sidecar.read();
    sidecar.write([], []);
    await later();
    expect(files.texts).toEqual({});
    const { sidecar: other } = opened(files, { isInDocument: true });
    await other.read();
    other.write([], []);
    await later();
    expect(nodesOf(files.texts[SIDE])).toEqual({});
    expect(await opened(files).sidecar.read()).toEqual([]);
  });

  it('are kept for the session where nothing can be written, which is said once', async () => {
    const files = new Files();
    files.isReadOnly = true;
    const { sidecar, onRefused } = opened(files);
    await sidecar.read();
    sidecar.write([['a', { x: 1, y: 1 }]], ['a']);
    await later();
    sidecar.write([['a', { x: 2, y: 2 }]], ['a']);
    await later();
    expect(onRefused).toHaveBeenCalledTimes(1);
    files.isReadOnly = false;
    sidecar.write([['a', { x: 2, y: 2 }], ['b', { x: 0, y: 0 }]], []);
    await later();
    expect(nodesOf(files.texts[SIDE])).toEqual({ a: [2, 2], b: [0, 0] });
  });

  it('are not written over those in a file that cannot be read now', async () => {
    const files = new Files({ [SIDE]: formatPositions(new Map([['step:a', { x: 1, y: 1 }], ['step:b', { x: 2, y: 2 }]])) });
    const { sidecar, onRefused } = opened(files);
    files.isAway = true;
    expect(await sidecar.read()).toBeNull();
    sidecar.write([['step:a', { x: 9, y: 9 }], ['step:b', { x: 8, y: 8 }]], ['step:a']);
    await later();
    expect([files.written, onRefused.mock.calls.length]).toEqual([[], 1]);
    files.isAway = false;
    sidecar.write([['step:a', { x: 9, y: 9 }], ['step:b', { x: 8, y: 8 }]], []);
    await later();
    expect(nodesOf(files.texts[SIDE])).toEqual({ 'step:a': [9, 9], 'step:b': [2, 2] });
  });

  it('do not keep the graph waiting', async () => {
    const files = new Files();
    files.get = () => new Promise(() => undefined);
    const read = opened(files).sidecar.read();
    await later();
    expect(await read).toBeNull();
  });

  it('are harmless where they are nonsense', () => {
    for (const text of ['', 'null', '3', '[]', '{"nodes":[]}', '<<<<<<< ours', '{"nodes": 3}', ' '.repeat(9_000_000)]) {
      expect(parsePositions(text)).toBeNull();
    }
    const text = '{"nodes":{"a":[1,2],"b":["1",2],"c":[1],"d":[1,2,3],"e":null,"f":[1e300,1],"__proto__":[1,2]}}';
    expect([...parsePositions(text)!]).toEqual([['a', { x: 1, y: 2 }], ['__proto__', { x: 1, y: 2 }]]);
    const many = new Map(Array.from({ length: 7_000 }, (_, index) => [`step:${index}`, { x: index, y: 0 }]));
    expect(parsePositions(formatPositions(many))!.size).toBe(5_000);
    expect(parsePositions(formatPositions(new Map([['x'.repeat(9_000), { x: 0, y: 0 }], ['"\n', { x: 0, y: 0 }]])))).toEqual(new Map([['"\n', { x: 0, y: 0 }]]));
  });

  describe('with a file that is', () => {
    const moved = async () => {
      const files = new Files({ 'a/w.cwl': '' });
      const all = opened(files);
      await all.sidecar.read();
      all.sidecar.write([['a', { x: 1, y: 1 }]], ['a']);
      await later();
      return { files, ...all };
    };
    /** As the document's own context does. */
    const follow = (files: Files, at: { path: string }, changed: Signal<unknown, void>): void =>
      void files.fileChanged.connect((_, { type, oldValue, newValue }) => {
        if (type === 'rename' && oldValue!.path === at.path) {
          at.path = newValue!.path!;
          changed.emit();
        }
      });

    it('renamed', async () => {
      const { files, sidecar, at, changed } = await moved();
      follow(files, at, changed);
      sidecar.write([['a', { x: 2, y: 2 }]], ['a']);
      await files.rename('a/w.cwl', 'b/v.cwl');
      await later();
      expect(Object.keys(files.texts)).toEqual(['b/v.cwl', 'b/v.cwl.layout.json']);
      expect(nodesOf(files.texts['b/v.cwl.layout.json'])).toEqual({ a: [2, 2] });
    });

    it('renamed to one whose positions were left', async () => {
      const { files, at, changed } = await moved();
      files.texts['v.cwl.layout.json'] = '{"nodes":{"z":[9,9]}}';
      follow(files, at, changed);
      await files.rename('a/w.cwl', 'v.cwl');
      await later();
      expect(nodesOf(files.texts['v.cwl.layout.json'])).toEqual({ a: [1, 1] });
      expect(files.texts[SIDE]).toBeUndefined();
    });

    it('in a folder that is renamed', async () => {
      const { files, sidecar, at } = await moved();
      files.texts['b/w.cwl.layout.json'] = files.texts[SIDE]!;
      delete files.texts[SIDE];
      at.path = 'b/w.cwl';
      files.fileChanged.emit({ type: 'rename', oldValue: { path: 'a' }, newValue: { path: 'b' } });
      sidecar.write([['a', { x: 3, y: 3 }]], ['a']);
      await later();
      expect(nodesOf(files.texts['b/w.cwl.layout.json'])).toEqual({ a: [3, 3] });
      expect(files.texts[SIDE]).toBeUndefined();
    });

    it('saved under another name', async () => {
      const { files, at, changed } = await moved();
      at.path = 'c.cwl';
      changed.emit();
      await later();
      expect(nodesOf(files.texts['c.cwl.layout.json'])).toEqual({ a: [1, 1] });
      expect(nodesOf(files.texts[SIDE])).toEqual({ a: [1, 1] });
    });

    it('deleted', async () => {
      const { files, sidecar } = await moved();
      sidecar.write([['a', { x: 2, y: 2 }]], ['a']);
      await files.delete('a/w.cwl');
      sidecar.dispose();
      await later();
      expect(files.texts).toEqual({});
    });
  });
});

describe('a graph', () => {
  const shown = (source: string, expand: string[] = []) => {
    const { view } = viewOf(source);
    expand.forEach(id => view.model.expand(id, true));
    return shownOf(view.graph);
  };

  it('is as it was left, and keeps the places of what is renamed, with what is in it', async () => {
    const written: unknown[] = [];
    const kept: [string, { x: number; y: number }][] = [['step:align', { x: 12, y: -5 }], ['step:deep', { x: 70, y: 7 }], ['step:deep/step:last', { x: 44, y: 4 }]];
    const positions = { read: async () => [...kept, ['step:count', { x: 0, y: 200 }], ['output:table', { x: 900, y: 0 }]] as typeof kept, write: (corners: unknown) => void written.push(corners) };
    const arrange = jest.fn(inRow);
    const layouts = new Layouts(arrange, positions);
    const before = await layouts.places(shown(WORKFLOW));
    expect(before.get('step:align')).toMatchObject({ x: 12, y: -5 });
    expect(arrange).not.toHaveBeenCalled();
    expect(written).toEqual([]);
    await layouts.places(shown(WORKFLOW.replace('  deep:', '  deeper:')));
    expect(written).toHaveLength(1);
    expect(new Map(written[0] as typeof kept).get('step:deeper')).toEqual({ x: 70, y: 7 });
    expect(new Map(written[0] as typeof kept).get('step:deeper/step:last')).toEqual({ x: 44, y: 4 });
  });

  it('writes nothing of a rename where nobody has moved anything', async () => {
    const write = jest.fn();
    const layouts = new Layouts(inRow, { read: () => null, write });
    await layouts.places(shown(WORKFLOW));
    await layouts.places(shown(WORKFLOW.replace('  deep:', '  deeper:')));
    expect(write).not.toHaveBeenCalled();
  });

  const IN_DOCUMENT = `cwlVersion: v1.0
class: Workflow
$namespaces: {sbg: 'https://sevenbridges.com'}
inputs:
  a: {type: File, sbg:x: -300, sbg:y: 0}
outputs:
  o: {type: File, outputSource: two/o, sbg:x: 400, sbg:y: 0}
steps:
  one:
    run: {class: CommandLineTool, inputs: {a: File}, outputs: {o: File}}
    in: {a: a}
    out: [o]
    sbg:x: 0
    sbg:y: 0
  two:
    run: {class: CommandLineTool, inputs: {a: File}, outputs: {o: File}}
    in: {a: one/o}
    out: [o]
    sbg:x: 100
    sbg:y: 20
`;
  const layoutsOf = (source: string, read: () => [string, { x: number; y: number }][] | null) => {
    const { view, text } = viewOf(source);
    const arrange = jest.fn(inRow);
    const layouts = new Layouts(arrange, { read, write: () => undefined }, holder => suggested(view.model, holder));
    return { layouts, arrange, text, view: new GraphView(view.model, trans, layouts) };
  };

  it('is as the document says where nothing else is known, with no card on another', async () => {
    const { layouts, arrange, view } = layoutsOf(IN_DOCUMENT, () => null);
    const places = await layouts.places(shownOf(view.graph));
    expect(arrange).not.toHaveBeenCalled();
    const [one, two] = [places.get('step:one')!, places.get('step:two')!];
    expect(two.x).toBeGreaterThanOrEqual(one.x + one.width);
    const other = layoutsOf(IN_DOCUMENT, () => [['step:one', { x: 1, y: 1 }], ['step:two', { x: 500, y: 1 }], ['input:a', { x: 0, y: 400 }]]);
    expect((await other.layouts.places(shownOf(other.view.graph))).get('step:one')).toMatchObject({ x: 1, y: 1 });
    const arranged = layoutsOf(IN_DOCUMENT, () => []);
    await arranged.layouts.places(shownOf(arranged.view.graph));
    expect(arranged.arrange).toHaveBeenCalledTimes(1);
  });

  it('puts its places into the document and takes them out, each as one step of undo', async () => {
    const { layouts, text, view } = layoutsOf(WORKFLOW, () => null);
    view.model.expand('step:deep', true);
    const before = await layouts.places(shownOf(view.graph));
    writePositions(view);
    const again = layoutsOf(text.getSource(), () => null);
    again.view.model.expand('step:deep', true);
    const after = await again.layouts.places(shownOf(again.view.graph));
    expect(again.arrange).not.toHaveBeenCalled();
    for (const [id, { x, y }] of before) {
      expect([id, after.get(id)]).toEqual([id, expect.objectContaining({ x, y })]);
    }
    const written = text.getSource();
    view.model.undo();
    expect(text.getSource()).toBe(WORKFLOW);
    view.model.redo();
    expect(text.getSource()).toBe(written);
    removePositions(view);
    expect(text.getSource()).not.toContain('sbg');
    view.model.undo();
    expect(text.getSource()).toBe(written);
  });

  it('gives the inputs of one card places one below the other', async () => {
    const inputs = Array.from({ length: 12 }, (_, index) => `  i${index}: string\n`).join('');
    const { layouts, text, view } = layoutsOf(`cwlVersion: v1.2\nclass: Workflow\ninputs:\n${inputs}outputs: {}\nsteps: {}\n`, () => null);
    await layouts.places(shownOf(view.graph));
    writePositions(view);
    expect(suggested(view.model, null).size).toBe(12);
    expect(new Set([...suggested(view.model, null).values()].map(({ y }) => y)).size).toBe(12);
    expect(text.getSource()).toContain('sbg:x');
  });
});
