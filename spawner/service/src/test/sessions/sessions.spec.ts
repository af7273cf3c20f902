import { DomainError } from '../../domain/errors.js';
import type { VolumesService } from '../../services/volumes/types.js';
import { EUCLID, KEY, settle, world, HUB_TARGET, liveRoutes } from './support.js';

describe('a start', () => {
  it('goes from the click to an answer through the public route, with the steps it took', async () => {
    const { sessions, engine, routes, clock, answers, store } = world({ auto: false });
    const { session, began } = await sessions.start(EUCLID);
    expect({ began, state: session.state, url: session.url }).toEqual({ began: true, state: 'starting', url: '/user/vera/euclid/' });
    await settle();
    expect((await store.sessions.get('vera', 'euclid'))!.startId).toBe(session.startId);
    await clock.advance(30);
    engine.step(KEY, 'placing');
    await clock.advance(10);
    engine.step(KEY, 'starting');
    answers.status = 503;
    engine.finishStart(KEY);
    await clock.advance(100);
    expect((await sessions.get('vera', 'euclid'))!.state).toBe('starting');
    expect(routes.table.size).toBe(1);
    answers.status = 302;
    await clock.advance(20);
    const ready = (await sessions.get('vera', 'euclid'))!;
    expect(ready.state).toBe('ready');
    expect(ready.steps.map(({ step }) => step)).toEqual(['queued', 'placing', 'starting', 'ready']);
    expect(ready.steps[0]).toMatchObject({ startedAt: ready.started, endedAt: ready.started });
    expect(ready.steps[1]!.endedAt! - ready.steps[1]!.startedAt).toBe(40);
    expect(new Set(answers.probed)).toEqual(new Set(['/user/vera/euclid/api']));
  });

  it.each([424, 404])('is not taken for ready by what hub or home answer (%s) for a route that is missing', async status => {
    const { sessions, clock, answers } = world();
    answers.status = status;
    await sessions.start(EUCLID);
    await clock.advance(1000);
    expect((await sessions.get('vera', 'euclid'))!.state).toBe('starting');
  });

  it('is one start, however many ask for it at the same time', async () => {
    const { sessions, engine, clock, tokens } = world();
    const results = await Promise.all(Array.from({ length: 50 }, () => sessions.start(EUCLID)));
    expect(results.filter(({ began }) => began)).toHaveLength(1);
    expect(new Set(results.map(({ session }) => session.startId)).size).toBe(1);
    await clock.advance(20);
    expect((await sessions.start(EUCLID)).began).toBe(false);
    expect(engine.started).toHaveLength(1);
    expect(tokens.issued).toHaveLength(1);
  });

  it('refuses names, datalabs and versions that are not there, and another datalab under the same name', async () => {
    const { sessions, engine } = world();
    for (const name of ['a/b', '../x', 'Ä', 'A', '-a', 'a'.repeat(64), 'a b', 'a\0', 'lab', 'api', 'oauth-state', 'oauth-state-1a2b']) {
      await expect(sessions.start({ ...EUCLID, name })).rejects.toMatchObject({ code: 'invalid-name' });
    }
    await expect(sessions.start({ ...EUCLID, options: { datalab: 'none' } })).rejects.toMatchObject({ code: 'unknown-datalab' });
    await expect(sessions.start({ ...EUCLID, options: { datalab: 'euclid', version: '9' } })).rejects.toMatchObject({ code: 'unknown-datalab' });
    await sessions.start(EUCLID);
    await expect(sessions.start({ ...EUCLID, options: { datalab: 'topcat' } })).rejects.toMatchObject({ code: 'already-running' });
    await settle();
    expect(engine.started).toHaveLength(1);
  });

  it('has the volumes that were chosen, starts without those that do not answer, and says so', async () => {
    const asked: unknown[] = [];
    const away = ['hst', 'xmm'].map(name => ({ name, title: name.toUpperCase(), reason: 'No answer.' }));
    const volumes: VolumesService = {
      list: async () => [],
      listAll: async () => [],
      mounts: async ({ names }) => {
        asked.push(names);
        return { mounts: [{ name: 'gaia', title: 'GAIA', source: '/archive/gaia', parts: [{ prefix: '', allowed: true }, { prefix: 'dr4', allowed: false }] }], away: away.filter(({ name }) => names?.includes(name) ?? true) };
      }
    };
    const { sessions, engine } = world({ changes: { volumes } });
    await sessions.start({ ...EUCLID, options: { datalab: 'euclid', volumes: ['gaia', 'hst'] } });
    await settle();
    expect(await sessions.get('vera', 'euclid')).toMatchObject({ state: 'ready', without: [{ volume: 'hst', title: 'HST', reason: 'No answer.' }] });
    expect(engine.started[0]).toMatchObject({ mounts: expect.arrayContaining([{ source: '/archive/gaia', target: '/data/gaia', mode: 'ro' }]), covers: ['/data/gaia/dr4'] });
    await sessions.start({ ...EUCLID, name: 'all', options: { datalab: 'euclid' } });
    await settle();
    expect((await sessions.get('vera', 'all'))!.without).toHaveLength(2);
    expect(asked).toEqual([['gaia', 'hst'], undefined]);
  });

  it('that takes too long fails with the log, and leaves nothing', async () => {
    const { sessions, clock, answers, engine, routes, tokens, machine } = world();
    answers.status = null;
    await sessions.start(EUCLID);
    await settle();
    engine.appendLog(KEY, 'cannot import x');
    await clock.advance(60_000);
    const view = (await sessions.get('vera', 'euclid'))!;
    expect(view).toMatchObject({ state: 'failed', failure: { code: 'timeout', action: expect.any(String), log: ['serving', 'cannot import x'] } });
    expect(view.steps.every(step => step.endedAt !== null)).toBe(true);
    expect([liveRoutes(routes).length, machine.sessions.size, tokens.revoked]).toEqual([0, 0, ['euclid']]);
    answers.status = 200;
    expect((await sessions.start(EUCLID)).began).toBe(true);
    await clock.advance(20);
    expect((await sessions.get('vera', 'euclid'))!).toMatchObject({ state: 'ready', failure: null });
  });

  it('fails with the reason of the engine, of the store and of a crash before it is ready', async () => {
    const first = world();
    first.engine.failNextStart(new DomainError('disk-full', 'There is no space left.', { action: 'Free some.' }));
    await first.sessions.start(EUCLID);
    await settle();
    expect((await first.sessions.get('vera', 'euclid'))!.failure).toMatchObject({ code: 'disk-full', action: 'Free some.' });

    const second = world();
    second.answers.status = 503;
    await second.sessions.start(EUCLID);
    await settle();
    second.engine.crash(KEY, { reason: 'out-of-memory', logTail: ['Killed'] });
    await settle();
    expect((await second.sessions.get('vera', 'euclid'))!.failure).toMatchObject({ code: 'out-of-memory', log: ['Killed'] });

    const third = world();
    third.store.sessions.upsert = async () => Promise.reject(new DomainError('disk-full', 'The store cannot write.'));
    await third.sessions.start(EUCLID);
    await settle();
    expect((await third.sessions.get('vera', 'euclid'))!).toMatchObject({ state: 'failed', failure: { code: 'disk-full' } });
    expect(third.engine.started).toHaveLength(0);
  });
});

