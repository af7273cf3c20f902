import { REFERENCE_LIMIT, RESOLVE_COLUMNS as COLUMNS } from '@jupyter-datalabs/contract';

/** What a reference says, without regard to which volumes there are. */
export interface Asked {
  /** Of a file or directory, in a session or in an archive; as said. */
  paths: string[];
  /** Access URLs and identifiers; scheme and host in lower case. */
  urls: string[];
  /** Of files, wherever they lie. */
  names: string[];
  /** Its number, or its name as CFITSIO writes it: `SCI`, `SCI,1`. */
  hdu: number | string | null;
  /** Where it can be downloaded. */
  fallback: string | null;
  /** A sentence on why nothing can be made of it. */
  bad: string | null;
}

/** What tables say where there is nothing. */
const NOTHING = /^(?:|-+|nan|none|null|n\/a|masked)$/i;
/** Of a text that is too long only so much comes back. */
const SHOWN = 200;
const MOST_BUCKETS = 8;
const KNOWN = new Set<string>(Object.values(COLUMNS).flat());
const CLOUDS = new Set<string>(COLUMNS.clouds);
const LONGEST_COLUMN = Math.max(...[...KNOWN].map(name => name.length));

const nothing = (bad: string | null = null): Asked => ({ paths: [], urls: [], names: [], hdu: null, fallback: null, bad });

/** A reference, of a row the known columns alone, in the shapes that are known of them; of what is too long the beginning. */
export interface Picked {
  shown: unknown;
  isLong: boolean;
}

/** Whatever was sent, however deep and wide: all that is done afterwards is done with this. */
export function picked(reference: unknown): Picked {
  let isLong = false;
  const plain = (value: unknown): unknown => {
    if (typeof value === 'object') {
      return value === null ? null : undefined;
    }
    if (typeof value !== 'string' || value.length <= REFERENCE_LIMIT) {
      return value;
    }
    isLong = true;
    return `${value.slice(0, SHOWN)}…`;
  };
  const bucket = (value: unknown): unknown => {
    if (!isObject(value)) {
      return null;
    }
    const { bucket_name, key, region } = value as Record<string, unknown>;
    return { bucket_name: plain(bucket_name), key: plain(key), region: plain(region) };
  };
  const buckets = (value: unknown): unknown => (Array.isArray(value) ? value.slice(0, MOST_BUCKETS).map(bucket) : bucket(value));
  if (!isObject(reference)) {
    return { shown: plain(reference) ?? null, isLong };
  }
  const shown: Record<string, unknown> = {};
  for (const name in reference) {
    const column = name.length > LONGEST_COLUMN ? '' : name.toLowerCase();
    if (KNOWN.has(column)) {
      const value = (reference as Record<string, unknown>)[name];
      const isCloud = CLOUDS.has(column) && typeof value === 'object' && value !== null;
      shown[name] = !isCloud ? plain(value) : column === 'aws' ? buckets(value) : { aws: buckets((value as Record<string, unknown>)['aws']) };
    }
  }
  return { shown, isLong };
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads any reference; never throws. */
export function read({ shown, isLong }: Picked): Asked {
  if (isLong) {
    return nothing(typeof shown === 'string' ? `It is longer than ${REFERENCE_LIMIT} characters.` : `One of its values is longer than ${REFERENCE_LIMIT} characters.`);
  }
  if (typeof shown === 'string') {
    return readText(shown.trim());
  }
  return isObject(shown) ? readRow(shown) : nothing('It is neither text nor a row.');
}

function readText(text: string): Asked {
  if (text.length > REFERENCE_LIMIT) {
    return nothing(`It is longer than ${REFERENCE_LIMIT} characters.`);
  }
  if (text.includes('\0')) {
    return nothing('It has a NUL character in it.');
  }
  if (NOTHING.test(text)) {
    return nothing('It is empty.');
  }
  if (text.startsWith('{')) {
    const row = parsed(text);
    return isObject(row) ? readRow(picked(row).shown as object) : nothing('It begins like JSON and is none.');
  }
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme.length > 1) {
    return readUrl(text, scheme);
  }
  const { path, hdu } = withoutHdu(text);
  return path.includes('/') ? { ...nothing(), paths: [path], hdu } : { ...nothing(), names: [path], hdu };
}

/** "name.fits[3]" is the third extension of it and "name.fits[SCI,1]" the first that is called so, as with CFITSIO (extended file name syntax). */
function withoutHdu(text: string): { path: string; hdu: number | string | null } {
  const found = /^(.*\.(?:fits|fit|fts)(?:\.gz|\.fz)?)\[(?:(\d{1,5})|([a-z_][\w+-]{0,67}(?:,\s*\d{1,5})?))\]$/is.exec(text);
  if (!found) {
    return { path: text, hdu: null };
  }
  return { path: found[1]!, hdu: found[2] === undefined ? found[3]!.replace(/\s/g, '') : Number(found[2]) };
}

