import { Lifetime } from '../../services/lifetime/lifetime.js';
import type { LifetimePolicy } from '../../services/lifetime/deadline.js';
import { EUCLID, HUB_TARGET, KEY, world, type World } from '../sessions/support.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const POLICY: LifetimePolicy = { idleMs: HOUR, maxAgeMs: null, extensionMs: 30 * MINUTE, extensionsTotalMs: 75 * MINUTE };

interface Scene extends World {
  lifetime: Lifetime;
  warnings: string[];
  /** Lets time pass as in a hub that runs: with looks at the right times. */
  pass(ms: number): Promise<void>;
  report(name: string, at?: number): Promise<void>;
  deadline(name?: string): { at: number; kind: string; extendable: number } | null | undefined;
}

function scene(policy: Partial<LifetimePolicy> = {}, after?: World): Scene {
  const made: { lifetime?: Lifetime } = {};
  const w = world({ ...(after && { after }), changes: { deadline: view => made.lifetime!.deadline(view) } });
  const warnings: string[] = [];
  const logger = { info: () => undefined, warn: (_: object, message: string) => void warnings.push(message) };
  const lifetime = (made.lifetime = new Lifetime({ policy: { ...POLICY, ...policy }, clock: w.clock, logger, sessions: () => w.sessions }));
  return {
    ...w,
    lifetime,
    warnings,
    async pass(ms) {
      const end = w.clock.now() + ms;
      while (w.clock.now() < end) {
        await w.clock.advance(Math.min(lifetime.sweepMs, end - w.clock.now()));
        await lifetime.pass();
      }
      await w.clock.advance(0);
    },
    report: (name, at = w.clock.now()) => w.sessions.activity({ owner: 'vera', servers: [{ name, lastActivity: at }] }),
    deadline: (name = 'euclid') => w.sessions.entry('vera', name)?.view.deadline
  };
}

async function running(w: Scene, name = 'euclid'): Promise<void> {
  await w.sessions.start({ ...EUCLID, name });
  await w.sessions.entry('vera', name)!.operation?.done;
}

const state = (w: Scene, name = 'euclid'): string => w.sessions.entry('vera', name)?.view.state ?? 'gone';

describe('the deadline of a session', () => {
  it('is an idle time from its start on, and is told with it', async () => {
    const w = scene();
    await running(w);
    expect(w.deadline()).toEqual({ at: w.clock.now() + HOUR, kind: 'idle', extendable: 30 * MINUTE });
    expect(w.seen.at(-1)![1]!.deadline).toEqual(w.deadline());
  });

  it('moves with activity, at once', async () => {
    const w = scene();
    await running(w);
    await w.pass(20 * MINUTE);
    await w.report('euclid');
    expect(w.deadline()!.at).toBe(w.clock.now() + HOUR);
    await w.report('euclid', w.clock.now() - 5 * MINUTE);
    expect(w.deadline()!.at).toBe(w.clock.now() + HOUR);
  });

  it('is not there where nothing limits sessions', async () => {
    const w = scene({ idleMs: null });
    await running(w);
    await w.pass(HOUR);
    expect(w.deadline()).toBeNull();
  });

  it('of a web application moves with what comes through the proxy, and not with a route that leads elsewhere', async () => {
    const w = scene();
    await running(w);
    const entry = w.sessions.entry('vera', 'euclid')!;
    w.routes.activity.set(entry.view.url, w.clock.now() + MINUTE);
    await w.pass(40 * MINUTE);
    // A Jupyter server's page asks for ever; that one reports what is work.
    expect(entry.view.lastActivity).toBeNull();
    w.sessions.change(entry, { kind: 'web' });
    w.routes.activity.set(entry.view.url, w.clock.now());
    await w.pass(w.lifetime.sweepMs);
    expect(entry.view.lastActivity).toBe(w.clock.now() - w.lifetime.sweepMs);
    expect((await w.store.sessions.get('vera', 'euclid'))!.lastActivity).toBe(entry.view.lastActivity);
    await w.pass(50 * MINUTE);
    expect(state(w)).toBe('ready');
    const target = w.routes.table.get(entry.view.url)!;
    w.routes.table.set(entry.view.url, HUB_TARGET);
    w.routes.activity.set(entry.view.url, w.clock.now());
    await w.pass(MINUTE);
    expect(entry.view.lastActivity).toBeLessThan(w.clock.now() - 50 * MINUTE);
    // A proxy that does not answer keeps nothing from its end.
    w.routes.table.set(entry.view.url, target);
    w.routes.failing = new Error('away');
    await w.pass(10 * MINUTE);
    expect(w.warnings).toContain('the activity of web applications is not known');
    w.routes.failing = null;
    await w.sessions.reconcile({ startUp: false });
    expect(state(w)).not.toBe('ready');
  });

  it('is the age where that comes first, whatever is done', async () => {
    const w = scene({ maxAgeMs: 90 * MINUTE });
    await running(w);
    expect(w.deadline()!.kind).toBe('idle');
    const begun = w.clock.now();
    for (let tenth = 0; tenth < 6; tenth++) {
      await w.pass(10 * MINUTE);
      await w.report('euclid');
    }
    expect(w.deadline()).toMatchObject({ at: begun + 90 * MINUTE, kind: 'age' });
    await w.pass(31 * MINUTE);
    expect(state(w)).toBe('gone');
    expect((await w.sessions.timeline('vera', 'euclid'))!.reason).toMatchObject({ code: 'age', message: expect.stringMatching(/^Stopped at \d\d:\d\d UTC: sessions end 90 minutes after their start\. Files are kept\.$/) });
  });
});

