import type { IFitsHdu } from '@jupyter-datalabs/hub-client';
import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { gridTarget } from '../preview/grid';
import { gridLayout, ROW_HEIGHT } from '../preview/grid-layout';
import { shortText } from '../preview/values';
import { Preview } from '../preview/widget';
import { FakeFiles, fits, hdu, picture, problem, rowsOf, settle, type } from './preview-fakes';

const trans = nullTranslator.load('');
const commands = { copy: jest.fn(), notify: jest.fn(), insertSnippet: jest.fn(), insertPath: jest.fn(), copyPath: jest.fn(), showVolume: jest.fn(), mount: jest.fn(async () => true) };

let preview: Preview | null = null;
let files: FakeFiles;

async function show(path = 'a/b.fits', given: { hdu?: number } = {}): Promise<HTMLElement> {
  files = new FakeFiles();
  await settle(() => {
    preview = new Preview({ files, file: { volume: 'v', path }, ...given, commands, trans });
    Widget.attach(preview, document.body);
    MessageLoop.flush();
  });
  await settle();
  return preview!.node;
}

const byRole = (node: HTMLElement, role: string, name = ''): HTMLElement[] =>
  [...node.querySelectorAll<HTMLElement>(role === 'button' ? 'button' : `[role="${role}"]`)].filter(one => `${one.getAttribute('aria-label') ?? ''} ${one.textContent}`.includes(name));
const field = (node: HTMLElement, label: string): HTMLInputElement =>
  [...node.querySelectorAll('label')].find(one => one.textContent!.startsWith(label))!.querySelector<HTMLInputElement>('input, select')!;
const key = (node: HTMLElement, name: string, init: KeyboardEventInit = {}): Promise<void> =>
  settle(() => void node.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...init })));

beforeEach(() => {
  jest.useFakeTimers();
  jest.clearAllMocks();
  Object.assign(URL, { createObjectURL: () => 'blob:x', revokeObjectURL: () => undefined });
});
afterEach(async () => {
  await settle(() => preview?.dispose());
  jest.useRealTimers();
});

describe('a preview', () => {
  it('says that it reads, and shows what went wrong where the file would be, with another try', async () => {
    const node = await show();
    expect(byRole(node, 'status', 'Reading the file')).toHaveLength(1);
    await settle(() => files.previews[0]!.answer.reject(problem('unreadable-file')));
    const [alert] = byRole(node, 'alert');
    expect(alert!.textContent).toContain('The file is corrupt at byte 2880.');
    expect(alert!.textContent).toContain('Tell the archive.');
    await settle(() => byRole(node, 'button', 'Show as text')[0]!.click());
    expect(files.texts[0]!.query).toMatchObject({ path: 'a/b.fits', offset: 0 });
    await settle(() => byRole(node, 'button', 'Try again')[0]!.click());
    expect(files.previews).toHaveLength(2);
    await settle(() => files.previews[1]!.answer.resolve({ kind: 'binary', size: 2_500_000, modified: 0 }));
    expect(node.textContent).toContain('2.4 MiB of binary data');
    byRole(node, 'button', 'Insert snippet')[0]!.click();
    expect(commands.insertSnippet).toHaveBeenCalled();
  });

  it('of a volume that is not mounted offers to mount it, and reads the file then', async () => {
    const node = await show();
    await settle(() => files.previews[0]!.answer.reject(problem('not-mounted')));
    await settle(() => byRole(node, 'button', 'Mount')[0]!.click());
    expect([commands.mount.mock.calls.length, files.previews.length]).toEqual([1, 2]);
  });

  it('behind other tabs reads nothing before it is looked at', async () => {
    files = new FakeFiles();
    const hidden = new Preview({ files, file: { volume: 'v', path: 'a' }, commands, trans });
    hidden.hide();
    await settle(() => Widget.attach(hidden, document.body));
    expect(files.previews).toHaveLength(0);
    await settle(() => hidden.show());
    expect(files.previews).toHaveLength(1);
    await settle(() => hidden.dispose());
  });

  it('of a closed tab gives its questions up', async () => {
    await show();
    await settle(() => preview!.dispose());
    expect(files.previews[0]!.signal!.aborted).toBe(true);
  });
});

