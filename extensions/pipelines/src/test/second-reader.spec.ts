import type { ISecondReader } from '@jupyter-datalabs/cwl';
import { SECOND, SecondReader } from '../runs/second-reader';
import { viewOf } from './graph-parts';

const TEXT = 'cwlVersion: v1.2\nclass: CommandLineTool\nbaseCommand: cat\ninputs: {a: File}\noutputs: {}\n';

/** An error as the library throws it. */
class Refusal extends Error {
  constructor(message: string, readonly children: Refusal[] = []) {
    super(message);
  }
}
const REFUSED = new Refusal('', [new Refusal('the `baseCommand` field is not valid because: ', [new Refusal('Expected another')])]);

function opened(text = TEXT, answer: () => Promise<unknown> = () => Promise.reject(REFUSED)) {
  const { view: { model }, text: shared } = viewOf(text);
  const asked: unknown[] = [];
  const load = jest.fn(async (): Promise<ISecondReader> => ({ loadDocument: document => (asked.push(document), answer()) }));
  const reader = new SecondReader(model, load);
  const found = () => model.problems.filter(({ code }) => code === SECOND);
  return { model, shared, asked, load, reader, found };
}
const quiet = (): Promise<void> => jest.advanceTimersByTimeAsync(5_000);

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

it('is asked when nobody has typed for a while, once, and what it says is a warning at its place', async () => {
  const { load, asked, found, shared, model } = opened();
  await jest.advanceTimersByTimeAsync(2_000);
  shared.updateSource(TEXT.length, TEXT.length, 'doc: x\n');
  await jest.advanceTimersByTimeAsync(2_000);
  expect(load).not.toHaveBeenCalled();
  await quiet();
  expect(asked).toHaveLength(1);
  expect(found()).toEqual([expect.objectContaining({ severity: 'warning', position: { line: 3, column: 14 }, message: expect.stringContaining('second reader') as string })]);
  model.select('tool');
  model.expand('step:none', true);
  await quiet();
  expect(asked).toHaveLength(1);
});

it('is not asked of what has errors, cannot be read, is old or long, and takes back what it said', async () => {
  for (const text of [TEXT.replace('File', 'Fiel'), 'a: [', '', TEXT.replace('v1.2', 'draft-3'), `${TEXT}doc: ${'x'.repeat(50_000)}\n`]) {
    const { load } = opened(text);
    await quiet();
    expect(load).not.toHaveBeenCalled();
  }
  const { shared, found } = opened();
  await quiet();
  expect(found()).toHaveLength(1);
  shared.setSource(TEXT.replace('File', 'Fiel'));
  await quiet();
  expect(found()).toEqual([]);
});

it('says nothing about a text that has changed since, where its chunk is not there, and once it is closed', async () => {
  let end = (): void => undefined;
  const late = opened(TEXT, () => new Promise((_, reject) => (end = () => reject(REFUSED))));
  await quiet();
  late.shared.updateSource(0, 0, '# more\n');
  end();
  await jest.advanceTimersByTimeAsync(0);
  expect(late.found()).toEqual([]);
  const missing = opened();
  missing.load.mockImplementation(() => Promise.reject(new Error('ChunkLoadError')));
  await quiet();
  expect(missing.found()).toEqual([]);
  const closed = opened();
  closed.reader.dispose();
  await quiet();
  expect(closed.load).not.toHaveBeenCalled();
});

it('does not have what is right drawn again', async () => {
  const { model } = opened(TEXT, async () => undefined);
  const changed = jest.fn();
  model.changed.connect(changed);
  await quiet();
  expect(changed).not.toHaveBeenCalled();
});
