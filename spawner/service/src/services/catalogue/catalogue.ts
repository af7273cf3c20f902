import { readFile, readdir, stat } from 'node:fs/promises';
import * as path from 'node:path';

import { DatalabDescriptor, type Datalab } from '@jupyter-datalabs/contract';
import { isNode, LineCounter, parseDocument, type Document } from 'yaml';

import { DomainError } from '../../domain/errors.js';
import type { CatalogueService } from './types.js';

type Problem = { file: string; line: number | null; message: string };
const ID = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** The catalogue of a folder of `<id>/datalab.yaml`. Read anew when a file changed, so an edit needs no restart. */
export class FolderCatalogue implements CatalogueService {
  #cache: { stamp: string; datalabs: Datalab[]; problems: Problem[] } | null = null;
  #looking: Promise<{ datalabs: Datalab[]; problems: Problem[] }> | null = null;

  /** `substitute` puts the software trees in place of `{lab}`, `{node}` and so on. */
  constructor(private readonly options: { folder: string; substitute: (text: string) => string }) {}

  /** Many who ask at once have one look at the folder between them. */
  list(): Promise<{ datalabs: Datalab[]; problems: Problem[] }> {
    this.#looking ??= this.#look().finally(() => (this.#looking = null));
    return this.#looking;
  }

  async #look(): Promise<{ datalabs: Datalab[]; problems: Problem[] }> {
    const { folder } = this.options;
    let ids: string[];
    try {
      const entries = await readdir(folder, { withFileTypes: true });
      ids = entries.filter(entry => entry.isDirectory()).map(entry => entry.name).sort();
    } catch {
      return { datalabs: [], problems: [{ file: folder, line: null, message: 'The folder of datalabs cannot be read.' }] };
    }
    const files: { id: string; file: string }[] = [];
    const stamps: string[] = [];
    for (const id of ids) {
      const file = path.join(folder, id, 'datalab.yaml');
      const found = await stat(file).catch(() => null);
      if (found) {
        files.push({ id, file });
        stamps.push(`${file} ${found.mtimeMs} ${found.size} ${found.ino}`);
      }
    }
    const stamp = stamps.join('\n');
    if (this.#cache?.stamp !== stamp) {
      const datalabs: Datalab[] = [];
      const problems: Problem[] = [];
      for (const { id, file } of files) {
        const read = await this.#read(id, file);
        problems.push(...read.problems);
        if (read.datalab) {
          datalabs.push(read.datalab);
        }
      }
      this.#cache = { stamp, datalabs, problems };
    }
    return { datalabs: this.#cache.datalabs, problems: this.#cache.problems };
  }

  async get(id: string): Promise<Datalab> {
    const { datalabs, problems } = await this.list();
    const found = datalabs.find(datalab => datalab.id === id);
    if (found) {
      return found;
    }
    const broken = problems.find(problem => path.basename(path.dirname(problem.file)) === id);
    throw new DomainError(
      'unknown-datalab',
      broken ? `The description of the datalab "${id}" has an error.` : `There is no datalab "${id}".`,
      { action: broken ? `Mend ${broken.file}${broken.line ? ` at line ${broken.line}` : ''}: ${broken.message}` : 'Choose one of the catalogue.' }
    );
  }

  async icon(id: string): Promise<string | null> {
    const { iconFile } = await this.get(id);
    return iconFile === null ? null : readFile(iconFile, 'utf8').catch(() => null);
  }

  async #read(id: string, file: string): Promise<{ datalab: Datalab | null; problems: Problem[] }> {
    if (!ID.test(id)) {
      return { datalab: null, problems: [{ file, line: null, message: `The folder's name "${id}" is no id: lower case letters, digits and "-".` }] };
    }
    const lines = new LineCounter();
    const document = parseDocument(await readFile(file, 'utf8'), { lineCounter: lines });
    if (document.errors.length > 0) {
      return {
        datalab: null,
        problems: document.errors.map(error => ({
          file,
          line: lines.linePos(error.pos[0]).line,
          message: error.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '')
        }))
      };
    }
    const parsed = DatalabDescriptor.safeParse(document.toJS());
    if (!parsed.success) {
      return {
        datalab: null,
        problems: parsed.error.issues.map(issue => {
          // The line of an unknown key is its own, not that of the mapping around it.
          const at = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path;
          const name = issue.path.join('.');
          return { file, line: lineOf(document, lines, at), message: name ? `${name}: ${issue.message}` : issue.message };
        })
      };
    }
    return this.#accept(id, file, parsed.data);
  }

  async #accept(id: string, file: string, descriptor: DatalabDescriptor): Promise<{ datalab: Datalab | null; problems: Problem[] }> {
    const problems: Problem[] = [];
    let iconFile: string | null = null;
    if (descriptor.icon !== undefined) {
      iconFile = path.join(path.dirname(file), path.basename(descriptor.icon));
      if (!(await stat(iconFile).catch(() => null))) {
        problems.push({ file, line: null, message: `icon: there is no file "${descriptor.icon}" beside it.` });
        iconFile = null;
      }
    }
    const { substitute } = this.options;
    const datalab: Datalab = {
      id,
      title: descriptor.title,
      abstract: descriptor.abstract,
      kind: descriptor.kind,
      version: descriptor.version,
      icon: iconFile === null ? null : `/hub/api/datalabs/${id}/icon`,
      keywords: descriptor.keywords,
      missions: descriptor.missions,
      network: descriptor.network,
      creator: { name: descriptor.creator.name },
      contactPoint: descriptor.contactPoint,
      license: descriptor.license ?? null,
      documentation: descriptor.documentation ?? null,
      state: 'published',
      apps: descriptor.apps.map(app => ({ ...app, argv: app.argv.map(substitute) })),
      resources: descriptor.resources,
      volumes: descriptor.volumes,
      command: descriptor.command?.map(substitute) ?? null,
      port: descriptor.port ?? null,
      health: descriptor.health ?? null,
      image: descriptor.image ?? null,
      environment: Object.fromEntries(Object.entries(descriptor.environment).map(([name, value]) => [name, substitute(value)])),
      iconFile
    };
    return { datalab, problems };
  }
}

/** Line of the deepest node on the path that exists: a missing key is reported at its parent. */
export function lineOf(document: Document, lines: LineCounter, at: readonly PropertyKey[]): number | null {
  for (let depth = at.length; depth >= 0; depth--) {
    const keys = at.slice(0, depth);
    const node = depth === 0 ? document.contents : document.getIn(keys, true);
    if (isNode(node) && node.range) {
      return lines.linePos(node.range[0]).line;
    }
  }
  return null;
}
