import type { Clock } from '../ports/clock.js';
import type { CatalogueService } from '../services/catalogue/types.js';
import type { HubIdentity, OAuthService } from '../services/identity/types.js';
import type { SessionsService } from '../services/sessions/types.js';
import type { VolumesService } from '../services/volumes/types.js';
import type { Logger } from '../telemetry/logger.js';

/** Everything the routes need; filled by the composition root, and by small fakes in tests. */
export interface Context {
  config: {
    /** Address people use, when it differs from where the proxy listens. */
    publicUrl?: string | null;
    /** Datalabs trusted with their owner's scopes. */
    suiteDatalabs: readonly string[];
    /** Datalab of the home; default `jupyterlab`. */
    homeDatalab?: string;
    /** Check every answer against its schema. On in tests. */
    checkResponses?: boolean;
  };
  sessions: SessionsService;
  identity: HubIdentity;
  oauth: OAuthService;
  catalogue: CatalogueService;
  volumes: VolumesService;
  logger: Logger;
  clock: Clock;
}

export function homeDatalab(context: Context): string {
  return context.config.homeDatalab ?? 'jupyterlab';
}
