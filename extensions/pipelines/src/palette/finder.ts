import { open } from '@jupyter-datalabs/cwl';
import type { Contents } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import { textAt, uriOf } from '../files';

const ENDING = '.cwl';
export const MOST_TOOLS = 500;
const MOST_DEPTH = 4;
/** A workspace may have a volume with a million folders in it. */
const MOST_FOLDERS = 400;
const AT_ONCE = 2;
/** Bytes of a document that is read for its label. */
const MOST_TEXT = 1 << 20;

/** A document that may be run by a step. */
export interface ITool {
  path: string;
  name: string;
  folder: string;
  /** Known once it was asked for; null for a document that cannot be read. */
  about?: { class: string; label: string; doc: string } | null;
}

/** Finds CWL documents: those beside a document first, then those of the workspace. */
export class ToolFinder implements IDisposable {
  constructor(private readonly _contents: Pick<Contents.IManager, 'get'>) {}

  /** Another tool, or more about one. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get tools(): readonly ITool[] {
    return this._tools;
  }

  get state(): 'looking' | 'ready' | 'failed' {
    return this._state;
  }

  /** There may be more than were looked for. */
  get isCut(): boolean {
    return this._isCut;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._turn += 1;
    this._waiting.length = 0;
    Signal.clearData(this);
  }

  /** Looks below `folder`, then below the root, level by level; a later search takes the place of an earlier one. */
  async find(folder: string): Promise<void> {
    const turn = (this._turn += 1);
    const tools: ITool[] = [];
    const seen = new Set<string>();
    const queue = (folder ? [folder, ''] : ['']).map(path => ({ path, depth: 0 }));
    let failures = 0;
    this._isCut = false;
    this._become('looking', this._tools);
    for (const { path, depth } of queue) {
      if (seen.has(path)) {
        continue;
      }
      if (seen.size >= MOST_FOLDERS || tools.length >= MOST_TOOLS) {
        this._isCut = true;
        break;
      }
      seen.add(path);
      let entries: Contents.IModel[] = [];
      try {
        const { content } = await this._contents.get(path, { type: 'directory', content: true });
        entries = Array.isArray(content) ? (content as Contents.IModel[]) : [];
      } catch {
        // A folder that cannot be listed has no tools, but if none can be there is something to say.
        failures += 1;
      }
      if (turn !== this._turn) {
        return;
      }
      for (const entry of [...entries].sort((one, other) => one.name.localeCompare(other.name))) {
        if (entry.type === 'directory') {
          const isOdd = entry.name.startsWith('.') || entry.name === 'node_modules' || entry.name === '__pycache__';
          if (!isOdd && depth < MOST_DEPTH) {
            queue.push({ path: entry.path, depth: depth + 1 });
          }
        } else if (entry.name.toLowerCase().endsWith(ENDING)) {
          if (tools.length < MOST_TOOLS) {
            tools.push({ path: entry.path, name: entry.name, folder: path, about: this._about.get(entry.path) });
          } else {
            this._isCut = true;
          }
        }
      }
      // What is found is shown while more is looked for.
      this._become('looking', tools.length >= this._tools.length ? [...tools] : this._tools);
    }
    this._become(failures > 0 && failures === seen.size ? 'failed' : 'ready', tools);
  }

  /** Reads the label and the description of a tool, a few at a time. */
  describe(tool: ITool): void {
    if (tool.about === undefined && !this._asked.has(tool.path)) {
      this._asked.add(tool.path);
      this._waiting.push(tool.path);
      this._read();
    }
  }

  private _read(): void {
    const path = this._reading < AT_ONCE && !this._isDisposed ? this._waiting.shift() : undefined;
    if (path === undefined) {
      return;
    }
    this._reading += 1;
    void aboutOf(this._contents, path)
      .catch(() => null)
      .then(about => {
        this._reading -= 1;
        if (!this._isDisposed) {
          this._about.set(path, about);
          this._become(this._state, this._tools.map(tool => (tool.path === path ? { ...tool, about } : tool)));
          this._asked.delete(path);
          this._read();
        }
      });
    this._read();
  }

  private _become(state: 'looking' | 'ready' | 'failed', tools: readonly ITool[]): void {
    this._state = state;
    // What was read while they were looked for is known already.
    this._tools = tools.map(tool => (tool.about === undefined && this._about.has(tool.path) ? { ...tool, about: this._about.get(tool.path) } : tool));
    this._changed.emit();
  }

  private readonly _about = new Map<string, ITool['about']>();
  private readonly _asked = new Set<string>();
  private _changed = new Signal<this, void>(this);
  private _isCut = false;
  private _isDisposed = false;
  private _reading = 0;
  private _state: 'looking' | 'ready' | 'failed' = 'looking';
  private _tools: readonly ITool[] = [];
  private _turn = 0;
  private readonly _waiting: string[] = [];
}

async function aboutOf(contents: Pick<Contents.IManager, 'get'>, path: string): Promise<ITool['about']> {
  const text = await textAt(contents, path, MOST_TEXT);
  const process = text === null ? undefined : open(text, { uri: uriOf(path) }).processes[0];
  return process ? { class: process.class, label: process.label ?? '', doc: process.doc ?? '' } : null;
}

/** Those whose name, label or description has all the words. */
export function matching(tools: readonly ITool[], words: string): readonly ITool[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return wanted.length === 0
    ? tools
    : tools.filter(({ path, about }) => {
        const text = `${path}\n${about?.label ?? ''}\n${about?.doc ?? ''}`.toLowerCase();
        return wanted.every(word => text.includes(word));
      });
}
