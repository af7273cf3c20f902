import type { ListedVolume, Volume, VolumeDetail, VolumeEntry, VolumeState } from '@jupyter-datalabs/contract';

/** Whether a user sees what lies from a path on, '' being the volume itself; deeper ones override what is above. */
export interface VolumePart {
  /** Without a slash at either end. */
  prefix: string;
  allowed: boolean;
}

/** A volume as one user may have it, read-only. */
export interface VolumeMount {
  name: string;
  title: string;
  /** Directory on the host. */
  source: string;
  /** Never empty: the first is that of the volume itself, and each differs from the next one above it. */
  parts: VolumePart[];
}

/** One that cannot be mounted now. */
export interface AwayVolume {
  name: string;
  title: string;
  reason: string;
}

export interface VolumesService {
  list(options: { user: string }): Promise<Volume[]>;
  /** Of all groups, for those who look after the hub. */
  listAll(): Promise<ListedVolume[]>;
  /**
   * What this user may see, by one look whether it answers now; with `names` no others than these. Rejects with `unknown-volume` for a name the user may not see.
   */
  mounts(options: { user: string; names?: readonly string[] }): Promise<{ mounts: VolumeMount[]; away: AwayVolume[] }>;
}

/** What is declared of a volume, and what of it one user sees. */
export interface VisibleVolume {
  entry: VolumeEntry;
  parts: VolumePart[];
}

/** What the API offers besides. */
export interface VolumesKeeper extends VolumesService {
  /** As declared, whether they answer or not. */
  visible(options: { user: string }): Promise<VisibleVolume[]>;
  /** Where those of these lie on the host that answered when they were looked at last: to know it costs nothing, and may be half a minute old. Rejects with `unknown-volume`. */
  places(options: { user: string; names: readonly string[] }): Promise<{ name: string; source: string }[]>;
  /** Before a start: rejects with `unknown-volume` when it names one that its owner may not see. */
  admit(start: { owner: string; options: { volumes?: readonly string[] } }): Promise<void>;
  /** Rejects with `unknown-volume`, also where the user may not see it. */
  get(options: { user: string; name: string }): Promise<VolumeDetail>;
  /** In the place of what is declared under this name. */
  set(entry: VolumeEntry): Promise<ListedVolume>;
  /** Rejects with `unknown-volume`. */
  remove(name: string): Promise<void>;
  /** What is wrong with the file; what it said before goes on. */
  problem(): string | null;
  /** Names that the file declares and an admin has removed. */
  removed(): Promise<string[]>;
  /** Back to the entry of the file. Rejects with `unknown-volume` where it has none. */
  restore(name: string): Promise<ListedVolume>;
  /** Looks now. Rejects with `unknown-volume`. */
  probe(name: string): Promise<ListedVolume>;
  /** As seen last. */
  states(): { name: string; state: VolumeState }[];
}
