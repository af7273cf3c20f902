import { Loader } from '../loader';
import { ImageModel } from '../preview/image-model';
import { PAGE, RowsModel } from '../preview/rows-model';
import { FakeFiles, picture, problem, rowsOf, settle } from './preview-fakes';

const file = { volume: 'v', path: 'a' };
const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `c${i}`);
const columns = (count: number): { name: string }[] => names(count).map(name => ({ name }));

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('Loader', () => {
  it('drops the answer to an older question, and gives that up on the server', async () => {
    const answers: { resolve: (value: string) => void; signal: AbortSignal }[] = [];
    const loader = new Loader<string, string>((_, signal) => new Promise(resolve => answers.push({ resolve, signal })));
    void loader.load('old');
    void loader.load('new');
    expect(answers[0]!.signal.aborted).toBe(true);
    answers[1]!.resolve('new');
    answers[0]!.resolve('old');
    await settle();
    expect(loader.state).toEqual({ kind: 'ready', value: 'new' });
    loader.dispose();
  });

  it('shows what it has while it asks again, but no failure', async () => {
    let answer: () => Promise<string> = async () => 'first';
    const loader = new Loader<string>(() => answer());
    await loader.load();
    answer = () => new Promise(() => undefined);
    void loader.load();
    expect(loader.state).toEqual({ kind: 'ready', value: 'first' });
    answer = async () => {
      throw problem('unreadable-file');
    };
    await loader.load();
    expect(loader.state.kind).toBe('failed');
    answer = () => new Promise(() => undefined);
    void loader.load();
    expect(loader.state.kind).toBe('loading');
    loader.dispose();
  });
});

describe('ImageModel', () => {
  const create = jest.fn((blob: Blob) => `blob:${blob.size}`);
  const revoke = jest.fn();
  beforeEach(() => {
    create.mockClear();
    revoke.mockClear();
    Object.assign(URL, { createObjectURL: create, revokeObjectURL: revoke });
  });

  it('asks once for many changes in a row, with the last', async () => {
    const files = new FakeFiles();
    const model = new ImageModel(files, { ...file, hdu: 1 });
    model.setRoom(700, 300);
    expect(files.images[0]!.query).toMatchObject({ hdu: 1, width: 768, height: 512, stretch: 'linear', interval: 'zscale' });
    model.set({ stretch: 'log' });
    model.set({ stretch: 'asinh' });
    model.set({ map: 'magma' });
    expect(files.images).toHaveLength(1);
    jest.advanceTimersByTime(1000);
    expect(files.images).toHaveLength(2);
    expect(files.images[0]!.signal!.aborted).toBe(true);
    expect(files.images[1]!.query).toMatchObject({ stretch: 'asinh', map: 'magma' });
    model.dispose();
  });

  it('keeps a picture until the next is there, and frees each when it is no longer shown', async () => {
    const files = new FakeFiles();
    const model = new ImageModel(files, file);
    model.setRoom(500, 500);
    files.images[0]!.answer.resolve(picture('a'));
    await settle();
    expect(model.shown?.url).toBe('blob:1');
    model.set({ plane: 3 });
    jest.advanceTimersByTime(1000);
    expect(model.shown?.url).toBe('blob:1');
    files.images[1]!.answer.resolve(picture('bb'));
    await settle();
    expect(revoke.mock.calls).toEqual([['blob:1']]);
    model.dispose();
    expect(revoke.mock.calls).toEqual([['blob:1'], ['blob:2']]);
  });

  it('asks for no other picture while the room changes little, and for the largest where it may be larger', () => {
    const files = new FakeFiles();
    const model = new ImageModel(files, file);
    model.setRoom(500, 500);
    model.setRoom(510, 490);
    jest.advanceTimersByTime(1000);
    expect(files.images).toHaveLength(1);
    model.set({ size: 'large' });
    jest.advanceTimersByTime(1000);
    expect(files.images[1]!.query).toMatchObject({ width: 2048, height: 2048 });
    model.setRoom(1500, 1500);
    jest.advanceTimersByTime(1000);
    expect(files.images).toHaveLength(2);
    model.dispose();
  });
});

