import { jest } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type LocalEngine } from '../../engine/local/index.js';
import type { SessionRecord } from '../../engine/local/records.js';
import type { Engine } from '../../ports/engine.js';
import { engineContract, nextExit } from './contract.js';
import { fetchUnix, makePlace, python, SERVE, specOf, type Place } from './support.js';

jest.setTimeout(30_000);

/** Ends with code 3 on the first request. */
const FRAGILE = SERVE.replace('self.send_response(200)', 'import os; print("last words", flush=True); os._exit(3); self.send_response(200)');
const FOREVER = 'import time; print("begun", flush=True); time.sleep(1000)';

let place: Place;
const engines: LocalEngine[] = [];
function newEngine(): LocalEngine {
  const engine = place.engine();
  engines.push(engine);
  return engine;
}
async function removePlace(): Promise<void> {
  for (const engine of engines.splice(0)) await engine.close();
  const last = place.engine();
  for (const session of await last.list()) await last.stop(session.key, { graceMs: 0 });
  await last.close();
  expect(readdirSync(join(place.base, 'run', 'p'))).toEqual([]);
  expect(readdirSync(join(place.base, 'run', 's'))).toEqual([]);
  expect(readdirSync(join(place.base, 'run', 'x'))).toEqual([]);
  place.remove();
}
const go = (engine: Engine, change: Parameters<typeof specOf>[1] = {}) =>
  engine.start(specOf(place.base, change), { signal: new AbortController().signal, onStep: () => {} });
/** What a hub wrote down about the only session of this place. */
const recordOf = (): SessionRecord => {
  const directory = join(place.base, 'run', 'p');
  const file = readdirSync(directory).find(name => name.endsWith('.json'));
  return JSON.parse(readFileSync(join(directory, file ?? ''), 'utf8')) as SessionRecord;
};
/** The pids whose root is a sandbox of this place. */
const sandboxes = () => execFileSync('pgrep', ['-f', place.base], { encoding: 'utf8' }).trim().split('\n').length;

describe('LocalEngine', () => {
  engineContract(() => {
    place = makePlace();
    return {
      engine: newEngine,
      spec: change => specOf(place.base, change),
      crashable: () => specOf(place.base, { argv: python(FRAGILE) }),
      startForever: (engine, signal, onBegun) =>
        engine.start(specOf(place.base, { argv: python(FOREVER) }), { signal, onStep: step => step === 'listening' && onBegun() }),
      crash: async engine => {
        const [session] = await engine.list();
        await fetchUnix(session?.target ?? '').catch(() => 'the connection breaks');
      },
      volume: () => {
        mkdirSync(join(place.base, 'volume'), { recursive: true });
        return join(place.base, 'volume');
      },
      remove: removePlace
    };
  });
});

