import { Widget } from '@lumino/widgets';
import { filesOf } from '../paths';
import { snippetFor } from '../preview/insert';
import { Notebooks } from '../preview/notebooks';
import { FakeFiles, fits, hdu, problem } from './preview-fakes';

function notebook(cells: string[], active: number, cellType = 'code'): Widget & { cells: string[]; typed: string[]; content: { activeCellIndex: number } } {
  const typed: string[] = [];
  const sharedModel = {
    get cells() {
      return cells.map(source => ({ getSource: () => source }));
    },
    deleteCell: (index: number) => void cells.splice(index, 1),
    insertCell: (index: number, cell: { cell_type: string; source: string }) => void cells.splice(index, 0, `${cell.cell_type}:${cell.source}`),
    transact: (change: () => void) => change()
  };
  const editor = { replaceSelection: (text: string) => void typed.push(text), focus: () => undefined };
  const content = { activeCellIndex: active, activeCell: { editor, model: { type: cellType } }, model: { sharedModel } };
  return Object.assign(new Widget(), { cells, typed, content, context: { ready: Promise.resolve() } });
}

function setUp(open: Widget[], created: Widget | null = null) {
  const shell = { widgets: () => open, activate: jest.fn(), create: jest.fn(async () => created) };
  return { shell, notebooks: new Notebooks(shell) };
}

describe('Notebooks', () => {
  it('inserts below the active cell of the notebook used last, and shows it', async () => {
    const [first, second] = [notebook(['a', 'b'], 0), notebook(['c', 'd'], 0)];
    const { shell, notebooks } = setUp([first, second, new Widget()]);
    notebooks.use(second);
    notebooks.use(new Widget());
    expect(await notebooks.insert({ type: 'markdown', source: 'x' })).toBe(true);
    expect(second.cells).toEqual(['c', 'markdown:x', 'd']);
    expect(second.content.activeCellIndex).toBe(1);
    expect(shell.activate).toHaveBeenCalledWith(second);
    expect(first.cells).toEqual(['a', 'b']);
  });

  it('takes the place of an active cell in which nothing stands', async () => {
    const used = notebook(['a', ' \n', 'b'], 1);
    await setUp([used]).notebooks.insert({ type: 'code', source: 'x' });
    expect(used.cells).toEqual(['a', 'code:x', 'b']);
    expect(used.content.activeCellIndex).toBe(1);
  });

  it('takes another notebook when the one used last was closed', async () => {
    const [closed, open] = [notebook([], 0), notebook(['a'], 0)];
    const { notebooks } = setUp([open]);
    notebooks.use(closed);
    await notebooks.insert({ type: 'code', source: 'x' });
    expect(open.cells).toEqual(['a', 'code:x']);
  });

  it('puts a text at the cursor of a code cell, and else into a cell of its own', async () => {
    const code = notebook(['a'], 0);
    await setUp([code]).notebooks.insertText("'/data'");
    expect([code.typed, code.cells]).toEqual([["'/data'"], ['a']]);
    const markdown = notebook(['a'], 0, 'markdown');
    await setUp([markdown]).notebooks.insertText("'/data'");
    expect([markdown.typed, markdown.cells]).toEqual([[], ['a', "code:'/data'"]]);
  });

  it('asks for a new notebook when none is open', async () => {
    const created = notebook(['a'], 0);
    expect(await setUp([], created).notebooks.insert({ type: 'code', source: 'x' })).toBe(true);
    expect(created.cells).toEqual(['code:x', 'a']);
    expect(await setUp([]).notebooks.insert({ type: 'code', source: 'x' })).toBe(false);
  });
});

describe('snippetFor', () => {
  const file = { volume: 'v', path: 'a.dat' };

  it('looks into the file for what its name does not tell', async () => {
    const files = new FakeFiles();
    const cell = snippetFor(files, [file]);
    files.previews[0]!.answer.resolve(fits(hdu(0, 'empty'), hdu(3, 'table')));
    expect(await cell).toContain("format='fits', hdu=3");
  });

  it('takes the HDU that is asked for', async () => {
    const files = new FakeFiles();
    const cell = snippetFor(files, [file], { hdu: 0 });
    files.previews[0]!.answer.resolve(fits(hdu(0, 'image'), hdu(3, 'table')));
    expect(await cell).toContain('hdus[0].data');
  });

  it('names one table of several', async () => {
    const files = new FakeFiles();
    const cell = snippetFor(files, [file]);
    const table = { index: 0, name: '', columns: [], rows: null };
    files.previews[0]!.answer.resolve({ kind: 'votable', size: 1, modified: 0, tables: [table, { ...table, index: 1 }] });
    expect(await cell).toContain("format='votable', table_id=0");
  });

  it('goes by the name of a file that cannot be read, and of several', async () => {
    const files = new FakeFiles();
    const cell = snippetFor(files, [{ volume: 'v', path: 'a.parquet' }]);
    files.previews[0]!.answer.reject(problem('unreadable-file'));
    expect(await cell).toContain('pq.ParquetFile(path)');
    expect(await snippetFor(files, filesOf({ volume: 'v', paths: ['a.csv', 'b.csv'] }))).toContain("tables = [Table.read(path, format='ascii.csv'");
    expect(files.previews).toHaveLength(1);
  });
});
