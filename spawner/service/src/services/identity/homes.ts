import { mkdir, rename, stat } from 'node:fs/promises';
import * as path from 'node:path';
import type { Clock } from '../../ports/clock.js';
import type { Homes } from './users.js';

/** Where homes of deleted users go. No user can be called that. */
const RETIRED = '.deleted';

/** Homes as folders by user name. */
export class FolderHomes implements Homes {
  constructor(private readonly options: { folder: string; clock: Clock }) {}

  async exists(user: string): Promise<boolean> {
    return stat(path.join(this.options.folder, user)).then(() => true, () => false);
  }

  async retire(user: string): Promise<void> {
    if (await this.exists(user)) {
      const retired = path.join(this.options.folder, RETIRED);
      await mkdir(retired, { recursive: true, mode: 0o700 });
      const stamp = new Date(this.options.clock.now()).toISOString().replace(/[:.]/g, '-');
      await rename(path.join(this.options.folder, user), path.join(retired, `${user} ${stamp}`));
    }
  }
}
