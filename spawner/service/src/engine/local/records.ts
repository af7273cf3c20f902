import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningSession, SessionKey } from '../../ports/engine.js';
import type { SessionCgroups } from './cgroups.js';
import { readJson, writeAtomically } from './files.js';
import { bootId, type ProcessId } from '../../processes/process.js';

const VERSION = 1;

/** What a later hub process needs to find, adopt and end a session. */
export interface SessionRecord {
  version: typeof VERSION;
  bootId: string;
  id: string;
  key: SessionKey;
  startId: string;
  datalab: string;
  datalabVersion: string;
  kind: RunningSession['kind'];
  network: RunningSession['network'];
  startedAt: number;
  /** `starting` is written before the process may go on; a start that a hub did not live to see through is ended by the next one. */
  state: 'starting' | 'warm' | 'running';
  /** The outer process, leader of its group. */
  outer: ProcessId;
  /** Pid 1 of the sandbox: killing it ends everything in it. */
  inner: ProcessId | null;
  cgroups: SessionCgroups | null;
  target: string;
  /** Came out of a warm sandbox. */
  warm?: boolean;
}

/** One file per session, 0600, in a directory of the hub's own. */
export class Records {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }

  path(id: string, suffix: 'json' | 'json.tmp' | 'status' | 'ended' | 'ended.fifo' | 'options' | 'log'): string {
    return join(this.directory, `${id}.${suffix}`);
  }

  write(record: SessionRecord): void {
    writeAtomically(this.path(record.id, 'json'), JSON.stringify(record));
  }

  /** Records of this boot; older ones are of processes that cannot live any more. */
  readAll(): { alive: SessionRecord[]; stale: string[] } {
    const alive: SessionRecord[] = [];
    const stale: string[] = [];
    const ids = new Set(readdirSync(this.directory).map(file => file.split('.')[0] as string));
    for (const id of ids) {
      const record = readJson<SessionRecord>(this.path(id, 'json'));
      if (record?.version === VERSION && record.id === id && record.bootId === bootId()) alive.push(record);
      else stale.push(id);
    }
    return { alive, stale };
  }

  remove(id: string): void {
    for (const suffix of ['status', 'ended', 'ended.fifo', 'options', 'log', 'json.tmp', 'json'] as const) rmSync(this.path(id, suffix), { force: true });
  }

  /** What bubblewrap reported: the sandbox's pid 1 once it exists, the exit code once it ended. */
  status(id: string): { childPid: number | null; exitCode: number | null } {
    let text = '';
    try {
      text = readFileSync(this.path(id, 'status'), 'utf8');
    } catch {
      // Not written yet.
    }
    const pid = /"child-pid":\s*(\d+)/.exec(text)?.[1];
    const code = /"exit-code":\s*(\d+)/.exec(text)?.[1];
    return { childPid: pid === undefined ? null : Number(pid), exitCode: code === undefined ? null : Number(code) };
  }
}

export function runningOf(record: SessionRecord): RunningSession {
  const { key, startId, datalab, datalabVersion: version, kind, target, startedAt, network, warm } = record;
  return { key, startId, datalab, version, kind, target, startedAt, network, ...(warm && { warm }) };
}
