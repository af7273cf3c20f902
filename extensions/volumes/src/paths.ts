import type { Contents } from '@jupyterlab/services';

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

/** The names of the volumes mounted in the session; null when its server does not show them. */
export async function mountedVolumes(contents: Pick<Contents.IManager, 'get'>, serverRoot: string): Promise<ReadonlySet<string> | null> {
  const path = browserPath('/data/', serverRoot)?.replace(/\/$/, '');
  if (path === undefined) {
    return null;
  }
  try {
    const { content } = await contents.get(path, { type: 'directory' });
    return new Set((content as Contents.IModel[]).map(({ name }) => name));
  } catch {
    return null;
  }
}
