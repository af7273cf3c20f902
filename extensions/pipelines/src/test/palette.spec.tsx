import { open } from '@jupyter-datalabs/cwl';
import type { Contents } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { addTool, fileName, makeTool, pathOfDrag } from '../palette/add';
import { readCommand, toolFields } from '../palette/command';
import { toolText } from '../palette/draft';
import type { IToolDraft } from '../palette/draft';
import { readerOf } from '../files';
import { matching, ToolFinder } from '../palette/finder';
import { parametersOf } from '../palette/notebook';
import { Palette } from '../palette/palette';
import { toYaml } from '../palette/yaml';
import { relativePath, relativeReference, resolved } from '../paths';
import { byText, EMPTY, fakeHost, FakeContents, fill, GREP, key, settle, shown } from './tools-fakes';

const trans = nullTranslator.load('');
const fields = (text: string, types: { [input: string]: string } = {}): unknown => toolFields(readCommand(text), new Map(Object.entries(types)));
const draft = (change: Partial<IToolDraft>): IToolDraft => ({ kind: 'command', command: '', types: {}, outputs: '', image: '', notebook: null, datalab: null, ...change });
/** Whatever is made has to be a document without errors. */
const errorsOf = (text: string): string[] =>
  open(text, { uri: 'contents:///new.cwl' }).check().filter(({ severity }) => severity === 'error').map(({ message }) => message);

describe('a tool from a command', () => {
  it('takes words as they are, and inputs where they stand', () => {
    expect(fields('samtools sort -o "out file.bam" -@ {threads:int} <reads>', { threads: 'int', reads: 'File' })).toEqual({
      baseCommand: ['samtools', 'sort', '-o', 'out file.bam'],
      inputs: { threads: { type: 'int', inputBinding: { position: 1, prefix: '-@' } }, reads: { type: 'File', inputBinding: { position: 2 } } }
    });
    expect(fields('a --in={x} {x}.log', { x: 'File' })).toEqual({
      baseCommand: 'a',
      inputs: { x: { type: 'File', inputBinding: { position: 1, prefix: '--in=', separate: false } } },
      arguments: [{ position: 2, valueFrom: '$(inputs.x.path).log' }]
    });
  });

  it('keeps what is printed and gives what is read', () => {
    expect(fields('sort < {table} > {name}.txt 2> "my log"', { name: 'string' })).toMatchObject({
      baseCommand: 'sort', stdin: '$(inputs.table)', stdout: '$(inputs.name).txt', stderr: 'my log'
    });
  });

  it('has a shell read what a shell alone reads', () => {
    const made = fields('cat {a} | wc -l') as { requirements: unknown; arguments: unknown[]; baseCommand?: unknown };
    expect(made.requirements).toEqual({ ShellCommandRequirement: {} });
    expect(made.baseCommand).toBeUndefined();
    expect(made.arguments).toEqual([
      { position: 1, valueFrom: 'cat' }, { position: 3, valueFrom: '|', shellQuote: false }, { position: 4, valueFrom: 'wc' }, { position: 5, valueFrom: '-l' }
    ]);
    expect([readCommand("a '$HOME' \"x|y\"").needsShell, readCommand('a $HOME').needsShell, readCommand('ls *.fits').needsShell]).toEqual([false, true, true]);
  });

  it('does not take text for an expression, and says what is broken', () => {
    expect(fields("echo {x} '$(inputs.secret)'")).toMatchObject({ arguments: [{ position: 2, valueFrom: '\\$(inputs.secret)' }] });
    expect(['a "b', 'a >', "a '", 'a > > b'].map(text => readCommand(text).isBroken)).toEqual([true, true, true, true]);
    expect(readCommand('a 2>&1 >> b').isBroken).toBe(false);
    expect(readCommand('').words).toEqual([]);
  });

  it.each([
    draft({ command: 'grep -c {pattern:string} {file} > count.txt', outputs: '*.png dir/ 2.fits' }),
    draft({ command: 'cat {a} | wc -l > "n: 1.txt"' }),
    draft({ kind: 'container', image: 'debian:12', command: 'sort {table}' }),
    draft({ kind: 'datalab', datalab: { id: 'topcat', title: 'TOPCAT: "x"', version: '4.10' }, command: 'stilts tpipe {in}' }),
    draft({ kind: 'notebook', notebook: { reference: 'a%20b.ipynb', name: 'a b.ipynb', parameters: [{ name: 'n', type: 'int', value: 3 }, { name: 's', type: 'string', value: 'x: y' }, { name: 'l', type: 'double[]', value: [1, 2.5] }] } })
  ])('is a document without errors: %#', one => {
    expect(errorsOf(toolText(one))).toEqual([]);
  });

  it('names outputs by their files', () => {
    const { outputs } = open(toolText(draft({ command: 'a > count.txt', outputs: '*.png result.fits' })), { uri: 'contents:///a.cwl' }).processes[0]!;
    expect(outputs.map(({ id }) => id)).toEqual(['count', 'files', 'result']);
    expect(outputs[1]!.type.type.kind).toBe('array');
  });
});

