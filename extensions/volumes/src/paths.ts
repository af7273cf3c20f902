/**
 * A path of the session as the file browser wants it: relative to the server's root, without a slash in front.
 * Null when the server does not show it.
 */
export function browserPath(path: string, serverRoot: string): string | null {
  const root = serverRoot.replace(/\/+$/, '');
  if (root === '') {
    return path.replace(/^\/+/, '');
  }
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : null;
}
