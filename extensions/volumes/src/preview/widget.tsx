import { volumeIcon } from '@jupyter-datalabs/ui';
import { MainAreaWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, refreshIcon, ToolbarButton } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import * as React from 'react';
import { PreviewModel } from './model';
import type { PreviewFiles } from './model';
import { PreviewView } from './view';
import { readable, sessionPath } from '../paths';
import type { IPlace } from '../paths';

/** What can be done with the file of a preview. */
export interface IPreviewCommands {
  copy: (text: string) => void;
  notify: (sentence: string) => void;
  insertSnippet: (hdu: number | undefined) => void;
  insertPath: () => void;
  copyPath: () => void;
  showVolume: () => void;
  mount: (() => Promise<unknown>) | null;
}

/** The content of a preview's tab. */
export class Preview extends ReactWidget {
  constructor(private readonly _options: { files: PreviewFiles; file: IPlace; hdu?: number; commands: IPreviewCommands; trans: TranslationBundle }) {
    super();
    this.addClass('jp-DatalabsPreview');
    this.model = new PreviewModel(_options.files, _options.file);
    this._hdu = _options.hdu;
  }

  readonly model: PreviewModel;

  get file(): IPlace {
    return this.model.file;
  }

  /** The HDU shown, if one was chosen. */
  get hdu(): number | undefined {
    return this._hdu;
  }

  set hdu(hdu: number | undefined) {
    this._hdu = hdu;
    this._hduChanged.emit();
    this.update();
  }

  get hduChanged(): Signal<this, void> {
    return this._hduChanged;
  }

  override dispose(): void {
    this.model.dispose();
    super.dispose();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this._begin();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._begin();
  }

  protected override render(): JSX.Element {
    const { commands, trans } = this._options;
    return (
      <PreviewView
        model={this.model}
        hdu={this._hdu}
        onHdu={hdu => (this.hdu = hdu)}
        actions={{ ...commands, insertSnippet: hdu => commands.insertSnippet(hdu) }}
        trans={trans}
      />
    );
  }

  /** Read when it is first seen: after a reload many tabs may come back behind others. */
  private _begin(): void {
    if (this.isVisible && !this._begun) {
      this._begun = true;
      void this.model.load();
    }
  }

  private _begun = false;
  private _hdu: number | undefined;
  private readonly _hduChanged = new Signal<this, void>(this);
}

let last = 0;

/** A tab of the main area with a preview and what can be done with its file. */
export function previewTab(options: { files: PreviewFiles; file: IPlace; hdu?: number; commands: IPreviewCommands; trans: TranslationBundle }): MainAreaWidget<Preview> {
  const { file, commands, trans } = options;
  const content = new Preview(options);
  const tab = new MainAreaWidget({ content });
  const path = readable(sessionPath(file.volume, file.path));
  tab.id = `jp-datalabs-preview-${(last += 1)}`;
  tab.title.label = path.slice(path.lastIndexOf('/') + 1);
  tab.title.caption = `${path}\n${trans.__('Preview')}`;
  tab.title.icon = volumeIcon;
  tab.title.closable = true;
  // The tab gives its content a role and a name of its own.
  content.node.setAttribute('role', 'region');
  content.node.setAttribute('aria-label', trans.__('Preview of %1', tab.title.label));
  const button = (name: string, label: string, onClick: () => void, tooltip?: string): void =>
    void tab.toolbar.addItem(name, new ToolbarButton({ label, onClick, tooltip }));
  button('snippet', trans.__('Insert snippet'), () => commands.insertSnippet(content.hdu), trans.__('Insert code that reads this file into the notebook used last'));
  button('insert-path', trans.__('Insert path'), commands.insertPath, trans.__('Insert the path into the notebook used last'));
  button('copy-path', trans.__('Copy path'), commands.copyPath, trans.__('Copy the path of the file'));
  button('volume', trans.__('About the volume'), commands.showVolume);
  tab.toolbar.addItem('refresh', new ToolbarButton({ icon: refreshIcon, tooltip: trans.__('Read the file again'), onClick: () => void content.model.load() }));
  return tab;
}
