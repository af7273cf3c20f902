import { mkdir, rename, stat } from 'node:fs/promises';
import * as path from 'node:path';
import type { Clock } from '../../ports/clock.js';
import type { Homes } from './users.js';

/** Where files of deleted users go, beside those of the others. No user can be called that. */
const RETIRED = '.deleted';

/** Homes and workspaces as folders by user name. */
export class FolderHomes implements Homes {
  constructor(private readonly options: { folders: string[]; clock: Clock }) {}

  async exists(user: string): Promise<boolean> {
    return (await this.#of(user)).length > 0;
  }

  async retire(user: string): Promise<void> {
    const stamp = new Date(this.options.clock.now()).toISOString().replace(/[:.]/g, '-');
    for (const folder of await this.#of(user)) {
      const retired = path.join(folder, RETIRED);
      await mkdir(retired, { recursive: true, mode: 0o700 });
      await rename(path.join(folder, user), path.join(retired, `${user} ${stamp}`));
    }
  }

  /** The folders that have one of the user's. */
  async #of(user: string): Promise<string[]> {
    const there = await Promise.all(this.options.folders.map(folder => stat(path.join(folder, user)).then(() => folder, () => null)));
    return there.filter(folder => folder !== null);
  }
}
