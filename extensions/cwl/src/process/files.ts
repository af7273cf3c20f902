import type { ISource } from '../text/node.js';

/** `loading`: nobody has read it yet. */
export type FileState = 'here' | 'loading' | 'missing' | 'remote';

/** What is known of a file that a document uses. */
export interface IFile {
  readonly state: FileState;
  /** A sentence, for whatever is not `here`. */
  readonly why: string | null;
  /** Empty for what is not here. */
  readonly text: string;
  /** The text as a tree, parsed when it is first asked for; null for what is not here. */
  readonly source: ISource | null;
}

/** The files that a document uses, as far as they were read. */
export interface ILoaded {
  /** Absolute URI without a fragment. To ask for one makes it wanted. */
  get(uri: string): IFile;
  /** Another number whenever a file came or went, so that views of them can be kept in between. */
  readonly version: number;
}

/** For a document that stands alone. */
export const NO_FILES: ILoaded = {
  version: 0,
  get: () => ({ state: 'loading', why: 'Other files are not read here.', text: '', source: null })
};
