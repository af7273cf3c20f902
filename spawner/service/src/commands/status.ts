import { sizeText } from '../domain/sizes.js';
import { NotRunning, type HubApi } from './client.js';
import { allSessions, stateOf, type Outcome } from './people.js';
import { duration, printable } from './table.js';

/** LSB's exit code of `status` for a program that does not run. */
export const NOT_RUNNING = 3;

/** What can be known of a process without asking it. */
export interface ProcessFacts {
  pid: number;
  uptimeSeconds: number;
  residentBytes: number;
}

export interface StatusSources {
  stateDir: string;
  hub: HubApi;
  /** The hub and the proxy by their records; null: it does not run. */
  hubProcess: (ProcessFacts & { url: string | null }) | null;
  proxyProcess: (ProcessFacts & { host: string; port: number }) | null;
}

export async function status(sources: StatusSources): Promise<Outcome> {
  const { hub, hubProcess, proxyProcess, stateDir } = sources;
  const about = ({ pid, uptimeSeconds, residentBytes }: ProcessFacts): string => `process ${pid}, up ${duration(uptimeSeconds)}, ${sizeText(residentBytes)}`;
  const proxyLine = proxyProcess ? `running at ${proxyProcess.host}:${proxyProcess.port} (${about(proxyProcess)}` : 'not running';
  let live: Awaited<ReturnType<typeof ask>>;
  try {
    live = await ask(hub);
  } catch (error) {
    if (!(error instanceof NotRunning)) {
      throw error;
    }
    const starting = hubProcess !== null;
    return {
      lines: [
        starting ? `The hub of ${stateDir} is starting or stopping (${about(hubProcess)}).` : `The hub of ${stateDir} is not running. "npm start" starts it.`,
        `Proxy     ${proxyLine}${proxyProcess ? ')' : ''}`,
        ...(proxyProcess && !starting ? ['          Sessions go on without the hub; the next start finds them again.'] : [])
      ],
      json: { hub: { running: false, starting, pid: hubProcess?.pid ?? null }, proxy: proxyProcess, stateDir },
      code: NOT_RUNNING
    };
  }
  const { info, states, users, routes, restarts, queue } = live;
  const counts = Object.entries(states).map(([state, n]) => `${n} ${state}`).join(', ');
  const { version } = info.program ?? { version: '?' };
  return {
    lines: [
      `Hub       running at ${hubProcess?.url ?? '(starting)'}${hubProcess ? ` (${about(hubProcess)})` : ''}`,
      `Version   ${printable(version)}, speaks JupyterHub ${printable(info.version)}`,
      `Proxy     ${proxyLine}${proxyProcess ? `, ${routes} routes, restarted ${restarts === 1 ? 'once' : `${restarts} times`})` : ''}`,
      `Sessions  ${counts || 'none'}${queue > 0 ? `; ${queue} starts wait in the queue` : ''}`,
      `Users     ${users}`,
      `State     ${stateDir}`
    ],
    json: {
      hub: { running: true, url: hubProcess?.url ?? null, pid: hubProcess?.pid ?? null, uptimeSeconds: hubProcess?.uptimeSeconds ?? null, residentBytes: hubProcess?.residentBytes ?? null, version, jupyterhub: info.version },
      proxy: proxyProcess && { ...proxyProcess, routes, restarts },
      sessions: states, queue, users, stateDir
    },
    code: proxyProcess ? 0 : 1
  };
}

async function ask(hub: HubApi): Promise<{ info: { version: string; program?: { version: string } }; states: Record<string, number>; users: number; routes: number; restarts: number; queue: number }> {
  const { body: info } = await hub.get<{ version: string; program?: { version: string } }>('/api/info');
  const { body: page } = await hub.get<{ _pagination: { total: number } }>('/api/users?limit=1');
  const states: Record<string, number> = {};
  for (const { server } of await allSessions(hub)) {
    const state = stateOf(server).split(' ')[0]!;
    states[state] = (states[state] ?? 0) + 1;
  }
  const metrics = await hub.text('/metrics');
  const value = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1] ?? 0);
  // A proxy that is down has no routes to tell, and that is what status is to say.
  const routes = await hub.get<object>('/api/proxy').then(({ body }) => Object.keys(body).length, () => 0);
  return { info, states, users: page._pagination.total, routes, restarts: value('datalabs_proxy_restarts_total'), queue: value('datalabs_start_queue_length') };
}