describe('a session nobody uses', () => {
  it('is stopped, and its owner reads why', async () => {
    const w = scene();
    await running(w);
    await w.pass(HOUR - MINUTE);
    expect(state(w)).toBe('ready');
    await w.pass(2 * MINUTE);
    expect(state(w)).toBe('gone');
    expect((await w.sessions.timeline('vera', 'euclid'))!.reason).toEqual({
      code: 'idle', message: expect.stringMatching(/^Stopped after 60 minutes without activity at \d\d:\d\d UTC\. Files are kept\.$/), action: 'Start it again when you need it.'
    });
  });

  it('lives on as long as it reports', async () => {
    const w = scene();
    await running(w);
    for (let report = 0; report < 20; report++) {
      await w.pass(50 * MINUTE);
      await w.report('euclid');
    }
    expect(state(w)).toBe('ready');
  });

  it('lives on when activity comes while the stop is being decided', async () => {
    const w = scene();
    await running(w);
    await w.pass(HOUR);
    await w.clock.advance(MINUTE / 2);
    const report = w.report('euclid');
    w.lifetime.sweep();
    await report;
    await w.pass(MINUTE);
    expect(state(w)).toBe('ready');
  });

  it('is not stopped as a home while its owner works in another session', async () => {
    const w = scene();
    await running(w, '');
    await running(w);
    await w.pass(40 * MINUTE);
    await w.report('euclid');
    await w.pass(MINUTE);
    expect(w.deadline('')!.at).toBe(w.deadline()!.at);
    await w.pass(30 * MINUTE);
    expect(state(w, '')).toBe('ready');
    await w.pass(30 * MINUTE);
    expect(state(w, '')).toBe('gone');
  });

  it('is not stopped as a home as soon as the session in which its owner worked ends, in this hub or the next', async () => {
    const w = scene();
    await running(w, '');
    await running(w);
    for (let hour = 0; hour < 2; hour++) {
      await w.pass(55 * MINUTE);
      await w.report('euclid');
    }
    const worked = w.clock.now();
    await w.sessions.stop(KEY);
    await w.pass(20 * MINUTE);
    expect(w.deadline('')!.at).toBe(worked + HOUR);
    await w.sessions.close();
    const next = scene({}, w);
    await next.sessions.reconcile({ startUp: true });
    await next.pass(30 * MINUTE);
    expect(next.deadline('')!.at).toBe(worked + HOUR);
    await next.pass(11 * MINUTE);
    expect(state(next, '')).toBe('gone');
  });
});

