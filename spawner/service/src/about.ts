import type { StatePaths } from './config/paths.js';
import type { Config } from './config/schema.js';
import type { Context } from './http/context.js';
import { machineOf } from './machine.js';
import type { Clock } from './ports/clock.js';
import type { Engine } from './ports/engine.js';
import type { ChpRoutes } from './routes/chp/chp-routes.js';

/** Looking at the machine starts programs: whoever keeps the page open need not do that each time. Milliseconds. */
const CHECK_INTERVAL = 60_000;

/** What the hub is made of, for those who look after it. */
export function aboutHub({ config, paths, engine, routes, clock }: { config: Config; paths: StatePaths; engine: Engine; routes: ChpRoutes; clock: Clock }): NonNullable<Context['about']> {
  let versions: Promise<{ name: string; version: string | null }[]> | null = null;
  let looked: { at: number; check: ReturnType<Engine['check']> } | null = null;
  return async () => {
    versions ??= machineOf(config, paths).then(machine => machine.versions()).then(found => found.map(one => ({ name: one.name, version: one.found })));
    if (looked === null || clock.now() - looked.at >= CHECK_INTERVAL) {
      looked = { at: clock.now(), check: engine.check() };
    }
    const { problems, warnings } = await looked.check;
    return {
      engine: engine.name, proxy: `${routes.address.host}:${routes.address.port}`, versions: await versions, maxStarting: config.maxStarting,
      warnings: [...problems, ...(routes.warning === null ? [] : [routes.warning]), ...warnings]
    };
  };
}
