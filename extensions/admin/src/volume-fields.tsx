import { IconButton, ProblemView } from '@jupyter-datalabs/ui';
import type { TranslationBundle } from '@jupyterlab/translation';
import { deleteIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Rows, Text } from './volume-entry';
import type { VolumeForm } from './volume-form';

interface IShown {
  label: string;
  hint?: string;
  /** More than one line. */
  lines?: number;
  /** Written in a fixed-width face: a path, an expression. */
  code?: boolean;
  required?: boolean;
  /** A line of its own. */
  wide?: boolean;
}

function Field(props: IShown & { id: string; value: string; error?: string; readOnly?: boolean; onChange: (value: string) => void }): JSX.Element {
  const { id, label, hint, lines, error } = props;
  const common = {
    id,
    className: `jp-mod-styled${props.code ? ' jp-mod-code' : ''}`,
    value: props.value,
    readOnly: props.readOnly,
    spellCheck: !props.code,
    autoComplete: 'off',
    'aria-required': props.required,
    'aria-invalid': error !== undefined,
    'aria-describedby': [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ') || undefined,
    onChange: (event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => props.onChange(event.target.value)
  };
  return (
    <div className={`jp-DatalabsAdmin-field${lines || props.wide ? ' jp-mod-wide' : ''}`}>
      <label htmlFor={id}>
        {label}
        {props.required && <span aria-hidden="true"> *</span>}
      </label>
      {lines ? <textarea {...common} rows={Math.max(lines, Math.min(8, props.value.split('\n').length))} /> : <input {...common} />}
      {error && (
        <span id={`${id}-error`} className="jp-DatalabsAdmin-error" role="alert">
          {error}
        </span>
      )}
      {hint && (
        <span id={`${id}-hint`} className="jp-DatalabsAdmin-hint">
          {hint}
        </span>
      )}
    </div>
  );
}

/** Everything that is said of a volume. */
export function VolumeFields(props: { form: VolumeForm; trans: TranslationBundle; onSave: () => void; onCancel: () => void }): JSX.Element {
  const { form, trans } = props;
  const { volume, problem } = form;
  const prefix = React.useId();
  const [, render] = React.useReducer((count: number) => count + 1, 0);
  const node = React.useRef<HTMLFormElement>(null);
  React.useEffect(() => {
    const update = (): void => render();
    form.changed.connect(update);
    return () => void form.changed.disconnect(update);
  }, [form]);
  React.useEffect(() => node.current?.querySelector<HTMLElement>('input:not([readonly])')?.focus(), [form]);
  React.useEffect(() => {
    if (form.attempts > 0) {
      (node.current?.querySelector<HTMLElement>('[aria-invalid="true"]') ?? node.current?.querySelector<HTMLElement>('.jp-DatalabsProblem summary'))?.focus();
    }
  }, [form.attempts]);

  const text = (key: Text, shown: IShown): JSX.Element => (
    <Field
      {...shown}
      id={`${prefix}-${key}`}
      value={form.entered[key]}
      error={form.errors[key]}
      readOnly={key === 'name' && volume !== null}
      onChange={value => form.enter({ [key]: value })}
    />
  );
  const rows = (list: Rows, shown: { legend: string; hint: string; add: string; remove: string; of: Record<string, IShown> }): JSX.Element => (
    <fieldset className="jp-DatalabsAdmin-rows">
      <legend>{shown.legend}</legend>
      <p className="jp-DatalabsAdmin-hint">{shown.hint}</p>
      {form.errors[list] && (
        <p className="jp-DatalabsAdmin-error" role="alert">
          {form.errors[list]}
        </p>
      )}
      {form.entered[list].map((row, index) => (
        <div key={index} className="jp-DatalabsAdmin-row" role="group" aria-label={`${shown.legend} ${index + 1}`}>
          {Object.entries(shown.of).map(([key, field]) => (
            <Field
              key={key}
              {...field}
              id={`${prefix}-${list}-${index}-${key}`}
              value={row[key]!}
              error={form.errors[`${list}.${index}.${key}`]}
              onChange={value => form.enterRow(list, index, key, value)}
            />
          ))}
          <IconButton
            icon={deleteIcon}
            label={`${shown.remove} ${index + 1}`}
            onClick={() => {
              form.removeRow(list, index);
              node.current?.querySelector<HTMLElement>(`[data-add="${list}"]`)?.focus();
            }}
          />
        </div>
      ))}
      <button
        type="button"
        className="jp-DatalabsButton"
        data-add={list}
        onClick={() => {
          const index = form.entered[list].length;
          form.addRow(list);
          // Once it is there.
          window.requestAnimationFrame(() => document.getElementById(`${prefix}-${list}-${index}-${Object.keys(shown.of)[0]}`)?.focus());
        }}
      >
        {shown.add}
      </button>
    </fieldset>
  );

  return (
    <form
      ref={node}
      className="jp-DatalabsAdmin-volume"
      noValidate
      aria-labelledby={`${prefix}-head`}
      onSubmit={event => {
        event.preventDefault();
        props.onSave();
      }}
    >
      <div className="jp-DatalabsAdmin-volumeHead">
        <h2 id={`${prefix}-head`}>{volume ? trans.__('Volume %1', volume.title) : trans.__('New volume')}</h2>
        <button type="button" className="jp-DatalabsButton" onClick={props.onCancel}>
          {trans.__('Cancel')}
        </button>
        <button type="submit" className="jp-DatalabsButton jp-mod-accept" aria-disabled={form.isSending}>
          {form.isSending ? trans.__('Saving…') : trans.__('Save')}
        </button>
      </div>
      <p className="jp-DatalabsAdmin-hint" aria-hidden="true">
        {trans.__('* has to be filled in.')}
      </p>
      {problem && <ProblemView problem={problem} trans={trans} />}
      {problem && <p className="jp-DatalabsAdmin-hint">{trans.__('What you entered is still here.')}</p>}
      <fieldset>
        <legend>{trans.__('What it is')}</legend>
        {text('name', { label: trans.__('Name'), code: true, required: true, hint: volume ? trans.__('In sessions /data/%1. It cannot be changed.', volume.name) : trans.__('In sessions /data/<name>: a–z, 0–9, _ and -.') })}
        {text('title', { label: trans.__('Title'), required: true })}
        {text('mission', { label: trans.__('Mission'), required: true, hint: trans.__('Such as Euclid') })}
        {text('release', { label: trans.__('Release'), hint: trans.__('Such as Q1') })}
        {text('description', { label: trans.__('Description'), lines: 3, required: true })}
        {text('licence', { label: trans.__('Licence'), required: true })}
        {text('documentation', { label: trans.__('Documentation'), hint: trans.__('An address: https://…') })}
        {text('citation', { label: trans.__('How to cite it'), lines: 2 })}
        {text('bytes', { label: trans.__('Size'), hint: trans.__('Such as 35 TB') })}
        {text('files', { label: trans.__('Number of files') })}
        <label className="jp-DatalabsAdmin-check">
          <input type="checkbox" checked={form.entered.simulated} onChange={event => form.enter({ simulated: event.target.checked })} />
          {trans.__('Simulated data')}
        </label>
      </fieldset>
      <fieldset>
        <legend>{trans.__('Where it lies and who sees it')}</legend>
        {text('path', { label: trans.__('Path on the machine of the hub'), wide: true, code: true, required: true, hint: trans.__('Absolute, such as /archive/euclid/q1. Users are not told of it.') })}
        {text('groups', { label: trans.__('Groups that see it'), lines: 2, hint: trans.__('One a line. None: everybody.') })}
        {rows('rules', {
          legend: trans.__('Path rules'),
          hint: trans.__('Who sees what lies at and below a path. The longest path decides, and goes before the groups of the volume either way.'),
          add: trans.__('Add rule'),
          remove: trans.__('Remove rule'),
          of: {
            prefix: { label: trans.__('Path in the volume'), code: true, hint: trans.__('A directory, such as private/deep') },
            groups: { label: trans.__('Groups'), lines: 1, hint: trans.__('One a line. None: everybody.') }
          }
        })}
      </fieldset>
      <fieldset>
        <legend>{trans.__('How products are found in it')}</legend>
        {text('roots', { label: trans.__('Paths in the archive'), code: true, lines: 2, hint: trans.__('One a line, such as /euclid/repository_idr/iqr1: what the archive says lies there lies in this volume.') })}
        {text('urls', { label: trans.__('Patterns of addresses'), code: true, lines: 2, hint: trans.__('One regular expression a line; its group (?<path>…) is the path in the volume, or (?<name>…) the name of the file.') })}
        {text('download', { label: trans.__('Download address'), wide: true, code: true, hint: trans.__('For what is not here: https://…, with {path}, {folder} or {name}') })}
        {rows('tables', {
          legend: trans.__('Tables'),
          hint: trans.__('Query services whose rows tell of files in it.'),
          add: trans.__('Add table'),
          remove: trans.__('Remove table'),
          of: { service: { label: trans.__('Address of the TAP service'), code: true }, table: { label: trans.__('Table'), code: true } }
        })}
        {rows('examples', {
          legend: trans.__('Example notebooks'),
          hint: trans.__('Shown on the page of the volume, to be copied to the workspace.'),
          add: trans.__('Add notebook'),
          remove: trans.__('Remove notebook'),
          of: { title: { label: trans.__('Title') }, where: { label: trans.__('Path in the volume, or address'), code: true } }
        })}
      </fieldset>
    </form>
  );
}
