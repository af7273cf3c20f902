/*
 * Files of the volumes that a session has mounted, from the session's own Jupyter server: it sees exactly what the user may.
 * Names are what Python makes of them: bytes that are not UTF-8 are lone surrogates, which JSON carries there and back.
 */
import type { ServerConnection } from '@jupyterlab/services';
import type { IProblemInfo } from './problem';
import { askSession } from './session-request';

export type EntryType = 'directory' | 'file' | 'link' | 'other';

/** A file or folder. Of a link inside the volume, type, size and time are those of what it leads to. */
export interface IFileEntry {
  name: string;
  /** `link`: one that leads nowhere, or out of the volume; `problem` says which. */
  type: EntryType;
  /** Bytes; null for all but files. */
  size: number | null;
  /** Milliseconds since 1970; null when it could not be found out. */
  modified: number | null;
  /** Where a link leads, as it is written in it. */
  link?: string;
  broken?: true;
  /** The code of why nothing is known about it: `not-found`, `permission-denied`, `outside-volume`, `link-loop`… */
  problem?: string;
}

export interface IListQuery {
  volume: string;
  /** Below the volume, '' for its root. */
  path: string;
  offset?: number;
  /** At most 1,000. */
  limit?: number;
  /** Of an earlier page: pages of one index agree with each other. Without it, the listing begins anew. */
  index?: string;
  sort?: 'name' | 'size' | 'modified';
  descending?: boolean;
  /** Names that begin so; upper and lower case differ. */
  prefix?: string;
  /** A pattern with `*`, `?` and `[…]` for the whole name. */
  glob?: string;
  type?: 'directory' | 'file';
  /** Read the folder anew although a listing of it is kept. */
  refresh?: boolean;
}

export interface IListPage {
  index: string;
  offset: number;
  /** How many entries pass the filters. */
  total: number;
  entries: IFileEntry[];
  /** When the folder was read (ms since 1970), how many entries it had then, and how many ms that took. */
  indexed: { at: number; entries: number; ms: number };
}

/** A column of a table; `description` is plain text. */
export interface IFileColumn {
  name: string;
  type?: string;
  unit?: string;
  ucd?: string;
  format?: string;
  description?: string;
}

export interface IFitsHdu {
  index: number;
  name: string;
  type: 'image' | 'table' | 'empty';
  /** As the header gives them: NAXIS1 first. */
  dims: number[];
  /** Keyword, value, comment; of fractions also the value as it is written. Of a compressed image, the cards are the image's. */
  cards: [string, unknown, string, string?][];
  /** Not all cards are given. */
  more?: boolean;
  columns?: IFileColumn[];
  rows?: number;
  /** EXTVER. */
  version?: number;
  /** Of an image: what its values are (`int16`, `float32`…), and their unit. */
  pixel?: string;
  unit?: string;
  /** How a tile-compressed image is compressed; its dims are the image's. */
  compression?: string;
  /** The file ends before the data do. */
  truncated?: true;
}

interface IPreviewBase {
  size: number;
  modified: number;
  /** The file is packed, and what is told is told of what is in it. */
  packed?: 'gzip' | 'bzip2' | 'xz';
  /** Not all HDUs or tables have been looked at. */
  more?: boolean;
  /** What comes behind could not be read. */
  problem?: IProblemInfo;
}

export interface ITablePreview extends IPreviewBase {
  kind: 'votable' | 'parquet' | 'table';
  columns?: IFileColumn[];
  rows?: number | null;
  tables?: { index: number; name: string; columns: IFileColumn[]; rows: number | null; description?: string }[];
  /** Of Parquet: its row groups, which program wrote it, and whether a VOTable describes its columns. */
  groups?: number;
  creator?: string;
  voparquet?: true;
  [key: string]: unknown;
}

export type FilePreview =
  | (IPreviewBase & { kind: 'fits'; hdus: IFitsHdu[]; [key: string]: unknown })
  | ITablePreview
  | (IPreviewBase & { kind: 'image'; width: number; height: number; format: string; mode: string; [key: string]: unknown })
  | (IPreviewBase & { kind: 'text' | 'binary'; [key: string]: unknown });

export type Stretch = 'linear' | 'log' | 'sqrt' | 'asinh';
export type Interval = 'zscale' | 'minmax' | 'percentile';
export type ColourMap = 'gray' | 'viridis' | 'inferno' | 'magma' | 'gray_r';

export interface IImageQuery {
  volume: string;
  path: string;
  hdu?: number;
  plane?: number;
  /** At most 2,048, as is the height. */
  width?: number;
  height?: number;
  stretch?: Stretch;
  interval?: Interval;
  map?: ColourMap;
  /** A part of the image with all its pixels: its first column and its lowest row, counted from 0. Of FITS files alone. */
  left?: number;
  bottom?: number;
  /** The values to show darkest and brightest, instead of those of the interval. */
  low?: number;
  high?: number;
}

export interface IFileImage {
  png: Blob;
  info: {
    /** Pixels of the original: height, width. */
    shape: [number, number];
    /** Of the picture: height, width. */
    size: [number, number];
    /** The values shown darkest and brightest; null where no pixel has one. Pixels without a value are blue. */
    low: number | null;
    high: number | null;
    /** For how many pixels of the original, each way, one pixel stands: it is their average, or of flags the nearest one. */
    step: number;
    how?: 'average' | 'nearest';
    /** How many pixels were looked at, and how many of these have no value. */
    seen?: number;
    blank?: number;
    /** Of a part: where it begins. */
    left?: number;
    bottom?: number;
    planes: number;
    unit?: string;
    /** Where the first row is: that of a FITS image is shown lowest. */
    origin: 'lower' | 'upper';
  };
}

