import type { FilePreview } from '@jupyter-datalabs/hub-client';
import type { PreviewFiles } from './model';
import { readerOf, readerOfName, snippet } from './snippets';
import type { IPlace } from '../paths';

/** How long looking into a file may hold up its snippet, in milliseconds. */
const LOOK_MS = 5_000;

/**
 * Code that reads files. A single file is looked into, for what its name does not tell: which HDU, how many tables. A file that
 * cannot be read is still named in code, where the reader's own message says more.
 */
export async function snippetFor(files: PreviewFiles, chosen: readonly IPlace[], options: { hdu?: number; table?: number } = {}): Promise<string> {
  const [file, ...others] = chosen;
  if (!file || others.length > 0) {
    return snippet(chosen.map(one => ({ ...one, reader: readerOfName(one.path) })));
  }
  const preview = await lookInto(files, file);
  if (!preview) {
    return snippet([{ ...file, reader: readerOfName(file.path) }]);
  }
  return snippet([{ ...file, ...readerOf(preview, file.path, options.hdu), ...tableOf(preview, options.table) }]);
}

async function lookInto(files: PreviewFiles, { volume, path }: IPlace): Promise<FilePreview | null> {
  const controller = new AbortController();
  const timer = window.setTimeout(() => controller.abort(), LOOK_MS);
  try {
    return await files.preview(volume, path, { signal: controller.signal });
  } catch {
    return null;
  } finally {
    window.clearTimeout(timer);
  }
}

/** Of several tables astropy wants one named. */
function tableOf(preview: FilePreview, table: number | undefined): { table?: number } {
  const several = preview.kind === 'votable' && (preview.tables?.length ?? 0) > 1;
  return several ? { table: table ?? 0 } : {};
}
