/** Columns as wide as their widest cell, two blanks between them; the last one as long as it is. */
export function table(head: string[], rows: string[][]): string[] {
  const lines = [head, ...rows].map(row => row.map(printable));
  const widths = head.map((_, column) => Math.max(...lines.map(row => [...(row[column] ?? '')].length)));
  return lines.map(row => row.map((cell, column) => (column === row.length - 1 ? cell : cell + ' '.repeat(widths[column]! - [...cell].length))).join('  ').trimEnd());
}

/** What a user or a datalab calls itself must not steer the operator's terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');
}

/** "3 d 4 h", "2 h 5 min", "12 s": the two largest units. */
export function duration(seconds: number): string {
  const units: [string, number][] = [['d', 86_400], ['h', 3600], ['min', 60], ['s', 1]];
  let left = Math.max(0, Math.floor(seconds));
  const parts: string[] = [];
  for (const [unit, size] of units) {
    const amount = Math.floor(left / size);
    left -= amount * size;
    if (amount > 0 || (unit === 's' && parts.length === 0)) {
      parts.push(`${amount} ${unit}`);
    }
  }
  return parts.slice(0, 2).join(' ');
}

/** Time since, for a column; "-" for never. */
export function ago(time: string | null | undefined, now: number): string {
  return time ? `${duration((now - Date.parse(time)) / 1000)} ago` : '-';
}
