import { chmod, lstat, mkdir } from 'node:fs/promises';
import * as path from 'node:path';

import { statePaths } from './config/paths.js';
import type { Config } from './config/schema.js';
import { DomainError } from './domain/errors.js';

/** Directories a session's own user must pass through are 0711; what is inside says who may read it. */
export async function prepareState(config: Config): Promise<void> {
  const paths = statePaths(config.stateDir);
  try {
    await mkdir(paths.stateDir, { recursive: true });
    await claimDirectory(paths.runDir);
    for (const directory of [paths.stateDir, paths.runDir, paths.homes, paths.workspaces, path.join(paths.homes, config.user)]) {
      await mkdir(directory, { recursive: true });
      await chmod(directory, 0o711);
    }
    for (const directory of [paths.logs, paths.hubSocketDir, paths.doorsDir]) {
      await mkdir(directory, { recursive: true });
      await chmod(directory, 0o700);
    }
  } catch (error) {
    if (error instanceof DomainError) {
      throw error;
    }
    const { code } = error as NodeJS.ErrnoException;
    throw new DomainError('internal', `The state directory ${config.stateDir} cannot be used (${code ?? String(error)}).`, {
      action: 'Choose another with --state-dir, or make it writable for this user.',
      cause: error
    });
  }
}

/** The run directory can lie in /tmp, where anybody could have made it first: whoever owns it owns every socket in it. */
async function claimDirectory(directory: string): Promise<void> {
  await mkdir(directory, { mode: 0o711 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') {
      throw error;
    }
  });
  const found = await lstat(directory);
  if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o022) !== 0) {
    throw new DomainError('internal', `${directory} belongs to somebody else or is open to others, so the hub does not put its sockets there.`, {
      action: 'Remove it, or choose a shorter --state-dir: then the sockets lie below that.'
    });
  }
}
