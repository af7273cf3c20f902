import { rm } from 'node:fs/promises';

import { systemClock } from './clock.js';
import { statePaths } from './config/paths.js';
import type { Config } from './config/schema.js';
import { createContext } from './context.js';
import { END_SIGNAL } from './hub.js';
import { readHub, releaseInstance, takeInstance } from './instance.js';
import { endProcess, readRecord } from './routes/chp/chp-routes.js';
import { isAlive } from './processes/process.js';

/** How long a hub may take to end by itself. */
const HUB_GRACE_MS = 15_000;

/** Ends the hub, every session and the proxy of a state directory; answers with what was done, a sentence. */
export async function stopEverything(config: Config): Promise<string> {
  const paths = statePaths(config.stateDir);
  // Ending sessions writes a little; on a full disk this is the room for it.
  await rm(paths.reserve, { force: true });
  const hub = readHub(paths.hubFile);
  const hubRan = hub !== null && isAlive(hub);
  if (hubRan) {
    await endProcess(hub, systemClock, HUB_GRACE_MS, END_SIGNAL);
  }
  // As the hub of this directory from here on: nobody starts sessions while they are being ended.
  const other = takeInstance(paths.hubFile);
  if (other) {
    throw new Error('Another hub has just been started on this state directory; stop it again.');
  }
  // Whatever is wrong with those, what runs can be ended.
  const context = await createContext({ ...config, logLevel: 'error', services: [], login: { kind: 'link' } });
  let ended = 0;
  try {
    try {
      const running = await context.engine.list();
      const results = await Promise.all(running.map(session => context.engine.stop(session.key, { graceMs: config.stopGraceSeconds * 1000 })));
      ended = results.filter(Boolean).length;
      for (const row of await context.store.sessions.list()) {
        await context.identity.revokeServer({ owner: row.owner, server: row.name });
        await context.store.sessions.remove(row.owner, row.name);
      }
    } finally {
      await context.close();
    }
    // Not while this process still sees to the ends of those sessions, which have their doors there.
    await rm(paths.doorsDir, { recursive: true, force: true });
  } finally {
    releaseInstance(paths.hubFile);
  }
  const proxy = await readRecord(paths.proxyFile);
  const proxyRan = proxy !== null && isAlive(proxy);
  if (proxyRan) {
    await endProcess(proxy, systemClock);
  }
  await rm(paths.proxyFile, { force: true });
  if (!hubRan && !proxyRan && ended === 0) {
    return `Nothing ran in ${config.stateDir}.`;
  }
  return `Stopped: ${hubRan ? 'the hub, ' : ''}${ended === 1 ? 'one session' : `${ended} sessions`} and the proxy. Files and settings are kept.`;
}
