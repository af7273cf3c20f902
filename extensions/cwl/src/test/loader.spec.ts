import { Loader, readProcesses } from '../process/index.js';
import type { RunState } from '../process/model.js';
import { resolveFile } from '../process/uri.js';
import { parseSource } from '../text/tree.js';

const TOOL = 'class: CommandLineTool\ncwlVersion: v1.2\ninputs: {}\noutputs: {}\n';
const workflow = (...runs: string[]): string =>
  `class: Workflow\ncwlVersion: v1.2\ninputs: {}\noutputs: {}\nsteps:\n${runs.map((run, index) => `  s${index}: {run: '${run}', in: {}, out: []}\n`).join('')}`;

/** Other files as a reader gives them, and what it was asked for. */
function place(files: { [uri: string]: string }) {
  const asked: string[] = [];
  const read = async (uri: string): Promise<string> => {
    asked.push(uri);
    return Object.hasOwn(files, uri) ? files[uri] : Promise.reject(new Error('ENOENT'));
  };
  return { asked, read };
}

async function open(text: string, files: { [uri: string]: string }, uri = 'w/main.cwl') {
  const { asked, read } = place(files);
  const loader = new Loader(uri, read);
  const { source } = parseSource(text, uri);
  const came = await loader.load(() => source);
  return { loader, source, asked, came, states: (): RunState[] => readProcesses(source, loader)[0].steps.map(({ run }) => run.state) };
}

describe('references', () => {
  it.each([
    ['file:///a/b.cwl', 'c.cwl', 'file:///a/c.cwl'],
    ['file:///a/b.cwl', './d/../c.cwl', 'file:///a/c.cwl'],
    ['file:///a/b.cwl', '../../../c.cwl', 'file:///c.cwl'],
    ['file:///a/b.cwl', '/c.cwl', 'file:///c.cwl'],
    ['file:///a/b.cwl', '', 'file:///a/b.cwl'],
    ['file:///a b/ü?.cwl', 'my tool?.cwl', 'file:///a b/my tool?.cwl'],
    ['https://host/a/b?x=/y', 'c?z', 'https://host/a/c?z'],
    ['https://host', 'c', 'https://host/c'],
    ['https://host/a', '//other/c', 'https://other/c'],
    ['https://host/a/b', 'http://other/c', 'http://other/c'],
    ['a/b/c.cwl', '../d.cwl', 'a/d.cwl'],
    ['c.cwl', '../d.cwl', '../d.cwl'],
    ['c.cwl', '../../d.cwl', '../../d.cwl'],
    ['/a/c.cwl', '../../d.cwl', '/d.cwl'],
    ['a/c.cwl', 'b/..', 'a/'],
    ['drive:a/b.cwl', '../c.cwl', 'drive:c.cwl'],
    ['drive:a/b.cwl', 'file:///x', 'file:///x'],
    ['a/c.cwl', 'step:1', 'a/step:1']
  ])('in %s: %s is %s', (base, reference, wanted) => {
    expect(resolveFile(base, reference)).toBe(wanted);
  });
});

