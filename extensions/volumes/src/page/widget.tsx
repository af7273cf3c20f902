import type { IHub } from '@jupyter-datalabs/hub-client';
import { MainAreaWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { infoIcon, ReactWidget, refreshIcon, ToolbarButton } from '@jupyterlab/ui-components';
import * as React from 'react';
import { WhileSeen } from '../seen';
import { PageModel } from './model';
import { PageView } from './view';
import type { IPageActions } from './view';

/** The content of a volume page's tab. */
export class VolumePage extends ReactWidget {
  constructor(private readonly _options: { hub: IHub; name: string; actions: IPageActions; trans: TranslationBundle }) {
    super();
    const { hub, name, trans } = _options;
    this.addClass('jp-DatalabsVolumePage');
    this.model = new PageModel(hub, name);
    this.model.changed.connect(this._onChanged, this);
    this.title.label = trans.__('About %1', name);
    void this.model.load();
    new WhileSeen(this, () => void this.model.renew());
  }

  readonly model: PageModel;

  override dispose(): void {
    this.model.dispose();
    super.dispose();
  }

  protected override render(): JSX.Element {
    return <PageView model={this.model} actions={this._options.actions} trans={this._options.trans} />;
  }

  private _onChanged({ state }: PageModel): void {
    if (state.kind === 'ready') {
      this.title.label = this._options.trans.__('About %1', state.value.volume.title);
    }
  }
}

let last = 0;

export function pageTab(options: { hub: IHub; name: string; actions: IPageActions; trans: TranslationBundle }): MainAreaWidget<VolumePage> {
  const { trans } = options;
  const content = new VolumePage(options);
  const tab = new MainAreaWidget({ content });
  tab.id = `jp-datalabs-volume-page-${(last += 1)}`;
  // The tab gives its content a role and a name of its own.
  content.node.setAttribute('role', 'region');
  content.node.setAttribute('aria-label', trans.__('About the volume %1', options.name));
  tab.title.label = content.title.label;
  tab.title.icon = infoIcon;
  tab.title.closable = true;
  content.title.changed.connect(({ label }) => (tab.title.label = label));
  tab.toolbar.addItem('refresh', new ToolbarButton({ icon: refreshIcon, tooltip: trans.__('Look at the volume again'), onClick: () => void content.model.load() }));
  return tab;
}
