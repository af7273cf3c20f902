import { VolumeEntry } from '@jupyter-datalabs/contract';
import type { Clock } from '../../ports/clock.js';
import type { Store } from '../../ports/store.js';
import { VolumeHealth } from '../../services/volumes/health.js';
import { VolumeRegistry } from '../../services/volumes/registry.js';
import type { Found, Placed } from '../../services/volumes/probe.js';
import { Volumes } from '../../services/volumes/volumes.js';

const about = { mission: 'M', description: 'D', licence: 'L' };
const DECLARED = [
  { ...about, name: 'gaia_dr3', title: 'Gaia', path: 'sample-data/gaia_dr3', simulated: true },
  { ...about, name: 'hst', title: 'Hubble', path: '/archive/hst', groups: ['hst'] }
];

/** Volumes whose storage is a table of the test: what is not in it is missing. */
export class Disks {
  readonly found = new Map<string, Found | (() => Promise<Found>)>([['/samples/gaia_dr3', 'directory']]);
  readonly placed = new Map<string, Placed>();
  looks = 0;

  probe = async (source: string): Promise<Found> => {
    this.looks++;
    const found = this.found.get(source) ?? 'missing';
    return typeof found === 'string' ? found : found();
  };
  prefixes = async (source: string, prefixes: readonly string[]): Promise<Placed[]> => prefixes.map(prefix => this.placed.get(`${source}/${prefix}`) ?? 'fine');
}

export function testVolumes({ store, clock, groupsOf, isGroup, disks = new Disks(), onChange, declared = DECLARED }: {
  store: Pick<Store, 'volumes'>; clock: Clock; groupsOf: (user: string) => Promise<string[]>; isGroup?: (name: string) => Promise<boolean>; disks?: Disks; onChange?: (change: object) => void; declared?: object[];
}): Volumes {
  const said = declared.map(entry => VolumeEntry.parse(entry));
  const registry = new VolumeRegistry({ declared: async () => said, store: store.volumes });
  return new Volumes({ registry, health: new VolumeHealth({ probe: disks.probe, prefixes: disks.prefixes, clock, sampleData: '/samples', ...(onChange && { onChange }) }), sampleData: '/samples', groupsOf, ...(isGroup && { isGroup }) });
}
