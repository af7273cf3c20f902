import { readFile, stat } from 'node:fs/promises';
import * as path from 'node:path';

import type { ListedVolume, Volume } from '@jupyter-datalabs/contract';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';

import { DomainError } from '../../domain/errors.js';
import { mistake } from '../../domain/mistakes.js';
import { lineOf } from '../catalogue/catalogue.js';
import type { Probe } from './probe.js';
import type { VolumesService } from './types.js';

const text = z.string().trim().min(1);

/** volumes.yaml. Names become directory names below /data. */
const volumesFileSchema = z.strictObject({
  volumes: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must be lower case letters, digits, "_" or "-"').refine(name => name !== 'user', '"user" is taken by /data/user'),
        title: text,
        mission: text,
        description: text,
        licence: text,
        simulated: z.boolean().default(false),
        path: text.describe('Absolute, or below the sample data: "sample-data/…"'),
        groups: z.array(text).default([]).describe('Who may see it; empty = everybody')
      })
    )
    .superRefine((volumes, context) => {
      volumes.forEach((volume, index) => {
        if (volumes.findIndex(other => other.name === volume.name) !== index) {
          context.addIssue({ code: 'custom', path: [index, 'name'], message: `there are two volumes "${volume.name}"` });
        }
      });
    })
});
type Declared = z.infer<typeof volumesFileSchema>['volumes'][number];

export class FileVolumes implements VolumesService {
  #cache: { stamp: string; volumes: Declared[] } | null = null;

  constructor(
    private readonly options: {
      /** The first file that exists counts. */
      files: string[];
      sampleData: string;
      probe: Probe;
      /** Groups of a user. */
      groupsOf: (user: string) => Promise<string[]>;
    }
  ) {}

  async list({ user }: { user: string }): Promise<Volume[]> {
    return Promise.all((await this.#visible(user)).map(async volume => this.#state(volume, (await this.#problem(volume))?.forUsers)));
  }

  async listAll(): Promise<ListedVolume[]> {
    return Promise.all((await this.#declared()).map(async volume => ({ ...this.#state(volume, (await this.#problem(volume))?.forOperators), groups: volume.groups })));
  }

  async mounts({ user }: { user: string }): Promise<{ name: string; source: string }[]> {
    const visible = await this.#visible(user);
    const found = await Promise.all(
      visible.map(async volume => ((await this.#problem(volume)) === null ? [{ name: volume.name, source: this.#source(volume.path) }] : []))
    );
    return found.flat();
  }

  #state({ name, title, mission, description, licence, simulated }: Declared, reason: string | null = null): Volume {
    return { name, title, mission, description, licence, simulated, path: `/data/${name}`, available: reason === null, reason };
  }

  async #visible(user: string): Promise<Declared[]> {
    const declared = await this.#declared().catch((error: unknown) => {
      throw new DomainError('internal', 'The list of volumes has errors, so none can be shown or mounted.', { action: 'Tell whoever runs this hub; "datalabs doctor" says where.', cause: error });
    });
    if (declared.every(volume => volume.groups.length === 0)) {
      return declared;
    }
    const groups = new Set(await this.options.groupsOf(user));
    return declared.filter(volume => volume.groups.length === 0 || volume.groups.some(group => groups.has(group)));
  }

  async #declared(): Promise<Declared[]> {
    for (const file of this.options.files) {
      const found = await stat(file).catch(() => null);
      if (!found) {
        continue;
      }
      const stamp = `${file} ${found.mtimeMs} ${found.size} ${found.ino}`;
      if (this.#cache?.stamp !== stamp) {
        this.#cache = { stamp, volumes: parseVolumes(file, await readFile(file, 'utf8')) };
      }
      return this.#cache.volumes;
    }
    return [];
  }

  #source(declared: string): string {
    const { sampleData } = this.options;
    const below = /^(?:sample-data|\{sampleData\})(?:\/|$)/.exec(declared);
    return below ? path.join(sampleData, declared.slice(below[0].length)) : declared;
  }

  /** Why a volume cannot be mounted; null when it can. Where it lies on the host is for those who can mend it. */
  async #problem(volume: Declared): Promise<{ forUsers: string; forOperators: string } | null> {
    const source = this.#source(volume.path);
    const both = (reason: string): { forUsers: string; forOperators: string } => ({ forUsers: reason, forOperators: reason });
    if (!path.isAbsolute(source)) {
      return { forUsers: 'It is wrongly set up. Tell whoever runs this hub.', forOperators: `Its path "${source}" is not absolute.` };
    }
    const missing = 'Its data are not there. Tell whoever runs this hub.';
    switch (await this.options.probe(source)) {
      case 'directory':
        return null;
      case 'other':
        return { forUsers: missing, forOperators: `Its path ${source} is not a directory.` };
      case 'missing':
        return source.startsWith(`${this.options.sampleData}/`)
          ? { forUsers: missing, forOperators: 'Its simulated data have not been made; "npm run sample-data" makes them, with the --state-dir of this hub.' }
          : { forUsers: missing, forOperators: `Its path ${source} does not exist.` };
      case 'silent':
        return both('Its storage does not answer.');
      default:
        return { forUsers: 'Its storage cannot be read. Tell whoever runs this hub.', forOperators: `Its path ${source} cannot be read.` };
    }
  }
}

/** @throws DomainError `bad-request` with every problem as `line N: …` in its log. */
export function parseVolumes(file: string, source: string): Declared[] {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  const problems = document.errors.map(error => `${file}:${lines.linePos(error.pos[0]).line}: ${error.message.split('\n')[0]}`);
  if (problems.length === 0) {
    const parsed = volumesFileSchema.safeParse(document.toJS(), { error: mistake });
    if (parsed.success) {
      return parsed.data.volumes;
    }
    for (const issue of parsed.error.issues) {
      const at = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path;
      problems.push(`${file}:${lineOf(document, lines, at) ?? 1}: ${[...issue.path].join('.')}: ${issue.message}`);
    }
  }
  throw new DomainError('bad-request', `The list of volumes ${file} has errors.`, { action: problems[0]!, log: problems });
}
