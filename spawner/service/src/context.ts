import { randomBytes } from 'node:crypto';
import * as http from 'node:http';
import * as path from 'node:path';

import { memoryBytes } from '@jupyter-datalabs/contract';

import { aboutHub } from './about.js';
import { systemClock } from './clock.js';
import { readServices } from './config/files.js';
import { doorDirectory, socketTarget, statePaths, type StatePaths } from './config/paths.js';
import type { Config } from './config/schema.js';
import { notebooksOf, softwareMounts, substitute } from './config/software.js';
import { LocalEngine, LocalHomeFiles } from './engine/local/index.js';
import type { Context } from './http/context.js';
import { SessionDoors } from './http/doors.js';
import { machineOf } from './machine.js';
import { countedTimelines, observe } from './observe.js';
import { operatorAccount } from './operator.js';
import type { Engine } from './ports/engine.js';
import type { Store } from './ports/store.js';
import { probeStatus } from './routes/chp/api.js';
import { ChpRoutes } from './routes/chp/chp-routes.js';
import { FolderCatalogue } from './services/catalogue/catalogue.js';
import { Homes } from './services/homes/homes.js';
import { SessionOAuth } from './services/identity/oauth.js';
import { FolderHomes } from './services/identity/homes.js';
import { Identity } from './services/identity/identity.js';
import { loginHost } from './services/identity/login/host.js';
import { hubLogin } from './services/identity/login/login.js';
import { loadKey } from './services/identity/login/sealer.js';
import type { HubLogin } from './services/identity/login/types.js';
import { isScope, oauthScopes } from './services/identity/scopes.js';
import { ActivityLog, noting } from './services/lifetime/activity.js';
import { reportEveryMs } from './services/lifetime/deadline.js';
import { Lifetime } from './services/lifetime/lifetime.js';
import { lifetimePolicy } from './services/lifetime/policy.js';
import { Quotas } from './services/quotas/quotas.js';
import { openResolver } from './services/resolver/index.js';
import { SessionMounts } from './services/sessions/mounts.js';
import { Sessions } from './services/sessions/sessions.js';
import { newStartId, type SpecSettings } from './services/sessions/spec.js';
import { openVolumes, type Volumes } from './services/volumes/volumes.js';
import { openStore } from './store/index.js';
import { WarmService, warmPlan } from './services/warm/warm.js';
import { WarmingEngine } from './services/warm/warming-engine.js';
import { createLogger } from './telemetry/logger.js';
import { Metrics } from './telemetry/metrics.js';

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
  volumes: Volumes;
  login: HubLogin;
  lifetime: Lifetime;
  doors: SessionDoors;
  metrics: Metrics;
  /** Of whoever comes by the operator's socket; no file has it. */
  operatorToken: string;
  close(): Promise<void>;
}

/** What a measurement brings of its own. */
export interface Parts {
  engine?: Engine;
}

