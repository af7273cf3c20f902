import type { IPort, IProcess, Json } from '@jupyter-datalabs/cwl';
import { inputId, outputId, stepId, typeText } from '@jupyter-datalabs/cwl';
import * as React from 'react';
import { freeName } from '../names';
import { useInspecting } from './context';
import { sampleInputs } from './expressions/sample';
import { Section, SelectField, TextField } from './field';
import { Requirements } from './requirements';
import { Rows } from './rows';
import { PortRow } from './step-form';
import { ToolFields } from './tool-form';

/** The workflow, or the tool, itself. */
export function ProcessForm(): JSX.Element {
  const { apply, problemsOf, process, select, trans } = useInspecting();
  const version = process.version ?? writtenVersion(process);
  const samples = () => ({ inputs: sampleInputs(process.inputs) });
  return (
    <>
      <TextField label={trans.__('Label')} name="label" value={process.label ?? ''} take={text => apply({ kind: 'set-label', label: text === '' ? null : text })} />
      <TextField label={trans.__('Description')} name="doc" isLong value={process.doc ?? ''} take={text => apply({ kind: 'set-doc', doc: text === '' ? null : text })} />
      <TextField label={trans.__('Id')} name="id" isLong={false} value={process.id} take={text => apply({ kind: 'set-id', id: text === '' ? null : text })} />
      <SelectField
        label={trans.__('CWL version')}
        name="cwlVersion"
        value={version}
        options={[...(version === '' ? [{ value: '', label: trans.__('Not set') }] : []), ...(['v1.0', 'v1.1', 'v1.2'] as const).map(value => ({ value, label: value }))]}
        take={value => apply({ kind: 'set-version', version: value as 'v1.0' | 'v1.1' | 'v1.2' })}
      />
      <ToolFields samples={samples} />
      <PortList side="input" ports={process.inputs} />
      {process.class === 'Workflow' && (
        <Section title={trans.__('Steps')} count={process.steps.length} isOpen={process.steps.length <= 12}>
          <Rows items={process.steps}>
            {(step, index) => (
              <PortRow
                key={`${step.id} ${index}`}
                name={step.id}
                type={step.run.text ?? step.run.process?.class ?? ''}
                note={step.label ?? ''}
                problems={problemsOf(stepId(step.id))}
                onClick={() => select(stepId(step.id))}
              />
            )}
          </Rows>
        </Section>
      )}
      <PortList side="output" ports={process.outputs} />
      <Requirements requirements={process.requirements} hints={process.hints} samples={samples} />
    </>
  );
}

/** What a document says that is no version known here: `draft-3`. */
function writtenVersion({ node, source }: IProcess): string {
  const maps = [node, source.root].filter(map => map?.kind === 'map');
  const written = maps.flatMap(({ entries }) => entries).find(({ key }) => key === 'cwlVersion')?.value;
  return written?.kind === 'scalar' && written.value !== null ? String(written.value) : '';
}

function PortList(props: { side: 'input' | 'output'; ports: readonly IPort[] }): JSX.Element {
  const { side, ports } = props;
  const { apply, isReadOnly, problemsOf, process, select, trans } = useInspecting();
  const [refusal, setRefusal] = React.useState<string | null>(null);
  const idOf = side === 'input' ? inputId : outputId;
  const add = (): void => {
    const id = freeName(side, new Set(ports.map(port => port.id)));
    const type: Json = 'File';
    const refused = apply(side === 'input' ? { kind: 'add-input', id, type } : { kind: 'add-output', id, type });
    setRefusal(refused);
    if (refused === null) {
      select(idOf(id));
    }
  };
  return (
    <Section title={side === 'input' ? trans.__('Inputs') : trans.__('Outputs')} count={ports.length}>
      <Rows items={ports}>
        {(port, index) => (
          <PortRow
            key={`${port.id} ${index}`}
            name={port.id}
            type={typeText(port.type.type)}
            note={port.label ?? ''}
            problems={problemsOf(idOf(port.id))}
            onClick={() => select(idOf(port.id))}
          />
        )}
      </Rows>
      {refusal && (
        <p className="jp-DatalabsPipeline-fieldRefusal" role="alert">
          {refusal}
        </p>
      )}
      {!isReadOnly && process.class !== '' && (
        <button type="button" className="jp-DatalabsButton" onClick={add}>
          {side === 'input' ? trans.__('Add input') : trans.__('Add output')}
        </button>
      )}
    </Section>
  );
}
