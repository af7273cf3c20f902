import type { Machine } from './commands/checks.js';
import type { Context } from './http/context.js';
import type { Clock } from './ports/clock.js';
import type { Engine } from './ports/engine.js';
import type { ChpRoutes } from './routes/chp/chp-routes.js';

/** Looking at the machine starts programs: whoever keeps the page open need not do that each time. Milliseconds. */
const CHECK_INTERVAL = 60_000;

interface Parts {
  engine: Pick<Engine, 'name' | 'check'>;
  routes: Pick<ChpRoutes, 'address' | 'warning'>;
  versions: Machine['versions'];
  maxStarting: number;
  clock: Clock;
}

/** What the hub is made of, for those who look after it. What cannot be found out is a warning; the next look tries again. */
export function aboutHub({ engine, routes, versions, maxStarting, clock }: Parts): NonNullable<Context['about']> {
  const software = kept(clock, Infinity, versions, []);
  const check = kept(clock, CHECK_INTERVAL, () => engine.check(), { ok: false, problems: [], warnings: [] });
  return async () => {
    const [found, checked] = await Promise.all([software('The versions of the software could not be read'), check('This machine could not be checked')]);
    const { problems, warnings } = checked.value;
    return {
      engine: engine.name, proxy: `${routes.address.host}:${routes.address.port}`, versions: found.value.map(one => ({ name: one.name, version: one.found })), maxStarting,
      warnings: [...problems, ...(routes.warning === null ? [] : [routes.warning]), ...warnings, ...found.failed, ...checked.failed]
    };
  };
}

/** A look whose answer holds for a while, for all who ask. One that fails is not kept. */
function kept<T>(clock: Clock, ms: number, look: () => Promise<T>, none: T): (what: string) => Promise<{ value: T; failed: string[] }> {
  let last: { at: number; answer: Promise<T> } | null = null;
  return async what => {
    const mine = (last = last !== null && clock.now() - last.at < ms ? last : { at: clock.now(), answer: look() });
    try {
      return { value: await mine.answer, failed: [] };
    } catch (error) {
      last = last === mine ? null : last;
      return { value: none, failed: [`${what}: ${error instanceof Error ? error.message : String(error)}`] };
    }
  };
}
