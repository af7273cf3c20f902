import type { FilePreview, IFitsHdu } from '@jupyter-datalabs/hub-client';
import { pythonString, readable, sessionPath } from '../paths';
import { pathsLiteral, readerOf, readerOfName, snippet } from '../preview/snippets';
import type { Reader } from '../preview/snippets';
import { fits, hdu } from './preview-fakes';

// The test's own tools: browser packages know nothing of Node's modules.
const { execFileSync } = jest.requireActual<{ execFileSync(program: string, args: string[], options: { encoding: 'utf8' }): string }>('node:child_process');
// jsdom has none; every browser does.
globalThis.TextEncoder ??= jest.requireActual<{ TextEncoder: typeof TextEncoder }>('node:util').TextEncoder;

const NAMES: [string, string][] = [
  ['plain.fits', "'plain.fits'"],
  ["o'clock.fits", `"o'clock.fits"`],
  [`both ' and ".fits`, `'both \\' and ".fits'`],
  ['back\\slash', "'back\\\\slash'"],
  ['line\nfeed\ttab\rreturn', "'line\\nfeed\\ttab\\rreturn'"],
  ['bell\u0007 and escape\u001b', "'bell\\x07 and escape\\x1b'"],
  ['soft\u00ad \u00a0 turn\u202e line\u2028', "'soft\\xad \\xa0 turn\\u202e line\\u2028'"],
  ['Straße 星 😀', "'Straße 星 😀'"],
  ['{braces} %s $HOME `x`', "'{braces} %s $HOME `x`'"],
  ['caf\udce9.fits', "os.fsdecode(b'caf\\xe9.fits')"],
  ["é'\udcff\\\n", `os.fsdecode(b"\\xc3\\xa9'\\xff\\\\\\n")`]
];

describe('pythonString', () => {
  it.each(NAMES)('%j is %s', (name, literal) => {
    expect(pythonString(name)).toBe(literal);
  });

  it('is what Python reads as that very name', () => {
    // With surrogates as Python's own JSON has them.
    const names = NAMES.map(([name]) => name);
    const code = `import json, os, sys\nnames = json.loads(sys.argv[1])\nprint(names == [${names.map(pythonString).join(', ')}])`;
    expect(execFileSync('python3', ['-X', 'utf8', '-c', code, JSON.stringify(names)], { encoding: 'utf8' }).trim()).toBe('True');
  });
});

it('a name is shown on one line, whatever is in it', () => {
  expect(readable('a\nb\udce9')).toBe('a\\nb\\xe9');
  expect(sessionPath('euclid', '')).toBe('/data/euclid');
});

describe('snippet', () => {
  const READERS: Reader[] = ['fits', 'fits-image', 'fits-table', 'votable', 'ecsv', 'csv', 'tsv', 'parquet', 'image', 'text', 'binary'];

  it.each([
    ['a/b.FITS.gz', 'fits'],
    ['x.fits.fz', 'fits'],
    ['x.vot', 'votable'],
    ['x.ecsv', 'ecsv'],
    ['x.csv.gz', 'csv'],
    ['x.parquet', 'parquet'],
    ['x.png', 'image'],
    ['README.md', 'text'],
    ['x.h5', 'binary'],
    ['fits', 'binary']
  ])('the name %s means %s', (name, reader) => {
    expect(readerOfName(name)).toBe(reader);
  });

  it('reads the image of an HDU', () => {
    expect(snippet([{ volume: 'v', path: 'a.fits', reader: 'fits-image', hdu: 2, mapped: true }])).toBe(
      [
        'from astropy.io import fits',
        '',
        "path = '/data/v/a.fits'",
        'hdus = fits.open(path)',
        'header = hdus[2].header',
        '# Mapped into memory: only the pixels that are used are read.',
        'image = hdus[2].data',
        'image.shape, image.dtype'
      ].join('\n')
    );
  });

  it.each<[string, Partial<IFitsHdu>, string | undefined, boolean]>([
    ['as they are', {}, undefined, true],
    ['scaled by one', { cards: [['BSCALE', 1, ''], ['BZERO', 0, '']] }, undefined, true],
    ['unsigned', { cards: [['BZERO', 32768, '']] }, undefined, false],
    ['with some that are blank', { cards: [['BLANK', -1, '']] }, undefined, false],
    ['compressed', { compression: 'RICE_1' }, undefined, false],
    ['packed', {}, 'gzip', false]
  ])('says of pixels %s whether only those are read that are used', (_, about, packed, mapped) => {
    const preview = { ...fits(hdu(1, 'image', about)), packed } as FilePreview;
    const code = snippet([{ volume: 'v', path: 'a', ...readerOf(preview, 'a') }]);
    expect(code.includes('only the pixels that are used are read')).toBe(mapped);
    expect(code.includes('hdus[1].section[:10]')).toBe(!mapped);
  });

  it('of a file that was cut off reads what is there', () => {
    const code = snippet([{ volume: 'v', path: 'a', ...readerOf(fits(hdu(1, 'image', { truncated: true })), 'a') }]);
    expect(code).toContain('import math\nimport os\nfrom astropy.io import fits');
    expect(code).toContain('image = hdus[1].section[:there]');
    expect(code).not.toContain('.data\n');
  });

  it('is Python for every reader and any name, one file or several, alike or not', () => {
    const file = (reader: Reader, path = 'a\nb\udce9"\'.x'): Parameters<typeof snippet>[0][number] => ({ volume: 'v', path, reader });
    const cells = [
      ...READERS.map(reader => snippet([file(reader)])),
      ...READERS.map(reader => snippet([{ ...file(reader), truncated: true }])),
      ...READERS.map(reader => snippet([file(reader, 'a'), file(reader, 'b')])),
      snippet(READERS.map(reader => file(reader))),
      snippet([file('csv'), file('csv', 'plain.csv')])
    ];
    const code = 'import ast, json, sys\nfor cell in json.loads(sys.argv[1]): ast.parse(cell)\nprint("parsed")';
    expect(execFileSync('python3', ['-X', 'utf8', '-c', code, JSON.stringify(cells)], { encoding: 'utf8' }).trim()).toBe('parsed');
    for (const cell of cells) {
      expect(cell.includes('os.fsdecode')).toBe(/^import os$/m.test(cell));
    }
  });

  it('has a list of paths where several were chosen', () => {
    expect(pathsLiteral([{ volume: 'v', path: 'a' }])).toBe("'/data/v/a'");
    expect(pathsLiteral([{ volume: 'v', path: 'a' }, { volume: 'v', path: 'b' }])).toBe("[\n    '/data/v/a',\n    '/data/v/b',\n]");
  });
});