describe('files that a document uses', () => {
  it('are read once each, at any depth, whoever names them', async () => {
    const { asked, came, states } = await open(workflow('sub/inner.cwl', 'tool.cwl', './tool.cwl#', 'sub/../tool.cwl'), {
      'w/sub/inner.cwl': workflow('../tool.cwl', 'deep.cwl'), 'w/sub/deep.cwl': workflow('../tool.cwl', '../main.cwl'), 'w/tool.cwl': TOOL
    });
    expect(asked.sort()).toEqual(['w/sub/deep.cwl', 'w/sub/inner.cwl', 'w/tool.cwl']);
    expect([came, states()]).toEqual([true, ['here', 'here', 'here', 'here']]);
  });

  it('are also those that directives name where no view looks', async () => {
    const { asked } = await open(`${TOOL}baseCommand: {$import: a.yml}\nx: [{y: {$include: b.js}}]\nz: {$mixin: c.yml}\n`, { 'w/a.yml': 'x: {$import: d/e.yml}' });
    expect(asked.sort()).toEqual(['w/a.yml', 'w/b.js', 'w/c.yml']);
  });

  it('are not read without a reader', async () => {
    const { source } = parseSource(workflow('tool.cwl', 'https://host/tool.cwl'), 'main.cwl');
    const loader = new Loader('main.cwl');
    expect(await loader.load(() => source)).toBe(false);
    expect(readProcesses(source, loader)[0].steps.map(({ run }) => run.state)).toEqual(['loading', 'remote']);
  });

  it('are loading until they are read', async () => {
    const { source } = parseSource(workflow('tool.cwl'), 'main.cwl');
    const loader = new Loader('main.cwl', place({ 'tool.cwl': TOOL }).read);
    const state = (): RunState => readProcesses(source, loader)[0].steps[0].run.state;
    expect(state()).toBe('loading');
    await Promise.all([loader.load(() => source), loader.load(() => source)]);
    expect(state()).toBe('here');
  });

  it('are missing or remote where the reader fails, by the place that they are at', async () => {
    const text = workflow('gone.cwl', 'https://elsewhere/tool.cwl', 'https://host/tool.cwl');
    expect((await open(text, {})).states()).toEqual(['missing', 'remote', 'remote']);
    expect((await open(text, {}, 'https://host/main.cwl')).states()).toEqual(['missing', 'remote', 'missing']);
  });

  it('are missing where the reader throws at once or gives no text', async () => {
    const { source } = parseSource(workflow('a.cwl', 'b.cwl'), 'main.cwl');
    const loader = new Loader('main.cwl', uri => {
      if (uri === 'a.cwl') {
        throw new Error('at once');
      }
      return Promise.resolve(undefined as unknown as string);
    });
    await loader.load(() => source);
    expect(readProcesses(source, loader)[0].steps.map(({ run }) => run.state)).toEqual(['missing', 'missing']);
  });

  it('are not read again until they are forgotten', async () => {
    const files: { [uri: string]: string } = { 'w/tool.cwl': TOOL };
    const { loader, source, asked, states } = await open(workflow('tool.cwl', 'gone.cwl'), files);
    expect(await loader.load(() => source)).toBe(false);
    expect(asked).toHaveLength(2);
    files['w/gone.cwl'] = TOOL;
    delete files['w/tool.cwl'];
    loader.forget('w/gone.cwl');
    loader.forget('w/tool.cwl');
    loader.forget('w/never.cwl');
    expect(states()).toEqual(['loading', 'loading']);
    await loader.load(() => source);
    expect(states()).toEqual(['missing', 'here']);
    expect(asked).toHaveLength(4);
  });

  it('are those of the text as it is when they are read', async () => {
    const { read, asked } = place({ 'a.cwl': TOOL, 'b.cwl': TOOL });
    let { source } = parseSource(workflow('a.cwl'), 'main.cwl');
    const loader = new Loader('main.cwl', async uri => {
      source = parseSource(workflow('a.cwl', 'b.cwl'), 'main.cwl').source;
      return read(uri);
    });
    await loader.load(() => source);
    expect(asked).toEqual(['a.cwl', 'b.cwl']);
  });

  it('are read anew where they are forgotten while they are read', async () => {
    const texts = ['class: nothing', TOOL];
    const { source } = parseSource(workflow('a.cwl'), 'main.cwl');
    const loader: Loader = new Loader('main.cwl', async uri => {
      const text = texts.shift() ?? '';
      if (texts.length > 0) {
        loader.forget(uri);
      }
      return text;
    });
    await loader.load(() => source);
    expect(readProcesses(source, loader)[0].steps[0].run.state).toBe('here');
  });

  it('are no more than 200', async () => {
    const names = Array.from({ length: 250 }, (_, index) => `t${index}.cwl`);
    const { states, asked } = await open(workflow(...names), Object.fromEntries(names.map(name => [`w/${name}`, TOOL])));
    expect(asked).toHaveLength(200);
    expect(states().filter(state => state === 'here')).toHaveLength(200);
    expect(states().slice(200)).toEqual(Array(50).fill('missing'));
  });

  it('are those that are still used, of all that a run was while somebody typed it', async () => {
    const { asked, read } = place(Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`t${index}.cwl`, TOOL])));
    const loader = new Loader('main.cwl', read);
    readProcesses(parseSource(workflow('t'), 'main.cwl').source, loader);
    for (let index = 0; index < 300; index++) {
      const { source } = parseSource(workflow(`t${index}.cwl`), 'main.cwl');
      await loader.load(() => source);
      expect(readProcesses(source, loader)[0].steps[0].run.state).toBe('here');
    }
    expect(asked).toHaveLength(300);
  });

  it('are no more than 50 MB', async () => {
    const large = `${TOOL}# ${'x'.repeat(20_000_000)}\n`;
    const { states } = await open(workflow('a.cwl', 'b.cwl', 'c.cwl', 'd.cwl'), { 'w/a.cwl': large, 'w/b.cwl': large, 'w/c.cwl': large, 'w/d.cwl': TOOL });
    expect(states()).toEqual(['here', 'here', 'missing', 'here']);
  }, 60_000);

  it('are no more than 20 one within another', async () => {
    const files = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`w/f${index}.cwl`, workflow(`f${index + 1}.cwl`)]));
    const { asked, source, loader } = await open(workflow('f0.cwl'), files);
    expect(asked).toHaveLength(20);
    let [last] = readProcesses(source, loader);
    while (last.steps[0].run.process) {
      last = last.steps[0].run.process;
    }
    expect(last.steps[0].run.state).toBe('missing');
    expect(last.steps[0].run.why).toContain('20');
  });

  it('that use each other are recursive, and no call is without an end', async () => {
    const { source, loader, asked } = await open(workflow('a.cwl'), { 'w/a.cwl': workflow('b.cwl', 'tool.cwl'), 'w/b.cwl': workflow('a.cwl', 'main.cwl'), 'w/tool.cwl': TOOL });
    const [main] = readProcesses(source, loader);
    const a = main.steps[0].run.process!;
    const b = a.steps[0].run.process!;
    expect(b.steps.map(({ run }) => run.state)).toEqual(['recursive', 'recursive']);
    expect([b.steps[0].run.process, b.steps[1].run.process]).toEqual([a, main]);
    expect(asked).not.toContain('w/main.cwl');
  });

  it('that import themselves or each other end', async () => {
    const { states } = await open('class: Workflow\nsteps: {$import: a.yml}\ninputs: {$import: b.yml}\n', { 'w/a.yml': '$import: a.yml', 'w/b.yml': '$import: c.yml', 'w/c.yml': '- $import: b.yml' });
    expect(states()).toEqual([]);
  });
});

