import { jest } from '@jest/globals';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { LocalEngine } from '../../engine/local/index.js';
import { warmSpecOf } from '../../builders/environment.js';
import type { Engine, RunningSession, SessionSpec } from '../../ports/engine.js';
import { engineContract, nextExit } from './contract.js';
import { fetchUnix, listenUnix, makePlace, python, quiet, SERVE, specOf, WAIT, type Place } from './support.js';



const FRAGILE = SERVE.replace('self.send_response(200)', 'import os; print("last words", flush=True); os._exit(3); self.send_response(200)');
jest.setTimeout(10_000);
const TOKEN = { JUPYTERHUB_API_TOKEN: 'very-secret-token' };

let place: Place;
let engines: LocalEngine[] = [];
const signal = () => new AbortController().signal;
const doorOf = (key: { owner: string; name: string }) => join(place.base, 'run', 'h', createHash('sha256').update(`${key.owner}/${key.name}`).digest('hex').slice(0, 16));

function newEngine(): LocalEngine {
  const engine = place.engine({
    hubSocketDir: key => {
      if (key.owner !== '' && !key.name.startsWith('~')) mkdirSync(doorOf(key), { recursive: true });
      return doorOf(key);
    }
  });
  engines.push(engine);
  return engine;
}
const specFor = (change: Partial<SessionSpec> = {}) => specOf(place.base, { argv: python(WAIT + SERVE), environment: TOKEN, ...change });
async function startWarm(engine: LocalEngine, spec: SessionSpec): Promise<RunningSession> {
  const warm = await engine.warm(warmSpecOf(spec), { signal: signal() });
  return engine.start(spec, { signal: signal(), onStep: () => undefined, warm });
}
const records = () => readdirSync(join(place.base, 'run', 'p')).filter(name => name.endsWith('.json'));
const leftovers = () => ['p', 's', 'x', 'h'].flatMap(name => (existsSync(join(place.base, 'run', name)) ? readdirSync(join(place.base, 'run', name)).map(file => `${name}/${file}`) : []));

beforeEach(() => (place = makePlace()));
afterEach(async () => {
  for (const engine of engines) await engine.close();
  const last = newEngine();
  for (const session of await last.list()) await last.stop(session.key, { graceMs: 0 });
  await last.close();
  engines = [];
  place.remove();
});

