import { isFinal } from '@jupyter-datalabs/hub-client';
import { EmptyState, ProblemView, volumeIcon } from '@jupyter-datalabs/ui';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, refreshIcon, SidePanel, ToolbarButton, UseSignal } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { Panel } from '@lumino/widgets';
import * as React from 'react';
import type { FolderWidget } from './browser/view';
import { VolumeList } from './list';
import type { IListActions } from './list';
import type { VolumesModel, VolumesState } from './model';
import { WhileSeen } from './seen';

/** As many as fit most hubs' lists, so that little moves when the rows come. */
const SKELETON_ROWS = 3;

function Skeleton(props: { trans: TranslationBundle }): JSX.Element {
  return (
    <div role="status" aria-label={props.trans.__('Reading the volumes')}>
      {Array.from({ length: SKELETON_ROWS }, (_, i) => (
        <div key={i} className="jp-DatalabsVolumes-row jp-mod-skeleton" aria-hidden="true">
          <span className="jp-DatalabsVolumes-bone jp-mod-icon" />
          <span className="jp-DatalabsVolumes-text">
            <span className="jp-DatalabsVolumes-bone" />
            <span className="jp-DatalabsVolumes-bone jp-mod-short" />
          </span>
        </div>
      ))}
    </div>
  );
}

/** What the panel shows in each state. */
export function VolumesView(props: {
  state: VolumesState;
  trans: TranslationBundle;
  actions: IListActions;
  refresh: () => void;
  onCurrent?: (name: string) => void;
}): JSX.Element {
  const { state, trans, actions, refresh } = props;
  const [current, setCurrent] = React.useState<string | null>(null);
  const onCurrent = (name: string): void => {
    setCurrent(name);
    props.onCurrent?.(name);
  };
  switch (state.kind) {
    case 'loading':
      return <Skeleton trans={trans} />;
    case 'failed':
      return (
        <ProblemView
          problem={state.problem}
          trans={trans}
          actions={[
            isFinal(state.problem)
              ? { label: trans.__('Reload this page'), onClick: () => window.location.reload() }
              : { label: trans.__('Try again'), onClick: refresh }
          ]}
        />
      );
    case 'absent':
      return (
        <EmptyState
          icon={volumeIcon}
          title={trans.__('No hub')}
          hint={trans.__('Archive volumes appear here when a hub has started this JupyterLab.')}
        />
      );
    case 'ready':
      return state.volumes.length === 0 ? (
        <EmptyState
          icon={volumeIcon}
          title={trans.__('No archive volumes')}
          hint={trans.__('Data that the hub mounts read-only for you appears here. Whoever runs the hub names it in volumes.yaml.')}
          action={{ label: trans.__('Refresh'), onClick: refresh }}
        />
      ) : (
        <VolumeList volumes={state.volumes} current={current} now={Date.now()} trans={trans} actions={actions} onCurrent={onCurrent} />
      );
  }
}

/** The sidebar panel of the archive volumes: their list, or a folder of one of them. */
export class VolumesPanel extends SidePanel {
  /** `prepare` is called when somebody sees the volumes, and may open one next. */
  constructor(options: {
    model: VolumesModel;
    trans: TranslationBundle;
    actions: IListActions;
    folder: FolderWidget;
    prepare: () => void;
  }) {
    super({ content: new Panel() });
    const { model, trans, actions, folder } = options;
    const refresh = (): void => void model.refresh();
    this._folder = folder;
    this._prepare = options.prepare;
    this.id = 'jp-datalabs-volumes';
    this.addClass('jp-DatalabsVolumes');
    this.title.icon = volumeIcon;
    this.title.caption = trans.__('Archive volumes');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Archive volumes'));
    const title = ReactWidget.create(<h2 className="jp-DatalabsVolumes-heading">{trans.__('Archive volumes')}</h2>);
    title.addClass('jp-DatalabsVolumes-headingHolder');
    this.toolbar.addItem('title', title);
    this.toolbar.addItem(
      'refresh',
      new ToolbarButton({ icon: refreshIcon, tooltip: trans.__('Refresh for volumes'), onClick: refresh })
    );
    this._list = ReactWidget.create(
      <UseSignal signal={model.changed}>
        {() => (
          <VolumesView
            state={model.state}
            trans={trans}
            actions={actions}
            refresh={refresh}
            onCurrent={name => (this._current = name)}
          />
        )}
      </UseSignal>
    );
    this._list.addClass('jp-DatalabsVolumes-content');
    this.addWidget(this._list);
    this.addWidget(folder);
    folder.model.moved.connect(this._onMoved, this);
    this._onMoved();
    this._renew = () => void model.renew();
    new WhileSeen(this, this._renew);
  }

  /** The volume that the list stands on. */
  get current(): string | null {
    return this._current;
  }

  override dispose(): void {
    this._folder.model.moved.disconnect(this._onMoved, this);
    super.dispose();
  }

  /** Whoever comes by the command stands on the list or the folder, or on what there is instead. */
  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this._renew();
    this._focus();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    if (!this._list.isHidden) {
      this._prepare();
    }
  }

  private _onMoved(): void {
    const isFolder = this._folder.model.place !== null;
    if (isFolder === this._list.isHidden) {
      return;
    }
    const hadFocus = this.node.contains(document.activeElement);
    this.toolbar.setHidden(isFolder);
    this._list.setHidden(isFolder);
    this._folder.setHidden(!isFolder);
    if (hadFocus) {
      this._focus();
    }
  }

  private _focus(): void {
    if (this._folder.isHidden) {
      this._list.node.querySelector<HTMLElement>('[role="listbox"], button')?.focus();
    } else {
      this._folder.focusRows();
    }
  }

  private _current: string | null = null;
  private readonly _folder: FolderWidget;
  private readonly _list: ReactWidget;
  private readonly _prepare: () => void;
  private readonly _renew: () => void;
}
