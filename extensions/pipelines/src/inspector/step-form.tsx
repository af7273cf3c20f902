import { inPort, outPort, SCATTERS, stepId, typeText } from '@jupyter-datalabs/cwl';
import type { IProblem, IStep } from '@jupyter-datalabs/cwl';
import * as React from 'react';
import { fileOf } from '../inside';
import { AddInput } from './add-input';
import { useInspecting } from './context';
import { ExpressionField } from './expressions/field';
import { Field, OpenButton, Section, SelectField, TextField, Value } from './field';
import { JsonField } from './lists';
import { Requirements } from './requirements';
import { Rows } from './rows';
import { PortOfRun, stepSamples } from './sink-form';
import type { Subject } from './subject';
import { toValue } from './written';

/** A step of a workflow. */
export function StepForm(props: { step: IStep }): JSX.Element {
  const { step } = props;
  const { apply, process, rename, trans, version } = useInspecting();
  const of = { step: step.id };
  const samples = () => ({ inputs: stepSamples(step) });
  return (
    <>
      <TextField label={trans.__('Name')} name="id" isLong={false} value={step.id} take={text => rename({ kind: 'rename-step', ...of, id: text }, stepId(text))} />
      <TextField label={trans.__('Label')} name="label" value={step.label ?? ''} take={text => apply({ kind: 'set-label', label: text === '' ? null : text, ...of })} />
      <TextField label={trans.__('Description')} name="doc" isLong value={step.doc ?? ''} take={text => apply({ kind: 'set-doc', doc: text === '' ? null : text, ...of })} />
      <Run step={step} />
      {(version === 'v1.2' || step.when) && (
        <ExpressionField
          label={trans.__('Runs when')}
          name="when"
          hint={trans.__('An expression that is true or false, as $(inputs.deep)')}
          value={step.when?.value ?? ''}
          take={text => apply({ kind: 'set-when', ...of, when: text === '' ? null : text })}
          samples={samples}
        />
      )}
      <Scatter step={step} />
      <Ports step={step} />
      {process.class === 'Workflow' && <Requirements requirements={step.requirements} hints={step.hints} step={step.id} samples={samples} />}
    </>
  );
}

/** What the step runs; of a sub-workflow, ways into it. */
function Run(props: { step: IStep }): JSX.Element {
  const { run, id } = props.step;
  const { apply, isReadOnly, model, trans } = useInspecting();
  const [refusal, setRefusal] = React.useState<string | null>(null);
  const file = run.text === null ? null : fileOf(model.document, run.process);
  const inline = (): void => {
    const refused = apply({ kind: 'inline-step', step: id });
    setRefusal(refused);
    if (refused === null) {
      model.select(null);
    }
  };
  return (
    <>
      <RunField step={props.step} />
      <div className="jp-DatalabsPipeline-inspectorActions">
        <OpenButton uri={file} />
        {run.process?.class === 'Workflow' && run.state === 'here' && fileOf(model.document, run.process) === null && !isReadOnly && (
          <button type="button" className="jp-DatalabsButton" onClick={inline}>
            {trans.__('Put its steps in its place')}
          </button>
        )}
      </div>
      {refusal && (
        <p className="jp-DatalabsPipeline-fieldRefusal" role="alert">
          {refusal}
        </p>
      )}
    </>
  );
}

function RunField(props: { step: IStep }): JSX.Element {
  const { run, id } = props.step;
  const { apply, trans } = useInspecting();
  const label = trans.__('Runs');
  if (run.text === null && run.node !== null) {
    return <JsonField label={label} name="run" hint={run.process?.label ?? run.why ?? undefined} value={toValue(run.node)} take={value => (value === undefined ? trans.__('A step needs something to run.') : apply({ kind: 'set-run', step: id, run: value }))} />;
  }
  return (
    <TextField
      label={label}
      name="run"
      isCode
      isLong={false}
      hint={run.why ?? run.process?.label ?? undefined}
      value={run.text ?? ''}
      take={text => (text.trim() === '' ? trans.__('A step needs something to run.') : apply({ kind: 'set-run', step: id, run: text.trim() }))}
    />
  );
}

