/** One folder of a user's own: the home of a datalab, one that was set aside, or the workspace. Its name and those above it are the hub's, what is in it is the user's. */
export interface HomeRoom {
  owner: string;
  /** Absolute path on the host. */
  source: string;
}

export interface HomeFile {
  /** As it is on the disk: names are bytes, not always text. */
  name: Buffer;
  bytes: number;
  isDirectory: boolean;
}

/** Files of users as the hub measures and removes them. Sizes are bytes on the disk, a file with several names counts once, and no link is followed. */
export interface HomeFiles {
  /** Size of each folder. May take as long as the disk does: whoever asks sets the limit. Rejects when it does not know all of them. */
  sizes(sources: string[]): Promise<Map<string, number>>;
  /**
   * What there is of these folders, those they lie in, what is in the home and in its `.reset`; each with the disk it lies on, null where that does not say. With a datalab only
   * the disks of its home and of the workspace. May take as long as the disk does: whoever asks sets the limit. Rejects when a disk fails.
   */
  look(user: { home: string; workspace: string; datalab?: string }): Promise<Map<string, { total: number; free: number } | null>>;
  /** Gives a folder a new place. False: there was none. */
  move(from: string, to: string): Promise<boolean>;
  /** The largest things in a directory, at most `most`; null when there is no such directory, or it cannot be read in time. */
  largest(room: HomeRoom, path: Buffer, most: number): Promise<HomeFile[] | null>;
  /** Removes one thing with all that is in it. Whatever the user's sessions do meanwhile, nothing outside the room is touched. False: something of it is left. */
  remove(room: HomeRoom, path: Buffer): Promise<boolean>;
  /** Removes the room itself, which no session has any more. */
  removeRoom(room: HomeRoom): Promise<boolean>;
}