export interface IPixelQuery {
  volume: string;
  path: string;
  hdu?: number;
  plane?: number;
  /** Counted from 0, from the lower left. */
  x: number;
  y: number;
}

export interface IPixel {
  /** As in `IRowsPage`. */
  value: unknown;
  unit?: string;
  /** Name, value and unit of each axis that the WCS knows. */
  world?: [string, number, string][];
  /** Distortions that lie in other HDUs were left out. */
  approximate?: true;
}

export interface IRowsQuery {
  volume: string;
  path: string;
  hdu?: number;
  table?: number;
  offset?: number;
  /** At most 500. */
  limit?: number;
  columns?: string[];
}

export interface IRowsPage {
  columns: IFileColumn[];
  /**
   * Fewer than asked for where they are wide: there are more until `total`, or until there are none.
   * Missing is null. Strings are also "NaN", "Infinity", "-Infinity", complex numbers, and whole numbers that a number would round.
   * Arrays and texts that were cut end with "…".
   */
  rows: unknown[][];
  /** null when only reading to the end would tell. */
  total: number | null;
  offset: number;
}

export interface ITextQuery {
  volume: string;
  path: string;
  /** In bytes, as is the limit of at most 262,144. */
  offset?: number;
  limit?: number;
}

export interface ITextPage {
  text: string;
  offset: number;
  next: number | null;
  encoding: string;
}

export interface ICopyQuery {
  volume: string;
  paths: string[];
  /** A folder of the workspace, '' for its root; made if it is not there. */
  to: string;
  /** A UUID: the same request sent again, as browsers do on a lost connection, is the same copy. */
  key?: string;
  /** Bytes that the quota leaves, as the hub tells; the room on the disk is always looked at. */
  room?: number;
}

/** How far a copy is. */
export interface ICopyJob {
  /** Bytes. */
  done: number;
  total: number;
  files: number;
  /** Links out of the volume, circles and special files, which are not copied. */
  skipped: number;
  state: 'running' | 'done' | 'failed' | 'cancelled';
  /** What the copies are called, once it is done: nothing is overwritten. */
  names?: string[];
  problem?: IProblemInfo;
}

interface IOptions {
  /** Gives the request up, on the server too. */
  signal?: AbortSignal;
}

/** The only place that asks a session's server for files of volumes. Every failure is a ProblemError. */
export class VolumeFiles {
  constructor(private readonly _settings: ServerConnection.ISettings) {}

  list(query: IListQuery, options?: IOptions): Promise<IListPage> {
    return this._json('list', query, options);
  }

  /** In the order asked for; the name of each entry is its path. At most 1,000. */
  async stat(volume: string, paths: string[], options?: IOptions): Promise<IFileEntry[]> {
    return (await this._json<{ entries: IFileEntry[] }>('stat', { volume, paths }, options)).entries;
  }

  /** Has the process started that lists folders, or reads files for previews: the first one is there at once then. */
  async prepare(worker: 'listing' | 'preview'): Promise<void> {
    await this._json('prepare', { worker });
  }

  /** With `hdu`, of this HDU of a FITS file alone, with its cards from `offset` on. */
  preview(volume: string, path: string, { hdu, offset, ...options }: IOptions & { hdu?: number; offset?: number } = {}): Promise<FilePreview> {
    return this._json('preview', { volume, path, hdu, offset }, options);
  }

  image(query: IImageQuery, options?: IOptions): Promise<IFileImage> {
    return this._ask('image', query, options, async response => {
      const info = JSON.parse(response.headers.get('X-Datalabs-Image') ?? '') as IFileImage['info'];
      return { png: await response.blob(), info };
    });
  }

  pixel(query: IPixelQuery, options?: IOptions): Promise<IPixel> {
    return this._json('pixel', query, options);
  }

  rows(query: IRowsQuery, options?: IOptions): Promise<IRowsPage> {
    return this._json('rows', query, options);
  }

  text(query: ITextQuery, options?: IOptions): Promise<ITextPage> {
    return this._json('text', query, options);
  }

  /** Begins a copy into the workspace and resolves with its id; `job` tells how it goes on. */
  async copy(query: ICopyQuery): Promise<string> {
    return (await this._json<{ job: string }>('copy', query)).job;
  }

  job(job: string, options?: IOptions): Promise<ICopyJob> {
    return this._json('jobs', { job }, options);
  }

  cancel(job: string): Promise<ICopyJob> {
    return this._json('cancel', { job });
  }

  private _json<T>(method: string, body: object, options?: IOptions): Promise<T> {
    return this._ask(method, body, options, async response => (await response.json()) as T);
  }

  private _ask<T>(method: string, body: object, { signal }: IOptions = {}, read: (response: Response) => Promise<T>): Promise<T> {
    const init = { method: 'POST', body: JSON.stringify(body), ...(signal ? { signal } : {}) };
    return askSession(this._settings, `datalabs/volumes/${method}`, init, read);
  }
}
