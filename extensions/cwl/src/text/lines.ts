/** Lines of a text, by offsets. Their breaks are those of YAML: LF, CR LF, or CR alone. */

const isBreak = (unit: number): boolean => unit === 10 || unit === 13;

/** The first character of the line that an offset lies in. A byte order mark is before the line. */
export function lineStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && !isBreak(text.charCodeAt(start - 1))) start--;
  return text.charCodeAt(start) === 0xfeff && start < at ? start + 1 : start;
}

/** Before its break. */
export function lineEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && !isBreak(text.charCodeAt(end))) end++;
  return end;
}

/** Behind its break, the end of the text for the last. */
export function nextLine(text: string, at: number): number {
  const end = lineEnd(text, at);
  if (text.charCodeAt(end) === 13 && text.charCodeAt(end + 1) === 10) return end + 2;
  return Math.min(end + 1, text.length);
}

/** Of the line before the one that begins here; -1 for the first. */
export function previousLine(text: string, start: number): number {
  if (start === 0 || !isBreak(text.charCodeAt(start - 1))) return -1;
  const before = text.charCodeAt(start - 1) === 10 && text.charCodeAt(start - 2) === 13 ? start - 2 : start - 1;
  return lineStart(text, before);
}

export const columnOf = (text: string, at: number): number => at - lineStart(text, at);

/** How the text ends its lines. */
export function breakOf(text: string): string {
  return /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
}

export const spaces = (count: number): string => ' '.repeat(Math.max(0, count));

/** How many blanks a line begins with; null for one that has nothing else. */
export function indentOf(text: string, start: number): number | null {
  let at = start;
  while (text.charCodeAt(at) === 32) at++;
  let end = at;
  while (text.charCodeAt(end) === 32 || text.charCodeAt(end) === 9) end++;
  return end >= text.length || isBreak(text.charCodeAt(end)) ? null : at - start;
}