describe('after an edit', () => {
  const sourceAt = (text: string) => parseSource(text, 'file:///pipelines/main.cwl').source;

  it('keeps the views of other files, unless they use the document', async () => {
    const uri = 'file:///pipelines/main.cwl';
    const text = 'class: Workflow\ninputs: {}\noutputs: {}\nsteps: {a: {run: tool.cwl, in: {}, out: []}, b: {run: RUN, in: {}, out: []}}\n';
    const others: { [uri: string]: string } = { 'file:///pipelines/tool.cwl': TOOL, 'file:///pipelines/back.cwl': text.replace('RUN', 'main.cwl') };
    const loader = new Loader(uri, async asked => others[asked] ?? Promise.reject(new Error()));
    const first = sourceAt(text.replace('RUN', 'tool.cwl'));
    await loader.load(() => first);
    const before = readProcesses(first, loader)[0].steps[0].run.process;
    expect(before?.class).toBe('CommandLineTool');
    expect(readProcesses(sourceAt(text.replace('RUN', 'tool.cwl#')), loader)[0].steps[0].run.process).toBe(before);

    const second = sourceAt(text.replace('RUN', 'back.cwl'));
    await loader.load(() => second);
    const third = sourceAt(text.replace('RUN', 'back.cwl').replace('inputs: {}', 'inputs: {new: File}'));
    readProcesses(second, loader);
    const [process] = readProcesses(third, loader);
    expect(process.steps[1].run.process?.steps[1].run.process).toBe(process);
  });
});
