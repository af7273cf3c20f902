import { Worker } from 'node:worker_threads';

type Disk = { total: number; free: number } | null;

export interface DiskLook {
  /** Of each chain the first path that is there. */
  chains: string[][];
  /** Directories whose entries are told too, but for hidden ones. */
  folders: string[];
}

/** Runs in a thread: calls that wait for the disk are its only work. */
const THREAD = `
const { readdirSync, statfsSync } = require('node:fs');
const { join } = require('node:path');
const { parentPort } = require('node:worker_threads');
const unlessMissing = work => {
  try {
    return work();
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  }
};
parentPort.on('message', ({ id, chains, folders }) => {
  try {
    const below = folders.flatMap(folder => (unlessMissing(() => readdirSync(folder)) ?? []).filter(name => !name.startsWith('.')).map(name => [join(folder, name)]));
    const found = [];
    for (const chain of [...chains, ...below]) {
      for (const path of chain) {
        const disk = unlessMissing(() => statfsSync(path));
        if (disk === null) continue;
        found.push([path, disk.blocks === 0 ? null : { total: disk.blocks * disk.bsize, free: disk.bavail * disk.bsize }]);
        break;
      }
    }
    parentPort.postMessage({ id, found });
  } catch (error) {
    parentPort.postMessage({ id, error: error.message });
  }
});
`;

interface Waiting {
  resolve(found: Map<string, Disk>): void;
  reject(error: Error): void;
}

/**
 * Asks what is there and how full its disk is, in one thread of its own: a disk that does not answer holds that one instead of the few that the hub has for
 * all its files, and a start needs no process for it.
 */
export class DiskLooks {
  #thread: Worker | null = null;
  #last = 0;
  readonly #waiting = new Map<number, Waiting>();

  ask(look: DiskLook): Promise<Map<string, Disk>> {
    const thread = (this.#thread ??= this.#start());
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      thread.ref();
      thread.postMessage({ id, ...look });
    });
  }

  #start(): Worker {
    const thread = new Worker(THREAD, { eval: true, env: {}, execArgv: [], name: 'disk looks' });
    thread.on('message', ({ id, found, error }: { id: number; found?: [string, Disk][]; error?: string }) => {
      const waiting = this.#waiting.get(id)!;
      this.#waiting.delete(id);
      // It keeps nothing alive that has no question.
      if (this.#waiting.size === 0) thread.unref();
      if (found) waiting.resolve(new Map(found));
      else waiting.reject(new Error(error));
    });
    thread.on('error', error => {
      this.#thread = null;
      this.#waiting.forEach(({ reject }) => reject(error));
      this.#waiting.clear();
    });
    return thread;
  }
}
