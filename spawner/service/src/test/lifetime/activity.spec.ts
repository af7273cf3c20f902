import { ActivityLog, noting } from '../../services/lifetime/activity.js';
import { reportEveryMs } from '../../services/lifetime/deadline.js';
import type { ActivityNotes } from '../../ports/store.js';
import { openStore } from '../../store/index.js';
import { memoryStore } from '../../store/memory/memory-store.js';
import { ManualClock } from '../sessions/support.js';

type Notes = Parameters<ActivityNotes['write']>[0];

function log(store: ActivityNotes, clock = new ManualClock()): { log: ActivityLog; clock: ManualClock; warnings: string[] } {
  const warnings: string[] = [];
  return { log: new ActivityLog({ store, clock, logger: { warn: (_, message) => void warnings.push(message) } }), clock, warnings };
}

const row = { owner: 'vera', name: '', startId: 's', datalab: 'd', version: '1', title: 'D', options: {}, started: 1, lastActivity: 100, failure: null };

describe.each([['memory', async () => memoryStore()], ['SQLite', () => openStore({ file: ':memory:' })]])('notes of activity in %s', (_, open) => {
  it('move times forward alone, for those that are known', async () => {
    const store = await open();
    await store.users.ensure({ name: 'vera', now: 1 });
    await store.users.ensure({ name: 'wim', now: 1 });
    await store.sessions.upsert(row);
    await store.sessions.upsert({ ...row, name: "it's" });
    await store.activity.write({ users: [{ name: 'vera', at: 500 }, { name: 'nobody', at: 500 }], sessions: [{ owner: 'vera', name: '', at: 50 }, { owner: 'vera', name: "it's", at: 600 }, { owner: 'x', name: '', at: 1 }] });
    await store.activity.write({ users: [{ name: 'vera', at: 400 }], sessions: [] });
    expect((await store.users.get('vera'))!.lastActivity).toBe(500);
    expect((await store.users.get('wim'))!.lastActivity).toBeNull();
    expect((await store.sessions.get('vera', ''))!.lastActivity).toBe(100);
    expect((await store.sessions.get('vera', "it's"))!.lastActivity).toBe(600);
    await store.close();
  });
});

describe('reports', () => {
  it('of one second are one write, with the latest time of each', async () => {
    const written: Notes[] = [];
    const { log: activity, clock } = log({ write: async notes => void written.push(notes) });
    for (const at of [10, 30, 20]) {
      activity.user('vera', at);
      activity.session('vera', 'euclid', at);
    }
    await clock.advance(999);
    expect(written).toEqual([]);
    await clock.advance(1);
    expect(written).toEqual([{ users: [{ name: 'vera', at: 30 }], sessions: [{ owner: 'vera', name: 'euclid', at: 30 }] }]);
    await clock.advance(10_000);
    expect(written).toHaveLength(1);
    activity.user('vera', 40);
    await clock.advance(1000);
    expect(written).toHaveLength(2);
  });

  it('are written when the hub ends, and again when the disk was full', async () => {
    const written: Notes[] = [];
    let full = true;
    const { log: activity, clock, warnings } = log({
      write: async notes => {
        if (full) {
          throw new Error('full');
        }
        written.push(notes);
      }
    });
    activity.user('vera', 10);
    await clock.advance(1000);
    expect(warnings).toEqual(['activity was not stored']);
    full = false;
    activity.user('wim', 20);
    await activity.close();
    expect(written).toEqual([{ users: [{ name: 'vera', at: 10 }, { name: 'wim', at: 20 }], sessions: [] }]);
  });

  it('reach the log through the store that others see', async () => {
    const store = memoryStore();
    await store.users.ensure({ name: 'vera', now: 1 });
    const { log: activity, clock } = log(store.activity);
    await noting(store, activity).users.touch('vera', 700);
    expect((await store.users.get('vera'))!.lastActivity).toBeNull();
    await clock.advance(1000);
    expect((await store.users.get('vera'))!.lastActivity).toBe(700);
  });

  it('come often enough for a short idle time', () => {
    expect([null, 86_400_000, 600_000, 12_000, 1000].map(reportEveryMs)).toEqual([300_000, 300_000, 150_000, 3000, 1000]);
  });
});
