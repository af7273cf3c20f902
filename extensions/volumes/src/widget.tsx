import { isFinal } from '@jupyter-datalabs/hub-client';
import { EmptyState, ProblemView, volumeIcon } from '@jupyter-datalabs/ui';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, refreshIcon, SidePanel, ToolbarButton, UseSignal } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { Panel } from '@lumino/widgets';
import * as React from 'react';
import { VolumeList } from './list';
import type { IVolumeActions } from './list';
import type { VolumesModel, VolumesState } from './model';

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
  actions: IVolumeActions;
  refresh: () => void;
}): JSX.Element {
  const { state, trans, actions, refresh } = props;
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
        <VolumeList volumes={state.volumes} trans={trans} actions={actions} />
      );
  }
}

/** The sidebar panel of the archive volumes. */
export class VolumesPanel extends SidePanel {
  constructor(options: { model: VolumesModel; trans: TranslationBundle; actions: IVolumeActions }) {
    super({ content: new Panel() });
    const { model, trans, actions } = options;
    const refresh = (): void => void model.refresh();
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
    const content = ReactWidget.create(
      <UseSignal signal={model.changed}>
        {() => <VolumesView state={model.state} trans={trans} actions={actions} refresh={refresh} />}
      </UseSignal>
    );
    content.addClass('jp-DatalabsVolumes-content');
    this.addWidget(content);
  }

  /** Whoever comes by the command stands on the list, or on what there is instead. */
  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.node.querySelector<HTMLElement>('[role="listbox"], .jp-DatalabsVolumes-content button')?.focus();
  }
}
