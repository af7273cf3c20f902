import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VolumeEntry } from '@jupyter-datalabs/contract';
import { systemClock } from '../../clock.js';
import type { DomainError } from '../../domain/errors.js';
import { volumesFile } from '../../services/volumes/file.js';
import type { Found } from '../../services/volumes/probe.js';
import { childPrefixProbe } from '../../services/volumes/probe.js';
import { VolumeRegistry } from '../../services/volumes/registry.js';
import { openVolumes } from '../../services/volumes/volumes.js';
import { memoryStore } from '../../store/index.js';
import { Metrics } from '../../telemetry/metrics.js';
import { Disks, testVolumes } from '../http/test-volumes.js';
import { ManualClock, settle } from '../sessions/support.js';

const about = { title: 'T', mission: 'M', description: 'D', licence: 'L' };
let base: string;
beforeEach(() => (base = mkdtempSync(join(tmpdir(), 'datalabs-volumes-'))));
afterEach(() => rmSync(base, { recursive: true, force: true }));

function world(rules: object[] = []) {
  const clock = new ManualClock();
  const disks = new Disks();
  const changes: object[] = [];
  const volumes = testVolumes({ store: memoryStore(), clock, disks, declared: [{ ...about, name: 'v', path: '/archive/v', rules }], groupsOf: async () => [], onChange: change => changes.push(change) });
  const look = async () => {
    await clock.advance(30_000);
    await volumes.pass();
    const [one] = await volumes.listAll();
    return [one!.state, (Date.parse(one!.since!) - begun) / 1000, one!.reason];
  };
  const begun = clock.now();
  return { clock, disks, volumes, changes, look };
}

it('knows since when a volume is in its state, and tells of changes alone', async () => {
  const { disks, look, changes, volumes } = world();
  disks.found.set('/archive/v', 'directory');
  expect(await look()).toEqual(['ok', 30, null]);
  expect(await look()).toEqual(['ok', 30, null]);
  disks.found.set('/archive/v', 'stale');
  expect(await look()).toEqual(['stale', 90, expect.stringContaining('unmount it')]);
  disks.found.set('/archive/v', 'silent');
  expect(await look()).toEqual(['unreachable', 120, 'Its storage does not answer.']);
  expect(await volumes.mounts({ user: 'u' })).toEqual({ mounts: [], away: [{ name: 'v', title: 'T', reason: 'Its storage does not answer.' }] });
  expect(changes).toEqual([
    { volume: 'v', state: 'stale', was: 'ok', reason: expect.any(String) }, { volume: 'v', state: 'unreachable', was: 'stale', reason: expect.any(String) }
  ]);
  const metrics = new Metrics(0, { process: false });
  metrics.watch({ sessions: async () => [], queue: () => ({ waiting: 0, starting: 0 }), volumes: () => volumes.states() });
  expect(await metrics.text()).toContain('datalabs_volume_state{volume="v",state="unreachable"} 1');
  await volumes.remove('v');
  await volumes.listAll();
  expect(volumes.states()).toEqual([]);
});

it('mounts nothing that belongs to the hub or to the system, by whatever way it is named', async () => {
  const [state, data] = [join(base, 'hub/state'), join(base, 'data')];
  for (const directory of [join(state, 'run'), join(state, 'sample-data/one'), data]) mkdirSync(directory, { recursive: true });
  symlinkSync(join(state, 'run'), join(data, 'link'));
  const declared = { state, run: join(state, 'run'), above: base, root: '/', link: join(data, 'link'), dots: `${data}/../hub/state/run`, proc: '/proc/1', run2: '/var/run', dev: '/dev/shm', data, sample: 'sample-data/one', beside: `${state}-data` };
  mkdirSync(declared.beside);
  const volumes = openVolumes({
    files: [], clock: systemClock, sampleData: join(state, 'sample-data'), hubPaths: [state], groupsOf: async () => [],
    store: { list: async () => Object.entries(declared).map(([name, path]) => ({ name, entry: { ...about, name, path } })) }
  });
  expect((await volumes.mounts({ user: 'u' })).mounts.map(({ name }) => name).sort()).toEqual(['beside', 'data', 'sample']);
  expect((await volumes.listAll()).find(({ name }) => name === 'link')).toMatchObject({ state: 'unreachable', reason: expect.stringContaining('secrets') });
});

