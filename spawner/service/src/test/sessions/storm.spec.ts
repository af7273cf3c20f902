import { jest } from '@jest/globals';
import type { SessionSpec } from '../../ports/engine.js';
import { sessionPrefix } from '../../domain/names.js';
import { EUCLID, liveRoutes, settle, world } from './support.js';

jest.setTimeout(60_000);

/** Makes every call to the outside end when, and in the order, a seeded dice says. */
function dice(seed: number) {
  let state = seed;
  const random = (n: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  let waiting: { due: number; go: () => void }[] = [];
  let open = false;
  let tick = 0;
  // Most calls are quick, some take as long as many others together: only then something happens behind the back of a look at the world.
  const gate = (): Promise<void> => (open ? Promise.resolve() : new Promise(go => waiting.push({ due: tick + (random(8) === 0 ? random(150) : random(6)), go })));
  return {
    random,
    /** Lets those calls go on whose time has come. */
    release: (): void => {
      tick++;
      const now = waiting.filter(({ due }) => due <= tick);
      waiting = waiting.filter(({ due }) => due > tick);
      now.forEach(({ go }) => go());
    },
    openAll: (): void => {
      open = true;
      waiting.splice(0).forEach(({ go }) => go());
    },
    /** Each method waits before it acts and before it answers. */
    slow: <T extends object>(target: T, methods: (keyof T)[]): T => {
      for (const method of methods) {
        const original = (target[method] as (...given: unknown[]) => Promise<unknown>).bind(target);
        target[method] = (async (...given: unknown[]) => {
          await gate();
          try {
            return await original(...given);
          } finally {
            await gate();
          }
        }) as T[keyof T];
      }
      return target;
    }
  };
}

it.each([1, 2, 3, 4])('1,000 looks at the world during a storm of starts and stops end with one truth (seed %s)', async seed => {
  const { random, release, openAll, slow } = dice(seed);
  const made = world({ changes: { maxStarting: 3 } });
  const { sessions, engine, machine, routes, store, clock, doors } = made;
  slow(routes, ['list', 'set', 'remove']);
  slow(store.sessions, ['upsert', 'remove', 'get']);
  slow(sessions.deps.identity, ['issueServerToken', 'revokeServer']);
  slow(sessions.deps.doors, ['open', 'close']);
  // Who may end, because somebody asked for it or the test did it; everybody else must live.
  const doomed = new Set<string>();
  const wrong: string[] = [];
  const end = engine.stop.bind(engine);
  engine.stop = key => {
    const found = machine.sessions.get(`${key.owner}\0${key.name}`)?.running.startId;
    if (found && !doomed.has(found)) {
      wrong.push(`killed ${found}`);
    }
    return end(key);
  };
  const owners = ['vera', 'otto', 'ines'];
  slow(engine, ['start', 'stop', 'list', 'logTail']);
  for (const owner of owners) {
    sessions.watch(owner, (_, view) => {
      if (view?.failure?.code === 'crashed' && !doomed.has(view.startId)) {
        wrong.push(`failed ${view.startId}`);
      }
    });
  }
  const doom = (key: { owner: string; name: string }): void => {
    const known = sessions.entry(key.owner, key.name)?.view.startId;
    const runs = machine.sessions.get(`${key.owner}\0${key.name}`)?.running.startId;
    [known, runs].forEach(startId => startId && doomed.add(startId));
  };
  let ghosts = 0;
  let starts = 0;
  let passes = 0;
  const pending = new Set<Promise<unknown>>();
  const track = (work: Promise<unknown>): void => {
    pending.add(work);
    const over = (): void => void pending.delete(work);
    work.then(over, over);
  };
  let pass: Promise<void> | null = null;
  while (passes < 250) {
    const key = { owner: owners[random(3)]!, name: `s${random(4)}` };
    const id = `${key.owner}\0${key.name}`;
    const act = random(20);
    if (act < 4) {
      track(sessions.start({ ...EUCLID, ...key }).then(({ began }) => (starts += Number(began))));
    } else if (act < 7) {
      doom(key);
      track(sessions.stop({ ...key, remove: random(2) === 0, force: random(3) === 0 }));
    } else if (act === 7) {
      doom(key);
      engine.crash(key);
    } else if (act === 8) {
      // Gone without a word.
      doom(key);
      machine.sessions.delete(id);
    } else if (act === 9 && !machine.sessions.has(id)) {
      // One that nobody knows.
      const spec = { key, startId: `ghost-${++ghosts}`, datalab: 'euclid', version: '1.0.0', kind: 'jupyter', network: 'none' } as SessionSpec;
      doomed.add(spec.startId);
      machine.sessions.set(id, { spec, log: [], volumes: new Map(), busy: new Map(), running: { key, startId: spec.startId, datalab: 'euclid', version: '1.0.0', kind: 'jupyter', target: `http+unix://${spec.startId}`, startedAt: 0, network: 'none' } });
    } else if (act === 10) {
      routes.table.set(sessionPrefix(key.owner, key.name), 'http+unix://stale');
    } else if (act === 11) {
      await clock.advance(random(40));
    } else if (pass === null) {
      pass = sessions.reconcile({ startUp: false }).finally(() => {
        passes++;
        pass = null;
      });
    }
    for (let turns = random(12); turns > 0; turns--) {
      release();
      await Promise.resolve();
    }
    await settle();
  }
  expect(starts).toBeGreaterThan(50);
  openAll();
  while (pending.size > 0) {
    await clock.advance(20);
  }
  await sessions.reconcile({ startUp: false });
  await settle();
  await sessions.reconcile({ startUp: false });
  await clock.advance(100);

  expect(wrong).toEqual([]);
  const views = owners.flatMap(owner => sessions.views(owner));
  const ready = views.filter(view => view.state === 'ready');
  expect(views.map(({ state }) => state).filter(state => state !== 'ready' && state !== 'failed')).toEqual([]);
  expect([...sessions.entries.values()].filter(entry => entry.operation !== null)).toEqual([]);
  const ids = (list: { startId: string }[]): string[] => list.map(({ startId }) => startId).sort();
  expect(ids([...machine.sessions.values()].map(({ running }) => running))).toEqual(ids(ready));
  expect(ids(await store.sessions.list())).toEqual(ids(views));
  expect(liveRoutes(routes).sort()).toEqual(ready.map(({ url }) => url).sort());
  expect([...doors].sort()).toEqual(ready.map(({ owner, name }) => `${owner}/${name}`).sort());
  expect([sessions.queue.starting, sessions.queue.waiting]).toEqual([0, 0]);
});
