import { open } from '@jupyter-datalabs/cwl';
import { ProblemError } from '@jupyter-datalabs/hub-client';
import type { ICwlVerdict } from '@jupyter-datalabs/hub-client';
import { nullTranslator } from '@jupyterlab/translation';
import { PromiseDelegate } from '@lumino/coreutils';
import * as React from 'react';
import { moved, problemsOf } from '../runs/foreign';
import { InputForm } from '../runs/form';
import { fieldsOf, readAnswer, readAnswers } from '../runs/inputs';
import type { Answers } from '../runs/inputs';
import { endOf, Log } from '../runs/log';
import { outputsOf } from '../runs/outputs';
import { rowsOf } from '../runs/run-view';
import { RunMark } from '../runs/states';
import { TestRun } from '../runs/test-run';
import { failedStep, TestRuns } from '../runs/test-runs';
import { Validation } from '../runs/validation';
import { Workbench } from '../workbench';
import { byText, fakeHost, fill, GREP, noTools, runOf, settle, shown, verdict, WORKFLOW } from './tools-fakes';

const trans = nullTranslator.load('');
const files = (): { [path: string]: string } => ({ 'wf.cwl': WORKFLOW, 'tools/grep.cwl': GREP });

beforeEach(() => {
  jest.useFakeTimers();
  window.localStorage.clear();
});
afterEach(() => jest.useRealTimers());

describe('validation', () => {
  it('asks after each save, the latest answer wins, and its messages are problems of the model', async () => {
    const { host, model, tools, saved } = fakeHost(files());
    await settle();
    const own = model.problems.length;
    const validation = new Validation(model, host);
    const [first, second] = [new PromiseDelegate<ICwlVerdict>(), new PromiseDelegate<ICwlVerdict>()];
    tools.validate.mockReturnValueOnce(first.promise).mockReturnValueOnce(second.promise);
    saved.emit();
    saved.emit();
    expect(validation.state).toBe('busy');
    await settle(() => second.resolve(verdict('invalid', [{ message: 'Bad.', line: 9, column: 5, step: 'find' }, { message: 'No such step.', step: 'x' }])));
    await settle(() => first.resolve(verdict('valid')));
    expect(validation.state).toBe('invalid');
    const found = model.problems.slice(own);
    expect(found.map(({ message, node, position }) => [message, node, position.line])).toEqual([['Bad.', 'step:find', 9], ['No such step.', null, 1]]);
    expect((tools.validate.mock.calls[0] as unknown[])[0]).toEqual({ path: 'wf.cwl', text: WORKFLOW });
    validation.dispose();
  });

  it('has its problems move with the text, and is of an older text then', async () => {
    const { host, model, tools, text } = fakeHost(files());
    const validation = new Validation(model, host);
    tools.validate.mockResolvedValueOnce(verdict('invalid', [{ line: 9 }]));
    await validation.ask();
    const changed = jest.fn();
    validation.changed.connect(changed);
    text.updateSource(0, 0, '# one\n# two\n');
    expect(model.problems.find(({ code }) => code === 'cwltool')!.position.line).toBe(11);
    expect([validation.isStale, changed.mock.calls.length]).toEqual([true, 1]);
    tools.validate.mockRejectedValueOnce(new ProblemError({ code: 'timeout', status: 504, detail: 'Too long.' }));
    await validation.ask();
    expect([validation.state, validation.problem!.detail]).toEqual(['failed', 'Too long.']);
    expect(model.problems.some(({ code }) => code === 'cwltool')).toBe(false);
    validation.dispose();
  });

  it('drops places of a text that was changed meanwhile, and says when the server has no tools', async () => {
    const { host, model, tools, text } = fakeHost(files());
    const validation = new Validation(model, host);
    const answer = new PromiseDelegate<ICwlVerdict>();
    tools.validate.mockReturnValueOnce(answer.promise);
    const asked = validation.ask();
    text.updateSource(0, 0, '# one\n');
    answer.resolve(verdict('invalid', [{}]));
    await asked;
    expect([validation.isStale, model.problems.some(({ code }) => code === 'cwltool')]).toEqual([true, false]);
    tools.validate.mockRejectedValueOnce(noTools());
    await validation.ask();
    expect(validation.state).toBe('missing');
    validation.dispose();
    tools.prepare.mockRejectedValueOnce(noTools());
    const other = new Validation(model, host);
    await settle();
    expect(other.state).toBe('missing');
  });

  it('keeps places in files that are used, and within the text', () => {
    const document = { path: 'wf.cwl', uri: 'contents:///wf.cwl', text: 'a\nbc\n', nodes: new Set<string>() };
    const { messages } = verdict('invalid', [{ file: 'tools/a b.cwl', line: 7 }, { line: 99, column: 99 }, { file: null, line: null, column: null, severity: 'information' }]);
    const problems = problemsOf(messages, document);
    expect(problems.map(({ uri, position, severity }) => [uri, position.line, severity])).toEqual([
      ['contents:///tools/a%20b.cwl', 7, 'error'], ['contents:///wf.cwl', 3, 'error'], ['contents:///wf.cwl', 1, 'info']
    ]);
    expect(moved(problems, [{ from: 0, to: 5, insert: '' }], { ...document, text: '' })[1]!.range).toEqual({ from: 0, to: 0 });
    expect(moved(problems, [{ from: 0, to: 5, insert: '' }], { ...document, text: '' })[0]).toBe(problems[0]);
  });
});

