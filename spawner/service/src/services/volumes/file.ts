import { readFile, stat } from 'node:fs/promises';

import { VolumeEntry } from '@jupyter-datalabs/contract';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';

import { DomainError } from '../../domain/errors.js';
import { mistake } from '../../domain/mistakes.js';
import { lineOf } from '../catalogue/catalogue.js';

/** volumes.yaml. */
const volumesFileSchema = z.strictObject({
  volumes: z.array(VolumeEntry).superRefine((volumes, context) => {
    volumes.forEach((volume, index) => {
      if (volumes.findIndex(other => other.name === volume.name) !== index) {
        context.addIssue({ code: 'custom', path: [index, 'name'], message: `there are two volumes "${volume.name}"` });
      }
    });
  })
});

/**
 * Reads the first of these files that exists, when it has changed. What has become wrong of it is told, and what it said before goes on; with nothing before, rejects as
 * `parseVolumes`. Once it is mended, null is told.
 */
export function volumesFile(files: readonly string[], onRead?: (problem: DomainError | null) => void): () => Promise<VolumeEntry[]> {
  let cache: { stamp: string; volumes: VolumeEntry[] } | null = null;
  return async () => {
    for (const file of files) {
      const found = await stat(file).catch(() => null);
      if (!found) {
        continue;
      }
      const stamp = `${file} ${found.mtimeMs} ${found.size} ${found.ino}`;
      if (cache?.stamp !== stamp) {
        const source = await readFile(file, 'utf8');
        try {
          cache = { stamp, volumes: parseVolumes(file, source) };
          onRead?.(null);
        } catch (error) {
          if (!cache || !(error instanceof DomainError)) {
            throw error;
          }
          onRead?.(error);
          cache = { ...cache, stamp };
        }
      }
      return cache.volumes;
    }
    onRead?.(null);
    return [];
  };
}

/** @throws DomainError `bad-request` with every problem as `line N: …` in its log. */
export function parseVolumes(file: string, source: string): VolumeEntry[] {
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
