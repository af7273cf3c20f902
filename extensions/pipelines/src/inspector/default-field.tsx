import type { CwlType, Json } from '@jupyter-datalabs/cwl';
import { withoutNull } from '@jupyter-datalabs/cwl';
import * as React from 'react';
import { useInspecting } from './context';
import { SelectField, TextField } from './field';
import { JsonField } from './lists';
import { fieldValue, isMap, textOf } from './values';

const NUMBERS = ['int', 'long', 'float', 'double'];
const NONE = '=none';

/** A default, edited by its type; as JSON or YAML where that says nothing, or where it is something else. */
export function DefaultField(props: { type: CwlType | null; value: Json | undefined; take: (value: Json | undefined) => string | null }): JSX.Element {
  const { value, take } = props;
  const { choose, isReadOnly, trans } = useInspecting();
  const type = props.type && withoutNull(props.type);
  const label = trans.__('Default');
  const shared = { label, name: 'default' };
  const [refusal, setRefusal] = React.useState<string | null>(null);
  const clear =
    value !== undefined && !isReadOnly ? (
      <button type="button" className="jp-DatalabsButton" onClick={() => setRefusal(take(undefined))}>
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
  return <JsonField {...shared} value={value} take={take} />;
}

const isPlace = (value: Json): boolean => isMap(value) && (value.class === 'File' || value.class === 'Directory') && (typeof value.location === 'string' || typeof value.path === 'string');

