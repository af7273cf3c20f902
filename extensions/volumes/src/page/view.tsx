import type { VolumeDetail } from '@jupyter-datalabs/hub-client';
import { ProblemView, sizeText, useSignal } from '@jupyter-datalabs/ui';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { countText, exactTime, keepsText } from '../words';
import { splitCitation } from './data-used';
import type { IVolumePage, PageModel } from './model';

export interface IPageActions {
  browse: (volume: VolumeDetail) => void;
  /** Null where nothing can mount. */
  mount: ((volume: VolumeDetail) => void) | null;
  insertDataUsed: (volume: VolumeDetail) => void;
  /** Resolves when the copy is open, or it was said why not. */
  openExample: (volume: VolumeDetail, path: string) => Promise<void>;
  copy: (text: string) => void;
}

/** What is known of a volume, and what can be done with it. */
export function PageView(props: { model: PageModel; actions: IPageActions; trans: TranslationBundle }): JSX.Element {
  const { model, trans } = props;
  useSignal(model.changed);
  const { state } = model;
  switch (state.kind) {
    case 'loading':
      return (
        <div className="jp-DatalabsVolumePage-sheet" role="status" aria-label={trans.__('Reading about the volume')}>
          {['jp-mod-title', '', '', 'jp-mod-short'].map((kind, i) => (
            <span key={i} className={`jp-DatalabsPreview-bone ${kind}`} aria-hidden="true" />
          ))}
        </div>
      );
    case 'failed':
      return (
        <div className="jp-DatalabsVolumePage-sheet">
          <ProblemView problem={state.problem} trans={trans} actions={[{ label: trans.__('Try again'), onClick: () => void model.load() }]} />
        </div>
      );
    case 'ready':
      return <Sheet page={state.value} actions={props.actions} trans={trans} />;
  }
}

function Sheet(props: { page: IVolumePage; actions: IPageActions; trans: TranslationBundle }): JSX.Element {
  const { page, actions, trans } = props;
  const { volume, mount } = page;
  // What is mounted may still be read while the hub finds it away.
  const usable = mount?.mounted ?? volume.available;
  return (
    <div className="jp-DatalabsVolumePage-sheet">
      <div>
        <h1 className="jp-DatalabsVolumePage-title">
          {volume.title}
        </h1>
        <p className="jp-DatalabsVolumePage-mission">
          {[volume.mission, volume.release].filter(Boolean).join(' · ')}
          {volume.simulated && <span className="jp-DatalabsVolumes-badge">{trans.__('simulated')}</span>}
        </p>
      </div>
      <State page={page} trans={trans} />
      <div className="jp-DatalabsVolumePage-actions">
        {mount && !mount.mounted && actions.mount && volume.available ? (
          <button type="button" className="jp-DatalabsButton" onClick={() => actions.mount?.(volume)}>
            {trans.__('Mount')}
          </button>
        ) : (
          <button type="button" className="jp-DatalabsButton" disabled={!usable} onClick={() => actions.browse(volume)}>
            {trans.__('Browse')}
          </button>
        )}
        <button type="button" className="jp-DatalabsButton" onClick={() => actions.insertDataUsed(volume)}>
          {trans.__('Insert “Data used” cell')}
        </button>
      </div>
      <p className="jp-DatalabsVolumePage-text">{volume.description || trans.__('Nobody has described it yet.')}</p>
      <Facts volume={volume} trans={trans} />
      <Citation volume={volume} actions={actions} trans={trans} />
      <Examples volume={volume} usable={usable} actions={actions} trans={trans} />
      <Tables volume={volume} copy={actions.copy} trans={trans} />
    </div>
  );
}

/** Whether it can be used, since when, and why not. */
function State(props: { page: IVolumePage; trans: TranslationBundle }): JSX.Element {
  const { trans, page } = props;
  const { volume, mount } = page;
  const words: Record<VolumeDetail['state'], string> = {
    ok: trans.__('Available'),
    slow: trans.__('Available, but slow'),
    unreachable: trans.__('Unreachable'),
    stale: trans.__('Cut off')
  };
  const lines = [volume.reason, mount && !mount.mounted ? (mount.why?.message ?? trans.__('It is not mounted in this session.')) : null, mount?.why?.action, !volume.available && mount?.mounted ? keepsText(trans) : null];
  return (
    <div className={`jp-DatalabsVolumePage-state jp-mod-${volume.available ? volume.state : 'unreachable'}`} role="status">
      <strong>{volume.available || volume.state !== 'ok' ? words[volume.state] : trans.__('Not available')}</strong>
      {volume.since && (
        <span> {trans.__('since %1', exactTime(Date.parse(volume.since)))}</span>
      )}
      {/* Hub and session may give the same reason. */}
      {[...new Set(lines.filter(Boolean))].map(line => (
        <p key={line}>{line}</p>
      ))}
    </div>
  );
}

