import { chmod, rm } from 'node:fs/promises';
import { ZodError } from 'zod';
import { ActivityReporter } from './activity.js';
import type { AppState } from './app.js';
import { readConfig, readDesktopConfig, type IDesktopConfig } from './config.js';
import { Desktop } from './desktop.js';
import { HubAuth } from './hub-auth.js';
import { createDesktopServer } from './server.js';
import { receiveSession } from './warm.js';

const EX_CONFIG = 78;

async function main(): Promise<void> {
  const early = process.env.DATALABS_WARM === undefined ? null : await warmUp(process.env.DATALABS_WARM);
  const config = readConfig(process.env);
  const activity = new ActivityReporter({
    url: config.activityUrl,
    token: config.apiToken,
    serverName: config.serverName,
    now: Date.now,
    interval: config.activityInterval
  });
  const desktop = early ?? (await startDesktop(config));
  const server = createDesktopServer({
    prefix: config.prefix,
    publicHost: config.publicHost,
    desktop,
    auth: new HubAuth(config, Date.now),
    onInput: () => activity.touch()
  });
  // A socket left by an agent that was killed would make listen() fail.
  await rm(config.socket, { force: true });
  server.listen(config.socket, () => void chmod(config.socket, 0o600));

  let stopping = false;
  const stop = async (code: number) => {
    if (!stopping) {
      stopping = true;
      server.close();
      activity.stop();
      await desktop.stop();
      process.exit(code);
    }
  };
  process.on('SIGTERM', () => void stop(0));
  process.on('SIGINT', () => void stop(0));
  void desktop.ended.then(() => {
    if (!stopping) {
      process.stderr.write('The X server ended; so does this session.\n');
      void stop(1);
    }
  });
}

function startDesktop(config: IDesktopConfig, onState?: (state: AppState) => void): Promise<Desktop> {
  return Desktop.start({ ...config, environment: config.appEnvironment, now: () => performance.now(), onState });
}

/** Screen and application are there before anybody asks for them; then this process waits to hear whose they are. */
async function warmUp(path: string): Promise<Desktop> {
  delete process.env.DATALABS_WARM;
  let settle = (): void => undefined;
  const settled = new Promise<void>(resolve => (settle = resolve));
  const desktop = await startDesktop(readDesktopConfig(process.env), state => state !== 'starting' && settle());
  let waiting = true;
  void desktop.ended.then(() => {
    if (waiting) {
      process.stderr.write('The X server ended before there was a session.\n');
      process.exit(1);
    }
  });
  const end = (): never => process.exit(0);
  process.on('SIGTERM', end);
  await settled;
  Object.assign(process.env, await receiveSession(path));
  waiting = false;
  process.off('SIGTERM', end);
  return desktop;
}

main().catch(error => {
  if (error instanceof ZodError) {
    for (const issue of error.issues) {
      process.stderr.write(`${issue.path.join('.')}: ${issue.message}\n`);
    }
    process.exit(EX_CONFIG);
  }
  process.stderr.write(`The desktop could not be started: ${String(error)}\n`);
  process.exit(1);
});
