import { HIGHEST, Scroller } from '../browser/scroller';
import { patternOf } from '../browser/seek';
import { Selection } from '../browser/selection';
import { nullTranslator } from '@jupyterlab/translation';
import { isPlain, parentOf } from '../paths';
import { ageText, durationText, nameParts, stateText } from '../words';

const trans = nullTranslator.load('');

describe('Selection', () => {
  it('chooses, extends, and takes out of ranges', () => {
    const selection = new Selection();
    selection.only(5);
    selection.extendTo(9);
    expect(selection.ranges).toEqual([[5, 10]]);
    selection.toggle(7);
    expect(selection.ranges).toEqual([
      [5, 7],
      [8, 10]
    ]);
    selection.toggle(7);
    expect(selection.ranges).toEqual([[5, 10]]);
    selection.only(5);
    selection.extendTo(2);
    expect([selection.count, selection.has(2), selection.has(6)]).toEqual([4, true, false]);
    selection.all(1_000_000);
    expect([selection.count, selection.ranges.length]).toEqual([1_000_000, 1]);
    selection.all(0);
    expect(selection.count).toBe(0);
  });
});

describe('Scroller', () => {
  it('is pixel by pixel up to the highest element', () => {
    const scroller = new Scroller(24);
    scroller.setSize(100_000, 240);
    expect(scroller.height).toBe(2_400_000);
    scroller.onScroll(24_000);
    expect([scroller.rows, scroller.place(1_000)]).toEqual([[1_000, 1_010], 24_000]);
    scroller.onScroll(2_400_000 - 240);
    expect(scroller.rows).toEqual([99_990, 100_000]);
  });

  it('reaches every row of a million below the highest element', () => {
    const scroller = new Scroller(24);
    scroller.setSize(1_000_000, 480);
    expect(scroller.height).toBe(HIGHEST);
    // The wheel moves rows by its own pixels, whatever the scroll bar stands for.
    scroller.onScroll(120);
    expect([scroller.top, scroller.rows]).toEqual([120, [5, 25]]);
    expect(scroller.place(5)).toBe(120);
    expect(scroller.settle()).toBe(Math.round((120 / (24_000_000 - 480)) * (HIGHEST - 480)));
    // The scroll bar leads to the end.
    scroller.onScroll(HIGHEST - 480);
    expect(scroller.rows[1]).toBe(1_000_000);
    expect(scroller.place(999_999) + 24).toBe(HIGHEST);
    // Dragged to its middle.
    scroller.onScroll((HIGHEST - 480) / 2);
    expect(Math.abs(scroller.rows[0] - 500_000)).toBeLessThan(20);
  });

  it('shows a row with as little scrolling as that needs', () => {
    const scroller = new Scroller(24);
    scroller.setSize(1_000_000, 480);
    scroller.reveal(999_999);
    expect(scroller.rows).toEqual([999_980, 1_000_000]);
    const before = scroller.top;
    scroller.reveal(999_985);
    expect(scroller.top).toBe(before);
    scroller.reveal(0);
    expect([scroller.top, scroller.settle()]).toEqual([0, 0]);
    scroller.show(500);
    scroller.setSize(10, 480);
    expect([scroller.top, scroller.rows]).toEqual([0, [0, 10]]);
  });
});

describe('names', () => {
  it('show what could not be seen', () => {
    const shown = (name: string): string => nameParts(name).map(({ text, escaped }) => (escaped ? `<${text}>` : text)).join('');
    expect(shown('plain name.fits')).toBe('plain name.fits');
    expect(shown('größe ☉.fits')).toBe('größe ☉.fits');
    expect(shown('raw\udcff\udc80.txt')).toBe('raw<\\xff\\x80>.txt');
    expect(shown('two\nlines')).toBe('two<\\n>lines');
    expect(shown('turned\u202etxt.exe')).toBe('turned<\\u202e>txt.exe');
    expect([isPlain('größe'), isPlain('raw\udcff')]).toEqual([true, false]);
  });

  it.each([
    ['', undefined],
    ['*.fits', '*.fits'],
    ['Tile1', '*Tile1*'],
    ['a[b', '*a[[]b*'],
    ['ß', '*ß*']
  ])('%s typed is the pattern %s', (typed, pattern) => expect(patternOf(typed)).toBe(pattern));

  it('have patterns that the server takes, however long they are', () => {
    expect(patternOf('x'.repeat(200))!.length).toBeLessThanOrEqual(255);
    expect(patternOf('x'.repeat(200))).toBe(`*${'x'.repeat(200)}*`);
  });

  it('have folders', () => expect(['a/b/c', 'a', ''].map(parentOf)).toEqual(['a/b', '', '']));
});

describe('words', () => {
  const minute = 60_000;
  it('say how long something is', () => {
    expect([0, minute, 59 * minute, 3 * 60 * minute, 50 * 60 * minute].map(ms => durationText(ms, trans))).toEqual([
      'less than a minute',
      '1 minute',
      '59 minutes',
      '3 hours',
      '2 days'
    ]);
    expect([ageText(0, 10_000, trans), ageText(0, 5 * minute, trans)]).toEqual(['Read just now', 'Read 5 minutes ago']);
  });

  it('say what is the matter with a volume, and since when', () => {
    const since = '2026-01-01T00:00:00Z';
    const now = Date.parse(since) + 5 * minute;
    expect(stateText({ state: 'ok', since }, now, trans)).toBeNull();
    expect(stateText({ state: 'slow', since }, now, trans)).toBe('Slow for 5 minutes');
    expect(stateText({ state: 'unreachable', since: null }, now, trans)).toBe('Unreachable');
  });
});
