import type { Json } from '@jupyter-datalabs/cwl';
import * as React from 'react';
import { useInspecting } from '../context';
import { useDraft } from '../draft';
import type { IDraft } from '../draft';
import { draftKeys, Field, shorten, Value } from '../field';
import type { IFieldProps } from '../field';
import { isMap, listOf, readValue, writeValue } from '../values';
import { Code } from './code';
import type { FindWrong } from './code';
import type { Outcome } from './evaluate';
import { RUNTIME } from './sample';

/** Typing pauses so long before it is evaluated again, in ms. */
const PAUSE = 200;

export interface ISamples {
  inputs: { [id: string]: Json };
  /** Not given where there is no `self`. */
  self?: Json;
}

interface ITyped {
  text: string;
}

interface ITrialProps {
  text: string;
  typed: ITyped | null;
  samples: () => ISamples;
  findWrong: React.MutableRefObject<FindWrong>;
}

/** A text that may hold expressions, and what comes of it with samples. */
export function ExpressionField(props: IFieldProps & { value: string; take: (text: string) => string | null; samples: () => ISamples }): JSX.Element {
  const { value, take, samples, label } = props;
  const { editors, evaluator, isReadOnly, trans } = useInspecting();
  const fields = useDraft(value, take);
  /** New each time that the user types. */
  const [typed, setTyped] = React.useState<ITyped | null>(null);
  const draft: IDraft = {
    ...fields,
    change: text => {
      setTyped({ text });
      fields.change(text);
    }
  };
  const findWrong = React.useRef<FindWrong>(() => null);
  const note = draft.isOutdated ? trans.__('Changed by somebody else meanwhile: %1', shorten(value)) : null;
  const canTry = !!evaluator && /\$[({]/.test(draft.text);
  return (
    <>
      <Field {...props} refusal={draft.refusal} note={note}>
        {control =>
          isReadOnly ? (
            <Value control={control} text={value} />
          ) : editors ? (
            <Code draft={draft} label={label} editors={editors} described={control['aria-describedby']} isReadOnly={isReadOnly} findWrong={findWrong} />
          ) : (
            <textarea
              {...control}
              className="jp-DatalabsPipeline-fieldText jp-mod-code"
              rows={2}
              value={draft.text}
              onChange={event => draft.change(event.target.value)}
              {...draftKeys(draft, true)}
            />
          )
        }
      </Field>
      {canTry && <Trial text={draft.text} typed={typed} samples={samples} findWrong={findWrong} />}
    </>
  );
}

/**
 * Evaluates what was there when it was opened, what the user types and what is asked for: nothing of a document runs because it is looked
 * at, or because somebody else changes it.
 */
function Trial(props: ITrialProps): JSX.Element {
  const { trans } = useInspecting();
  const [isOpen, setOpen] = React.useState(false);
  return (
    <details className="jp-DatalabsPipeline-trial" open={isOpen} onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>{trans.__('Try it on samples')}</summary>
      {isOpen && <OpenTrial {...props} />}
    </details>
  );
}

function OpenTrial(props: ITrialProps): JSX.Element {
  const { text, typed, samples, findWrong } = props;
  const { evaluator, process, trans } = useInspecting();
  const [sample, setSample] = React.useState(() => writeValue({ ...samples() }));
  const [outcome, setOutcome] = React.useState<Outcome | null>(null);
  const id = React.useId();
  const library = React.useMemo(
    () =>
      [...process.requirements, ...process.hints]
        .filter(({ class: name }) => name === 'InlineJavascriptRequirement')
        .flatMap(({ value }) => listOf(value['expressionLib']).filter((one): one is string => typeof one === 'string')),
    [process]
  );
  const shown = JSON.stringify([text, library]);
  const [asked, setAsked] = React.useState(shown);
  const [seen, setSeen] = React.useState(typed);
  if (typed !== seen) {
    setSeen(typed);
    if (typed?.text === text) {
      setAsked(shown);
    }
  }
  const isAsked = asked === shown;
  React.useEffect(() => {
    if (!isAsked) {
      setOutcome(null);
      return undefined;
    }
    const [code, given] = JSON.parse(asked) as [string, string[]];
    let isWanted = true;
    const timer = setTimeout(() => {
      const read = readValue(sample);
      if ('error' in read || !isMap(read.value)) {
        setOutcome({ kind: 'error', message: trans.__('The samples are no map in JSON or YAML.'), offset: null });
        return;
      }
      const { inputs = {}, self = null, runtime = RUNTIME } = read.value;
      void evaluator!.evaluate(code, { inputs: plain(inputs), self: plain(self), runtime: plain(runtime) }, given).then(found => {
        if (isWanted && found) {
          const isSyntax = found.kind === 'error' && found.offset === null && found.message.startsWith('SyntaxError');
          setOutcome(isSyntax ? { ...found, offset: findWrong.current() } : found);
        }
      });
    }, PAUSE);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [asked, isAsked, sample, evaluator, findWrong, trans]);
  return (
    <>
      <label className="jp-DatalabsPipeline-fieldLabel" htmlFor={id}>
        {trans.__('Samples')}
      </label>
      <textarea id={id} className="jp-DatalabsPipeline-fieldText jp-mod-code" rows={6} spellCheck={false} value={sample} onChange={event => setSample(event.target.value)} />
      <div className={`jp-DatalabsPipeline-outcome jp-mod-${(isAsked && outcome?.kind) || 'none'}`} role="status" aria-live="polite">
        {!isAsked ? (
          <>
            {trans.__('The expression has changed.')}{' '}
            <button type="button" className="jp-DatalabsButton" onClick={() => setAsked(shown)}>
              {trans.__('Evaluate')}
            </button>
          </>
        ) : outcome === null ? trans.__('Evaluating') : outcome.kind === 'value' ? <Result json={outcome.json} /> : <Failure outcome={outcome} text={text} />}
      </div>
    </>
  );
}

/** With prototypes, as JavaScript has it. */
const plain = (value: Json): Json => JSON.parse(JSON.stringify(value)) as Json;

function Result(props: { json: string }): JSX.Element {
  const { trans } = useInspecting();
  return (
    <>
      <span className="jp-DatalabsPipeline-severity">{trans.__('Result')}</span>
      <pre>{props.json.length > 5000 ? `${props.json.slice(0, 5000)}…` : props.json}</pre>
    </>
  );
}

function Failure(props: { outcome: Outcome & { kind: 'error' }; text: string }): JSX.Element {
  const { outcome, text } = props;
  const { trans } = useInspecting();
  const before = outcome.offset === null ? null : text.slice(0, outcome.offset).split('\n');
  return (
    <>
      <span className="jp-DatalabsPipeline-severity">{trans.__('Error')}</span> {outcome.message}
      {before && <span className="jp-DatalabsPipeline-place"> {trans.__('Line %1, column %2', before.length, before.at(-1)!.length + 1)}</span>}
    </>
  );
}
