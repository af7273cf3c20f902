import { ProblemError } from '@jupyter-datalabs/hub-client';
import type { IFileEntry, IListPage, IListQuery } from '@jupyter-datalabs/hub-client';
import { FolderModel } from '../browser/folder';
import { PAGE } from '../browser/pages';

const entry = (name: string, type: IFileEntry['type'] = 'file'): IFileEntry => ({ name, type, size: 1, modified: 0 });
const nameOf = (i: number): string => `f${String(i).padStart(6, '0')}`;
const at = Date.UTC(2026, 0, 1);

interface Asked {
  query: IListQuery;
  signal: AbortSignal | undefined;
  answer: (page?: Partial<IListPage>) => Promise<void>;
  fail: (code: string, status?: number) => Promise<void>;
}

const settle = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) {
    await Promise.resolve();
  }
};

/** A server whose answers come when the test says so. */
class Server {
  readonly asked: Asked[] = [];
  index = 'i1';

  constructor(public total = 10_000) {}

  readonly list = (query: IListQuery, options?: { signal?: AbortSignal }): Promise<IListPage> =>
    new Promise((resolve, reject) => {
      const page = (): IListPage => {
        const { offset = 0, limit = 200 } = query;
        const length = Math.max(0, Math.min(limit, this.total - offset));
        const entries = Array.from({ length }, (_, i) => entry(nameOf(offset + i)));
        return { index: this.index, offset, total: this.total, entries, indexed: { at, entries: this.total, ms: 1 } };
      };
      this.asked.push({
        query,
        signal: options?.signal,
        answer: async change => {
          resolve({ ...page(), ...change });
          await settle();
        },
        fail: async (code, status = 410) => {
          reject(new ProblemError({ code, status, detail: `It is ${code}.` }));
          await settle();
        }
      });
    });

  get last(): Asked {
    return this.asked.at(-1)!;
  }
}

async function opened(total?: number) {
  const server = new Server(total);
  const model = new FolderModel(server);
  model.goTo({ volume: 'v', path: 'a' });
  await server.last.answer();
  return { server, model };
}

describe('pages', () => {
  it('are asked for around what is seen, with the index of the first answer, and only once', async () => {
    const { server, model } = await opened();
    expect(server.asked).toHaveLength(1);
    expect(server.last.query).toEqual({ volume: 'v', path: 'a', sort: 'name', offset: 0, limit: PAGE });
    model.want(100, 200, 110);
    expect(server.asked).toHaveLength(1);
    model.want(PAGE * 4 + 10, PAGE * 4 + 60, PAGE * 4 + 20);
    expect(server.last.query).toMatchObject({ index: 'i1', offset: PAGE * 4, limit: PAGE });
    expect(model.entry(PAGE * 4 + 10)).toBeUndefined();
    await server.last.answer();
    expect(model.entry(PAGE * 4 + 10)!.name).toBe(nameOf(PAGE * 4 + 10));
    model.want(PAGE * 4 + 11, PAGE * 4 + 61, PAGE * 4 + 21);
    expect(server.asked).toHaveLength(2);
  });

  it('that are scrolled past are given up, and never more than two are asked for', async () => {
    const { server, model } = await opened();
    for (let i = 1; i < 30; i++) {
      model.want(PAGE * i, PAGE * (i + 1), PAGE * i);
    }
    const open = server.asked.slice(1).filter(({ signal }) => !signal!.aborted);
    expect(open.map(({ query }) => query.offset)).toEqual([PAGE * 29]);
    // The answer of one given up changes nothing.
    await server.asked[1]!.answer();
    expect(model.entry(PAGE)).toBeUndefined();
    await open[0]!.answer();
    expect(model.entry(PAGE * 29)).toBeDefined();
    model.want(PAGE * 30, PAGE * 35, PAGE * 30);
    expect(server.asked.filter(({ query, signal }) => query.offset! >= PAGE * 30 && !signal!.aborted)).toHaveLength(2);
  });

  it('are kept up to a bound, those last seen longest', async () => {
    const { server, model } = await opened(1_000_000);
    for (let i = 1; i <= 100; i++) {
      model.want(PAGE * i, PAGE * i + 10, PAGE * i);
      await server.last.answer();
    }
    expect(model.entry(0)).toBeUndefined();
    const known = Array.from({ length: 101 }, (_, i) => model.entry(PAGE * i)).filter(Boolean);
    expect(known).toHaveLength(40);
    expect(model.entry(PAGE * 100)).toBeDefined();
  });
});

