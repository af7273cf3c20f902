const INTERVAL = 60_000;

/** Tells the hub that somebody used the desktop: at once after a while of nothing, then at most once in an interval, a minute if not said. */
export class ActivityReporter {
  constructor(
    private readonly options: {
      url: string | null;
      token: string;
      serverName: string;
      now: () => number;
      interval?: number;
    }
  ) {}

  /** Real input arrived. */
  touch(): void {
    this.last = this.options.now();
    if (!this.timer && this.options.url) {
      const wait = this.sentAt + (this.options.interval ?? INTERVAL) - this.last;
      this.timer = setTimeout(() => void this.send(), Math.max(0, wait));
    }
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private async send(): Promise<void> {
    this.timer = undefined;
    this.sentAt = this.options.now();
    const time = new Date(this.last).toISOString();
    try {
      await fetch(this.options.url!, {
        method: 'POST',
        headers: { Authorization: `token ${this.options.token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({
          last_activity: time,
          servers: { [this.options.serverName]: { last_activity: time } }
        }),
        signal: AbortSignal.timeout(10_000)
      });
    } catch {
      // The hub may be restarting; the next input tells it.
    }
  }

  private last = 0;
  private sentAt = -Infinity;
  private timer: NodeJS.Timeout | undefined;
}
