import { stepId, inside } from '@jupyter-datalabs/cwl';
import { hasCode, NO_CWL, toProblem } from '@jupyter-datalabs/hub-client';
import type { CwlJobState, ICwlRun, ICwlRunSummary, IProblemInfo } from '@jupyter-datalabs/hub-client';
import { UUID } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { IPipelineHost } from '../host';

const PERIOD_MS = 1_000;
/** After a question that had no answer. */
const RETRY_MS = 5_000;
/** Characters of a log that are kept here; all of it is in the run's folder. */
const MOST_LOG = 400_000;

/** Test runs of a document: the last ones, as the server tells of them, and one of them that is followed. */
export class TestRuns implements IDisposable {
  constructor(private readonly _host: IPipelineHost) {
    void this.refresh();
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** `missing`: the server runs nothing. */
  get state(): 'loading' | 'ready' | 'failed' | 'missing' {
    return this._state;
  }

  /** Why the server cannot be asked, or why what was asked for last was not done. */
  get problem(): IProblemInfo | null {
    return this._problem;
  }

  /** Those of the document, the last one first. */
  get runs(): readonly ICwlRunSummary[] {
    return this._runs;
  }

  /** The one that is followed. */
  get run(): ICwlRun | null {
    return this._run;
  }

  /** The text that the one that is followed was begun with; null where that is not known, as of one begun elsewhere. */
  get text(): string | null {
    return (this._run && this._texts.get(this._run.id)) ?? null;
  }

  get log(): string {
    return this._log;
  }

  /** The beginning of the log is not here. */
  get isLogCut(): boolean {
    return this._isLogCut;
  }

  /** How steps are in the run that is followed, by the ids of their nodes. */
  get nodeStates(): ReadonlyMap<string, CwlJobState> {
    return this._nodeStates;
  }

  get isStarting(): boolean {
    return this._isStarting;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      window.clearTimeout(this._timer);
      Signal.clearData(this);
    }
  }

  /** Asks which runs there are; the last one is followed unless another one is. */
  async refresh(): Promise<void> {
    try {
      const path = this._host.path();
      const runs = (await this._host.tools.runs()).filter(run => run.path === path);
      if (this._isDisposed) {
        return;
      }
      this._runs = runs;
      this._state = 'ready';
      this._problem = null;
      this._changed.emit();
      if (runs[0] && !runs.some(({ id }) => id === this._followed)) {
        this.follow(runs[0].id);
      }
    } catch (error) {
      this._fail(error, 'state');
    }
  }

  /** Begins a run of what is in the file, or of one step of it; `text` is what will be in the file once it is saved. */
  async start({ text, ...options }: { text: string; inputs: { [input: string]: unknown }; step?: string; process?: string }): Promise<void> {
    if (this._isStarting) {
      return;
    }
    this._isStarting = true;
    this._problem = null;
    this._changed.emit();
    try {
      if (this._host.isDirty()) {
        await this._host.save();
      }
      const run = await this._host.tools.start({ path: this._host.path(), key: UUID.uuid4(), ...options });
      if (!this._isDisposed) {
        this._texts.set(run.id, text);
        this._state = 'ready';
        this._runs = [run, ...this._runs.filter(({ id }) => id !== run.id)];
        this.follow(run.id, run);
      }
    } catch (error) {
      this._fail(error, 'problem');
    }
    this._isStarting = false;
    this._tell();
  }

  async cancel(): Promise<void> {
    if (this._run?.state === 'running') {
      try {
        await this._host.tools.cancel(this._run.id);
        this._ask(0);
      } catch (error) {
        this._fail(error, 'problem');
      }
    }
  }

  follow(id: string, known: ICwlRun | null = null): void {
    this._followed = id;
    this._log = '';
    this._offset = 0;
    this._isLogCut = false;
    this._hear(known);
    this._ask(0);
  }

  private _ask(after: number): void {
    window.clearTimeout(this._timer);
    if (!this._isDisposed) {
      this._timer = window.setTimeout(() => void this._look(), after);
    }
  }

  private async _look(): Promise<void> {
    const [id, offset] = [this._followed, this._offset];
    if (id === null) {
      return;
    }
    try {
      const run = await this._host.tools.run(id, { offset });
      // Another run is followed by now, or another question has the answer already.
      if (this._isDisposed || id !== this._followed || offset !== this._offset) {
        return;
      }
      const { log } = run;
      if (log) {
        const text = this._log + log.text;
        this._isLogCut ||= text.length > MOST_LOG;
        this._log = text.slice(-MOST_LOG);
        this._offset = log.offset;
      }
      this._problem = null;
      this._hear(run);
      const hasMore = log !== undefined && log.text !== '' && log.offset < log.size;
      if (hasMore || run.state === 'running') {
        this._ask(hasMore ? 0 : PERIOD_MS);
      }
    } catch (error) {
      if (this._isDisposed || id !== this._followed) {
        return;
      }
      this._fail(error, 'problem');
      if (hasCode(error, 'not-found')) {
        this._followed = null;
        this._hear(null);
        this._runs = this._runs.filter(run => run.id !== id);
      } else if (!hasCode(error, NO_CWL) && this._run?.state !== 'done') {
        this._ask(RETRY_MS);
      }
    }
  }

  private _hear(run: ICwlRun | null): void {
    this._run = run;
    this._nodeStates = new Map(run ? statesOf(run) : []);
    if (run) {
      this._runs = this._runs.map(one => (one.id === run.id ? run : one));
    }
    this._changed.emit();
  }

  private _fail(error: unknown, where: 'state' | 'problem'): void {
    if (!this._isDisposed) {
      this._problem = toProblem(error);
      this._state = hasCode(error, NO_CWL) ? 'missing' : where === 'state' ? 'failed' : this._state;
      this._changed.emit();
    }
  }

  private _tell(): void {
    if (!this._isDisposed) {
      this._changed.emit();
    }
  }

  private _changed = new Signal<this, void>(this);
  private _followed: string | null = null;
  private _isDisposed = false;
  private _isLogCut = false;
  private _isStarting = false;
  private _log = '';
  private _nodeStates: ReadonlyMap<string, CwlJobState> = new Map();
  private _offset = 0;
  private _problem: IProblemInfo | null = null;
  private _run: ICwlRun | null = null;
  private _runs: readonly ICwlRunSummary[] = [];
  private _state: 'loading' | 'ready' | 'failed' | 'missing' = 'loading';
  private readonly _texts = new Map<string, string>();
  private _timer = 0;
}

/** Node and state of each step of a run; what lies in others is seen where they are expanded. */
function statesOf(run: ICwlRun): [string, CwlJobState][] {
  const node = (path: string): string => path.split('/').reduce((within, name) => (within === '' ? stepId(name) : stepId(name, inside(within))), run.step === null ? '' : stepId(run.step));
  const states: [string, CwlJobState][] = run.steps.map(({ step, state }) => [node(step), state]);
  return run.step === null ? states : [[stepId(run.step), run.state], ...states];
}

/** The step that a run failed at, and none for one that did not get to its steps. */
export function failedStep(run: ICwlRun): string | null {
  const failed = (one: { state: CwlJobState; step: string | null }): boolean => one.state === 'failed' && one.step !== null;
  // The deepest is the one that failed by itself.
  const steps = [...run.jobs.filter(failed), ...run.steps.filter(failed)].map(({ step }) => step!);
  return steps.sort((one, other) => other.split('/').length - one.split('/').length)[0] ?? null;
}
