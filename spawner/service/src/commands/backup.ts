import * as path from 'node:path';

import { DomainError } from '../domain/errors.js';
import { sizeText } from '../domain/sizes.js';
import { backupStore, restoreStore } from '../store/backup.js';
import type { Outcome } from './people.js';

export async function backup(store: string, given: string): Promise<Outcome> {
  const target = path.resolve(given);
  const state = await backupStore(store, target);
  return {
    lines: [`${target}: ${sizeText(state.bytes)}, ${state.users === 1 ? 'one user' : `${state.users} users`}, schema ${state.schema ?? 'none'}. It holds hashes of passwords and tokens: keep it private.`],
    json: { file: target, ...state },
    code: 0
  };
}

export interface RestoreOptions {
  store: string;
  backup: string;
  /** Tells apart what is put aside. */
  stamp: string;
  /** Takes the state directory as a hub would; answers with the process of the hub that has it, else null. */
  take(): number | null;
  release(): void;
}

export async function restore({ store, backup: given, stamp, take, release }: RestoreOptions): Promise<Outcome> {
  const other = take();
  if (other !== null) {
    throw new DomainError('conflict', `The hub is running (process ${other}), and would write over what is restored.`, { action: 'Stop it with Ctrl-C or "npm run stop", then restore.' });
  }
  try {
    const { state, aside } = await restoreStore({ store, backup: path.resolve(given), stamp });
    return {
      lines: [
        `Restored: ${state.users === 1 ? 'one user' : `${state.users} users`}, schema ${state.schema ?? 'none'}. The next start brings it up to date.`,
        ...(aside === null ? [] : [`What was there before is ${aside}.`]),
        'Sessions that were begun after the backup was made are ended by the next start, and those that have ended since then are listed as crashed; their files stay.'
      ],
      json: { store, aside, ...state },
      code: 0
    };
  } finally {
    release();
  }
}
