import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * Tells how many windows the window manager shows, at every change. `xprop -spy` follows
 * the root window's property, so nothing is polled.
 */
export class WindowWatch {
  constructor(
    private readonly environment: Readonly<Record<string, string>>,
    private readonly onCount: (count: number) => void
  ) {
    this.child = this.follow();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    this.child.kill();
  }

  private follow(): ChildProcess {
    // xprop fills a buffer when it writes to a pipe, and the first window would be seen much later.
    const child = spawn('stdbuf', ['-oL', 'xprop', '-root', '-notype', '-spy', '_NET_CLIENT_LIST'], {
      env: this.environment,
      stdio: ['ignore', 'pipe', 'ignore']
    });
    child.on('error', error => process.stderr.write(`${error.message}\n`));
    createInterface({ input: child.stdout }).on('line', line => {
      if (line.includes('no such atom')) {
        // Asked before the window manager made the property's name: this xprop will never see it.
        child.kill();
        clearTimeout(this.timer);
        this.timer = setTimeout(() => {
          if (!this.stopped) {
            this.child = this.follow();
          }
        }, 50);
        return;
      }
      this.onCount(line.match(/0x[0-9a-f]+/g)?.length ?? 0);
    });
    return child;
  }

  private child: ChildProcess;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
}
