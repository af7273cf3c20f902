import type { FilePreview, VolumeFiles } from '@jupyter-datalabs/hub-client';
import { Loader } from '../loader';
import type { IPlace } from '../paths';

/** What a preview asks of the session's server. */
export type PreviewFiles = Pick<VolumeFiles, 'preview' | 'image' | 'pixel' | 'rows' | 'text'>;

/** One file's preview. */
export class PreviewModel extends Loader<FilePreview> {
  constructor(
    readonly files: PreviewFiles,
    readonly file: IPlace
  ) {
    super((_, signal) => files.preview(file.volume, file.path, { signal }));
  }
}
