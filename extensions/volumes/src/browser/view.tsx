import type { IProblemInfo } from '@jupyter-datalabs/hub-client';
import { EmptyState, IconButton, ProblemView } from '@jupyter-datalabs/ui';
import type { IAction } from '@jupyter-datalabs/ui';
import type { TranslationBundle } from '@jupyterlab/translation';
import { folderIcon, ReactWidget, searchIcon, UseSignal } from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';
import { readable } from '../paths';
import type { IPlace } from '../paths';
import { Crumbs, FilterBar, StatusBar } from './bar';
import { placeName } from './folder';
import type { FolderModel } from './folder';
import { FolderGrid } from './grid';
import type { IGridActions } from './grid';

/** What a view of a folder needs from around it. */
export interface IFolderActions extends IGridActions {
  /** What the volume is called. */
  titleOf: (volume: string) => string;
  /** Brings a volume that is not mounted into the session. */
  mount: (volume: string) => Promise<void>;
  /** Buttons before and after the path. */
  before: readonly IFolderButton[];
  after: () => readonly IFolderButton[];
}

export interface IFolderButton {
  icon: LabIcon;
  label: string;
  onClick: (place: IPlace) => void;
}

/** Rows of a panel of usual height. */
const BONES = 12;

function Bones(props: { trans: TranslationBundle }): JSX.Element {
  return (
    <div className="jp-DatalabsFolder-bones" role="status" aria-label={props.trans.__('Reading the folder')}>
      {Array.from({ length: BONES }, (_, i) => (
        <div key={i} className="jp-DatalabsFolder-bone" aria-hidden="true">
          <span className="jp-DatalabsVolumes-bone jp-mod-icon" />
          <span className="jp-DatalabsVolumes-bone" style={{ width: `${30 + ((i * 37) % 40)}%` }} />
        </div>
      ))}
    </div>
  );
}

function Trouble(props: { model: FolderModel; problem: IProblemInfo; trans: TranslationBundle; actions: IFolderActions }): JSX.Element {
  const { model, problem, trans, actions } = props;
  const { volume, path } = model.place!;
  const next: IAction[] = [{ label: trans.__('Try again'), onClick: () => model.retry() }];
  if (problem.code === 'not-mounted') {
    next.unshift({ label: trans.__('Mount'), onClick: () => void actions.mount(volume) });
  } else if (path !== '') {
    next.push({ label: trans.__('Go up'), onClick: () => model.up() });
  }
  return <ProblemView problem={problem} trans={trans} actions={next} />;
}

interface IContentProps {
  model: FolderModel;
  trans: TranslationBundle;
  actions: IFolderActions;
  /** Told when there are rows where there were none. */
  onRows: (grid: HTMLElement) => void;
}

function Content(props: IContentProps): JSX.Element {
  const { model, trans, actions, onRows } = props;
  const { problem, filter, isReady, total } = model;
  const place = model.place!;
  if (!isReady) {
    return problem ? <Trouble model={model} trans={trans} actions={actions} problem={problem} /> : <Bones trans={trans} />;
  }
  if (total === 0) {
    const isFiltered = filter.text !== '' || filter.type !== 'all';
    return isFiltered ? (
      <EmptyState
        icon={searchIcon}
        title={trans.__('Nothing matches')}
        hint={trans.__('No name in this folder fits the filter.')}
        action={{ label: trans.__('Clear the filter'), onClick: () => model.setFilter({ text: '', type: 'all' }) }}
      />
    ) : (
      <EmptyState icon={folderIcon} title={trans.__('This folder is empty')} hint={trans.__('Or nothing in it is meant for you.')} />
    );
  }
  return (
    <>
      <FolderGrid
        // Another folder is another grid, however fast it comes: that is what takes the focus.
        key={`${place.volume}/${place.path}`}
        model={model}
        label={readable(placeName(place, actions.titleOf(place.volume)))}
        trans={trans}
        actions={actions}
        onRows={onRows}
      />
      {problem && <Trouble model={model} trans={trans} actions={actions} problem={problem} />}
    </>
  );
}

/** A folder of a volume: where it is, what to show of it, its rows, and how many. */
export function FolderView(props: IContentProps): JSX.Element | null {
  const { model, trans, actions, onRows } = props;
  const { place } = model;
  if (!place) {
    return null;
  }
  const button = ({ icon, label, onClick }: IFolderButton): JSX.Element => (
    <IconButton key={label} icon={icon} label={label} onClick={() => onClick(place)} />
  );
  return (
    <div className="jp-DatalabsFolder">
      <div className="jp-DatalabsFolder-bar">
        {actions.before.map(button)}
        <Crumbs model={model} title={actions.titleOf(place.volume)} trans={trans} />
        {actions.after().map(button)}
      </div>
      <FilterBar model={model} trans={trans} />
      <div className={`jp-DatalabsFolder-progress${model.isBusy ? ' jp-mod-busy' : ''}`} aria-hidden="true" />
      <Content model={model} trans={trans} actions={actions} onRows={onRows} />
      <StatusBar model={model} trans={trans} />
    </div>
  );
}

/** The same view as content of a panel or of a tab in the main area. */
export class FolderWidget extends ReactWidget {
  constructor(
    readonly model: FolderModel,
    private readonly _trans: TranslationBundle,
    private readonly _actions: IFolderActions
  ) {
    super();
    this.addClass('jp-DatalabsFolderHolder');
    model.moved.connect(this._onMoved, this);
    this.node.addEventListener('keydown', event => {
      // Where there are no rows, the way out is the same.
      if (event.target === this.node && event.key === 'Backspace') {
        event.preventDefault();
        model.up();
      }
    });
  }

  override dispose(): void {
    this.model.dispose();
    super.dispose();
  }

  /** The keyboard goes to the rows, which may still have to come. */
  focusRows(): void {
    const grid = this.node.querySelector<HTMLElement>('[role="grid"]');
    if (grid) {
      grid.focus();
    } else {
      this._wantsFocus = true;
      this.node.tabIndex = -1;
      this.node.focus();
    }
  }

  protected override render(): JSX.Element {
    return (
      <UseSignal signal={this.model.changed}>
        {() => <FolderView model={this.model} trans={this._trans} actions={this._actions} onRows={this._onRows} />}
      </UseSignal>
    );
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.focusRows();
  }

  /** The rows give way to others: who stood on them stands on those. */
  private _onMoved(): void {
    if (this.node.contains(document.activeElement) && this.model.place) {
      this._wantsFocus = true;
      this.node.tabIndex = -1;
      this.node.focus();
    }
  }

  private readonly _onRows = (grid: HTMLElement): void => {
    if (this._wantsFocus && this.node.contains(document.activeElement)) {
      grid.focus();
    }
    this._wantsFocus = false;
  };

  private _wantsFocus = false;
}
