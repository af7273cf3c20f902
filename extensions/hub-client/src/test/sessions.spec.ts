import { createRequest } from '../request';
import { SessionStore } from '../sessions';
import { FakeHub, FakeTimers, session, until } from './fake-hub';

const isRetry = (ms: number): boolean => ms < 20_000;

describe('SessionStore', () => {
  let hub: FakeHub;
  let timers: FakeTimers;
  let store: SessionStore;

  beforeEach(async () => {
    hub = new FakeHub();
    timers = new FakeTimers();
    const request = createRequest('http://localhost/hub/', hub.settings);
    store = new SessionStore({ request, user: 'u', baseUrl: 'http://localhost/hub/', windows: null, timers });
    store.start();
    await until(() => hub.streams.length === 1);
  });

  afterEach(() => store.dispose());

  it('loads until the snapshot is there', async () => {
    expect(store.state).toBe('loading');
    hub.streams[0].send('snapshot', { sessions: [session(''), session('euclid')] });
    await until(() => store.state === 'ready');
    expect(store.values().map(s => s.name)).toEqual(['', 'euclid']);
    expect(hub.streams[0].headers.get('Authorization')).toBe('token secret');
  });

  it('follows changes and removals, and drops what a later snapshot does not have', async () => {
    const [stream] = hub.streams;
    stream.send('snapshot', { sessions: [session('euclid', { ready: false, pending: 'spawn' })] });
    stream.send('session', session('euclid'));
    await until(() => store.get('euclid')?.ready === true);
    stream.send('session', session('topcat'));
    stream.send('removed', { name: 'euclid' });
    await until(() => store.get('euclid') === undefined);
    expect(store.get('topcat')).toBeDefined();
    stream.send('snapshot', { sessions: [] });
    await until(() => store.values().length === 0);
  });

  it('reads events cut in the middle of a character', async () => {
    const text = `event: snapshot\ndata: ${JSON.stringify({ sessions: [session('a', { title: 'Étoile' })] })}\n\n`;
    const bytes = new TextEncoder().encode(text);
    const cut = text.indexOf('É') + 1;
    hub.streams[0].raw(bytes.slice(0, cut));
    hub.streams[0].raw(bytes.slice(cut));
    await until(() => store.get('a')?.title === 'Étoile');
  });

  it('keeps what it knows until the snapshot of the next connection', async () => {
    hub.streams[0].send('snapshot', { sessions: [session('euclid')] });
    await until(() => store.state === 'ready');
    hub.streams[0].close();
    await until(() => timers.retryDelay !== undefined);
    timers.fire(isRetry);
    await until(() => hub.streams.length === 2);
    expect(store.get('euclid')).toBeDefined();
    hub.streams[1].send('snapshot', { sessions: [] });
    await until(() => store.get('euclid') === undefined);
  });

  it('retries for ever, ever slower up to a limit, and says it is offline', async () => {
    hub.streams[0].send('snapshot', { sessions: [session('euclid')] });
    await until(() => store.state === 'ready');
    hub.down = true;
    hub.streams[0].fail();
    const delays: number[] = [];
    for (let i = 0; i < 12; i++) {
      await until(() => timers.retryDelay !== undefined);
      delays.push(timers.retryDelay!);
      timers.fire(isRetry);
    }
    expect(store.state).toBe('offline');
    expect(store.problem?.code).toBe('hub-unreachable');
    expect(delays[3]).toBeGreaterThan(delays[0]);
    expect(Math.max(...delays)).toBeLessThanOrEqual(15_000);
    hub.down = false;
    await until(() => timers.retryDelay !== undefined);
    timers.fire(isRetry);
    await until(() => hub.streams.length === 2);
    hub.streams[1].send('snapshot', { sessions: [] });
    await until(() => store.state === 'ready');
    expect(store.problem).toBeNull();
    expect(store.values()).toEqual([]);
  });

  it('gives up a connection that has gone silent', async () => {
    hub.streams[0].send('snapshot', { sessions: [] });
    await until(() => store.state === 'ready');
    timers.fire(ms => ms > 20_000);
    await until(() => timers.retryDelay !== undefined);
    timers.fire(isRetry);
    await until(() => hub.streams.length === 2);
  });

  it('connects at once when the network is back', async () => {
    hub.down = true;
    hub.streams[0].fail();
    await until(() => timers.retryDelay !== undefined);
    hub.down = false;
    window.dispatchEvent(new Event('online'));
    await until(() => hub.streams.length === 2);
  });

  it('says why it is refused for good, and does not ask again', async () => {
    hub.refuseStreams = { status: 403, body: { code: 'unauthenticated', detail: 'You are not logged in.', action: 'Log in again.' } };
    hub.streams[0].close();
    await until(() => timers.retryDelay !== undefined);
    timers.fire(isRetry);
    await until(() => store.state === 'refused');
    expect(store.problem).toMatchObject({ code: 'unauthenticated', status: 403, action: 'Log in again.' });
    await until(() => timers.pending.size === 0);
    window.dispatchEvent(new Event('online'));
    expect(hub.refusals).toBe(1);
  });

  it('asks slowly after a refusal that can pass', async () => {
    hub.refuseStreams = { status: 429, body: { code: 'too-many', detail: '32 event streams are open.' } };
    hub.streams[0].close();
    await until(() => timers.retryDelay !== undefined);
    timers.fire(isRetry);
    await until(() => store.state === 'refused');
    expect(store.problem?.code).toBe('too-many');
    await until(() => timers.pending.size === 1);
    expect([...timers.pending.values()][0].ms).toBeGreaterThanOrEqual(30_000);
    hub.refuseStreams = null;
    timers.fire(() => true);
    await until(() => hub.streams.length === 2);
    hub.streams[1].send('snapshot', { sessions: [] });
    await until(() => store.state === 'ready');
    expect(store.problem).toBeNull();
  });

  it('survives an event that is no JSON', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    hub.streams[0].raw(new TextEncoder().encode('event: session\ndata: {oops\n\n'));
    hub.streams[0].send('snapshot', { sessions: [session('euclid')] });
    await until(() => store.state === 'ready');
    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockRestore();
  });

  it('keeps an event that overtook the answer to its start', () => {
    const starting = session('euclid', { ready: false, pending: 'spawn' });
    store.accept(session('euclid'));
    store.accept(starting);
    expect(store.get('euclid')!.ready).toBe(true);
    const later = { ...starting, steps: [{ step: 'queued' as const, startedAt: '2026-01-02T00:00:00Z', endedAt: null }] };
    store.accept(later);
    expect(store.get('euclid')!.pending).toBe('spawn');
  });

  it('ends with dispose', async () => {
    store.dispose();
    await until(() => timers.pending.size === 0);
    expect(hub.streams).toHaveLength(1);
  });
});
