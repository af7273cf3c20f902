import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * Tells how many windows the window manager shows, at every change. `xprop -spy` follows
 * the root window's property, so nothing is polled.
 */
export class WindowWatch {
  constructor(environment: Readonly<Record<string, string>>, onCount: (count: number) => void) {
    this.child = spawn('xprop', ['-root', '-notype', '-spy', '_NET_CLIENT_LIST'], {
      env: environment,
      stdio: ['ignore', 'pipe', 'ignore']
    });
    this.child.on('error', error => process.stderr.write(`${error.message}\n`));
    createInterface({ input: this.child.stdout! }).on('line', line => {
      onCount(line.match(/0x[0-9a-f]+/g)?.length ?? 0);
    });
  }

  stop(): void {
    this.child.kill();
  }

  private readonly child: ChildProcess;
}
