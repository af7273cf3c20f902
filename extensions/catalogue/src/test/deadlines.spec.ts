import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { DeadlineNotices } from '../deadline-notices';
import { durationText, leftText } from '../deadline-words';
import { Deadlines } from '../deadlines';
import { FakeHub, session, settle } from './fixtures';

const MINUTE = 60_000;
const START = Date.parse('2026-03-01T12:00:00Z');
const trans = nullTranslator.load('');

let hub: FakeHub;
let now: number;
let shown: string[];
let deadlines: Deadlines;
let asked: { server: string | null; until: string }[];

function put(name: string, left: number, change: { kind?: 'idle' | 'age'; extendable?: number } = {}): void {
  hub.put(session(name, { deadline: { at: new Date(now + left).toISOString(), kind: 'idle', extendable: 30 * MINUTE, ...change } }));
}

/** Time goes by as with a page that is looked at. */
function pass(ms: number): void {
  for (let left = ms; left > 0; left -= 5000) {
    now += Math.min(5000, left);
    jest.advanceTimersByTime(5000);
  }
}

const notices = (): string[] => Notification.manager.notifications.map(({ message }) => message);

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'queueMicrotask', 'nextTick'] });
  window.localStorage.clear();
  Notification.manager.dismiss();
  hub = new FakeHub();
  hub.connect();
  now = START;
  shown = [];
  asked = [];
  Object.assign(hub.client, {
    extendHome: async ({ body }: { body: { until: string } }) => void asked.push({ server: null, until: body.until }),
    extendSession: async ({ server, body }: { server: string; body: { until: string } }) => void asked.push({ server, until: body.until })
  });
  deadlines = new Deadlines({ hub: hub.asHub, shown: () => shown, now: () => now });
});
afterEach(() => {
  deadlines.dispose();
  jest.useRealTimers();
});

it('knows the deadline of its own session and of those it shows, while they run', () => {
  expect(deadlines.own).toBeNull();
  put('', 60 * MINUTE);
  put('topcat', 20 * MINUTE);
  expect(deadlines.own!.at).toBe(START + 60 * MINUTE);
  expect(deadlines.all).toHaveLength(1);
  shown = ['topcat'];
  pass(5000);
  expect(deadlines.all.map(one => one.session)).toEqual(['', 'topcat']);
  hub.put(session(''));
  expect(deadlines.own).toBeNull();
});

it('warns once at each limit, and takes the warning back when the deadline moves', () => {
  new DeadlineNotices({ hub: hub.asHub, deadlines, trans });
  put('', 31 * MINUTE);
  expect(notices()).toEqual([]);
  pass(2 * MINUTE);
  expect(notices()).toEqual(['This session will be stopped in 30 min, because nothing is done in it. Files are kept.']);
  pass(10 * MINUTE);
  expect(notices()).toHaveLength(1);
  pass(10 * MINUTE);
  expect(notices()).toEqual(['This session will be stopped in 10 min, because nothing is done in it. Files are kept.']);
  pass(7 * MINUTE);
  expect(notices()).toEqual(['This session will be stopped in 2 min, because nothing is done in it. Files are kept.']);
  put('', 40 * MINUTE);
  expect(notices()).toEqual([]);
  pass(11 * MINUTE);
  expect(notices()).toHaveLength(1);
});

it('does not warn of what is near from the beginning, and of several limits passed in a sleep only of the nearest', () => {
  new DeadlineNotices({ hub: hub.asHub, deadlines, trans });
  put('', 8 * MINUTE);
  pass(MINUTE);
  expect(notices()).toEqual([]);
  put('', 40 * MINUTE);
  now += 39 * MINUTE;
  jest.advanceTimersByTime(5000);
  expect(notices()).toEqual(['This session will be stopped in 60 s, because nothing is done in it. Files are kept.']);
});

it('warns in one window of a browser', () => {
  const other = new Deadlines({ hub: hub.asHub, shown: () => [], now: () => now });
  new DeadlineNotices({ hub: hub.asHub, deadlines, trans });
  new DeadlineNotices({ hub: hub.asHub, deadlines: other, trans });
  put('', 31 * MINUTE);
  pass(2 * MINUTE);
  expect(notices()).toHaveLength(1);
  other.dispose();
});

it('extends from the warning, by a time and not a duration; what is used up is not offered', async () => {
  shown = ['topcat'];
  new DeadlineNotices({ hub: hub.asHub, deadlines, trans });
  put('', 11 * MINUTE, { extendable: 0, kind: 'age' });
  put('topcat', 11 * MINUTE);
  const at = now + 11 * MINUTE;
  pass(90_000);
  const [own, topcat] = Notification.manager.notifications.slice().sort((a, b) => Number(a.message.startsWith('TOPCAT')) - Number(b.message.startsWith('TOPCAT')));
  expect(own!.message).toBe('This session will be stopped in 10 min: it reaches its maximum age. Save your work.');
  expect(own!.options.actions).toEqual([]);
  expect(topcat!.message).toMatch(/^TOPCAT will be stopped in 10 min/);
  topcat!.options.actions![0]!.callback({ preventDefault: () => undefined } as MouseEvent);
  jest.useRealTimers();
  await settle();
  expect(asked).toEqual([{ server: 'topcat', until: new Date(at + 30 * MINUTE).toISOString() }]);
});

it('says when a session was stopped on its time, not when it was stopped before', () => {
  const stopped: string[] = [];
  deadlines.stopped.connect((_, { session: name }) => void stopped.push(name));
  put('', 3 * MINUTE);
  hub.put(session('', { ready: false, pending: 'stop' }));
  expect(stopped).toEqual([]);
  put('', 3 * MINUTE);
  pass(3 * MINUTE);
  hub.put(session('', { ready: false, pending: 'stop' }));
  hub.remove('');
  expect(stopped).toEqual(['']);
});

it('goes on counting while the hub is away', () => {
  let changes = 0;
  put('', 3 * MINUTE);
  hub.disconnect('offline', { code: 'hub-unreachable', status: 0, detail: 'x' });
  deadlines.changed.connect(() => (changes += 1));
  pass(MINUTE);
  expect(changes).toBeGreaterThan(0);
  expect(leftText(trans, deadlines.own!, now)).toBe('Idle stop in 2 min');
});

it('tells how the session before was stopped, once, where the hub has stopped it', async () => {
  jest.useRealTimers();
  const reason = { code: 'idle', message: 'Stopped after 60 minutes without activity at 14:03 UTC. Files are kept.' };
  const running = { name: '', ended: null, reason: null };
  const tell = (timelines: object[]): Promise<void> => {
    Object.assign(hub.client, { listTimelines: async () => ({ timelines }) });
    return new DeadlineNotices({ hub: hub.asHub, deadlines, trans }).tellLast();
  };
  await tell([running, { name: '', ended: 'yesterday', reason: { ...reason, code: 'stopped', by: 'idle' } }]);
  await tell([running, { name: 'topcat', ended: 'yesterday', reason }]);
  expect(notices()).toEqual([]);
  await tell([running, { name: '', ended: 'yesterday', reason }]);
  await tell([running, { name: '', ended: 'yesterday', reason }]);
  expect(notices()).toEqual([reason.message]);
});

it('says times as people do', () => {
  expect([0, 4_000, 30_000, 60_000, 61_000, 54 * MINUTE, 119 * MINUTE, 120 * MINUTE, 24 * 60 * MINUTE - 1].map(ms => durationText(trans, ms))).toEqual([
    '0 min', '5 s', '30 s', '60 s', '2 min', '54 min', '119 min', '2 h', '24 h'
  ]);
});
