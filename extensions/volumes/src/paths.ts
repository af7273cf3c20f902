/*
 * Names and paths of files. A name may hold any byte but the slash and NUL: what is not UTF-8 arrives as lone surrogates
 * U+DC80…U+DCFF (Python's surrogateescape), and only bytes say it in source code.
 */

/** A file or folder of a volume; '' is its root. */
export interface IPlace {
  volume: string;
  /** Below the volume. */
  path: string;
}

/** Where the sessions see a file of a volume. */
export function sessionPath(volume: string, path: string): string {
  return path === '' ? `/data/${volume}` : `/data/${volume}/${path}`;
}

/** The home of every session, as JupyterLab's server names it. */
const HOMES = new Set(['~', '/media/home']);

/**
 * A path of the session as the file browser wants it: relative to the server's root, without a slash in front.
 * Null when the server does not show it.
 */
export function browserPath(path: string, serverRoot: string): string | null {
  const root = serverRoot.replace(/\/+$/, '');
  if (root === '') {
    return path.replace(/^\/+/, '');
  }
  // The file browser ends at the home, where every session has its volumes a second time, as links.
  if (HOMES.has(root) && path.startsWith('/data/')) {
    return path.slice(1);
  }
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : null;
}

/** A file of the workspace as the file browser and documents want it. */
export function workspacePath(path: string, serverRoot: string): string {
  return browserPath(`/media/user/${path}`, serverRoot) ?? `my_workspace/${path}`;
}

export function join(...parts: string[]): string {
  return parts.filter(part => part !== '').join('/');
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The files that a command's arguments name. */
export function filesOf(args: { volume?: unknown; path?: unknown; paths?: unknown }): IPlace[] {
  const { volume } = args;
  const paths = Array.isArray(args.paths) ? args.paths : [args.path];
  return typeof volume === 'string' ? paths.filter((path): path is string => typeof path === 'string').map(path => ({ volume, path })) : [];
}

/** A path as somebody pastes it: as it is, or as Python writes it where a clipboard could not hold it. */
export function pathText({ volume, path }: IPlace): string {
  const absolute = sessionPath(volume, path);
  return isPlain(absolute) ? absolute : pythonString(absolute);
}

/** Most names, told fast: rows are drawn while somebody scrolls. */
const ORDINARY = /^[\x20-\x7e]*$/;

/** Whether a name can be typed, put on the clipboard and asked for by an address: neither odd bytes nor odd characters. */
export function isPlain(path: string): boolean {
  return ORDINARY.test(path) || readable(path) === path;
}

/** Whether bytes of it are no UTF-8. */
export function isUndecodable(text: string): boolean {
  return /[\ud800-\udfff]/u.test(text);
}

/** A literal that evaluates to exactly this text; `os` must be imported for one that is undecodable. */
export function pythonString(text: string): string {
  return isUndecodable(text) ? `os.fsdecode(b${quoted(bytesOf(text), asciiEscape)})` : quoted([...text], escape);
}

/** A path as a person can read it on one line: what cannot be shown is escaped. */
export function readable(text: string): string {
  return [...text].map(char => (isUndecodable(char) ? hex(char.charCodeAt(0) - 0xdc00) : INVISIBLE.test(char) ? escape(char) : char)).join('');
}

/** Control characters, and those that break lines or turn the direction of writing: an editor would not show them. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]|[^\S ]/u;

/** Single quotes where they do, double ones where that saves a backslash: as Python's own repr. */
function quoted(chars: readonly string[], escaped: (char: string) => string): string {
  const quote = chars.includes("'") && !chars.includes('"') ? '"' : "'";
  return quote + chars.map(char => (char === quote || char === '\\' ? `\\${char}` : escaped(char))).join('') + quote;
}

const NAMED: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const hex = (code: number): string => `\\x${code.toString(16).padStart(2, '0')}`;

function escape(char: string): string {
  if (!INVISIBLE.test(char)) {
    return char;
  }
  const code = char.codePointAt(0)!;
  return NAMED[char] ?? (code < 0x100 ? hex(code) : code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`);
}

function asciiEscape(char: string): string {
  const code = char.charCodeAt(0);
  return NAMED[char] ?? (code < 0x20 || code > 0x7e ? hex(code) : char);
}

/** The bytes that Python's `os.fsencode` would give, each as the character of its number. */
function bytesOf(text: string): string[] {
  const encoder = new TextEncoder();
  return [...text].flatMap(char => {
    const code = char.charCodeAt(0);
    return code >= 0xdc80 && code <= 0xdcff ? [String.fromCharCode(code - 0xdc00)] : Array.from(encoder.encode(char), byte => String.fromCharCode(byte));
  });
}
