import type { Clock } from '../ports/clock.js';
import type { CatalogueService } from '../services/catalogue/types.js';
import type { Config } from '../config/schema.js';
import type { HubLogin } from '../services/identity/login/types.js';
import type { HubIdentity, OAuthService } from '../services/identity/types.js';
import type { HomesService } from '../services/homes/types.js';
import type { LifetimeService } from '../services/lifetime/lifetime.js';
import type { MountsService } from '../services/sessions/mounts.js';
import type { QuotaService } from '../services/quotas/types.js';
import type { ResolverService } from '../services/resolver/resolver.js';
import type { SessionsService } from '../services/sessions/types.js';
import type { VolumesKeeper } from '../services/volumes/types.js';
import type { Logger } from '../telemetry/logger.js';
import type { Metrics } from '../telemetry/metrics.js';

/** Everything the routes need; filled by the composition root, and by small fakes in tests. */
export interface Context {
  config: {
    /** Address people use, when it differs from where the proxy listens. */
    publicUrl?: string | null;
    /** Datalab of the home; default `jupyterlab`. */
    homeDatalab?: string;
    /** Check every answer against its schema. On in tests. */
    checkResponses?: boolean;
    login?: Config['login'];
  };
  sessions: SessionsService;
  /** The proxy's, for operators to look at. */
  routes?: { list(): Promise<{ prefix: string; target: string }[]> };
  /** What this hub is made of and what limits it, for those who look after it. */
  about?: () => Promise<{ engine: string; proxy: string; versions: { name: string; version: string | null }[]; warnings: string[]; maxStarting: number }>;
  identity: HubIdentity;
  /** How people log in; without it by the link printed at the start. */
  login?: HubLogin;
  oauth: OAuthService;
  catalogue: CatalogueService;
  volumes: VolumesKeeper;
  /** Of sessions that run. */
  mounts: MountsService;
  /** From what archives say to files in volumes. */
  resolver: ResolverService;
  quotas: QuotaService;
  /** Nothing is ever due without. */
  lifetime?: LifetimeService;
  /** What users keep on the disk. */
  homes?: HomesService;
  /** What somebody is likely to open next is made ready; where nothing is, nobody need say so. */
  warm?: { arrived(owner: string): Promise<void>; pointedAt(owner: string, datalab: string): Promise<void> };
  logger: Logger;
  /** Counts what passes; nothing is counted without. */
  metrics?: Metrics;
  clock: Clock;
}

export function homeDatalab(context: Context): string {
  return context.config.homeDatalab ?? 'jupyterlab';
}

/** What a session is called before it is known what it runs: as the datalab of its name, if there is one. */
export async function sessionTitle(context: Context, name: string): Promise<string> {
  const datalab = await context.catalogue.get(name || homeDatalab(context)).catch(() => null);
  return datalab?.title ?? (name || 'JupyterLab');
}
