import type { IDisposable } from '@lumino/disposable';
import type { Contents } from '@jupyterlab/services';
import { textAt } from '../../files';
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
 * Where nodes are, in a file beside the document. It is read with the document, and written when somebody has moved something: where
 * others have written in the meantime, of each node the last counts. It is renamed, moved and deleted with the document.
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
    const read = await Promise.race([this._load(), late]);
    window.clearTimeout(timer);
    this._own = this._now = read;
    return read && [...read];
  }

  write(corners: Corners): void {
    this._now = new Map(corners);
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

  private async _load(): Promise<Map<string, ICorner> | null> {
    try {
      const text = await textAt(this._options.host.contents, this._path + ENDING, LONGEST_TEXT);
      this._isThere = true;
      return text === null ? null : parsePositions(text);
    } catch {
      return null;
    }
  }

  private async _save(): Promise<void> {
    const { host, isInDocument, onRefused } = this._options;
    if (host.path() !== this._path) {
      // Saved under another name: that document has no positions yet.
      this._path = host.path();
      this._own = null;
      this._isThere = false;
    }
    const [now, own, file] = [this._now, this._own, this._path + ENDING];
    if (!now) {
      return;
    }
    const theirs = await this._load();
    const merged = new Map(now);
    for (const [id, corner] of theirs ?? []) {
      const mine = now.get(id);
      if (mine ? isSame(mine, own?.get(id)) : !own?.has(id)) {
        merged.set(id, corner);
      }
    }
    this._own = now;
    try {
      if (merged.size === 0 && !isInDocument()) {
        await this._delete();
      } else if (!theirs || formatPositions(merged) !== formatPositions(theirs)) {
        await host.contents.save(file, { type: 'file', format: 'text', content: formatPositions(merged) });
        this._isThere = true;
      }
    } catch {
      this._own = own;
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
      this._now = this._own = null;
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

  private _isDisposed = false;
  private _isRefused = false;
  /** As far as is known. */
  private _isThere = false;
  private _now: ReadonlyMap<string, ICorner> | null = null;
  /** What was here when it was read or written last: only what differs from that has been moved here. */
  private _own: ReadonlyMap<string, ICorner> | null = null;
  private _path: string;
  private _queue: Promise<void> = Promise.resolve();
  private _timer = 0;
}

const isSame = (one: ICorner, other: ICorner | undefined): boolean => one.x === other?.x && one.y === other.y;
