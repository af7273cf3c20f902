import { closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';

import { isAlive, processId, type ProcessId } from './processes/process.js';

/** The one hub of a state directory: who it is and where people reach it. */
export interface HubRecord extends ProcessId {
  /** Null while it starts. */
  url: string | null;
  /** A fresh login link, for a moment after somebody with access to this file asked for one. */
  login: string | null;
}

export function readHub(file: string): HubRecord | null {
  try {
    const record = JSON.parse(readFileSync(file, 'utf8')) as HubRecord;
    return typeof record.pid === 'number' && typeof record.startTime === 'string' ? record : null;
  } catch {
    return null;
  }
}

/** Takes the state directory for this process; answers with the hub that has it already, else null. */
export function takeInstance(file: string): HubRecord | null {
  for (let attempt = 0; attempt < 3; attempt++) {
    const other = readHub(file);
    if (other && isAlive(other) && other.pid !== process.pid) {
      return other;
    }
    if (other) {
      rmSync(file, { force: true });
    }
    try {
      // Exclusive: of two hubs that start at the same moment one fails here and reads the other's record.
      const handle = openSync(file, 'wx', 0o600);
      writeSync(handle, JSON.stringify({ ...processId(process.pid), url: null, login: null }));
      closeSync(handle);
      return null;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw error;
      }
      if (readHub(file) === null) {
        // Left unfinished by a hub that was killed while it wrote.
        rmSync(file, { force: true });
      }
    }
  }
  throw new Error(`${file} cannot be taken`);
}

export function publish(file: string, { url, login }: Pick<HubRecord, 'url' | 'login'>): void {
  writeFileSync(`${file}.new`, JSON.stringify({ ...processId(process.pid), url, login }), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export function releaseInstance(file: string): void {
  if (readHub(file)?.pid === process.pid) {
    rmSync(file, { force: true });
  }
}
