import { StartQueue, type Place, type Ticket } from '../../services/sessions/queue.js';
import { EUCLID, KEY, settle, world } from './support.js';

describe('the queue', () => {
  const make = (maxStarting: number, maxQueued = 100) => {
    const turns: string[] = [];
    const places = new Map<string, Place>();
    const tickets = new Map<string, Ticket>();
    const aborts = new Map<string, AbortController>();
    const queue = new StartQueue({ maxStarting, maxQueued, now: () => 0, changed: () => undefined });
    const enter = (id: string): void => {
      const abort = new AbortController();
      aborts.set(id, abort);
      const ticket = queue.enter({ owner: id[0]!, signal: abort.signal, onPlace: place => places.set(id, place) });
      tickets.set(id, ticket);
      void ticket.turn.then(
        () => turns.push(id),
        () => turns.push(`-${id}`)
      );
    };
    return { queue, turns, places, tickets, aborts, enter };
  };

  it('goes round the owners, and takes the oldest of each first', async () => {
    const { queue, turns, places, tickets, enter } = make(1);
    ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1'].forEach(enter);
    queue.tellPlaces();
    expect([...places].map(([id, { place, of }]) => `${id} ${place}/${of}`).sort()).toEqual(['a2 1/6', 'a3 4/6', 'a4 6/6', 'b1 2/6', 'b2 5/6', 'c1 3/6']);
    for (const id of ['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']) {
      await settle();
      expect(turns.at(-1)).toBe(id);
      tickets.get(id)!.leave();
      tickets.get(id)!.leave();
    }
    expect([queue.starting, queue.waiting]).toEqual([0, 0]);
  });

  it('is left by who is called off, whether waiting or starting, and nobody else loses a place', async () => {
    const { queue, turns, tickets, aborts, enter } = make(2);
    ['a1', 'b1', 'a2', 'b2', 'a3'].forEach(enter);
    aborts.get('a2')!.abort(new Error('off'));
    await settle();
    expect(turns).toEqual(['a1', 'b1', '-a2']);
    tickets.get('b1')!.leave();
    await settle();
    // The next of the same owner takes the place that was left: b2 keeps its own.
    expect(turns.at(-1)).toBe('a3');
    aborts.get('a1')!.abort(new Error('off'));
    tickets.get('a1')!.leave();
    await settle();
    expect(turns.at(-1)).toBe('b2');
    expect([queue.starting, queue.waiting]).toEqual([2, 0]);
  });

  it('is full at some point, and says when to come again', () => {
    const { queue, tickets, enter } = make(1, 2);
    ['a1', 'a2', 'b1'].forEach(enter);
    expect(() => enter('c1')).toThrow(expect.objectContaining({ code: 'queue-full', details: { retryAfter: 6, action: 'Try again in 6 s.' } }));
    expect(queue.waiting).toBe(2);
    tickets.get('a1')!.leave();
    expect(() => enter('c1')).not.toThrow();
  });
});

