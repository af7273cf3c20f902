import type { DatalabSummary } from '@jupyter-datalabs/hub-client';
import type { TranslationBundle } from '@jupyterlab/translation';
import { StatusLine } from '@jupyter-datalabs/ui';
import * as React from 'react';
import type { IPipelineHost } from '../host';
import { relativeReference } from '../paths';
import { fileName, makeTool } from './add';
import { draftState, inputsOf, toolText, TYPES } from './draft';
import type { IToolDraft } from './draft';
import { parametersOf } from './notebook';

/** The same in all languages. */
const EXAMPLES = { image: 'docker.io/library/debian:12', command: 'grep -c {pattern:string} {file} > count.txt', outputs: 'result.fits *.png', name: 'count-lines.cwl' };

const EMPTY: Omit<IToolDraft, 'kind'> = { command: '', types: {}, outputs: '', image: '', notebook: null, datalab: null };

/** Makes a tool of little: asks for what it needs, shows what comes of it. */
export function TemplateForm(props: {
  kind: IToolDraft['kind'];
  host: IPipelineHost;
  trans: TranslationBundle;
  /** The new tool is added as a step. */
  canAdd: boolean;
  onClose: () => void;
  onMade: (path: string) => void;
}): JSX.Element {
  const { kind, host, trans, canAdd, onClose, onMade } = props;
  const [draft, setDraft] = React.useState<IToolDraft>({ ...EMPTY, kind });
  const [name, setName] = React.useState('');
  const [problem, setProblem] = React.useState('');
  const [note, setNote] = React.useState('');
  const [isBusy, setBusy] = React.useState(false);
  const form = React.useRef<HTMLFormElement>(null);
  const change = (next: Partial<IToolDraft>): void => setDraft(before => ({ ...before, ...next }));
  const prefix = React.useId();
  const state = draftState(draft);
  const inputs = inputsOf(draft);

  React.useEffect(() => form.current?.querySelector<HTMLElement>('input, textarea, select, button')?.focus(), []);

  const failed = (error: unknown): void => setProblem(error instanceof Error ? error.message : String(error));
  const chooseNotebook = async (): Promise<void> => {
    const path = await host.choose(trans.__('Choose a notebook'), { endings: ['.ipynb'] });
    if (path === null) {
      return;
    }
    try {
      const { content } = await host.contents.get(path, { type: 'notebook', content: true });
      const { hasCell, parameters, left } = parametersOf(content);
      const file = path.replace(/^.*\//, '');
      change({ notebook: { reference: relativeReference(host.path(), path), name: file, parameters } });
      setName(before => before || file.replace(/\.ipynb$/i, ''));
      setProblem('');
      setNote(
        !hasCell
          ? trans.__('No cell of %1 is tagged “parameters”: the tool has no inputs but the notebook.', file)
          : left.length > 0
            ? trans.__('No plain values, and so left as they are in the notebook: %1.', left.slice(0, 10).join(', '))
            : ''
      );
    } catch (error) {
      failed(error);
    }
  };
  const make = async (): Promise<void> => {
    setBusy(true);
    try {
      const result = await makeTool(host.contents, { beside: host.path(), name, text: toolText(draft) });
      if (result.ok) {
        onMade(result.path);
        return;
      }
      setProblem(
        result.why === 'taken' ? trans.__('There is a file %1 already. Choose another name.', fileName(name) ?? name) : trans.__('A file cannot have this name. Choose another one.')
      );
    } catch (error) {
      failed(error);
    }
    setBusy(false);
  };
  const lacks: Record<typeof state, string> = {
    ready: name.trim() ? '' : trans.__('Give the tool a name.'),
    broken: trans.__('A quote is not closed, or a redirection leads nowhere.'),
    command: trans.__('Write the command.'),
    image: trans.__('Name the image.'),
    notebook: trans.__('Choose the notebook.'),
    datalab: trans.__('Choose the datalab.')
  };
  const lack = lacks[state];

  return (
    <form
      ref={form}
      className="jp-DatalabsPalette-form"
      aria-label={trans.__('New tool')}
      onKeyDown={event => {
        event.stopPropagation();
        if (event.key === 'Escape') {
          onClose();
        }
      }}
      onSubmit={event => {
        event.preventDefault();
        if (!lack && !isBusy) {
          void make();
        }
      }}
    >
      {kind === 'notebook' && (
        <div className="jp-DatalabsPalette-field">
          <span>{draft.notebook?.name ?? trans.__('No notebook chosen')}</span>
          <button type="button" className="jp-DatalabsButton" onClick={() => void chooseNotebook()}>
            {trans.__('Choose notebook…')}
          </button>
        </div>
      )}
      {kind === 'datalab' && <DatalabField host={host} trans={trans} chosen={draft.datalab?.id ?? ''} onChoose={({ id, title, version }) => change({ datalab: { id, title, version } })} />}
      {kind === 'container' && (
        <label className="jp-DatalabsPalette-field">
          <span>{trans.__('Image')}</span>
          <input value={draft.image} placeholder={EXAMPLES.image} spellCheck={false} onChange={event => change({ image: event.target.value })} />
        </label>
      )}
      {kind !== 'notebook' && (
        <label className="jp-DatalabsPalette-field">
          <span>{trans.__('Command')}</span>
          <textarea
            rows={3}
            value={draft.command}
            spellCheck={false}
            placeholder={EXAMPLES.command}
            aria-describedby={`${prefix}help`}
            onChange={event => change({ command: event.target.value })}
          />
          <small id={`${prefix}help`}>{trans.__('Inputs are written {name}, <name> or {name:int}; > keeps what it prints.')}</small>
        </label>
      )}
      {inputs.length > 0 && (
        <fieldset className="jp-DatalabsPalette-inputs">
          <legend>{trans.__('Inputs')}</legend>
          {inputs.map(({ name: input, type }) => (
            <label key={input} className="jp-DatalabsPalette-input-row">
              <span>{input}</span>
              <select value={type} onChange={event => change({ types: { ...draft.types, [input]: event.target.value } })}>
                {[...new Set([...TYPES, type])].map(one => (
                  <option key={one}>{one}</option>
                ))}
              </select>
            </label>
          ))}
        </fieldset>
      )}
      <label className="jp-DatalabsPalette-field">
        <span>{trans.__('Files it makes')}</span>
        <input value={draft.outputs} placeholder={EXAMPLES.outputs} spellCheck={false} onChange={event => change({ outputs: event.target.value })} />
      </label>
      <label className="jp-DatalabsPalette-field">
        <span>{trans.__('Name of the new file')}</span>
        <input value={name} placeholder={EXAMPLES.name} spellCheck={false} onChange={event => setName(event.target.value)} />
      </label>
      {note && <StatusLine text={note} tone="warning" />}
      {state === 'ready' && (
        <details className="jp-DatalabsPalette-preview" open>
          <summary>{trans.__('Preview')}</summary>
          <pre tabIndex={0}>{toolText(draft)}</pre>
        </details>
      )}
      {problem && <p role="alert" className="jp-DatalabsPalette-problem">{problem}</p>}
      <div className="jp-DatalabsPalette-buttons">
        <button type="submit" className="jp-DatalabsButton jp-mod-accept" disabled={lack !== '' || isBusy} aria-describedby={`${prefix}lack`}>
          {canAdd ? trans.__('Make and add') : trans.__('Make')}
        </button>
        <button type="button" className="jp-DatalabsButton" onClick={onClose}>
          {trans.__('Cancel')}
        </button>
      </div>
      <small id={`${prefix}lack`} role="status">{lack}</small>
    </form>
  );
}

/** Which of the hub's datalabs has the program. */
function DatalabField(props: { host: IPipelineHost; trans: TranslationBundle; chosen: string; onChoose: (datalab: DatalabSummary) => void }): JSX.Element {
  const { host, trans, chosen, onChoose } = props;
  const [datalabs, setDatalabs] = React.useState<readonly DatalabSummary[] | null>(null);
  const [why, setWhy] = React.useState('');
  React.useEffect(() => {
    let isHere = true;
    const load = async (): Promise<void> => {
      await host.hub?.ready;
      const found = host.hub?.available ? (await host.hub.client.listDatalabs({})).datalabs : null;
      if (isHere) {
        setDatalabs(found ?? []);
        setWhy(found === null ? trans.__('This JupyterLab has no hub, and so no catalogue of datalabs.') : found.length === 0 ? trans.__('The catalogue has no datalabs.') : '');
      }
    };
    load().catch((error: unknown) => isHere && setWhy(error instanceof Error ? error.message : String(error)));
    return () => {
      isHere = false;
    };
  }, [host, trans]);
  if (why) {
    return <StatusLine text={why} tone="warning" />;
  }
  return (
    <label className="jp-DatalabsPalette-field">
      <span>{trans.__('Datalab')}</span>
      <select
        value={chosen}
        disabled={datalabs === null}
        onChange={event => {
          const datalab = datalabs?.find(({ id }) => id === event.target.value);
          if (datalab) {
            onChoose(datalab);
          }
        }}
      >
        <option value="">{datalabs === null ? trans.__('Loading…') : trans.__('Choose…')}</option>
        {datalabs?.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}
