import type { Step } from '../../services/sessions/types.js';
import { EUCLID, KEY, liveRoutes, settle, world } from './support.js';

const nothingLeft = async ({ sessions, machine, routes, store, doors }: ReturnType<typeof world>): Promise<void> => {
  expect([await sessions.list('vera'), machine.sessions.size, liveRoutes(routes), await store.sessions.list(), [...doors]]).toEqual([[], 0, [], [], []]);
};

describe('a start cancelled', () => {
  /** Brings a start to each of its steps. */
  const at = async (step: Step) => {
    const made = world({ auto: false, changes: { maxStarting: 1 } });
    if (step === 'queued') {
      await made.sessions.start({ ...EUCLID, owner: 'otto' });
    }
    made.answers.status = 503;
    await made.sessions.start(EUCLID);
    await settle();
    for (const next of ['placing', 'pulling', 'mounting', 'starting', 'listening'] as const) {
      if (step !== 'queued' && made.sessions.entry('vera', 'euclid')!.view.steps.at(-1)!.step !== step) {
        made.engine.step(KEY, next);
      }
    }
    expect(made.sessions.entry('vera', 'euclid')!.view.steps.at(-1)!.step).toBe(step);
    return made;
  };

  for (const force of [false, true]) {
    it.each(['queued', 'placing', 'pulling', 'mounting', 'starting', 'listening'] as const)(`at "%s" leaves nothing (force: ${force}), and its reason is kept`, async step => {
      const made = await at(step);
      const [first, second] = await Promise.all([made.sessions.stop({ ...KEY, force }), made.sessions.stop({ ...KEY, force })]);
      expect([first, second]).toEqual([{ stopped: true }, { stopped: true }]);
      if (step === 'queued') {
        await made.sessions.stop({ ...KEY, owner: 'otto' });
      }
      await nothingLeft(made);
      const kept = (await made.sessions.timeline('vera', 'euclid'))!;
      expect(kept).toMatchObject({ state: 'stopped', reason: { code: 'stopped', message: 'The start was cancelled.' } });
      expect(kept.steps.at(-1)!.step).toBe(step);
      // Another start is possible, and its turn comes.
      made.engine.auto = true;
      made.answers.status = 200;
      expect((await made.sessions.start(EUCLID)).began).toBe(true);
      await made.clock.advance(20);
      expect((await made.sessions.get('vera', 'euclid'))!.state).toBe('ready');
      expect(made.sessions.queue.starting).toBe(0);
    });
  }

  it('after the socket is there and nobody answers leaves nothing', async () => {
    const made = world();
    made.answers.status = 503;
    await made.sessions.start(EUCLID);
    await made.clock.advance(100);
    expect(made.machine.sessions.size).toBe(1);
    await made.sessions.stop(KEY);
    await nothingLeft(made);
  });

  it('by an administrator while its owner starts it: the owner reads who did it, and may start again', async () => {
    const { sessions, engine, clock, seen } = world({ auto: false });
    const starting = sessions.start(EUCLID);
    await settle();
    const stopped = sessions.stop({ ...KEY, by: 'root' });
    expect((await starting).began).toBe(true);
    await expect(sessions.start(EUCLID)).rejects.toMatchObject({ code: 'stop-pending' });
    await stopped;
    expect(seen.at(-1)).toEqual(['euclid', null]);
    expect((await sessions.listTimelines({ owner: 'vera', limit: 5 }))[0]!.reason).toEqual({ code: 'stopped', message: 'The start was cancelled by root.', by: 'root' });
    engine.auto = true;
    expect((await sessions.start(EUCLID)).began).toBe(true);
    await clock.advance(20);
    expect((await sessions.get('vera', 'euclid'))!.state).toBe('ready');
  });
});

