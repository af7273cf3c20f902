import { ProblemView, StatusLine, useSignal } from '@jupyter-datalabs/ui';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IPipelineHost } from '../host';
import type { PipelineModel } from '../model';
import { InputForm } from './form';
import { fieldsOf, keepAnswers, keptAnswers, processOf, readAnswers } from './inputs';
import type { Answers } from './inputs';
import { RunView } from './run-view';
import { stateWord } from './states';
import type { TestRuns } from './test-runs';

const MOST_RUNS = 20;

/** Runs a document, or the step that is selected, on inputs that are asked for, and shows how it goes. */
export function TestRun(props: { model: PipelineModel; runs: TestRuns; host: IPipelineHost; trans: TranslationBundle }): JSX.Element {
  const { model, runs, host, trans } = props;
  useSignal(model.changed);
  useSignal(model.selectedChanged);
  useSignal(runs.changed);
  const [isOfStep, setOfStep] = React.useState(false);
  const selected = stepOf(model);
  // Once a step was chosen it stays, whatever is looked at meanwhile.
  const [step, setStep] = React.useState<string | null>(null);
  const of = isOfStep ? step : null;
  const path = host.path();
  const [answers, setAnswers] = React.useState<Answers>({});
  const [isStrict, setStrict] = React.useState(false);
  React.useEffect(() => {
    setAnswers(keptAnswers(path, of));
    setStrict(false);
  }, [path, of]);

  if (runs.state === 'missing') {
    return <StatusLine tone="warning" text={[runs.problem?.detail, runs.problem?.action].filter(Boolean).join(' ')} />;
  }
  const process = processOf(model.document, of, model.graph.process?.id);
  const fields = process ? fieldsOf(process) : [];
  const { run } = runs;
  const isWorkflow = model.graph.process?.class === 'Workflow';
  const answer = (next: Answers): void => {
    setAnswers(next);
    keepAnswers(path, of, next);
  };
  const start = (): void => {
    const inputs = readAnswers(fields, answers, path);
    setStrict(inputs === null);
    if (inputs) {
      void runs.start({ text: model.document.text, inputs, ...(of === null ? {} : { step: of }), ...processIn(model) });
    }
  };
  return (
    <div className="jp-DatalabsRuns-test">
      <form
        className="jp-DatalabsRuns-form"
        aria-label={trans.__('Inputs of the test run')}
        noValidate
        onSubmit={event => {
          event.preventDefault();
          start();
        }}
      >
        {isWorkflow && (
          <fieldset className="jp-DatalabsRuns-what">
            <legend>{trans.__('What is run')}</legend>
            <label>
              <input type="radio" checked={of === null} onChange={() => setOfStep(false)} /> {trans.__('Whole pipeline')}
            </label>
            <label>
              <input
                type="radio"
                checked={of !== null}
                disabled={selected === null && step === null}
                onChange={() => {
                  setStep(selected ?? step);
                  setOfStep(true);
                }}
              />{' '}
              {selected ?? step ? trans.__('Step %1', (of ?? selected ?? step)!.slice(0, 100)) : trans.__('Selected step (none is selected)')}
            </label>
            {of !== null && selected !== null && selected !== of && (
              <button type="button" className="jp-DatalabsButton" onClick={() => setStep(selected)}>
                {trans.__('Take the step %1', selected.slice(0, 100))}
              </button>
            )}
          </fieldset>
        )}
        {process === null ? (
          <StatusLine tone="warning" text={of === null ? trans.__('There is nothing in this document that could be run.') : trans.__('What the step %1 runs is not here.', of)} />
        ) : (
          <InputForm fields={fields} answers={answers} host={host} trans={trans} isStrict={isStrict} onChange={answer} />
        )}
        <div className="jp-DatalabsRuns-buttons">
          <button type="submit" className="jp-DatalabsButton jp-mod-accept" disabled={process === null || runs.isStarting}>
            {runs.isStarting ? trans.__('Starting…') : host.isDirty() ? trans.__('Save and run') : trans.__('Run')}
          </button>
          {isStrict && <span role="alert">{trans.__('Some inputs are missing or wrong.')}</span>}
        </div>
      </form>
      <div className="jp-DatalabsRuns-result">
        {runs.problem && <ProblemView problem={runs.problem} trans={trans} actions={[{ label: trans.__('Try again'), onClick: () => void runs.refresh() }]} />}
        {runs.state === 'loading' && <StatusLine tone="busy" text={trans.__('Looking for earlier test runs…')} />}
        {runs.state === 'ready' && runs.runs.length === 0 && !runs.problem && (
          <p className="jp-DatalabsRuns-quiet">{trans.__('Its steps, its outputs and its log are shown here once it runs. Choose small inputs.')}</p>
        )}
        {runs.runs.length > 1 && (
          <label className="jp-DatalabsRuns-which">
            {trans.__('Test run')}{' '}
            <select value={run?.id ?? ''} onChange={event => runs.follow(event.target.value)}>
              {runs.runs.slice(0, MOST_RUNS).map(({ id, started, state, step: one }) => (
                <option key={id} value={id}>
                  {[new Date(started).toLocaleTimeString(), one?.slice(0, 60), stateWord(state, trans)].filter(Boolean).join(' · ')}
                </option>
              ))}
            </select>
          </label>
        )}
        {run && <RunView run={run} runs={runs} model={model} host={host} trans={trans} />}
      </div>
    </div>
  );
}

/** The step at the top that is selected, or whose port is. */
function stepOf(model: PipelineModel): string | null {
  const { selected } = model;
  if (selected === null) {
    return null;
  }
  const node = model.graph.nodes.find(({ id, kind, parent }) => kind === 'step' && parent === null && (selected === id || selected.startsWith(`${id}/`)));
  // A tool that is shown as a node is no step of anything.
  return node && model.graph.process?.class === 'Workflow' ? node.name : null;
}

/** Which process of a document with several. */
function processIn({ document, graph }: PipelineModel): { process?: string } {
  return document.processes.length > 1 && graph.process?.id ? { process: graph.process.id } : {};
}
