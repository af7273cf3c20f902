import { ProblemError } from '@jupyter-datalabs/hub-client';
import type { IFileEntry, IListPage, IListQuery } from '@jupyter-datalabs/hub-client';
import { nullTranslator } from '@jupyterlab/translation';
import { fileIcon } from '@jupyterlab/ui-components';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { act } from 'react';
import { FolderModel } from '../browser/folder';
import { FolderWidget } from '../browser/view';

const trans = nullTranslator.load('');
(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
globalThis.ResizeObserver ??= class {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
};

const settle = (what: () => void = () => undefined): Promise<void> =>
  act(async () => {
    what();
    await new Promise(resolve => setTimeout(resolve));
  });

/** Seen rows of jsdom, which lays nothing out: 11 with the header. */
const HEIGHT = 11 * 24;

type Folders = Record<string, IFileEntry[] | Error>;

const entry = (name: string, change: Partial<IFileEntry> = {}): IFileEntry => ({ name, type: 'file', size: 2048, modified: 0, ...change });

async function opened(folders: Folders, path = '') {
  const asked: IListQuery[] = [];
  const list = async (query: IListQuery): Promise<IListPage> => {
    asked.push(query);
    const there = folders[query.path]!;
    if (there instanceof Error) {
      throw there;
    }
    const entries = query.glob === undefined ? there : there.filter(({ name }) => name.includes('kept'));
    const { offset = 0, limit = 200 } = query;
    return { index: 'i', offset, total: entries.length, entries: entries.slice(offset, offset + limit), indexed: { at: Date.now(), entries: there.length, ms: 1 } };
  };
  const model = new FolderModel({ list });
  const actions = {
    titleOf: () => 'The volume',
    mount: jest.fn(async () => undefined),
    open: jest.fn(),
    copyPath: jest.fn(),
    dragText: (row: IFileEntry) => `'/data/v/${row.name}'`,
    iconOf: () => fileIcon,
    before: [],
    after: () => []
  };
  const view = new FolderWidget(model, trans, actions);
  jest.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(HEIGHT);
  act(() => {
    Widget.attach(view, document.body);
    MessageLoop.flush();
  });
  await settle(() => model.goTo({ volume: 'v', path }));
  return { asked, model, actions, view };
}

const grid = (view: Widget): HTMLElement => view.node.querySelector<HTMLElement>('[role="grid"]')!;
const drawn = (view: Widget): HTMLElement[] => [...view.node.querySelectorAll<HTMLElement>('[data-row]')];
const key = (view: Widget, name: string, init: KeyboardEventInit = {}): Promise<void> =>
  settle(() => void grid(view).dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...init })));
const button = (view: Widget, name: string): HTMLElement =>
  [...view.node.querySelectorAll<HTMLElement>('button')].find(node => node.textContent === name || node.getAttribute('aria-label') === name)!;

