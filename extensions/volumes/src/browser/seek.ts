import type { IFileEntry, IListPage, IListQuery } from '@jupyter-datalabs/hub-client';
import type { IOrder } from './folder';

/** As the server sorts: by code points. */
function compare(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!;
    if (difference !== 0) {
      return difference;
    }
  }
  return left.length - right.length;
}

/**
 * The next row whose name begins with a text: of those that have been read, in either case; else in the whole listing, where names
 * are in order and twenty looks find one of a million.
 */
export async function findRow(options: {
  text: string;
  cursor: number;
  total: number;
  order: IOrder;
  entry: (row: number) => IFileEntry | undefined;
  index: string;
  list: (query: Partial<IListQuery>) => Promise<IListPage>;
}): Promise<number | null> {
  const { text, cursor, total, order, entry, index, list } = options;
  const begins = (name: string | undefined): boolean => name?.toLowerCase().startsWith(text.toLowerCase()) ?? false;
  for (let i = 0; i < total; i++) {
    const row = (cursor + i) % total;
    const known = entry(row);
    if (begins(known?.name)) {
      return row;
    }
    if (!known) {
      break;
    }
  }
  if (order.by !== 'name') {
    return null;
  }
  const found = (await list({ prefix: text, limit: 1, offset: 0 })).entries[0];
  if (!found) {
    return null;
  }
  // Folders come first, whichever way the names go.
  const rank = ({ type }: IFileEntry): number => (type === 'directory' ? 0 : 1);
  const before = (other: IFileEntry): boolean =>
    rank(other) - rank(found) < 0 || (rank(other) === rank(found) && compare(other.name, found.name) * (order.descending ? -1 : 1) < 0);
  let [low, high] = [0, total - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = entry(middle) ?? (await list({ index, offset: middle, limit: 1 })).entries[0];
    if (other && before(other)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** What is typed in the filter box as a pattern of the server, which minds no case: a pattern as it is, other text anywhere in the name. */
export function patternOf(text: string): string | undefined {
  if (text === '') {
    return undefined;
  }
  if (/[*?]/.test(text)) {
    return text;
  }
  return `*${text.replace(/\[/g, '[[]')}*`.slice(0, MOST_PATTERN);
}

/** The server takes so much. */
const MOST_PATTERN = 255;