describe('inputs', () => {
  const fields = fieldsOf(open('class: CommandLineTool\ncwlVersion: v1.2\noutputs: {}\ninputs:\n  f: File\n  fs: File[]\n  s: string\n  i: int?\n  d: {type: double, default: 1.5}\n  b: boolean\n  e: {type: {type: enum, symbols: [x, y]}}\n  r: {type: {type: array, items: int}}\n', { uri: 'contents:///p/t.cwl' }).processes[0]!);

  it('are asked for as their types want', () => {
    expect(fields.map(({ id, kind, isOptional }) => `${id} ${kind}${isOptional ? '?' : ''}`)).toEqual(['f path', 'fs paths', 's string', 'i integer?', 'd number?', 'b boolean', 'e enum', 'r json']);
  });

  it('are read, files as seen from the document', () => {
    const answers = { f: 'data/a.txt', fs: 'p/x\n\np/y', s: '', i: '', b: 'false', e: 'y', r: '[1]' };
    expect(readAnswers(fields, answers, 'p/t.cwl')).toEqual({
      f: { class: 'File', path: '../data/a.txt' }, fs: [{ class: 'File', path: 'x' }, { class: 'File', path: 'y' }], s: '', b: false, e: 'y', r: [1]
    });
    // As a terminal, or the list of archive volumes, names it.
    expect(readAnswer(fields.find(({ id }) => id === 'f')!, ' /data/survey/a.fits', 'p/t.cwl')).toEqual({ ok: true, value: { class: 'File', path: '/data/survey/a.fits' } });
    const why = (id: string, text?: string): unknown => readAnswer(fields.find(field => field.id === id)!, text, 'p/t.cwl');
    expect([why('f', ' '), why('i', '1.5'), why('i', '3000000000'), why('d', 'x'), why('r', '['), why('s')].map(one => (one as { why: string }).why)).toEqual(['missing', 'integer', 'long', 'number', 'json', 'missing']);
  });
});

describe('files that are chosen', () => {
  it.each([['File[]', 'a.txt\nb.txt\nc.txt', ''], ['File', 'a.txt', 'It takes one file: the first of the 3 chosen is here.']])('for %s: %j', async (type, value, said) => {
    const { host, chooseAll } = fakeHost(files());
    chooseAll.mockResolvedValueOnce(['a.txt', 'b.txt', 'c.txt']);
    const process = open(`class: CommandLineTool\ncwlVersion: v1.2\noutputs: {}\ninputs: {x: "${type}"}\n`, { uri: 'contents:///t.cwl' }).processes[0]!;
    const Form = (): JSX.Element => {
      const [answers, onChange] = React.useState<Answers>({});
      return <InputForm fields={fieldsOf(process)} answers={answers} host={host} trans={trans} isStrict={false} onChange={onChange} />;
    };
    const { node, remove } = await shown(<Form />);
    await settle(() => byText(node, 'button', 'Choose x').click());
    expect(node.querySelector<HTMLInputElement>('input, textarea')!.value).toBe(value);
    expect(node.querySelector('.jp-DatalabsRuns-wrong')!.textContent).toBe(said);
    await remove();
  });
});

