import { pieces } from '@jupyter-datalabs/cwl';
import type { IDisposable } from '@lumino/disposable';
import type { IEvaluation, Outcome } from './evaluate';

/** An expression may take so long, in ms. */
export const TIME_LIMIT = 1000;
/** The worker itself may take so long to come, in ms. */
const LOAD_LIMIT = 20_000;

/** In UTF-16 units; nobody reads more of a message. */
const LONGEST_MESSAGE = 5_000;

/** What is used of a worker, so that tests can do without one. */
export type EvaluationWorker = Pick<Worker, 'postMessage' | 'terminate' | 'onmessage' | 'onerror'>;

/**
 * Evaluates expressions one at a time, each in a worker of its own that ends with it. That bounds the time, not the memory: browsers give
 * workers no limit of it, and those of a tab share its process, which an expression can fill, and end, within the time it has. So what is
 * evaluated has to be what somebody asked for, and trusts.
 */
export class Evaluator implements IDisposable {
  constructor(private readonly _make: () => EvaluationWorker) {}

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** The value, or what went wrong; null where another one was asked for meanwhile. */
  evaluate(text: string, context: IEvaluation['context'], library: readonly string[], limit = TIME_LIMIT): Promise<Outcome | null> {
    this._stop?.(null);
    const { pieces: found, broken } = pieces(text);
    if (broken) {
      const offset = text.slice(found.at(-1)?.to ?? 0).search(/\$[({]/) + (found.at(-1)?.to ?? 0);
      return Promise.resolve({ kind: 'error', message: 'The expression does not end: a bracket or a quote is not closed.', offset });
    }
    if (found.length === 0) {
      return Promise.resolve({ kind: 'value', json: JSON.stringify(text) });
    }
    const evaluation: IEvaluation = { text, pieces: found.map(({ from, to }) => ({ from, to })), context, library };
    return new Promise(resolve => {
      const worker = this._make();
      const stop = (outcome: Outcome | null): void => {
        clearTimeout(timer);
        worker.onmessage = null;
        worker.onerror = null;
        worker.terminate();
        if (this._stop === stop) {
          this._stop = null;
        }
        resolve(outcome);
      };
      let isAsked = false;
      let timer = setTimeout(() => stop(failed('The evaluation could not be started.')), LOAD_LIMIT);
      this._stop = stop;
      worker.onerror = event => stop(failed(event.message || 'The evaluation ended without an answer.'));
      worker.onmessage = ({ data }: MessageEvent<unknown>) => {
        if (data === 'ready' && !isAsked) {
          isAsked = true;
          clearTimeout(timer);
          timer = setTimeout(() => stop(failed(`It took more than ${limit / 1000} s, and was stopped.`)), limit);
          worker.postMessage(evaluation);
        } else {
          stop(outcomeOf(data));
        }
      };
    });
  }

  dispose(): void {
    this._isDisposed = true;
    this._stop?.(null);
  }

  private _isDisposed = false;
  private _stop: ((outcome: Outcome | null) => void) | null = null;
}

/** What a worker answers is of the making of the expression, which may have changed what makes the answer. */
function outcomeOf(data: unknown): Outcome {
  const { kind, json, message, offset } = (data ?? {}) as { [key: string]: unknown };
  if (kind === 'value' && typeof json === 'string') {
    return { kind, json };
  }
  if (kind === 'error' && typeof message === 'string') {
    return { kind, message: message.slice(0, LONGEST_MESSAGE), offset: typeof offset === 'number' && offset >= 0 ? offset : null };
  }
  return failed('The expression gave no answer that can be shown.');
}

const failed = (message: string): Outcome => ({ kind: 'error', message, offset: null });

/** An evaluator in workers of this bundle. */
export const newEvaluator = (): Evaluator => new Evaluator(() => new Worker(new URL('./worker.js', import.meta.url)));
