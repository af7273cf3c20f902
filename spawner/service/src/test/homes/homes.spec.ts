import type { HomeFile, HomeFiles, HomeRoom } from '../../ports/home-files.js';
import { levelOfDisk, levelOfUse, sizeText } from '../../services/homes/levels.js';
import { Homes, type HomesOptions } from '../../services/homes/homes.js';
import { TestClock } from '../http/harness.js';

const GIB = 2 ** 30;

class FakeFiles implements HomeFiles {
  readonly folders = new Map<string, string[]>([['/homes/ann', ['jupyterlab', 'euclid', '.reset']], ['/homes/ann/.reset', ['euclid 2026-02-01T10-20-30-000Z']], ['/work', ['ann']]]);
  bytes = new Map([['/homes/ann/jupyterlab', 3 * GIB], ['/homes/ann/euclid', GIB], ['/homes/ann/.reset/euclid 2026-02-01T10-20-30-000Z', GIB], ['/work/ann', 2 * GIB]]);
  free = 50 * GIB;
  walks = 0;
  silent = false;
  readonly moved: [string, string][] = [];
  readonly removed: string[] = [];
  found: HomeFile[] = [];

  async sizes(sources: string[]): Promise<Map<string, number>> {
    this.walks++;
    return this.silent ? new Promise(() => undefined) : new Map(sources.map(source => [source, this.bytes.get(source) ?? 0]));
  }
  async disk(): Promise<{ total: number; free: number }> {
    return this.silent ? new Promise(() => undefined) : { total: 100 * GIB, free: this.free };
  }
  async names(folder: string): Promise<string[]> {
    return this.folders.get(folder) ?? [];
  }
  async move(from: string, to: string): Promise<boolean> {
    this.moved.push([from, to]);
    return this.bytes.has(from);
  }
  async largest(): Promise<HomeFile[]> {
    return this.found;
  }
  async remove({ source }: HomeRoom, path: Buffer): Promise<boolean> {
    this.removed.push(`${source} ${path.toString()}`);
    return this.silent ? new Promise(() => undefined) : true;
  }
  async removeRoom({ source }: HomeRoom): Promise<boolean> {
    this.removed.push(source);
    return true;
  }
}

function make(change: Partial<HomesOptions> & { limit?: number | null } = {}) {
  const files = new FakeFiles();
  const clock = new TestClock();
  const sessions = [{ name: '', datalab: 'jupyterlab', title: 'JupyterLab', state: 'ready' }];
  const done: string[] = [];
  const homes = new Homes({
    folder: '/homes', workspaces: '/work', files, clock, limitOf: async () => change.limit ?? null,
    inTurnOf: async (_user, task) => task(), release: async user => void done.push(`release ${user}`),
    sessions: { list: async () => sessions, stop: async ({ name }) => void (done.push(`stop "${name}"`), (sessions.find(session => session.name === name)!.state = 'stopped')) },
    logger: { warn: () => undefined, info: () => undefined }, ...change
  });
  const start = (options = {}): Promise<void> => homes.admit({ owner: 'ann', datalab: { id: 'jupyterlab' }, options });
  return { files, clock, sessions, done, homes, start };
}

it('levels follow the limit, a share of a small disk and an amount of a large one', () => {
  expect([79, 80, 95, 99, 100, 120].map(used => levelOfUse(used, 100))).toEqual(['fine', 'warning', 'critical', 'critical', 'full', 'full']);
  expect(levelOfUse(1e15, null)).toBe('fine');
  expect(levelOfUse(null, 100)).toBe('unknown');
  expect([levelOfDisk({ total: 20e6, free: 0.3e6 }), levelOfDisk({ total: 20e6, free: 0.9e6 }), levelOfDisk({ total: 20e6, free: 2e6 })]).toEqual(['full', 'critical', 'fine']);
  expect([levelOfDisk({ total: 10e12, free: 150e6 }), levelOfDisk({ total: 10e12, free: 900e6 }), levelOfDisk({ total: 10e12, free: 20e9 })]).toEqual(['full', 'critical', 'fine']);
  expect([0, 1000, 5 * 2 ** 20, 1.5 * GIB, 150 * GIB].map(sizeText)).toEqual(['0 bytes', '1000 bytes', '5.0 MiB', '1.5 GiB', '150 GiB']);
});

