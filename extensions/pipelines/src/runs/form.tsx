import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { typeText } from '@jupyter-datalabs/cwl';
import type { IPipelineHost } from '../host';
import { readAnswer } from './inputs';
import type { Answers, IInputField, Read } from './inputs';

/** Asks for the inputs of a run, each as its type wants it. */
export function InputForm(props: {
  fields: readonly IInputField[];
  answers: Answers;
  host: IPipelineHost;
  trans: TranslationBundle;
  /** Says what is wrong with empty fields, too. */
  isStrict: boolean;
  onChange: (answers: Answers) => void;
}): JSX.Element {
  const { fields, answers, onChange, ...rest } = props;
  if (fields.length === 0) {
    return <p className="jp-DatalabsRuns-quiet">{props.trans.__('It has no inputs.')}</p>;
  }
  return (
    <div className="jp-DatalabsRuns-fields">
      {fields.map(field => (
        <InputField key={field.id} field={field} answer={answers[field.id]} {...rest} onAnswer={text => onChange({ ...answers, [field.id]: text })} />
      ))}
    </div>
  );
}

function InputField(props: {
  field: IInputField;
  answer: string | undefined;
  host: IPipelineHost;
  trans: TranslationBundle;
  isStrict: boolean;
  onAnswer: (text: string) => void;
}): JSX.Element {
  const { field, answer, host, trans, isStrict, onAnswer } = props;
  const id = React.useId();
  /** How many more were chosen than it takes. */
  const [passedOver, setPassedOver] = React.useState(0);
  const read = readAnswer(field, answer, host.path());
  const why: Record<Extract<Read, { ok: false }>['why'], string> = {
    missing: trans.__('This is needed.'),
    integer: trans.__('This is no whole number.'),
    number: trans.__('This is no number.'),
    long: trans.__('This is too large for an int.'),
    json: trans.__('This is no JSON.')
  };
  const wrong = !read.ok && (isStrict || read.why !== 'missing') ? why[read.why] : '';
  const hint = field.default === undefined ? '' : JSON.stringify(field.default).slice(0, 60);
  const common = { id, 'aria-invalid': wrong !== '', 'aria-required': !field.isOptional, 'aria-describedby': `${id}wrong` };
  const choose = async (): Promise<void> => {
    const paths = await host.chooseAll(field.of === 'Directory' ? trans.__('Choose a folder') : trans.__('Choose a file'), { kind: field.of ?? 'File' });
    const [first] = paths;
    if (first !== undefined) {
      onAnswer(field.kind === 'paths' ? [answer?.trim() ?? '', ...paths].filter(path => path !== '').join('\n') : first);
      setPassedOver(field.kind === 'paths' ? 0 : paths.length - 1);
    }
  };
  const onChange = (event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>): void => {
    setPassedOver(0);
    onAnswer(event.target.value);
  };

  let control: JSX.Element;
  if (field.kind === 'boolean' || field.kind === 'enum') {
    control = (
      <select {...common} value={answer ?? ''} onChange={onChange}>
        <option value="">{field.isOptional ? (hint ? trans.__('Default: %1', hint) : trans.__('None')) : trans.__('Choose…')}</option>
        {(field.kind === 'boolean' ? ['true', 'false'] : field.symbols).map(symbol => (
          <option key={symbol}>{symbol}</option>
        ))}
      </select>
    );
  } else if (field.kind === 'json' || field.kind === 'paths') {
    control = <textarea {...common} rows={2} spellCheck={false} value={answer ?? ''} placeholder={hint} onChange={onChange} />;
  } else {
    control = (
      <input {...common} inputMode={field.kind === 'integer' || field.kind === 'number' ? 'decimal' : undefined} spellCheck={false} value={answer ?? ''} placeholder={hint} onChange={onChange} />
    );
  }
  return (
    <div className="jp-DatalabsRuns-field">
      <label htmlFor={id} title={field.doc.slice(0, 1000)}>
        {field.label.slice(0, 200)} <small>{typeText(field.type).slice(0, 60)}{field.isOptional ? trans.__(', optional') : ''}</small>
      </label>
      <div className="jp-DatalabsRuns-control">
        {control}
        {field.of && (
          <button type="button" className="jp-DatalabsButton" aria-label={trans.__('Choose %1…', field.label.slice(0, 100))} onClick={() => void choose()}>
            {field.of === 'Directory' ? trans.__('Choose folder…') : trans.__('Choose file…')}
          </button>
        )}
      </div>
      <small id={`${id}wrong`} className="jp-DatalabsRuns-wrong" role={wrong || passedOver > 0 ? 'alert' : undefined}>
        {wrong || (passedOver > 0 && trans.__('It takes one file: the first of the %1 chosen is here.', passedOver + 1))}
      </small>
    </div>
  );
}
