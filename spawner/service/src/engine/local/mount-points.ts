import { closeSync, constants, lstatSync, openSync, renameSync, statSync } from 'node:fs';
import type { SandboxBind } from '../../builders/bwrap.js';
import { DomainError } from '../../domain/errors.js';

/** Not among Node's constants: a descriptor to look up names from, which needs no permission to read. The same on every Linux this runs on. */
const O_PATH = 0o10000000;
const OPEN_DIRECTORY = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/**
 * A session can leave anything in the place of a directory that the next start mounts over, say a dangling link: bubblewrap would then fail for good. Such an
 * entry is renamed to `<name>.saved`.
 */
export function clearMountPoints(binds: SandboxBind[], links: { path: string }[]): void {
  const targets = [
    ...binds.map(bind => ({ path: bind.target, isDirectory: statSync(bind.source).isDirectory() })),
    ...links.map(link => ({ path: link.path.slice(0, link.path.lastIndexOf('/')), isDirectory: true }))
  ];
  for (const target of targets) {
    const [above] = binds.filter(bind => target.path.startsWith(`${bind.target}/`)).sort((a, b) => b.target.length - a.target.length);
    if (above?.mode !== 'rw') continue;
    try {
      clear(above.source, target.path.slice(above.target.length + 1).split('/'), target.isDirectory);
    } catch (cause) {
      throw new DomainError('volume-unreachable', `${target.path} cannot be mounted: something else is in its place and cannot be renamed.`, {
        action: 'Rename or remove it, then start again.',
        log: [`${target.path}: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}`],
        cause
      });
    }
  }
}

/**
 * Another session of the same user may be at work in this very directory, and the hub may be root: each name is looked up from the descriptor of its
 * directory, so that a directory exchanged for a link meanwhile leads nowhere.
 */
function clear(source: string, names: string[], isDirectory: boolean): void {
  let directory = openSync(source, OPEN_DIRECTORY);
  try {
    for (const [index, name] of names.entries()) {
      const path = `/proc/self/fd/${directory}/${name}`;
      const found = lstatSync(path, { throwIfNoEntry: false });
      if (found === undefined) return;
      const isLast = index === names.length - 1;
      if (isLast && !isDirectory ? !found.isFile() : !found.isDirectory()) {
        renameSync(path, freeName(path));
        return;
      }
      if (isLast) return;
      const next = openSync(path, OPEN_DIRECTORY);
      closeSync(directory);
      directory = next;
    }
  } finally {
    closeSync(directory);
  }
}

function freeName(path: string): string {
  let name = `${path}.saved`;
  for (let count = 2; lstatSync(name, { throwIfNoEntry: false }) !== undefined; count++) name = `${path}.saved-${count}`;
  return name;
}