describe('a FITS file', () => {
  it('opens at the first HDU that holds anything; arrows lead to the others, of which it tells', async () => {
    const node = await show();
    await settle(() => files.previews[0]!.answer.resolve(fits(hdu(0, 'empty'), hdu(1, 'image', { dims: [400, 300, 5] }), hdu(2, 'table', { rows: 12, columns: [{ name: 'ra' }] }))));
    const tabs = (): HTMLElement[] => [...byRole(node, 'tablist', 'HDUs')[0]!.querySelectorAll<HTMLElement>('[role="tab"]')];
    expect(tabs().map(tab => tab.getAttribute('aria-selected'))).toEqual(['false', 'true', 'false']);
    expect(tabs().map(tab => tab.tabIndex)).toEqual([-1, 0, -1]);
    expect(tabs()[1]!.textContent).toContain('400 × 300 × 5');
    expect(tabs()[2]!.textContent).toContain('12 rows, 1 columns');
    expect(files.images[0]!.query).toMatchObject({ hdu: 1, plane: 0 });
    const changed: (number | undefined)[] = [];
    preview!.hduChanged.connect(({ hdu: now }) => void changed.push(now));
    await key(tabs()[1]!, 'ArrowDown');
    expect([preview!.hdu, changed]).toEqual([2, [2]]);
    expect(byRole(node, 'grid', 'HDU2, HDU 2')).toHaveLength(1);
    await key(tabs()[2]!, 'Home');
    expect(preview!.hdu).toBe(0);
    expect(node.querySelector('table')!.textContent).toContain('SIMPLE');
  });

  it('draws the image as it is told to, plane by plane, and says what is shown', async () => {
    const node = await show('a.fits', { hdu: 1 });
    await settle(() => files.previews[0]!.answer.resolve(fits(hdu(0, 'image'), hdu(1, 'image', { dims: [400, 300, 5], unit: 'adu' }))));
    await settle(() => files.images[0]!.answer.resolve(picture('a')));
    expect(node.querySelector('img')!.alt).toBe('HDU1, HDU 1');
    expect(node.textContent).toContain('400 × 300 pixels, one picture point is the average of 2 × 2 pixels, values shown -0.5 to 12.25 adu');
    await settle(() => type(field(node, 'Stretch'), 'asinh'));
    await settle(() => type(field(node, 'Plane'), '4'));
    await settle(() => byRole(node, 'button', 'Larger')[0]!.click());
    expect(node.querySelector('img')).not.toBeNull();
    await settle(() => void jest.advanceTimersByTime(1000));
    expect(files.images).toHaveLength(2);
    expect(files.images[1]!.query).toMatchObject({ stretch: 'asinh', plane: 3, width: 2048 });
    await settle(() => files.images[1]!.answer.reject(problem('too-large', 'The image has too many pixels.')));
    expect(byRole(node, 'alert')[0]!.textContent).toContain('too many pixels');
    await settle(() => byRole(node, 'button', 'Try again')[0]!.click());
    expect(files.images).toHaveLength(3);
  });

  it('finds cards, copies one, and reads the others when asked', async () => {
    const node = await show();
    const cards: IFitsHdu['cards'] = [['OBJECT', "Barnard's star", 'name'], ['EXPTIME', 565, 's', '565.0'], ['COMMENT', 'no value', '']];
    await settle(() => files.previews[0]!.answer.resolve(fits(hdu(0, 'empty', { cards, more: true }))));
    await settle(() => type(field(node, 'Find in header'), 'barnard NAME'));
    expect(node.querySelectorAll('tbody tr')).toHaveLength(1);
    expect(byRole(node, 'status', '1 of 3 cards')).toHaveLength(1);
    byRole(node, 'button', 'Copy card OBJECT')[0]!.click();
    expect(commands.copy).toHaveBeenCalledWith("OBJECT = 'Barnard''s star' / name");
    await settle(() => type(field(node, 'Find in header'), '565.0'));
    byRole(node, 'button', 'Copy card EXPTIME')[0]!.click();
    expect(commands.copy).toHaveBeenLastCalledWith('EXPTIME = 565.0 / s');
    await settle(() => type(field(node, 'Find in header'), ''));
    await settle(() => byRole(node, 'button', 'Read further cards')[0]!.click());
    expect(files.previews[1]!.query).toEqual({ path: 'a/b.fits', hdu: 0, offset: 3 });
    await settle(() => files.previews[1]!.answer.resolve(fits(hdu(0, 'empty', { cards: [['LAST', null, '']] }))));
    expect(node.querySelectorAll('tbody tr')).toHaveLength(4);
    expect(byRole(node, 'button', 'Read further cards')).toHaveLength(0);
  });
});