it('calls one slow that answers late, and mounts it; lists do not wait for it', async () => {
  const { disks, clock, volumes } = world();
  let answer: (found: Found) => void = () => undefined;
  disks.found.set('/archive/v', () => new Promise(resolve => (answer = resolve)));
  const first = volumes.mounts({ user: 'u' });
  await settle();
  await clock.advance(1500);
  answer('directory');
  expect(await first).toMatchObject({ mounts: [{ name: 'v' }], away: [] });
  await clock.advance(5000);
  const list = volumes.list({ user: 'u' });
  await settle();
  await clock.advance(250);
  expect(await list).toMatchObject([{ state: 'slow', available: true }]);
});

it('a look that began earlier and ends later changes nothing', async () => {
  const { disks, clock, volumes, changes } = world();
  const answers: ((found: Found) => void)[] = [];
  disks.found.set('/archive/v', () => new Promise(resolve => answers.push(resolve)));
  const early = volumes.mounts({ user: 'u' });
  await settle();
  const fresh = volumes.probe('v');
  await settle();
  answers[1]!('directory');
  expect(await fresh).toMatchObject({ state: 'ok' });
  await clock.advance(2000);
  answers[0]!('silent');
  expect(await early).toMatchObject({ mounts: [{ name: 'v' }], away: [] });
  expect([volumes.states(), changes]).toEqual([[{ name: 'v', state: 'ok' }], []]);
});

it('leaves out a stored entry that is none, tells of it, and lets it be taken out; the file\'s own does not come in its place unasked', async () => {
  const store = memoryStore();
  await store.volumes.set('old', { colour: 'red' } as never);
  await store.volumes.set('v', { title: 7 } as never);
  const said = VolumeEntry.parse({ ...about, name: 'v', path: '/archive/v' });
  const told: unknown[] = [];
  const open = () => new VolumeRegistry({ declared: async () => [said, { ...said, name: 'w' }], store: store.volumes, onBroken: (...broken) => told.push(broken) });
  const registry = open();
  const names = async () => (await registry.list()).map(({ entry }) => entry.name);
  expect(await names()).toEqual(['w']);
  expect(told).toEqual([['old', expect.stringContaining('title')], ['v', expect.stringContaining('mission')]]);
  expect(await registry.removed()).toEqual(['v']);
  expect([await registry.remove('old'), await registry.remove('old'), await registry.remove('none')]).toEqual([true, false, false]);
  expect(await registry.restore('v')).toBe(true);
  expect(await names()).toEqual(['v', 'w']);
  expect((await store.volumes.list()).length).toBe(0);
});

it('goes on with what the file said before somebody made a mistake in it, and tells of that once', async () => {
  const file = join(base, 'volumes.yaml');
  const write = (text: string) => writeFileSync(file, `volumes:\n${text}`);
  const one = (name: string) => `  - {name: ${name}, title: T, mission: M, description: D, licence: L, path: /a}\n`;
  const told: (DomainError | null)[] = [];
  const read = volumesFile([file], problem => told.push(problem));
  write('  - {nam: one}\n');
  await expect(read()).rejects.toMatchObject({ code: 'bad-request' });
  write(one('one'));
  expect(await read()).toMatchObject([{ name: 'one' }]);
  write(`${one('one')}  - {nam: two}\n`);
  expect([await read(), await read()]).toMatchObject([[{ name: 'one' }], [{ name: 'one' }]]);
  expect(told).toMatchObject([null, { code: 'bad-request', details: { log: expect.arrayContaining([expect.stringContaining('volumes.yaml:3')]) } }]);
  write(one('one') + one('three'));
  expect(await read()).toHaveLength(2);
  expect(told.at(-1)).toBeNull();
});

it('one that hides its data behind a rule for what is not there, or for a link, is mounted for nobody', async () => {
  const { disks, look, volumes, clock } = world([{ prefix: 'private', groups: ['x'] }]);
  disks.found.set('/archive/v', 'directory');
  disks.placed.set('/archive/v/private', 'link');
  expect(await look()).toEqual(['unreachable', 30, 'Its path rule "private" leads through a link; name the directory itself.']);
  expect((await volumes.list({ user: 'u' }))[0]!.reason).not.toContain('private');
  disks.placed.set('/archive/v/private', 'missing');
  await clock.advance(1000);
  expect((await volumes.mounts({ user: 'u' })).mounts).toEqual([]);
  disks.placed.clear();
  await clock.advance(1000);
  expect((await volumes.mounts({ user: 'u' })).mounts).toHaveLength(1);
});

