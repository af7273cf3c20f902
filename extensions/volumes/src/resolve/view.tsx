import { ProblemView, volumeIcon } from '@jupyter-datalabs/ui';
import { MainAreaWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { caseSensitiveIcon, checkIcon, closeIcon, copyIcon, downloadIcon, infoIcon, ReactWidget, searchIcon, UseSignal } from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';
import { inputText, placeOf } from './model';
import type { Resolved, ResolveModel, ResolveState } from './model';

/** More rows than this help nobody; all their paths can still be copied. */
const MOST_SHOWN = 500;

export interface IResolveActions {
  copy(paths: string[]): void;
  /** Undefined where nothing offers it. */
  insert?: (place: { volume: string; path: string }) => void;
  preview?: (place: { volume: string; path: string }) => void;
}

function stateOf({ why: { code } }: Resolved, trans: TranslationBundle): { icon: LabIcon; label: string } {
  switch (code) {
    case 'ok':
      return { icon: checkIcon, label: trans.__('Here') };
    case 'not-mounted':
      return { icon: infoIcon, label: trans.__('Not mounted') };
    case 'not-there':
      return { icon: closeIcon, label: trans.__('Not there') };
    case 'not-hosted':
      return { icon: closeIcon, label: trans.__('Not hosted') };
    case 'not-indexed':
      return { icon: infoIcon, label: trans.__('Not listed') };
    case 'unreachable':
      return { icon: infoIcon, label: trans.__('No answer') };
    default:
      return { icon: closeIcon, label: trans.__('Not understood') };
  }
}

/** A line with blanks in it is seldom a name: an address made of it leads nowhere. */
const isSentence = (input: unknown): boolean => typeof input === 'string' && /\s/.test(input.trim());

function Row(props: { one: Resolved; mounting: string | null; model: ResolveModel; actions: IResolveActions; trans: TranslationBundle }): JSX.Element {
  const { one, mounting, model, actions, trans } = props;
  const { icon, label } = stateOf(one, trans);
  const place = placeOf(one);
  const name = inputText(one);
  const isHere = one.why.code === 'ok';
  const row = React.useRef<HTMLLIElement>(null);
  const hasMounted = React.useRef(false);
  React.useEffect(() => {
    // The button that was pressed has gone, and the focus with it, unless somebody has taken it elsewhere.
    if (mounting === null && hasMounted.current) {
      hasMounted.current = false;
      if (document.activeElement === document.body) {
        row.current?.querySelector<HTMLElement>('button, a')?.focus();
      }
    }
  });
  return (
    <li className="jp-DatalabsResolve-row" data-code={one.why.code} ref={row}>
      <span className="jp-DatalabsResolve-state">
        <icon.react tag="span" className="jp-DatalabsResolve-icon" width="14px" height="14px" />
        {label}
      </span>
      <span className="jp-DatalabsResolve-text">
        <code className="jp-DatalabsResolve-path" title={one.path ?? name}>
          {one.path !== null && one.exists ? one.path : name}
          {one.hdu === null ? '' : ` [${one.hdu}]`}
        </code>
        {isHere && !one.path?.endsWith(name) && <span className="jp-DatalabsResolve-why">{trans.__('For %1', name)}</span>}
        <span className="jp-DatalabsResolve-why">{one.why.message}</span>
      </span>
      <span className="jp-DatalabsResolve-actions">
        {one.why.code === 'not-mounted' && one.volume !== null && (
          <button
            className="jp-mod-styled jp-mod-accept"
            aria-label={trans.__('Mount %1', one.volume)}
            disabled={mounting !== null}
            onClick={() => {
              hasMounted.current = true;
              void model.mount(one.volume!);
            }}
          >
            {mounting === one.volume ? trans.__('Mounting…') : trans.__('Mount')}
          </button>
        )}
        {isHere && one.path !== null && (
          <button className="jp-mod-styled jp-mod-minimal" title={trans.__('Copy path')} aria-label={trans.__('Copy path of %1', name)} onClick={() => actions.copy([one.path!])}>
            <copyIcon.react tag="span" width="16px" height="16px" />
          </button>
        )}
        {isHere && place !== null && actions.insert && (
          <button className="jp-mod-styled jp-mod-minimal" title={trans.__('Insert path')} aria-label={trans.__('Insert path of %1', name)} onClick={() => actions.insert!(place)}>
            <caseSensitiveIcon.react tag="span" width="16px" height="16px" />
          </button>
        )}
        {isHere && place !== null && place.path !== '' && actions.preview && (
          <button className="jp-mod-styled jp-mod-minimal" title={trans.__('Preview')} aria-label={trans.__('Preview %1', name)} onClick={() => actions.preview!(place)}>
            <searchIcon.react tag="span" width="16px" height="16px" />
          </button>
        )}
        {!one.exists && one.fallbackUrl !== null && /^https?:/.test(one.fallbackUrl) && !isSentence(one.input) && (
          <a className="jp-DatalabsResolve-link" href={one.fallbackUrl} target="_blank" rel="noopener noreferrer" title={one.fallbackUrl} aria-label={trans.__('Download %1', name)}>
            <downloadIcon.react tag="span" width="16px" height="16px" />
            {trans.__('Download')}
          </a>
        )}
      </span>
    </li>
  );
}

function Results(props: { state: ResolveState; model: ResolveModel; actions: IResolveActions; trans: TranslationBundle }): JSX.Element | null {
  const { state, model, actions, trans } = props;
  if (state.kind === 'busy') {
    return <p role="status">{trans._n('Looking for %1 reference…', 'Looking for %1 references…', state.count)}</p>;
  }
  if (state.kind === 'failed') {
    return <ProblemView problem={state.problem} trans={trans} />;
  }
  if (state.kind === 'empty') {
    return null;
  }
  const { found, mounting, problem } = state;
  const here = found.filter(one => one.why.code === 'ok').flatMap(({ path }) => (path === null ? [] : [path]));
  const hidden = found.length - MOST_SHOWN;
  return (
    <section aria-label={trans.__('Results')} className="jp-DatalabsResolve-results">
      <div className="jp-DatalabsResolve-summary">
        <span role="status">{trans.__('%1 of %2 are here', here.length, found.length)}</span>
        {here.length > 1 && (
          <button className="jp-mod-styled" onClick={() => actions.copy(here)}>
            {trans.__('Copy %1 paths', here.length)}
          </button>
        )}
      </div>
      {problem && <ProblemView problem={problem} trans={trans} />}
      <ol className="jp-DatalabsResolve-list">
        {found.slice(0, MOST_SHOWN).map((one, index) => (
          <Row key={index} one={one} mounting={mounting} model={model} actions={actions} trans={trans} />
        ))}
      </ol>
      {hidden > 0 && <p>{trans._n('%1 more is not shown.', '%1 more are not shown.', hidden)}</p>}
    </section>
  );
}

export function ResolveView(props: { model: ResolveModel; actions: IResolveActions; trans: TranslationBundle }): JSX.Element {
  const { model, trans } = props;
  const [text, setText] = React.useState('');
  const isBusy = model.state.kind === 'busy';
  return (
    <div className="jp-DatalabsResolve">
      <form
        onSubmit={event => {
          event.preventDefault();
          void model.resolve(text);
        }}
      >
        <label>
          {trans.__('References, one a line, or a table with its column names')}
          <textarea
            className="jp-mod-styled"
            rows={6}
            spellCheck={false}
            value={text}
            aria-describedby="jp-DatalabsResolve-hint"
            onChange={event => setText(event.target.value)}
            onKeyDown={event => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
                event.preventDefault();
                void model.resolve(text);
              }
            }}
          />
        </label>
        <div className="jp-DatalabsResolve-bar">
          <span id="jp-DatalabsResolve-hint">{trans.__('File names, paths of the archive, access URLs, ivo ids, S3 addresses. Ctrl+Enter finds them.')}</span>
          <button type="submit" className="jp-mod-styled jp-mod-accept" disabled={isBusy || text.trim() === ''}>
            {trans.__('Find')}
          </button>
        </div>
      </form>
      <Results state={model.state} {...props} />
    </div>
  );
}

