import type { GroupModel, Role, UserModel } from '@jupyter-datalabs/hub-client';
import { datalabIcon, EmptyState } from '@jupyter-datalabs/ui';
import type { TranslationBundle } from '@jupyterlab/translation';
import { usersIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { askRole } from './dialogs';
import type { AdminModel } from './model';
import { Ago, Pager, Search, Section, Table } from './parts';
import type { IColumn } from './parts';
import { editQuota } from './quota-form';
import { Long, TIME } from './sessions';
import { quotaText, roleWord } from './words';

/** Roles come with those before them: the last one says it. */
function roleOf(user: UserModel): Role {
  return (user.roles?.at(-1) as Role | undefined) ?? (user.admin ? 'admin' : 'user');
}

function QuotaCell(props: { model: AdminModel; kind: 'user' | 'group'; name: string; trans: TranslationBundle }): JSX.Element {
  const { model, kind, name, trans } = props;
  const quota = model.quota(kind, name);
  return (
    <span className="jp-DatalabsAdmin-actions">
      {quota === undefined ? <span className="jp-DatalabsAdmin-bone" /> : <span>{quota === null ? trans.__('Not known') : quotaText(trans, quota)}</span>}
      <button type="button" className="jp-DatalabsButton" aria-label={trans.__('Edit the quota of %1', name)} onClick={() => void editQuota(model, kind, name, trans)}>
        {trans.__('Edit')}
      </button>
    </span>
  );
}

/** Everybody at this hub. */
export function UsersTab(props: { model: AdminModel; trans: TranslationBundle }): JSX.Element {
  const { model, trans } = props;
  const live = model.users;
  const { query, data } = live;
  const columns: IColumn<UserModel>[] = [
    {
      id: 'name',
      label: trans.__('Name'),
      sort: 'name',
      width: '22%',
      cell: user => (
        <>
          <Long text={user.name} />
          {user.display_name && <span className="jp-DatalabsAdmin-detail">{user.display_name}</span>}
        </>
      )
    },
    {
      id: 'role',
      label: trans.__('Role'),
      width: '120px',
      cell: user => {
        if (user.name === model.hub.user) {
          return <span title={trans.__('Another administrator can change your role')}>{roleWord(trans, roleOf(user))}</span>;
        }
        return (
          <button type="button" className="jp-DatalabsButton" aria-label={trans.__('%1: change the role of %2', roleWord(trans, roleOf(user)), user.name)} onClick={() => void askRole(model, user.name, roleOf(user), trans)}>
            {roleWord(trans, roleOf(user))}
          </button>
        );
      }
    },
    { id: 'groups', label: trans.__('Groups'), width: '18%', cell: user => <Long text={user.groups?.join(', ') ?? ''} /> },
    { id: 'activity', label: trans.__('Last activity'), sort: 'last_activity', width: TIME, cell: user => <Ago at={user.last_activity} none={trans.__('Never')} /> },
    { id: 'sessions', label: trans.__('Sessions'), width: '80px', cell: user => Object.keys(user.servers ?? {}).length },
    { id: 'quota', label: trans.__('Quota'), cell: user => <QuotaCell model={model} kind="user" name={user.name} trans={trans} /> }
  ];
  return (
    <Section
      live={live}
      trans={trans}
      bar={
        <>
          <Search label={trans.__('Search users')} placeholder={trans.__('Part of a name')} value={query.search} onChange={search => live.ask({ search, offset: 0 }, { typing: true })} />
          {data && <Pager offset={query.offset} total={data.total} onOffset={offset => live.ask({ offset })} trans={trans} />}
        </>
      }
    >
      {data && data.items.length === 0 ? (
        <EmptyState icon={usersIcon} title={trans.__('No user fits')} action={{ label: trans.__('Show all'), onClick: () => live.ask({ search: '', offset: 0 }) }} />
      ) : (
        <Table
          label={trans.__('Users')}
          columns={columns}
          rows={data?.items ?? null}
          keyOf={({ name }) => name}
          sort={query.sort}
          onSort={sort => live.ask({ sort, offset: 0 })}
          busy={live.isStale}
          trans={trans}
        />
      )}
    </Section>
  );
}

/** Groups, and what each of their members may have. */
export function GroupsTab(props: { model: AdminModel; trans: TranslationBundle }): JSX.Element {
  const { model, trans } = props;
  const live = model.groups;
  const { data, query } = live;
  const columns: IColumn<GroupModel>[] = [
    { id: 'name', label: trans.__('Group'), width: '25%', cell: ({ name }) => <Long text={name} /> },
    {
      id: 'members',
      label: trans.__('Members'),
      cell: ({ users = [] }) => <Long text={users.length === 0 ? trans.__('None') : `${users.length.toLocaleString()}: ${users.slice(0, PEOPLE).join(', ')}${users.length > PEOPLE ? ', …' : ''}`} />
    },
    { id: 'quota', label: trans.__('Quota of each member'), width: '35%', cell: ({ name }) => <QuotaCell model={model} kind="group" name={name} trans={trans} /> }
  ];
  return (
    <Section live={live} trans={trans} bar={data && <Pager offset={query.offset} total={data.total} onOffset={offset => live.ask({ offset })} trans={trans} />}>
      {data && data.items.length === 0 ? (
        <EmptyState icon={datalabIcon} title={trans.__('No groups')} hint={trans.__('Groups come from the identity provider, or are made by “npm run datalabs -- groups add <group> <user>”.')} />
      ) : (
        <Table label={trans.__('Groups')} columns={columns} rows={data?.items ?? null} keyOf={({ name }) => name} trans={trans} />
      )}
    </Section>
  );
}

/** Members named; a cell has no room for more. */
const PEOPLE = 5;
