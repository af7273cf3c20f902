import type { IDisposable } from '@lumino/disposable';
import type { Contents } from '@jupyterlab/services';
import { isNotFound, textAt } from '../../files';
import type { IPipelineHost } from '../../host';
import type { PipelineModel } from '../../model';
import { formatPositions, LONGEST_TEXT, parsePositions } from './positions';
import type { Corners, IPositions } from './positions';
import type { ICorner } from './settle';

/**
 * Beside the document, and seen: servers give no access to hidden files unless they are told to
 * (`ContentsManager.allow_hidden`), which sessions are not. So it can be shared and kept under version control, too.
 */
const ENDING = '.layout.json';
/** Somebody who arranges a graph moves many nodes one after the other. */
const WRITE_AFTER_MS = 500;
/** The graph does not wait longer for where its nodes were; what comes later counts when they are written. */
const READ_WITHIN_MS = 2_000;

/**
 * Where nodes are, in a file beside the document. It is read with the document, and written when somebody has moved something: what
 * was moved here since it was written last counts, and of all else what is in the file, if anything is. It is renamed, moved and
 * deleted with the document.
 */
export class Sidecar implements IPositions, IDisposable {
  constructor(
    private readonly _options: {
      host: Pick<IPipelineHost, 'path' | 'contents'>;
      model: Pick<PipelineModel, 'changed'>;
      /** The document itself has positions, which count where there is no such file. */
      isInDocument: () => boolean;
      /** Positions cannot be kept beyond this session. */
      onRefused: () => void;
    }
  ) {
    this._path = _options.host.path();
    _options.host.contents.fileChanged.connect(this._onFileChanged, this);
    _options.model.changed.connect(this._onChanged, this);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  async read(): Promise<Corners | null> {
    let timer = 0;
    const late = new Promise<null>(resolve => {
      timer = window.setTimeout(() => resolve(null), READ_WITHIN_MS);
    });
    // What cannot be read now is looked at again before it is written.
    const read = await Promise.race([this._load().catch(() => null), late]);
    window.clearTimeout(timer);
    this._now = read;
    this._own = new Set(read?.keys());
    return read && [...read];
  }

  write(corners: Corners, moved: readonly string[]): void {
    this._now = new Map(corners);
    this._isAnew ||= corners.length === 0;
    moved.forEach(id => this._moved.add(id));
    this._later();
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      const { host, model } = this._options;
      host.contents.fileChanged.disconnect(this._onFileChanged, this);
      model.changed.disconnect(this._onChanged, this);
      if (this._timer !== 0) {
        this._soon(() => this._save());
      }
    }
  }

  private _later(): void {
    window.clearTimeout(this._timer);
    this._timer = window.setTimeout(() => this._soon(() => this._save()), WRITE_AFTER_MS);
  }

  /** One after the other, so that a file that is renamed is not written under its old name. */
  private _soon(work: () => Promise<void>): void {
    window.clearTimeout(this._timer);
    this._timer = 0;
    this._queue = this._queue.then(work).catch(() => undefined);
  }

  /** Null where there is no such file, or none that has positions. Rejects where that is not known. */
  private async _load(): Promise<Map<string, ICorner> | null> {
    try {
      const text = await textAt(this._options.host.contents, this._path + ENDING, LONGEST_TEXT);
      this._isThere = true;
      return text === null ? null : parsePositions(text);
    } catch (error) {
      if (isNotFound(error)) {
        return null;
      }
      throw error;
    }
  }

  private async _save(): Promise<void> {
    const { host, isInDocument, onRefused } = this._options;
    if (host.path() !== this._path) {
      // Saved under another name: that document has no positions yet.
      this._path = host.path();
      this._isAnew = true;
      this._isThere = false;
    }
    const [now, own, moved, isAnew, file] = [this._now, this._own, this._moved, this._isAnew, this._path + ENDING];
    if (!now) {
      return;
    }
    // What is moved from here on is for the next time.
    this._moved = new Set();
    this._isAnew = false;
    try {
      const theirs = await this._load();
      const merged = new Map(now);
      for (const [id, corner] of (!isAnew && theirs) || []) {
        if (now.has(id) ? !moved.has(id) : !own.has(id)) {
          merged.set(id, corner);
        }
      }
      this._own = new Set(now.keys());
      if (merged.size === 0 && !isInDocument()) {
        await this._delete();
      } else if (!theirs || formatPositions(merged) !== formatPositions(theirs)) {
        await host.contents.save(file, { type: 'file', format: 'text', content: formatPositions(merged) });
        this._isThere = true;
      }
    } catch {
      this._own = own;
      moved.forEach(id => this._moved.add(id));
      this._isAnew ||= isAnew;
      if (!this._isRefused) {
        this._isRefused = true;
        onRefused();
      }
    }
  }

  private async _delete(path = this._path): Promise<void> {
    if (this._isThere) {
      this._isThere = false;
      await this._options.host.contents.delete(path + ENDING);
    }
  }

  private async _rename(from: string, to: string): Promise<void> {
    const { contents } = this._options.host;
    try {
      await contents.rename(from + ENDING, to + ENDING);
    } catch {
      // One that is left of another document of that name.
      const content = await textAt(contents, from + ENDING, LONGEST_TEXT);
      if (content !== null) {
        await contents.save(to + ENDING, { type: 'file', format: 'text', content });
        await contents.delete(from + ENDING);
      }
    }
  }

  private _onFileChanged(_: unknown, { type, oldValue, newValue }: Contents.IChangedArgs): void {
    const [from, to] = [oldValue?.path, newValue?.path];
    const own = this._path;
    if (type === 'delete' && from === own) {
      this._now = null;
      this._soon(() => this._delete(own));
    } else if (type === 'rename' && from !== undefined && to !== undefined) {
      if (from === own) {
        this._path = to;
        if (this._isThere) {
          const isPending = this._timer !== 0;
          this._soon(() => this._rename(own, to));
          if (isPending) {
            this._later();
          }
        }
      } else if (own.startsWith(`${from}/`)) {
        // The file goes with its folder.
        this._path = to + own.slice(from.length);
      }
    }
  }

  private _onChanged(): void {
    if (this._now && this._options.host.path() !== this._path) {
      this._later();
    }
  }

  /** All was arranged anew: what is in the file does not count. */
  private _isAnew = false;
  private _isDisposed = false;
  private _isRefused = false;
  /** As far as is known. */
  private _isThere = false;
  /** Here, since it was written last. */
  private _moved = new Set<string>();
  private _now: ReadonlyMap<string, ICorner> | null = null;
  /** What was here when it was read or written last: what of it is not here any more goes from the file, too. */
  private _own: ReadonlySet<string> = new Set();
  private _path: string;
  private _queue: Promise<void> = Promise.resolve();
  private _timer = 0;
}