function readUrl(text: string, scheme: string): Asked {
  if (scheme === 'http' || scheme === 'https') {
    if (!URL.canParse(text)) {
      return nothing('It is no valid address.');
    }
    const url = new URL(text);
    return /\/datalink(?:\/|$)|\/links$/i.test(url.pathname)
      ? nothing('It is the address of a list of links (DataLink), not of a file. Give the access_url of one of the links, or the name of the file.')
      : { ...nothing(), urls: [url.href], fallback: url.href };
  }
  if (scheme === 'file') {
    const path = URL.canParse(text) ? decoded(new URL(text).pathname) : null;
    return path === null ? nothing('It is no valid address.') : { ...nothing(), paths: [path] };
  }
  const [, host = '', rest = ''] = /^[^:]+:(\/\/[^/?#]*)?(.*)$/s.exec(text)!;
  if (scheme === 's3') {
    return fromBucket({ bucket: host.slice(2), key: rest.slice(1) });
  }
  // What an identifier ends with is the name of the product, where it is one at all.
  const name = decoded(rest.split(/[/?#]/).at(-1) ?? '') ?? '';
  return { ...nothing(), urls: [`${scheme}:${host.toLowerCase()}${rest}`], names: /\.[a-z]/i.test(name) ? [name] : [] };
}

/** The key lies open under the bucket's own address, if it is public. */
function fromBucket({ bucket, key, region }: { bucket: string; key: string; region?: string | null }): Asked {
  if (!/^[a-z0-9][a-z0-9.-]{1,62}$/i.test(bucket) || key === '') {
    return nothing('It is no address of an object in a bucket.');
  }
  const where = region && /^[a-z0-9-]{1,40}$/.test(region) ? `s3.${region}` : 's3';
  const address = `https://${bucket.toLowerCase()}.${where}.amazonaws.com/${encodePath(key)}`;
  return { ...nothing(), urls: [`s3://${bucket.toLowerCase()}/${key}`], fallback: address };
}

export function encodePath(path: string): string {
  return path.replace(/[\ud800-\udfff]/gu, '\ufffd').split('/').map(encodeURIComponent).join('/');
}

/** A column of a row under any of these names, whatever their case. */
function readRow(row: object): Asked {
  const columns = new Map<string, unknown>(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value]));
  const texts = (names: readonly string[]): string[] =>
    names.flatMap(name => {
      const value = columns.get(name);
      const text = typeof value === 'string' ? value.trim() : '';
      return NOTHING.test(text) ? [] : [text];
    });
  const name = texts(COLUMNS.names)[0];
  const parts: Asked[] = [];
  for (const directory of texts(COLUMNS.paths)) {
    const isWhole = name === undefined || /^[a-z][a-z0-9+.-]+:/i.test(directory) || directory === name || directory.endsWith(`/${name}`);
    parts.push(readText(isWhole ? directory : `${withoutSlashes(directory)}/${name}`));
  }
  parts.push(...texts(COLUMNS.links).map(readText), ...bucketsOf(columns.get('cloud_access')), ...(columns.has('aws') ? bucketsOf({ aws: columns.get('aws') }) : []), ...texts(COLUMNS.identifiers).map(readText));
  if (name !== undefined) {
    parts.push(readText(name));
  }
  const usable = parts.filter(part => part.bad === null);
  if (usable.length === 0) {
    return parts[0] ?? nothing('None of its columns says where the product lies: datalabs_path and file_name, file_path, access_url or cloud_access.');
  }
  const hdu = COLUMNS.hdus.map(column => whole(columns.get(column))).find(found => found !== null);
  return {
    paths: usable.flatMap(part => part.paths),
    urls: usable.flatMap(part => part.urls),
    names: [...new Set(usable.flatMap(part => part.names))],
    hdu: hdu ?? usable.find(part => part.hdu !== null)?.hdu ?? null,
    fallback: usable.find(part => part.fallback !== null)?.fallback ?? null,
    bad: null
  };
}

/** Without those at its end; a pattern that looks for them begins anew at each of them. */
function withoutSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') {
    end--;
  }
  return path.slice(0, end);
}

/** NASA's archives: {"aws": {"bucket_name", "region", "key"}}, as text or not. */
function bucketsOf(value: unknown): Asked[] {
  const said = typeof value === 'string' ? parsed(value) : value;
  const aws: unknown = typeof said === 'object' && said !== null && 'aws' in said ? said.aws : null;
  return (Array.isArray(aws) ? aws.slice(0, MOST_BUCKETS) : [aws]).flatMap((one: unknown) => {
    if (typeof one !== 'object' || one === null) {
      return [];
    }
    const { bucket_name: bucket, key, region } = one as Record<string, unknown>;
    const isUsable = typeof bucket === 'string' && typeof key === 'string' && !key.includes('\0');
    return isUsable ? [fromBucket({ bucket, key: key.replace(/^\/+/, ''), region: typeof region === 'string' ? region : null })] : [];
  });
}

function whole(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,5}$/.test(value.trim()) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= 99_999 ? number : null;
}

export function decoded(text: string): string | null {
  try {
    const path = decodeURIComponent(text);
    return path.includes('\0') ? null : path;
  } catch {
    return null;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