describe('a session out of a warm sandbox', () => {
  /** Warms before each start, as the hub does. */
  const warming = (engine: LocalEngine): Engine =>
    new Proxy(engine, {
      get: (target, name) => {
        if (name === 'start') {
          return async (spec: SessionSpec, options: Parameters<Engine['start']>[1]) => {
            const warm = await target.warm(warmSpecOf(spec), { signal: signal() });
            return target.start(spec, { ...options, warm }).finally(() => warm.discard());
          };
        }
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      }
    });

  engineContract(() => ({
    engine: () => warming(newEngine()),
    spec: change => specFor(change),
    crashable: () => specFor({ argv: python(WAIT.replace('print(', '(lambda *a, **k: None)(') + FRAGILE) }),
    startForever: (engine, abort, onBegun) =>
      engine.start(specFor({ argv: python(`${WAIT}\nimport time; time.sleep(1000)`) }), { signal: abort, onStep: step => step === 'listening' && onBegun() }),
    crash: async engine => {
      const [session] = await engine.list();
      await fetchUnix(session?.target ?? '').catch(() => 'the connection breaks');
    },
    volume: () => {
      mkdirSync(join(place.base, 'volume'), { recursive: true });
      return join(place.base, 'volume');
    },
    remove: async () => undefined
  }));

  it('says so, and answers', async () => {
    const running = await startWarm(newEngine(), specFor());
    expect(running.warm).toBe(true);
    expect(await fetchUnix(running.target)).toBe('served');
  });

  it('reaches the hub from then on, and not before', async () => {
    const engine = newEngine();
    const ask = `import urllib.request; print(urllib.request.urlopen("http://127.0.0.1:8081/").read().decode(), os.environ["JUPYTERHUB_API_TOKEN"], flush=True)`;
    const spec = specFor({ argv: python(WAIT + ask + SERVE) });
    const warm = await engine.warm(warmSpecOf(spec), { signal: signal() });
    mkdirSync(doorOf(spec.key), { recursive: true });
    const hub = await listenUnix(join(doorOf(spec.key), 'hub.sock'), 'hub answers');
    chmodSync(join(doorOf(spec.key), 'hub.sock'), 0o666);
    await engine.start(spec, { signal: signal(), onStep: () => undefined, warm });
    hub.close();
    await engine.stop(spec.key);
    expect(await engine.logTail(spec.key, 10)).toEqual(['warm False', 'hub answers very-secret-token', 'serving']);
  });

  it('shows its secrets in no argument, no file and no environment', async () => {
    const { key } = await startWarm(newEngine(), specFor());
    const seen = readdirSync('/proc').filter(name => /^\d+$/.test(name)).flatMap(pid => ['cmdline', 'environ'].map(file => {
      try {
        return readFileSync(`/proc/${pid}/${file}`, 'utf8');
      } catch {
        return '';
      }
    }));
    expect(seen.filter(text => text.includes(place.base))).not.toEqual([]);
    expect(seen.filter(text => text.includes(TOKEN.JUPYTERHUB_API_TOKEN))).toEqual([]);
    for (const name of records()) expect(readFileSync(join(place.base, 'run', 'p', name), 'utf8')).not.toContain(TOKEN.JUPYTERHUB_API_TOKEN);
    expect(key.name).toBe('one');
  });

  it.each<[string, (spec: SessionSpec) => Partial<SessionSpec> | void]>([
    ['another version', () => ({ version: '2' })],
    ['another owner', spec => ({ key: { ...spec.key, owner: 'bob' } })],
    ['something hidden', () => ({ covers: ['/data/v/part'] })],
    ['one mount more', () => ({ mounts: [{ source: '/usr/share', target: '/data/v', mode: 'ro' }] })],
    ['another size', spec => ({ resources: { ...spec.resources, memoryBytes: spec.resources.memoryBytes * 2 } })],
    ['other variables', () => ({ environment: { ...TOKEN, MORE: '1' } })],
    ['a home that was moved aside', spec => {
      renameSync(spec.home, `${spec.home}.aside`);
      mkdirSync(spec.home);
    }]
  ])('is started cold for %s, and the sandbox is gone', async (_, change) => {
    const engine = newEngine();
    const spec = specFor();
    const warm = await engine.warm(warmSpecOf(spec), { signal: signal() });
    const running = await engine.start({ ...spec, ...change(spec) }, { signal: signal(), onStep: () => undefined, warm });
    expect(running.warm).toBeUndefined();
    await warm.gone;
    expect(records()).toHaveLength(1);
  });

  it('is started cold when the sandbox has ended meanwhile, and after one that ends at once', async () => {
    const engine = newEngine();
    const spec = specFor();
    const warm = await engine.warm(warmSpecOf(spec), { signal: signal() });
    await warm.discard();
    expect((await engine.start(spec, { signal: signal(), onStep: () => undefined, warm })).warm).toBeUndefined();
    await engine.stop(spec.key);
    const odd = specFor({ argv: python(WAIT.replace('os.unlink(path)', 'sys.exit(5)') + SERVE) });
    expect((await startWarm(engine, odd)).warm).toBeUndefined();
  });
});

