import type { ListedVolume, Volume } from '@jupyter-datalabs/contract';

export interface VolumesService {
  list(options: { user: string }): Promise<Volume[]>;
  /** Of all groups, for those who look after the hub. */
  listAll(): Promise<ListedVolume[]>;
  /** Read-only mounts of the volumes this user may see and that exist: host path by name. */
  mounts(options: { user: string }): Promise<{ name: string; source: string }[]>;
}
