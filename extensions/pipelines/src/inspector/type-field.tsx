import type { CwlType, IRecordField, Json, PrimitiveName } from '@jupyter-datalabs/cwl';
import { typeText, writeType } from '@jupyter-datalabs/cwl';
import * as React from 'react';
import { freeName } from '../names';
import { useInspecting } from './context';
import { useDraft } from './draft';
import { draftKeys, Field, Value } from './field';
import { JsonField, RowButton } from './lists';
import { isPlainType, namesIn, partsOf, typeOf, unionOf, writtenType } from './types';

const CLASS = 'jp-DatalabsPipeline-type';
const SIMPLE: readonly PrimitiveName[] = ['File', 'Directory', 'string', 'boolean', 'int', 'long', 'float', 'double', 'Any'];
const STRING: CwlType = { kind: 'primitive', name: 'string' };
const MAX_LEVELS = 3;

/** A type, edited as one and written in its shortest form. */
export function TypeField(props: { value: Json; type: CwlType; take: (type: Json) => string | null; streams?: readonly PrimitiveName[] }): JSX.Element {
  const { value, type, take, streams = [] } = props;
  const { isReadOnly, process, trans } = useInspecting();
  const [refusal, setRefusal] = React.useState<string | null>(null);
  const names = React.useMemo(() => namesIn(process), [process]);
  const label = trans.__('Type');
  if (!isReadOnly && value !== null && !isPlainType(value)) {
    const hint = trans.__('%1. It says more than the form can show, and is edited as text.', typeText(type));
    return <JsonField label={label} name="type" hint={hint} value={value} take={made => (made === undefined ? trans.__('A type is needed.') : take(made))} />;
  }
  return (
    <Field label={label} name="type" refusal={refusal}>
      {control =>
        isReadOnly ? (
          <Value control={control} text={typeText(type)} />
        ) : (
          <TypeEditor
            id={control.id}
            described={control['aria-describedby']}
            label={label}
            type={value === null ? STRING : writtenType(value)}
            simple={[...SIMPLE, ...streams]}
            names={names}
            depth={0}
            onChange={changed => setRefusal(take(writeType(changed)))}
          />
        )
      }
    </Field>
  );
}

interface IEditorProps {
  id?: string;
  described?: string;
  label: string;
  type: CwlType;
  simple: readonly PrimitiveName[];
  names: readonly string[];
  depth: number;
  onChange: (type: CwlType) => void;
}

