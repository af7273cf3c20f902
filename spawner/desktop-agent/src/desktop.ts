import { App, type AppState, type IAppTimes } from './app.js';
import { Display } from './display.js';
import { nudgeDesktopSize } from './rfb/nudge.js';
import type { IDesktop } from './server.js';
import { WindowWatch } from './windows.js';

/** The screen and the application on it. */
export class Desktop implements IDesktop {
  private constructor(
    readonly title: string,
    private readonly display: Display,
    readonly app: App,
    environment: Readonly<Record<string, string>>
  ) {
    this.watch = new WindowWatch(environment, (count, appeared) => {
      app.windows(count);
      if (appeared) {
        this.fitWindows();
      }
    });
    this.ended = display.ended;
  }

  /** Settles when the X server is gone, which nothing here can repair: viewers and windows went with it. */
  readonly ended: Promise<void>;

  static async start(options: {
    title: string;
    argv: readonly string[];
    geometry: string;
    tmp: string;
    environment: Readonly<Record<string, string>>;
    now: () => number;
    times?: Partial<IAppTimes>;
    onState?: (state: AppState) => void;
  }): Promise<Desktop> {
    const display = await Display.start(options);
    const environment = { ...options.environment, ...display.environment };
    const app = new App({ ...options, environment });
    const desktop = new Desktop(options.title, display, app, environment);
    app.start();
    return desktop;
  }

  get rfbPath(): string {
    return this.display.rfbPath;
  }

  restartApp(): Promise<void> {
    return this.app.restart();
  }

  async stop(): Promise<void> {
    this.watch.stop();
    await this.app.stop();
    await this.display.stop();
  }

  /** Every window of its own needs this, not only the first. One at a time: two would undo each other's size. */
  private fitWindows(): void {
    this.fitAgain = true;
    this.fitting ??= (async () => {
      while (this.fitAgain) {
        this.fitAgain = false;
        await nudgeDesktopSize(this.display.rfbPath, AbortSignal.timeout(5000)).catch(error =>
          process.stderr.write(`A window was not made to fill the screen: ${String(error)}\n`)
        );
      }
      this.fitting = null;
    })();
  }

  private readonly watch: WindowWatch;
  private fitting: Promise<void> | null = null;
  private fitAgain = false;
}