export async function createContext(config: Config, parts: Parts = {}): Promise<HubContext> {
  const paths = statePaths(config.stateDir);
  // In a terminal stands what a person has to read; the log is for a file there, and for whoever collects it elsewhere.
  const logger = createLogger({ level: config.logLevel, file: process.stderr.isTTY ? path.join(paths.logs, 'hub.log') : undefined });
  const clock = systemClock;
  const metrics = new Metrics(clock.now());
  const operatorToken = randomBytes(32).toString('base64url');
  const store = await openStore({ file: paths.store, logger, observe: (kind, ms) => metrics.stored(kind, ms) });
  const bare = parts.engine ?? new LocalEngine({
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
    cookieFile: paths.cookieFile,
    logFile: path.join(paths.logs, 'proxy.log'),
    defaultTarget: socketTarget(paths.hubSocket),
    token: config.proxyToken,
    clock,
    logger
  });
  const homes = new FolderHomes({ folders: [paths.homes, paths.workspaces], clock });
  const activity = new ActivityLog({ store: store.activity, clock, logger });
  const noted = noting(store, activity);
  const identity: Identity = new Identity({
    store: { ...store, users: noted.users }, clock, user: config.user,
    // Whoever can read the terminal of a hub on one machine is its operator.
    ...(config.login.kind !== 'oidc' && { role: 'admin' }),
    services: [...readServices(config.services, isScope), operatorAccount(operatorToken)],
    homes: {
      exists: user => homes.exists(user),
      // What waits in the user's name has the home open, or would make it again for the next of that name.
      retire: async user => {
        await engine.forget(user);
        await homes.retire(user);
        homeKeeper.forget(user);
      }
    }
  });
  const login = hubLogin({
    login: config.login, store, host: loginHost({ users: identity.users, logins: identity.logins, store }), key: () => loadKey(paths.loginKey), clock, logger
  });
  const catalogue = new FolderCatalogue({ folder: config.datalabsDir, substitute: text => substitute(text, config.software) });
  const volumes = openVolumes({
    store: store.volumes,
    clock,
    onBroken: (about, problem) => logger.warn({ ...about, problem }, 'what is said of volumes cannot be read; what it says is left out, or what it said before goes on'),
    onChange: change => logger[change.state === 'ok' ? 'info' : 'warn'](change, 'volume is in another state'),
    files: config.volumesFile ? [config.volumesFile] : [path.join(paths.stateDir, 'volumes.yaml'), path.join(config.software.repo, 'volumes.yaml')],
    sampleData: paths.sampleData,
    hubPaths: [paths.stateDir, paths.runDir],
    groupsOf: user => identity.groups.of(user),
    isGroup: async name => (await identity.groups.get(name)) !== null
  });
  const policy = lifetimePolicy(config.lifetime);
  const settings = (): SpecSettings => ({
    homes: paths.homes,
    workspaces: paths.workspaces,
    hubInside: HUB_INSIDE,
    publicUrl: config.publicUrl,
    // Expressions in CWL documents are run by Node.
    path: [path.join(config.software.lab, 'bin'), path.join(config.software.node, 'bin')],
    notebooks: datalab => notebooksOf(config.datalabsDir, datalab),
    jupyterArguments: config.jupyterArguments,
    activitySeconds: reportEveryMs(policy.idleMs) / 1000
  });
  const plan = warmPlan({ catalogue, volumes, settings });
  const engine: WarmingEngine = new WarmingEngine({
    engine: bare, clock, logger, plan, memoryBytes: memoryBytes(config.warm.memory), sandboxes: config.warm.sandboxes
  });
  const warm = new WarmService({ engine, catalogue, timelines: store.timelines, homeDatalab: config.homeDatalab });
  // Connections of its own, kept alive: readiness is seen within one interval, not one handshake more.
  const probes = new http.Agent({ keepAlive: true, maxFreeSockets: 4 });
  const doors = new SessionDoors(paths.doorsDir, clock);
  const homeKeeper: Homes = new Homes({
    folder: paths.homes,
    workspaces: paths.workspaces,
    files: new LocalHomeFiles({ stateDir: paths.stateDir }),
    limitOf: async user => {
      const { home } = await quotas.effective(user);
      return home && memoryBytes(home.value);
    },
    inTurnOf: (user, task) => sessions.inTurnOf(user, task),
    sessions: { list: owner => sessions.list(owner), stop: options => sessions.stop(options) },
    release: (user, datalab) => engine.forget(user, datalab),
    clock,
    logger
  });
  const quotas: Quotas = new Quotas({
    store: store.quotas, groupsOf: user => identity.groups.of(user), sessionsOf: owner => sessions.list(owner), catalogue, fallback: config.quotas.default, homes: homeKeeper
  });
  const lifetime: Lifetime = new Lifetime({ policy, clock, logger, sessions: () => sessions });
  const sessions: Sessions = new Sessions({
    engine,
    routes,
    doors,
    hubTarget: socketTarget(paths.hubSocket),
    catalogue,
    volumes,
    identity,
    admission: {
      admit: async request => {
        await login.mayStart(request.owner);
        await volumes.admit(request);
        await quotas.admit(request);
        await homeKeeper.admit(request);
      }
    },
    store: noted.sessions,
    deadline: view => lifetime.deadline(view),
    timelineStore: countedTimelines(store.timelines, metrics),
    onPass: pass => metrics.passed(pass),
    clock,
    logger,
    newId: newStartId,
    probe: (where, signal) => probeStatus(routes.address, where, signal, probes),
    allowedScopes: ({ owner, name, datalab }) => oauthScopes({ owner, server: name, trusted: config.suiteDatalabs.includes(datalab) }),
    settings,
    maxStarting: config.maxStarting,
    maxQueued: config.maxQueued,
    startTimeoutMs: config.startTimeoutSeconds * 1000,
    stopGraceMs: config.stopGraceSeconds * 1000
  });
  const mounts = new SessionMounts(sessions);
  const resolving = openResolver({
    volumes,
    mounted: (user, session) => mounts.names(user, session),
    folder: paths.volumeNames,
    clock,
    logger
  });
  const unobserve = observe(metrics, { sessions, routes, volumes });
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
    login,
    oauth,
    catalogue,
    volumes,
    mounts,
    resolver: resolving.resolver,
    quotas,
    homes: homeKeeper,
    lifetime,
    sessions,
    warm,
    doors,
    metrics,
    operatorToken,
    about: aboutHub({ engine, routes, versions: async () => (await machineOf(config, paths)).versions(), maxStarting: config.maxStarting, clock }),
    async close() {
      unobserve();
      login.close();
      resolving.close();
      await sessions.close();
      await activity.close();
      doors.closeAll();
      probes.destroy();
      await engine.close();
      await store.close();
    }
  };
}
