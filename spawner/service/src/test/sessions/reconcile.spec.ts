import { EUCLID, KEY, settle, world, liveRoutes } from './support.js';

/** The next hub process after this one was killed without a word. */
const next = async (before: ReturnType<typeof world>) => {
  await before.engine.close();
  const after = world({ after: before });
  return after;
};

describe('after the hub was killed', () => {
  it('what ran is adopted with its route, at once ready', async () => {
    const before = world();
    await before.sessions.start(EUCLID);
    await before.clock.advance(20);
    before.routes.table.clear();
    // A socket ends with the process that listened on it.
    before.doors.clear();
    const { sessions, routes, doors } = await next(before);
    await sessions.reconcile({ startUp: true });
    expect((await sessions.get('vera', 'euclid'))!).toMatchObject({ state: 'ready', kind: 'jupyter', userOptions: { datalab: 'euclid' } });
    expect(routes.table.get('/user/vera/euclid/')).toContain('start-1');
    expect([...doors]).toEqual(['vera/euclid']);
    expect((await sessions.start(EUCLID)).began).toBe(false);
  });

  it('a start that got as far as its socket is waited for', async () => {
    const before = world();
    before.answers.status = 503;
    await before.sessions.start(EUCLID);
    await settle();
    const { sessions, clock, answers, machine } = await next(before);
    answers.status = 503;
    await sessions.reconcile({ startUp: true });
    await clock.advance(100);
    expect((await sessions.start(EUCLID)).began).toBe(false);
    answers.status = 200;
    await clock.advance(20);
    expect((await sessions.get('vera', 'euclid'))!).toMatchObject({ state: 'ready', startId: 'start-1' });
    expect(machine.sessions.size).toBe(1);
  });

  it('a start that had got nowhere is cleaned up, its token revoked', async () => {
    const before = world({ auto: false });
    await before.sessions.start(EUCLID);
    await settle();
    const { sessions, store, tokens, doors } = await next(before);
    await sessions.reconcile({ startUp: true });
    expect([await sessions.list('vera'), await store.sessions.list(), tokens.revoked, [...doors]]).toEqual([[], [], ['euclid'], []]);
  });

  it('what ended meanwhile is said to have, and what nobody knows is ended', async () => {
    const before = world();
    await before.sessions.start(EUCLID);
    await before.sessions.start({ ...EUCLID, name: 'other' });
    await before.clock.advance(20);
    before.machine.sessions.delete('vera\0euclid');
    await before.store.sessions.remove('vera', 'other');
    const { sessions, machine, routes, doors } = await next(before);
    await sessions.reconcile({ startUp: true });
    expect([...doors]).toEqual([]);
    expect(await sessions.list('vera')).toMatchObject([{ name: 'euclid', state: 'failed', failure: { code: 'crashed', message: expect.stringContaining('while the hub was not running') } }]);
    expect([machine.sessions.size, liveRoutes(routes)]).toEqual([0, []]);
  });

  it('a stop is finished', async () => {
    const before = world();
    await before.sessions.start(EUCLID);
    await before.clock.advance(20);
    before.engine.stop = () => new Promise(() => undefined);
    void before.sessions.stop(KEY);
    await settle();
    const { sessions, machine } = await next(before);
    await sessions.reconcile({ startUp: true });
    expect([await sessions.list('vera'), machine.sessions.size]).toEqual([[], 0]);
  });

  it('a hub told to stop cancels what only starts and leaves what runs', async () => {
    const before = world();
    await before.sessions.start(EUCLID);
    await before.clock.advance(20);
    before.answers.status = 503;
    await before.sessions.start({ ...EUCLID, name: 'late' });
    await settle();
    await before.sessions.close();
    expect(before.sessions.running).toBe(1);
    expect([...before.machine.sessions.keys()]).toEqual(['vera\0euclid']);
    await expect(before.sessions.start(EUCLID)).rejects.toMatchObject({ code: 'engine-down' });
    const { sessions } = await next(before);
    await sessions.reconcile({ startUp: true });
    expect((await sessions.list('vera')).map(view => [view.name, view.state])).toEqual([['euclid', 'ready']]);
  });

  it('the timer finds what ended without a word, and not a start in between', async () => {
    const { sessions, clock, machine, engine } = world();
    await sessions.start(EUCLID);
    await clock.advance(20);
    machine.sessions.clear();
    const list = engine.list.bind(engine);
    engine.list = async () => {
      const seen = await list();
      await sessions.start({ ...EUCLID, name: 'between' });
      await clock.advance(20);
      return seen;
    };
    await sessions.reconcile({ startUp: false });
    expect((await sessions.list('vera')).map(view => [view.name, view.state])).toEqual([['euclid', 'failed'], ['between', 'ready']]);
    expect((await sessions.get(KEY.owner, KEY.name))!.failure!.code).toBe('crashed');
  });
});

describe('while the hub runs', () => {
  it('what memory has lost is adopted with its record, and ended without', async () => {
    const { sessions, clock, routes, machine, store } = world();
    await sessions.start(EUCLID);
    await sessions.start({ ...EUCLID, name: 'other' });
    await clock.advance(20);
    sessions.entries.delete('vera/euclid');
    sessions.entries.delete('vera/other');
    await store.sessions.remove('vera', 'other');
    await sessions.reconcile({ startUp: false });
    expect((await sessions.list('vera')).map(({ name, state }) => [name, state])).toEqual([['euclid', 'ready']]);
    expect([machine.sessions.size, liveRoutes(routes)]).toEqual([1, ['/user/vera/euclid/']]);
    await sessions.stop(KEY);
    expect(machine.sessions.size).toBe(0);
  });

  it('one session that cannot be adopted keeps no other from it, and its turn comes later', async () => {
    const before = world();
    await before.sessions.start(EUCLID);
    await before.sessions.start({ ...EUCLID, name: 'other' });
    await before.clock.advance(20);
    before.routes.table.clear();
    let broken = true;
    await before.engine.close();
    const doors = { open: async ({ name }: { name: string }) => (broken && name === 'euclid' ? Promise.reject(new Error('no room')) : undefined), close: async () => undefined };
    const { sessions, routes } = world({ after: before, changes: { doors } });
    await sessions.reconcile({ startUp: true });
    expect(liveRoutes(routes)).toEqual(['/user/vera/other/']);
    broken = false;
    await sessions.reconcile({ startUp: false });
    expect(liveRoutes(routes).sort()).toEqual(['/user/vera/euclid/', '/user/vera/other/']);
  });

  it('nothing of a name starts while what nobody knows under it is being ended', async () => {
    const { sessions, clock, machine, store, engine } = world();
    await sessions.start(EUCLID);
    await clock.advance(20);
    sessions.entries.delete('vera/euclid');
    await store.sessions.remove('vera', 'euclid');
    const stop = engine.stop.bind(engine);
    let go = (): void => undefined;
    engine.stop = async key => {
      await new Promise<void>(resolve => (go = resolve));
      return stop(key);
    };
    const pass = sessions.reconcile({ startUp: false });
    await settle();
    await expect(sessions.start(EUCLID)).rejects.toMatchObject({ code: 'stop-pending' });
    go();
    await pass;
    engine.stop = stop;
    expect((await sessions.start(EUCLID)).began).toBe(true);
    await clock.advance(20);
    expect(machine.sessions.size).toBe(1);
  });
});