describe('RowsModel', () => {
  it('asks for the pages of the view, and gives up those that were scrolled past', async () => {
    const files = new FakeFiles();
    const model = new RowsModel(files, { ...file, hdu: 1, columns: columns(3), rows: 1_000_000 });
    model.show({ first: 90, end: 120, columns: [0, 1, 2] });
    expect(files.pages.map(({ query }) => [query.offset, query.limit, query.columns])).toEqual([
      [0, PAGE, undefined],
      [100, PAGE, undefined]
    ]);
    files.pages[1]!.answer.resolve(rowsOf(files.pages[1]!.query, names(3), 1_000_000));
    await settle();
    expect(model.value(100, 2)).toBe('c2100');
    expect(model.value(99, 2)).toBeUndefined();
    model.show({ first: 5000, end: 5020, columns: [0, 1, 2] });
    expect(files.pages[0]!.signal!.aborted).toBe(true);
    model.show({ first: 900_000, end: 900_020, columns: [0, 1, 2] });
    jest.advanceTimersByTime(1000);
    // Of what was only passed nothing was asked.
    expect(files.pages.slice(2).map(({ query }) => query.offset)).toEqual([900_000]);
    model.dispose();
  });

  it('of a wide table asks for the columns that are seen', async () => {
    const files = new FakeFiles();
    const model = new RowsModel(files, { ...file, columns: columns(500), rows: 50 });
    model.show({ first: 0, end: 20, columns: [7, 8] });
    expect(files.pages[0]!.query.columns).toEqual(['c7', 'c8']);
    files.pages[0]!.answer.resolve(rowsOf(files.pages[0]!.query, [], 50));
    await settle();
    model.show({ first: 0, end: 20, columns: [8, 9] });
    jest.advanceTimersByTime(1000);
    expect(files.pages[1]!.query.columns).toEqual(['c9']);
    files.pages[1]!.answer.resolve(rowsOf(files.pages[1]!.query, [], 50));
    await settle();
    expect([7, 8, 9].map(column => model.value(4, column))).toEqual(['c74', 'c84', 'c94']);
    model.dispose();
  });

  it('asks for all columns where a name occurs twice', () => {
    const files = new FakeFiles();
    const model = new RowsModel(files, { ...file, columns: [{ name: 'x' }, { name: 'x' }, { name: 'y' }], rows: 50 });
    model.show({ first: 0, end: 20, columns: [1] });
    expect(files.pages[0]!.query.columns).toBeUndefined();
    model.dispose();
  });

  it('goes on where fewer rows came than were asked for', async () => {
    const files = new FakeFiles();
    const model = new RowsModel(files, { ...file, columns: columns(1), rows: 100 });
    model.show({ first: 0, end: 20, columns: [0] });
    files.pages[0]!.answer.resolve(rowsOf({ ...files.pages[0]!.query, limit: 60 }, names(1), 100));
    await settle();
    expect(files.pages[1]!.query).toMatchObject({ offset: 60, limit: 40 });
    files.pages[1]!.answer.resolve(rowsOf(files.pages[1]!.query, names(1), 100));
    await settle();
    expect([model.value(0, 0), model.value(99, 0), files.pages.length]).toEqual(['c00', 'c099', 2]);
    model.dispose();
  });

  it('finds the columns and the end of a table that tells neither', async () => {
    const files = new FakeFiles();
    const model = new RowsModel(files, file);
    const answer = async (): Promise<void> => {
      for (const { query, answer: given } of files.pages) {
        given.resolve(rowsOf(query, names(2), null, 130));
      }
      await settle();
    };
    model.show({ first: 0, end: 1, columns: [] });
    await answer();
    expect([model.columns.length, model.count, model.total]).toEqual([2, 200, null]);
    model.show({ first: 100, end: 120, columns: [0, 1] });
    jest.advanceTimersByTime(1000);
    await answer();
    await answer();
    expect(model.count).toBe(130);
    model.dispose();
  });

  it('believes in a row far on as long as it is not known better', async () => {
    const files = new FakeFiles();
    const model = new RowsModel(files, { ...file, columns: columns(1) });
    const answer = (at: number): Promise<void> =>
      settle(() => files.pages[at]!.answer.resolve(rowsOf(files.pages[at]!.query, names(1), null, 1000)));
    model.show({ first: 0, end: 20, columns: [0] });
    await answer(0);
    model.reach(899);
    expect(model.count).toBe(900);
    model.show({ first: 880, end: 900, columns: [0] });
    jest.advanceTimersByTime(1000);
    await answer(1);
    expect([model.value(899, 0), model.count]).toEqual(['c0899', 1000]);
    model.reach(5_000_000);
    model.show({ first: 4_999_980, end: 5_000_001, columns: [0] });
    jest.advanceTimersByTime(1000);
    await answer(2);
    await answer(3);
    expect(model.count).toBe(1000);
    model.dispose();
  });

  it('tells why rows are missing only where they are, and asks again when it is told to', async () => {
    const files = new FakeFiles();
    const model = new RowsModel(files, { ...file, columns: columns(1), rows: 1000 });
    model.show({ first: 0, end: 20, columns: [0] });
    files.pages[0]!.answer.reject(problem('unreadable-file'));
    await settle();
    expect(model.problem?.detail).toBe('The file is corrupt at byte 2880.');
    model.show({ first: 500, end: 520, columns: [0] });
    expect(model.problem).toBeNull();
    model.show({ first: 0, end: 20, columns: [0] });
    jest.advanceTimersByTime(1000);
    expect(files.pages.filter(({ query }) => query.offset === 0)).toHaveLength(1);
    model.retry();
    expect(files.pages.filter(({ query }) => query.offset === 0)).toHaveLength(2);
    model.dispose();
  });

  it('keeps no more than it needs of a long table', async () => {
    const files = new FakeFiles();
    const model = new RowsModel(files, { ...file, columns: columns(1), rows: 1_000_000 });
    for (let first = 0; first < 100 * PAGE; first += PAGE) {
      model.show({ first, end: first + 20, columns: [0] });
      jest.advanceTimersByTime(1000);
      const { query, answer } = files.pages[files.pages.length - 1]!;
      answer.resolve(rowsOf(query, names(1), 1_000_000));
      await settle();
    }
    expect(model.value(99 * PAGE, 0)).toBe('c09900');
    expect(model.value(0, 0)).toBeUndefined();
    model.dispose();
  });
});
