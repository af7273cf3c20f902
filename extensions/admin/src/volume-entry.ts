import { VolumeEntry } from '@jupyter-datalabs/hub-client';
import type { TranslationBundle } from '@jupyterlab/translation';

/** The fields of one line or of several; of lists, each line is one. */
export const TEXTS = ['name', 'title', 'mission', 'release', 'description', 'licence', 'citation', 'documentation', 'bytes', 'files', 'path', 'groups', 'roots', 'urls', 'download'] as const;
export type Text = (typeof TEXTS)[number];

/** The lists whose items have several fields, and these. */
export const ROWS = { rules: ['prefix', 'groups'], examples: ['title', 'where'], tables: ['service', 'table'] } as const;
export type Rows = keyof typeof ROWS;
export type Row = Record<string, string>;

/** What a form holds, as it was typed. */
export type Entered = Record<Text, string> & Record<Rows, Row[]> & { simulated: boolean };

/** By field: `title`, `rules.0.prefix`. */
export type Errors = Record<string, string>;

const lines = (text: string): string[] => text.split('\n').map(line => line.trim()).filter(Boolean);

export function toEntered(entry: VolumeEntry | null): Entered {
  const number = (value: number | undefined): string => (value === undefined ? '' : String(value));
  return {
    name: entry?.name ?? '',
    title: entry?.title ?? '',
    mission: entry?.mission ?? '',
    release: entry?.release ?? '',
    description: entry?.description ?? '',
    licence: entry?.licence ?? '',
    citation: entry?.citation ?? '',
    documentation: entry?.documentation ?? '',
    bytes: entry?.size?.bytes === undefined ? '' : bytesText(entry.size.bytes),
    files: number(entry?.size?.files),
    path: entry?.path ?? '',
    groups: entry?.groups.join('\n') ?? '',
    roots: entry?.roots.join('\n') ?? '',
    urls: entry?.urls.join('\n') ?? '',
    download: entry?.download ?? '',
    simulated: entry?.simulated ?? false,
    rules: entry?.rules.map(({ prefix, groups }) => ({ prefix, groups: groups.join('\n') })) ?? [],
    examples: entry?.examples.map(({ title, path, url }) => ({ title, where: url ?? path ?? '' })) ?? [],
    tables: entry?.tables.map(({ service, table }) => ({ service, table })) ?? []
  };
}

const UNITS = 'kmgtpe';

/** Bytes, as people write them: "35 TB", "1.5TiB", "1000"; NaN where it is none. */
function bytesOf(text: string): number {
  const match = /^([\d.]+)\s*(?:([kmgtpe])(i?))?b?$/i.exec(text.replace(',', '.'));
  return match ? Math.round(Number(match[1]) * (match[3] ? 1024 : 1000) ** (UNITS.indexOf((match[2] ?? '').toLowerCase() || ' ') + 1)) : NaN;
}

/** The shortest text that is read as exactly so many bytes. */
function bytesText(bytes: number): string {
  const texts = [...UNITS].flatMap((unit, i) => [`${bytes / 1000 ** (i + 1)} ${i === 0 ? unit : unit.toUpperCase()}B`, `${bytes / 1024 ** (i + 1)} ${unit.toUpperCase()}iB`]);
  return [`${bytes} B`, ...texts].filter(text => bytesOf(text) === bytes).sort((one, other) => one.length - other.length)[0] ?? String(bytes);
}

/** Where the hub takes a volume to lie. */
const PLACE = /^(?:\/|(?:sample-data|\{sampleData\})(?:\/|$))/;

/** What was entered, as an entry, or what is wrong with it, where it was entered. Rows in which nothing stands are none, but of rules: one may have been meant to close something. */
export function parseEntry(entered: Entered, trans: TranslationBundle): { entry: VolumeEntry | null; errors: Errors } {
  const text = (key: Text): string => entered[key].trim();
  const optional = (key: Text): string | undefined => text(key) || undefined;
  const filled = (key: Rows): [index: number, row: Row][] => entered[key].flatMap((row, index): [number, Row][] => (key === 'rules' || Object.values(row).some(value => value.trim()) ? [[index, row]] : []));
  const of = (row: Row, key: string): string => row[key]!.trim();
  const rows = { rules: filled('rules'), examples: filled('examples'), tables: filled('tables') };
  const bytes = text('bytes') ? bytesOf(text('bytes')) : undefined;
  const files = text('files') ? Number(text('files').replace(/[\s,_]/g, '')) : undefined;
  const lists = { groups: lines(entered.groups), roots: lines(entered.roots), urls: lines(entered.urls) };
  const parsed = VolumeEntry.safeParse({
    name: text('name'),
    title: text('title'),
    mission: text('mission'),
    release: optional('release'),
    description: text('description'),
    size: bytes === undefined && files === undefined ? undefined : { bytes, files },
    licence: text('licence'),
    citation: optional('citation'),
    documentation: optional('documentation'),
    download: optional('download'),
    simulated: entered.simulated,
    path: text('path'),
    ...lists,
    rules: rows.rules.map(([, row]) => ({ prefix: of(row, 'prefix'), groups: lines(row.groups!) })),
    examples: rows.examples.map(([, row]) => ({ title: of(row, 'title'), ...(of(row, 'where').includes('://') ? { url: of(row, 'where') } : { path: of(row, 'where') }) })),
    tables: rows.tables.map(([, row]) => ({ service: of(row, 'service'), table: of(row, 'table') }))
  });
  const errors: Errors = text('path') && !PLACE.test(text('path')) ? { path: trans.__('It must begin with a slash.') } : {};
  if (parsed.success) {
    return Object.keys(errors).length > 0 ? { entry: null, errors } : { entry: parsed.data, errors };
  }
  for (const { path, message, code } of parsed.error.issues) {
    const [first, index, key] = path as [string, number?, string?];
    const isEmpty = code === 'too_small' || entered[first as Text] === '';
    const says = isEmpty
      ? trans.__('Enter something here.')
      : first === 'size'
        ? path[1] === 'bytes'
          ? trans.__('Enter a size such as 35 TB, or nothing.')
          : trans.__('Enter a whole number, or nothing.')
        : code === 'invalid_format' && !message.startsWith('must')
          ? trans.__('Enter an address such as https://example.org/page.')
          : message.startsWith('must')
            ? trans.__('It %1.', message)
            : `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
    let field = first;
    if (first === 'size') {
      field = String(path[1]);
    } else if (first in rows && index !== undefined) {
      const row = rows[first as Rows][index]![0];
      field = `${first}.${row}.${key === 'path' || key === 'url' ? 'where' : (key ?? ROWS[first as Rows][0])}`;
    }
    const line = first in lists && index !== undefined ? lists[first as keyof typeof lists][index] : undefined;
    errors[field] ??= line === undefined ? says : `"${line}": ${says}`;
  }
  return { entry: null, errors };
}