describe('stale answers', () => {
  it('of an earlier filter are dropped, and the rows before stay until the new ones come', async () => {
    const { server, model } = await opened();
    model.setFilter({ text: 'a' });
    const first = server.last;
    model.setFilter({ text: 'ab' });
    const second = server.last;
    expect(first.signal!.aborted).toBe(true);
    expect(second.query.glob).toBe('*ab*');
    expect([model.isBusy, model.total]).toEqual([true, 10_000]);
    await second.answer({ total: 2, index: 'i2' });
    await first.answer({ total: 7 });
    expect([model.isBusy, model.total, model.indexed!.entries]).toEqual([false, 2, 10_000]);
  });

  it('of an earlier folder are dropped', async () => {
    const { server, model } = await opened();
    model.goTo({ volume: 'v', path: 'b' });
    expect(model.isReady).toBe(false);
    const slow = server.last;
    model.goTo({ volume: 'v', path: 'c' });
    await server.last.answer({ total: 3 });
    await slow.fail('permission-denied', 403);
    expect([model.place!.path, model.total, model.problem]).toEqual(['c', 3, null]);
  });

  it('of a view that is closed do nothing', async () => {
    const { server, model } = await opened();
    const changed = jest.fn();
    model.reload();
    model.changed.connect(changed);
    model.dispose();
    await server.last.answer();
    expect(changed).not.toHaveBeenCalled();
  });
});

describe('a listing that is gone', () => {
  it('is asked for anew where it was, without its index', async () => {
    const { server, model } = await opened();
    model.moveCursor(5_020);
    model.want(5_000, 5_040, 5_010);
    server.index = 'i2';
    await server.last.fail('index-gone');
    expect(server.last.query.index).toBeUndefined();
    expect(server.last.query.offset).toBe(Math.floor(5_010 / PAGE) * PAGE);
    await server.last.answer();
    expect([model.cursor, model.start.row, model.problem]).toEqual([5_020, 5_010, null]);
    expect(model.entry(5_010)!.name).toBe(nameOf(5_010));
    expect(model.selection.count).toBe(0);
    model.want(9_000, 9_040, 9_000);
    expect(server.last.query.index).toBe('i2');
  });

  it('again and again is a problem in the end', async () => {
    const { server, model } = await opened();
    model.want(5_000, 5_300, 5_000);
    for (let i = 0; i < 20 && !model.problem; i++) {
      const { query } = server.last;
      await (query.index === undefined ? server.last.answer() : server.last.fail('index-gone'));
    }
    expect(model.problem?.code).toBe('index-gone');
  });

  it('keeps the cursor among what is left', async () => {
    const { server, model } = await opened();
    model.moveCursor(9_999);
    model.reload({ refresh: true });
    expect(server.last.query.refresh).toBe(true);
    server.total = 10;
    await server.last.answer();
    expect(model.cursor).toBe(9);
  });
});

describe('failures', () => {
  it('of the server keep the rows that are there, and can be tried again', async () => {
    const { server, model } = await opened();
    model.reload();
    await server.last.fail('session-unreachable', 0);
    expect([model.isReady, model.problem!.code]).toEqual([true, 'session-unreachable']);
    model.want(5_000, 5_040, 5_000);
    const before = server.asked.length;
    model.retry();
    expect(server.asked.length).toBe(before + 1);
    await server.last.answer();
    expect(model.entry(5_000)).toBeDefined();
  });

  it('of the folder take its rows away', async () => {
    const { server, model } = await opened();
    model.reload();
    await server.last.fail('not-mounted', 404);
    expect([model.isReady, model.problem!.code]).toEqual([false, 'not-mounted']);
    model.retry();
    await server.last.answer();
    expect([model.isReady, model.problem]).toEqual([true, null]);
  });
});

