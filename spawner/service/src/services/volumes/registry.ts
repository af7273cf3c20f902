import { VolumeEntry } from '@jupyter-datalabs/contract';

import type { VolumeStore } from '../../ports/store.js';

/** What an admin has said of a volume; null: removed. A broken one, of another version of the hub, is nobody's: the file's own could show it to more people. */
type Said = VolumeEntry | 'broken' | null;

/** Of a hub that does not run: for reading alone. */
export type SaidOfVolumes = VolumeStore | Pick<VolumeStore, 'list'>;

export interface Declared {
  entry: VolumeEntry;
  origin: 'file' | 'store';
  /** Whether the file has an entry of this name. */
  declared: boolean;
}

/** Which volumes there are: what admins have said, over what the file declares. */
export class VolumeRegistry {
  /** What the store holds; nobody else writes there. */
  #said: Promise<Map<string, Said>> | null = null;

  constructor(
    private readonly options: {
      /** What volumes.yaml says. */
      declared: () => Promise<VolumeEntry[]>;
      store?: SaidOfVolumes;
      /** Told of a stored entry that is none, once for each time the store is read. */
      onBroken?: (name: string, problem: string) => void;
    }
  ) {}

  /** In the order of the file, then by name. */
  async list(): Promise<Declared[]> {
    const declared = await this.options.declared();
    const over = new Map(await this.#stored());
    const all = declared.flatMap((entry): Declared[] => {
      const instead = over.get(entry.name);
      over.delete(entry.name);
      return instead === null || instead === 'broken' ? [] : [{ entry: instead ?? entry, origin: instead ? 'store' : 'file', declared: true }];
    });
    return [...all, ...[...over.values()].flatMap((entry): Declared[] => (entry === null || entry === 'broken' ? [] : [{ entry, origin: 'store', declared: false }]))];
  }

  async set(entry: VolumeEntry): Promise<void> {
    await this.#writable().set(entry.name, entry);
    this.#said = null;
  }

  /** False when there is none. */
  async remove(name: string): Promise<boolean> {
    const isDeclared = (await this.options.declared()).some(entry => entry.name === name);
    const said = (await this.#stored()).get(name);
    if (said === null || (said === undefined && !isDeclared)) {
      return false;
    }
    const store = this.#writable();
    if (isDeclared) {
      await store.set(name, null);
    } else {
      await store.remove(name);
    }
    this.#said = null;
    return true;
  }

  /** Names that the file declares and an admin has removed, or said something of that is broken. */
  async removed(): Promise<string[]> {
    const over = await this.#stored();
    const isAway = (said: Said | undefined): boolean => said === null || said === 'broken';
    return (await this.options.declared()).flatMap(({ name }) => (isAway(over.get(name)) ? [name] : []));
  }

  /** Forgets what was said of it. False when the file has none of this name. */
  async restore(name: string): Promise<boolean> {
    if (!(await this.options.declared()).some(entry => entry.name === name)) {
      return false;
    }
    await this.#writable().remove(name);
    this.#said = null;
    return true;
  }

  #stored(): Promise<Map<string, Said>> {
    const read = async (): Promise<Map<string, Said>> => new Map((await this.options.store?.list())?.map(({ name, entry }) => [name, entry === null ? null : this.#read(name, entry)]));
    if (!this.#said) {
      const said = read();
      this.#said = said;
      said.catch(() => this.#said === said && (this.#said = null));
    }
    return this.#said;
  }

  #read(name: string, entry: unknown): Said {
    const { success, data, error } = VolumeEntry.safeParse(entry);
    if (!success) {
      this.options.onBroken?.(name, error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
    }
    return data ?? 'broken';
  }

  #writable(): VolumeStore {
    const { store } = this.options;
    if (!store || !('set' in store)) {
      throw new Error('This list of volumes is for reading alone');
    }
    return store;
  }
}
