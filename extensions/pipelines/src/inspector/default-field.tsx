import type { CwlType, IRecordField, Json } from '@jupyter-datalabs/cwl';
import { withoutNull } from '@jupyter-datalabs/cwl';
import * as React from 'react';
import { useInspecting } from './context';
import { Field, SelectField, TextField } from './field';
import { JsonField, moved, Moves, useFocusRow } from './lists';
import { fieldValue, isMap, textOf } from './values';
import type { JsonMap } from './values';

const NUMBERS = ['int', 'long', 'float', 'double'];
const NONE = '=none';

/** Longer lists, and what lies deeper, are edited as text. */
const MOST_ITEMS = 50;
const MOST_LEVELS = 4;

/** A default, edited by its type; as JSON or YAML where that says nothing, or where it is something else. */
export function DefaultField(props: { type: CwlType | null; value: Json | undefined; take: (value: Json | undefined) => string | null }): JSX.Element {
  const { trans } = useInspecting();
  return <ValueField {...props} label={trans.__('Default')} name="default" depth={0} />;
}

interface IValueProps {
  label: string;
  /** Of what is not within another value: problems stand there. */
  name?: string;
  type: CwlType | null;
  value: Json | undefined;
  take: (value: Json | undefined) => string | null;
  depth: number;
  /** Of a list, which takes its items away itself. */
  isItem?: boolean;
}

function ValueField(props: IValueProps): JSX.Element {
  const { label, name, value, take, depth, isItem } = props;
  const { choose, isReadOnly, trans } = useInspecting();
  const type = props.type && withoutNull(props.type);
  const shared = { label, ...(name === undefined ? {} : { name }) };
  const [refusal, setRefusal] = React.useState<string | null>(null);
  const clear =
    value !== undefined && !isReadOnly && !isItem ? (
      <button type="button" className="jp-DatalabsButton" aria-label={depth > 0 ? trans.__('Clear %1', label) : undefined} onClick={() => setRefusal(take(undefined))}>
        {trans.__('Clear')}
      </button>
    ) : null;
  const hint = refusal ?? undefined;
  const isText = value === undefined || typeof value === 'string';
  if (type?.kind === 'enum' && isText) {
    const options = [{ value: NONE, label: trans.__('None') }, ...type.symbols.map(symbol => ({ value: symbol, label: symbol }))];
    return <SelectField {...shared} value={value ?? NONE} options={options} take={text => take(text === NONE ? undefined : text)} />;
  }
  if (type?.kind === 'primitive') {
    if (type.name === 'boolean' && (value === undefined || typeof value === 'boolean')) {
      const options = [
        { value: NONE, label: trans.__('None') },
        { value: 'true', label: trans.__('Yes') },
        { value: 'false', label: trans.__('No') }
      ];
      return <SelectField {...shared} value={value === undefined ? NONE : String(value)} options={options} take={text => take(text === NONE ? undefined : text === 'true')} />;
    }
    if (type.name === 'string' && isText) {
      // An empty text is a default, so that only the button takes it away.
      const empty = value === undefined && !isReadOnly ? undefined : clear;
      return <TextField {...shared} hint={hint} value={value ?? ''} placeholder={value === '' ? trans.__('An empty text') : trans.__('None')} take={text => take(text)} after={empty} />;
    }
    if (NUMBERS.includes(type.name) && (value === undefined || typeof value === 'number')) {
      const isWhole = type.name === 'int' || type.name === 'long';
      return (
        <TextField
          {...shared}
          value={value === undefined ? '' : String(value)}
          placeholder={trans.__('None')}
          inputMode={isWhole ? 'numeric' : 'decimal'}
          take={text => {
            const number = Number(text);
            if (text.trim() === '') {
              return take(undefined);
            }
            return !Number.isFinite(number) || (isWhole && !Number.isInteger(number)) ? (isWhole ? trans.__('This is no whole number.') : trans.__('This is no number.')) : take(number);
          }}
        />
      );
    }
    if ((type.name === 'File' || type.name === 'Directory') && (value === undefined || isPlace(value))) {
      const { name } = type;
      const key = isMap(value) && typeof value.path === 'string' && value.location === undefined ? 'path' : 'location';
      const place = (text: string): string | null => take(text === '' ? undefined : { ...(isMap(value) ? value : {}), class: name, [key]: text });
      const choosing = choose && !isReadOnly && (
        <button
          type="button"
          className="jp-DatalabsButton"
          onClick={() =>
            void choose(name).then(chosen => {
              if (chosen !== null) {
                setRefusal(place(chosen));
              }
            })
          }
        >
          {name === 'File' ? trans.__('Choose file…') : trans.__('Choose folder…')}
        </button>
      );
      return <TextField {...shared} hint={hint} value={textOf(fieldValue(value, key))} isLong={false} placeholder={trans.__('Path beside this document')} take={place} after={<>{choosing}{clear}</>} />;
    }
  }
  if (!isReadOnly && depth < MOST_LEVELS && type?.kind === 'array' && (value === undefined || (Array.isArray(value) && value.length <= MOST_ITEMS))) {
    return <ItemsField {...props} items={type.items} value={value} after={clear} refusal={refusal} />;
  }
  if (!isReadOnly && depth < MOST_LEVELS && type?.kind === 'record' && (value === undefined || isMap(value))) {
    return <RecordField {...props} fields={type.fields} value={value} after={clear} refusal={refusal} />;
  }
  return <JsonField {...shared} value={value} take={take} />;
}

