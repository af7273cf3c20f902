import type { Contents } from '@jupyterlab/services';

const SCHEME = 'contents://';

/** The URI that a file of the server has for documents: what they name beside them is resolved against it. */
export function uriOf(path: string): string {
  return `${SCHEME}/${path.split('/').map(encodeURIComponent).join('/')}`;
}

/** The path on the server; null for what is no file there. */
export function pathOf(uri: string): string | null {
  const bare = uri.split('#')[0]!;
  if (!bare.startsWith(`${SCHEME}/`)) {
    return null;
  }
  try {
    return decodeURIComponent(bare.slice(SCHEME.length + 1));
  } catch {
    return null;
  }
}

/** Reads texts of the server's files. Rejects for what is not there, is no text or lies elsewhere. */
export function readerOf(contents: Contents.IManager): (uri: string) => Promise<string> {
  return async uri => {
    const path = pathOf(uri);
    if (path === null) {
      throw new Error('It is not a file of this workspace.');
    }
    const { content } = await contents.get(path, { type: 'file', format: 'text', content: true });
    return String(content);
  };
}
