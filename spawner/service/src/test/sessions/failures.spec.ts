import { jest } from '@jest/globals';
import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { systemClock } from '../../clock.js';
import type { LocalEngine } from '../../engine/local/index.js';
import type { Failure, SessionView } from '../../services/sessions/types.js';
import { makePlace, python, SERVE, type Place } from '../engine/support.js';
import { datalab, world } from './support.js';

jest.setTimeout(30_000);

/** The status a session answers with over its own socket, without a proxy between. */
function probe(target: string | undefined, path = '/api'): Promise<number | null> {
  return new Promise(resolve => {
    if (!target) {
      resolve(null);
      return;
    }
    const socketPath = decodeURIComponent(target.slice('http+unix://'.length));
    request({ socketPath, path }, response => {
      response.resume();
      resolve(response.statusCode ?? null);
    })
      .once('error', () => resolve(null))
      .end();
  });
}

/** Sessions on the real engine; what is started is a program of the test. */
describe('a failure that is caused for real', () => {
  let place: Place;
  let engine: LocalEngine;
  beforeEach(() => {
    place = makePlace();
    engine = place.engine();
  });
  afterEach(async () => {
    for (const session of await engine.list()) {
      await engine.stop(session.key, { graceMs: 0 });
    }
    expect(readdirSync(join(place.base, 'run', 's'))).toEqual([]);
    await engine.close();
    place.remove();
  });

  const hub = (program: Partial<ReturnType<typeof datalab>>, changes: NonNullable<Parameters<typeof world>[0]>['changes'] = {}) => {
    const made = datalab('euclid', { kind: 'web', ...program });
    const { sessions, routes } = world({
      changes: {
        engine,
        clock: systemClock,
        catalogue: { list: async () => ({ datalabs: [made], problems: [] }), get: async () => made, icon: async () => null },
        volumes: { list: async () => [], listAll: async () => [], mounts: async () => ({ mounts: [], away: [] }) },
        settings: () => ({ homes: join(place.base, 'homes'), workspaces: join(place.base, 'workspaces'), hubInside: 'http://127.0.0.1:8081', publicUrl: null, path: [], notebooks: () => null, jupyterArguments: [], activitySeconds: 300 }),
        probe: () => probe(routes.table.get('/user/vera/euclid/')),
        ...changes
      }
    });
    const until = (test: (view: SessionView) => boolean): Promise<SessionView> =>
      new Promise(resolve => {
        const off = sessions.watch('vera', (_, view) => {
          if (view && test(view)) {
            queueMicrotask(() => off());
            resolve(view);
          }
        });
      });
    return {
      sessions,
      routes,
      until,
      fails: async (): Promise<Failure> => {
        const failed = until(view => view.state === 'failed');
        await sessions.start({ owner: 'vera', name: 'euclid', options: { datalab: 'euclid' } });
        const view = await failed;
        expect(view.failure!.action).toMatch(/\w+/);
        expect((await sessions.timeline('vera', 'euclid'))!.reason).toEqual(view.failure);
        return view.failure!;
      }
    };
  };

  it('crashed: a program that ends with code 3, with its last words', async () => {
    const failure = await hub({ command: python('print("cannot read the catalogue", flush=True); raise SystemExit(3)') }).fails();
    expect(failure).toMatchObject({ code: 'crashed', message: expect.stringContaining('exit code 3'), log: expect.arrayContaining(['cannot read the catalogue']) });
  });

  it('crashed: one that ran', async () => {
    const { sessions, until, routes } = hub({ command: python(SERVE.replace('self.send_response(200)', 'self.path == "/end" and (print("last words", flush=True), os._exit(3)); self.send_response(200)')) });
    const failed = until(view => view.state === 'failed');
    const ready = until(view => view.state === 'ready');
    await sessions.start({ owner: 'vera', name: 'euclid', options: { datalab: 'euclid' } });
    await ready;
    await probe(routes.table.get('/user/vera/euclid/'), '/end');
    expect((await failed).failure).toMatchObject({ code: 'crashed', message: expect.stringContaining('exit code 3'), log: expect.arrayContaining(['last words']) });
  });

  it('timeout: a program that never listens', async () => {
    const started = performance.now();
    const failure = await hub({ command: python('import time; print("thinking", flush=True); time.sleep(1000)') }, { startTimeoutMs: 700 }).fails();
    expect(failure).toMatchObject({ code: 'timeout', message: expect.stringContaining('1 s'), log: expect.arrayContaining(['thinking']) });
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(await engine.list()).toEqual([]);
  });

  it('timeout: a step that takes longer than its own deadline', async () => {
    const failure = await hub({ command: python('import time; time.sleep(1000)') }, { deadlines: { starting: 300, listening: 300 } }).fails();
    expect(failure).toMatchObject({ code: 'timeout', message: expect.stringMatching(/^Its program/) });
  });

  it('out-of-memory: with its limit and its peak', async () => {
    const { warnings } = await engine.check();
    if (warnings.some(warning => warning.startsWith('Memory'))) {
      return;
    }
    const failure = await hub({ command: python('x = bytearray(500 * 2**20); print(len(x))'), resources: { cpu: 1, memory: '128Mi' } }).fails();
    expect(failure).toMatchObject({ code: 'out-of-memory', message: expect.stringMatching(/limit is 128 MiB; at its peak it used 1[0-3]\d MiB/) });
  });

  it('image-missing: a program that is not there, and a datalab without one', async () => {
    expect(await hub({ command: ['/opt/nowhere/bin/start'] }).fails()).toMatchObject({ code: 'image-missing', message: expect.stringContaining('/opt/nowhere/bin/start') });
    expect(await hub({ command: null }).fails()).toMatchObject({ code: 'image-missing' });
  });

  it('volume-unreachable: an archive that is gone when it is mounted, and one whose storage does not answer', async () => {
    const source = join(place.base, 'archive');
    mkdirSync(source);
    const gone = hub({ command: python(SERVE) }, { volumes: { list: async () => [], listAll: async () => [], mounts: async () => (rmSync(source, { recursive: true, force: true }), { away: [], mounts: [{ name: 'gaia', title: 'Gaia', source, parts: [{ prefix: '', allowed: true }] }] }) } });
    expect(await gone.fails()).toMatchObject({ code: 'volume-unreachable' });
    const silent = { name: 'gaia', title: 'Gaia', reason: 'Its storage does not answer.' };
    const dead = hub({ command: python(SERVE), volumes: ['gaia', 'not-there'] }, { volumes: { list: async () => [], listAll: async () => [], mounts: async () => ({ mounts: [], away: [silent] }) } });
    expect(await dead.fails()).toMatchObject({ code: 'volume-unreachable', message: expect.stringContaining('Its storage does not answer.') });
  });

  it('engine-down: the sandbox program is not installed any more', async () => {
    const tools = join(place.base, 'tools');
    mkdirSync(tools);
    for (const tool of readdirSync('/usr/bin').filter(name => name !== 'bwrap')) {
      symlinkSync(join('/usr/bin', tool), join(tools, tool));
    }
    await engine.close();
    engine = place.engine({ toolPath: tools });
    expect(await hub({ command: python(SERVE) }).fails()).toMatchObject({ code: 'engine-down', message: expect.stringContaining('bwrap') });
  });

  it('queue-full: with how long to wait', async () => {
    const { sessions } = hub({ command: python('import time; time.sleep(1000)') }, { maxStarting: 1, maxQueued: 1 });
    const start = (name: string) => sessions.start({ owner: 'vera', name, options: { datalab: 'euclid' } });
    await start('one');
    await start('two');
    await expect(start('three')).rejects.toMatchObject({ code: 'queue-full', details: { retryAfter: expect.any(Number), action: expect.stringContaining('Try again in') } });
    expect((await sessions.list('vera')).map(({ name }) => name).sort()).toEqual(['one', 'two']);
    await Promise.all(['one', 'two'].map(name => sessions.stop({ owner: 'vera', name, force: true })));
  });

  it('a force-stop kills at once what a stop would wait for', async () => {
    const stubborn = `import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n${SERVE}`;
    const { sessions, until } = hub({ command: python(stubborn) }, { stopGraceMs: 60_000 });
    const ready = until(view => view.state === 'ready');
    await sessions.start({ owner: 'vera', name: 'euclid', options: { datalab: 'euclid' } });
    await ready;
    const asked = performance.now();
    const gentle = sessions.stop({ owner: 'vera', name: 'euclid' });
    await until(view => view.state === 'stopping');
    await Promise.all([gentle, sessions.stop({ owner: 'vera', name: 'euclid', force: true })]);
    expect(performance.now() - asked).toBeLessThan(5000);
    expect(await sessions.list('vera')).toEqual([]);
  });
});