export class ResolveTab extends ReactWidget {
  constructor(
    private readonly _view: () => JSX.Element,
    private readonly _model: ResolveModel
  ) {
    super();
    this.addClass('jp-DatalabsResolve-tab');
  }

  /** Whether the next activation leads to what is typed: a click on a result is one, too. */
  wantsInput = false;

  protected override render(): JSX.Element {
    return <UseSignal signal={this._model.changed}>{this._view}</UseSignal>;
  }

  /** Whoever comes by the command has something to paste. */
  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    if (this.wantsInput) {
      this.wantsInput = false;
      void this.renderPromise?.then(() => this.node.querySelector('textarea')?.focus());
    }
  }
}

/** The tab in which references are resolved; it stays open beside the notebook that paths go into. */
export function resolveTab(options: { model: ResolveModel; actions: () => IResolveActions; trans: TranslationBundle }): MainAreaWidget<ResolveTab> {
  const { model, actions, trans } = options;
  const content = new ResolveTab(() => <ResolveView model={model} actions={actions()} trans={trans} />, model);
  const tab = new MainAreaWidget({ content });
  tab.toolbar.hide();
  tab.id = 'jp-datalabs-resolve';
  tab.title.label = trans.__('Archive references');
  tab.title.icon = volumeIcon;
  tab.title.closable = true;
  tab.disposed.connect(() => model.dispose());
  return tab;
}
