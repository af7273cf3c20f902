import type { CwlType, Edit, From, ILink, IPort, ISink, IStep, Json, To } from '@jupyter-datalabs/cwl';
import { inPort, inputId, MERGES, outPort, PICKS, stepId, typeText } from '@jupyter-datalabs/cwl';
import * as React from 'react';
import { useInspecting } from './context';
import { DefaultField } from './default-field';
import { ExpressionField } from './expressions/field';
import { sampleInputs } from './expressions/sample';
import { Field, SelectField, shorten, TextField } from './field';
import { Moves, RowButton, useFocusRow } from './lists';
import { sourcesFor } from './sources';
import type { Subject } from './subject';

const fromOf = ({ to }: ILink): From | null => (to.kind === 'input' ? { input: to.input } : to.kind === 'step' ? { step: to.step, output: to.output } : null);

/** Where a value comes from, in order, and how several become one. */
export function SinkFields(props: { sink: ISink; field: string; to: To }): JSX.Element {
  const { sink, field, to } = props;
  const { apply, isReadOnly, process, select, trans, version } = useInspecting();
  const [refusal, setRefusal] = React.useState<string | null>(null);
  const { root, focus } = useFocusRow();
  const { links } = sink;
  const label = trans.__('Sources');
  const move = (link: ILink, index: number): void => {
    const from = fromOf(link);
    if (from) {
      focus(index);
      setRefusal(apply({ kind: 'disconnect', from, to }, { kind: 'connect', from, to, index }));
    }
  };
  const taken = new Set(links.map(({ text }) => text));
  const sources = sourcesFor(process, 'step' in to ? to.step : null).filter(([text]) => !taken.has(text));
  return (
    <>
      <Field label={label} name={field} refusal={refusal}>
        {control => (
          <div ref={root} id={control.id} aria-describedby={control['aria-describedby']} className="jp-DatalabsPipeline-list" role="group" aria-label={label}>
            {links.length === 0 && <p className="jp-DatalabsPipeline-fieldHint">{trans.__('Not connected')}</p>}
            {links.map((link, index) => {
              const from = fromOf(link);
              return (
                <div key={`${link.text} ${index}`} className="jp-DatalabsPipeline-listRow" data-row="">
                  {from ? (
                    <button
                      type="button"
                      className="jp-DatalabsPipeline-link"
                      title={link.text}
                      onClick={() => select('input' in from ? inputId(from.input) : outPort(stepId(from.step), from.output))}
                    >
                      {link.text}
                    </button>
                  ) : (
                    <span className="jp-DatalabsPipeline-link jp-mod-unknown" title={link.text}>
                      {link.text} ({trans.__('unknown')})
                    </span>
                  )}
                  {!isReadOnly && !from && (
                    <RowButton
                      sign="×"
                      label={trans.__('Remove %1', link.text)}
                      onClick={() => {
                        focus(index);
                        setRefusal(apply({ kind: 'disconnect', from: { source: link.text }, to }));
                      }}
                    />
                  )}
                  {!isReadOnly && from && (
                    <Moves
                      index={index}
                      count={links.length}
                      what={link.text}
                      onMove={target => move(link, target)}
                      onRemove={() => {
                        focus(index);
                        setRefusal(apply({ kind: 'disconnect', from, to }));
                      }}
                    />
                  )}
                </div>
              );
            })}
            {!isReadOnly && sources.length > 0 && (
              <select
                className="jp-DatalabsPipeline-fieldSelect"
                aria-label={trans.__('Add source')}
                value=""
                onChange={event => {
                  const source = sources[Number(event.target.value)];
                  // The first that is there takes the place of those that are not.
                  const replace = links.length > 0 && links.every(link => fromOf(link) === null);
                  setRefusal(source ? apply({ kind: 'connect', from: source[1], to, ...(replace ? { replace } : {}) }) : null);
                }}
              >
                <option value="">{trans.__('Add source…')}</option>
                {sources.map(([text], index) => (
                  <option key={text} value={index}>
                    {shorten(text)}
                  </option>
                ))}
              </select>
            )}
          </div>
        )}
      </Field>
      {(links.length > 1 || sink.linkMerge) && (
        <SelectField
          label={trans.__('Several sources become')}
          name="linkMerge"
          value={sink.linkMerge?.value ?? ''}
          options={[
            { value: '', label: trans.__('Not set (a list of each)') },
            { value: MERGES[0], label: trans.__('A list of each (merge_nested)') },
            { value: MERGES[1], label: trans.__('One flat list (merge_flattened)') }
          ]}
          take={value => apply({ kind: 'set-link-merge', to, linkMerge: MERGES.find(merge => merge === value) ?? null })}
        />
      )}
      {(links.length > 0 || sink.pickValue) && (version === 'v1.2' || sink.pickValue) && (
        <SelectField
          label={trans.__('Of those that may be null')}
          name="pickValue"
          value={sink.pickValue?.value ?? ''}
          options={[
            { value: '', label: trans.__('Keep all') },
            { value: PICKS[0], label: trans.__('The first that is there (first_non_null)') },
            { value: PICKS[1], label: trans.__('The only one there (the_only_non_null)') },
            { value: PICKS[2], label: trans.__('All that are there (all_non_null)') }
          ]}
          take={value => apply({ kind: 'set-pick-value', to, pickValue: PICKS.find(pick => pick === value) ?? null })}
        />
      )}
    </>
  );
}

