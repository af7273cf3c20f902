import * as path from 'node:path';

import type { ListedVolume, Volume, VolumeDetail, VolumeEntry, VolumeState } from '@jupyter-datalabs/contract';

import { DomainError } from '../../domain/errors.js';
import type { Clock } from '../../ports/clock.js';
import { partsFor, seesAny } from './access.js';
import { volumesFile } from './file.js';
import { VolumeHealth, type Condition, type Place, type StateChange } from './health.js';
import { closedPlaces } from './closed.js';
import { childPrefixProbe, childProbe } from './probe.js';
import { VolumeRegistry, type Declared, type SaidOfVolumes } from './registry.js';
import type { AwayVolume, VisibleVolume, VolumeMount, VolumesKeeper } from './types.js';

/** With everything they need. Without a store: those of the file alone, for reading. */
export function openVolumes({ files, store, sampleData, hubPaths, clock, groupsOf, isGroup, onChange, onBroken }: {
  /** The first file that exists counts. */
  files: string[];
  store?: SaidOfVolumes;
  sampleData: string;
  /** What belongs to the hub. */
  hubPaths: readonly string[];
  clock: Clock;
  /** Groups of a user. */
  groupsOf: (user: string) => Promise<string[]>;
  /** Without it all groups are taken to exist. */
  isGroup?: (name: string) => Promise<boolean>;
  onChange?: (change: StateChange) => void;
  /** Told of a stored entry, or of the file, when it cannot be read any more. */
  onBroken?: (about: { volume?: string }, problem: string) => void;
}): Volumes {
  const health = new VolumeHealth({ probe: childProbe({ clock, isClosed: closedPlaces({ hubPaths, sampleData }) }), prefixes: childPrefixProbe({ clock }), clock, sampleData, ...(onChange && { onChange }) });
  let problem: DomainError | null = null;
  const declared = volumesFile(files, found => {
    problem = found;
    if (found) {
      onBroken?.({}, [found.message, ...(found.details.log ?? [])].join('\n'));
    }
  });
  const registry = new VolumeRegistry({ declared, ...(store && { store }), onBroken: (volume, problem) => onBroken?.({ volume }, problem) });
  const fileProblem = (): string | null => problem && `${problem.message} What it said before goes on. ${problem.details.action ?? ''}`.trim();
  return new Volumes({ registry, health, sampleData, groupsOf, fileProblem, ...(isGroup && { isGroup }) });
}

const iso = (time: number): string => new Date(time).toISOString();

/** Archive volumes: which there are, who sees what of them, and whether they answer. */
export class Volumes implements VolumesKeeper {
  /** Names as listed last: what is known of others is not shown any more. */
  #names: readonly string[] = [];

  constructor(
    private readonly options: {
      registry: VolumeRegistry;
      health: VolumeHealth;
      sampleData: string;
      /** Groups of a user. */
      groupsOf: (user: string) => Promise<string[]>;
      isGroup?: (name: string) => Promise<boolean>;
      /** What is wrong with volumes.yaml, as it was read last. */
      fileProblem?: () => string | null;
    }
  ) {}