it('writes YAML that is read as what was meant', () => {
  const value = { plain: 'a b', yes: 'yes', n: '1', empty: '', colon: 'a: b', list: ['x', { y: [1, null] }], none: {}, '1': true };
  const text = toYaml({ cwlVersion: 'v1.2', class: 'Operation', hints: [value], inputs: {}, outputs: {} });
  expect(open(text, { uri: 'contents:///a.cwl' }).processes[0]!.node).toBeDefined();
  expect(text).toContain('"yes": "yes"');
  expect(text).toContain('"n": "1"');
});

describe('parameters of a notebook', () => {
  const notebook = (source: string | string[], tags = ['parameters']): unknown => ({ cells: [{ cell_type: 'code', metadata: {} }, { metadata: { tags }, source }] });

  it('are the assignments of plain values', () => {
    const { parameters, left } = parametersOf(notebook(['ra: float = 150.1  # deg\n', "name = 'M 51'\n", 'n=3\n', 'big = 3_000_000_000\n', 'on = True\n', 'many = (1, 2.5)\n', 'f = open("x")\n', 'none = None\n', 'if n == 3:\n', '  n = 4\n']));
    expect(parameters.map(({ name, type, value }) => [name, type, value])).toEqual([
      ['ra', 'double', 150.1], ['name', 'string', 'M 51'], ['n', 'int', 3], ['big', 'long', 3e9], ['on', 'boolean', true], ['many', 'double[]', [1, 2.5]]
    ]);
    expect(left).toEqual(['f', 'none']);
  });

  it('are none without the cell, whatever the file is', () => {
    for (const odd of [null, 1, {}, { cells: 'x' }, { cells: [null, { metadata: null }] }, notebook('a = 1', [])]) {
      expect(parametersOf(odd)).toEqual({ hasCell: false, parameters: [], left: [] });
    }
  });
});

describe('paths', () => {
  it('are seen from a file', () => {
    expect([relativePath('a/b/wf.cwl', 'a/c/t.cwl'), relativePath('wf.cwl', 't.cwl'), relativePath('a/wf.cwl', 't.cwl')]).toEqual(['../c/t.cwl', 't.cwl', '../t.cwl']);
    expect(relativeReference('wf.cwl', 'my tools/a#b.cwl')).toBe('my%20tools/a%23b.cwl');
    expect([resolved('a/b/wf.cwl', '../c/t.cwl'), resolved('wf.cwl', '../x')]).toEqual(['a/c/t.cwl', null]);
  });

  it('of a drag are read from nothing else', () => {
    expect([pathOfDrag('{"path":"a.cwl"}'), pathOfDrag('x'), pathOfDrag('null'), pathOfDrag('{"path":1}')]).toEqual(['a.cwl', null, null, null]);
  });
});

