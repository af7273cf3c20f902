import type { IRange } from '@jupyter-datalabs/cwl';
import type { CwlTools, IHub } from '@jupyter-datalabs/hub-client';
import type { Contents } from '@jupyterlab/services';
import type { ISignal } from '@lumino/signaling';

/** What of JupyterLab the tools around a graph use. */
export interface IPipelineHost {
  readonly contents: Pick<Contents.IManager, 'get' | 'save' | 'delete' | 'rename' | 'fileChanged'>;
  readonly tools: Pick<CwlTools, 'prepare' | 'validate' | 'upgrade' | 'runs' | 'start' | 'run' | 'cancel'>;
  /** Null without a hub. */
  readonly hub: Pick<IHub, 'ready' | 'available' | 'client'> | null;
  /** The document's file, as it is called now. */
  path(): string;
  /** Emitted when the document has been saved. */
  readonly saved: ISignal<unknown, unknown>;
  readonly isDirty: () => boolean;
  save(): Promise<void>;
  /** Opens a file, or shows a folder in the file browser. */
  open(path: string, kind: 'File' | 'Directory'): void;
  /** Shows a place of a document, in its code; with no range the document alone. */
  showPlace(uri: string, range: IRange | null): void;
  /** Asks for a file, or a folder; null when nothing was chosen. `endings`: of names, lower case. */
  choose(title: string, options?: { kind?: 'File' | 'Directory'; endings?: readonly string[] }): Promise<string | null>;
  /** As `choose`, and there may be several. */
  chooseAll: (...asked: Parameters<IPipelineHost['choose']>) => Promise<string[]>;
}
