import { DomainError } from '../../domain/errors.js';
import type { TimelineRow } from '../../ports/store.js';
import type { CatalogueService } from '../../services/catalogue/types.js';
import { warmPlan, WarmService } from '../../services/warm/warm.js';
import type { WarmingEngine } from '../../services/warm/warming-engine.js';
import { datalab } from '../sessions/support.js';

const COMMAND = ['/lab/bin/python', '-P', '-m', 'jupyter_datalabs.singleuser'];
const known = [
  datalab('jupyterlab', { command: COMMAND }), datalab('euclid', { command: COMMAND, volumes: ['euclid_q1'] }), datalab('draft', { command: COMMAND, state: 'draft' as never }),
  datalab('web', { command: ['serve'] }), datalab('topcat', { kind: 'desktop', command: ['/node/bin/node', '/repo/spawner/desktop-agent/lib/main.js'] })
];
const catalogue = {
  get: async (id: string) => {
    const found = known.find(one => one.id === id);
    if (!found) throw new DomainError('unknown-datalab', 'There is no such datalab.');
    return found;
  }
} as unknown as CatalogueService;

let wanted: string[];
let past: string[];
const service = (): WarmService =>
  new WarmService({
    engine: { want: (owner: string, id: string, reason: string) => wanted.push(`${owner} ${id} ${reason}`) } as unknown as WarmingEngine,
    catalogue,
    timelines: { write: async () => undefined, recent: async () => [], list: async () => past.map(id => ({ datalab: id }) as TimelineRow) },
    homeDatalab: 'jupyterlab'
  });
beforeEach(() => {
  wanted = [];
  past = [];
});

it('takes somebody who arrives to want the home, and what they started most often if everybody may', async () => {
  past = ['topcat', 'euclid', 'euclid', 'web', 'web', 'web', 'jupyterlab', 'jupyterlab', 'jupyterlab', 'jupyterlab'];
  await service().arrived('ann');
  expect(wanted).toEqual(['ann jupyterlab login', 'ann web popular', 'ann euclid popular']);
  wanted = [];
  past = ['draft', 'gone'];
  await service().arrived('ann');
  expect(wanted).toEqual(['ann jupyterlab login']);
});

it('takes the pointer for a wish, if there is such a datalab', async () => {
  await service().pointedAt('ann', 'topcat');
  expect(wanted).toEqual(['ann topcat pointer']);
  await expect(service().pointedAt('ann', 'nonsense')).rejects.toMatchObject({ code: 'unknown-datalab' });
});

describe('the plan', () => {
  const volumes = (names: string[]) => ({ list: async () => [], listAll: async () => [], mounts: async () => ({ away: [], mounts: names.map(name => ({ name, title: name, source: `/archive/${name}`, parts: [{ prefix: '', allowed: true }] })) }) });
  const settings = () => ({ homes: '/homes', workspaces: '/workspaces', hubInside: 'http://127.0.0.1:8081', publicUrl: null, path: [], notebooks: () => null, jupyterArguments: [], activitySeconds: 300 });
  const plan = (id: string, names: string[] = ['euclid_q1']) => warmPlan({ catalogue, volumes: volumes(names), settings })({ owner: 'ann', datalab: id });

  it('has no secret and nothing of one session in it', async () => {
    const spec = await plan('jupyterlab');
    expect(spec).toMatchObject({ owner: 'ann', datalab: 'jupyterlab', home: '/homes/ann/jupyterlab' });
    expect(Object.keys(spec!.environment).filter(name => name.startsWith('JUPYTERHUB_'))).toEqual([]);
  });

  it.each(['jupyterlab', 'euclid', 'topcat'])('is there for %s, whose program can wait', async id => {
    expect(await plan(id)).not.toBeNull();
  });

  it('is not there for a program that cannot wait, one that is gone, or one without its volume', async () => {
    expect(await plan('web')).toBeNull();
    expect(await plan('gone')).toBeNull();
    expect(await plan('euclid', [])).toBeNull();
  });
});
