import { RESOLVE_COLUMNS } from '@jupyter-datalabs/hub-client';

/** Columns that tell a table from lines of their own. */
const KNOWN = new Set<string>(Object.values(RESOLVE_COLUMNS).flat());

/** As spreadsheets, CSV files, archives' pages and Python's prints separate columns. */
const SEPARATORS: ((line: string) => string[])[] = [line => line.split('\t'), quoted, line => line.split('|'), line => line.trim().split(/\s{2,}/), line => line.trim().split(/\s+/)];

/** One reference a line; or the rows of a pasted table, whose first line names the columns. */
export function referencesOf(text: string): (string | Record<string, string>)[] {
  const lines = text.split(/\r?\n/).filter(line => line.trim() !== '');
  const printed = printedRows(lines);
  if (printed) {
    return printed;
  }
  const [first, ...rest] = lines;
  // No column's name has a slash or a brace in it.
  const split = first === undefined || /[/{]/.test(first) ? undefined : SEPARATORS.find(one => one(first).some(name => KNOWN.has(plain(name))));
  if (first === undefined || !split) {
    return lines.map(line => line.trim());
  }
  const names = split(first).map(plain);
  return rest
    .filter(line => !/^[\s|+-]*$/.test(line))
    .map(line => Object.fromEntries(split(line).flatMap((cell, index) => (names[index] !== undefined && KNOWN.has(names[index]) ? [[names[index], cell.trim()]] : []))));
}

/** The rows of a table as astropy prints it: dashes below the names say where each column stands, which one blank may part from the next. */
function printedRows(lines: readonly string[]): Record<string, string>[] | null {
  // Units and types may stand between, and dots for columns that were left out.
  const under = lines.findIndex((line, index) => index > 0 && index < 4 && /^[\s.-]*-[\s.-]*$/.test(line));
  if (under < 0 || lines[0]!.includes('\t')) {
    return null;
  }
  const spans = [...lines[under]!.matchAll(/[.-]+/g)].map(({ index, 0: run }): [number, number] => [index, index + run.length]);
  const cut = (line: string): string[] => spans.map(([from, to]) => line.slice(from, to).trim());
  // What was selected with the mouse may lack the blanks before the first name.
  const split = lines[0]!.trim().split(/\s+/);
  const names = (split.length === spans.length ? split : cut(lines[0]!)).map(plain);
  if (!names.some(name => KNOWN.has(name))) {
    return null;
  }
  return lines
    .slice(under + 1)
    .filter(line => !/^[\s.]*$|^\s*Length = /.test(line))
    .map(line => Object.fromEntries(cut(line).flatMap((cell, index) => (KNOWN.has(names[index]!) ? [[names[index], cell === '--' ? '' : cell]] : []))));
}

const plain = (name: string): string => name.trim().toLowerCase();

/** The cells of a line of CSV; in quotes a comma is none, and two quotes are one. */
function quoted(line: string): string[] {
  const cells: string[] = [];
  for (const [, inQuotes, bare] of line.matchAll(/(?:^|,)(?:\s*"((?:[^"]|"")*)"\s*|([^,]*))/g)) {
    cells.push(inQuotes === undefined ? (bare ?? '') : inQuotes.replaceAll('""', '"'));
  }
  return cells;
}
