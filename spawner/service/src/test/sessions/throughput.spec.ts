import { jest } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../clock.js';
import { openStore } from '../../store/index.js';
import { EUCLID, world } from './support.js';

jest.setTimeout(60_000);

/** What the hub itself costs: the store is on the disk, what runs is not there. Prints; the limits are far from what is usual. */
it('a start costs the hub little, however many run', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'throughput-'));
  try {
    const store = await openStore({ file: join(folder, 'hub.sqlite') });
    const before = world({ changes: { clock: systemClock, store: store.sessions, timelineStore: store.timelines, maxStarting: 4, maxQueued: 1000 } });
    const { sessions } = before;
    const start = async (owner: string): Promise<number> => {
      const began = performance.now();
      const ready = new Promise<void>(resolve => {
        const off = sessions.watch(owner, (_, view) => {
          if (view?.state === 'ready') {
            queueMicrotask(() => off());
            resolve();
          }
        });
      });
      await sessions.start({ ...EUCLID, owner });
      await ready;
      return performance.now() - began;
    };
    const middle = (times: number[]): number => times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
    const few: number[] = [];
    for (let index = 0; index < 50; index++) {
      few.push(await start(`first${index}`));
    }
    const began = performance.now();
    let next = 0;
    await Promise.all(
      Array.from({ length: 100 }, async () => {
        while (next < 1000) {
          await start(`user${next++}`);
        }
      })
    );
    const storm = 1000 / ((performance.now() - began) / 1000);
    const many: number[] = [];
    for (let index = 0; index < 50; index++) {
      many.push(await start(`last${index}`));
    }
    console.log(`start, p50: ${middle(few).toFixed(2)} ms with few, ${middle(many).toFixed(2)} ms with 1,000 running; storm of 1,000, 100 in flight: ${storm.toFixed(0)}/s`);
    expect(sessions.running).toBe(1100);
    expect(storm).toBeGreaterThan(50);
    expect(middle(many)).toBeLessThan(50);
    await sessions.close();
    await before.engine.close();
    before.routes.table.clear();
    const after = world({ after: before, changes: { clock: systemClock, store: store.sessions, timelineStore: store.timelines } });
    const woke = performance.now();
    await after.sessions.reconcile({ startUp: true });
    const adopted = performance.now() - woke;
    console.log(`the next hub has adopted 1,100 sessions and set their routes after ${adopted.toFixed(0)} ms`);
    expect([after.sessions.running, after.routes.table.size]).toEqual([1100, 1100]);
    expect(adopted).toBeLessThan(2000);
    await after.sessions.close();
    await store.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