function TypeEditor(props: IEditorProps): JSX.Element {
  const { id, described, label, type, simple, names, depth, onChange } = props;
  const { trans } = useInspecting();
  const parts = partsOf(type);
  const { isOptional, levels, core } = parts;
  const set = (change: Partial<typeof parts>): void => onChange(typeOf({ ...parts, ...change }));
  const word = wordOf(core);
  const listId = React.useId();
  const structures = [
    { value: '=record', label: trans.__('Record') },
    { value: '=enum', label: trans.__('Enum') },
    { value: '=union', label: trans.__('One of several') },
    ...(core.kind === 'array' ? [{ value: '=array', label: trans.__('Named list') }] : [])
  ];
  const known = [...simple, ...names];
  return (
    <div className={CLASS} role="group" aria-label={label}>
      <div className={`${CLASS}Row`}>
        <select id={id} aria-label={label} aria-describedby={described} className="jp-DatalabsPipeline-fieldSelect" value={word} onChange={event => set({ core: coreOf(event.target.value, core) })}>
          {!word.startsWith('=') && !known.includes(word) && <option value={word}>{word || trans.__('Choose…')}</option>}
          <optgroup label={trans.__('Simple')}>
            {simple.map(name => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </optgroup>
          {names.length > 0 && (
            <optgroup label={trans.__('Defined here')}>
              {names.map(name => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </optgroup>
          )}
          <optgroup label={trans.__('Made of others')}>
            {structures.map(({ value, label: text }) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </optgroup>
        </select>
        <select
          id={listId}
          aria-label={trans.__('List')}
          title={trans.__('List')}
          className="jp-DatalabsPipeline-fieldSelect"
          value={levels}
          onChange={event => set({ levels: Number(event.target.value) })}
        >
          {Array.from({ length: Math.max(MAX_LEVELS, levels) + 1 }, (_, level) => (
            <option key={level} value={level}>
              {level === 0 ? trans.__('One') : level === 1 ? trans.__('List') : trans.__('List, %1 deep', level)}
            </option>
          ))}
        </select>
        <label className={`${CLASS}Check`}>
          <input type="checkbox" checked={isOptional} onChange={event => set({ isOptional: event.target.checked })} />
          {trans.__('Optional')}
        </label>
      </div>
      {core.kind === 'enum' && <Symbols symbols={core.symbols} onChange={symbols => set({ core: { ...core, symbols } })} />}
      {core.kind === 'record' && <RecordFields {...props} fields={core.fields} depth={depth + 1} onFields={fields => set({ core: { ...core, fields } })} />}
      {core.kind === 'union' && (
        <Alternatives {...props} types={core.types} depth={depth + 1} onTypes={types => set({ core: types.length === 1 ? types[0]! : { kind: 'union', types } })} />
      )}
      {core.kind === 'array' && (
        <div className={`${CLASS}Nested`}>
          <TypeEditor {...props} id={undefined} label={trans.__('Items')} type={core.items} depth={depth + 1} onChange={items => set({ core: { ...core, items } })} />
        </div>
      )}
    </div>
  );
}

function wordOf(type: CwlType): string {
  switch (type.kind) {
    case 'primitive':
      return type.name;
    case 'unknown':
      return type.text;
    default:
      return `=${type.kind}`;
  }
}

/** What is chosen, with as much as fits of what there was. */
function coreOf(word: string, before: CwlType): CwlType {
  switch (word) {
    case '=record':
      return { kind: 'record', name: null, fields: [{ name: 'field', type: before.kind === 'record' ? STRING : before, label: null, doc: null }] };
    case '=enum':
      return { kind: 'enum', name: null, symbols: ['a'] };
    case '=union':
      return { kind: 'union', types: [before, wordOf(before) === 'string' ? { kind: 'primitive', name: 'File' } : STRING] };
    default:
      return SIMPLE.includes(word as PrimitiveName) || ['stdin', 'stdout', 'stderr'].includes(word)
        ? { kind: 'primitive', name: word as PrimitiveName }
        : { kind: 'unknown', text: word };
  }
}

/** A word that is taken with Enter and when the focus goes. */
function Word(props: { label: string; value: string; take: (text: string) => string | null }): JSX.Element {
  const draft = useDraft(props.value, props.take);
  return (
    <>
      <input
        type="text"
        className="jp-DatalabsPipeline-fieldText"
        aria-label={props.label}
        aria-invalid={draft.refusal !== null || undefined}
        value={draft.text}
        onChange={event => draft.change(event.target.value)}
        {...draftKeys(draft, false)}
      />
      {draft.refusal && (
        <span className="jp-DatalabsPipeline-fieldRefusal" role="alert">
          {draft.refusal}
        </span>
      )}
    </>
  );
}

function Symbols(props: { symbols: readonly string[]; onChange: (symbols: string[]) => void }): JSX.Element {
  const { symbols, onChange } = props;
  const { trans } = useInspecting();
  return (
    <div className={`${CLASS}Nested`} role="group" aria-label={trans.__('Symbols')}>
      {symbols.map((symbol, index) => (
        <div key={index} className={`${CLASS}Row`}>
          <Word
            label={trans.__('Symbol %1', index + 1)}
            value={symbol}
            take={text => {
              if (text === '' || symbols.some((other, at) => at !== index && other === text)) {
                return trans.__('Each symbol is there once, and none is empty.');
              }
              onChange(symbols.map((other, at) => (at === index ? text : other)));
              return null;
            }}
          />
          <RowButton sign="×" label={trans.__('Remove symbol %1', symbol)} disabled={symbols.length === 1} onClick={() => onChange(symbols.filter((_, at) => at !== index))} />
        </div>
      ))}
      <button type="button" className="jp-DatalabsButton" onClick={() => onChange([...symbols, freeName('symbol', new Set(symbols))])}>
        {trans.__('Add symbol')}
      </button>
    </div>
  );
}

function RecordFields(props: IEditorProps & { fields: readonly IRecordField[]; onFields: (fields: IRecordField[]) => void }): JSX.Element {
  const { fields, onFields } = props;
  const { trans } = useInspecting();
  const names = fields.map(({ name }) => name);
  const replace = (index: number, change: Partial<IRecordField>): void => onFields(fields.map((field, at) => (at === index ? { ...field, ...change } : field)));
  return (
    <div className={`${CLASS}Nested`} role="group" aria-label={trans.__('Fields')}>
      {fields.map((field, index) => (
        <div key={index} className={`${CLASS}Part`}>
          <div className={`${CLASS}Row`}>
            <Word
              label={trans.__('Name of field %1', index + 1)}
              value={field.name}
              take={name => {
                if (name === '' || names.some((other, at) => at !== index && other === name)) {
                  return trans.__('Each field needs a name of its own.');
                }
                replace(index, { name });
                return null;
              }}
            />
            <RowButton sign="×" label={trans.__('Remove field %1', field.name)} onClick={() => onFields(fields.filter((_, at) => at !== index))} />
          </div>
          <TypeEditor {...props} id={undefined} label={trans.__('Type of %1', field.name)} type={field.type} onChange={type => replace(index, { type })} />
        </div>
      ))}
      <button type="button" className="jp-DatalabsButton" onClick={() => onFields([...fields, { name: freeName('field', new Set(names)), type: STRING, label: null, doc: null }])}>
        {trans.__('Add field')}
      </button>
    </div>
  );
}

function Alternatives(props: IEditorProps & { types: readonly CwlType[]; onTypes: (types: CwlType[]) => void }): JSX.Element {
  const { types, onTypes } = props;
  const { trans } = useInspecting();
  const set = (changed: readonly CwlType[]): void => {
    const flat = unionOf(changed);
    onTypes(flat.kind === 'union' ? flat.types : [flat]);
  };
  return (
    <div className={`${CLASS}Nested`} role="group" aria-label={trans.__('One of')}>
      {types.map((type, index) => (
        <div key={index} className={`${CLASS}Part`}>
          <TypeEditor {...props} id={undefined} label={trans.__('Type %1', index + 1)} type={type} onChange={changed => set(types.map((other, at) => (at === index ? changed : other)))} />
          <RowButton sign="×" label={trans.__('Remove type %1', typeText(type))} onClick={() => set(types.filter((_, at) => at !== index))} />
        </div>
      ))}
      <button type="button" className="jp-DatalabsButton" onClick={() => set([...types, types.some(type => wordOf(type) === 'string') ? { kind: 'primitive', name: 'int' } : STRING])}>
        {trans.__('Add type')}
      </button>
    </div>
  );
}
