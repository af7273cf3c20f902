import type { ISource } from '../text/node.js';
import { parseSource } from '../text/tree.js';
import type { IFile, ILoaded } from './files.js';
import { readProcesses } from './read.js';
import { references } from './references.js';
import { isRemote, originOf, splitUri } from './uri.js';

const MAX_FILES = 200;
/** Of all files together, in UTF-16 units. */
const MAX_SIZE = 50_000_000;
const MAX_DEPTH = 20;
const AT_ONCE = 8;

/** A text that was read, parsed when somebody first wants it as a tree: what `$include` names is often none. */
class ReadFile implements IFile {
  readonly state = 'here';
  readonly why = null;
  /** Null as long as nobody wanted it as a tree. */
  parsed: ISource | null = null;

  constructor(private readonly uri: string, readonly text: string) {}

  get source(): ISource {
    return (this.parsed ??= parseSource(this.text, this.uri).source);
  }
}

const notHere = (state: 'loading' | 'missing' | 'remote', why: string): IFile => ({ state, why, text: '', source: null });

/** The files that a document uses. `read` gives the text of one and rejects for one that is not there; each is read once. */
export class Loader implements ILoaded {
  private readonly files = new Map<string, IFile>();
  private readonly wanted = new Set<string>();
  private readonly asked = new Set<string>();
  /** Those that are being read, and whether they were forgotten meanwhile. */
  private readonly reading = new Map<string, { isStale: boolean }>();
  private changes = 0;
  private size = 0;
  private count = 0;
  private running: Promise<boolean> | null = null;

  constructor(private readonly uri: string, private readonly read?: (uri: string) => Promise<string>) {}

  get version(): number {
    return this.changes;
  }

  get(uri: string): IFile {
    this.asked.add(uri);
    const file = this.files.get(uri);
    if (file) {
      return file;
    }
    if (!this.read) {
      return isRemote(uri)
        ? notHere('remote', `${uri} is on the web and is not read here.`)
        : notHere('loading', 'Other files are not read here.');
    }
    this.wanted.add(uri);
    return notHere('loading', `${uri} is not read yet.`);
  }

  /** The file is read anew with the next `load`. */
  forget(uri: string): void {
    const [file] = splitUri(uri);
    const reading = this.reading.get(file);
    if (reading) {
      reading.isStale = true;
    }
    const known = this.files.get(file);
    if (known) {
      this.files.delete(file);
      this.count -= known.state === 'here' ? 1 : 0;
      this.size -= known.text.length;
      this.changes += 1;
    }
  }

  /**
   * Reads what the document uses, at any depth, until all of it is here or known to be missing. `source` gives the document as it is by
   * then. Resolves to whether anything became known; never rejects. Several calls at once are one.
   */
  load(source: () => ISource): Promise<boolean> {
    this.running ??= this.loadAll(source);
    return this.running;
  }

  private async loadAll(source: () => ISource): Promise<boolean> {
    // So that `running` is set before it is taken back.
    await null;
    this.askAnew(source());
    const before = this.changes;
    for (let depth = 0; this.read; depth++) {
      this.ask(source());
      const uris = [...this.wanted].filter(uri => !this.files.has(uri));
      this.wanted.clear();
      if (uris.length === 0) {
        break;
      }
      if (depth >= MAX_DEPTH) {
        const why = `is not read: it is used by more than ${MAX_DEPTH} files one within another.`;
        uris.forEach(uri => this.keep(uri, notHere('missing', `${uri} ${why}`)));
        break;
      }
      await inTurns(uris, uri => this.readOne(uri));
    }
    // Not a turn later: who asks then asks for what came since.
    this.running = null;
    return this.changes !== before;
  }

  /** Forgets what was wanted by texts that are gone, and, where there are many, files that nothing uses any more. */
  private askAnew(source: ISource): void {
    this.ask(source);
    if (this.wanted.size > 0) {
      this.wanted.clear();
      this.asked.clear();
      // So that views that were kept ask again.
      this.changes += 1;
      this.ask(source);
      if (this.files.size >= MAX_FILES / 2) {
        [...this.files.keys()].filter(uri => !this.asked.has(uri)).forEach(uri => this.forget(uri));
      }
    }
  }

  /** Makes wanted what the document and the files that are here use: by their views, and by directives wherever they are. */
  private ask(source: ISource): void {
    readProcesses(source, this);
    for (const text of [source, ...[...this.files.values()].flatMap(file => (file instanceof ReadFile ? file.parsed ?? [] : []))]) {
      references(text).filter(uri => uri !== source.uri).forEach(uri => this.get(uri));
    }
  }

  private async readOne(uri: string): Promise<void> {
    if (this.count >= MAX_FILES || this.size >= MAX_SIZE) {
      const most = this.count >= MAX_FILES ? `${MAX_FILES} files` : `${MAX_SIZE / 1e6} MB of other files`;
      this.keep(uri, notHere('missing', `${uri} is not read: the document uses more than ${most}.`));
      return;
    }
    this.count += 1;
    const text = await this.textOf(uri);
    if (typeof text !== 'string' || this.size + text.length > MAX_SIZE) {
      this.count -= 1;
      this.keep(uri, typeof text === 'string' ? notHere('missing', `${uri} is too large to be read.`) : this.absent(uri));
      return;
    }
    this.size += text.length;
    this.keep(uri, new ReadFile(uri, text));
  }

  private async textOf(uri: string): Promise<string | null> {
    for (;;) {
      const reading = { isStale: false };
      this.reading.set(uri, reading);
      const text = await this.tryRead(uri);
      if (!reading.isStale) {
        this.reading.delete(uri);
        return text;
      }
    }
  }

  private async tryRead(uri: string): Promise<string | null> {
    try {
      return (await this.read?.(uri)) ?? null;
    } catch {
      return null;
    }
  }

  private absent(uri: string): IFile {
    return isRemote(uri) && originOf(uri) !== originOf(this.uri)
      ? notHere('remote', `${uri} is on the web and cannot be read here.`)
      : notHere('missing', `There is no ${uri}, or it cannot be read.`);
  }

  private keep(uri: string, file: IFile): void {
    this.files.set(uri, file);
    this.changes += 1;
  }
}

/** A few at once, so that one slow file holds up no others. */
async function inTurns(uris: readonly string[], read: (uri: string) => Promise<void>): Promise<void> {
  const waiting = [...uris];
  const turn = async (): Promise<void> => {
    for (let uri = waiting.shift(); uri !== undefined; uri = waiting.shift()) {
      await read(uri);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, turn));
}