  async list({ user }: { user: string }): Promise<Volume[]> {
    return Promise.all((await this.#visible(user)).map(async ({ entry }) => this.#shown(entry)));
  }

  async listAll(): Promise<ListedVolume[]> {
    return Promise.all((await this.#all()).map(async declared => this.#listed(declared, await this.options.health.soon(this.#place(declared.entry)))));
  }

  problem(): string | null {
    return this.options.fileProblem?.() ?? null;
  }

  removed(): Promise<string[]> {
    return this.options.registry.removed();
  }

  async mounts({ user, names }: { user: string; names?: readonly string[] }): Promise<{ mounts: VolumeMount[]; away: AwayVolume[] }> {
    const mounts: VolumeMount[] = [];
    const away: AwayVolume[] = [];
    const wanted = await this.#wanted(user, names);
    const conditions = await Promise.all(wanted.map(({ entry }) => this.options.health.look(this.#place(entry))));
    for (const [index, { entry, parts }] of wanted.entries()) {
      const { name, title } = entry;
      const { problem } = conditions[index]!;
      if (problem) {
        away.push({ name, title, reason: problem.forUsers });
      } else {
        mounts.push({ name, title, source: this.#place(entry).source, parts });
      }
    }
    return { mounts, away };
  }

  async admit({ owner, options: { volumes } }: { owner: string; options: { volumes?: readonly string[] } }): Promise<void> {
    if (volumes) {
      await this.#wanted(owner, volumes);
    }
  }

  visible({ user }: { user: string }): Promise<VisibleVolume[]> {
    return this.#visible(user);
  }

  async places({ user, names }: { user: string; names: readonly string[] }): Promise<{ name: string; source: string }[]> {
    const places = (await this.#wanted(user, names)).map(({ entry }) => this.#place(entry));
    const conditions = await Promise.all(places.map(place => this.options.health.last(place)));
    return places.filter((_, index) => conditions[index]!.problem === null);
  }

  async get({ user, name }: { user: string; name: string }): Promise<VolumeDetail> {
    const found = (await this.#wanted(user, [name]))[0]!;
    const { size, citation, documentation, examples, roots, tables } = found.entry;
    const allowed = found.parts.flatMap(part => (part.allowed ? [part.prefix] : []));
    return { ...(await this.#shown(found.entry)), size, citation, documentation, examples, roots, tables, allowed };
  }

  async set(entry: VolumeEntry): Promise<ListedVolume> {
    await this.options.registry.set(entry);
    return this.probe(entry.name);
  }

  async remove(name: string): Promise<void> {
    if (!(await this.options.registry.remove(name))) {
      throw unknownVolume(name);
    }
  }

  async restore(name: string): Promise<ListedVolume> {
    if (!(await this.options.registry.restore(name))) {
      throw new DomainError('unknown-volume', `The file of volumes has no entry "${name}" to go back to.`, { action: 'Add the volume anew, or declare it in volumes.yaml.' });
    }
    return this.probe(name);
  }

  async probe(name: string): Promise<ListedVolume> {
    const found = (await this.#all()).find(({ entry }) => entry.name === name);
    if (!found) {
      throw unknownVolume(name);
    }
    // Whoever has just mended something is not told of what was before.
    return this.#listed(found, await this.options.health.look(this.#place(found.entry), { fresh: true }));
  }

  /** Looks at all of them, from time to time. */
  async pass(): Promise<void> {
    await Promise.all((await this.#all()).map(({ entry }) => this.options.health.look(this.#place(entry))));
  }

  states(): { name: string; state: VolumeState }[] {
    return this.options.health.states(this.#names);
  }

  async #all(): Promise<Declared[]> {
    const all = await this.options.registry.list();
    this.#names = all.map(({ entry }) => entry.name);
    return all;
  }

  async #visible(user: string): Promise<VisibleVolume[]> {
    const declared = await this.#all().catch((error: unknown) => {
      throw new DomainError('internal', 'The list of volumes has errors, so none can be shown or mounted.', { action: 'Tell whoever runs this hub; "datalabs doctor" says where.', cause: error });
    });
    const open = declared.every(({ entry }) => entry.groups.length === 0 && entry.rules.every(rule => rule.groups.length === 0));
    const groups = new Set(open ? [] : await this.options.groupsOf(user));
    return declared.map(({ entry }) => ({ entry, parts: partsFor(entry, groups) })).filter(({ parts }) => seesAny(parts));
  }

  /** Those of these names, or all; rejects with `unknown-volume`. */
  async #wanted(user: string, names?: readonly string[]): Promise<VisibleVolume[]> {
    const visible = await this.#visible(user);
    const strange = names?.find(name => !visible.some(({ entry }) => entry.name === name));
    if (strange !== undefined) {
      throw unknownVolume(strange);
    }
    return names ? visible.filter(({ entry }) => names.includes(entry.name)) : visible;
  }

  #place({ name, path: declared, rules }: VolumeEntry): Place {
    const { sampleData } = this.options;
    const below = /^(?:sample-data|\{sampleData\})(?:\/|$)/.exec(declared);
    return { name, source: below ? path.join(sampleData, declared.slice(below[0].length)) : declared, prefixes: rules.map(rule => rule.prefix) };
  }

  async #listed({ entry, origin, declared }: Declared, condition: Condition): Promise<ListedVolume> {
    const groups = [...new Set([...entry.groups, ...entry.rules.flatMap(rule => rule.groups)])];
    const exist = await Promise.all(groups.map(name => this.options.isGroup?.(name) ?? true));
    return {
      ...shown(entry, condition, condition.problem?.forOperators ?? null),
      groups: entry.groups, origin, declared, checked: iso(condition.checked), absent_groups: groups.filter((_, index) => !exist[index]), entry
    };
  }

  async #shown(entry: VolumeEntry): Promise<Volume> {
    const condition = await this.options.health.soon(this.#place(entry));
    return shown(entry, condition, condition.problem?.forUsers ?? null);
  }
}

function shown({ name, title, mission, release, description, licence, simulated }: VolumeEntry, { state, since }: Condition, reason: string | null): Volume {
  return { name, title, mission, release, description, licence, simulated, path: `/data/${name}`, available: reason === null, state, since: iso(since), reason };
}

/** The same whether there is none or it is for others. */
export function unknownVolume(name: string): DomainError {
  return new DomainError('unknown-volume', `There is no volume "${name}".`, { action: 'Choose one of the list of volumes.' });
}
