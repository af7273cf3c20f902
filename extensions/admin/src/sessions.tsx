import type { OwnedSession, SessionState } from '@jupyter-datalabs/hub-client';
import { datalabIcon, EmptyState, IconButton, iconOfKind } from '@jupyter-datalabs/ui';
import type { TranslationBundle } from '@jupyterlab/translation';
import { HTMLSelect, stopIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { askStop, showTimeline } from './dialogs';
import { historyIcon, stateIcons } from './icons';
import type { AdminModel } from './model';
import { Ago, Pager, Search, Section, Table, Told } from './parts';
import type { IColumn } from './parts';
import { amountText, sessionTitle, stateWord } from './words';

/** Room for "59 minutes ago". */
export const TIME = '128px';

const STATES: readonly SessionState[] = ['queued', 'starting', 'ready', 'stopping', 'failed'];

/** One that has ended has nothing to stop, unless the hub could not end it. */
export function canStop({ state, failure }: OwnedSession): boolean {
  return (state !== 'failed' && state !== 'stopped') || failure?.code === 'engine-down';
}

export function nameColumn(trans: TranslationBundle, sort?: string): IColumn<OwnedSession> {
  return {
    id: 'title',
    label: trans.__('Datalab'),
    sort,
    width: '20%',
    cell: session => {
      const Icon = iconOfKind(session.kind);
      return (
        <span className="jp-DatalabsAdmin-told" title={sessionTitle(session)}>
          <Icon.react tag="span" width="16px" height="16px" aria-hidden="true" />
          <span className="jp-DatalabsAdmin-long">{sessionTitle(session)}</span>
        </span>
      );
    }
  };
}

export function ownerColumn(trans: TranslationBundle, sort?: string): IColumn<OwnedSession> {
  return { id: 'owner', label: trans.__('Owner'), sort, width: '16%', cell: ({ owner }) => <Long text={owner} /> };
}

export function Long(props: { text: string }): JSX.Element {
  return (
    <span className="jp-DatalabsAdmin-long" title={props.text}>
      {props.text}
    </span>
  );
}

/** What all users run. */
export function SessionsTab(props: { model: AdminModel; trans: TranslationBundle }): JSX.Element {
  const { model, trans } = props;
  const live = model.sessions;
  const { query, data } = live;
  const filtered = query.search !== '' || query.state !== '';
  const columns: IColumn<OwnedSession>[] = [
    ownerColumn(trans, 'owner'),
    nameColumn(trans, 'title'),
    {
      id: 'state',
      label: trans.__('State'),
      sort: 'state',
      cell: session => (
        <Told
          icon={stateIcons[session.state]}
          text={stateWord(trans, session.state)}
          tone={session.state === 'failed' ? 'warning' : undefined}
          clamped
          detail={session.failure ? session.failure.detail : session.place ? trans.__('Place %1 of %2', session.place.place, session.place.of) : null}
        />
      )
    },
    { id: 'requested', label: trans.__('Started'), sort: 'requested', width: TIME, cell: ({ requested }) => <Ago at={requested} none="" /> },
    { id: 'activity', label: trans.__('Last activity'), sort: 'last_activity', width: TIME, cell: ({ last_activity: at }) => <Ago at={at} none={trans.__('None yet')} /> },
    {
      id: 'resources',
      label: trans.__('May use'),
      width: '112px',
      cell: ({ resources }) => (resources ? <span title={trans.__('At most, by its datalab')}>{trans.__('%1 CPU, %2', resources.cpu, amountText(resources.memory))}</span> : null)
    },
    {
      id: 'actions',
      label: trans.__('Actions'),
      actions: true,
      width: '72px',
      cell: session => {
        const what = trans.__('%1 of %2', sessionTitle(session), session.owner);
        return (
          <span className="jp-DatalabsAdmin-actions">
            <IconButton icon={historyIcon} label={trans.__('Show how %1 started', what)} onClick={() => showTimeline(model, session, trans)} />
            <IconButton
              icon={stopIcon}
              label={session.state === 'stopping' ? trans.__('End %1 at once', what) : trans.__('Stop %1', what)}
              disabled={!canStop(session)}
              onClick={() => void askStop(model, session, trans)}
            />
          </span>
        );
      }
    }
  ];
  return (
    <Section
      live={live}
      trans={trans}
      bar={
        <>
          <Search
            label={trans.__('Search sessions')}
            placeholder={trans.__('Owner, session or datalab')}
            value={query.search}
            onChange={search => live.ask({ search, offset: 0 }, { typing: true })}
          />
          <HTMLSelect
            className="jp-DatalabsAdmin-select"
            aria-label={trans.__('State')}
            value={query.state}
            options={[{ value: '', label: trans.__('All states') }, ...STATES.map(state => ({ value: state, label: stateWord(trans, state) }))]}
            onChange={event => live.ask({ state: event.target.value as SessionState | '', offset: 0 })}
          />
          {data && <Pager offset={query.offset} total={data.total} onOffset={offset => live.ask({ offset })} trans={trans} />}
        </>
      }
    >
      {data && data.items.length === 0 ? (
        filtered || query.offset > 0 ? (
          <EmptyState
            icon={datalabIcon}
            title={trans.__('No session fits')}
            action={{ label: trans.__('Show all'), onClick: () => live.ask({ search: '', state: '', offset: 0 }) }}
          />
        ) : (
          <EmptyState icon={datalabIcon} title={trans.__('Nobody runs anything')} hint={trans.__('Sessions of all users appear here as soon as they are started.')} />
        )
      ) : (
        <Table
          label={trans.__('Sessions of all users')}
          columns={columns}
          rows={data?.items ?? null}
          keyOf={({ owner, name }) => `${owner}/${name}`}
          sort={query.sort}
          onSort={sort => live.ask({ sort, offset: 0 })}
          busy={live.isStale}
          trans={trans}
        />
      )}
    </Section>
  );
}

/** Whose start waits for its turn. */
export function QueueTab(props: { model: AdminModel; trans: TranslationBundle }): JSX.Element {
  const { model, trans } = props;
  const live = model.queue;
  const { data, query } = live;
  const columns: IColumn<OwnedSession>[] = [
    { id: 'place', label: trans.__('Place'), width: '64px', cell: ({ place }) => place?.place ?? '' },
    ownerColumn(trans),
    nameColumn(trans),
    { id: 'since', label: trans.__('Waits since'), width: TIME, cell: ({ requested }) => <Ago at={requested} none="" /> },
    {
      id: 'actions',
      label: trans.__('Actions'),
      actions: true,
      width: '104px',
      cell: session => (
        <span className="jp-DatalabsAdmin-actions">
          <button
            type="button"
            className="jp-DatalabsButton"
            aria-label={trans.__('Cancel the start of %1 of %2', sessionTitle(session), session.owner)}
            onClick={() => void askStop(model, session, trans)}
          >
            {trans.__('Cancel')}
          </button>
        </span>
      )
    }
  ];
  return (
    <Section live={live} trans={trans} bar={data && <Pager offset={query.offset} total={data.total} onOffset={offset => live.ask({ offset })} trans={trans} />}>
      {data && data.items.length === 0 ? (
        <EmptyState icon={stateIcons.queued} title={trans.__('Nobody waits')} hint={trans.__('Starts beyond those that may start at the same time wait here for their turn.')} />
      ) : (
        <Table
          label={trans.__('Starts that wait')}
          columns={columns}
          rows={data?.items ?? null}
          keyOf={({ owner, name }) => `${owner}/${name}`}
          trans={trans}
        />
      )}
    </Section>
  );
}
