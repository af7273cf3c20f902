import type { Volume } from '@jupyter-datalabs/contract';

export interface VolumesService {
  list(options: { user: string }): Promise<Volume[]>;
  /** Read-only mounts of the volumes this user may see and that exist: host path by name. */
  mounts(options: { user: string }): Promise<{ name: string; source: string }[]>;
}
