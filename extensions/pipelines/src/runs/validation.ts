import { hasCode, NO_CWL, toProblem } from '@jupyter-datalabs/hub-client';
import type { ICwlVerdict, IProblemInfo } from '@jupyter-datalabs/hub-client';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import { pathOf } from '../files';
import type { IPipelineHost } from '../host';
import type { PipelineModel } from '../model';
import { CWLTOOL, problemsOf } from './foreign';

/** `none`: not asked yet. `missing`: the server has no cwltool to ask. */
export type ValidationState = 'none' | 'busy' | ICwlVerdict['verdict'] | 'failed' | 'missing';

/** cwltool's verdict on a document, asked after each save; what it finds is put among the problems of the model. */
export class Validation implements IDisposable {
  constructor(
    private readonly _model: PipelineModel,
    private readonly _host: IPipelineHost
  ) {
    _host.saved.connect(this._onSaved, this);
    _model.changed.connect(this._onChanged, this);
    // The first verdict would take seconds, as the server has to read the schemas.
    void _host.tools.prepare().catch((error: unknown) => {
      if (!this._abort && hasCode(error, NO_CWL)) {
        this._become('missing', null, toProblem(error));
      }
    });
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get state(): ValidationState {
    return this._state;
  }

  get verdict(): ICwlVerdict | null {
    return this._verdict;
  }

  /** Why there is no verdict. */
  get problem(): IProblemInfo | null {
    return this._problem;
  }

  /** The text is another one than the one that the verdict is about. */
  get isStale(): boolean {
    return this._verdict !== null && this._text !== this._model.document.text;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this._abort?.abort();
      this._host.saved.disconnect(this._onSaved, this);
      this._model.changed.disconnect(this._onChanged, this);
      Signal.clearData(this);
    }
  }

  /** Asks about the text as it is; the answer to an earlier question is not waited for any more. */
  async ask(): Promise<void> {
    const path = this._host.path();
    const { document } = this._model;
    const { text, uri } = document;
    this._abort?.abort();
    const abort = (this._abort = new AbortController());
    this._become('busy', this._verdict, null);
    try {
      // A document of another drive has no file that the server could look for.
      const verdict = await this._host.tools.validate({ path, text }, { signal: abort.signal });
      if (abort === this._abort && !this._isDisposed) {
        this._text = text;
        this._become(verdict.verdict, verdict, null);
        this._tell(verdict, { path, uri, text });
      }
    } catch (error) {
      if (abort === this._abort && !this._isDisposed) {
        this._become(hasCode(error, NO_CWL) ? 'missing' : hasCode(error, 'cancelled') ? 'none' : 'failed', null, toProblem(error));
        this._model.setForeignProblems(CWLTOOL, []);
      }
    }
  }

  private _tell(verdict: ICwlVerdict, of: { path: string; uri: string; text: string }): void {
    const { document } = this._model;
    // Somebody typed since: the places are those of another text, and the next save asks again.
    const isSame = document.text === of.text && pathOf(document.uri) === of.path;
    const nodes = new Set(this._model.graph.nodes.map(({ id }) => id));
    this._model.setForeignProblems(CWLTOOL, isSame ? problemsOf(verdict.messages, { ...of, nodes }) : []);
  }

  private _onSaved(): void {
    void this.ask();
  }

  private _onChanged(): void {
    const { isStale } = this;
    if (isStale !== this._wasStale) {
      this._wasStale = isStale;
      this._changed.emit();
    }
  }

  private _become(state: ValidationState, verdict: ICwlVerdict | null, problem: IProblemInfo | null): void {
    this._state = state;
    this._verdict = verdict;
    this._problem = problem;
    this._changed.emit();
  }

  private _abort: AbortController | null = null;
  private _changed = new Signal<this, void>(this);
  private _isDisposed = false;
  private _problem: IProblemInfo | null = null;
  private _state: ValidationState = 'none';
  private _text: string | null = null;
  private _verdict: ICwlVerdict | null = null;
  private _wasStale = false;
}