describe('test runs', () => {
  it('come back after a reload, are followed with their log, and end', async () => {
    const { host, tools } = fakeHost(files());
    tools.runs.mockResolvedValueOnce([runOf({ id: 'r2', path: 'other.cwl' }), runOf({ state: 'running' })]);
    const at = (offset: number, text: string, size: number) => ({ log: { offset, text, size } });
    tools.run
      .mockResolvedValueOnce(runOf({ state: 'running', ...at(3, 'one', 6) }))
      .mockResolvedValueOnce(runOf({ state: 'running', ...at(6, 'two', 6), steps: [{ name: 'find', step: 'find', begun: 1, state: 'running', started: 1, ended: null }] }))
      .mockRejectedValueOnce(new ProblemError({ code: 'session-unreachable', status: 0, detail: 'Away.' }))
      .mockResolvedValueOnce(runOf({ state: 'done', ...at(6, '', 6), steps: [{ name: 'find', step: 'find/a b', begun: 1, state: 'done', started: 1, ended: 2 }] }));
    const runs = new TestRuns(host);
    await settle();
    expect(runs.runs.map(({ id }) => id)).toEqual(['r1']);
    await settle(() => jest.advanceTimersByTime(0));
    await settle(() => jest.advanceTimersByTime(0));
    expect([runs.log, runs.nodeStates.get('step:find')]).toEqual(['onetwo', 'running']);
    await settle(() => jest.advanceTimersByTime(1000));
    expect(runs.problem!.detail).toBe('Away.');
    await settle(() => jest.advanceTimersByTime(5000));
    expect([runs.run!.state, runs.problem, runs.nodeStates.get('step:find/step:a b')]).toEqual(['done', null, 'done']);
    expect(tools.run.mock.calls.map(call => (call[1] as { offset: number }).offset)).toEqual([0, 3, 6, 6]);
    await settle(() => jest.advanceTimersByTime(60_000));
    expect(tools.run).toHaveBeenCalledTimes(4);
    runs.dispose();
  });

  it('forget a run that the server does not know any more', async () => {
    const { host, tools } = fakeHost(files());
    tools.runs.mockResolvedValueOnce([runOf({})]);
    tools.run.mockRejectedValueOnce(new ProblemError({ code: 'not-found', status: 404, detail: 'Gone.' }));
    const runs = new TestRuns(host);
    await settle();
    await settle(() => jest.advanceTimersByTime(0));
    expect([runs.run, runs.runs]).toEqual([null, []]);
    runs.dispose();
  });

  it('name the step that failed, the deepest, and put jobs below their steps', () => {
    const step = (path: string, state: 'done' | 'failed') => ({ name: path, step: path, begun: 1, state, started: 1, ended: 2 });
    const job = (name: string, of: string | null, state: 'done' | 'failed') => ({ name, tool: 't', step: of, index: of ? [0] : [], state, started: 1, ended: 2 });
    const run = runOf({ state: 'failed', steps: [step('a', 'failed'), step('a/b', 'failed'), step('c', 'done')], jobs: [job('x', 'a/b', 'failed'), job('x_2', 'a/b', 'done'), job('y', null, 'done')] });
    expect(failedStep(run)).toBe('a/b');
    expect(rowsOf(run).map(({ label, depth }) => `${depth} ${label}`)).toEqual(['0 a', '1 b', '2 x [0]', '2 x_2 [0]', '0 c', '0 y']);
    expect(failedStep(runOf({ state: 'failed' }))).toBeNull();
  });

  it('list files of outputs, nested ones and those that cannot be reached', () => {
    const file = (basename: string, contents: string | null, more = {}) => ({ class: 'File', basename, contents, size: 3, ...more });
    expect(outputsOf({ a: [file('x', 'r/x', { secondaryFiles: [file('x.i', null)] })], n: 3 })).toEqual([
      { name: 'a', files: [{ kind: 'File', name: 'x', path: 'r/x', size: 3 }, { kind: 'File', name: 'x.i', path: null, size: 3 }], text: null },
      { name: 'n', files: [], text: '3' }
    ]);
    expect([outputsOf(null), outputsOf([1])]).toEqual([[], []]);
  });
});

