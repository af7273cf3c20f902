import type { Clock } from '../../ports/clock.js';
import type { Logger } from '../../telemetry/logger.js';
import type { VolumesKeeper } from '../volumes/types.js';
import { Looker } from './look.js';
import { NameIndex } from './names.js';
import { Resolver } from './resolver.js';

/** Whoever waits in turn has this time for some hundred addresses; a pattern has much less. */
const PATTERNS_MS = 20_000;

/** With everything it needs. */
export function openResolver({ clock, logger, folder, ...parts }: {
  volumes: Pick<VolumesKeeper, 'visible' | 'places'>;
  mounted: (user: string, session: string) => Promise<string[]>;
  /** Of the lists of names. */
  folder: string;
  clock: Clock;
  logger: Logger;
}): { resolver: Resolver; close(): void } {
  const looker = new Looker({ clock });
  // Of its own, so that a slow pattern holds up no look.
  const reader = new Looker({ clock, timeoutMs: PATTERNS_MS });
  const names = new NameIndex({ folder, looker, clock, logger });
  return {
    resolver: new Resolver({ ...parts, logger, look: looker.look, match: reader.match, names }),
    close() {
      names.close();
      looker.close();
      reader.close();
    }
  };
}
