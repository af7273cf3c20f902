import type { FolderModel } from './folder';

export interface IKeyActions {
  /** What the cursor is on. */
  open: () => void;
  copyPath: () => void;
  /** Scrolls to the cursor. */
  reveal: () => void;
  /** Rows that fit. */
  page: () => number;
}

/** Milliseconds between two keys of one word. */
const WORD_MS = 700;

/** The keys of a folder: those of JupyterLab's file browser and of the ARIA pattern of grids. */
export class FolderKeys {
  constructor(
    private readonly _model: FolderModel,
    private readonly _actions: IKeyActions
  ) {}

  /** Whether the key is one of ours. */
  onKeyDown(event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey' | 'timeStamp'>): boolean {
    const { _model: model, _actions: actions } = this;
    const { key, shiftKey } = event;
    const command = event.ctrlKey || event.metaKey;
    if (event.altKey) {
      if (key === 'ArrowUp') {
        model.up();
      }
      return key === 'ArrowUp';
    }
    const row = this._target(key);
    if (row !== null) {
      model.moveCursor(row, shiftKey ? 'extend' : command ? 'keep' : 'choose');
      actions.reveal();
      return true;
    }
    if (command) {
      // With Shift a letter is a shortcut of others; with Caps Lock it is a capital.
      switch (shiftKey && key !== ' ' ? null : key.toLowerCase()) {
        case 'a':
          model.chooseAll();
          return true;
        case 'c':
          actions.copyPath();
          return true;
        case ' ':
          model.moveCursor(model.cursor, 'toggle');
          return true;
        default:
          return false;
      }
    }
    const isWord = event.timeStamp - this._typedAt < WORD_MS && this._typed !== '';
    if (key === ' ' && !isWord) {
      model.moveCursor(model.cursor, shiftKey ? 'extend' : 'toggle');
      return true;
    }
    if (key === 'Enter') {
      actions.open();
      return true;
    }
    if (key === 'Backspace') {
      model.up();
      return true;
    }
    // A single character is what is typed; keys with a name are longer.
    if ([...key].length === 1) {
      this._typed = isWord ? this._typed + key : key;
      this._typedAt = event.timeStamp;
      void this._seek(this._typed);
      return true;
    }
    return false;
  }

  private _target(key: string): number | null {
    const { cursor, total } = this._model;
    switch (key) {
      case 'ArrowDown':
        return cursor + 1;
      case 'ArrowUp':
        return cursor - 1;
      case 'PageDown':
        return cursor + this._actions.page();
      case 'PageUp':
        return cursor - this._actions.page();
      case 'Home':
        return 0;
      case 'End':
        return total - 1;
      default:
        return null;
    }
  }

  private async _seek(typed: string): Promise<void> {
    // Nothing found, or no answer: the cursor stays.
    const row = await this._model.seek(typed).catch(() => null);
    if (row !== null && typed === this._typed) {
      this._model.moveCursor(row);
      this._actions.reveal();
    }
  }

  private _typed = '';
  private _typedAt = -Infinity;
}
