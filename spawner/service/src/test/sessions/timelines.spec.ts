import { jest } from '@jest/globals';
import type { TimelineRow, TimelineStore } from '../../ports/store.js';
import { openStore } from '../../store/index.js';
import { memoryTimelines } from '../../store/memory/timelines.js';
import { EUCLID, KEY, settle, world } from './support.js';

const row = (startId: string, changes: Partial<TimelineRow> = {}): TimelineRow => ({
  startId, owner: 'vera', name: 'euclid', datalab: 'euclid', version: '1', title: 'EUCLID', kind: 'jupyter', started: 1, ended: null, warm: false,
  steps: [{ step: 'queued', startedAt: 1, endedAt: 2 }, { step: 'ready', startedAt: 2, endedAt: 2 }], reason: null, ...changes
});

describe.each([
  ['memory', async () => ({ timelines: memoryTimelines(), close: (): Promise<void> => Promise.resolve() })],
  ['sqlite', () => openStore({ file: ':memory:' })]
])('timeline store contract: %s', (_name, open: () => Promise<{ timelines: TimelineStore; close(): Promise<void> }>) => {
  it('replaces by start, lists newest first, and keeps a bounded number of each owner', async () => {
    const { timelines, close } = await open();
    await timelines.write([row('a', { started: 5 }), row('b', { started: 7, name: '' }), row('x', { owner: 'otto', warm: true, steps: [] })]);
    await timelines.write([row('a', { started: 5, ended: 9, reason: { code: 'stopped', message: "it's over" } })]);
    expect(await timelines.list({ owner: 'vera', limit: 9 })).toEqual([
      row('b', { started: 7, name: '' }),
      row('a', { started: 5, ended: 9, reason: { code: 'stopped', message: "it's over" } })
    ]);
    expect((await timelines.list({ owner: 'vera', name: '', limit: 9 })).map(({ startId }) => startId)).toEqual(['b']);
    expect(await timelines.list({ owner: 'otto', limit: 1 })).toEqual([row('x', { owner: 'otto', warm: true, steps: [] })]);
    expect((await timelines.recent(9)).map(({ startId }) => startId)).toEqual(['b', 'a']);
    await timelines.write(Array.from({ length: 60 }, (_, index) => row(`m${index}`, { started: 100 + index })));
    const kept = await timelines.list({ owner: 'vera', limit: 100 });
    expect([kept.length, kept[0]!.startId, kept.at(-1)!.startId]).toEqual([50, 'm59', 'm10']);
    expect(await timelines.list({ owner: 'otto', limit: 9 })).toHaveLength(1);
    await close();
  });
});

describe('a timeline', () => {
  const ready = async (made: ReturnType<typeof world>, ms: number): Promise<void> => {
    await made.sessions.start(EUCLID);
    await settle();
    made.engine.step(KEY, 'starting');
    await made.clock.advance(ms);
    made.engine.finishStart(KEY);
    await made.clock.advance(20);
  };

  it('has the medians of this hub\'s own starts, also after a restart, and of cold ones only', async () => {
    const made = world({ auto: false });
    for (const ms of [100, 900, 300]) {
      expect((await made.sessions.timeline('vera', 'euclid'))?.medians ?? []).toEqual([]);
      await ready(made, ms);
      await made.sessions.stop(KEY);
    }
    expect(made.sessions.timelines.medians('euclid')).toEqual([{ step: 'placing', ms: 0 }, { step: 'starting', ms: 300 }]);
    await made.sessions.start(EUCLID);
    expect((await made.sessions.get('vera', 'euclid'))!.medians).toEqual([{ step: 'placing', ms: 0 }, { step: 'starting', ms: 300 }]);
    await made.sessions.stop(KEY);
    await made.sessions.close();
    await made.engine.close();
    const next = world({ after: made });
    await next.sessions.reconcile({ startUp: true });
    expect(next.sessions.timelines.medians('euclid')).toEqual([{ step: 'placing', ms: 0 }, { step: 'starting', ms: 300 }]);
    expect((await next.sessions.listTimelines({ owner: 'vera', limit: 10 })).map(({ state, reason }) => [state, reason!.message])).toEqual([
      ['stopped', 'The start was cancelled.'], ['stopped', 'The session was stopped.'], ['stopped', 'The session was stopped.'], ['stopped', 'The session was stopped.']
    ]);
  });

  it('is kept with the reason of the end, and dismissing a failure does not change it', async () => {
    const made = world({ auto: false });
    await ready(made, 10);
    expect(await made.sessions.timeline('vera', 'euclid')).toMatchObject({ state: 'ready', ended: null, reason: null });
    made.engine.crash(KEY, { exitCode: 3, logTail: ['last words'] });
    await settle();
    const ended = made.clock.now();
    await made.clock.advance(5000);
    await made.sessions.stop({ ...KEY, remove: true });
    await made.clock.advance(5000);
    expect(await made.sessions.timeline('vera', 'euclid')).toMatchObject({ state: 'failed', ended, reason: { code: 'crashed', log: ['last words'] } });
    expect(await made.sessions.timeline('vera', 'nothing')).toBeNull();
  });

  it('costs the store two writes of the session and a share of one, not one for each step', async () => {
    const made = world();
    const upsert = jest.spyOn(made.store.sessions, 'upsert');
    const write = jest.spyOn(made.store.timelines, 'write');
    for (let index = 0; index < 20; index++) {
      await made.sessions.start({ ...EUCLID, name: `s${index}` });
    }
    await made.clock.advance(1100);
    expect((await made.sessions.list('vera')).every(({ state }) => state === 'ready')).toBe(true);
    expect([upsert.mock.calls.length, write.mock.calls.length]).toEqual([40, 1]);
  });

  it('a store that cannot write is no reason for anything to fail', async () => {
    const made = world();
    made.store.timelines.write = async () => Promise.reject(new Error('disk full'));
    await made.sessions.start(EUCLID);
    await made.clock.advance(1100);
    expect((await made.sessions.timeline('vera', 'euclid'))!.state).toBe('ready');
    await made.sessions.stop(KEY);
    await made.sessions.close();
    expect((await made.sessions.timeline('vera', 'euclid'))!.state).toBe('stopped');
  });
});