describe('a table', () => {
  const columns = Array.from({ length: 500 }, (_, i) => ({ name: `${i % 2 ? 'n' : 's'}${i}`, type: i % 2 ? 'float64' : 'char', unit: i === 1 ? 'mag' : undefined, ucd: i === 301 ? 'pos.eq.ra' : undefined }));
  const open = async (): Promise<HTMLElement> => {
    const node = await show('t.parquet');
    await settle(() => files.previews[0]!.answer.resolve({ kind: 'parquet', size: 1, modified: 0, columns, rows: 1_234_567 }));
    return node;
  };
  const answer = (): Promise<void> =>
    settle(() => files.pages.forEach(page => page.answer.resolve(rowsOf(page.query, columns.map(({ name }) => name), 1_234_567))));

  it('has in the page what is seen of it, and tells how long and wide it is', async () => {
    const node = await open();
    await answer();
    const [grid] = byRole(node, 'grid', 't.parquet');
    expect(grid!.getAttribute('aria-rowcount')).toBe('1234568');
    expect(grid!.getAttribute('aria-colcount')).toBe('501');
    expect(byRole(grid!, 'row').length).toBeLessThan(40);
    expect(byRole(grid!, 'gridcell').length).toBeLessThan(600);
    expect(node.textContent).toMatch(/Rows 1–\d+ of 1,234,567/);
    const header = byRole(grid!, 'columnheader', 'n1')[0]!;
    expect(header.textContent).toContain('mag');
    expect(header.title).toContain('Type: float64');
    expect(header.className).toContain('jp-mod-number');
    expect(byRole(grid!, 'gridcell', 's00')[0]!.className).not.toContain('jp-mod-number');
  });

  it('is walked with the keyboard, to its last cell and back, and copies the current one', async () => {
    const node = await open();
    await answer();
    const [grid] = byRole(node, 'grid');
    await key(grid!, 'ArrowDown');
    await key(grid!, 'ArrowRight');
    expect(document.getElementById(grid!.getAttribute('aria-activedescendant')!)!.textContent).toBe('n11');
    await key(grid!, 'c', { ctrlKey: true });
    expect(commands.copy).toHaveBeenCalledWith('n11');
    await key(grid!, 'End', { ctrlKey: true });
    await settle(() => void jest.advanceTimersByTime(1000));
    await answer();
    expect(document.getElementById(grid!.getAttribute('aria-activedescendant')!)!.textContent).toBe('n4991234566');
    expect(node.textContent).toMatch(/Rows [\d,]+–1,234,567 of 1,234,567/);
    await key(grid!, 'Home', { ctrlKey: true });
    expect(node.textContent).toMatch(/Rows 1–/);
  });

  it('goes to a row by its number, and finds columns by name, unit and UCD', async () => {
    const node = await open();
    await answer();
    const row = field(node, 'Go to row');
    await settle(() => type(row, '500,000'));
    await settle(() => row.form!.requestSubmit());
    await settle(() => void jest.advanceTimersByTime(1000));
    expect(files.pages[files.pages.length - 1]!.query.offset).toBeGreaterThanOrEqual(499_900);
    expect(document.getElementById(byRole(node, 'grid')[0]!.getAttribute('aria-activedescendant')!)!.closest('[role="row"]')!.textContent).toContain('500,000');
    await settle(() => type(field(node, 'Columns'), 'POS.eq'));
    expect(byRole(node, 'columnheader').map(header => header.textContent)).toEqual(['n301\u00a0', 'Row']);
    await settle(() => type(field(node, 'Columns'), 'nothing like that'));
    await answer();
    expect(node.textContent).toContain('No column matches');
  });

  it('shows null as such, and long fractions short but whole below', async () => {
    const node = await show('t.csv');
    await settle(() => files.previews[0]!.answer.resolve({ kind: 'table', size: 1, modified: 0, rows: null }));
    await settle(() => files.pages[0]!.answer.resolve({ columns: [{ name: 'x' }, { name: 'y' }], rows: [[1 / 3, null]], total: 1, offset: 0 }));
    const [x, y] = byRole(node, 'gridcell');
    expect([x!.textContent, y!.textContent, y!.className]).toEqual(['0.33333333333', 'null', expect.stringContaining('jp-mod-null')]);
    expect(node.querySelector('.jp-DatalabsTable-value')!.textContent).toContain('0.3333333333333333');
  });

  it('has small numbers with an exponent, and takes nan and inf for numbers', async () => {
    const node = await show('t.csv');
    await settle(() => files.previews[0]!.answer.resolve({ kind: 'table', size: 1, modified: 0, rows: 3 }));
    const rows = [[0.000_010_655_51, 'nan', 'nan'], [1, '-inf', 'no'], [2, '1.5', '']];
    await settle(() => files.pages[0]!.answer.resolve({ columns: [{ name: 'x' }, { name: 'y' }, { name: 'z' }], rows, total: 3, offset: 0 }));
    const cells = byRole(node, 'gridcell');
    expect(cells.slice(0, 3).map(cell => cell.className.includes('jp-mod-number'))).toEqual([true, true, false]);
    expect(node.querySelector('.jp-DatalabsTable-value')!.textContent).toContain('1.065551e-5');
    expect(node.textContent).toContain('Rows 1–3 of 3');
  });

  it('says that there are no rows', async () => {
    const node = await show('t.csv');
    await settle(() => files.previews[0]!.answer.resolve({ kind: 'table', size: 1, modified: 0, columns: [{ name: 'x' }], rows: 0 }));
    expect(node.textContent).toContain('No rows');
    expect(files.pages).toHaveLength(0);
  });
});

