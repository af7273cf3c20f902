import type { CwlVersion, Edit, EditResult, IProblem, IProcess } from '@jupyter-datalabs/cwl';
import type { IEditorServices } from '@jupyterlab/codeeditor';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { PipelineModel } from '../model';
import type { Evaluator } from './expressions/evaluator';

/** What the inspector takes from what is around it. */
export interface IInspectorServices {
  /** For expressions; a plain text area without. */
  editors?: IEditorServices | null;
  /** Asks for a file or folder; resolves with its place relative to the document, null for none. */
  choose?: ((kind: 'File' | 'Directory') => Promise<string | null>) | null;
  /** Opens a document of the workspace by its URI; not offered without. */
  open?: ((uri: string) => void) | null;
  /** Evaluates expressions; not offered without. */
  evaluator?: Evaluator | null;
}

/** What all fields share. */
export interface IInspecting extends IInspectorServices {
  model: PipelineModel;
  trans: TranslationBundle;
  process: IProcess;
  version: CwlVersion;
  isReadOnly: boolean;
  /** Of what is shown, by field. */
  problems: ReadonlyMap<string, readonly IProblem[]>;
  /** Carries edits out as one step of undo; a sentence for what is refused, null for what is done. */
  apply(...edits: Edit[]): string | null;
  /** As `apply`, where what is shown has another id then. */
  rename(edit: Edit, id: string): string | null;
  /** The sentence of a refusal, null for none; what could not follow is said. */
  hear(result: EditResult): string | null;
  /** Ids are those within the process. */
  select(id: string): void;
  problemsOf(id: string): readonly IProblem[];
}

const Context = React.createContext<IInspecting | null>(null);
export const InspectingProvider = Context.Provider;

export function useInspecting(): IInspecting {
  return React.useContext(Context)!;
}
