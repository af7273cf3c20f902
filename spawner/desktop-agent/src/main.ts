import { chmod, rm } from 'node:fs/promises';
import { ZodError } from 'zod';
import { ActivityReporter } from './activity.js';
import { readConfig } from './config.js';
import { Desktop } from './desktop.js';
import { HubAuth } from './hub-auth.js';
import { createDesktopServer } from './server.js';

const EX_CONFIG = 78;

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const activity = new ActivityReporter({
    url: config.activityUrl,
    token: config.apiToken,
    serverName: config.serverName,
    now: Date.now
  });
  const desktop = await Desktop.start({
    title: config.title,
    argv: config.argv,
    geometry: config.geometry,
    tmp: config.tmp,
    environment: config.appEnvironment,
    now: () => performance.now()
  });
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