describe('the layout of a table', () => {
  it('reaches every row of a billion, and a row is a row where the scroll bar is coarse', () => {
    const layout = gridLayout(1_800_000_000, 500);
    expect(layout.height).toBeLessThan(10_000_000);
    expect(layout.firstOf(layout.height - 500)).toBe(layout.lastFirst);
    expect(layout.lastFirst + layout.visible).toBe(1_800_000_000);
    expect(gridLayout(1000, 500).firstOf(10 * ROW_HEIGHT)).toBe(10);
    expect(gridLayout(3, 500).lastFirst).toBe(0);
  });

  it('has no place before the first cell or after the last', () => {
    const at = (name: string, row: number, column: number): unknown => gridTarget({ key: name, ctrlKey: false, metaKey: false }, { row, at: column }, { row: 9, at: 2 }, 5);
    expect([at('ArrowUp', 0, 0), at('PageDown', 7, 1), at('ArrowRight', 3, 2), at('x', 0, 0)]).toEqual([{ row: 0, at: 0 }, { row: 9, at: 1 }, { row: 3, at: 2 }, null]);
  });
});

describe('a text', () => {
  it('is shown page by page, there and back', async () => {
    const node = await show('a.txt');
    await settle(() => files.previews[0]!.answer.resolve({ kind: 'text', size: 100_000, modified: 0 }));
    await settle(() => files.texts[0]!.answer.resolve({ text: 'first', offset: 0, next: 65_535, encoding: 'utf-8' }));
    expect(node.textContent).toContain('Bytes 1–65,535 of 100,000, utf-8');
    await settle(() => byRole(node, 'button', 'Next')[0]!.click());
    expect(files.texts[1]!.query.offset).toBe(65_535);
    await settle(() => files.texts[1]!.answer.resolve({ text: 'second', offset: 65_535, next: null, encoding: 'utf-8' }));
    expect(node.querySelector('pre')!.textContent).toBe('second');
    await settle(() => byRole(node, 'button', 'Previous')[0]!.click());
    expect(files.texts[2]!.query.offset).toBe(0);
  });
});

it.each<[unknown, boolean, string]>([
  [1 / 3, true, '0.33333333333'],
  [-1 / 3, true, '-0.3333333333'],
  [-1.23456789012345e-15, true, '-1.234568e-15'],
  [1_234_567.891_234_5, true, '1234567.89123'],
  ['0.33333333333333331', true, '0.33333333333'],
  ['0.33333333333333331', false, '0.33333333333333331'],
  ['4611686018427387904', true, '4611686018427387904'],
  [1e19, true, '10000000000000000000'],
  ['(1+2.123456789j)', true, '(1+2.123456789j)'],
  [0.1, true, '0.1'],
  [0.000_010_655_51, true, '1.065551e-5'],
  ['0.00001065551', true, '1.065551e-5'],
  ['0.00001065551', false, '0.00001065551'],
  [0, true, '0'],
  ['nan', true, 'nan'],
  [null, true, 'null']
])('%j in a column (of numbers: %s) is shown as %s', (value, isNumber, text) => {
  expect(shortText(value, isNumber)).toBe(text);
});
