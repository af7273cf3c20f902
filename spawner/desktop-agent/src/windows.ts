import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * Tells how many windows the window manager shows, at every change, and whether a new one is among them. `xprop -spy` follows
 * the root window's property, so nothing is polled.
 */
export class WindowWatch {
  constructor(
    private readonly environment: Readonly<Record<string, string>>,
    private readonly onChange: (count: number, appeared: boolean) => void
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
      const windows = new Set(line.match(/0x[0-9a-f]+/g));
      const appeared = [...windows].some(id => !this.shown.has(id));
      this.shown = windows;
      this.onChange(windows.size, appeared);
    });
    return child;
  }

  private shown: ReadonlySet<string> = new Set();
  private child: ChildProcess;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
}