describe('starts beyond what may start at once', () => {
  it('wait, see their place move, and start in their turn', async () => {
    const { sessions, engine, clock, machine } = world({ auto: false, changes: { maxStarting: 1 } });
    const key = (name: string) => ({ owner: 'vera', name });
    for (const name of ['one', 'two', 'three']) {
      await sessions.start({ ...EUCLID, name });
    }
    await sessions.start({ ...EUCLID, owner: 'otto', name: 'four' });
    await clock.advance(250);
    const places = async (): Promise<unknown[]> =>
      [...(await sessions.list('vera')), ...(await sessions.list('otto'))].map(view => [view.name, view.steps.at(-1)!.step, view.place?.place ?? 0, view.place?.of ?? 0]);
    expect(await places()).toEqual([['one', 'placing', 0, 0], ['two', 'queued', 1, 3], ['three', 'queued', 3, 3], ['four', 'queued', 2, 3]]);
    engine.finishStart(key('one'));
    await clock.advance(300);
    expect(await places()).toEqual([['one', 'ready', 0, 0], ['two', 'placing', 0, 0], ['three', 'queued', 2, 2], ['four', 'queued', 1, 2]]);
    await sessions.stop({ owner: 'otto', name: 'four' });
    engine.finishStart(key('two'));
    await clock.advance(300);
    engine.finishStart(key('three'));
    await clock.advance(300);
    expect((await sessions.list('vera')).map(({ state }) => state)).toEqual(['ready', 'ready', 'ready']);
    expect(machine.sessions.size).toBe(3);
    // The time in the queue is the queue's, not the start's.
    expect((await sessions.get('vera', 'three'))!.steps[0]!.endedAt! - (await sessions.get('vera', 'three'))!.started).toBeGreaterThan(500);
  });

  it('do not wait for ever, and the wait does not count towards the total', async () => {
    const { sessions, engine, clock } = world({ auto: false, changes: { maxStarting: 1, startTimeoutMs: 60_000, deadlines: { queued: 50_000 } } });
    await sessions.start(EUCLID);
    await sessions.start({ ...EUCLID, name: 'late' });
    await sessions.start({ ...EUCLID, owner: 'otto', name: 'later' });
    await settle();
    engine.step(KEY, 'listening');
    await clock.advance(40_000);
    engine.finishStart(KEY);
    await clock.advance(1_000);
    engine.step({ owner: 'vera', name: 'late' }, 'listening');
    await clock.advance(10_000);
    expect((await sessions.get('otto', 'later'))!).toMatchObject({ state: 'failed', failure: { code: 'timeout', message: 'It waited in the queue 50 s.' } });
    await clock.advance(20_000);
    expect((await sessions.get('vera', 'late'))!.state).toBe('starting');
    await clock.advance(40_000);
    expect((await sessions.get('vera', 'late'))!.failure!.code).toBe('timeout');
  });
});

describe('admission', () => {
  it('refuses before anything remains, and gives back what was there', async () => {
    const { DomainError } = await import('../../domain/errors.js');
    const asked: string[][] = [];
    const { sessions, engine, clock, seen, store } = world({
      changes: {
        admission: {
          admit: async ({ others }) => {
            asked.push(others.map(({ name }) => name));
            await Promise.resolve();
            if (others.length >= 2) {
              throw new DomainError('too-many', 'You have two sessions.', { action: 'Stop one.' });
            }
          }
        }
      }
    });
    const results = await Promise.allSettled(['a', 'b', 'c', 'd'].map(name => sessions.start({ ...EUCLID, name })));
    await clock.advance(20);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
    expect(asked).toEqual([[], ['a'], ['a', 'b'], ['a', 'b']]);
    expect((await sessions.list('vera')).map(({ name, state }) => [name, state])).toEqual([['a', 'ready'], ['b', 'ready']]);
    expect(engine.started).toHaveLength(2);
    expect(seen.at(-1)).toEqual(expect.arrayContaining([expect.stringMatching(/^[ab]$/)]));
    engine.crash({ owner: 'vera', name: 'a' });
    await settle();
    await sessions.start({ ...EUCLID, name: 'c' });
    await expect(sessions.start({ ...EUCLID, name: 'a' })).rejects.toMatchObject({ code: 'too-many' });
    expect((await sessions.get('vera', 'a'))!.failure!.code).toBe('crashed');
    await settle();
    expect((await store.sessions.list()).map(row => row.name).sort()).toEqual(['a', 'b', 'c']);
  });

  it('is asked once for one start, and a refusal is for everybody who asked for it', async () => {
    const { DomainError } = await import('../../domain/errors.js');
    let refuse = (_error: Error): void => undefined;
    const { sessions } = world({ changes: { admission: { admit: () => new Promise((_, reject) => (refuse = reject)) } } });
    const both = Promise.allSettled([sessions.start(EUCLID), sessions.start(EUCLID)]);
    await settle();
    refuse(new DomainError('forbidden', 'No.'));
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await sessions.list('vera')).toEqual([]);
  });

  it('can be cancelled', async () => {
    const { sessions, engine } = world({ changes: { admission: { admit: () => new Promise(resolve => setImmediate(resolve)) } } });
    const start = sessions.start(EUCLID);
    const refused = expect(start).rejects.toMatchObject({ code: 'cancelled' });
    // The entry is there once the catalogue has answered.
    await Promise.resolve();
    await Promise.resolve();
    expect(await sessions.stop(KEY)).toEqual({ stopped: true });
    await refused;
    expect([engine.started, await sessions.list('vera')]).toEqual([[], []]);
  });
});
