import type { HubOverview } from '@jupyter-datalabs/hub-client';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { okIcon, warningIcon } from './icons';
import type { AdminModel } from './model';
import { Section, Told } from './parts';
import { duration, stateWord } from './words';

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