describe('ways', () => {
  it('up and back to where the cursor was, with the filter that was there', async () => {
    const { server, model } = await opened();
    model.setFilter({ text: 'x*' });
    await server.last.answer();
    model.want(300, 340, 310);
    model.moveCursor(320);
    model.goTo({ volume: 'v', path: 'a/b' });
    expect(model.filter.text).toBe('');
    await server.last.answer();
    model.up();
    expect(model.place).toEqual({ volume: 'v', path: 'a' });
    expect(server.last.query).toMatchObject({ path: 'a', glob: 'x*', offset: PAGE });
    await server.last.answer();
    expect([model.cursor, model.start.row]).toEqual([320, 310]);
    model.up();
    model.up();
    expect(model.place).toEqual({ volume: 'v', path: '' });
  });

  it('up from a volume to the list of all, where there is one', () => {
    const model = new FolderModel(new Server(), true);
    model.goTo({ volume: 'v', path: 'a' });
    model.up();
    model.up();
    expect(model.place).toBeNull();
  });
});

describe('what is chosen', () => {
  it('is what the cursor is on when nothing else is', async () => {
    const { model } = await opened(10);
    model.moveCursor(3, 'keep');
    expect((await model.chosen())!.map(({ name }) => name)).toEqual([nameOf(3)]);
  });

  it('is asked for where its page has not come, and refused where it is too much', async () => {
    const { server, model } = await opened();
    model.moveCursor(10);
    model.moveCursor(700, 'extend');
    const chosen = model.chosen();
    expect(server.last.query).toMatchObject({ index: 'i1', offset: 10, limit: 691 });
    await server.last.answer();
    expect(await chosen).toHaveLength(691);
    model.chooseAll();
    expect(model.selection.count).toBe(10_000);
    expect(await model.chosen()).toBeNull();
  });
});

describe('a typed name', () => {
  const real = (names: string[]) => {
    const asked: IListQuery[] = [];
    const list = async (query: IListQuery): Promise<IListPage> => {
      asked.push(query);
      const passing = query.prefix === undefined ? names : names.filter(name => name.startsWith(query.prefix!));
      const entries = passing.slice(query.offset ?? 0, (query.offset ?? 0) + (query.limit ?? 200)).map(name => entry(name));
      return { index: 'i', offset: query.offset ?? 0, total: passing.length, entries, indexed: { at, entries: names.length, ms: 1 } };
    };
    return { asked, list };
  };

  it('is found among what has been read, in either case', async () => {
    const { list } = real(['Alpha', 'beta', 'Beta2']);
    const model = new FolderModel({ list });
    model.goTo({ volume: 'v', path: '' });
    await settle();
    expect(await model.seek('BE')).toBe(1);
    expect(await model.seek('x')).toBeNull();
  });

  it('is found in a hundred thousand by few questions', async () => {
    const { asked, list } = real(Array.from({ length: 100_000 }, (_, i) => nameOf(i)));
    const model = new FolderModel({ list });
    model.goTo({ volume: 'v', path: '' });
    await settle();
    expect(await model.seek('f07654')).toBe(76_540);
    expect(asked.length).toBeLessThan(25);
  });
});

describe('what is chosen', () => {
  it('is asked for where it was chosen, whatever folder is looked at meanwhile', async () => {
    const { server, model } = await opened();
    model.setFilter({ text: '*.fits' });
    await server.last.answer();
    model.moveCursor(3 * PAGE);
    model.moveCursor(5 * PAGE, 'toggle');
    const chosen = model.chosen();
    const first = server.last;
    model.goTo(null);
    await first.answer();
    expect(server.last.query).toEqual({ ...first.query, offset: 5 * PAGE });
    expect(first.query).toMatchObject({ path: 'a', glob: '*.fits', index: 'i1' });
    await server.last.answer();
    expect((await chosen)!.map(({ name }) => name)).toEqual([nameOf(3 * PAGE), nameOf(5 * PAGE)]);
  });
});

it('of a hundred folders it is known where they were left', async () => {
  const { server, model } = await opened();
  model.moveCursor(7);
  for (let i = 0; i < 102; i++) {
    model.goTo({ volume: 'v', path: `b${i}` });
    await server.last.answer();
    model.moveCursor(5);
  }
  for (const [path, cursor] of [['a', 0], ['b2', 5]] as const) {
    model.goTo({ volume: 'v', path });
    await server.last.answer();
    expect(model.cursor).toBe(cursor);
  }
});