it('finds links on the way to a path, also where the volume itself is reached through one', async () => {
  mkdirSync(join(base, 'disk/a/b c'), { recursive: true });
  mkdirSync(join(base, 'outside/b'), { recursive: true });
  symlinkSync('disk', join(base, 'archive'));
  symlinkSync(join(base, 'outside'), join(base, 'disk/away'));
  symlinkSync('a', join(base, 'disk/near'));
  symlinkSync('loop', join(base, 'disk/loop'));
  const probe = childPrefixProbe({ clock: systemClock });
  expect(await probe(join(base, 'archive'), ['a/b c', 'near', 'near/b c', 'away/b', 'loop', 'none', 'a'])).toEqual(['fine', 'link', 'link', 'link', 'missing', 'missing', 'fine']);
});

/** Answers the kernel's first questions and those about its root, as a file system must; what becomes of it then is the test's business. */
const FILE_SYSTEM = `
import ctypes, os, struct, sys, time
fd = os.open("/dev/fuse", os.O_RDWR)
libc = ctypes.CDLL(None, use_errno=True)
if libc.mount(b"test", sys.argv[1].encode(), b"fuse", 0, f"fd={fd},rootmode=40000,user_id=0,group_id=0,allow_other".encode()): sys.exit(os.strerror(ctypes.get_errno()))
print("mounted", flush=True)
while True:
    request = os.read(fd, 1 << 20)
    length, opcode, unique, node = struct.unpack_from("<IIQQ", request)
    if opcode == 26: answer = struct.pack("<IIIIHHIIHHI7I", 7, 31, 65536, 0, 0, 0, 65536, 1, 0, 0, 0, *[0] * 7)
    elif opcode == 3: answer = struct.pack("<QII", 0, 0, 0) + struct.pack("<QQQQQQIIIIIIIIII", 1, 0, 0, 0, 0, 0, 0, 0, 0, 0o40755, 2, 0, 0, 0, 4096, 0)
    else: answer = None
    if opcode in (2, 36, 38): continue
    body = answer if answer is not None else b""
    os.write(fd, struct.pack("<IiQ", 16 + len(body), 0 if answer is not None else -38, unique) + body)
`;
const canMount = process.getuid?.() === 0 && spawnSync('sh', ['-c', 'exec 3<>/dev/fuse']).status === 0;

(canMount ? describe : describe.skip)('a FUSE file system', () => {
  let server: ChildProcess;
  let dead: string;
  beforeEach(async () => {
    dead = join(base, 'dead');
    mkdirSync(dead);
    mkdirSync(join(base, 'well'));
    server = spawn('python3', ['-c', FILE_SYSTEM, dead], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(server.stdout!, 'data');
  });
  afterEach(async () => {
    const ended = server.exitCode === null && server.signalCode === null ? once(server, 'exit') : null;
    server.kill('SIGKILL');
    await ended;
    spawnSync('umount', ['-l', dead]);
  });

  it('whose server is stopped is unreachable and holds up nothing else; whose server is gone is stale', async () => {
    // A hub that has just come up: nothing is known from a look before.
    const fresh = () => openVolumes({
      files: [], clock: systemClock, sampleData: base, hubPaths: [], groupsOf: async () => [],
      store: { list: async () => ['dead', 'well'].map(name => ({ name, entry: { ...about, name, path: join(base, name) } })) }
    });
    const states = async () => (await fresh().listAll()).map(({ name, state }) => [name, state]);
    expect(await states()).toEqual([['dead', 'ok'], ['well', 'ok']]);
    server.kill('SIGSTOP');
    const volumes = fresh();
    expect((await volumes.mounts({ user: 'u' })).mounts.map(({ name }) => name)).toEqual(['well']);
    expect((await volumes.list({ user: 'u' })).map(({ name, state }) => [name, state])).toEqual([['dead', 'unreachable'], ['well', 'ok']]);
    server.kill('SIGKILL');
    await once(server, 'exit');
    expect(await states()).toEqual([['dead', 'stale'], ['well', 'ok']]);
  });
});
