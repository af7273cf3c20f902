import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { LogTail } from './log-tail.js';
import { endGroup } from './processes.js';

/** Bytes; Xvnc drops a longer text. */
const LONGEST_CLIPBOARD = 8 * 1024 * 1024;

/** One Xauthority entry for every address and display: family Wild, empty address and number. */
function xauthority(cookie: Buffer): Buffer {
  const field = (data: Buffer) => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(data.length);
    return Buffer.concat([length, data]);
  };
  const empty = field(Buffer.alloc(0));
  return Buffer.concat([
    Buffer.from([0xff, 0xff]),
    empty,
    empty,
    field(Buffer.from('MIT-MAGIC-COOKIE-1')),
    field(cookie)
  ]);
}

async function prepareSocketDirectory(): Promise<void> {
  // An X server that is not root refuses to make this directory itself.
  try {
    await mkdir('/tmp/.X11-unix');
    await chmod('/tmp/.X11-unix', 0o1777);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
  }
}

/**
 * An X server reachable by UNIX sockets only, with its window manager.
 */
export class Display {
  private constructor(
    readonly rfbPath: string,
    /** `DISPLAY` and `XAUTHORITY` for the programs on this screen. */
    readonly environment: Readonly<Record<string, string>>,
    private readonly server: ChildProcess,
    private readonly directory: string
  ) {
    this.ended = once(server, 'exit').then(() => undefined);
  }

  /** Settles when the X server is gone. */
  readonly ended: Promise<void>;

  static async start(options: {
    tmp: string;
    geometry: string;
    title: string;
    environment: Readonly<Record<string, string>>;
  }): Promise<Display> {
    await prepareSocketDirectory();
    const directory = await mkdtemp(join(options.tmp, 'datalabs-desktop-'));
    const authority = join(directory, 'Xauthority');
    const rfbPath = join(directory, 'rfb.sock');
    await writeFile(authority, xauthority(randomBytes(16)), { mode: 0o600 });
    const argv = [
      ...['-displayfd', '3', '-geometry', options.geometry, '-depth', '24'],
      ...['-SecurityTypes', 'None', '-rfbport', '-1', '-rfbunixpath', rfbPath, '-rfbunixmode', '384'],
      ...['-nolisten', 'tcp', '-AlwaysShared', '-auth', authority, '-desktop', options.title],
      // Copying counts, selecting does not: marking a text to replace it must not put it in the browser's clipboard.
      ...['-SendPrimary=0', '-SetPrimary=0', '-MaxCutText', String(LONGEST_CLIPBOARD)]
    ];
    const server = spawn('Xvnc', argv, {
      env: options.environment,
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      detached: true
    });
    const log = new LogTail();
    log.follow(server.stderr as Readable);
    const failed = new Promise<never>((_, reject) => {
      server.once('error', reject);
      server.once('exit', () => reject(new Error(`Xvnc ended: ${log.text}`)));
    });
    failed.catch(() => undefined);
    // The number is written once the server accepts connections.
    const [number] = await Promise.race([once(server.stdio[3] as Readable, 'data'), failed]);
    const environment = { DISPLAY: `:${String(number).trim()}`, XAUTHORITY: authority };
    const display = new Display(rfbPath, environment, server, directory);
    display.manager = spawn('matchbox-window-manager', ['-use_titlebar', 'no'], {
      env: { ...options.environment, ...environment },
      stdio: 'ignore',
      detached: true
    });
    display.manager.on('error', error => process.stderr.write(`${error.message}\n`));
    return display;
  }

  async stop(): Promise<void> {
    if (this.manager) {
      await endGroup(this.manager, 1000);
    }
    await endGroup(this.server, 2000);
    await rm(this.directory, { recursive: true, force: true });
  }

  private manager: ChildProcess | null = null;
}