describe('the test run', () => {
  it('asks for the inputs, starts, keeps them, and shows how it failed', async () => {
    const { host, model, tools, chooseAll } = fakeHost(files());
    const runs = new TestRuns(host);
    const { node, remove } = await shown(<TestRun model={model} runs={runs} host={host} trans={trans} />);
    expect(node.textContent).toContain('shown here once it runs');
    const run = byText(node, 'button', 'Run');
    await settle(() => run.click());
    expect(byText(node, '[role="alert"]', 'Some inputs are missing')).toBeDefined();
    await fill(node.querySelectorAll<HTMLInputElement>('input:not([type])')[0]!, 'fish');
    chooseAll.mockResolvedValueOnce(['data/fish.txt']);
    await settle(() => byText(node, 'button', 'Choose file…').click());
    tools.run.mockResolvedValueOnce(runOf({ state: 'failed', error: 'It broke.', log: { offset: 4, text: 'oops', size: 4 }, steps: [{ name: 'find', step: 'find', begun: 1, state: 'failed', started: 1, ended: 2 }] }));
    await settle(() => run.click());
    expect((tools.start.mock.calls[0] as unknown[])[0]).toMatchObject({ path: 'wf.cwl', inputs: { word: 'fish', file: { class: 'File', path: 'data/fish.txt' } } });
    await settle(() => jest.advanceTimersByTime(0));
    const failure = byText(node, '[role="alert"]', 'It failed at the step find.');
    expect(failure.textContent).toContain('It broke.');
    expect(failure.textContent).toContain('oops');
    await settle(() => byText(failure, 'button', 'Show step').click());
    expect(model.selected).toBe('step:find');
    await remove();
    const again = await shown(<TestRun model={model} runs={runs} host={host} trans={trans} />);
    expect(again.node.querySelectorAll<HTMLInputElement>('input:not([type])')[0]!.value).toBe('fish');
    await again.remove();
    runs.dispose();
  });

  it('runs the step that is selected, with the inputs of what it runs', async () => {
    const { host, model, tools } = fakeHost(files());
    const runs = new TestRuns(host);
    model.select('step:find/in:word');
    const { node, remove } = await shown(<TestRun model={model} runs={runs} host={host} trans={trans} />);
    await settle(() => node.querySelectorAll<HTMLInputElement>('input[type="radio"]')[1]!.click());
    const [word, file] = node.querySelectorAll<HTMLInputElement>('input:not([type])');
    await fill(word!, 'fish');
    await fill(file!, 'a.txt');
    await settle(() => byText(node, 'button', 'Run').click());
    expect((tools.start.mock.calls[0] as unknown[])[0]).toMatchObject({ step: 'find', inputs: { word: 'fish' } });
    await settle(() => byText(node, 'button', 'Cancel run').click());
    expect(tools.cancel).toHaveBeenCalledWith('r1');
    await remove();
    runs.dispose();
  });

  it('opens what was made', async () => {
    const { host, model, tools, open: opened } = fakeHost(files());
    tools.runs.mockResolvedValueOnce([runOf({})]);
    tools.run.mockResolvedValueOnce(runOf({ outputs: { all: { class: 'File', basename: 'x.txt', contents: 'runs/1/x.txt', size: 2 } } }));
    const runs = new TestRuns(host);
    const { node, remove } = await shown(<TestRun model={model} runs={runs} host={host} trans={trans} />);
    await settle(() => jest.advanceTimersByTime(0));
    byText(node, 'button', 'x.txt').click();
    expect(opened).toHaveBeenCalledWith('runs/1/x.txt', 'File');
    await remove();
    runs.dispose();
  });
});

