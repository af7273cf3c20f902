/**
 * References as RFC 3986, section 5.2 resolves them, on the characters as written: nothing is escaped or unescaped, so that a file has one
 * URI whoever names it, and paths without a scheme and `drive:dir/file` work, which the URL class refuses as a base.
 */
const PARTS = /^([a-z][a-z0-9+.-]*:)?(\/\/[^/?#]*)?([^#]*)/i;

/** Before and after the first `#`; the second is null where there is none. */
export function splitUri(uri: string): [file: string, fragment: string | null] {
  const at = uri.indexOf('#');
  return at < 0 ? [uri, null] : [uri.slice(0, at), uri.slice(at + 1)];
}

/** Whether it begins with a scheme and an authority. An id such as `step:1` is none, nor is a path with a colon in it. */
export const isAbsolute = (uri: string): boolean => /^([a-z][a-z0-9+.-]*:\/\/|file:\/|urn:)/i.test(uri);

export const isRemote = (uri: string): boolean => /^(https?|ftp|s3|gs):\/\//i.test(uri);

/** Scheme and host, which files of one place share. */
export function originOf(uri: string): string {
  const [, scheme = '', authority = ''] = PARTS.exec(uri) ?? [];
  return (scheme + authority).toLowerCase();
}

/** RFC 3986, section 5.2.4; `..` above the beginning stays in a path that has no root, as it is no mistake there. */
function withoutDots(path: string): string {
  const rooted = path.startsWith('/');
  const parts: string[] = [];
  const all = path.split('/');
  all.forEach((part, index) => {
    const isLast = index === all.length - 1;
    if (part === '..' && (parts.length > (rooted ? 1 : 0)) && parts.at(-1) !== '..') {
      parts.pop();
    } else if (part === '..' ? !rooted : part !== '.') {
      parts.push(part);
      return;
    }
    if (isLast) {
      parts.push('');
    }
  });
  return parts.join('/');
}

/** The file that `reference`, without a fragment, names in the text at `base`. */
export function resolveFile(base: string, reference: string): string {
  if (reference === '') {
    return base;
  }
  if (isAbsolute(reference)) {
    return reference;
  }
  const [, scheme = '', authority = '', path = ''] = PARTS.exec(base) ?? [];
  if (reference.startsWith('//')) {
    return scheme + reference;
  }
  // A query is part of a name everywhere but on the web.
  const query = isRemote(base) ? path.indexOf('?') : -1;
  const folder = (query < 0 ? path : path.slice(0, query)).replace(/[^/]*$/, '');
  const cut = isRemote(base) ? reference.indexOf('?') : -1;
  const [name, rest] = cut < 0 ? [reference, ''] : [reference.slice(0, cut), reference.slice(cut)];
  const merged = name.startsWith('/') ? name : (authority && !folder ? '/' : folder) + name;
  return scheme + authority + withoutDots(merged) + rest;
}
