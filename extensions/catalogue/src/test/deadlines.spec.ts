import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import { DeadlineNotices } from '../deadline-notices';
import { DeadlineStatus } from '../deadline-status';
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

function put(name: string, left: number, { started, last_activity, ...change }: { kind?: 'idle' | 'age'; extendable?: number; started?: string; last_activity?: string } = {}): void {
  const times = { ...(started && { started }), ...(last_activity && { last_activity }) };
  hub.put(session(name, { deadline: { at: new Date(now + left).toISOString(), kind: 'idle', extendable: 30 * MINUTE, ...change }, ...times }));
}

/** As warnings tell the time. */
const clock = (at: number): string => new Date(at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });

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
  const warning = `This session will be stopped at ${clock(START + 31 * MINUTE)}, because nothing is done in it. Files are kept.`;
  const ids = new Set<string>();
  Notification.manager.changed.connect((_, { type, notification }) => void (type === 'added' && ids.add(notification.id)));
  expect(notices()).toEqual([]);
  pass(2 * MINUTE);
  expect(notices()).toEqual([warning]);
  pass(10 * MINUTE);
  expect(notices()).toHaveLength(1);
  pass(10 * MINUTE);
  expect(notices()).toEqual([warning]);
  pass(7 * MINUTE);
  expect(notices()).toEqual([warning]);
  expect(ids.size).toBe(3);
  put('', 40 * MINUTE);
  expect(notices()).toEqual([]);
  pass(11 * MINUTE);
  expect(notices()).toHaveLength(1);
});

it('warns a window at once that is opened late, and not of a time that was near from its beginning', () => {
  new DeadlineNotices({ hub: hub.asHub, deadlines, trans });
  const started = new Date(now - MINUTE).toISOString();
  const worked = new Date(now - 51 * MINUTE).toISOString();
  put('', 8 * MINUTE, { started });
  pass(MINUTE);
  expect(notices()).toEqual([]);
  pass(5 * MINUTE);
  expect(notices()).toEqual([`This session will be stopped at ${clock(START + 8 * MINUTE)}, because nothing is done in it. Files are kept.`]);
  hub.remove('');
  shown = ['topcat'];
  // Its age began long ago, and its idle time with its last work.
  put('topcat', 9 * MINUTE, { last_activity: worked });
  expect(notices()).toEqual([`TOPCAT will be stopped at ${clock(now + 9 * MINUTE)}, because nothing is done in it. Files are kept.`]);
});

it('of several limits passed in a sleep tells only of the nearest', () => {
  new DeadlineNotices({ hub: hub.asHub, deadlines, trans });
  put('', 40 * MINUTE);
  now += 39 * MINUTE;
  jest.advanceTimersByTime(5000);
  expect(notices()).toEqual([`This session will be stopped at ${clock(START + 40 * MINUTE)}, because nothing is done in it. Files are kept.`]);
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

describe('a window that is not seen', () => {
  const page = Object.assign(new EventTarget(), { hidden: true });
  const look = (hidden: boolean): void => {
    page.hidden = hidden;
    page.dispatchEvent(new Event('visibilitychange'));
  };
  beforeEach(() => {
    page.hidden = true;
    new DeadlineNotices({ hub: hub.asHub, deadlines, trans, page: page as unknown as Document });
    put('', 31 * MINUTE);
  });

  it('leaves the warning to one that is', () => {
    const seen = new DeadlineNotices({ hub: hub.asHub, deadlines, trans });
    pass(2 * MINUTE);
    expect(notices()).toHaveLength(1);
    seen.dismissAll();
    look(false);
    expect(notices()).toEqual([]);
  });

  it('gives it, the last one only, once it is seen', () => {
    pass(22 * MINUTE);
    expect(notices()).toEqual([]);
    look(false);
    expect(notices()).toHaveLength(1);
  });

  it.each([
    ['has moved', () => put('', 40 * MINUTE)],
    ['is over', () => void (now += 31 * MINUTE)]
  ])('does not once the deadline %s', (_, change) => {
    pass(2 * MINUTE);
    change();
    look(false);
    expect(notices()).toEqual([]);
  });
});

describe('what the status bar opens', () => {
  const tab = (shiftKey = false): void => void document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key: 'Tab', shiftKey, bubbles: true, cancelable: true }));
  const popup = (): HTMLElement | null => document.querySelector('[role="dialog"]');

  it.each([false, true])('closes when Tab leaves it, and gives the focus back (backwards: %s)', async backwards => {
    jest.useRealTimers();
    put('', 20 * MINUTE);
    put('topcat', 20 * MINUTE);
    shown = ['topcat'];
    hub.sessions.changed.emit();
    const item = new DeadlineStatus(deadlines, trans, () => undefined);
    Widget.attach(item, document.body);
    await settle();
    item.node.querySelector('button')!.click();
    await settle();
    await settle();
    const [first, last] = popup()!.querySelectorAll('button');
    first.focus();
    if (!backwards) {
      tab();
      expect(popup()).not.toBeNull();
      last.focus();
    }
    tab(backwards);
    expect(popup()).toBeNull();
    expect(document.activeElement).toBe(item.node.querySelector('button'));
    item.dispose();
  });
});

it('extends from the warning, by a time and not a duration; what is used up is not offered', async () => {
  shown = ['topcat'];
  new DeadlineNotices({ hub: hub.asHub, deadlines, trans });
  put('', 11 * MINUTE, { extendable: 0, kind: 'age' });
  put('topcat', 11 * MINUTE);
  const at = now + 11 * MINUTE;
  pass(90_000);
  const [own, topcat] = Notification.manager.notifications.slice().sort((a, b) => Number(a.message.startsWith('TOPCAT')) - Number(b.message.startsWith('TOPCAT')));
  expect(own!.message).toBe(`This session will be stopped at ${clock(at)}: it reaches its maximum age. Save your work.`);
  expect(own!.options.actions).toEqual([]);
  expect(topcat!.message).toMatch(/^TOPCAT will be stopped at /);
  topcat!.options.actions![0]!.callback({ preventDefault: () => undefined } as MouseEvent);
  jest.useRealTimers();
  await settle();
  expect(asked).toEqual([{ server: 'topcat', until: new Date(at + 30 * MINUTE).toISOString() }]);
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
  expect([0, 4_000, 30_000, 60_000, 61_000, 54 * MINUTE, 119 * MINUTE, 120 * MINUTE, 150 * MINUTE, 24 * 60 * MINUTE - 1, 23.6 * 60 * MINUTE].map(ms => durationText(trans, ms))).toEqual([
    '0 min', '5 s', '30 s', '60 s', '2 min', '54 min', '119 min', '2 h', '2 h 30 min', '24 h', '24 h'
  ]);
});
