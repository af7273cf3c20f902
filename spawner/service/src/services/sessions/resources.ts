import type { Datalab } from '@jupyter-datalabs/contract';

import type { CatalogueService } from '../catalogue/types.js';
import type { SessionView } from './types.js';

/** What a session was started with: its datalab may have been changed since, or be gone. Sessions of an earlier version of the hub have not kept that. */
export async function resourcesOf({ resources, datalab }: SessionView, catalogue: Pick<CatalogueService, 'get'>): Promise<Datalab['resources'] | null> {
  return resources ?? (await catalogue.get(datalab).catch(() => null))?.resources ?? null;
}
