import { stepId } from '@jupyter-datalabs/cwl';
import type { ICwlRun } from '@jupyter-datalabs/hub-client';
import { sizeText, StatusLine } from '@jupyter-datalabs/ui';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IPipelineHost } from '../host';
import type { PipelineModel } from '../model';
import { endOf, Log } from './log';
import { outputsOf } from './outputs';
import { duration, StateMark } from './states';
import { failedStep } from './test-runs';
import type { TestRuns } from './test-runs';

const MOST_JOBS = 200;
const TAIL_LINES = 15;
const PERIOD_MS = 1_000;

/** One run: how it is, its steps and jobs, what it gave, and its log. */
export function RunView(props: { run: ICwlRun; runs: TestRuns; model: PipelineModel; host: IPipelineHost; trans: TranslationBundle }): JSX.Element {
  const { run, runs, model, host, trans } = props;
  const now = useNow(run.state === 'running');
  const outputs = outputsOf(run.outputs);
  const step = run.state === 'failed' ? (failedStep(run) ?? run.step) : null;
  const select = (path: string): void => {
    // Of what lies in a step that may not be expanded, the step itself.
    model.select(stepId(run.step ?? path.split('/')[0]!));
  };
  const { folder } = run;
  return (
    <div className="jp-DatalabsRuns-run">
      <div className="jp-DatalabsRuns-head" role="status">
        <StateMark state={run.state} trans={trans} />
        <span className="jp-DatalabsRuns-quiet">{run.step === null ? trans.__('Whole pipeline') : trans.__('Step %1', run.step.slice(0, 200))}</span>
        <span className="jp-DatalabsRuns-quiet" title={new Date(run.started).toLocaleString()}>{duration(run.started, run.ended, now)}</span>
        {run.state === 'running' && (
          <button type="button" className="jp-DatalabsButton" onClick={() => void runs.cancel()}>
            {trans.__('Cancel run')}
          </button>
        )}
        {folder !== null && (
          <button type="button" className="jp-DatalabsButton" title={folder} onClick={() => host.open(folder, 'Directory')}>
            {trans.__('Show folder')}
          </button>
        )}
      </div>
      {run.state === 'failed' && (
        <div className="jp-DatalabsRuns-failure" role="alert">
          <p>
            {step === null ? trans.__('It failed before any step.') : trans.__('It failed at the step %1.', step.slice(0, 200))}
            {step !== null && (
              <button type="button" className="jp-DatalabsButton" onClick={() => select(step)}>
                {trans.__('Show step')}
              </button>
            )}
          </p>
          {run.error && <p className="jp-DatalabsRuns-error">{run.error}</p>}
          {runs.log && <pre tabIndex={0} aria-label={trans.__('End of the log')}>{endOf(runs.log, TAIL_LINES)}</pre>}
        </div>
      )}
      {run.passedOver.length > 0 && (
        <StatusLine
          tone="warning"
          text={trans.__('There are no containers in a session: the programs of the session itself were run, not those of %1.', [...new Set(run.passedOver.map(({ image }) => image ?? '?'))].slice(0, 5).join(', '))}
        />
      )}
      {outputs.length > 0 && (
        <>
          <h4>{trans.__('Outputs')}</h4>
          <dl className="jp-DatalabsRuns-outputs">
            {outputs.map(({ name, files, text }) => (
              <React.Fragment key={name}>
                <dt>{name.slice(0, 200)}</dt>
                <dd>
                  {text !== null && <code>{text}</code>}
                  {files.map(({ name: file, path, size, kind }, index) =>
                    path === null ? (
                      <span key={index} title={trans.__('It lies where JupyterLab does not reach.')}>{file}</span>
                    ) : (
                      <button key={index} type="button" className="jp-DatalabsRuns-link" title={path} onClick={() => host.open(path, kind)}>
                        {file}
                        {size !== null && <small> {sizeText(size)}</small>}
                      </button>
                    )
                  )}
                </dd>
              </React.Fragment>
            ))}
          </dl>
        </>
      )}
      {run.steps.length + run.jobs.length > 0 && (
        <>
          <h4>{trans.__('Steps and jobs')}</h4>
          <ul className="jp-DatalabsRuns-jobs">
            {rowsOf(run).slice(0, MOST_JOBS).map(({ key, depth, label, state, started, ended, path }) => (
              <li key={key} style={{ paddingInlineStart: `${depth * 16}px` }}>
                <StateMark state={state} trans={trans} />
                {path === null ? (
                  <span>{label}</span>
                ) : (
                  <button type="button" className="jp-DatalabsRuns-link" onClick={() => select(path)}>
                    {label}
                  </button>
                )}
                <span className="jp-DatalabsRuns-quiet">{duration(started, ended, now)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <details className="jp-DatalabsRuns-all" open={run.state === 'running'}>
        <summary>{trans.__('Log')}</summary>
        <Log text={runs.log} isCut={runs.isLogCut} trans={trans} />
      </details>
    </div>
  );
}

interface IRow {
  key: string;
  depth: number;
  label: string;
  state: ICwlRun['jobs'][number]['state'];
  started: number | null;
  ended: number | null;
  /** Of the step; null for what is none. */
  path: string | null;
}

/** Steps in the order in which they began, each with its jobs where there is more to say than of the step. */
export function rowsOf({ steps, jobs }: Pick<ICwlRun, 'steps' | 'jobs'>): IRow[] {
  const byPath = (one: { step: string }, other: { step: string }): number =>
    (other.step.startsWith(`${one.step}/`) ? -1 : one.step.startsWith(`${other.step}/`) ? 1 : 0);
  const known = new Set(steps.map(({ step }) => step));
  const rows = [...steps].sort(byPath).flatMap(({ name, step, state, started, ended }): IRow[] => {
    const own = jobs.filter(job => job.step === step);
    const depth = step.split('/').length - 1;
    const row = { key: `step ${name}`, depth, label: step.split('/').at(-1)!.slice(0, 200), state, started, ended, path: step };
    return [row, ...(own.length > 1 ? own.map(job => ({ ...jobRow(job), depth: depth + 1 })) : [])];
  });
  return [...rows, ...jobs.filter(({ step }) => step === null || !known.has(step)).map(jobRow)];
}

const jobRow = ({ name, index, state, started, ended }: ICwlRun['jobs'][number]): IRow => ({
  key: `job ${name}`,
  depth: 0,
  label: index.length > 0 ? `${name.slice(0, 200)} [${index.join(', ')}]` : name.slice(0, 200),
  state,
  started,
  ended,
  path: null
});

/** The time, again each second while somebody waits. */
function useNow(isRunning: boolean): number {
  const [now, setNow] = React.useState(() => Date.now());
  React.useEffect(() => {
    if (!isRunning) {
      return;
    }
    const timer = window.setInterval(() => setNow(Date.now()), PERIOD_MS);
    return () => window.clearInterval(timer);
  }, [isRunning]);
  return now;
}
