import type { IRange } from '@jupyter-datalabs/cwl';
import type { EditorView } from '@codemirror/view';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { PipelineModel } from '../model';

/** What the code view needs of the application. */
export interface ICodeHost {
  readonly trans: TranslationBundle;
  /** Shows a place of another document; with no range that of the fragment in the URI. */
  open(uri: string, range: IRange | null): void;
  /** Files and folders beside the document that a path can go on with. */
  list(typed: string): Promise<readonly string[]>;
}

export interface ICodeContext {
  readonly model: PipelineModel;
  readonly host: ICodeHost;
}

/** Whether offsets of the document are offsets of the editor: not while a change is on its way from one to the other. */
export const agrees = ({ model }: ICodeContext, { state }: EditorView): boolean => model.document.text.length === state.doc.length;