describe('each step has its deadline', () => {
  it.each([
    ['placing', 30_000], ['pulling', 900_000], ['mounting', 30_000], ['starting', 300_000], ['listening', 300_000]
  ] as const)('%s', async (step, ms) => {
    const { sessions, engine, clock, machine } = world({ auto: false, changes: { startTimeoutMs: 10_000_000 } });
    await sessions.start(EUCLID);
    await settle();
    engine.step(KEY, step);
    await clock.advance(ms - 1);
    expect((await sessions.get('vera', 'euclid'))!.state).toBe('starting');
    await clock.advance(1);
    expect((await sessions.get('vera', 'euclid'))!).toMatchObject({ state: 'failed', failure: { code: 'timeout', action: expect.any(String) } });
    expect(machine.sessions.size).toBe(0);
  });

  it('placing: also when it is the volumes that never answer', async () => {
    const { sessions, clock } = world({ changes: { volumes: { list: async () => [], listAll: async () => [], mounts: () => new Promise(() => undefined) } } });
    await sessions.start(EUCLID);
    await clock.advance(30_000);
    expect((await sessions.get('vera', 'euclid'))!).toMatchObject({ state: 'failed', failure: { code: 'timeout', message: 'Finding a place to run took longer than 30 s.' } });
    expect(sessions.queue.starting).toBe(0);
  });

  it('an engine that hangs holds nobody: a start fails, a crash is told, and both can be tried again', async () => {
    const { sessions, engine, clock } = world({ auto: false });
    engine.stop = () => new Promise(() => undefined);
    await sessions.start(EUCLID);
    await clock.advance(30_000 + 61_000);
    expect((await sessions.get('vera', 'euclid'))!).toMatchObject({ state: 'failed', failure: { code: 'timeout' } });
    expect((await sessions.start(EUCLID)).began).toBe(true);
    await settle();
    engine.finishStart(KEY);
    await clock.advance(20);
    engine.crash(KEY, { reason: 'out-of-memory', memory: { limitBytes: 2 ** 31, peakBytes: 128 * 2 ** 20 } });
    await settle();
    const { failure } = (await sessions.get('vera', 'euclid'))!;
    expect(failure).toMatchObject({ code: 'out-of-memory', message: 'The session was ended because it used more memory than its limit of 2.0 GiB; at its peak it used 128 MiB.' });
    await expect(sessions.start(EUCLID)).rejects.toMatchObject({ code: 'stop-pending' });
    await clock.advance(61_000);
    expect((await sessions.start(EUCLID)).began).toBe(true);
  });

  it('stopping: first KILL, then it is given up and can be tried again', async () => {
    const { sessions, engine, clock } = world();
    await sessions.start(EUCLID);
    await clock.advance(20);
    const graces: (number | undefined)[] = [];
    const stop = engine.stop.bind(engine);
    engine.stop = (_key: unknown, options?: { graceMs?: number }) => (graces.push(options?.graceMs), new Promise<boolean>(() => undefined));
    const stopping = sessions.stop(KEY);
    const refused = expect(stopping).rejects.toMatchObject({ code: 'engine-down' });
    await clock.advance(31_000);
    expect(graces).toEqual([1000, 0]);
    expect((await sessions.get('vera', 'euclid'))!.state).toBe('stopping');
    await clock.advance(30_000);
    await refused;
    expect((await sessions.get('vera', 'euclid'))!).toMatchObject({ state: 'failed', failure: { code: 'engine-down', action: 'Try to stop it again.' } });
    engine.stop = stop;
    await sessions.stop(KEY);
    expect(await sessions.list('vera')).toEqual([]);
  });

  it('failed: forgotten after a week, its timeline kept', async () => {
    const { sessions, engine, clock } = world();
    await sessions.start(EUCLID);
    await clock.advance(20);
    engine.crash(KEY, { exitCode: 3 });
    await settle();
    await clock.advance(7 * 24 * 3600_000 - 1000);
    await sessions.reconcile({ startUp: false });
    expect(await sessions.list('vera')).toHaveLength(1);
    await clock.advance(2000);
    await sessions.reconcile({ startUp: false });
    await settle();
    expect(await sessions.list('vera')).toEqual([]);
    expect((await sessions.timeline('vera', 'euclid'))!).toMatchObject({ state: 'failed', reason: { code: 'crashed' } });
  });
});
