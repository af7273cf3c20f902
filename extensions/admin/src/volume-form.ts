import { toProblem } from '@jupyter-datalabs/hub-client';
import type { IProblemInfo, ListedVolume, VolumeEntry } from '@jupyter-datalabs/hub-client';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { parseEntry, ROWS, toEntered } from './volume-entry';
import type { Entered, Errors, Rows, Text } from './volume-entry';

/** What the form of a volume holds until the hub has taken it; it outlives the tab that shows it. */
export class VolumeForm {
  constructor(
    private readonly _options: {
      /** The one that is changed; null: a new one. */
      volume: ListedVolume | null;
      /** Those there are, which a new one must not replace. */
      taken: readonly string[];
      send: (entry: VolumeEntry) => Promise<ListedVolume>;
      trans: TranslationBundle;
    }
  ) {
    this.entered = toEntered(_options.volume?.entry ?? null);
    this._before = JSON.stringify(this.entered);
  }

  readonly changed = new Signal<this, void>(this);
  entered: Entered;
  /** Shown from the first attempt to send on. */
  errors: Errors = {};
  /** Counts the attempts that failed: each leads to the first field that is wrong. */
  attempts = 0;
  problem: IProblemInfo | null = null;
  isSending = false;

  get volume(): ListedVolume | null {
    return this._options.volume;
  }

  get isChanged(): boolean {
    return JSON.stringify(this.entered) !== this._before;
  }

  enter(change: Partial<Record<Text, string> & { simulated: boolean }>): void {
    this.entered = { ...this.entered, ...change };
    this._onEntered();
  }

  enterRow(list: Rows, index: number, key: string, value: string): void {
    this.entered = { ...this.entered, [list]: this.entered[list].map((row, at) => (at === index ? { ...row, [key]: value } : row)) };
    this._onEntered();
  }

  addRow(list: Rows): void {
    this.entered = { ...this.entered, [list]: [...this.entered[list], Object.fromEntries(ROWS[list].map(key => [key, '']))] };
    this._onEntered();
  }

  removeRow(list: Rows, index: number): void {
    this.entered = { ...this.entered, [list]: this.entered[list].filter((_, at) => at !== index) };
    this._onEntered();
  }

  /** The volume as the hub has it now; null when it was not taken. */
  async submit(): Promise<ListedVolume | null> {
    if (this.isSending) {
      return null;
    }
    const { entry, errors } = this._parse();
    this._tried = true;
    this.errors = errors;
    this.problem = null;
    this.isSending = entry !== null;
    this.changed.emit();
    let saved: ListedVolume | null = null;
    try {
      saved = entry && (await this._options.send(entry));
    } catch (error) {
      this.problem = toProblem(error);
    }
    this.isSending = false;
    if (!saved) {
      this.attempts++;
    }
    this.changed.emit();
    return saved;
  }

  private _onEntered(): void {
    if (this._tried) {
      this.errors = this._parse().errors;
    }
    this.changed.emit();
  }

  private _parse(): ReturnType<typeof parseEntry> {
    const { volume, taken, trans } = this._options;
    const parsed = parseEntry(this.entered, trans);
    if (!volume && taken.includes(this.entered.name.trim())) {
      return { entry: null, errors: { ...parsed.errors, name: trans.__('There is a volume of this name: edit that one, or take another name.') } };
    }
    return parsed;
  }

  private readonly _before: string;
  private _tried = false;
}