it('tells each home, those set aside and the workspace, and what they are in all', async () => {
  const { homes } = make({ limit: 8 * GIB });
  expect(homes.of('ann')).toBeNull();
  expect(await homes.usage('ann')).toMatchObject({
    used: 7 * GIB, limit: 8 * GIB, free: 50 * GIB, level: 'warning', message: 'Your home is nearly full: 7.0 GiB of 8.0 GiB are used.', workspace: 2 * GIB,
    homes: [{ datalab: 'euclid', bytes: GIB }, { datalab: 'jupyterlab', bytes: 3 * GIB }],
    resets: [{ id: 'euclid 2026-02-01T10-20-30-000Z', datalab: 'euclid', when: Date.parse('2026-02-01T10:20:30Z'), bytes: GIB }]
  });
  expect(homes.of('ann')).toBe(7 * GIB);
  expect(await homes.usage('bob')).toMatchObject({ used: 0, homes: [], resets: [], workspace: null, level: 'fine', message: null });
});

it('refuses a start into a full home with the figures, but never a safe one', async () => {
  const { homes, start, files } = make({ limit: 7 * GIB });
  await expect(start()).rejects.toMatchObject({ code: 'home-full', message: 'Your home is full: 7.0 GiB of 7.0 GiB are used.', details: { action: expect.stringContaining('/hub/home-files') } });
  await expect(homes.admit({ owner: 'ann', by: 'root', datalab: { id: 'jupyterlab' }, options: {} })).rejects.toMatchObject({
    message: 'The home of ann is full: 7.0 GiB of 7.0 GiB are used.', details: { action: expect.stringMatching(/^Ask them to make room/) }
  });
  await start({ safe: true });
  files.bytes.set('/homes/ann/jupyterlab', GIB);
  await start();
});

it('looks again only near the limit: nobody else waits for a walk', async () => {
  const { start, files, clock } = make({ limit: 100 * GIB });
  await start();
  expect(files.walks).toBe(1);
  await start();
  expect(files.walks).toBe(1);
  clock.advance(61_000);
  files.silent = true;
  files.disk = async () => ({ total: 100 * GIB, free: 50 * GIB });
  // Measured anew meanwhile, by a disk that does not answer; the figure of before is good enough.
  await start();
  await new Promise(resolve => setImmediate(resolve));
  expect(files.walks).toBe(2);
  await start();
  await new Promise(resolve => setImmediate(resolve));
  expect(files.walks).toBe(2);
});

it('a disk that does not answer holds up a start for a bounded time', async () => {
  const { start, files, clock } = make({ limit: GIB });
  files.silent = true;
  let admitted = false;
  const starting = start().then(() => (admitted = true));
  for (let second = 0; second < 5 && !admitted; second++) {
    await new Promise(resolve => setImmediate(resolve));
    clock.advance(1_000);
    await new Promise(resolve => setImmediate(resolve));
  }
  await starting;
});

it('without a limit the disk alone counts', async () => {
  const { start, homes, files } = make();
  files.free = 0.1 * GIB;
  await expect(start()).rejects.toMatchObject({ code: 'home-full', message: 'The disk of your home is full: 102 MiB of 100 GiB are free.' });
  expect(await homes.usage('ann')).toMatchObject({ level: 'full', limit: null });
  files.free = 0.5 * GIB;
  await start();
  expect(await homes.usage('ann')).toMatchObject({ level: 'critical', message: 'The disk of your home is nearly full: 512 MiB of 100 GiB are free.' });
});

