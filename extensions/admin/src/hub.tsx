import type { HubOverview, ListedVolume } from '@jupyter-datalabs/hub-client';
import { EmptyState, volumeIcon } from '@jupyter-datalabs/ui';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { missingIcon, okIcon, warningIcon } from './icons';
import type { AdminModel } from './model';
import { Section, Table, Told } from './parts';
import type { IColumn } from './parts';
import { Long } from './sessions';
import { duration, stateWord } from './words';

/** Archive volumes of all groups, and whether they are there. */
export function VolumesTab(props: { model: AdminModel; trans: TranslationBundle }): JSX.Element {
  const { model, trans } = props;
  const live = model.volumes;
  const columns: IColumn<ListedVolume>[] = [
    {
      id: 'title',
      label: trans.__('Volume'),
      width: '35%',
      cell: ({ title, name, simulated }) => (
        <>
          <Long text={title} />
          <span className="jp-DatalabsAdmin-detail">
            {name}
            {simulated && `, ${trans.__('simulated')}`}
          </span>
        </>
      )
    },
    {
      id: 'state',
      label: trans.__('State'),
      cell: ({ available, reason }) =>
        available ? (
          <Told icon={okIcon} text={trans.__('Available')} />
        ) : (
          <Told icon={missingIcon} text={trans.__('Not available')} detail={reason ?? trans.__('The hub gives no reason.')} tone="warning" />
        )
    },
    { id: 'groups', label: trans.__('Who sees it'), width: '25%', cell: ({ groups }) => <Long text={groups.length === 0 ? trans.__('Everybody') : groups.join(', ')} /> }
  ];
  return (
    <Section live={live} trans={trans}>
      {live.data?.length === 0 ? (
        <EmptyState icon={volumeIcon} title={trans.__('No archive volumes')} hint={trans.__('Volumes are named in volumes.yaml.')} />
      ) : (
        <Table label={trans.__('Archive volumes')} columns={columns} rows={live.data} keyOf={({ name }) => name} trans={trans} />
      )}
    </Section>
  );
}

/** What limits the hub, what it does, and what it is made of. */
export function HubTab(props: { model: AdminModel; trans: TranslationBundle }): JSX.Element {
  const { model, trans } = props;
  const live = model.overview;
  return (
    <Section live={live} trans={trans}>
      <Overview overview={live.data} trans={trans} />
    </Section>
  );
}

function Overview(props: { overview: HubOverview | null; trans: TranslationBundle }): JSX.Element {
  const { overview, trans } = props;
  const facts: { name: string; text: string | null }[] = overview
    ? [
        { name: trans.__('Hub'), text: trans.__('%1, with the API of JupyterHub %2', overview.version, overview.jupyterhub) },
        { name: trans.__('Running for'), text: duration(trans, overview.uptime_seconds) },
        { name: trans.__('Engine'), text: overview.engine ?? trans.__('Not known') },
        { name: trans.__('Proxy'), text: overview.proxy ? trans._n('%2, %1 route', '%2, %1 routes', overview.proxy.routes, overview.proxy.address) : trans.__('Does not answer') },
        { name: trans.__('Login'), text: overview.login ?? trans.__('Not known') },
        { name: trans.__('Users'), text: overview.users.toLocaleString() },
        {
          name: trans.__('Sessions'),
          text: (Object.keys(overview.sessions) as (keyof HubOverview['sessions'])[])
            .filter(state => overview.sessions[state] > 0)
            .map(state => `${stateWord(trans, state)}: ${overview.sessions[state].toLocaleString()}`)
            .join(', ') || trans.__('None')
        },
        { name: trans.__('Starts at the same time'), text: overview.max_starting?.toLocaleString() ?? trans.__('Not known') },
        ...overview.versions.map(({ name, version }) => ({ name, text: version ?? trans.__('Not found') }))
      ]
    : Array.from({ length: 8 }, (_, index) => ({ name: String(index), text: null }));
  return (
    <div className="jp-DatalabsAdmin-overview">
      {overview && overview.warnings.length > 0 && (
        <ul className="jp-DatalabsAdmin-warnings" aria-label={trans.__('Warnings')}>
          {overview.warnings.map(warning => (
            <li key={warning}>
              <Told icon={warningIcon} text={warning} tone="warning" />
            </li>
          ))}
        </ul>
      )}
      {overview && overview.warnings.length === 0 && <Told icon={okIcon} text={trans.__('Nothing limits this hub.')} />}
      <dl aria-label={trans.__('State and versions of the hub')} aria-busy={overview === null}>
        {facts.map(({ name, text }) => (
          <div key={name}>
            <dt>{text === null ? <span className="jp-DatalabsAdmin-bone" /> : name}</dt>
            <dd>{text ?? <span className="jp-DatalabsAdmin-bone" />}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