/** What a step's expressions see: its inputs, by the types of what it runs. */
export function stepSamples(step: IStep): { [id: string]: Json } {
  const known = sampleInputs(step.run.process?.inputs ?? []);
  return { ...known, ...Object.fromEntries(step.in.filter(({ id }) => !Object.hasOwn(known, id)).map(({ id, default: given }) => [id, given?.value ?? null])) };
}

/** An input of a step. */
export function StepInputForm(props: { subject: Subject & { kind: 'step-input' } }): JSX.Element {
  const { step, name, input, port } = props.subject;
  const { apply, isReadOnly, rename, trans } = useInspecting();
  const [refusal, setRefusal] = React.useState<string | null>(null);
  const of = { step: step.id, input: name };
  /** One that the step does not name yet is named with the first thing that is set. */
  const set = (edit: Edit): string | null => apply(...(input ? [] : [{ kind: 'add-step-input', ...of } as const]), edit);
  // What is scattered over comes as a list.
  const type: CwlType | null = port && step.scatter.some(({ value }) => value === name) ? { kind: 'array', items: port.type.type, name: null } : (port?.type.type ?? null);
  const samples = () => {
    const inputs = stepSamples(step);
    return { inputs, self: Object.hasOwn(inputs, name) ? inputs[name] : null };
  };
  return (
    <>
      <TextField
        label={trans.__('Name')}
        name="id"
        isLong={false}
        value={name}
        take={text => (input ? rename({ kind: 'rename-step-input', ...of, id: text }, inPort(stepId(step.id), text)) : trans.__('What the step runs calls it so. Rename it there.'))}
      />
      {port && <PortOfRun port={port} />}
      <SinkFields sink={input ?? { links: [], isList: false, linkMerge: null, pickValue: null }} field="source" to={of} />
      <DefaultField type={type} value={input?.default?.value} take={value => set({ kind: 'set-step-default', ...of, default: value })} />
      <ExpressionField
        label={trans.__('Value from')}
        name="valueFrom"
        hint={trans.__('An expression that makes the value: self is what the sources give')}
        value={input?.valueFrom?.value ?? ''}
        take={text => set({ kind: 'set-value-from', ...of, valueFrom: text === '' ? null : text })}
        samples={samples}
      />
      {!isReadOnly && input && (
        <div>
          <button type="button" className="jp-DatalabsButton" onClick={() => setRefusal(apply({ kind: 'remove-step-input', ...of }))}>
            {trans.__('Remove from the step')}
          </button>
          {refusal && <p role="alert">{refusal}</p>}
        </div>
      )}
    </>
  );
}

/** What the process that a step runs says of a port. */
export function PortOfRun(props: { port: IPort }): JSX.Element {
  const { port } = props;
  const { trans } = useInspecting();
  return (
    <dl className="jp-DatalabsPipeline-facts">
      <dt>{trans.__('Type')}</dt>
      <dd>{typeText(port.type.type)}</dd>
      {port.label && (
        <>
          <dt>{trans.__('Label')}</dt>
          <dd>{port.label}</dd>
        </>
      )}
      {port.doc && (
        <>
          <dt>{trans.__('Description')}</dt>
          <dd className="jp-mod-long">{port.doc}</dd>
        </>
      )}
    </dl>
  );
}
