import type { DatalabSummary, IHub, Volume } from '@jupyter-datalabs/hub-client';
import { EmptyState, ProblemView, StatusLine, volumeIcon } from '@jupyter-datalabs/ui';
import { Dialog, ReactWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { HTMLSelect, infoIcon, UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';
import { StartChoice } from './start-choice';
import { HOME_DATALAB } from './tokens';

/** Of more volumes than this, one is looked for by name. */
const FILTER_FROM = 10;

/** The choice, as it is started. */
export interface IStart {
  datalab: string;
  session: string;
  volumes?: string[];
}

/** Asks how a datalab shall start. `start` is called while the click still counts as one: the browser lets it open a tab. */
export async function startWith(options: { hub: IHub; datalabs: readonly DatalabSummary[]; datalab?: DatalabSummary; trans: TranslationBundle; start: (what: IStart) => void }): Promise<void> {
  const { hub, datalabs, datalab, trans, start } = options;
  const first = datalab ?? datalabs[0];
  if (!first) {
    return;
  }
  const choice = new StartChoice({ hub, datalab: first });
  const body = ReactWidget.create(
    <UseSignal signal={choice.changed}>{() => <StartFields choice={choice} datalabs={datalab ? [] : datalabs} trans={trans} />}</UseSignal>
  );
  body.addClass('jp-DatalabsStartWith');
  const dialog = new StartDialog(
    {
      title: datalab ? trans.__('Start %1 with…', datalab.title) : trans.__('Start a datalab with…'),
      body,
      buttons: [Dialog.cancelButton(), Dialog.okButton({ label: trans.__('Start') })],
      defaultButton: 1,
      focusNodeSelector: 'select, input'
    },
    () => {
      if (choice.nameProblem) {
        body.node.querySelector<HTMLElement>('.jp-DatalabsStartWith-name input')?.focus();
        return false;
      }
      const { chosen } = choice;
      start({ datalab: choice.datalab.id, session: choice.name, ...(chosen && { volumes: chosen }) });
      return true;
    }
  );
  dialog.addClass('jp-DatalabsStartWithDialog');
  try {
    await dialog.launch();
  } finally {
    choice.dispose();
  }
}

class StartDialog extends Dialog<unknown> {
  constructor(
    options: Partial<Dialog.IOptions<unknown>>,
    private readonly _submit: () => boolean
  ) {
    super(options);
  }

  override resolve(index = 1): void {
    if (index === 0 || this._submit()) {
      super.resolve(index);
    }
  }

  /** Enter presses the buttons of the body, too: a dialog takes it from them otherwise. */
  protected override _evtKeydown(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || !(event.target as Element).closest('.jp-Dialog-body :is(button, summary)')) {
      super._evtKeydown(event);
    }
  }
}

export function StartFields(props: { choice: StartChoice; datalabs: readonly DatalabSummary[]; trans: TranslationBundle }): JSX.Element {
  const { choice, datalabs, trans } = props;
  const prefix = React.useId();
  const { nameProblem, name } = choice;
  return (
    <>
      {datalabs.length > 0 && (
        <div className="jp-DatalabsStartWith-field">
          <label htmlFor={`${prefix}-datalab`}>{trans.__('Datalab')}</label>
          <HTMLSelect
            id={`${prefix}-datalab`}
            value={choice.datalab.id}
            options={datalabs.map(({ id, title }) => ({ value: id, label: title }))}
            onChange={event => (choice.datalab = datalabs.find(({ id }) => id === event.target.value) ?? choice.datalab)}
          />
        </div>
      )}
      <div className="jp-DatalabsStartWith-field jp-DatalabsStartWith-name">
        <label htmlFor={`${prefix}-name`}>{trans.__('Session name')}</label>
        <input
          id={`${prefix}-name`}
          className="jp-mod-styled"
          spellCheck={false}
          autoComplete="off"
          maxLength={63}
          placeholder={choice.datalab.id === HOME_DATALAB ? trans.__('Home') : undefined}
          value={name}
          aria-invalid={nameProblem !== null}
          aria-describedby={`${prefix}-hint`}
          onChange={event => (choice.name = event.target.value)}
        />
        <span id={`${prefix}-hint`} className={nameProblem ? 'jp-DatalabsStartWith-error' : 'jp-DatalabsStartWith-hint'} role={nameProblem ? 'alert' : undefined}>
          {nameProblem === 'taken'
            ? trans.__('This session runs already: give another name, or open it from its card.')
            : nameProblem === 'form'
              ? trans.__('Use lower case letters, digits and hyphens, the first one no hyphen.')
              : trans.__('Sessions of one datalab with different names run side by side.')}
        </span>
      </div>
      <VolumeChoice choice={choice} trans={trans} />
    </>
  );
}

function VolumeChoice(props: { choice: StartChoice; trans: TranslationBundle }): JSX.Element {
  const { choice, trans } = props;
  const { volumes, problem } = choice;
  const [filter, setFilter] = React.useState('');
  if (problem) {
    return (
      <>
        <ProblemView problem={problem} trans={trans} actions={[{ label: trans.__('Try again'), onClick: () => void choice.load() }]} />
        <p className="jp-DatalabsStartWith-hint">{trans.__('Started now, it has all volumes that you may see.')}</p>
      </>
    );
  }
  if (!volumes) {
    return <StatusLine tone="busy" text={trans.__('Reading the list of volumes')} />;
  }
  if (volumes.length === 0) {
    return <EmptyState icon={volumeIcon} title={trans.__('No archive volumes')} hint={trans.__('There is none that you may see. The session starts without.')} />;
  }
  const wanted = filter.trim().toLowerCase();
  const shown = volumes.filter(({ name, title, mission, release = '' }) => `${title} ${name} ${mission} ${release}`.toLowerCase().includes(wanted));
  const count = choice.chosen?.length ?? volumes.length;
  return (
    <fieldset className="jp-DatalabsStartWith-volumes">
      <legend>{trans.__('Volumes')}</legend>
      {volumes.length > FILTER_FROM && (
        <input
          type="search"
          className="jp-mod-styled"
          aria-label={trans.__('Filter volumes')}
          placeholder={trans.__('Filter by title, name or mission')}
          value={filter}
          onChange={event => setFilter(event.target.value)}
        />
      )}
      <label className="jp-DatalabsStartWith-all">
        <input
          type="checkbox"
          checked={choice.chosen === undefined}
          ref={node => node && (node.indeterminate = count > 0 && count < volumes.length)}
          onChange={event => choice.chooseAll(event.target.checked)}
        />
        {trans._n('The one volume there is', 'All %1 volumes', volumes.length)}
      </label>
      <ul aria-label={trans.__('Volumes of the session')}>
        {shown.map(volume => (
          <VolumeRow key={volume.name} volume={volume} choice={choice} trans={trans} />
        ))}
      </ul>
      {shown.length === 0 && <p className="jp-DatalabsStartWith-hint">{trans.__('No volume fits "%1".', filter.trim())}</p>}
      <p className="jp-DatalabsStartWith-hint" role="status">
        {choice.chosen === undefined
          ? trans.__('All that you may see when it starts.')
          : count === 0
            ? trans.__('None: volumes can be mounted later.')
            : trans.__('%1 of %2 chosen. Others can be mounted later.', count, volumes.length)}
      </p>
    </fieldset>
  );
}

function VolumeRow(props: { volume: Volume; choice: StartChoice; trans: TranslationBundle }): JSX.Element {
  const { volume, choice, trans } = props;
  const { name, title, mission, release, available, reason } = volume;
  const id = React.useId();
  const state = stateText(volume, trans);
  const note = !available && choice.has(name) ? trans.__('The session starts without it, unless it answers by then.') : null;
  return (
    <li>
      <label>
        <input type="checkbox" checked={choice.has(name)} aria-describedby={id} onChange={event => choice.choose(name, event.target.checked)} />
        <span className="jp-DatalabsStartWith-title">{title}</span>
      </label>
      <span id={id} className="jp-DatalabsStartWith-detail">
        <span>
          {[release ? `${mission} ${release}` : mission, name].join(' · ')}
          {volume.simulated && `, ${trans.__('simulated')}`}
        </span>
        <span className="jp-DatalabsStartWith-state">
          {volume.state !== 'ok' && <infoIcon.react tag="span" width="14px" height="14px" aria-hidden="true" />}
          <span>{[state, [reason, note].filter(Boolean).join(' ')].filter(Boolean).join('. ')}</span>
        </span>
      </span>
    </li>
  );
}

function stateText({ state, since }: Volume, trans: TranslationBundle): string {
  const word = { ok: trans.__('Available'), slow: trans.__('Slow'), unreachable: trans.__('Unreachable'), stale: trans.__('Cut off') }[state];
  return state === 'ok' || since === null ? word : trans.__('%1 since %2', word, new Date(since).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' }));
}