describe('LocalEngine on this machine', () => {
  beforeEach(() => (place = makePlace()));
  afterEach(removePlace);

  it('answers through the socket it names', async () => {
    const running = await go(newEngine());
    expect(await fetchUnix(running.target)).toBe('served');
  });

  it('finds the machine fit', async () => {
    expect(await newEngine().check()).toMatchObject({ ok: true, problems: [] });
  });

  it('keeps secrets out of every argument list', async () => {
    await go(newEngine(), { environment: { TOKEN: 'very-secret-token' } });
    const lists = readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(pid => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    });
    expect(lists.some(list => list.includes('server.sock'))).toBe(true);
    expect(lists.filter(list => list.includes('very-secret-token'))).toEqual([]);
  });

  it('ends a tree that ignores TERM and has left its session, in bounded time', async () => {
    const stubborn = `
import os, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    import time; time.sleep(1000)
${SERVE}`;
    const engine = newEngine();
    const running = await go(engine, { argv: python(stubborn) });
    const began = performance.now();
    expect(await engine.stop(running.key, { graceMs: 300 })).toBe(true);
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(() => sandboxes()).toThrow();
  });

  it('names running out of memory', async () => {
    const engine = newEngine();
    const hungry = SERVE.replace('self.send_response(200)', 'x = bytearray(900 * 2**20); self.send_response(200)');
    const running = await go(engine, { argv: python(hungry), resources: { cpu: 1, memoryBytes: 200 * 2 ** 20, pids: 64 } });
    const { warnings } = await engine.check();
    if (warnings.some(warning => warning.startsWith('Memory'))) return;
    const exit = nextExit(engine);
    await fetchUnix(running.target).catch(() => 'killed');
    expect(await exit).toMatchObject({ reason: 'out-of-memory', signal: 'SIGKILL' });
  });

  it('bounds the log of a session that writes without end, without its hub', async () => {
    const noisy = SERVE.replace('self.send_response(200)', 'import os; [os.write(1, b"x" * 1023 + b"\\n") for _ in range(60000)]; os.write(1, b"done\\n"); self.send_response(200)');
    const before = newEngine();
    const running = await go(before, { argv: python(noisy) });
    await before.close();
    expect(await fetchUnix(running.target)).toBe('served');
    const logs = join(place.base, 'logs');
    const bytes = readdirSync(logs).reduce((sum, file) => sum + statSync(join(logs, file)).size, 0);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(20 * 2 ** 20);
  });

  it('notices the end of an adopted session', async () => {
    const before = newEngine();
    const running = await go(before, { argv: python(FRAGILE) });
    await before.close();
    const after = newEngine();
    await after.list();
    const exit = nextExit(after);
    await fetchUnix(running.target).catch(() => 'the connection breaks');
    expect(await exit).toMatchObject({ reason: 'crashed', exitCode: 3, logTail: ['serving', 'last words'] });
  });

  it('ends what a hub left half-started', async () => {
    const before = newEngine();
    const begun = new Promise<void>(resolve => {
      before
        .start(specOf(place.base, { argv: python(FOREVER) }), { signal: new AbortController().signal, onStep: step => step === 'listening' && resolve() })
        .catch(() => 'ended by the next hub');
    });
    await begun;
    expect(await newEngine().list()).toEqual([]);
    expect(readdirSync(join(place.base, 'run', 'p'))).toEqual([]);
  });

  it.each([
    ['the machine went down', { bootId: 'an earlier one' }],
    ['the process is gone and its number used again', { outer: { pid: process.pid, startTime: '1' }, inner: null }]
  ])('clears away what is left of a session when %s', async (_, change) => {
    const before = newEngine();
    const { key } = await go(before);
    const record = recordOf();
    await before.stop(key);
    const run = (...names: string[]) => join(place.base, 'run', ...names);
    writeFileSync(run('p', `${record.id}.json`), JSON.stringify({ ...record, ...change }));
    writeFileSync(run('p', `${record.id}.json.tmp`), '');
    // The last is of a hub killed before it wrote a record.
    for (const id of [record.id, '0123456789abcdef']) {
      mkdirSync(run('s', id));
      writeFileSync(run('s', id, 'server.sock'), '');
      writeFileSync(run('x', `${id}.sock`), '');
    }
    expect(await newEngine().list()).toEqual([]);
    for (const directory of ['p', 's', 'x']) expect(readdirSync(run(directory))).toEqual([]);
  });

  it('clears away directories that a session closed to everybody or nested without end', async () => {
    const hostile = `
import os
os.chdir("/run/datalabs/session")
os.makedirs("closed/inner")
os.chmod("closed", 0)
for _ in range(700):
    os.mkdir("deeper")
    os.chdir("deeper")
os.chdir("/")
${SERVE}`;
    const engine = newEngine();
    const { key } = await go(engine, { argv: python(hostile) });
    expect(await engine.stop(key, { graceMs: 0 })).toBe(true);
    expect(readdirSync(join(place.base, 'run', 's'))).toEqual([]);
  });

  it('keeps what belongs to a session that runs', async () => {
    const before = newEngine();
    const { target } = await go(before);
    await before.close();
    await newEngine().list();
    expect(await fetchUnix(target)).toBe('served');
    expect(readdirSync(join(place.base, 'run', 's'))).toHaveLength(1);
  });

  it('limits a session by control groups, which go with the last one', async () => {
    const engine = newEngine();
    const { warnings } = await engine.check();
    const resources = { cpu: 1.5, memoryBytes: 300 * 2 ** 20, pids: 77 };
    const one = await go(engine, { resources });
    const { cgroups } = recordOf();
    if (cgroups === null) {
      expect(warnings).toEqual(expect.arrayContaining([expect.stringMatching(/^Memory and processes are limited per process only/)]));
      return;
    }
    const read = (directory: string | undefined, file: string) => readFileSync(join(directory ?? '', file), 'utf8').trim();
    const [memory, pids = memory, cpu = memory] = cgroups.directories;
    expect(read(memory, cgroups.version === 2 ? 'memory.max' : 'memory.limit_in_bytes')).toBe(String(resources.memoryBytes));
    expect(read(pids, 'pids.max')).toBe('77');
    expect(cgroups.version === 2 ? read(cpu, 'cpu.max') : `${read(cpu, 'cpu.cfs_quota_us')} ${read(cpu, 'cpu.cfs_period_us')}`).toBe('150000 100000');
    for (const directory of cgroups.directories) expect(read(directory, 'cgroup.procs')).toMatch(/^\d+\n/);

    const bases = cgroups.directories.map(directory => dirname(directory));
    const two = await go(engine, { key: { owner: 'ann', name: 'two' }, home: join(place.base, 'homes', 'ann', 'two') });
    await engine.stop(one.key);
    expect(cgroups.directories.filter(existsSync)).toEqual([]);
    expect(bases.filter(base => !existsSync(base))).toEqual([]);
    await engine.stop(two.key);
    expect(bases.filter(existsSync)).toEqual([]);
  });

  it.each(['nowhere', 'file'])('says which mount is missing, or is no directory: %s', async name => {
    writeFileSync(join(place.base, 'file'), '');
    const mounts = [{ source: join(place.base, name), target: '/data/gone', mode: 'ro' as const }];
    await expect(go(newEngine(), { mounts })).rejects.toMatchObject({ code: 'volume-unreachable', message: expect.stringContaining('/data/gone') });
  });

  it('reports a program that ends before it listens, with its log', async () => {
    await expect(go(newEngine(), { argv: ['sh', '-c', 'echo so sorry; exit 4'] })).rejects.toMatchObject({ code: 'crashed', details: { log: ['so sorry'] } });
  });

  it('refuses something else in the place of the socket', async () => {
    await expect(go(newEngine(), { argv: python('import os, time; os.symlink("/etc/passwd", "/run/datalabs/session/server.sock"); time.sleep(100)') })).rejects.toMatchObject({
      code: 'crashed'
    });
  });

  it('has the links again in the next session, and keeps the home', async () => {
    const volume = join(place.base, 'volume');
    mkdirSync(volume);
    writeFileSync(join(volume, 'file'), 'archive');
    const change = {
      mounts: [{ source: volume, target: '/data/v', mode: 'ro' as const }],
      links: [{ path: '/data/user/v', target: '/data/v' }, { path: '/media/home/data/v', target: '/data/v' }],
      argv: python(`import os
print(open("/data/user/v/file").read(), open("/media/home/data/v/file").read(), os.path.exists("kept"), flush=True)
open("kept", "w").close()
${SERVE}`)
    };
    const engine = newEngine();
    for (const kept of ['False', 'True']) {
      const { key } = await go(engine, change);
      await engine.stop(key);
      expect(await engine.logTail(key, 2)).toEqual([`archive archive ${kept}`, 'serving']);
    }
    expect(existsSync(join(place.base, 'homes', 'ann', 'test', 'kept'))).toBe(true);
  });

  it('starts when something else lies in the place of a mount point, and keeps it', async () => {
    const home = join(place.base, 'homes', 'ann', 'test');
    const outside = join(place.base, 'outside');
    mkdirSync(home, { recursive: true });
    mkdirSync(join(outside, 'deep'), { recursive: true });
    writeFileSync(join(outside, 'deep', 'file'), '');
    symlinkSync('/nowhere', join(home, 'data'));
    writeFileSync(join(home, 'data.saved'), 'earlier');
    symlinkSync(outside, join(home, 'through'));
    writeFileSync(join(home, 'my_workspace'), 'a file');
    const mounts = ['my_workspace', 'through/deep/file'].map(name => ({ source: outside, target: `/media/home/${name}`, mode: 'ro' as const }));
    const engine = newEngine();
    await go(engine, { mounts, links: [{ path: '/media/home/data/v', target: '/data/v' }] });
    expect(readlinkSync(join(home, 'data.saved-2'))).toBe('/nowhere');
    expect(readFileSync(join(home, 'data.saved'), 'utf8')).toBe('earlier');
    expect(readFileSync(join(home, 'my_workspace.saved'), 'utf8')).toBe('a file');
    expect(readlinkSync(join(home, 'through.saved'))).toBe(outside);
    expect(readdirSync(join(outside, 'deep'))).toEqual(['file']);
  });
});