describe('the finder', () => {
  it('looks beside the document first, and not too deep', async () => {
    const contents = new FakeContents({ 'p/wf.cwl': '', 'p/t/a.cwl': GREP, 'z.cwl': '', '.git/x.cwl': '', 'a/b/c/d/e/f.cwl': '', 'a/note.txt': '' });
    const finder = new ToolFinder(contents);
    await finder.find('p');
    expect(finder.tools.map(({ path }) => path)).toEqual(['p/wf.cwl', 'z.cwl', 'p/t/a.cwl']);
    expect([finder.state, finder.isCut]).toEqual(['ready', false]);
    finder.describe(finder.tools[2]!);
    await settle();
    expect(finder.tools[2]!.about).toEqual({ class: 'CommandLineTool', label: 'Find lines', doc: 'Those with a word.' });
    expect(matching(finder.tools, 'LINES word').map(({ name }) => name)).toEqual(['a.cwl']);
    await finder.find('p');
    expect(finder.tools[2]!.about).toBeDefined();
    finder.dispose();
  });

  it.each([495_000_000, null])('does not read a file of %s bytes, which the server would have to hold', async size => {
    const contents = new FakeContents({ 'a.cwl': GREP });
    contents.sizes['a.cwl'] = size;
    const finder = new ToolFinder(contents);
    await finder.find('');
    finder.describe(finder.tools[0]!);
    await settle();
    expect([finder.tools[0]!.about, contents.contentsOf]).toEqual([null, []]);
    const read = readerOf(contents as unknown as Contents.IManager);
    await expect(read('contents:///a.cwl')).rejects.toThrow('too large');
    expect(contents.contentsOf).toEqual([]);
    contents.sizes['a.cwl'] = GREP.length;
    expect(await read('contents:///a.cwl')).toBe(GREP);
  });

  it('stops at 500, and says when nothing can be listed', async () => {
    const finder = new ToolFinder(new FakeContents(Object.fromEntries(Array.from({ length: 600 }, (_, n) => [`${n}.cwl`, '']))));
    await finder.find('');
    expect([finder.tools.length, finder.isCut]).toEqual([500, true]);
    const none = new ToolFinder(new FakeContents({}));
    await none.find('');
    expect(none.state).toBe('failed');
  });
});

describe('adding', () => {
  it('lists the inputs that must be there and all outputs', async () => {
    const { model, contents, text } = fakeHost({ 'wf.cwl': EMPTY, 'my tools/grep.cwl': GREP });
    const result = await addTool(model, { contents, document: 'wf.cwl', path: 'my tools/grep.cwl' });
    expect(result).toMatchObject({ ok: true, node: 'step:grep' });
    expect(model.selected).toBe('step:grep');
    const [step] = model.document.processes[0]!.steps;
    expect([step!.run.text, step!.in.map(({ id }) => id), step!.out.map(({ id }) => id)]).toEqual(['my%20tools/grep.cwl', ['word', 'file'], ['found']]);
    await addTool(model, { contents, document: 'wf.cwl', path: 'my tools/grep.cwl' });
    expect(model.document.processes[0]!.steps.map(({ id }) => id)).toEqual(['grep', 'grep_2']);
    model.undo();
    model.undo();
    expect(text.getSource()).toBe(EMPTY);
  });

  it('finds a free name for each of two that are added at once', async () => {
    const { model, contents } = fakeHost({ 'wf.cwl': EMPTY, 'grep.cwl': GREP });
    const add = () => addTool(model, { contents, document: 'wf.cwl', path: 'grep.cwl' });
    expect((await Promise.all([add(), add()])).map(({ ok }) => ok)).toEqual([true, true]);
    expect(model.document.processes[0]!.steps.map(({ id }) => id)).toEqual(['grep', 'grep_2']);
  });

  it('writes over nothing', async () => {
    const contents = new FakeContents({ 'a/wf.cwl': EMPTY });
    expect(await makeTool(contents, { beside: 'a/wf.cwl', name: 'wf', text: 'x' })).toEqual({ ok: false, why: 'taken' });
    expect(await makeTool(contents, { beside: 'a/wf.cwl', name: '../x', text: 'x' })).toEqual({ ok: false, why: 'name' });
    expect(await makeTool(contents, { beside: 'a/wf.cwl', name: 'new tool', text: 'x' })).toEqual({ ok: true, path: 'a/new tool.cwl' });
    contents.get = async () => Promise.reject(new Error('offline'));
    await expect(makeTool(contents, { beside: 'a/wf.cwl', name: 'b', text: 'x' })).rejects.toThrow('offline');
    expect([fileName(' a.CWL '), fileName(''), fileName('.a'), fileName('a'.repeat(300))]).toEqual(['a.CWL', null, null, null]);
  });
});