describe('a stop', () => {
  it('ends what runs, takes route and tokens away, and forgets it', async () => {
    const { sessions, clock, routes, machine, tokens, seen, store } = world();
    await sessions.start(EUCLID);
    await clock.advance(20);
    expect(await Promise.all([sessions.stop(KEY), sessions.stop(KEY)])).toEqual([{ stopped: true }, { stopped: true }]);
    expect([liveRoutes(routes).length, machine.sessions.size, tokens.revoked, await store.sessions.list()]).toEqual([0, 0, ['euclid'], []]);
    expect(seen.at(-1)).toEqual(['euclid', null]);
    expect(await sessions.stop(KEY)).toEqual({ stopped: false });
  });

  it('cancels a start in every phase, and another start is possible afterwards', async () => {
    for (const phase of ['queued', 'engine', 'probing'] as const) {
      const { sessions, engine, clock, answers, machine, routes } = world({ auto: phase === 'probing' });
      answers.status = 503;
      await sessions.start(EUCLID);
      if (phase !== 'queued') {
        await settle();
      }
      const stopped = sessions.stop(KEY);
      await expect(sessions.start(EUCLID)).rejects.toMatchObject({ code: 'stop-pending' });
      expect(await stopped).toEqual({ stopped: true });
      expect([machine.sessions.size, liveRoutes(routes).length, await sessions.list('vera')]).toEqual([0, 0, []]);
      engine.auto = true;
      answers.status = 200;
      expect((await sessions.start(EUCLID)).began).toBe(true);
      await clock.advance(20);
      expect((await sessions.get('vera', 'euclid'))!.state).toBe('ready');
      expect(machine.sessions.size).toBe(1);
    }
  });

  it('that fails is said, and can be tried again', async () => {
    const { sessions, engine, clock, machine } = world();
    await sessions.start(EUCLID);
    await clock.advance(20);
    const stop = engine.stop.bind(engine);
    engine.stop = async () => Promise.reject(new Error('no answer'));
    await expect(sessions.stop(KEY)).rejects.toThrow('no answer');
    expect((await sessions.get('vera', 'euclid'))!.failure).toMatchObject({ code: 'engine-down' });
    engine.stop = stop;
    await sessions.stop(KEY);
    expect(machine.sessions.size).toBe(0);
  });
});