/** What a new item is until somebody says otherwise; undefined for what only they can say. */
function firstOf(type: CwlType): Json | undefined {
  const core = withoutNull(type);
  switch (core.kind) {
    case 'enum':
      return core.symbols[0];
    case 'array':
      return [];
    case 'record':
      return {};
    case 'primitive':
      if (core.name === 'File' || core.name === 'Directory') {
        return { class: core.name, location: '' };
      }
      return core.name === 'string' ? '' : core.name === 'boolean' ? false : NUMBERS.includes(core.name) ? 0 : null;
    default:
      return null;
  }
}

/** The items of a list, each by its type. */
function ItemsField(props: Omit<IValueProps, 'value'> & { items: CwlType; value: Json[] | undefined; after: React.ReactNode; refusal: string | null }): JSX.Element {
  const { label, items, value = [], take, depth, after } = props;
  const { trans } = useInspecting();
  const [refusal, setRefusal] = React.useState<string | null>(null);
  const { root, focus } = useFocusRow();
  const change = (next: Json[], at: number): void => {
    focus(at);
    setRefusal(take(next));
  };
  return (
    <Field {...props} refusal={refusal ?? props.refusal}>
      {({ id, 'aria-describedby': described }) => (
        <div id={id} aria-describedby={described} ref={root} className="jp-DatalabsPipeline-list" role="group" aria-label={label}>
          {value.map((item, index) => {
            const what = trans.__('%1 %2', label, index + 1);
            return (
              <div key={index} className="jp-DatalabsPipeline-listRow" data-row="">
                <div className="jp-DatalabsPipeline-listItem">
                  <ValueField
                    label={what}
                    type={items}
                    value={item}
                    isItem
                    depth={depth + 1}
                    take={made => take(made === undefined ? value.filter((_, at) => at !== index) : value.map((other, at) => (at === index ? made : other)))}
                  />
                </div>
                <Moves
                  index={index}
                  count={value.length}
                  what={what}
                  onMove={to => change(moved(value, index, to), to)}
                  onRemove={() => change(value.filter((_, at) => at !== index), index)}
                />
              </div>
            );
          })}
          <div className="jp-DatalabsPipeline-fieldRow">
            <button type="button" className="jp-DatalabsButton" onClick={() => change([...value, firstOf(items) ?? null], value.length)}>
              {trans.__('Add')}
            </button>
            {after}
          </div>
        </div>
      )}
    </Field>
  );
}

/** The fields of a record, each by its type; one that is cleared is left out. */
function RecordField(props: Omit<IValueProps, 'value'> & { fields: readonly IRecordField[]; value: JsonMap | undefined; after: React.ReactNode; refusal: string | null }): JSX.Element {
  const { label, fields, value = {}, take, depth, after, refusal } = props;
  return (
    <Field {...props} refusal={refusal}>
      {({ id, 'aria-describedby': described }) => (
        <div id={id} aria-describedby={described} className="jp-DatalabsPipeline-typeNested" role="group" aria-label={label}>
          {fields.map(field => (
            <ValueField
              key={field.name}
              label={field.name}
              type={field.type}
              value={fieldValue(value, field.name)}
              depth={depth + 1}
              take={made => {
                const rest = Object.fromEntries(Object.entries(value).filter(([key]) => key !== field.name));
                const next = made === undefined ? rest : { ...value, [field.name]: made };
                return take(Object.keys(next).length > 0 ? next : undefined);
              }}
            />
          ))}
          {after}
        </div>
      )}
    </Field>
  );
}

const isPlace = (value: Json): boolean => isMap(value) && (value.class === 'File' || value.class === 'Directory') && (typeof value.location === 'string' || typeof value.path === 'string');

