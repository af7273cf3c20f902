import * as http from 'node:http';
import * as path from 'node:path';

import { systemClock } from './clock.js';
import { doorDirectory, socketTarget, statePaths, type StatePaths } from './config/paths.js';
import type { Config } from './config/schema.js';
import { notebooksOf, softwareMounts, substitute } from './config/software.js';
import { LocalEngine } from './engine/local/index.js';
import type { Context } from './http/context.js';
import { SessionDoors } from './http/doors.js';
import type { Engine } from './ports/engine.js';
import type { Store } from './ports/store.js';
import { probeStatus } from './routes/chp/api.js';
import { ChpRoutes } from './routes/chp/chp-routes.js';
import { FolderCatalogue } from './services/catalogue/catalogue.js';
import { SessionOAuth } from './services/identity/oauth.js';
import { LocalIdentity } from './services/identity/local-identity.js';
import { oauthScopes } from './services/identity/scopes.js';
import { Sessions } from './services/sessions/sessions.js';
import { newStartId } from './services/sessions/spec.js';
import { childProbe } from './services/volumes/probe.js';
import { FileVolumes } from './services/volumes/volumes.js';
import { openStore } from './store/index.js';
import { createLogger } from './telemetry/logger.js';

/** Address of the hub inside every session: a relay to its socket. */
const HUB_INSIDE = 'http://127.0.0.1:8081';

export type HubLogger = ReturnType<typeof createLogger>;

/** Everything the hub is made of: what the routes need, and what main starts and stops. Built here and nowhere else. */
export interface HubContext extends Context {
  config: Config;
  paths: StatePaths;
  logger: HubLogger;
  store: Store;
  engine: Engine;
  routes: ChpRoutes;
  sessions: Sessions;
  doors: SessionDoors;
  close(): Promise<void>;
}

export async function createContext(config: Config): Promise<HubContext> {
  const paths = statePaths(config.stateDir);
  // In a terminal stands what a person has to read; the log is for a file there, and for whoever collects it elsewhere.
  const logger = createLogger({ level: config.logLevel, file: process.stderr.isTTY ? path.join(paths.logs, 'hub.log') : undefined });
  const clock = systemClock;
  const store = await openStore({ file: paths.store, logger });
  const engine = new LocalEngine({
    stateDir: paths.stateDir,
    runDir: paths.runDir,
    hubSocketDir: key => doorDirectory(paths.doorsDir, key),
    softwareMounts: softwareMounts(config.software).map(directory => ({ source: directory, target: directory, mode: 'ro' as const })),
    logger
  });
  const routes = new ChpRoutes({
    host: config.host,
    port: config.port,
    node: process.execPath,
    directory: paths.proxyDir,
    recordFile: paths.proxyFile,
    logFile: path.join(paths.logs, 'proxy.log'),
    defaultTarget: socketTarget(paths.hubSocket),
    token: config.proxyToken,
    clock,
    logger
  });
  const identity = new LocalIdentity({ store, clock, user: config.user });
  const catalogue = new FolderCatalogue({ folder: config.datalabsDir, substitute: text => substitute(text, config.software) });
  const volumes = new FileVolumes({
    files: config.volumesFile ? [config.volumesFile] : [path.join(paths.stateDir, 'volumes.yaml'), path.join(config.software.repo, 'volumes.yaml')],
    sampleData: paths.sampleData,
    probe: childProbe({ clock }),
    groupsOf: async () => []
  });
  // Connections of its own, kept alive: readiness is seen within one interval, not one handshake more.
  const probes = new http.Agent({ keepAlive: true, maxFreeSockets: 4 });
  const doors = new SessionDoors(paths.doorsDir);
  const sessions = new Sessions({
    engine,
    routes,
    doors,
    hubTarget: socketTarget(paths.hubSocket),
    catalogue,
    volumes,
    identity,
    store: store.sessions,
    clock,
    logger,
    newId: newStartId,
    probe: (where, signal) => probeStatus(routes.address, where, signal, probes),
    allowedScopes: ({ owner, name, datalab }) => oauthScopes({ owner, server: name, trusted: config.suiteDatalabs.includes(datalab) }),
    settings: () => ({
      homes: paths.homes,
      workspaces: paths.workspaces,
      hubInside: HUB_INSIDE,
      publicUrl: config.publicUrl,
      path: [path.join(config.software.lab, 'bin')],
      notebooks: datalab => notebooksOf(config.datalabsDir, datalab),
      jupyterArguments: config.jupyterArguments
    }),
    startTimeoutMs: config.startTimeoutSeconds * 1000,
    stopGraceMs: config.stopGraceSeconds * 1000
  });
  const oauth = new SessionOAuth({
    store,
    clock,
    isTrusted: async (owner, server) => {
      const datalab = (await sessions.get(owner, server))?.datalab;
      return datalab !== undefined && config.suiteDatalabs.includes(datalab);
    }
  });
  return {
    config,
    paths,
    logger,
    clock,
    store,
    engine,
    routes,
    identity,
    oauth,
    catalogue,
    volumes,
    sessions,
    doors,
    async close() {
      await sessions.close();
      doors.closeAll();
      probes.destroy();
      await engine.close();
      await store.close();
    }
  };
}