it('sets a home aside once nothing of it runs or waits, and only then', async () => {
  const { homes, files, done } = make();
  await expect(homes.reset({ owner: 'ann', datalab: 'jupyterlab' })).rejects.toMatchObject({ code: 'conflict' });
  expect(files.moved).toEqual([]);
  expect(await homes.reset({ owner: 'ann', datalab: 'jupyterlab', stop: true })).toEqual({ id: 'jupyterlab 2026-03-01T12-00-00-000Z' });
  expect(done).toEqual(['release ann', 'stop ""', 'release ann']);
  expect(files.moved).toEqual([['/homes/ann/jupyterlab', '/homes/ann/.reset/jupyterlab 2026-03-01T12-00-00-000Z']]);
  expect(await homes.reset({ owner: 'ann', datalab: 'topcat' })).toEqual({ id: null });
  for (const datalab of ['..', '.reset', 'a/b', '']) await expect(homes.reset({ owner: 'ann', datalab })).rejects.toMatchObject({ code: 'unknown-datalab' });
  expect(files.moved).toHaveLength(2);
});

it.each([['home/..', 'x'], ['home/.reset', 'x'], ['reset/nothing', ''], ['workspace/../../bob', 'x'], ['home/topcat', 'x']])('knows no place %s', async (place, path) => {
  const { homes, files } = make();
  await expect(homes.remove({ owner: 'ann', place, path: Buffer.from(path) })).rejects.toMatchObject({ code: 'not-found' });
  await expect(homes.largest({ owner: 'ann', place, path: Buffer.from(path) })).rejects.toMatchObject({ code: 'not-found' });
  expect(files.removed).toEqual([]);
});

it.each(['..', 'a/../b', './a', '/etc', 'a//b', 'a/', 'a\0b', 'my_workspace', 'data', 'notebooks', ''])('removes no %j from a home', async path => {
  const { homes, files } = make();
  await expect(homes.remove({ owner: 'ann', place: 'home/euclid', path: Buffer.from(path) })).rejects.toMatchObject({ code: 'bad-request' });
  expect(files.removed).toEqual([]);
});

it('removes what is asked for and counts anew; what takes long goes on', async () => {
  const { homes, files, clock } = make();
  await homes.usage('ann');
  expect(await homes.remove({ owner: 'ann', place: 'workspace', path: Buffer.from('data/big') })).toBe('gone');
  expect(await homes.remove({ owner: 'ann', place: 'reset/euclid 2026-02-01T10-20-30-000Z', path: Buffer.alloc(0) })).toBe('gone');
  expect(files.removed).toEqual(['/work/ann data/big', '/homes/ann/.reset/euclid 2026-02-01T10-20-30-000Z']);
  expect(homes.of('ann')).toBeNull();
  files.silent = true;
  const removing = homes.remove({ owner: 'ann', place: 'home/euclid', path: Buffer.from('many') });
  await new Promise(resolve => setImmediate(resolve));
  clock.advance(20_000);
  expect(await removing).toBe('late');
});

it('does not list the mount points of a session', async () => {
  const { homes, files } = make();
  files.found = ['my_workspace', 'data', 'notebooks', 'cache'].map(name => ({ name: Buffer.from(name), bytes: 1, isDirectory: true }));
  const names = async (place: string, path: string): Promise<string[]> => (await homes.largest({ owner: 'ann', place, path: Buffer.from(path) }))!.map(({ name }) => name.toString());
  expect(await names('home/euclid', '')).toEqual(['cache']);
  expect(await names('home/euclid', 'deeper')).toHaveLength(4);
  expect(await names('workspace', '')).toHaveLength(4);
});

it('walks one home after the other; one that takes too long holds up the next for a bounded time', async () => {
  const { homes, files, clock } = make();
  const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
  files.silent = true;
  for (const user of ['ann', 'bob', 'cid']) homes.of(user);
  await turn();
  expect(files.walks).toBe(1);
  clock.advance(59_000);
  await turn();
  expect(files.walks).toBe(1);
  clock.advance(1_000);
  await turn();
  expect(files.walks).toBe(2);
  homes.of('ann');
  await turn();
  expect(files.walks).toBe(2);
});

it('bounds what one user has looked at and removed at the same time', async () => {
  const { homes, files } = make();
  files.silent = true;
  for (let count = 0; count < 24; count++) void homes.remove({ owner: 'ann', place: 'workspace', path: Buffer.from('x') });
  await new Promise(resolve => setImmediate(resolve));
  await expect(homes.largest({ owner: 'ann', place: 'workspace', path: Buffer.from('') })).rejects.toMatchObject({ code: 'too-many' });
});