function Facts(props: { volume: VolumeDetail; trans: TranslationBundle }): JSX.Element {
  const { volume, trans } = props;
  const { bytes, files } = volume.size ?? {};
  const parts = volume.allowed.filter(part => part !== '');
  const facts: [string, React.ReactNode][] = [
    [trans.__('Path'), <code key="path">{volume.path}</code>],
    [
      trans.__('Size'),
      [bytes !== undefined && sizeText(bytes), files !== undefined && trans._n('%1 file', '%1 files', files)].filter(Boolean).join(', ').replace(String(files), countText(files ?? 0))
    ],
    [trans.__('Licence'), volume.licence],
    [
      trans.__('Documentation'),
      volume.documentation && (
        <a key="link" href={volume.documentation} target="_blank" rel="noopener noreferrer">
          {volume.documentation}
        </a>
      )
    ],
    [trans.__('You may see'), volume.allowed.includes('') ? '' : list(parts)],
    [trans.__('Archive paths'), list(volume.roots ?? [])]
  ];
  return (
    <dl className="jp-DatalabsVolumePage-facts">
      {facts
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <React.Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </React.Fragment>
        ))}
    </dl>
  );
}

function list(items: readonly string[]): React.ReactNode {
  return (
    items.length > 0 && (
      <ul className="jp-DatalabsVolumePage-list">
        {items.map(item => (
          <li key={item}>
            <code>{item}</code>
          </li>
        ))}
      </ul>
    )
  );
}

function Citation(props: { volume: VolumeDetail; actions: IPageActions; trans: TranslationBundle }): JSX.Element | null {
  const { volume, actions, trans } = props;
  if (!volume.citation) {
    return null;
  }
  const { text, bibtex } = splitCitation(volume.citation);
  return (
    <section>
      <h2 className="jp-DatalabsVolumePage-heading">{trans.__('How to cite it')}</h2>
      {text && <p className="jp-DatalabsVolumePage-text">{text}</p>}
      {bibtex && (
        <pre className="jp-DatalabsVolumePage-bibtex" tabIndex={0} aria-label={trans.__('BibTeX')}>
          {bibtex}
        </pre>
      )}
      <div className="jp-DatalabsVolumePage-actions">
        {text && (
          <button type="button" className="jp-DatalabsButton" onClick={() => actions.copy(text)}>
            {trans.__('Copy citation')}
          </button>
        )}
        {bibtex && (
          <button type="button" className="jp-DatalabsButton" onClick={() => actions.copy(bibtex)}>
            {trans.__('Copy BibTeX')}
          </button>
        )}
      </div>
    </section>
  );
}

function Examples(props: { volume: VolumeDetail; usable: boolean; actions: IPageActions; trans: TranslationBundle }): JSX.Element | null {
  const { volume, usable, actions, trans } = props;
  const [copying, setCopying] = React.useState<string | null>(null);
  if (volume.examples.length === 0) {
    return null;
  }
  const open = async (path: string): Promise<void> => {
    setCopying(path);
    await actions.openExample(volume, path);
    setCopying(null);
  };
  return (
    <section>
      <h2 className="jp-DatalabsVolumePage-heading">{trans.__('Example notebooks')}</h2>
      <ul className="jp-DatalabsVolumePage-examples">
        {volume.examples.map(({ title, path, url }, i) => (
          <li key={i}>
            <span className="jp-DatalabsVolumePage-example">{title}</span>
            {path !== undefined ? (
              <button
                type="button"
                className="jp-DatalabsButton"
                disabled={!usable || copying !== null}
                aria-label={trans.__('Copy %1 to my workspace', title)}
                onClick={() => void open(path)}
              >
                {copying === path ? trans.__('Copying…') : trans.__('Copy to my workspace')}
              </button>
            ) : (
              <a href={url} target="_blank" rel="noopener noreferrer" aria-label={trans.__('Open %1 in a new tab', title)}>
                {trans.__('Open in a new tab')}
              </a>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Tables(props: { volume: VolumeDetail; copy: (text: string) => void; trans: TranslationBundle }): JSX.Element | null {
  const { volume, copy, trans } = props;
  return volume.tables.length === 0 ? null : (
    <section>
      <h2 className="jp-DatalabsVolumePage-heading">{trans.__('Query tables')}</h2>
      <ul className="jp-DatalabsVolumePage-examples">
        {volume.tables.map(({ service, table }) => (
          <li key={`${service} ${table}`}>
            <span className="jp-DatalabsVolumePage-example">
              <code>{table}</code>
              <span className="jp-DatalabsPreview-quiet"> {service}</span>
            </span>
            <button type="button" className="jp-DatalabsButton" aria-label={trans.__('Copy name of the table %1', table)} onClick={() => copy(table)}>
              {trans.__('Copy name')}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
