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

/** In bytes: what people write is far shorter. */
export const LONGEST_FILE = 8_000_000;

/**
 * The text of a file; null for one of more than `most` bytes, or of a size that is not known. It is asked for first, since servers read
 * a file into their memory as a whole, several times over, before anything of it comes here. Rejects for what is not there or is no text.
 */
export async function textAt(contents: Pick<Contents.IManager, 'get'>, path: string, most: number): Promise<string | null> {
  const { size } = await contents.get(path, { type: 'file', content: false });
  if (typeof size !== 'number' || size > most) {
    return null;
  }
  const { content } = await contents.get(path, { type: 'file', format: 'text', content: true });
  return String(content);
}

/** Whether an answer of the contents API says that there is no such file. */
export const isNotFound = (error: unknown): boolean => (error as { response?: { status?: number } }).response?.status === 404;

/** Reads texts of the server's files. Rejects for what is not there, is no text, is too large or lies elsewhere. */
export function readerOf(contents: Contents.IManager): (uri: string) => Promise<string> {
  return async uri => {
    const path = pathOf(uri);
    if (path === null) {
      throw new Error('It is not a file of this workspace.');
    }
    const text = await textAt(contents, path, LONGEST_FILE);
    if (text === null) {
      throw new Error('It is too large to be read.');
    }
    return text;
  };
}
