import type { Engine, SessionExit, SessionSpec } from '../../ports/engine.js';

export interface EngineUnderTest {
  /** A new hub process's view of the same machine. */
  engine: () => Engine;
  spec: (change?: Partial<SessionSpec>) => SessionSpec;
  /** A start that stays pending until it is aborted. */
  startForever: (engine: Engine, signal: AbortSignal, onBegun: () => void) => Promise<unknown>;
  /** Ends a running session from inside with exit code 3. */
  crash: (engine: Engine, spec: SessionSpec) => Promise<void>;
  /** A spec that `crash` can end. */
  crashable: () => SessionSpec;
  /** A directory that can be mounted. */
  volume: () => string;
  remove: () => Promise<void>;
}

const never = () => new AbortController().signal;
const go = (engine: Engine, spec: SessionSpec) => engine.start(spec, { signal: never(), onStep: () => {} });
export const nextExit = (engine: Engine) => new Promise<SessionExit>(resolve => engine.onExit(resolve));

/** What every engine promises. */
export function engineContract(make: () => EngineUnderTest): void {
  let test: EngineUnderTest;
  beforeEach(() => (test = make()));
  afterEach(() => test.remove());

  it('starts a session, reporting each step once and in order', async () => {
    const steps: string[] = [];
    const spec = test.spec();
    const running = await test.engine().start(spec, { signal: never(), onStep: step => steps.push(step) });
    expect(steps).toEqual(['placing', 'mounting', 'starting', 'listening']);
    expect(running).toMatchObject({ key: spec.key, startId: spec.startId, datalab: 'test', version: '1', kind: 'web', network: 'none' });
    expect(running.target).toMatch(/^http\+unix:\/\/%2F/);
  });

  it('refuses a key that runs', async () => {
    const engine = test.engine();
    await go(engine, test.spec());
    await expect(go(engine, test.spec())).rejects.toMatchObject({ code: 'already-running' });
    expect(await engine.list()).toHaveLength(1);
  });

  it('lets one of many parallel starts of a key win', async () => {
    const engine = test.engine();
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => go(engine, test.spec())));
    expect(results.filter(result => result.status === 'fulfilled')).toHaveLength(1);
    expect(await engine.list()).toHaveLength(1);
  });

  it('stops, reports the end once, and stops again without effect', async () => {
    const engine = test.engine();
    const spec = test.spec();
    await go(engine, spec);
    const exits: SessionExit[] = [];
    engine.onExit(exit => exits.push(exit));
    expect(await engine.stop(spec.key)).toBe(true);
    expect(await engine.stop(spec.key)).toBe(false);
    expect(await engine.list()).toEqual([]);
    expect(exits).toMatchObject([{ key: spec.key, startId: spec.startId, reason: 'stopped' }]);
    await go(engine, test.spec());
  });

  it('is adopted by the next hub process, which can stop it', async () => {
    const before = test.engine();
    const running = await go(before, test.spec());
    await before.close();
    const after = test.engine();
    expect(await after.list()).toEqual([running]);
    await expect(go(after, test.spec())).rejects.toMatchObject({ code: 'already-running' });
    const exit = nextExit(after);
    expect(await after.stop(running.key)).toBe(true);
    expect(await exit).toMatchObject({ reason: 'stopped', startId: running.startId });
    expect(await after.list()).toEqual([]);
  });

  it('ends what was started when a start is aborted', async () => {
    const engine = test.engine();
    const abort = new AbortController();
    const starting = test.startForever(engine, abort.signal, () => abort.abort());
    await expect(starting).rejects.toMatchObject({ code: 'cancelled' });
    expect(await engine.list()).toEqual([]);
    await go(engine, test.spec());
  });

  it('ends a pending start when it is stopped', async () => {
    const engine = test.engine();
    let stopped: Promise<boolean> = Promise.resolve(false);
    const starting = test.startForever(engine, never(), () => (stopped = engine.stop(test.spec().key)));
    await expect(starting).rejects.toMatchObject({ code: 'cancelled' });
    expect(await stopped).toBe(true);
  });

  it('reports a crash with the exit code and the end of the log', async () => {
    const engine = test.engine();
    const spec = test.crashable();
    await go(engine, spec);
    const exit = nextExit(engine);
    await test.crash(engine, spec);
    expect(await exit).toMatchObject({ key: spec.key, startId: spec.startId, reason: 'crashed', exitCode: 3, logTail: ['serving', 'last words'] });
    expect(await engine.list()).toEqual([]);
  });

  it('gives the end of the log', async () => {
    const engine = test.engine();
    const spec = test.crashable();
    await go(engine, spec);
    const exit = nextExit(engine);
    await test.crash(engine, spec);
    await exit;
    expect(await engine.logTail(spec.key, 1)).toEqual(['last words']);
  });

  const whole = () => ({ source: test.volume(), target: '/data/late', parts: [{ prefix: '', allowed: true }] });

  it('mounts a volume into a session that runs, once, and takes it out again', async () => {
    const engine = test.engine();
    const spec = test.spec({ mounts: [{ source: test.volume(), target: '/data/early', mode: 'ro' }] });
    await go(engine, spec);
    expect(await engine.mounts(spec.key)).toEqual(['/data/early']);
    await Promise.all([engine.mount(spec.key, whole()), engine.mount(spec.key, whole())]);
    expect(await engine.mounts(spec.key)).toEqual(['/data/early', '/data/late']);
    for (const target of ['/data/late', '/data/early', '/data/late']) expect(await engine.unmount(spec.key, target)).toEqual({ busy: [] });
    expect(await engine.mounts(spec.key)).toEqual([]);
    await engine.mount(spec.key, whole());
    expect(await engine.mounts(spec.key)).toEqual(['/data/late']);
  });

  it('knows what is mounted after the hub was restarted, and can change it', async () => {
    const before = test.engine();
    const { key } = await go(before, test.spec());
    await before.mount(key, whole());
    await before.close();
    const after = test.engine();
    expect(await after.mounts(key)).toEqual(['/data/late']);
    await after.unmount(key, '/data/late');
    await after.mount(key, { ...whole(), target: '/data/later' });
    expect(await after.mounts(key)).toEqual(['/data/later']);
  });

  it('mounts nothing in a session that does not run, or in another place', async () => {
    const engine = test.engine();
    const { key } = test.spec();
    await expect(engine.mount(key, whole())).rejects.toMatchObject({ code: 'unknown-session' });
    await expect(engine.unmount(key, '/data/late')).rejects.toMatchObject({ code: 'unknown-session' });
    await expect(engine.mounts(key)).rejects.toMatchObject({ code: 'unknown-session' });
    await go(engine, test.spec());
    for (const target of ['/usr', '/data', '/data/user', '/data/late/below', '/data/..', '/media/home/late']) {
      await expect(engine.mount(key, { ...whole(), target })).rejects.toMatchObject({ code: 'bad-request' });
    }
  });

  it('forgets a listener that left', async () => {
    const engine = test.engine();
    const spec = test.spec();
    const exits: SessionExit[] = [];
    engine.onExit(exit => exits.push(exit))();
    await go(engine, spec);
    await engine.stop(spec.key);
    expect(exits).toEqual([]);
  });
}
