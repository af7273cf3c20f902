import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { FD } from '../../builders/bwrap.js';
import { toolEnvironment } from './process.js';

/** Opened files of one launch, in the order of the launcher's descriptors (builders/bwrap.ts FD). */
export interface LaunchFiles {
  log: string;
  options: string;
  calls: string;
  terminal: string;
  status: string;
}

/**
 * Starts the launcher, which waits for `go`. The options hold secrets: they are in a nameless 0600 file, complete before anybody reads it, rather than in a pipe that a
 * dying hub could leave half-written.
 */
export function spawnLauncher(command: string[], options: string[], files: LaunchFiles, toolPath?: string): { child: ChildProcess; go: () => void } {
  const opened: number[] = [];
  const open = (path: string, flags: string, mode?: number) => {
    const file = openSync(path, flags, mode);
    opened.push(file);
    return file;
  };
  try {
    const log = open(files.log, 'a', 0o600);
    const optionsFile = open(files.options, 'wx+', 0o600);
    unlinkSync(files.options);
    const bytes = Buffer.from(options.map(option => `${option}\0`).join(''));
    // Written by position: the reader shares the offset and starts at 0.
    for (let written = 0; written < bytes.length; ) written += writeSync(optionsFile, bytes, written, bytes.length - written, written);
    const stdio = ['pipe', log, log, optionsFile, open(files.calls, 'r'), open(files.terminal, 'r'), open(files.status, 'w', 0o600), 'pipe'] as const;
    const [program, ...args] = command as [string, ...string[]];
    // A session and group of its own: Ctrl-C on the hub's terminal does not reach it.
    const child = spawn(program, args, { detached: true, cwd: '/', env: toolEnvironment(toolPath), stdio: [...stdio] });
    child.unref();
    logEndOf(child).unref();
    child.stdin?.on('error', () => undefined);
    return { child, go: () => child.stdin?.end('go\n') };
  } finally {
    for (const file of opened) closeSync(file);
  }
}

/** Closes when the log writer is done. (Node's type knows five descriptors only.) */
export function logEndOf(child: ChildProcess): Socket {
  return (child.stdio as unknown as Socket[])[FD.logEnd] as Socket;
}
