import type { Json } from '@jupyter-datalabs/cwl';
import * as React from 'react';
import { useInspecting } from './context';
import { useDraft } from './draft';
import { draftKeys, Field, shorten, TextField, Value } from './field';
import type { IFieldProps } from './field';
import { readValue, textOf, writeValue } from './values';

const CLASS = 'jp-DatalabsPipeline-list';

/** A small button of a row; what it does and to what is said. */
export function RowButton(props: { sign: string; label: string; onClick: () => void; disabled?: boolean }): JSX.Element {
  return (
    <button type="button" className="jp-DatalabsPipeline-rowButton" aria-label={props.label} title={props.label} disabled={props.disabled} onClick={props.onClick}>
      <span aria-hidden="true">{props.sign}</span>
    </button>
  );
}

/** Puts the focus on a row once it is drawn: what had it has moved, or is gone. */
export function useFocusRow(): { root: React.RefObject<HTMLDivElement>; focus: (index: number) => void } {
  const root = React.useRef<HTMLDivElement>(null);
  const wanted = React.useRef<number | null>(null);
  React.useEffect(() => {
    if (wanted.current !== null && root.current) {
      const rows = root.current.querySelectorAll<HTMLElement>(':scope > [data-row]');
      const row = rows[Math.min(wanted.current, rows.length - 1)];
      (row?.querySelector<HTMLElement>('input, textarea, select, button:not(:disabled)') ?? root.current.querySelector<HTMLElement>('button'))?.focus();
      wanted.current = null;
    }
  });
  return {
    root,
    focus: index => {
      wanted.current = index;
    }
  };
}

/** The buttons of a row of a list whose order matters. */
export function Moves(props: { index: number; count: number; what: string; onMove: (to: number) => void; onRemove: () => void }): JSX.Element {
  const { index, count, what, onMove, onRemove } = props;
  const { trans } = useInspecting();
  return (
    <>
      <RowButton sign="↑" label={trans.__('Move %1 up', what)} disabled={index === 0} onClick={() => onMove(index - 1)} />
      <RowButton sign="↓" label={trans.__('Move %1 down', what)} disabled={index === count - 1} onClick={() => onMove(index + 1)} />
      <RowButton sign="×" label={trans.__('Remove %1', what)} onClick={onRemove} />
    </>
  );
}

export const moved = <T,>(items: readonly T[], from: number, to: number): T[] => {
  const rest = items.filter((_, index) => index !== from);
  return [...rest.slice(0, to), items[from]!, ...rest.slice(to)];
};

/** Texts in order; an item that is no text is edited as JSON or YAML. */
export function ListField(props: IFieldProps & { value: readonly Json[]; take: (value: Json[]) => string | null; add: string; isCode?: boolean }): JSX.Element {
  const { value, take, label, add, isCode } = props;
  const { isReadOnly, trans } = useInspecting();
  const [refusal, setRefusal] = React.useState<string | null>(null);
  const [isAdding, setAdding] = React.useState(false);
  const { root, focus } = useFocusRow();
  const change = (items: Json[], at: number): void => {
    focus(at);
    setRefusal(take(items));
  };
  return (
    <Field {...props} refusal={refusal}>
      {control =>
        isReadOnly ? (
          <Value control={control} text={value.map(textOf).join('\n')} />
        ) : (
          <div {...withoutInvalid(control)} ref={root} className={CLASS} role="group" aria-label={label}>
            {[...value, ...(isAdding ? [''] : [])].map((item, index) => {
              const isNew = index === value.length;
              const what = trans.__('%1 %2', label, index + 1);
              return (
                <div key={index} className={`${CLASS}Row`} data-row="">
                  <ItemInput
                    label={what}
                    value={item}
                    isNew={isNew}
                    isCode={isCode}
                    take={made => {
                      const refused = made === undefined ? null : take(isNew ? [...value, made] : value.map((other, at) => (at === index ? made : other)));
                      if (isNew && refused === null) {
                        setAdding(false);
                      }
                      return refused;
                    }}
                    onLeave={() => setAdding(false)}
                  />
                  {!isNew && (
                    <Moves
                      index={index}
                      count={value.length}
                      what={what}
                      onMove={to => change(moved(value, index, to), to)}
                      onRemove={() => change(value.filter((_, at) => at !== index), index)}
                    />
                  )}
                </div>
              );
            })}
            {!isAdding && (
              <button
                type="button"
                className="jp-DatalabsButton"
                onClick={() => {
                  setAdding(true);
                  focus(value.length);
                }}
              >
                {add}
              </button>
            )}
          </div>
        )
      }
    </Field>
  );
}

const withoutInvalid = ({ id, ...rest }: { id: string; 'aria-describedby': string | undefined; 'aria-invalid': true | undefined }): { id: string; 'aria-describedby': string | undefined } => ({
  id,
  'aria-describedby': rest['aria-describedby']
});

function ItemInput(props: { label: string; value: Json; isNew: boolean; isCode?: boolean; take: (value: Json | undefined) => string | null; onLeave: () => void }): JSX.Element {
  const { label, value, isNew, isCode, take, onLeave } = props;
  const isText = typeof value === 'string';
  const shown = isText ? value : writeValue(value);
  const draft = useDraft(shown, text => {
    if (isText) {
      return take(text);
    }
    const read = readValue(text);
    return 'error' in read ? read.error : take(read.value);
  });
  const isLong = !isText || shown.includes('\n');
  const keys = draftKeys(draft, isLong);
  const control = {
    'aria-label': label,
    'aria-invalid': draft.refusal !== null || undefined,
    title: draft.refusal ?? undefined,
    className: `jp-DatalabsPipeline-fieldText${isCode || !isText ? ' jp-mod-code' : ''}`,
    value: draft.text,
    onChange: (event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => draft.change(event.target.value),
    onKeyDown: (event: React.KeyboardEvent<HTMLElement>) => {
      keys.onKeyDown?.(event);
      if (event.key === 'Escape' && isNew) {
        onLeave();
      }
    },
    onBlur: () => {
      draft.commit();
      if (isNew && draft.text === shown) {
        onLeave();
      }
    }
  };
  return (
    <div className={`${CLASS}Item`}>
      {isLong ? <textarea {...control} rows={Math.min(6, draft.text.split('\n', 7).length)} /> : <input {...control} type="text" />}
      {draft.refusal && (
        <p className="jp-DatalabsPipeline-fieldRefusal" role="alert">
          {draft.refusal}
        </p>
      )}
    </div>
  );
}

/** Whatever has no form of its own, as JSON or YAML. */
export function JsonField(props: IFieldProps & { value: Json | undefined; take: (value: Json | undefined) => string | null }): JSX.Element {
  const { value, take } = props;
  const { trans } = useInspecting();
  return (
    <TextField
      {...props}
      isLong
      isCode
      value={writeValue(value)}
      placeholder={trans.__('JSON or YAML')}
      take={text => {
        const read = readValue(text);
        return 'error' in read ? trans.__('This is neither JSON nor YAML: %1', shorten(read.error)) : take(read.value);
      }}
    />
  );
}
