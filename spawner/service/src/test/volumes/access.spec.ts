import { VolumeEntry } from '@jupyter-datalabs/contract';
import { volumeMounts } from '../../builders/volume-mounts.js';
import { partsFor } from '../../services/volumes/access.js';
import { memoryStore } from '../../store/index.js';
import { Disks, testVolumes } from '../http/test-volumes.js';
import { ManualClock } from '../sessions/support.js';

const entry = (change: object) => ({ name: 'euclid', title: 'Euclid', mission: 'Euclid', description: 'D', licence: 'L', path: '/archive/euclid', ...change });

/** Anna is in both groups, Bert in one, Cleo in none. */
const GROUPS: Record<string, string[]> = { anna: ['consortium', 'deep'], bert: ['consortium'], cleo: [] };

function world(...declared: object[]) {
  const clock = new ManualClock();
  const disks = new Disks();
  declared.forEach(one => disks.found.set((one as { path: string }).path, 'directory'));
  const changes: object[] = [];
  const store = memoryStore();
  const volumes = testVolumes({ store, clock, disks, declared, groupsOf: async user => GROUPS[user] ?? [], onChange: change => changes.push(change) });
  const mounts = async (user: string) => (await volumes.mounts({ user })).mounts.map(({ name, parts }) => [name, parts.map(({ prefix, allowed }) => `${allowed ? '+' : '-'}${prefix}`)]);
  return { clock, disks, volumes, mounts, changes, store };
}

it('the longest prefix decides, either way, for three users of overlapping groups', async () => {
  const { volumes, mounts } = world(
    entry({ groups: ['consortium'], rules: [{ prefix: 'q1', groups: [] }, { prefix: 'q1/deep', groups: ['deep'] }, { prefix: 'q1/deep/public', groups: [] }, { prefix: 'q10', groups: ['consortium'] }] }),
    entry({ name: 'closed', path: '/archive/closed', groups: ['deep'] })
  );
  expect(await mounts('anna')).toEqual([['euclid', ['+']], ['closed', ['+']]]);
  expect(await mounts('bert')).toEqual([['euclid', ['+', '-q1/deep', '+q1/deep/public']]]);
  expect(await mounts('cleo')).toEqual([['euclid', ['-', '+q1', '-q1/deep', '+q1/deep/public']]]);
  expect((await volumes.list({ user: 'cleo' })).map(({ name }) => name)).toEqual(['euclid']);
  expect((await volumes.get({ user: 'cleo', name: 'euclid' })).allowed).toEqual(['q1', 'q1/deep/public']);
  const refused = async (name: string) => ((await volumes.get({ user: 'cleo', name }).catch((error: unknown) => error)) as Error).message.replace(name, '…');
  expect(await refused('closed')).toBe(await refused('nothing'));
});

it('of a volume whose every part is for others nothing is listed', async () => {
  const { volumes } = world(entry({ groups: ['consortium'], rules: [{ prefix: 'deep', groups: ['deep'] }] }));
  expect([await volumes.list({ user: 'cleo' }), (await volumes.mounts({ user: 'cleo' })).mounts]).toEqual([[], []]);
});

it('a start has the volumes it names, and none that the user may not see', async () => {
  const { volumes } = world(entry({}), entry({ name: 'gaia', path: '/archive/gaia' }), entry({ name: 'closed', path: '/archive/closed', groups: ['deep'] }));
  expect((await volumes.mounts({ user: 'bert', names: ['gaia'] })).mounts.map(({ name }) => name)).toEqual(['gaia']);
  expect((await volumes.mounts({ user: 'bert', names: [] })).mounts).toEqual([]);
  await expect(volumes.mounts({ user: 'bert', names: ['gaia', 'closed'] })).rejects.toMatchObject({ code: 'unknown-volume' });
  await expect(volumes.admit({ owner: 'bert', options: { volumes: ['closed'] } })).rejects.toMatchObject({ code: 'unknown-volume' });
  await expect(Promise.all([{ volumes: ['gaia'] }, {}].map(options => volumes.admit({ owner: 'bert', options })))).resolves.toHaveLength(2);
});