describe('a warm sandbox', () => {
  it('is no session', async () => {
    const engine = newEngine();
    await engine.warm(warmSpecOf(specFor()), { signal: signal() });
    expect(await engine.list()).toEqual([]);
  });

  it('leaves nothing behind when it is discarded, and when its hub stops', async () => {
    const engine = newEngine();
    const warm = await engine.warm(warmSpecOf(specFor()), { signal: signal() });
    expect(leftovers()).not.toEqual([]);
    await warm.discard();
    await warm.gone;
    expect(leftovers()).toEqual([]);
    await engine.warm(warmSpecOf(specFor()), { signal: signal() });
    await engine.close();
    expect(leftovers()).toEqual([]);
    expect(readdirSync(join(place.base, 'logs'))).toEqual([]);
  });

  it('is cleared away by the next hub when its own was killed', async () => {
    await newEngine().warm(warmSpecOf(specFor()), { signal: signal() });
    const after = new LocalEngine({ stateDir: place.base, runDir: join(place.base, 'run'), hubSocketDir: doorOf, softwareMounts: [], logger: quiet });
    engines.push(after);
    expect(await after.list()).toEqual([]);
    expect(leftovers()).toEqual([]);
  });

  it('is gone when its warming is aborted, by its hub or by whoever asked', async () => {
    const engine = newEngine();
    const abort = new AbortController();
    const forever = warmSpecOf(specFor({ argv: python('import time; time.sleep(1000)') }));
    const one = engine.warm(forever, { signal: abort.signal });
    abort.abort();
    await expect(one).rejects.toMatchObject({ code: 'cancelled' });
    const two = engine.warm(forever, { signal: signal() }).catch((error: unknown) => error);
    await engine.close();
    expect(await two).toMatchObject({ code: 'cancelled' });
    expect(leftovers()).toEqual([]);
  });

  it('tells when it ends by itself, of its program or for want of memory', async () => {
    const engine = newEngine();
    const ends = WAIT.replace('connection, _', 'import threading; threading.Timer(0.2, os._exit, [1]).start(); connection, _');
    const warm = await engine.warm(warmSpecOf(specFor({ argv: python(ends) })), { signal: signal() });
    await warm.gone;
    expect(leftovers()).toEqual([]);
    const { warnings } = await engine.check();
    if (warnings.some(warning => warning.startsWith('Memory'))) return;
    const resources = { cpu: 1, memoryBytes: 64 * 2 ** 20, pids: 64 };
    const hungry = warmSpecOf(specFor({ argv: python(`x = bytearray(200 * 2**20)\n${WAIT}`), resources }));
    await expect(engine.warm(hungry, { signal: signal() })).rejects.toMatchObject({ code: 'out-of-memory' });
    expect(leftovers()).toEqual([]);
  });

  it('says what memory it holds, and has the least share of the processor until it is a session', async () => {
    const engine = newEngine();
    const spec = specFor();
    const warm = await engine.warm(warmSpecOf(spec), { signal: signal() });
    const { warnings } = await engine.check();
    if (warnings.some(warning => warning.startsWith('Memory'))) return;
    expect(warm.memoryBytes()).toBeGreaterThan(2 ** 20);
    const share = () => {
      const { cgroups } = JSON.parse(readFileSync(join(place.base, 'run', 'p', records()[0]!), 'utf8')) as { cgroups: { version: number; directories: string[] } };
      return readFileSync(join(cgroups.directories.at(cgroups.version === 2 ? 0 : 2)!, cgroups.version === 2 ? 'cpu.weight' : 'cpu.shares'), 'utf8').trim();
    };
    const before = share();
    await engine.start(spec, { signal: signal(), onStep: () => undefined, warm });
    expect(Number(before)).toBeLessThan(Number(share()));
  });

  it('ends as a session does, with its reason and the end of its log', async () => {
    const engine = newEngine();
    const spec = specFor({ argv: python(WAIT + FRAGILE) });
    const running = await startWarm(engine, spec);
    const exit = nextExit(engine);
    await fetchUnix(running.target).catch(() => 'the connection breaks');
    expect(await exit).toMatchObject({ key: spec.key, startId: spec.startId, reason: 'crashed', exitCode: 3, logTail: ['warm False', 'serving', 'last words'] });
  });
});
