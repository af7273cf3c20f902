import type { Widget } from '@lumino/widgets';

/** A cell to be inserted. */
export interface INewCell {
  type: 'code' | 'markdown';
  source: string;
}

/** The part of a notebook panel that is needed here; its package is JupyterLab's own, and large. */
interface INotebookPanel extends Widget {
  readonly context: { readonly ready: Promise<void> };
  readonly content: Widget & {
    activeCellIndex: number;
    readonly activeCell: { readonly editor: { replaceSelection?(text: string): void; focus(): void } | null; readonly model: { readonly type: string } } | null;
    readonly model: { readonly sharedModel: ISharedNotebook } | null;
    readonly widgets: readonly unknown[];
  };
}

interface ISharedNotebook {
  readonly cells: readonly { getSource(): string }[];
  insertCell(index: number, cell: object): unknown;
  deleteCell(index: number): void;
  transact(change: () => void): void;
}

/** Whether a widget is a notebook whose cells can be had. */
function isNotebook(widget: Widget | null | undefined): widget is INotebookPanel {
  const content = (widget as Partial<INotebookPanel> | null | undefined)?.content;
  return typeof content?.activeCellIndex === 'number' && typeof content.model?.sharedModel?.insertCell === 'function';
}

/** Where notebooks are: JupyterLab's shell, or a test's. */
export interface INotebookShell {
  widgets(): Iterable<Widget>;
  activate(widget: Widget): void;
  /** Asks for a new notebook; null when the user wants none. */
  create(): Promise<Widget | null>;
}

/** Inserts into the notebook that was used last. Its tab may lie behind another, where its cells have no editors yet. */
export class Notebooks {
  constructor(private readonly _shell: INotebookShell) {}

  /** To be told which widget of the main area is used now. */
  use(widget: Widget | null): void {
    if (isNotebook(widget)) {
      this._last = widget;
    }
  }

  /** Below the active cell, or in its place while nothing stands in it; the new one becomes active. False when there is no notebook and the user wants none. */
  async insert(cell: INewCell): Promise<boolean> {
    const old = this._open();
    const panel = old ?? (await this._create());
    if (!panel) {
      return false;
    }
    await panel.context.ready;
    const { content } = panel;
    const shared = content.model!.sharedModel;
    // In a new notebook, above the empty cell that it begins with.
    const active = content.activeCellIndex;
    const isEmpty = old !== undefined && shared.cells[active]?.getSource().trim() === '';
    const index = isEmpty ? active : old ? Math.min(active + 1, shared.cells.length) : 0;
    const trusted = cell.type === 'code' ? { trusted: true } : {};
    shared.transact(() => {
      shared.insertCell(index, { cell_type: cell.type, source: cell.source, metadata: trusted });
      if (isEmpty) {
        shared.deleteCell(index + 1);
      }
    });
    content.activeCellIndex = index;
    this._shell.activate(panel);
    return true;
  }

  /** At the cursor of the active code cell; a cell of its own where there is none. */
  async insertText(text: string): Promise<boolean> {
    const panel = this._open();
    const cell = panel?.content.activeCell;
    if (panel && cell?.model.type === 'code' && cell.editor?.replaceSelection) {
      this._shell.activate(panel);
      cell.editor.replaceSelection(text);
      cell.editor.focus();
      return true;
    }
    return this.insert({ type: 'code', source: text });
  }

  private _open(): INotebookPanel | undefined {
    const open = [...this._shell.widgets()].filter(isNotebook);
    return open.find(panel => panel === this._last) ?? open[0];
  }

  private async _create(): Promise<INotebookPanel | null> {
    const created = await this._shell.create();
    await (created as INotebookPanel | null)?.context.ready;
    return isNotebook(created) ? created : null;
  }

  private _last: INotebookPanel | null = null;
}
