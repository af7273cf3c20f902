import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { linksTo } from '../../builders/environment.js';
import { DomainError } from '../../domain/errors.js';
import type { BusyProcess, LaterMount } from '../../ports/engine.js';
import type { ProcessId } from '../../processes/process.js';
import { notRunning } from './failures.js';
import type { EngineLogger } from './logger.js';
import { toolEnvironment } from './process.js';

const SCRIPT = fileURLToPath(new URL('../../../helpers/mount.py', import.meta.url));
/** Source of what the script lays over a volume that has to stay below. */
const GONE = 'datalabs-gone';
/** Milliseconds for one order. A dead source holds whoever looks at it in the kernel: that process is left to itself. */
const ORDER_MS = 10_000;
const TARGET = /^\/data\/(?!user$)([a-z0-9][a-z0-9_-]*)$/;

/** What the script prints, or why it printed nothing. */
type Answer = { busy?: BusyProcess[]; errno?: number; error?: string; silent?: true };

/** Failures that tell about where a volume is stored rather than about this machine. */
const OF_SOURCE = ['ENOENT', 'ENOTDIR', 'EACCES', 'EIO', 'ELOOP', 'EXDEV', 'ENOTCONN', 'ESTALE', 'ETIMEDOUT', 'EHOSTUNREACH'] as const;

/** Into the sandbox of which this is pid 1. */
export async function mountVolume(inner: ProcessId, { source, target, parts }: LaterMount, timeoutMs?: number): Promise<void> {
  const links = linksOf(target);
  if ((await mountedVolumes(inner)).includes(target)) return;
  const answer = await order(inner, { action: 'mount', source, target, parts, links }, timeoutMs);
  if (answer.error !== undefined) throw mountFailure(target, answer);
}

export async function unmountVolume(inner: ProcessId, target: string, force: boolean): Promise<BusyProcess[]> {
  const links = linksOf(target);
  if (!(await mountedVolumes(inner)).includes(target)) return [];
  const answer = await order(inner, { action: 'unmount', target, links, force });
  if (answer.error !== undefined) {
    if (answer.errno === constants.errno.ESRCH) throw notRunning();
    throw new DomainError('internal', `${target} could not be taken out of the session.`, { action: 'Try again, or stop the session.', log: [answer.error] });
  }
  return answer.busy ?? [];
}

/**
 * Volumes that a session of an ordinary user started with are open to what the machine mounts below their sources later (bubblewrap binds them so, where the machine
 * shares its mounts, as systemd has it), and that would be writable. From here on nothing comes in, and what came meanwhile is read-only: no start need wait for it.
 */
export async function holdVolumes(inner: ProcessId, logger: EngineLogger): Promise<void> {
  const open = (await mountTable(inner)).filter(({ path, isSlave }) => isSlave && path.startsWith('/data/'));
  if (open.length === 0) return;
  const { error, errno } = await order(inner, { action: 'hold', places: open.map(({ path }) => path) });
  if (error !== undefined && errno !== constants.errno.ESRCH) logger.warn({ pid: inner.pid, error }, 'what the machine mounts below the volumes of a session later may come into it');
}

/** What the session's kernel says. A volume under a cover is gone for the session. */
export async function mountedVolumes(inner: ProcessId): Promise<string[]> {
  const found = new Map<string, boolean>();
  for (const { path, source } of await mountTable(inner)) {
    const [target = ''] = /^\/data\/[^/]+/.exec(path) ?? [];
    if (!TARGET.test(target)) continue;
    // Of those at one place the last lies on top; a volume of which parts are allowed has nothing at its own.
    if (path === target) found.set(target, source !== GONE);
    else if (!found.has(target)) found.set(target, true);
  }
  return [...found].filter(([, there]) => there).map(([target]) => target).sort();
}

async function mountTable({ pid }: ProcessId): Promise<{ path: string; source: string | undefined; isSlave: boolean }[]> {
  const table = await readFile(`/proc/${pid}/mountinfo`, 'utf8').catch(() => {
    throw notRunning();
  });
  return table.split('\n').map(line => {
    const [place = '', type = ''] = line.split(' - ');
    const [, , , , path = '', , ...tags] = place.split(' ');
    return { path: unescaped(path), source: type.split(' ')[1], isSlave: tags.some(tag => tag.startsWith('master:')) };
  });
}

/** The kernel writes spaces and the like as octal numbers. */
const unescaped = (path: string): string => path.replaceAll(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8)));

function linksOf(target: string): string[] {
  const volume = TARGET.exec(target)?.[1];
  if (volume === undefined) throw new DomainError('bad-request', `“${target}” is no place for a volume.`, { action: 'Use /data/ and the name of a volume.' });
  return linksTo(volume).map(({ path }) => path);
}

function mountFailure(target: string, { errno, error = '', silent }: Answer): DomainError {
  const log = [`${target}: ${error}`];
  if (errno === constants.errno.ESRCH) return notRunning();
  if (silent || OF_SOURCE.some(name => constants.errno[name] === errno)) {
    return new DomainError('volume-unreachable', `${target} cannot be mounted: where it is stored is missing, cannot be read or does not answer.`, {
      action: 'Try again later. If it stays so, ask the operator to check where the volume is stored.',
      log
    });
  }
  return new DomainError('sandbox-unavailable', `${target} cannot be mounted while the session runs: this machine does not allow it.`, {
    action: 'Stop the session and start it with this volume.',
    log
  });
}

function order({ pid, startTime }: ProcessId, what: object, timeoutMs = ORDER_MS): Promise<Answer> {
  return new Promise(resolve => {
    const child = spawn('python3', ['-I', '-S', SCRIPT], { cwd: '/', env: toolEnvironment(), stdio: ['pipe', 'pipe', 'pipe'] });
    let output = '';
    let complaint = '';
    const done = (answer: Answer) => {
      clearTimeout(late);
      resolve(answer);
    };
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      child.stdout.destroy();
      child.stderr.destroy();
      child.unref();
      done({ error: `no answer within ${timeoutMs} ms`, silent: true });
    }, timeoutMs);
    child.stdin.on('error', () => undefined);
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
    child.once('error', error => done({ error: error.message }));
    child.once('close', code => {
      try {
        done(JSON.parse(output) as Answer);
      } catch {
        done({ error: complaint.trim().split('\n').at(-1) || `python3 ended with ${code}` });
      }
    });
    child.stdin.end(JSON.stringify({ pid, startTime, ...what }));
  });
}