it('the end of a log is what is for people', () => {
  const log = '[2026-01-01 00:00:00] INFO [job a] sh\n  -c\n[2026-01-01 00:00:00] DEBUG [job a] out {\n  "a": 1\n}\ngrep: no such file\n[2026-01-01 00:00:00] WARNING [job a] completed permanentFail\n[x] DEBUG Removing\n';
  expect(endOf(log, 2)).toBe('grep: no such file\n[2026-01-01 00:00:00] WARNING [job a] completed permanentFail');
  expect(endOf(log, 99).split('\n')).toHaveLength(4);
});

it('a log follows its end until somebody scrolls', async () => {
  const { node, remove } = await shown(<Log text="a" isCut={false} trans={trans} />);
  const pre = node.querySelector('pre')!;
  Object.defineProperties(pre, { scrollHeight: { value: 500 }, clientHeight: { value: 100 } });
  pre.scrollTop = 50;
  await settle(() => pre.dispatchEvent(new Event('scroll', { bubbles: true })));
  await settle(() => byText(node, 'button', 'Follow the log').click());
  expect(pre.scrollTop).toBe(500);
  expect(byText(node, 'button', 'Follow the log')).toBeUndefined();
  await remove();
});

it('a problem leads to its node, or to its line', async () => {
  const { host, model, showPlace } = fakeHost(files());
  const { node, remove } = await shown(<Workbench model={model} host={host} trans={trans}>graph</Workbench>);
  const one = (message: string, at: string | null) => ({ code: 'cwltool' as const, severity: 'error' as const, message, uri: model.document.uri, range: { from: 3, to: 5 }, position: { line: 1, column: 4 }, node: at, fixes: [] });
  await settle(() => model.setForeignProblems('test', [one('Here.', 'step:find'), one('There.', null)]));
  await settle(() => jest.advanceTimersByTime(200));
  await settle(() => byText(node, '[role="tab"]', 'Problems').click());
  await settle(() => byText(node, 'li button', 'Here.').click());
  await settle(() => byText(node, 'li button', 'There.').click());
  expect([model.selected, showPlace.mock.calls]).toEqual(['step:find', [[model.document.uri, { from: 3, to: 5 }]]]);
  await remove();
});

describe('a step says how its test run went', () => {
  const steps = [{ name: 'find', step: 'find', begun: 1, state: 'done' as const, started: null, ended: null }];
  const said = (node: HTMLElement): string | null => node.querySelector('.jp-DatalabsPipeline-graph [role=img]')!.getAttribute('aria-label');
  const isGrey = (node: HTMLElement): boolean => node.querySelector('.jp-DatalabsPipeline-graph .jp-mod-stale') !== null;

  it('and that the document is another since', async () => {
    const { host, model, tools, text } = fakeHost(files());
    tools.run.mockImplementation(async id => runOf({ id: id as string, steps }));
    const { node, remove } = await shown(<Workbench model={model} host={host} trans={trans}><RunMark node="step:find" trans={trans} /></Workbench>);
    await settle(() => byText(node, '[role="tab"]', 'Test run').click());
    await fill(node.querySelectorAll<HTMLInputElement>('.jp-DatalabsRuns-form input:not([type])')[0]!, 'fish');
    await fill(node.querySelectorAll<HTMLInputElement>('.jp-DatalabsRuns-form input:not([type])')[1]!, 'a.txt');
    await settle(() => byText(node, 'button[type=submit]', 'Run').click());
    await settle(() => jest.advanceTimersByTime(0));
    expect([said(node), isGrey(node)]).toEqual(['Test run: Done', false]);
    expect(tools.start.mock.calls[0]![0]).not.toHaveProperty('text');
    await settle(() => text.updateSource(0, 0, '# more\n'));
    expect([said(node), isGrey(node)]).toEqual(['Test run before the last changes: Done', true]);
    // Another run of the text as it is now, and the first one again.
    tools.start.mockResolvedValueOnce(runOf({ id: 'r2', state: 'running' }));
    await settle(() => byText(node, 'button[type=submit]', 'Run').click());
    await settle(() => jest.advanceTimersByTime(0));
    expect(said(node)).toBe('Test run: Done');
    const which = node.querySelector<HTMLSelectElement>('.jp-DatalabsRuns-which select')!;
    await fill(which, 'r1');
    await settle(() => jest.advanceTimersByTime(0));
    expect([said(node), isGrey(node)]).toEqual(['Test run before the last changes: Done', true]);
    await settle(() => text.updateSource(0, '# more\n'.length, ''));
    expect([said(node), isGrey(node)]).toEqual(['Test run: Done', false]);
    await remove();
  });

  it('and that nobody knows of which text, for one that was begun elsewhere', async () => {
    const { host, model, tools } = fakeHost(files());
    tools.runs.mockResolvedValue([runOf({})]);
    tools.run.mockResolvedValue(runOf({ steps }));
    const { node, remove } = await shown(<Workbench model={model} host={host} trans={trans}><RunMark node="step:find" trans={trans} /></Workbench>);
    await settle(() => jest.advanceTimersByTime(0));
    expect([said(node), isGrey(node)]).toEqual(['Test run, perhaps of an earlier text: Done', true]);
    await remove();
  });
});