describe('FolderWidget', () => {
  let view: FolderWidget | null = null;
  afterEach(async () => {
    await settle(() => view?.dispose());
    jest.restoreAllMocks();
  });
  const many = Array.from({ length: 100_000 }, (_, i) => entry(`f${String(i).padStart(6, '0')}`));

  it('draws a window of the rows, and says how many there are', async () => {
    const it = await opened({ '': many });
    view = it.view;
    expect(drawn(view).length).toBeLessThan(50);
    expect(grid(view).getAttribute('aria-rowcount')).toBe('100001');
    expect(drawn(view)[0]!.getAttribute('aria-rowindex')).toBe('2');
    expect(view.node.textContent).toContain('100,000 entries');
    expect(view.node.textContent).toContain('Read just now');
    await key(view, 'End');
    expect(drawn(view).at(-1)!.getAttribute('aria-rowindex')).toBe('100001');
    expect(drawn(view).at(-1)!.textContent).toContain('f099999');
    expect(document.getElementById(grid(view).getAttribute('aria-activedescendant')!)).toBe(drawn(view).at(-1));
  });

  it('works with the keyboard alone', async () => {
    const it = await opened({ '': [entry('a', { type: 'directory', size: null }), entry('b'), entry('c'), entry('d')], a: [entry('x')] });
    view = it.view;
    view.focusRows();
    await key(view, 'ArrowDown');
    await key(view, 'ArrowDown', { shiftKey: true });
    expect(drawn(view).map(row => row.getAttribute('aria-selected'))).toEqual(['false', 'true', 'true', 'false']);
    expect(view.node.textContent).toContain('2 selected');
    await key(view, 'a', { ctrlKey: true });
    expect(it.model.selection.count).toBe(4);
    await key(view, ' ');
    expect(it.model.selection.has(2)).toBe(false);
    await key(view, 'd');
    expect(it.model.cursor).toBe(3);
    await key(view, 'Enter');
    expect(it.actions.open).toHaveBeenCalledWith(expect.objectContaining({ name: 'd' }));
    await key(view, 'c', { ctrlKey: true });
    await key(view, 'C', { ctrlKey: true, shiftKey: true });
    await key(view, 'c', { ctrlKey: true, shiftKey: true });
    expect(it.actions.copyPath).toHaveBeenCalledTimes(1);
    await settle(() => it.model.goTo({ volume: 'v', path: 'a' }));
    expect(document.activeElement).toBe(grid(view));
    await key(view, 'Backspace');
    expect(it.model.place!.path).toBe('');
    expect(document.activeElement).toBe(grid(view));
  });

  it('sorts by a column, and the other way round', async () => {
    const it = await opened({ '': [entry('a')] });
    view = it.view;
    const header = (): string[] => [...it.view.node.querySelectorAll('[role="columnheader"]')].map(node => node.getAttribute('aria-sort')!);
    expect(header()).toEqual(['ascending', 'none', 'none']);
    await settle(() => button(it.view, 'Size').click());
    expect(it.asked.at(-1)).toMatchObject({ sort: 'size', descending: true });
    await settle(() => button(it.view, 'Size').click());
    expect(header()).toEqual(['none', 'ascending', 'none']);
  });

  it.each([
    ['an empty folder', { '': [] }, 'This folder is empty'],
    ['a folder that is closed', { '': new ProblemError({ code: 'permission-denied', status: 403, detail: 'The archive does not let you read this.' }) }, 'The archive does not let you read this.'],
    ['a volume that is gone', { '': new ProblemError({ code: 'not-mounted', status: 404, detail: 'It is not mounted.' }) }, 'Mount']
  ])('says so of %s', async (_, folders, said) => {
    ({ view } = await opened(folders as Folders));
    expect(view.node.textContent).toContain(said);
  });

  it('says that nothing matches, and clears the filter', async () => {
    const it = await opened({ '': [entry('a')] });
    view = it.view;
    await settle(() => it.model.setFilter({ text: 'z' }));
    expect(view.node.textContent).toContain('Nothing matches');
    await settle(() => button(it.view, 'Clear the filter').click());
    expect(drawn(view)).toHaveLength(1);
  });

  it('keeps the rows when the server goes away, and says so', async () => {
    const folders: Folders = { '': [entry('a')] };
    const it = await opened(folders);
    view = it.view;
    folders[''] = new ProblemError({ code: 'session-unreachable', status: 0, detail: 'The session does not answer.' });
    await settle(() => button(it.view, 'Read this folder again').click());
    expect(drawn(view)).toHaveLength(1);
    expect(view.node.querySelector('[role="alert"]')!.textContent).toContain('The session does not answer.');
    folders[''] = [entry('a'), entry('b')];
    await settle(() => it.model.reload());
    expect(drawn(view)).toHaveLength(2);
    expect(view.node.querySelector('[role="alert"]')).toBeNull();
  });

  it('shows what nothing is known about, and names in full', async () => {
    const it = await opened({ '': [entry('gone', { type: 'link', size: null, modified: null, link: 'x', broken: true, problem: 'not-found' }), entry('raw\udcff-a-name-that-is-long.fits')] });
    view = it.view;
    expect(drawn(view)[0]!.textContent).toContain('Broken link');
    expect(drawn(view)[1]!.title).toContain('raw\\xff-a-name-that-is-long.fits');
    expect(drawn(view)[1]!.textContent).toContain('2.0 KiB');
  });
});