describe('an extension', () => {
  const key = { owner: 'vera', name: 'euclid' };

  it('moves the deadline, counts once however often it is asked for, and is kept', async () => {
    const w = scene();
    await running(w);
    const until = w.deadline()!.at + 30 * MINUTE;
    await Promise.all([w.lifetime.extend({ ...key, until }), w.lifetime.extend({ ...key, until })]);
    await w.lifetime.extend({ ...key, until });
    expect(w.deadline()).toEqual({ at: until, kind: 'idle', extendable: 30 * MINUTE });
    expect(w.sessions.entry('vera', 'euclid')!.view.extension!.used).toBe(30 * MINUTE);
    await w.pass(80 * MINUTE);
    expect(state(w)).toBe('ready');
    await w.pass(11 * MINUTE);
    expect(state(w)).toBe('gone');
  });

  it('ends with its budget', async () => {
    const w = scene();
    await running(w);
    for (const gained of [30, 30, 15]) {
      expect(w.deadline()!.extendable).toBe(gained * MINUTE);
      await w.lifetime.extend({ ...key, until: w.deadline()!.at + gained * MINUTE });
    }
    expect(w.deadline()!.extendable).toBe(0);
    await expect(w.lifetime.extend({ ...key, until: w.deadline()!.at + 1 })).rejects.toMatchObject({ code: 'extension-refused', message: 'The extensions of this session are used up.' });
    // Activity is no extension.
    await w.pass(120 * MINUTE);
    await w.report('euclid');
    expect(w.deadline()!.at).toBe(w.clock.now() + HOUR);
  });

  it('is refused when it asks for more than one, and for a session that does not run', async () => {
    const w = scene();
    await running(w);
    await expect(w.lifetime.extend({ ...key, until: w.deadline()!.at + 31 * MINUTE })).rejects.toMatchObject({ code: 'extension-refused' });
    await expect(w.lifetime.extend({ ...key, name: 'other', until: 0 })).rejects.toMatchObject({ code: 'unknown-session' });
  });

  it('outlives the hub', async () => {
    const w = scene();
    await running(w);
    const until = w.deadline()!.at + 30 * MINUTE;
    await w.lifetime.extend({ ...key, until });
    await w.sessions.close();
    const next = scene({}, w);
    await next.sessions.reconcile({ startUp: true });
    next.lifetime.sweep();
    expect(next.deadline()).toEqual({ at: until, kind: 'idle', extendable: 30 * MINUTE });
    expect(next.sessions.entry('vera', 'euclid')!.view.extension!.used).toBe(30 * MINUTE);
  });
});

describe('reports that could not come', () => {
  it('because the hub was away: nothing is stopped before they had time to', async () => {
    const w = scene();
    await running(w);
    await w.sessions.close();
    await w.clock.advance(5 * HOUR);
    const next = scene({}, w);
    await next.sessions.reconcile({ startUp: true });
    next.lifetime.sweep();
    expect(next.deadline()!.at).toBe(next.clock.now() + 10 * MINUTE);
    await next.pass(9 * MINUTE);
    expect(state(next)).toBe('ready');
    await next.report('euclid');
    expect(next.deadline()!.at).toBe(next.clock.now() + HOUR);
    await next.pass(30 * MINUTE);
    expect(state(next)).toBe('ready');
  });

  it('because the hub was away, and do not come: it is stopped in the end', async () => {
    const w = scene();
    await running(w);
    await w.sessions.close();
    await w.clock.advance(5 * HOUR);
    const next = scene({}, w);
    await next.sessions.reconcile({ startUp: true });
    next.lifetime.sweep();
    await next.pass(11 * MINUTE);
    expect(state(next)).toBe('gone');
  });

  it('because it started when more rarely was often enough: it is not stopped before it had time to', async () => {
    const w = scene({ idleMs: 24 * HOUR });
    await running(w);
    await w.sessions.close();
    await w.clock.advance(HOUR);
    const next = scene({ idleMs: 2 * MINUTE }, w);
    await next.sessions.reconcile({ startUp: true });
    await next.pass(9 * MINUTE);
    expect(state(next)).toBe('ready');
    await next.pass(2 * MINUTE);
    expect(state(next)).toBe('gone');
  });

  it('because the machine slept, or its clock was put forward', async () => {
    const w = scene({ maxAgeMs: 2 * HOUR });
    await running(w);
    await w.pass(10 * MINUTE);
    await w.clock.advance(3 * HOUR);
    w.lifetime.sweep();
    expect(state(w)).toBe('ready');
    expect(w.deadline()!.at).toBe(w.clock.now() + 10 * MINUTE);
    expect(w.warnings).toHaveLength(1);
    await w.pass(11 * MINUTE);
    expect(state(w)).toBe('gone');
  });
});