it('why a drop did nothing is said until the next edit', async () => {
  const { host, model, text } = fakeHost(files());
  const { node, remove } = await shown(<Workbench model={model} host={host} trans={trans}>graph</Workbench>);
  const drop = Object.assign(new Event('drop', { bubbles: true, cancelable: true }), { dataTransfer: { getData: () => '{"path": "none.cwl"}' } });
  await settle(() => node.querySelector('.jp-DatalabsPipeline-graph')!.dispatchEvent(drop));
  const alert = (): string | undefined => node.querySelector('.jp-DatalabsPipeline-main > [role=alert]')?.textContent ?? undefined;
  expect(alert()).toBe('Not found');
  await settle(() => model.setForeignProblems('test', []));
  expect(alert()).toBe('Not found');
  await settle(() => text.updateSource(0, 0, '# more\n'));
  expect(alert()).toBeUndefined();
  await remove();
});

it('the checklist adds inputs and outputs as the graph does', async () => {
  const { host, model } = fakeHost({ 'wf.cwl': 'cwlVersion: v1.2\nclass: Workflow\ninputs: {}\noutputs: {}\nsteps: {}\n' });
  const addEnd = jest.fn();
  const { node, remove } = await shown(<Workbench model={model} host={host} trans={trans} addEnd={addEnd}>graph</Workbench>);
  await settle(() => byText(node, 'button', 'Add input').click());
  await settle(() => byText(node, 'button', 'Add output').click());
  expect(addEnd.mock.calls).toEqual([['input'], ['output']]);
  await remove();
});

it('what stands around a graph comes after it', async () => {
  const { host, model, tools } = fakeHost(files());
  const drawn = new PromiseDelegate<void>();
  const { node, remove } = await shown(<Workbench model={model} host={host} trans={trans} after={drawn.promise}>graph</Workbench>);
  const palette = (): Element | null => node.querySelector('[aria-label="Palette"]');
  expect([node.textContent, palette(), tools.prepare.mock.calls.length]).toEqual([expect.stringContaining('graph'), null, 0]);
  await settle(() => drawn.resolve());
  expect([palette(), tools.prepare.mock.calls.length]).toEqual([expect.any(Element), 1]);
  await remove();
});

it('a server without the tools is said to be one, and breaks nothing', async () => {
  const { host, model, tools, saved } = fakeHost(files());
  tools.prepare.mockRejectedValue(noTools());
  tools.runs.mockRejectedValue(noTools());
  tools.validate.mockRejectedValue(noTools());
  const { node, remove } = await shown(<Workbench model={model} host={host} trans={trans}>graph</Workbench>);
  await settle(() => saved.emit());
  expect(byText(node, 'li', 'Validate: Later').textContent).toContain('no CWL tools');
  await settle(() => byText(node, '[role="tab"]', 'Test run').click());
  expect(node.querySelector('[role="tabpanel"]')!.textContent).toContain('This JupyterLab has no CWL tools. Open it elsewhere.');
  await settle(() => byText(node, '[role="tab"]', 'Problems').click());
  expect(node.querySelector('[role="tabpanel"]')!.textContent).toContain('no CWL tools');
  await remove();
});