describe('what happens by itself', () => {
  it('a crash is kept with its reason until dismissed; a program that ended in order is forgotten', async () => {
    const { sessions, engine, clock, routes, tokens } = world();
    await sessions.start(EUCLID);
    await clock.advance(20);
    engine.crash(KEY, { signal: 'SIGSEGV', exitCode: null });
    await settle();
    expect((await sessions.get('vera', 'euclid'))!).toMatchObject({ state: 'failed', failure: { code: 'crashed', message: expect.stringContaining('SIGSEGV'), log: ['serving'] } });
    expect([liveRoutes(routes).length, tokens.revoked]).toEqual([0, ['euclid']]);
    await sessions.stop(KEY);
    expect(await sessions.list('vera')).toHaveLength(1);
    await sessions.stop({ ...KEY, remove: true });
    expect(await sessions.list('vera')).toEqual([]);

    await sessions.start(EUCLID);
    await clock.advance(20);
    engine.crash(KEY, { reason: 'exited', exitCode: 0 });
    await settle();
    expect(await sessions.list('vera')).toEqual([]);
  });

  it('activity never moves back and is refused for what is not there', async () => {
    const { sessions, clock } = world();
    await sessions.start({ ...EUCLID, name: '' });
    await clock.advance(20);
    await sessions.activity({ owner: 'vera', servers: [{ name: '', lastActivity: 500 }] });
    await sessions.activity({ owner: 'vera', servers: [{ name: '', lastActivity: 400 }] });
    expect((await sessions.get('vera', ''))!.lastActivity).toBe(500);
    await expect(sessions.activity({ owner: 'vera', servers: [{ name: 'x', lastActivity: 1 }] })).rejects.toMatchObject({ code: 'unknown-session' });
  });

  it('a proxy that comes back empty gets every route again, and pending ones are left alone', async () => {
    const { sessions, clock, routes, answers } = world();
    await sessions.start(EUCLID);
    await clock.advance(20);
    answers.status = 503;
    await sessions.start({ ...EUCLID, name: 'second' });
    await settle();
    const before = new Map(routes.table);
    expect(before.size).toBe(2);
    routes.reset();
    await settle();
    expect(routes.table).toEqual(before);
    routes.table.set('/user/vera/ghost/', 'http+unix://%2Fx');
    routes.table.set('/user/vera/euclid/', 'http+unix://%2Fwrong');
    await sessions.reconcile({ startUp: false });
    expect(routes.table).toEqual(before);
  });

  it('an ended session answers through the hub, not through the home that lies over it', async () => {
    const { sessions, clock, routes } = world();
    await sessions.start({ ...EUCLID, name: '', options: { datalab: 'jupyterlab' } });
    await sessions.start(EUCLID);
    await clock.advance(20);
    await sessions.stop(KEY);
    expect(routes.table.get('/user/vera/euclid/')).toBe(HUB_TARGET);
    routes.reset();
    await settle();
    expect(routes.table.get('/user/vera/euclid/')).toBe(HUB_TARGET);
    await sessions.reconcile({ startUp: false });
    expect(liveRoutes(routes)).toEqual(['/user/vera/']);
    await sessions.start(EUCLID);
    await clock.advance(20);
    expect(liveRoutes(routes).sort()).toEqual(['/user/vera/', '/user/vera/euclid/']);
    await sessions.stop({ owner: 'vera', name: '' });
    expect(routes.table.has('/user/vera/')).toBe(false);
  });

  it('keeps a route to the hub for the last hundred ended sessions only', async () => {
    const { sessions, clock, routes } = world();
    for (let i = 0; i < 105; i++) {
      await sessions.start({ ...EUCLID, name: `s${i}` });
      await clock.advance(20);
      await sessions.stop({ owner: 'vera', name: `s${i}` });
    }
    expect(routes.table.size).toBe(100);
    expect(routes.table.has('/user/vera/s4/')).toBe(false);
    expect(routes.table.has('/user/vera/s5/')).toBe(true);
  });

  it('never takes a running session for an ended one, however late the proxy lists its old route', async () => {
    const { sessions, clock, routes } = world();
    await sessions.start(EUCLID);
    await clock.advance(20);
    const list = routes.list.bind(routes);
    routes.list = async () => (await list()).map(route => ({ ...route, target: HUB_TARGET }));
    await sessions.reconcile({ startUp: false });
    routes.list = list;
    for (let i = 0; i < 101; i++) {
      await sessions.start({ ...EUCLID, name: `s${i}` });
      await clock.advance(20);
      await sessions.stop({ owner: 'vera', name: `s${i}` });
    }
    expect(liveRoutes(routes)).toEqual(['/user/vera/euclid/']);
  });

  it('watchers get what there is, each change, and nothing after they left', async () => {
    const { sessions, clock } = world();
    await sessions.start(EUCLID);
    const states: (string | null)[] = [];
    const off = sessions.watch('vera', (_, view) => states.push(view?.state ?? null));
    sessions.watch('other', () => states.push('other'));
    await clock.advance(20);
    await sessions.stop(KEY);
    off();
    await sessions.start(EUCLID);
    expect(states[0]).toBe('starting');
    expect(states).toContain('ready');
    expect(states.at(-1)).toBeNull();
    expect(states).not.toContain('other');
  });

  it('a storm of starts and stops ends with memory, engine, routes and store agreeing', async () => {
    const { sessions, clock, engine, machine, routes, store } = world();
    let seed = 7;
    const random = (n: number): number => (seed = (seed * 1103515245 + 12345) % 2 ** 31) % n;
    const pending: Promise<unknown>[] = [];
    for (let turn = 0; turn < 400; turn++) {
      const name = `s${random(4)}`;
      const act = random(5);
      const key = { owner: 'vera', name };
      if (act < 2) pending.push(sessions.start({ ...EUCLID, name }).catch(() => undefined));
      else if (act === 2) pending.push(sessions.stop({ ...key, remove: true }));
      else if (act === 3) engine.crash(key);
      else await clock.advance(random(60));
    }
    await Promise.all(pending);
    await clock.advance(100);
    await sessions.reconcile({ startUp: false });
    const views = await sessions.list('vera');
    const ready = views.filter(view => view.state === 'ready').map(view => view.startId).sort();
    expect(views.every(view => view.state === 'ready' || view.state === 'failed')).toBe(true);
    expect([...machine.sessions.values()].map(session => session.running.startId).sort()).toEqual(ready);
    expect(liveRoutes(routes).length).toBe(ready.length);
    expect((await store.sessions.list()).map(row => row.startId).sort()).toEqual(views.map(view => view.startId).sort());
  });
});
