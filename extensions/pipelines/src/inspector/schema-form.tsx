import type { FieldType, IField, Json } from '@jupyter-datalabs/cwl';
import { fieldsOf, symbolsOf } from '@jupyter-datalabs/cwl';
import * as React from 'react';
import { useInspecting } from './context';
import { ExpressionField } from './expressions/field';
import type { ISamples } from './expressions/field';
import { SelectField, TextField } from './field';
import { JsonField, ListField } from './lists';
import { readNumber, textOf } from './values';
import type { JsonMap } from './values';

const NONE = '=none';

/** The fields of a record of the schema, each by its kind. */
export function SchemaForm(props: {
  record: string;
  value: JsonMap;
  take: (field: string, value: Json | undefined) => string | null;
  samples: () => ISamples;
  /** Those shown elsewhere. */
  besides?: readonly string[];
}): JSX.Element {
  const { record, value, take, samples, besides = [] } = props;
  const { version, isReadOnly } = useInspecting();
  const known = [...fieldsOf(record, version).values()].filter(({ name }) => name !== 'class' && !besides.includes(name));
  const names = new Set([...known.map(({ name }) => name), 'class', ...besides]);
  const others = Object.keys(value).filter(name => !names.has(name));
  return (
    <>
      {known
        .filter(({ name }) => !isReadOnly || Object.hasOwn(value, name))
        .map(field => (
          <SchemaField key={field.name} field={field} value={Object.hasOwn(value, field.name) ? value[field.name] : undefined} take={made => take(field.name, made)} samples={samples} />
        ))}
      {others.map(name => (
        <JsonField key={name} label={name} value={value[name]} take={made => take(name, made)} />
      ))}
    </>
  );
}

/** `coresMin` as people say it. */
const labelOf = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1).replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`);

function SchemaField(props: { field: IField; value: Json | undefined; take: (value: Json | undefined) => string | null; samples: () => ISamples }): JSX.Element {
  const { field, value, take, samples } = props;
  const { trans, version } = useInspecting();
  const shared = { label: labelOf(field.name), name: field.name };
  const names = new Set(field.types.flatMap(type => (type.kind === 'name' ? [type.name] : [])));
  const has = (...wanted: string[]): boolean => wanted.some(name => names.has(name));
  const symbols = [...names].flatMap(name => symbolsOf(name, version) ?? []);
  const isSimple = value === undefined || typeof value !== 'object';
  if (symbols.length > 0 && isSimple) {
    const options = [{ value: NONE, label: trans.__('Not set') }, ...symbols.map(symbol => ({ value: symbol, label: symbol }))];
    return <SelectField {...shared} value={value === undefined ? NONE : textOf(value)} options={options} take={text => take(text === NONE ? undefined : text)} />;
  }
  if (has('boolean') && (value === undefined || typeof value === 'boolean')) {
    const options = [
      { value: NONE, label: trans.__('Not set') },
      { value: 'true', label: trans.__('Yes') },
      { value: 'false', label: trans.__('No') }
    ];
    return <SelectField {...shared} value={value === undefined ? NONE : String(value)} options={options} take={text => take(text === NONE ? undefined : text === 'true')} />;
  }
  if (has('int', 'long', 'float', 'double') && isSimple) {
    return <TextField {...shared} value={textOf(value)} inputMode={has('Expression') ? undefined : 'decimal'} take={text => take(text === '' ? undefined : readNumber(text))} />;
  }
  const texts = field.types.some(isListOfTexts);
  if (texts && (Array.isArray(value) || !has('string', 'Expression'))) {
    return <ListField {...shared} value={Array.isArray(value) ? value : value === undefined ? [] : [value]} add={trans.__('Add')} take={items => take(items.length > 0 ? items : undefined)} />;
  }
  if (has('Expression') && isSimple) {
    return <ExpressionField {...shared} value={textOf(value)} take={text => take(text === '' ? undefined : text)} samples={samples} />;
  }
  if (has('string') && isSimple) {
    return <TextField {...shared} value={textOf(value)} take={text => take(text === '' ? undefined : text)} />;
  }
  return <JsonField {...shared} value={value} take={take} />;
}

const isListOfTexts = (type: FieldType): boolean => type.kind === 'array' && type.items.some(item => item.kind === 'name' && item.name === 'string');
