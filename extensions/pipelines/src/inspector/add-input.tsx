import { inPort, stepId } from '@jupyter-datalabs/cwl';
import type { IStep } from '@jupyter-datalabs/cwl';
import * as React from 'react';
import { useInspecting } from './context';
import { Field, shorten } from './field';
import { sourcesFor } from './sources';

/** Gives a step an input besides those of what it runs, for `when`, `valueFrom` and the order alone. */
export function AddInput(props: { step: IStep }): JSX.Element | null {
  const { step } = props;
  const { apply, isReadOnly, process, select, trans } = useInspecting();
  const [isOpen, setOpen] = React.useState(false);
  const [name, setName] = React.useState('');
  const [source, setSource] = React.useState('');
  const [refusal, setRefusal] = React.useState<string | null>(null);
  const root = React.useRef<HTMLDivElement>(null);
  const wasOpen = React.useRef(false);
  React.useEffect(() => {
    if (isOpen !== wasOpen.current) {
      wasOpen.current = isOpen;
      root.current?.querySelector<HTMLElement>('input, button')?.focus();
    }
  }, [isOpen]);
  if (isReadOnly) {
    return null;
  }
  const sources = sourcesFor(process, step.id);
  const close = (): void => {
    setOpen(false);
    setName('');
    setSource('');
    setRefusal(null);
  };
  const add = (): void => {
    const input = name.trim();
    const to = { step: step.id, input };
    const from = sources.find(([text]) => text === source)?.[1];
    const isThere = step.in.some(({ id }) => id === input) || step.run.process?.inputs.some(({ id }) => id === input);
    const refused = input === ''
      ? trans.__('An input needs a name, by which expressions of the step find it.')
      : isThere
        ? trans.__('The step has an input %1 already. Choose another name.', shorten(input))
        : apply(from ? { kind: 'connect', from, to } : { kind: 'add-step-input', ...to });
    setRefusal(refused);
    if (refused === null) {
      close();
      select(inPort(stepId(step.id), input));
    }
  };
  if (!isOpen) {
    return (
      <div ref={root}>
        <button type="button" className="jp-DatalabsButton" title={trans.__('One that what it runs does not have: for conditions, expressions, or to wait for another step')} onClick={() => setOpen(true)}>
          {trans.__('Add an input')}
        </button>
      </div>
    );
  }
  return (
    <div
      ref={root}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          close();
        }
      }}
    >
      <Field label={trans.__('Name of the new input')} name="newInput" refusal={refusal}>
        {control => (
          <input
            {...control}
            className="jp-DatalabsPipeline-fieldText"
            spellCheck={false}
            value={name}
            onChange={event => setName(event.target.value)}
            onKeyDown={event => {
              if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
                event.preventDefault();
                add();
              }
            }}
          />
        )}
      </Field>
      <Field label={trans.__('Source of the new input')} name="newInputSource">
        {control => (
          <select {...control} className="jp-DatalabsPipeline-fieldSelect" value={source} onChange={event => setSource(event.target.value)}>
            <option value="">{trans.__('None yet')}</option>
            {sources.map(([text]) => (
              <option key={text} value={text}>
                {shorten(text)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <button type="button" className="jp-DatalabsButton" onClick={add}>
        {trans.__('Add')}
      </button>{' '}
      <button type="button" className="jp-DatalabsButton" onClick={close}>
        {trans.__('Cancel')}
      </button>
    </div>
  );
}
