import { createRequest } from '../request';
import { SessionStore } from '../sessions';
import { FakeBrowser, FakeHub, FakeTimers, session, until } from './fake-hub';

const isRetry = (ms: number): boolean => ms < 20_000;

describe('the windows of one browser', () => {
  let hub: FakeHub;
  let browser: FakeBrowser;
  let stores: SessionStore[];
  let timers: Map<SessionStore, FakeTimers>;

  const open = (user = 'u'): SessionStore => {
    const own = new FakeTimers();
    const baseUrl = 'http://localhost/hub/';
    const request = createRequest(baseUrl, hub.settings);
    const store = new SessionStore({ request, user, baseUrl, windows: browser.windows, timers: own });
    store.start();
    stores.push(store);
    timers.set(store, own);
    return store;
  };
  const names = (store: SessionStore): string[] => store.values().map(s => s.name);
  const retry = async (store: SessionStore): Promise<void> => {
    await until(() => timers.get(store)!.retryDelay !== undefined);
    timers.get(store)!.fire(isRetry);
  };

  beforeEach(() => {
    hub = new FakeHub();
    browser = new FakeBrowser();
    stores = [];
    timers = new Map();
  });

  afterEach(() => stores.forEach(store => store.dispose()));

  it('have one stream, and all hear what it says', async () => {
    const all = Array.from({ length: 8 }, () => open());
    await until(() => hub.streams.length > 0);
    hub.streams[0].send('snapshot', { sessions: [session('')] });
    await until(() => all.every(store => store.state === 'ready'));
    hub.streams[0].send('session', session('euclid'));
    await until(() => all.every(store => store.get('euclid')?.ready === true));
    hub.streams[0].send('removed', { name: 'euclid' });
    await until(() => all.every(store => store.get('euclid') === undefined));
    expect(hub.streams).toHaveLength(1);
  });

  it('tell a later one what is known, and only that one', async () => {
    const first = open();
    await until(() => hub.streams.length === 1);
    hub.streams[0].send('snapshot', { sessions: [session('')] });
    const second = open();
    await until(() => second.state === 'ready');
    // The answer to a start of its own, of which the leader has not heard yet.
    second.accept(session('topcat', { ready: false, pending: 'spawn' }));
    const third = open();
    await until(() => third.state === 'ready');
    expect(names(third)).toEqual(['']);
    expect(names(second)).toEqual(['', 'topcat']);
    expect(names(first)).toEqual(['']);
    expect(hub.streams).toHaveLength(1);
  });

  it('lose nothing when the one with the stream closes', async () => {
    const [first, second, third] = [open(), open(), open()];
    await until(() => hub.streams.length === 1);
    hub.streams[0].send('snapshot', { sessions: [session('euclid')] });
    await until(() => third.state === 'ready');
    first.dispose();
    await until(() => hub.streams.length === 2);
    expect(third.state).toBe('ready');
    hub.streams[1].send('snapshot', { sessions: [session('topcat')] });
    await until(() => names(second)[0] === 'topcat' && names(third)[0] === 'topcat');
    expect(hub.streams).toHaveLength(2);
  });

  it('go on when one that only waits closes', async () => {
    const [first, second, third] = [open(), open(), open()];
    await until(() => hub.streams.length === 1);
    second.dispose();
    first.dispose();
    await until(() => hub.streams.length === 2);
    hub.streams[1].send('snapshot', { sessions: [] });
    await until(() => third.state === 'ready');
  });

  it('know together that the hub is away and that it is back, also those that come meanwhile', async () => {
    const [first, second] = [open(), open()];
    await until(() => hub.streams.length === 1);
    hub.streams[0].send('snapshot', { sessions: [session('euclid')] });
    await until(() => second.state === 'ready');
    hub.down = true;
    hub.streams[0].fail();
    await until(() => second.state === 'offline');
    expect(second.problem?.code).toBe('hub-unreachable');
    const third = open();
    await until(() => third.state === 'offline');
    expect(names(third)).toEqual(['euclid']);
    hub.down = false;
    await retry(first);
    await until(() => second.state === 'loading' && third.state === 'loading');
    hub.streams[1].send('snapshot', { sessions: [] });
    await until(() => [first, second, third].every(store => store.state === 'ready'));
  });

  it('are all told of too many streams', async () => {
    hub.refuseStreams = { status: 429, body: { code: 'too-many', detail: '32 event streams are open.' } };
    const [first, second] = [open(), open()];
    await until(() => first.state === 'refused' && second.state === 'refused');
    expect(second.problem?.code).toBe('too-many');
    expect(hub.refusals).toBe(1);
  });

  it('do not lose the stream to one whose own token is revoked', async () => {
    hub.refuseStreams = { status: 403, body: { code: 'unauthenticated', detail: 'You are not logged in.' } };
    const first = open();
    await until(() => first.state === 'refused');
    hub.refuseStreams = null;
    const second = open();
    await until(() => hub.streams.length === 1);
    hub.streams[0].send('snapshot', { sessions: [session('euclid')] });
    await until(() => second.state === 'ready');
    expect(first.state).toBe('refused');
  });

  it('keep apart what belongs to another user', async () => {
    const [mine, other] = [open('u'), open('v')];
    await until(() => hub.streams.length === 2);
    hub.streams[0].send('snapshot', { sessions: [session('euclid')] });
    await until(() => mine.state === 'ready');
    expect(other.state).toBe('loading');
  });

  it('have a stream each where the browser refuses locks', async () => {
    const baseUrl = 'http://localhost/hub/';
    const windows = { ...browser.windows, locks: { request: async () => Promise.reject(new Error('SecurityError')) } };
    const store = new SessionStore({ request: createRequest(baseUrl, hub.settings), user: 'u', baseUrl, windows });
    stores.push(store);
    store.start();
    await until(() => hub.streams.length === 1);
  });
});
