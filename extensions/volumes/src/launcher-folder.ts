import type { Contents } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

/** The folder a file browser shows. */
export interface IShownFolder {
  readonly path: string;
  readonly pathChanged: ISignal<unknown, unknown>;
}

/** A launcher's folder: where its cards make their files. */
export interface IFolderOwner {
  cwd: string;
}

/**
 * Keeps launchers out of folders nothing can be written to. JupyterLab's launcher follows the file browser wherever it
 * goes; in an archive every card that makes a file would fail. It stays in the last folder that could be written to.
 */
export class LauncherFolder implements IDisposable {
  constructor(
    private readonly _options: {
      shown: IShownFolder;
      contents: Pick<Contents.IManager, 'get'>;
      /** The launchers that are open. */
      launchers: () => Iterable<IFolderOwner>;
      /** Where launchers stay until a folder is known to be writable. */
      start: string;
    }
  ) {
    this._writable = _options.start;
    _options.shown.pathChanged.connect(this._onPathChanged, this);
    this._onPathChanged();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** To be called when a launcher may have been added: it begins in the folder of the file browser. */
  apply(): void {
    for (const launcher of this._options.launchers()) {
      if (launcher.cwd !== this._writable) {
        launcher.cwd = this._writable;
      }
    }
  }

  /** Where a new file goes that was meant for a folder: there, or where launchers are when nothing can be written to it. */
  async placeFor(path: string): Promise<string> {
    return path === this._writable || (await this._isWritable(path)) ? path : this._writable;
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private _onPathChanged(): void {
    void this._check(this._options.shown.path);
  }

  private async _check(path: string): Promise<void> {
    // Behind the launcher's own answer to the same signal: it must not go there even for a moment.
    await Promise.resolve();
    this.apply();
    const writable = await this._isWritable(path);
    // A folder left meanwhile says nothing.
    if (this._isDisposed || path !== this._options.shown.path) {
      return;
    }
    if (writable) {
      this._writable = path;
    }
    this.apply();
  }

  private async _isWritable(path: string): Promise<boolean> {
    try {
      return (await this._options.contents.get(path, { content: false })).writable;
    } catch {
      // It went away, or the server did: no place for a file either way.
      return false;
    }
  }

  private _isDisposed = false;
  private _writable: string;
}
