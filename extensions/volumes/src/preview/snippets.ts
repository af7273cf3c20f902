import type { FilePreview, IFitsHdu } from '@jupyter-datalabs/hub-client';
import { isUndecodable, pythonString, sessionPath } from '../paths';

/** How a file is read. It needs no more than the readers that every environment of ours has: astropy, pyarrow and Pillow. */
export type Reader = 'fits' | 'fits-image' | 'fits-table' | 'votable' | 'ecsv' | 'csv' | 'tsv' | 'parquet' | 'image' | 'text' | 'binary';

export interface ISnippetFile {
  volume: string;
  path: string;
  reader: Reader;
  /** Of a FITS file. */
  hdu?: number;
  /** Of an image: whether its pixels lie in the file as they are. */
  mapped?: boolean;
  /** The file ends before the data do. */
  truncated?: boolean;
  /** Of a file with several tables. */
  table?: number;
}

/** Packed files are read as what they hold by all readers but `open`. */
const READERS: [RegExp, Reader][] = [
  [/\.(fits?|fts)(\.(gz|bz2|fz|xz))?$|\.fz$/i, 'fits'],
  [/\.(vot|votable)(\.gz)?$/i, 'votable'],
  [/\.ecsv(\.gz)?$/i, 'ecsv'],
  [/\.csv(\.gz)?$/i, 'csv'],
  [/\.tsv(\.gz)?$/i, 'tsv'],
  [/\.(parquet|parq|pq)$/i, 'parquet'],
  [/\.(png|jpe?g|gif|webp|tiff?|bmp)$/i, 'image'],
  [/\.(txt|md|rst|log|xml|ya?ml|json|py|cfg|ini|toml|html?|reg)$/i, 'text']
];

/** What the name alone tells. */
export function readerOfName(path: string): Reader {
  return READERS.find(([pattern]) => pattern.test(path))?.[1] ?? 'binary';
}

/** The HDU that somebody who names none most likely means: the first that holds anything. */
export function mainHdu(hdus: readonly IFitsHdu[]): IFitsHdu | undefined {
  return hdus.find(({ type }) => type !== 'empty') ?? hdus[0];
}

/** Cards for which astropy makes other numbers of all pixels. */
const isScale = ([keyword, value]: IFitsHdu['cards'][number]): boolean => keyword === 'BLANK' || (keyword === 'BZERO' && value !== 0) || (keyword === 'BSCALE' && value !== 1);

/** How to read a file that was looked into. */
export function readerOf(preview: FilePreview, path: string, hdu?: number): Omit<ISnippetFile, 'volume' | 'path'> {
  switch (preview.kind) {
    case 'fits': {
      const chosen = hdu === undefined ? mainHdu(preview.hdus) : preview.hdus.find(({ index }) => index === hdu);
      if (!chosen || chosen.type === 'empty') {
        return { reader: 'fits' };
      }
      return {
        reader: `fits-${chosen.type}`,
        hdu: chosen.index,
        ...(chosen.type === 'image' && !preview.packed && !chosen.compression ? { mapped: !chosen.cards.some(isScale) } : {}),
        ...(chosen.truncated && !chosen.compression ? { truncated: true } : {})
      };
    }
    case 'table': {
      const named = readerOfName(path);
      return { reader: named === 'ecsv' || named === 'tsv' ? named : 'csv' };
    }
    default:
      return { reader: preview.kind };
  }
}

interface ICode {
  imports: string[];
  /** An expression that reads the file that `path` names. */
  read: (path: string) => string;
  /** What the result is called. */
  name: string;
  /** Lines after the first. */
  more?: string[];
}

