import { EmptyState } from '@jupyter-datalabs/ui';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';
import { HubTab } from './hub';
import { adminIcon } from './icons';
import { TABS } from './model';
import type { AdminModel, Tab } from './model';
import { QueueTab, SessionsTab } from './sessions';
import { GroupsTab, UsersTab } from './users';
import { VolumesTab } from './volumes';

const VIEWS: Record<Tab, React.ComponentType<{ model: AdminModel; trans: TranslationBundle }>> = {
  sessions: SessionsTab,
  queue: QueueTab,
  users: UsersTab,
  groups: GroupsTab,
  volumes: VolumesTab,
  hub: HubTab
};

function labelOf(trans: TranslationBundle, tab: Tab): string {
  return { sessions: trans.__('Sessions'), queue: trans.__('Queue'), users: trans.__('Users'), groups: trans.__('Groups'), volumes: trans.__('Volumes'), hub: trans.__('Hub') }[tab];
}

function Tabs(props: { model: AdminModel; prefix: string; trans: TranslationBundle }): JSX.Element {
  const { model, prefix, trans } = props;
  const list = React.useRef<HTMLDivElement>(null);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const at = TABS.indexOf(model.tab);
    const to = { ArrowRight: (at + 1) % TABS.length, ArrowLeft: (at + TABS.length - 1) % TABS.length, Home: 0, End: TABS.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      model.tab = TABS[to]!;
      list.current?.querySelector<HTMLElement>(`#${CSS.escape(`${prefix}-${TABS[to]}`)}`)?.focus();
    }
  };
  return (
    <div className="jp-DatalabsAdmin-tabs" role="tablist" aria-label={trans.__('Datalabs administration')} ref={list} onKeyDown={onKeyDown}>
      {TABS.map(tab => (
        <button
          key={tab}
          id={`${prefix}-${tab}`}
          type="button"
          role="tab"
          aria-selected={tab === model.tab}
          aria-controls={`${prefix}-panel`}
          tabIndex={tab === model.tab ? 0 : -1}
          className="jp-DatalabsAdmin-tab"
          onClick={() => (model.tab = tab)}
        >
          {labelOf(trans, tab)}
        </button>
      ))}
    </div>
  );
}

/** What the panel shows: nothing of the hub to somebody who has no right to it. */
export function AdminView(props: { model: AdminModel; trans: TranslationBundle }): JSX.Element {
  const { model, trans } = props;
  const prefix = React.useId();
  const { state } = model.access;
  if (state === 'none' || state === 'lost') {
    return (
      <div role="alert">
        <EmptyState
          icon={adminIcon}
          title={state === 'lost' ? trans.__('You are no longer an administrator') : trans.__('You are not an administrator')}
          hint={
            state === 'lost'
              ? trans.__('Your rights were withdrawn while this was open. Another administrator can give them back.')
              : trans.__('Only administrators of this hub see its users and sessions.')
          }
          action={{ label: trans.__('Check again'), onClick: () => void model.access.check() }}
        />
      </div>
    );
  }
  const View = VIEWS[model.tab];
  const live = { sessions: model.sessions, queue: model.queue, users: model.users, groups: model.groups, volumes: model.volumes, hub: model.overview }[model.tab];
  return (
    <>
      <Tabs model={model} prefix={prefix} trans={trans} />
      <div id={`${prefix}-panel`} className="jp-DatalabsAdmin-panel" role="tabpanel" aria-labelledby={`${prefix}-${model.tab}`}>
        <UseSignal key={model.tab} signal={live.changed as AdminModel['sessions']['changed']}>
          {() => <View model={model} trans={trans} />}
        </UseSignal>
      </div>
    </>
  );
}

/** The administration of the hub, in the main area. It looks at the hub only while somebody sees it. */
export class AdminPanel extends ReactWidget {
  constructor(
    private readonly _model: AdminModel,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.id = 'jp-datalabs-admin';
    this.addClass('jp-DatalabsAdmin');
    this.title.label = _trans.__('Datalabs administration');
    this.title.icon = adminIcon;
    this.title.closable = true;
    document.addEventListener('visibilitychange', this._onVisibility);
  }

  override dispose(): void {
    if (!this.isDisposed) {
      document.removeEventListener('visibilitychange', this._onVisibility);
      this._model.dispose();
      super.dispose();
    }
  }

  protected override render(): JSX.Element {
    return <UseSignal signal={this._model.changed}>{() => <AdminView model={this._model} trans={this._trans} />}</UseSignal>;
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._onVisibility();
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this._onVisibility();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    // Whatever the frame around it called it.
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', this._trans.__('Datalabs administration'));
    this._onVisibility();
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    const { node } = this;
    (node.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]') ?? node.querySelector('button'))?.focus();
  }

  private _onVisibility = (): void => {
    this._model.visible = this.isVisible && document.visibilityState !== 'hidden';
  };
}
