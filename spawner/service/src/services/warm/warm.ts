import { warmSpecOf } from '../../builders/environment.js';
import type { WarmSpec } from '../../ports/engine.js';
import type { TimelineStore } from '../../ports/store.js';
import type { CatalogueService } from '../catalogue/types.js';
import { sessionSpec, type SpecSettings } from '../sessions/spec.js';
import type { VolumesService } from '../volumes/types.js';
import type { WarmingEngine } from './warming-engine.js';

/** Past starts of an owner that are looked at, and how many datalabs are likely because of them. */
const PAST = 50;
const POPULAR = 2;

/** Programs that wait for their session when they are asked to: the suite's own. */
const CAN_WAIT = [/^jupyter_datalabs\.singleuser$/, /\/desktop-agent\/lib\/main\.js$/];

export interface WarmServiceOptions {
  engine: WarmingEngine;
  catalogue: CatalogueService;
  timelines: TimelineStore;
  homeDatalab: string;
}

/** What users are likely to open next. */
export class WarmService {
  constructor(private readonly options: WarmServiceOptions) {}

  /** This user is here and has not opened anything yet. Never rejects: a guess may fail. */
  async arrived(owner: string): Promise<void> {
    const { engine, timelines, homeDatalab, catalogue } = this.options;
    engine.want(owner, homeDatalab, 'login');
    const past = await timelines.list({ owner, limit: PAST }).catch(() => []);
    const counts = new Map<string, number>();
    for (const { datalab } of past) counts.set(datalab, (counts.get(datalab) ?? 0) + 1);
    const likely = [...counts].filter(([datalab]) => datalab !== homeDatalab).sort(([, a], [, b]) => b - a);
    for (const [datalab] of likely.slice(0, POPULAR)) {
      const found = await catalogue.get(datalab).catch(() => null);
      if (found?.state === 'published') engine.want(owner, datalab, 'popular');
    }
  }

  /** The user points at this datalab's card. Rejects with `unknown-datalab`. */
  async pointedAt(owner: string, datalab: string): Promise<void> {
    const { id } = await this.options.catalogue.get(datalab);
    this.options.engine.want(owner, id, 'pointer');
  }
}

/** What a start of this datalab by this owner would be, but for what is of one session alone. */
export function warmPlan(options: {
  catalogue: CatalogueService;
  volumes: VolumesService;
  settings: () => SpecSettings;
}): (wish: { owner: string; datalab: string }) => Promise<WarmSpec | null> {
  return async ({ owner, datalab: id }) => {
    const datalab = await options.catalogue.get(id).catch(() => null);
    if (!datalab?.command?.some(part => CAN_WAIT.some(program => program.test(part)))) return null;
    const { mounts: volumes } = await options.volumes.mounts({ user: owner });
    // One that would not start without its volume is not made ready without it either.
    if (datalab.volumes.some(name => !volumes.some(volume => volume.name === name))) return null;
    return warmSpecOf(sessionSpec({ owner, name: '', startId: '', datalab, token: '', volumes, allowedScopes: [] }, options.settings()));
  };
}
