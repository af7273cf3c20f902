import type { IProblem } from '@jupyter-datalabs/cwl';
import * as React from 'react';
import { pathOf } from '../files';
import { useInspecting } from './context';
import { useDraft } from './draft';
import type { IDraft } from './draft';

const CLASS = 'jp-DatalabsPipeline-field';
/** Longer values get an area of several lines. */
const LONG = 60;

export interface IFieldProps {
  label: string;
  /** A sentence on what it means. */
  hint?: string;
  /** As the standard calls it: problems stand at their field. */
  name?: string;
}

/** The attributes that tie a control to its label and to what is said of it. */
export interface IControlProps {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

/** A label, a control, and what is to be said of it. */
export function Field(props: IFieldProps & { refusal?: string | null; note?: string | null; isInline?: boolean; children: (control: IControlProps) => React.ReactNode }): JSX.Element {
  const { label, hint, name, refusal, note, isInline, children } = props;
  const { problems } = useInspecting();
  const id = React.useId();
  const own = name === undefined ? [] : (problems.get(name) ?? []);
  const said = [hint && `${id}-hint`, (refusal || note) && `${id}-refusal`, own.length > 0 && `${id}-problems`].filter(Boolean).join(' ');
  const isWrong = !!refusal || own.some(({ severity }) => severity === 'error');
  return (
    <div className={`${CLASS}${isInline ? ' jp-mod-inline' : ''}`} data-field={name}>
      <label className={`${CLASS}Label`} htmlFor={id}>
        {label}
      </label>
      {children({ id, 'aria-describedby': said || undefined, 'aria-invalid': isWrong || undefined })}
      {hint && (
        <p id={`${id}-hint`} className={`${CLASS}Hint`}>
          {hint}
        </p>
      )}
      {(refusal || note) && (
        <p id={`${id}-refusal`} className={refusal ? `${CLASS}Refusal` : `${CLASS}Note`} role="alert">
          {refusal ?? note}
        </p>
      )}
      {own.length > 0 && <Problems id={`${id}-problems`} problems={own} />}
    </div>
  );
}

/** Problems, each with what mends it. */
export function Problems(props: { problems: readonly IProblem[]; id?: string }): JSX.Element {
  const { hear, model, isReadOnly, trans } = useInspecting();
  const [refusal, setRefusal] = React.useState<string | null>(null);
  const words = { error: trans.__('Error'), warning: trans.__('Warning'), info: trans.__('Note') };
  return (
    <ul id={props.id} className="jp-DatalabsPipeline-problems">
      {props.problems.map((problem, index) => (
        <li key={`${problem.code} ${problem.range.from} ${index}`} className={`jp-mod-${problem.severity}`}>
          <span className="jp-DatalabsPipeline-severity">{words[problem.severity]}</span> <span>{problem.message}</span>
          {!isReadOnly &&
            problem.fixes.map(fix => (
              <button
                key={fix.label}
                type="button"
                className="jp-DatalabsButton"
                onClick={() => {
                  // What is shown may be older than the text, whose places have moved then.
                  const now = model.problems.find(({ code, message, node }) => code === problem.code && message === problem.message && node === problem.node);
                  const same = now?.fixes.find(({ label }) => label === fix.label);
                  if (same) {
                    setRefusal(hear(model.mend(same)));
                  }
                }}
              >
                {fix.label}
              </button>
            ))}
        </li>
      ))}
      {refusal && (
        <li className="jp-mod-error" role="alert">
          {refusal}
        </li>
      )}
    </ul>
  );
}

/** A way to the file in which something can be changed; nothing where there is none that can be opened. */
export function OpenButton(props: { uri: string | null }): JSX.Element | null {
  const { uri } = props;
  const { open, trans } = useInspecting();
  return uri !== null && open && pathOf(uri) !== null ? (
    <button type="button" className="jp-DatalabsButton" onClick={() => open(uri)}>
      {trans.__('Open')}
    </button>
  ) : null;
}

/** A value that cannot be changed here. */
export function Value(props: { control?: IControlProps; text: string }): JSX.Element {
  const { trans } = useInspecting();
  return (
    <output id={props.control?.id} aria-describedby={props.control?.['aria-describedby']} className={`${CLASS}Value`}>
      {props.text === '' ? <span className={`${CLASS}Empty`}>{trans.__('Not set')}</span> : props.text}
    </output>
  );
}

/** Takes what is typed with Enter and when the focus goes, and gives it up with Escape. */
export function draftKeys(draft: IDraft, isLong: boolean): Pick<React.TextareaHTMLAttributes<HTMLElement>, 'onBlur' | 'onKeyDown'> {
  return {
    onBlur: () => draft.commit(),
    onKeyDown: event => {
      if (event.nativeEvent.isComposing) {
        return;
      }
      // Of several lines, Enter begins another.
      if (event.key === 'Enter' && (!isLong || event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        draft.commit();
      } else if (event.key === 'Escape') {
        event.stopPropagation();
        draft.restore();
      }
    }
  };
}

export interface ITextProps extends IFieldProps {
  value: string;
  take: (text: string) => string | null;
  /** Of several lines. */
  isLong?: boolean;
  isCode?: boolean;
  placeholder?: string;
  options?: readonly string[];
  inputMode?: 'numeric' | 'decimal';
  after?: React.ReactNode;
}

/** A text. */
export function TextField(props: ITextProps): JSX.Element {
  const { value, take, isCode, placeholder, options, inputMode, after } = props;
  const { isReadOnly, trans } = useInspecting();
  const draft = useDraft(value, take);
  const list = React.useId();
  // Not while it is typed in, as another control would lose the focus.
  const isFocused = React.useRef(false);
  const wasLong = React.useRef(false);
  if (!isFocused.current) {
    wasLong.current = props.isLong ?? (value.length > LONG || value.includes('\n'));
  }
  const isLong = wasLong.current;
  const note = draft.isOutdated ? trans.__('Changed by somebody else meanwhile: %1', shorten(value)) : null;
  const keys = draftKeys(draft, isLong);
  const shared = {
    className: `${CLASS}Text${isCode ? ' jp-mod-code' : ''}`,
    value: draft.text,
    placeholder,
    spellCheck: isCode ? false : undefined,
    onChange: (event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => draft.change(event.target.value),
    ...keys,
    onFocus: () => {
      isFocused.current = true;
    },
    onBlur: (event: React.FocusEvent<HTMLElement>) => {
      isFocused.current = false;
      keys.onBlur?.(event);
    }
  };
  return (
    <Field {...props} refusal={draft.refusal} note={note}>
      {control =>
        isReadOnly ? (
          <Value control={control} text={value} />
        ) : (
          <div className={`${CLASS}Row`}>
            {isLong ? (
              <textarea {...control} {...shared} rows={Math.min(8, Math.max(2, draft.text.split('\n', 9).length))} />
            ) : (
              <input {...control} {...shared} type="text" inputMode={inputMode} list={options ? list : undefined} />
            )}
            {options && (
              <datalist id={list}>
                {options.map(option => (
                  <option key={option} value={option} />
                ))}
              </datalist>
            )}
            {after}
          </div>
        )
      }
    </Field>
  );
}

export const shorten = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);

/** One of several words. What is there and is none of them can stay. */
export function SelectField(props: IFieldProps & { value: string; options: readonly { value: string; label: string }[]; take: (value: string) => string | null; isInline?: boolean }): JSX.Element {
  const { value, options, take } = props;
  const { isReadOnly } = useInspecting();
  const [refusal, setRefusal] = React.useState<string | null>(null);
  const all = options.some(option => option.value === value) ? options : [{ value, label: shorten(value) }, ...options];
  return (
    <Field {...props} refusal={refusal}>
      {control =>
        isReadOnly ? (
          <Value control={control} text={all.find(option => option.value === value)!.label} />
        ) : (
          <select {...control} className={`${CLASS}Select`} value={value} onChange={event => setRefusal(take(event.target.value))}>
            {all.map(option => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </select>
        )
      }
    </Field>
  );
}

/** Yes or no. */
export function CheckField(props: IFieldProps & { value: boolean; take: (value: boolean) => string | null }): JSX.Element {
  const { value, take } = props;
  const { isReadOnly, trans } = useInspecting();
  const [refusal, setRefusal] = React.useState<string | null>(null);
  return (
    <Field {...props} refusal={refusal} isInline>
      {control =>
        isReadOnly ? (
          <Value control={control} text={value ? trans.__('Yes') : trans.__('No')} />
        ) : (
          <input {...control} type="checkbox" checked={value} onChange={event => setRefusal(take(event.target.checked))} />
        )
      }
    </Field>
  );
}

/** Fields of one kind under a heading, which folds. */
export function Section(props: { title: string; count?: number; isOpen?: boolean; children: React.ReactNode }): JSX.Element {
  const { title, count, children } = props;
  const [isOpen, setOpen] = React.useState(props.isOpen ?? true);
  const [wasOpen, setWasOpen] = React.useState(props.isOpen);
  // It opens when something comes into it, and never closes by itself.
  if (wasOpen !== props.isOpen) {
    setWasOpen(props.isOpen);
    setOpen(isOpen || !!props.isOpen);
  }
  return (
    <details className="jp-DatalabsPipeline-section" open={isOpen} onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>
        {title}
        {count !== undefined && <span className="jp-DatalabsPipeline-count">{count}</span>}
      </summary>
      {isOpen && <div className="jp-DatalabsPipeline-sectionBody">{children}</div>}
    </details>
  );
}