function codeOf(file: ISnippetFile): ICode {
  // Python's own `open` takes any name; not all readers do.
  const source = (path: string): string => (isUndecodable(file.path) ? `open(${path}, 'rb')` : path);
  const table = (format: string, options = ''): ICode => ({
    imports: ['from astropy.table import Table'],
    read: path => `Table.read(${source(path)}, format='${format}'${options})`,
    name: 'table',
    more: ['table[:5]']
  });
  switch (file.reader) {
    case 'fits':
      return { imports: ['from astropy.io import fits'], read: path => `fits.open(${path})`, name: 'hdus', more: ['hdus.info()'] };
    case 'fits-image':
      return {
        imports: [...(file.truncated ? ['import math', 'import os'] : []), 'from astropy.io import fits'],
        read: path => `fits.open(${path})`,
        name: 'hdus',
        more: [`header = hdus[${file.hdu ?? 0}].header`, ...imageLines(file), 'image.shape, image.dtype']
      };
    case 'fits-table':
      return {
        imports: ['from astropy.table import Table'],
        read: path => `Table.read(${path}, format='fits', hdu=${file.hdu ?? 1}, memmap=True)`,
        name: 'table',
        more: [...(file.truncated ? ['# The file ends before its rows do: if this fails, the preview shows those that are there.'] : []), 'table[:5]']
      };
    case 'votable':
      return table('votable', file.table === undefined ? '' : `, table_id=${file.table}`);
    case 'ecsv':
      return table('ascii.ecsv');
    case 'csv':
      return table('ascii.csv', ", comment='#'");
    case 'tsv':
      return table('ascii.tab', ", comment='#'");
    case 'parquet':
      return {
        imports: ['import pyarrow.parquet as pq'],
        read: path => `pq.ParquetFile(${source(path)})`,
        name: 'file',
        more: ['print(file.schema_arrow)', "# columns=['…'] reads only those.", 'table = file.read()', 'table.slice(0, 5).to_pylist()']
      };
    case 'image':
      return { imports: ['from PIL import Image'], read: path => `Image.open(${path})`, name: 'image', more: ['image'] };
    case 'text':
      return { imports: [], read: path => `open(${path}, encoding='utf-8', errors='replace').read()`, name: 'text', more: ['print(text[:1000])'] };
    case 'binary':
      return { imports: [], read: path => `open(${path}, 'rb').read(256)`, name: 'start', more: ['start'] };
  }
}

function imageLines({ hdu: index = 0, mapped, truncated }: ISnippetFile): string[] {
  const hdu = `hdus[${index}]`;
  if (truncated) {
    return [
      '# The file ends before its data do: this is what is there.',
      `size = abs(header['BITPIX']) // 8 * math.prod(${hdu}.shape[1:])`,
      `there = (os.path.getsize(path) - ${hdu}.fileinfo()['datLoc']) // size`,
      `image = ${hdu}.section[:there]`
    ];
  }
  const comment = mapped
    ? '# Mapped into memory: only the pixels that are used are read.'
    : `# All pixels are read. A part, such as the first ten rows: ${hdu}.section[:10]`;
  return [comment, `image = ${hdu}.data`];
}

/** The code of a cell that reads one file, or several into a list. */
export function snippet(files: readonly ISnippetFile[]): string {
  const paths = files.map(({ volume, path }) => sessionPath(volume, path));
  const codes = files.map(codeOf);
  const first = codes[0];
  if (!first) {
    return '';
  }
  const os = paths.some(isUndecodable) ? ['import os'] : [];
  const head = (imports: string[]): string[] => {
    const lines = [...new Set([...os, ...imports])].sort((a, b) => Number(a.startsWith('from')) - Number(b.startsWith('from')));
    return lines.length > 0 ? [...lines, ''] : [];
  };
  if (files.length === 1) {
    return [...head(first.imports), `path = ${pythonString(paths[0]!)}`, `${first.name} = ${first.read('path')}`, ...(first.more ?? [])].join('\n');
  }
  const alike = codes.every(code => code.read('path') === first.read('path'));
  const list = `paths = ${pathsLiteral(files)}`;
  return alike
    ? [...head(first.imports), list, `${plural(first.name)} = [${first.read('path')} for path in paths]`].join('\n')
    : [
        ...head(codes.flatMap(code => code.imports)),
        list,
        'contents = [',
        ...codes.map((code, i) => `    ${code.read(`paths[${i}]`)},`),
        ']'
      ].join('\n');
}

const plural = (name: string): string => (name === 'hdus' ? 'files' : name === 'start' ? 'starts' : `${name}s`);

/** A path, or a list of them, as an expression. */
export function pathsLiteral(files: readonly { volume: string; path: string }[]): string {
  const literals = files.map(({ volume, path }) => pythonString(sessionPath(volume, path)));
  return literals.length === 1 ? literals[0]! : `[\n${literals.map(literal => `    ${literal},\n`).join('')}]`;
}
