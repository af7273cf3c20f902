import { secondOpinion } from '@jupyter-datalabs/cwl';
import type { IProblem, ISecondReader } from '@jupyter-datalabs/cwl';
import type { IDisposable } from '@lumino/disposable';
import type { PipelineModel } from '../model';

/** The code of what the library cwl-ts-auto says. */
export const SECOND = 'second-opinion';
/** Nobody waits for it, and what is half typed is not worth it. */
const QUIET_MS = 3_000;
/** In UTF-16 units. It takes some 4 ms for a thousand, in which nothing else is done. */
const LONGEST = 40_000;

/** It reads neither files nor hosts: the build leaves out what it would do so with. */
const loadReader = (): Promise<ISecondReader> => import('cwl-ts-auto') as Promise<ISecondReader>;

/** What a second reader of CWL takes exception to, as warnings among the problems of a model: asked once nobody has typed for a while, and of documents without errors alone. */
export class SecondReader implements IDisposable {
  constructor(
    private readonly _model: PipelineModel,
    private readonly _load: () => Promise<ISecondReader> = loadReader
  ) {
    _model.changed.connect(this._onChanged, this);
    this._onChanged();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      window.clearTimeout(this._timer);
      this._model.changed.disconnect(this._onChanged, this);
    }
  }

  private _onChanged(): void {
    const { text } = this._model.document;
    if (text !== this._text) {
      this._text = text;
      window.clearTimeout(this._timer);
      this._timer = window.setTimeout(() => void this._ask(text), QUIET_MS);
    }
  }

  private async _ask(text: string): Promise<void> {
    const { document } = this._model;
    const [process] = document.processes;
    const known = text.length <= LONGEST ? document.check() : [];
    const isAsked = text.length <= LONGEST && document.readOnly === null && process !== undefined && !known.some(({ severity }) => severity === 'error');
    try {
      // Without its chunk there is no second opinion, and nothing to say of that.
      const problems = isAsked ? await secondOpinion(await this._load(), process.source, { version: process.version, known }) : [];
      if (!this._isDisposed && text === this._model.document.text) {
        this._tell(problems.map(problem => ({ ...problem, severity: 'warning' })));
      }
    } catch {
      this._text = null;
    }
  }

  private _tell(problems: readonly IProblem[]): void {
    if (problems.length > 0 || this._hasSaid) {
      this._hasSaid = problems.length > 0;
      this._model.setForeignProblems(SECOND, problems);
    }
  }

  private _hasSaid = false;
  private _isDisposed = false;
  private _text: string | null = null;
  private _timer = 0;
}
