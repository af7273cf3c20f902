import { ProblemError, type IHub, type IProblemInfo, type ISessionStore } from '@jupyter-datalabs/hub-client';
import { Signal } from '@lumino/signaling';
import { DesktopModel, type Fetch } from './model';

function setup(options: { ready?: boolean; app?: string; state?: string } = {}) {
  const server = { datalab: 'topcat', ready: options.ready ?? true, pending: null as string | null, user_options: {} };
  const changed = new Signal<ISessionStore, void>({} as ISessionStore);
  const sessions = {
    state: options.state ?? 'ready',
    problem: null as IProblemInfo | null,
    get: () => (sessions.state === 'loading' ? undefined : server),
    values: () => [server],
    changed
  };
  const hub = {
    sessions,
    mintAccessToken: jest.fn(async () => 'minted'),
    start: jest.fn(async () => undefined),
    sessionUrl: (name: string, path = '') => `http://localhost/user/vera/${name}/${path}`
  };
  const fetch = jest.fn(async () => ({ ok: true, status: 200, json: async () => ({ app: { state: options.app ?? 'running', logTail: 'why' } }) }));
  const time = { now: 0 };
  const model = new DesktopModel({ hub: hub as unknown as IHub, session: 'topcat', fetch: fetch as unknown as Fetch, now: () => time.now });
  const urls: string[] = [];
  model.connectRequested.connect((_, url) => void urls.push(url));
  return { server, sessions, hub, model, urls, fetch, time };
}

/** An answer passes through several promises. */
const settle = async () => {
  for (let i = 0; i < 5; i++) {
    await jest.advanceTimersByTimeAsync(0);
  }
};

describe('DesktopModel', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('connects with a token of its own', async () => {
    const { model, urls } = setup();
    model.connect();
    await settle();
    expect(urls).toEqual(['ws://localhost/user/vera/topcat/vnc?token=minted']);
    model.connected();
    await settle();
    expect(model.state).toEqual({ kind: 'connected', app: 'running' });
    model.dispose();
  });

  it('reconnects for ever, never waiting longer than ten seconds', async () => {
    const { model, urls, hub } = setup();
    model.connect();
    await settle();
    for (let i = 0; i < 20; i++) {
      model.disconnected();
      expect(model.state.kind).toBe('reconnecting');
      await jest.advanceTimersByTimeAsync(10_000);
      expect(urls).toHaveLength(i + 2);
    }
    // One token for all attempts: an hour of a dead line must not leave hundreds behind.
    expect(hub.mintAccessToken).toHaveBeenCalledTimes(1);
    model.dispose();
  });

  it('asks for another token once the old one is refused or too old', async () => {
    const { model, hub, fetch, time } = setup();
    model.connect();
    await settle();
    fetch.mockResolvedValue({ ok: false, status: 403 } as Awaited<ReturnType<typeof fetch>>);
    model.disconnected();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(hub.mintAccessToken).toHaveBeenCalledTimes(2);
    fetch.mockRejectedValue(new TypeError('Failed to fetch'));
    model.disconnected();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(hub.mintAccessToken).toHaveBeenCalledTimes(2);
    time.now += 46 * 60_000;
    model.disconnected();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(hub.mintAccessToken).toHaveBeenCalledTimes(3);
    model.dispose();
  });

  it('waits for a hub that is away, and connects when it is back', async () => {
    const { model, hub, sessions, urls } = setup({ state: 'loading' });
    hub.mintAccessToken.mockRejectedValue(new ProblemError({ code: 'hub-unreachable', status: 0, detail: 'The hub does not answer.' }));
    model.connect();
    await settle();
    expect(model.state).toEqual({ kind: 'connecting' });
    sessions.state = 'offline';
    sessions.changed.emit();
    await settle();
    expect(model.state).toEqual({ kind: 'waiting' });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(model.state).toEqual({ kind: 'waiting' });
    hub.mintAccessToken.mockResolvedValue('minted');
    sessions.state = 'ready';
    sessions.changed.emit();
    await settle();
    expect(urls).toHaveLength(1);
    model.dispose();
  });

  it('does not knock at another datalab that runs under its name', async () => {
    const { model, hub, server, sessions } = setup();
    Object.assign(server, { name: 'topcat', datalab: 'euclid', title: 'Euclid', kind: 'jupyter' });
    model.connect();
    await settle();
    expect(model.state).toMatchObject({ kind: 'failed', problem: { code: 'already-running', detail: expect.stringContaining('runs Euclid') } });
    expect(hub.mintAccessToken).not.toHaveBeenCalled();
    server.ready = false;
    sessions.changed.emit();
    expect(model.state).toEqual({ kind: 'stopped' });
    await model.startAgain();
    expect(hub.start).toHaveBeenCalledWith('topcat', { datalab: 'topcat' });
    model.dispose();
  });

  it('asks no more once the hub refuses this page', async () => {
    const { model, hub, sessions } = setup();
    const problem = { code: 'unauthenticated', status: 403, detail: 'Not logged in.' };
    hub.mintAccessToken.mockRejectedValue(new ProblemError(problem));
    model.connect();
    await settle();
    expect(model.state).toEqual({ kind: 'refused', problem });
    sessions.state = 'refused';
    sessions.problem = problem;
    sessions.changed.emit();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(hub.mintAccessToken).toHaveBeenCalledTimes(1);
    model.dispose();
  });

  it('says that the session stopped, and starts it again', async () => {
    const { model, server, sessions, hub, urls } = setup();
    model.connect();
    await settle();
    model.connected();
    server.ready = false;
    model.disconnected();
    expect(model.state).toEqual({ kind: 'stopped' });
    await model.startAgain();
    expect(hub.start).toHaveBeenCalledWith('topcat', { datalab: 'topcat' });
    server.ready = true;
    sessions.changed.emit();
    await settle();
    expect(urls).toHaveLength(2);
    model.dispose();
  });

  it('starts it again with the volumes that were chosen for it, also when the hub has forgotten it', async () => {
    const { model, server, sessions, hub } = setup();
    server.user_options = { volumes: ['gaia_dr3'] };
    model.connect();
    await settle();
    model.connected();
    sessions.get = () => undefined as never;
    model.disconnected();
    expect(model.state).toEqual({ kind: 'stopped' });
    await model.startAgain();
    expect(hub.start).toHaveBeenCalledWith('topcat', { datalab: 'topcat', volumes: ['gaia_dr3'] });
    model.dispose();
  });

  it('shows the log of an application that failed', async () => {
    const { model } = setup({ app: 'failed' });
    model.connect();
    await settle();
    model.connected();
    await settle();
    expect(model.state).toEqual({ kind: 'app-failed', log: 'why' });
    model.dispose();
  });
});