it('what an admin says goes before the file, and a volume that is removed stays so', async () => {
  const { volumes, store } = world(entry({}), entry({ name: 'gaia', path: '/archive/gaia' }));
  const said = VolumeEntry.parse(entry({ title: 'New', groups: ['deep'], path: '/archive/gaia' }));
  expect(await volumes.set(said)).toMatchObject({ origin: 'store', title: 'New', state: 'ok', entry: said });
  await volumes.set(VolumeEntry.parse(entry({ name: 'more', path: '/archive/none' })));
  await volumes.remove('gaia');
  expect((await volumes.listAll()).map(({ name, origin, available }) => [name, origin, available])).toEqual([['euclid', 'store', true], ['more', 'store', false]]);
  await volumes.remove('more');
  expect((await store.volumes.list()).map(({ name, entry }) => [name, entry === null])).toEqual([['euclid', false], ['gaia', true]]);
  await expect(volumes.remove('gaia')).rejects.toMatchObject({ code: 'unknown-volume' });
  await expect(volumes.probe('gaia')).rejects.toMatchObject({ code: 'unknown-volume' });
});

it('looks anew for who asks to, however lately it has looked', async () => {
  const { volumes, disks } = world(entry({}));
  expect((await volumes.listAll())[0]).toMatchObject({ state: 'ok' });
  disks.found.delete('/archive/euclid');
  expect((await volumes.listAll())[0]).toMatchObject({ state: 'ok' });
  expect(await volumes.probe('euclid')).toMatchObject({ state: 'unreachable' });
  expect((await volumes.listAll())[0]).toMatchObject({ state: 'unreachable' });
});

it('goes back to the entry of the file, of one that was changed and of one that was removed', async () => {
  const { volumes, store } = world(entry({}), entry({ name: 'gaia', path: '/archive/gaia' }));
  await volumes.set(VolumeEntry.parse(entry({ title: 'New' })));
  await volumes.set(VolumeEntry.parse(entry({ name: 'more', path: '/archive/none' })));
  await volumes.remove('gaia');
  expect([(await volumes.listAll()).map(({ name, declared }) => [name, declared]), await volumes.removed()]).toEqual([[['euclid', true], ['more', false]], ['gaia']]);
  expect(await volumes.restore('gaia')).toMatchObject({ name: 'gaia', origin: 'file', declared: true });
  expect((await volumes.restore('euclid')).title).toBe(entry({}).title);
  await expect(volumes.restore('more')).rejects.toMatchObject({ code: 'unknown-volume' });
  expect([await volumes.removed(), (await store.volumes.list()).map(({ name }) => name)]).toEqual([[], ['more']]);
});

it.each([
  [{ rules: [{ prefix: '../other', groups: [] }] }], [{ rules: [{ prefix: '/a', groups: [] }] }], [{ rules: [{ prefix: 'a//b', groups: [] }] }], [{ rules: [{ prefix: 'a\nb', groups: [] }] }],
  [{ rules: [{ prefix: 'a', groups: [] }, { prefix: 'a', groups: ['x'] }] }], [{ urls: ['('] }], [{ roots: ['euclid'] }], [{ examples: [{ title: 'T' }] }], [{ documentation: 'no url' }], [{ documentation: 'javascript:alert(1)' }], [{ examples: [{ title: 'T', url: 'data:text/html,x' }] }], [{ path: '/a\0b' }], [{ path: '/a\nb' }], [{ misspelt: 1 }], [{ name: 'user' }]
])('refuses %j', change => {
  expect(VolumeEntry.safeParse(entry({})).success).toBe(true);
  expect(VolumeEntry.safeParse(entry(change)).success).toBe(false);
});

it('mounts what is seen and covers what is not', () => {
  const parts = (groups: string[]) => partsFor({ groups: ['consortium'], rules: [{ prefix: 'q1/deep', groups: ['deep'] }, { prefix: 'q1', groups: [] }] }, new Set(groups));
  const of = (groups: string[]) => volumeMounts({ name: 'e', source: '/a', parts: parts(groups) });
  const ro = (source: string, target: string) => ({ source, target, mode: 'ro' });
  expect(of(['consortium', 'deep'])).toEqual({ mounts: [ro('/a', '/data/e')], covers: [] });
  expect(of(['consortium'])).toEqual({ mounts: [ro('/a', '/data/e')], covers: ['/data/e/q1/deep'] });
  expect(of([])).toEqual({ mounts: [ro('/a/q1', '/data/e/q1')], covers: ['/data/e/q1/deep'] });
});