describe('the palette', () => {
  it('adds by keyboard what is found by its first letters', async () => {
    const { model, host } = fakeHost({ 'wf.cwl': EMPTY, 'abc.cwl': GREP, 'grep.cwl': GREP, 'group.cwl': GREP });
    const { node, remove } = await shown(<Palette model={model} host={host} trans={trans} />);
    const list = node.querySelector('[role="listbox"]')!;
    expect(list.querySelectorAll('[role="option"]')).toHaveLength(3);
    for (const letter of 'gro') {
      await key(list, letter);
    }
    expect(list.querySelector('[aria-selected="true"]')!.getAttribute('data-path')).toBe('group.cwl');
    await key(list, 'Enter');
    expect(model.document.processes[0]!.steps.map(({ id }) => id)).toEqual(['group']);
    expect(byText(node, '[role="status"]', 'Added a step')).toBeDefined();
    await remove();
  });

  it('makes a tool of a command beside the document and adds it', async () => {
    const { model, host, contents } = fakeHost({ 'p/wf.cwl': EMPTY }, 'p/wf.cwl');
    const { node, remove } = await shown(<Palette model={model} host={host} trans={trans} />);
    expect(node.textContent).toContain('No tools yet');
    await settle(() => byText(node, 'button', 'Shell command').click());
    const form = node.querySelector('form')!;
    const make = byText(form, 'button', 'Make and add') as HTMLButtonElement;
    expect(make.disabled).toBe(true);
    await fill(form.querySelector('textarea')!, 'sort {table} > out.txt');
    await fill([...form.querySelectorAll('input')].at(-1)!, 'sort');
    expect(form.querySelector('pre')!.textContent).toContain('baseCommand: sort');
    await settle(() => make.click());
    expect(contents.files['p/sort.cwl']).toContain('stdout: out.txt');
    expect(model.document.processes[0]!.steps.map(step => [step.id, step.run.text])).toEqual([['sort', 'sort.cwl']]);
    expect(node.querySelector('form')).toBeNull();
    await remove();
  });

  it('says why a datalab cannot be chosen, and reads a notebook', async () => {
    const { model, host, choose } = fakeHost({ 'wf.cwl': EMPTY, 'n.ipynb': JSON.stringify({ cells: [{ metadata: { tags: ['parameters'] }, source: 'n = 3' }] }) });
    const { node, remove } = await shown(<Palette model={model} host={host} trans={trans} />);
    await settle(() => byText(node, 'button', 'Datalab').click());
    expect(node.querySelector('form')!.textContent).toContain('no catalogue of datalabs');
    await settle(() => byText(node, '.jp-DatalabsPalette-template', 'Notebook').click());
    choose.mockResolvedValueOnce('n.ipynb');
    await settle(() => byText(node, 'button', 'Choose notebook…').click());
    expect(node.querySelector('form pre')!.textContent).toContain('baseCommand: papermill');
    expect(node.querySelector('fieldset')!.textContent).toContain('n');
    await remove();
  });
});
