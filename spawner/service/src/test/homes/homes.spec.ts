import type { HomeFile, HomeFiles, HomeRoom } from '../../ports/home-files.js';
import { levelOfDisk, levelOfUse } from '../../services/homes/levels.js';
import { Homes, type HomesOptions } from '../../services/homes/homes.js';
import { TestClock } from '../http/harness.js';

const GIB = 2 ** 30;

class FakeFiles implements HomeFiles {
  bytes = new Map([['/homes/ann/jupyterlab', 3 * GIB], ['/homes/ann/euclid', GIB], ['/homes/ann/.reset/euclid 2026-02-01T10-20-30-000Z', GIB], ['/workspaces/ann', 2 * GIB]]);
  free = 50 * GIB;
  readonly walked: string[] = [];
  looks = 0;
  silent = false;
  dead = false;
  broken = false;
  readonly moved: [string, string][] = [];
  readonly removed: string[] = [];
  found: HomeFile[] = [];
  onMove: () => void = () => undefined;

  async sizes(sources: string[]): Promise<Map<string, number>> {
    this.walked.push(sources[0] ?? '');
    if (this.broken) throw new Error('du was killed');
    return this.silent ? new Promise(() => undefined) : new Map(sources.map(source => [source, this.bytes.get(source) ?? 0]));
  }
  async look({ home, workspace }: { home: string; workspace: string }): Promise<Map<string, { total: number; free: number }>> {
    this.looks++;
    const there = ['/homes', '/workspaces', ...[...this.bytes.keys()].filter(path => path === workspace || path.startsWith(`${home}/`))];
    return this.dead ? new Promise(() => undefined) : new Map(there.map(path => [path, { total: 100 * GIB, free: this.free }]));
  }
  async move(from: string, to: string): Promise<boolean> {
    this.onMove();
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
  const sessions: Awaited<ReturnType<HomesOptions['sessions']['list']>> = [{ name: '', datalab: 'jupyterlab', title: 'JupyterLab', state: 'ready' }];
  const done: string[] = [];
  const homes = new Homes({
    folder: '/homes', workspaces: '/workspaces', files, clock, limitOf: async () => change.limit ?? null,
    inTurnOf: async (_user, task) => task(), release: async (user, datalab) => void done.push(`release ${user} ${datalab}`),
    sessions: { list: async () => sessions, stop: async ({ name, by }) => void (done.push(`stop "${name}" by ${by}`), (sessions.find(session => session.name === name)!.state = 'stopped')) },
    logger: { warn: () => undefined, info: () => undefined }, ...change
  });
  const start = (options = {}): Promise<void> => homes.admit({ owner: 'ann', datalab: { id: 'jupyterlab' }, options });
  return { files, clock, sessions, done, homes, start };
}
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

it('levels follow the limit, a share of a small disk and an amount of a large one', () => {
  expect([79, 80, 95, 99, 100, 120].map(used => levelOfUse(used, 100))).toEqual(['fine', 'warning', 'critical', 'critical', 'full', 'full']);
  expect(levelOfUse(1e15, null)).toBe('fine');
  expect(levelOfUse(null, 100)).toBe('unknown');
  expect([levelOfDisk({ total: 20e6, free: 0.3e6 }), levelOfDisk({ total: 20e6, free: 0.9e6 }), levelOfDisk({ total: 20e6, free: 2e6 })]).toEqual(['full', 'critical', 'fine']);
  expect([levelOfDisk({ total: 10e12, free: 150e6 }), levelOfDisk({ total: 10e12, free: 900e6 }), levelOfDisk({ total: 10e12, free: 20e9 })]).toEqual(['full', 'critical', 'fine']);
});

it('tells each home, those set aside and the workspace, and what they are in all', async () => {
  const { homes } = make({ limit: 8 * GIB });
  expect(homes.of('ann')).toBeNull();
  expect(await homes.usage('ann')).toMatchObject({
    used: 7 * GIB, limit: 8 * GIB, free: 50 * GIB, level: 'warning', message: 'Your home is nearly full: 7.0 GiB of 8.0 GiB are used.', workspace: { bytes: 2 * GIB },
    homes: [{ datalab: 'euclid', bytes: GIB }, { datalab: 'jupyterlab', bytes: 3 * GIB }],
    resets: [{ id: 'euclid 2026-02-01T10-20-30-000Z', datalab: 'euclid', when: Date.parse('2026-02-01T10:20:30Z'), bytes: GIB }]
  });
  expect(homes.of('ann')).toBe(7 * GIB);
  expect(await homes.usage('bob')).toMatchObject({ used: 0, homes: [], resets: [], workspace: null, level: 'fine', message: null });
});

it('refuses a start into a full home with the figures, but never a safe one', async () => {
  const { homes, start, files } = make({ limit: 7 * GIB });
  await expect(start()).rejects.toMatchObject({ code: 'home-full', message: 'Your home is full: 7.0 GiB of 7.0 GiB are used.', details: { action: expect.stringContaining('“Files in your home”') } });
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
  expect(files.walked).toHaveLength(1);
  await start();
  expect(files.walked).toHaveLength(1);
  clock.advance(61_000);
  files.silent = true;
  // Measured anew meanwhile, by a disk that does not answer; the figure of before is good enough.
  await start();
  await turn();
  expect(files.walked).toHaveLength(2);
  await start();
  await turn();
  expect(files.walked).toHaveLength(2);
});

it('a figure of long ago admits nobody who has filled the home since', async () => {
  const { start, files, clock } = make({ limit: 100 * GIB });
  await start();
  files.bytes.set('/homes/ann/euclid', 300 * GIB);
  clock.advance(10 * 24 * 3_600_000);
  await expect(start()).rejects.toMatchObject({ code: 'home-full', message: 'Your home is full: 306 GiB of 100 GiB are used.' });
});

it('a measurement from before a place was there is no fresh one, neither to look at nor for a start', async () => {
  const { homes, files, start, clock } = make({ limit: 10 * GIB });
  const all = new Map(files.bytes);
  files.bytes.clear();
  expect(await homes.usage('ann')).toMatchObject({ used: 0, homes: [], workspace: null });
  files.bytes = new Map([...all, ['/workspaces/ann', 12 * GIB]]);
  await expect(start()).rejects.toMatchObject({ code: 'home-full', message: 'Your home is full: 17.0 GiB of 10.0 GiB are used.' });
  files.bytes.set('/homes/ann/topcat', GIB);
  expect(await homes.usage('ann')).toMatchObject({ used: 18 * GIB, homes: expect.arrayContaining([{ datalab: 'topcat', bytes: GIB }]), workspace: { bytes: 12 * GIB } });
  // Nor is one from a while ago for whoever lists the files themselves beside it.
  files.bytes.set('/homes/ann/topcat', 3 * GIB);
  expect((await homes.usage('ann')).used).toBe(18 * GIB);
  await clock.advance(3000);
  expect((await homes.usage('ann', { maxAgeMs: 2000 })).used).toBe(20 * GIB);
});

it('lists what there is while it is measured, with what is known by then', async () => {
  const { homes, files, clock } = make({ limit: 10 * GIB });
  const late = async () => {
    const asked = homes.usage('ann');
    await turn();
    clock.advance(3_000);
    return asked;
  };
  const { sizes } = files;
  let go: () => void = () => undefined;
  files.sizes = async sources => (await new Promise<void>(resolve => (go = resolve)), sizes.call(files, sources));
  expect(await late()).toMatchObject({ used: null, homes: [{ bytes: null }, { bytes: null }], workspace: { bytes: null } });
  // There before the walk that is under way ends, but not when it began: it is walked again.
  files.bytes.set('/homes/ann/topcat', 2 * GIB);
  const asked = homes.usage('ann');
  await turn();
  go();
  for (let count = 0; count < 5; count++) await turn();
  clock.advance(3_000);
  expect(await asked).toMatchObject({ used: 7 * GIB, homes: [{ bytes: GIB }, { bytes: 3 * GIB }, { datalab: 'topcat', bytes: null }], workspace: { bytes: 2 * GIB } });
  go();
  await turn();
  expect(await homes.usage('ann')).toMatchObject({ used: 9 * GIB });
  expect(files.walked).toHaveLength(2);
});

it('does not take a measurement that failed for an empty home', async () => {
  const { homes, files, start } = make({ limit: GIB });
  files.broken = true;
  expect(await homes.usage('ann')).toMatchObject({ used: null, homes: [{ datalab: 'euclid', bytes: null }, { datalab: 'jupyterlab', bytes: null }] });
  await start();
  files.broken = false;
  await expect(start()).rejects.toMatchObject({ code: 'home-full' });
});

it('knows nothing of whoever had the name before, whatever was under way', async () => {
  const { homes, files } = make();
  await homes.usage('ann');
  homes.forget('ann');
  expect(homes.of('ann')).toBeNull();
  let end: (sizes: Map<string, number>) => void = () => undefined;
  files.sizes = () => new Promise(resolve => (end = resolve));
  const asked = homes.usage('ann');
  await turn();
  homes.forget('ann');
  end(files.bytes);
  await asked;
  expect(homes.of('ann')).toBeNull();
});

it.each([['walk', { silent: true }], ['look', { dead: true }]])('a disk that does not answer holds up a start for a bounded time: a %s', async (_what, state) => {
  const { start, files, clock } = make({ limit: GIB });
  Object.assign(files, state);
  let admitted = false;
  const starting = start().then(() => (admitted = true));
  for (let second = 0; second < 5 && !admitted; second++) {
    await turn();
    clock.advance(1_000);
    await turn();
  }
  await starting;
});

it('a disk that does not answer is asked once for each user, a few times in all, and again when it answers', async () => {
  const { homes, files, clock } = make();
  let answer: () => void = () => undefined;
  const { look } = files;
  files.look = async user => {
    files.looks++;
    await new Promise<void>(resolve => {
      const before = answer;
      answer = () => (before(), resolve());
    });
    return look.call(files, user);
  };
  const refused = async (user: string): Promise<void> => {
    const asked = expect(homes.usage(user)).rejects.toMatchObject({ code: 'volume-unreachable', message: 'The disk of the home does not answer.' });
    await turn();
    clock.advance(2_000);
    await asked;
  };
  await refused('ann');
  await refused('ann');
  expect(files.looks).toBe(1);
  for (let index = 0; index < 20; index++) await refused(`user${index}`);
  expect(files.looks).toBe(8);
  answer();
  await turn();
  files.look = look;
  expect(await homes.usage('ann')).toMatchObject({ used: 7 * GIB });
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
  files.onMove = () => done.push('moving');
  await expect(homes.reset({ owner: 'ann', datalab: 'jupyterlab' })).rejects.toMatchObject({ code: 'conflict' });
  // One that is refused takes nothing from anybody.
  expect([files.moved, done]).toEqual([[], []]);
  expect(await homes.reset({ owner: 'ann', datalab: 'jupyterlab', stop: true, by: 'root', byAdmin: true })).toEqual({ id: 'jupyterlab 2026-03-01T12-00-00-000Z' });
  // Again after the move: a click's guess may have made one ready on what was moved.
  expect(done).toEqual(['stop "" by root', 'release ann jupyterlab', 'moving', 'release ann jupyterlab']);
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
  expect(files.removed).toEqual(['/workspaces/ann data/big', '/homes/ann/.reset/euclid 2026-02-01T10-20-30-000Z']);
  expect(homes.of('ann')).toBeNull();
  files.silent = true;
  const removing = homes.remove({ owner: 'ann', place: 'home/euclid', path: Buffer.from('many') });
  await turn();
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
  files.silent = true;
  for (const user of ['ann', 'bob', 'cid']) void homes.usage(user);
  await turn();
  expect(files.walked).toHaveLength(1);
  clock.advance(59_000);
  await turn();
  expect(files.walked).toHaveLength(1);
  clock.advance(1_000);
  await turn();
  expect(files.walked).toHaveLength(2);
  void homes.usage('ann');
  await turn();
  expect(files.walked).toHaveLength(2);
});

it('whoever pages through all users has nobody measured', async () => {
  const { homes, files } = make();
  for (let index = 0; index < 1000; index++) expect(homes.of(`user${index}`)).toBeNull();
  await turn();
  expect([files.looks, files.walked]).toEqual([0, []]);
});

it('a start is measured before those who only look, of whom a bounded number wait', async () => {
  const { homes, files, clock } = make({ limit: 100 * GIB });
  for (const name of ['first', 'zoe', ...Array.from({ length: 300 }, (_, index) => `user${index}`)]) files.bytes.set(`/workspaces/${name}`, 1);
  files.silent = true;
  void homes.usage('first');
  await turn();
  for (let index = 0; index < 300; index++) void homes.usage(`user${index}`);
  await turn();
  void homes.admit({ owner: 'zoe', datalab: { id: 'jupyterlab' }, options: {} });
  await turn();
  files.silent = false;
  clock.advance(60_000);
  for (let count = 0; count < 500; count++) await turn();
  expect(files.walked.slice(0, 3)).toEqual(['/workspaces/first', '/workspaces/zoe', '/workspaces/user0']);
  // One made room for the start.
  expect(files.walked).toHaveLength(200);
});

it('bounds what one user has looked at and removed at the same time', async () => {
  const { homes, files } = make();
  files.silent = true;
  for (let count = 0; count < 24; count++) void homes.remove({ owner: 'ann', place: 'workspace', path: Buffer.from('x') });
  await turn();
  await expect(homes.largest({ owner: 'ann', place: 'workspace', path: Buffer.from('') })).rejects.toMatchObject({ code: 'too-many' });
});