function Scatter(props: { step: IStep }): JSX.Element {
  const { step } = props;
  const { apply, isReadOnly, trans } = useInspecting();
  const [refusal, setRefusal] = React.useState<string | null>(null);
  const chosen = step.scatter.map(({ value }) => value);
  const names = [...new Set([...step.in.map(({ id }) => id), ...chosen])];
  const label = trans.__('Scatter over');
  return (
    <Section title={trans.__('Scatter')} count={chosen.length} isOpen={chosen.length > 0}>
      <Field label={label} name="scatter" refusal={refusal}>
        {control =>
          isReadOnly ? (
            <Value control={control} text={chosen.join(', ')} />
          ) : (
            <div id={control.id} role="group" aria-label={label} aria-describedby={control['aria-describedby']}>
              {names.map(name => (
                <label key={name} className="jp-DatalabsPipeline-check">
                  <input
                    type="checkbox"
                    checked={chosen.includes(name)}
                    onChange={event =>
                      setRefusal(apply({ kind: 'set-scatter', step: step.id, scatter: event.target.checked ? [...chosen, name] : chosen.filter(other => other !== name) }))
                    }
                  />
                  <span title={name}>{name}</span>
                </label>
              ))}
              {names.length === 0 && <p className="jp-DatalabsPipeline-fieldHint">{trans.__('The step has no inputs yet.')}</p>}
            </div>
          )
        }
      </Field>
      {(chosen.length > 1 || step.scatterMethod) && (
        <SelectField
          label={trans.__('Method')}
          name="scatterMethod"
          value={step.scatterMethod?.value ?? ''}
          options={[
            { value: '', label: trans.__('Not set') },
            { value: SCATTERS[0], label: trans.__('Side by side (dotproduct)') },
            { value: SCATTERS[1], label: trans.__('Each with each, nested (nested_crossproduct)') },
            { value: SCATTERS[2], label: trans.__('Each with each, flat (flat_crossproduct)') }
          ]}
          take={value => apply({ kind: 'set-scatter', step: step.id, scatter: chosen, method: SCATTERS.find(method => method === value) ?? null })}
        />
      )}
    </Section>
  );
}

function Ports(props: { step: IStep }): JSX.Element {
  const { step } = props;
  const { problemsOf, select, trans } = useInspecting();
  const node = stepId(step.id);
  const inner = step.run.process;
  const inputs = [...new Set([...(inner?.inputs ?? []).map(({ id }) => id), ...step.in.map(({ id }) => id)])];
  const outputs = [...new Set([...(inner?.outputs ?? []).map(({ id }) => id), ...step.out.map(({ id }) => id)])];
  const row = (id: string, name: string, type: string, note: string): JSX.Element => (
    <PortRow key={id} name={name} type={type} note={note} problems={problemsOf(id)} onClick={() => select(id)} />
  );
  return (
    <>
      <Section title={trans.__('Inputs')} count={inputs.length}>
        <Rows items={inputs}>
          {name => {
            const given = step.in.find(({ id }) => id === name);
            const type = inner?.inputs.find(({ id }) => id === name)?.type.type;
            const from = given?.links.map(({ text }) => text).join(', ') || (given?.default ? trans.__('default') : given?.valueFrom ? trans.__('expression') : trans.__('not connected'));
            return row(inPort(node, name), name, type ? typeText(type) : '', from);
          }}
        </Rows>
        <AddInput step={step} />
      </Section>
      <Section title={trans.__('Outputs')} count={outputs.length}>
        <Rows items={outputs}>
          {name => {
            const type = inner?.outputs.find(({ id }) => id === name)?.type.type;
            return row(outPort(node, name), name, type ? typeText(type) : '', step.out.some(({ id }) => id === name) ? '' : trans.__('not used'));
          }}
        </Rows>
      </Section>
    </>
  );
}

/** One of several things, which is shown when it is chosen. */
export function PortRow(props: { name: string; type: string; note: string; problems: readonly IProblem[]; onClick: () => void }): JSX.Element {
  const { name, type, note, problems, onClick } = props;
  const { trans } = useInspecting();
  const words = { error: trans.__('Error'), warning: trans.__('Warning'), info: trans.__('Note') };
  const worst = problems.find(({ severity }) => severity === 'error') ?? problems.find(({ severity }) => severity === 'warning') ?? problems[0];
  return (
    <li>
      <button type="button" className="jp-DatalabsPipeline-port" title={worst?.message ?? name} onClick={onClick}>
        <span className="jp-DatalabsPipeline-portName">{name || trans.__('without a name')}</span>
        <span className="jp-DatalabsPipeline-portType">{type}</span>
        {note && <span className="jp-DatalabsPipeline-portNote">{note}</span>}
        {worst && worst.severity !== 'info' && <span className={`jp-DatalabsPipeline-portNote jp-mod-${worst.severity}`}>{words[worst.severity]}</span>}
      </button>
    </li>
  );
}

/** An output of a step. */
export function StepOutputForm(props: { subject: Subject & { kind: 'step-output' } }): JSX.Element {
  const { step, name, output, port } = props.subject;
  const { apply, isReadOnly, rename, trans } = useInspecting();
  const [refusal, setRefusal] = React.useState<string | null>(null);
  const of = { step: step.id, output: name };
  return (
    <>
      <TextField
        label={trans.__('Name')}
        name="id"
        isLong={false}
        value={name}
        take={text => (output ? rename({ kind: 'rename-step-output', ...of, id: text }, outPort(stepId(step.id), text)) : trans.__('What the step runs calls it so. Rename it there.'))}
      />
      {port && <PortOfRun port={port} />}
      {!isReadOnly && (
        <button type="button" className="jp-DatalabsButton" onClick={() => setRefusal(apply({ kind: output ? 'remove-step-output' : 'add-step-output', ...of }))}>
          {output ? trans.__('Remove from the step') : trans.__('Add to the step')}
        </button>
      )}
      {refusal && (
        <p className="jp-DatalabsPipeline-fieldRefusal" role="alert">
          {refusal}
        </p>
      )}
    </>
  );
}
