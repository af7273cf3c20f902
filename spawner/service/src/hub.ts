import type { RequestListener, Server } from 'node:http';

import { createApp } from './app.js';
import type { Config } from './config/schema.js';
import { createContext, type HubContext, type Parts } from './context.js';
import { DomainError } from './domain/errors.js';
import { closeServer, createHttpServer, listenAt } from './http/doors.js';
import { publish, releaseInstance } from './instance.js';
import { listenForOperator } from './operator.js';
import { dialHost, request } from './routes/chp/api.js';

const RECONCILE_MS = 30_000;
const VOLUMES_MS = 30_000;
const READY_MS = 15_000;
/** How long a login link that was asked for stays in the private file. */
const LINK_MS = 5000;
/** "npm run stop" says with it that sessions and proxy end too. */
export const END_SIGNAL = 'SIGQUIT';

export interface Terminal {
  say(line: string): void;
  complain(line: string): void;
}

/** Runs the hub until it is told to stop; answers with the exit code. */
export async function runHub(config: Config, terminal: Terminal, parts?: Parts): Promise<number> {
  const stop = stopRequested();
  const context = await createContext(config, parts);
  const { paths, routes, engine, sessions } = context;
  let server: Server | null = null;
  try {
    const check = await engine.check();
    check.warnings.forEach(warning => terminal.complain(`Note: ${warning}`));
    if (!check.ok) {
      check.problems.forEach(problem => terminal.complain(problem));
      await context.close();
      return 1;
    }
    server = await listen(context, createApp(context));
    await routes.open();
    if (routes.warning !== null) {
      context.logger.warn({}, routes.warning);
      terminal.complain(`Note: ${routes.warning}`);
    }
    // The proxy serves from here on, an earlier one did all the time: nothing is told of sessions before they are known.
    await sessions.reconcile({ startUp: true });
    await context.lifetime.pass();
    const origin = config.publicUrl?.replace(/\/+$/, '') ?? originOf(routes.address);
    await untilReady(context);
    publish(paths.hubFile, { url: origin, login: null });
    const known = config.login.kind === 'oidc';
    // Where a provider knows everybody, nobody comes in past it.
    const link = async (): Promise<string> => `${origin}/hub/login${known ? '' : `?token=${await context.identity.newLoginToken()}`}`;
    offerLinks(context, origin, link);
    terminal.say(`Open ${await link()}`);
    terminal.say(`${known ? '' : 'It works once. '}Ctrl-C stops the hub, not your sessions.`);
    void context.login.open().then(problem => problem !== null && terminal.complain(`Note: ${problem} If login.issuer is right, logins work as soon as it answers; sessions that run go on.`));
    void tellOfVolumes(context, terminal);
    // Whoever starts a hub for one user is about to use it.
    if (config.login.kind === 'link') void context.warm?.arrived(config.user);
    const timer = every(context, RECONCILE_MS, 'reconcile failed', () => sessions.reconcile({ startUp: false }));
    const sweeps = every(context, context.lifetime.sweepMs, 'the look at idle sessions failed', () => context.lifetime.pass());
    const looks = every(context, VOLUMES_MS, 'the look at the volumes failed', () => context.volumes.pass());
    const signal = await stop;
    timer.abort();
    sweeps.abort();
    looks.abort();
    context.logger.info({ signal }, 'stopping');
    await finish(context, server, terminal, signal === END_SIGNAL);
    return 0;
  } catch (error) {
    closeServer(server);
    await sessions.close().catch(() => undefined);
    await routes.close({ end: sessions.running === 0 }).catch(() => undefined);
    await context.close().catch(() => undefined);
    throw error;
  } finally {
    releaseInstance(paths.hubFile);
  }
}

/** Sessions start without a volume that is away: whoever runs the hub should not learn it from them. */
async function tellOfVolumes({ volumes, logger }: HubContext, terminal: Terminal): Promise<void> {
  const listed = await volumes.listAll().catch((error: unknown) => {
    logger.warn({ err: error }, 'the volumes could not be listed');
    if (error instanceof DomainError) {
      terminal.complain([`Note: ${error.message} No session starts until it is mended.`, ...(error.details.log ?? [])].join('\n  '));
    }
    return [];
  });
  for (const { name, reason } of listed) {
    if (reason !== null) {
      terminal.complain(`Note: the volume ${name} is not available. ${reason}`);
    }
  }
}

function stopRequested(): Promise<NodeJS.Signals> {
  return new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', END_SIGNAL] as const) {
      process.on(signal, () => resolve(signal));
    }
  });
}

/** The instance file says that no other hub lives: a socket that is there already answers nobody. */
async function listen({ paths, doors, operatorToken }: HubContext, app: RequestListener): Promise<Server> {
  doors.serve(app);
  const server = createHttpServer(app);
  // The proxy runs as the hub's own user.
  await listenAt(server, paths.hubSocket, 0o600);
  const operator = await listenForOperator(paths, app, operatorToken);
  server.once('close', () => closeServer(operator));
  return server;
}

/** Ready means: it answered through the public address. */
async function untilReady({ routes, clock }: HubContext): Promise<void> {
  const { host, port } = routes.address;
  const deadline = clock.now() + READY_MS;
  for (;;) {
    const answer = await request({ host: dialHost(host), port, path: '/hub/health', timeoutMs: 2000 }).catch(() => null);
    if (answer?.status === 200) {
      return;
    }
    if (clock.now() > deadline) {
      throw new DomainError('proxy-down', `The hub does not answer at http://${host}:${port}.`, { action: 'Look into logs/proxy.log of the state directory.' });
    }
    await clock.sleep(20);
  }
}

function originOf({ host, port }: { host: string; port: number }): string {
  const dial = dialHost(host);
  return `http://${dial.includes(':') ? `[${dial}]` : dial}:${port}`;
}

function offerLinks({ paths, clock, logger }: HubContext, url: string, link: () => Promise<string>): void {
  process.on('SIGUSR2', () => {
    void link()
      .then(async login => {
        publish(paths.hubFile, { url, login });
        await clock.sleep(LINK_MS);
        publish(paths.hubFile, { url, login: null });
      })
      .catch((error: unknown) => logger.warn({ err: error }, 'no login link'));
  });
}

function every({ clock, logger }: HubContext, ms: number, failed: string, task: () => Promise<void>): AbortController {
  const stop = new AbortController();
  void (async () => {
    while (!stop.signal.aborted) {
      await clock.sleep(ms, stop.signal).catch(() => undefined);
      if (!stop.signal.aborted) {
        await task().catch((error: unknown) => logger.warn({ err: error }, failed));
      }
    }
  })();
  return stop;
}

async function finish(context: HubContext, server: Server, terminal: Terminal, everything: boolean): Promise<void> {
  const { sessions, routes } = context;
  server.close();
  await sessions.close();
  const { running } = sessions;
  await routes.close({ end: running === 0 });
  server.closeAllConnections();
  await context.close();
  if (running === 0) {
    terminal.say('The hub has stopped. No session was running.');
  } else if (everything) {
    terminal.say('The hub has stopped: "npm run stop" ends its sessions and the proxy too.');
  } else {
    const which = running === 1 ? 'One session goes' : `${running} sessions go`;
    terminal.say(`The hub has stopped. ${which} on without it; "npm start" finds ${running === 1 ? 'it' : 'them'} again, "npm run stop" ends everything.`);
  }
}
