import { existsSync, readFileSync, realpathSync } from 'node:fs';
import * as path from 'node:path';

import type { Config } from './schema.js';

/**
 * Host directories every session sees read-only at the same path. A Python environment refers to its base
 * interpreter by absolute path; one outside /usr has to come along, or the environment's python does not exist inside.
 */
export function softwareMounts(software: Config['software']): string[] {
  const mounts = new Set<string>([software.node, software.lab, software.euclid]);
  for (const environment of [software.lab, software.euclid]) {
    const base = basePrefix(environment);
    if (base !== null && !base.startsWith('/usr/') && base !== '/usr') {
      mounts.add(base);
    }
  }
  for (const part of ['node_modules', 'spawner/desktop-agent', 'spawner/contract', '.tools/topcat']) {
    mounts.add(path.join(software.repo, part));
  }
  // An environment that set-up has not made yet is missed by the datalab that needs it, not by all.
  return [...mounts].filter(directory => existsSync(directory));
}

/** Prefix of the interpreter an environment was made from; null where the environment is not there. */
function basePrefix(environment: string): string | null {
  try {
    const bin = realpathSync(path.join(environment, 'bin', 'python3'));
    return path.dirname(path.dirname(bin));
  } catch {
    try {
      const home = /^home\s*=\s*(.+)$/m.exec(readFileSync(path.join(environment, 'pyvenv.cfg'), 'utf8'));
      return home ? path.dirname(home[1]!.trim()) : null;
    } catch {
      return null;
    }
  }
}

/** Replaces `{node}`, `{lab}`, `{euclid}` and `{repo}`. */
export function substitute(text: string, software: Config['software']): string {
  return text.replace(/\{(node|lab|euclid|repo)\}/g, (_, name: keyof Config['software']) => software[name]);
}

/** Example notebooks that a datalab ships beside its descriptor; null where it has none. */
export function notebooksOf(datalabsDir: string, datalab: string): string | null {
  const folder = path.join(datalabsDir, datalab, 'notebooks');
  return existsSync(folder) ? folder : null;
}
